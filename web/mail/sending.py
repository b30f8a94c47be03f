"""Sends what is due: one chore of the worker, in short transactions, over one connection.

At least once (RFC 5321 section 4.5.3.2.6: a lost answer after the data can't be told from a lost mail): if a
worker dies in between, the mail goes out once more with the same Message-ID and SEQUENCE, which calendars
and most mail programs recognise. Several workers lease different mails. The newsletter alone goes out once at
most: one left out is nothing to somebody who gets another one next week, twice the same one is.
"""

import time
from email.message import EmailMessage
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.asking_for_feedback import ask_for_feedback
from alliance.instance import Instance
from alliance.mail_queue import (
    LEASE,
    finish,
    forget_mails,
    lease_mails,
    mail_with,
    put_back,
    release,
    reopen,
)
from alliance.models import Mail
from alliance.queries.companies import home_company
from alliance.queries.letters import letter_with
from alliance.reminding import CHUNK, remind
from alliance.subscribing import note_return
from federation.chores import Chore, in_portions
from federation.reporting import report
from federation.wiring import Federation
from web.mail.digests import KINDS, newsletter_letter
from web.mail.handing_over import Bounced, MailFailed, ServerAway, hand_over, mail_server
from web.mail.mailbox_chores import READING_CHORES
from web.mail.newsletter_chores import NEWSLETTER_CHORES
from web.mail.packing import Letter, packed
from web.mail.relevance import is_still_wanted
from web.mail.writing import Desk, write

if TYPE_CHECKING:
    import aiosmtplib

SECONDS_BETWEEN = 2.0
MOST_AT_ONCE = 50

log = structlog.get_logger("alliance.mail")


async def send_mails(federation: Federation) -> int:
    """Sends what is due, as much as the rate allows; how many were taken."""
    instance = federation.instance
    if instance.settings.smtp is None:
        return 0
    ids = await _due(instance)
    if not ids:
        return 0
    try:
        async with mail_server(instance.settings) as client:
            await _send_all(instance, client, ids)
    except ServerAway as error:
        await _put_back(instance, ids, str(error))
    return len(ids)


async def _send_all(instance: Instance, client: "aiosmtplib.SMTP", ids: list[int]) -> None:
    """One after the other, so that what is for one calendar comes in order; never beyond the lease."""
    began = time.monotonic()
    for position, mail_id in enumerate(ids):
        if time.monotonic() - began > LEASE.total_seconds() / 2:
            async with instance.unit_of_work() as uow:
                await release(uow, ids[position:])
            return
        try:
            await _send(instance, client, mail_id)
        except ServerAway as error:
            await _put_back(instance, ids[position:], str(error))
            return
        except Exception as error:
            # Whatever one mail has in it, the others go on.
            report(log, error, "a mail could not be written", mail=mail_id)
            await _put_back(instance, [mail_id], type(error).__name__, counts=True)


async def _due(instance: Instance) -> list[int]:
    """The next mails; the rate is kept by how many are taken at a time."""
    a_turn = max(1, round(instance.settings.mail_rate * SECONDS_BETWEEN / 60))
    async with instance.unit_of_work() as uow:
        return await lease_mails(uow, min(a_turn, MOST_AT_ONCE))


async def _send(instance: Instance, client: "aiosmtplib.SMTP", mail_id: int) -> None:
    now = instance.clock.now()
    async with instance.reading() as db:
        mail = await mail_with(db, mail_id)
        if mail is None:
            return
        wanted = await is_still_wanted(db, mail, now)
        home = await home_company(db)
        desk = Desk(instance.settings, instance.vault, home, now)
        letter = await _letter(db, desk, mail) if wanted else None
    if letter is None:
        await _finish(instance, mail, "dropped")
        return
    await _hand_over(instance, client, mail, packed(letter, now), letter)


async def _letter(db: AsyncSession, desk: Desk, mail: Mail) -> Letter | None:
    """What is written in it; None if there is nothing to tell any more."""
    if mail.kind in KINDS:
        return await newsletter_letter(db, desk, mail)
    return write(desk, mail, await letter_with(db, mail.data.get("letter")))


async def _hand_over(
    instance: Instance, client: "aiosmtplib.SMTP", mail: Mail, message: EmailMessage, letter: Letter
) -> None:
    # What nobody may get twice is called sent before it is: whoever is killed now leaves one out.
    is_once = mail.edition_id is not None
    if is_once:
        await _finish(instance, mail, "sent")
    try:
        await hand_over(client, message, letter.sender[1], letter.to[1])
    except ServerAway:
        await _reopen(instance, mail, is_once=is_once)
        raise
    except Bounced as error:
        await _bounce(instance, mail, str(error))
    except MailFailed as error:
        await _reopen(instance, mail, is_once=is_once)
        await _put_back(instance, [mail.id], str(error), counts=True)
    else:
        if not is_once:
            await _finish(instance, mail, "sent")


async def _reopen(instance: Instance, mail: Mail, *, is_once: bool) -> None:
    if is_once:
        async with instance.unit_of_work() as uow:
            await reopen(uow, mail.id)


async def _finish(instance: Instance, mail: Mail, state: str) -> None:
    async with instance.unit_of_work() as uow:
        await finish(uow, mail.id, state)
    log.info("mail is done with", mail=mail.id, kind=mail.kind, state=state)


async def _bounce(instance: Instance, mail: Mail, error: str) -> None:
    async with instance.unit_of_work() as uow:
        await finish(uow, mail.id, "failed", error)
        bounces = await note_return(uow, mail, error)
    log.warning("mail came back", mail=mail.id, kind=mail.kind, bounces=bounces)


async def _put_back(instance: Instance, ids: list[int], error: str, *, counts: bool = False) -> None:
    async with instance.unit_of_work() as uow:
        for mail_id in ids:
            mail = await uow.db.get(Mail, mail_id)
            if mail is not None and mail.state == "waiting":
                await put_back(uow, mail, error, counts=counts)
    log.warning("mail waits", mails=len(ids), reason=error)


async def ask_how_it_was(federation: Federation) -> None:
    """Asks after sessions whether they helped, in portions."""
    while True:
        async with federation.instance.unit_of_work() as uow:
            if await ask_for_feedback(uow) < CHUNK:
                return


async def remind_people(federation: Federation) -> None:
    """Queues the reminders that are due."""
    while True:
        async with federation.instance.unit_of_work() as uow:
            if await remind(uow) < CHUNK:
                return


async def tidy_mails(federation: Federation) -> int:
    """Forgets what is done with for a month."""
    return await in_portions(federation, forget_mails)


MAIL_CHORES: tuple[Chore, ...] = (
    Chore("sending mail", SECONDS_BETWEEN, send_mails),
    Chore("reminding", 30, remind_people),
    Chore("asking how it was", 60, ask_how_it_was),
    Chore("forgetting mail", 3600, tidy_mails),
    *READING_CHORES,
    *NEWSLETTER_CHORES,
)
