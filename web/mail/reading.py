"""Reads the mailbox, mail by mail.

Each mail is followed in one transaction that also writes down that it was, and moved out of the inbox after
that. Whoever is killed in between finds it in the inbox and in the database, and only moves it. Nothing is
ever sent in answer to a mail: what people hear is what any change of their place tells them (RFC 3834).
"""

import asyncio

import structlog

from alliance.database import is_trouble_of_database
from alliance.instance import Instance
from alliance.replying import (
    answer_letter,
    attendance_answered,
    count_bounce,
    follow_answer,
    pass_on,
)
from federation.reporting import report
from federation.wiring import Federation
from web.mail.mailbox import READ, UNUSED, Mailbox, MailboxAway, mailbox
from web.mail.opening import Opened, open_mail
from web.mail.tokens import answered, came_back, letters_answered

MOST_AT_ONCE = 50

log = structlog.get_logger("alliance.mail")


async def read_mails(federation: Federation) -> int:
    """Reads the oldest mails; how many of them were of use."""
    instance, used = federation.instance, 0
    try:
        async with mailbox(instance.settings) as box:
            for number in await asyncio.to_thread(box.oldest, MOST_AT_ONCE):
                used += await _read(instance, box, number)
    except MailboxAway as error:
        log.warning("the mailbox can't be read", reason=str(error))
    return used


async def _read(instance: Instance, box: Mailbox, number: int) -> bool:
    mail = await asyncio.to_thread(lambda: open_mail(box.open(number)))
    try:
        outcome = await follow(instance, mail)
    except Exception as error:
        # Whatever is in one mail, the others are read; a database that is away is not the mail's fault.
        if is_trouble_of_database(error):
            raise
        report(log, error, "a mail could not be followed")
        outcome = "unused"
    await asyncio.to_thread(box.put_away, number, UNUSED if outcome == "unused" else READ)
    log.info("mail was read", outcome=outcome or "read before")
    return outcome in ("followed", "bounced")


async def follow(instance: Instance, mail: Opened) -> str:
    """Does what a mail asks for, if its sender may; what came of it (`OUTCOMES`), "" if read before."""
    if mail.bounce:
        host = instance.settings.host.partition(":")[0]
        mail_id = came_back(instance.vault, host, mail.returned)
        if mail_id is None:
            return "unused"
        async with instance.unit_of_work() as uow:
            return await count_bounce(uow, mail.key, mail_id, mail.bounce)
    return await _follow_answer(instance, mail)


async def _follow_answer(instance: Instance, mail: Opened) -> str:
    settings = instance.settings
    if settings.answers_to is None or (mail.answer is None and not mail.words):
        return "unused"
    for letter_id in letters_answered(instance.vault, settings.answers_to, mail.addresses):
        if mail.words:
            async with instance.unit_of_work() as uow:
                return await answer_letter(uow, mail.key, letter_id, mail.sender, mail.words)
    for attendance_id in answered(instance.vault, settings.answers_to, mail.addresses):
        async with instance.unit_of_work() as uow:
            if mail.answer is None:
                return await pass_on(uow, mail.key, attendance_id, mail.sender, mail.words)
            attendance = await attendance_answered(uow.db, attendance_id, mail.answer, settings.host)
            if attendance is not None:
                return await follow_answer(uow, mail.key, attendance, mail.answer)
    return "unused"
