"""Guests ask for the newsletter, say yes to it by a link that is mailed to them, and no longer want it.

Whoever types an address learns nothing about it: what is answered, written and mailed is the same whether it
was known or not. Until its owner says yes, what was typed waits beside what holds.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update

from alliance.errors import Gone, TooMany
from alliance.languages import OURS
from alliance.mail_addresses import mail_address
from alliance.mail_queue import MOST_BOUNCES, note_bounce, waiting_mail
from alliance.models import MOST_GUEST_TOPICS, Guest, Mail
from alliance.queries.topics import topics_to_see
from alliance.text import slug_of
from alliance.unit_of_work import UnitOfWork
from alliance.upserts import insert
from alliance.vault import Vault
from alliance.visibility import STRANGER

ADDRESS = "newsletter.address"
"""The purpose with which the Vault seals addresses of guests."""
CONFIRM_KIND = "newsletter_confirm"
UNTIL_YES = timedelta(hours=48)
MOST_ASKED = 3
MOST_WAITING = 1000
_CHUNK = 500


def mark_of(vault: Vault, address: str) -> str:
    """Under what an address is found again; tells nothing about it."""
    return vault.mark(f"newsletter address:{address}")


async def ask_for_newsletter(uow: UnitOfWork, typed: str, language: str, topics: Sequence[str]) -> None:
    """Mails a link to say yes with, at most three times in two days; nothing else changes before that.

    Raises Invalid for what is no address, and TooMany while thousands wait: somebody types what isn't theirs.
    """
    address = mail_address(typed)
    await _refuse_beyond_measure(uow)
    guest = await _guest(uow, address)
    if guest.asked_at is None or guest.asked_at < uow.now - UNTIL_YES:
        guest.asked_at, guest.asked_times = uow.now, 0
    guest.wanted = {"language": _language(language), "topics": await _topics(uow, topics)}
    if guest.asked_times < MOST_ASKED:
        guest.asked_times += 1
        uow.db.add(waiting_mail(uow, CONFIRM_KIND, guest_id=guest.id))
    await uow.db.flush()


async def say_yes(uow: UnitOfWork, guest_id: int) -> Guest:
    """The owner of the address wants it so; twice is the same as once. Raises Gone after two days."""
    guest = await uow.db.get(Guest, guest_id, with_for_update=True)
    if guest is None or not is_waited_for(guest, uow.now):
        raise Gone("This link is too old. Please sign up again.")
    if guest.wanted is not None:
        guest.language, guest.topics = guest.wanted["language"], guest.wanted["topics"]
    guest.confirmed_at = guest.confirmed_at or uow.now
    guest.wanted, guest.asked_at, guest.asked_times, guest.bounces = None, None, 0, 0
    await uow.db.flush()
    return guest


def is_waited_for(guest: Guest, now: datetime) -> bool:
    """Whether a yes still counts; who has said it may say it again."""
    in_time = guest.asked_at is not None and guest.asked_at >= now - UNTIL_YES
    return in_time or guest.confirmed_at is not None


async def say_no(uow: UnitOfWork, guest_id: int) -> None:
    """The address is deleted, with all mail that waits for it; twice is the same as once."""
    await _delete(uow, [guest_id])


async def forget_address(uow: UnitOfWork, address: str) -> None:
    """The same for whoever has this address."""
    gone = delete(Guest).where(Guest.mark == mark_of(uow.vault, address))
    await uow.db.execute(gone.execution_options(synchronize_session=False))


async def forget_silent_guests(uow: UnitOfWork) -> int:
    """Deletes addresses that never said yes, and what others typed with those that did; how many."""
    old = Guest.asked_at < uow.now - UNTIL_YES
    ids = list(await uow.db.scalars(select(Guest.id).where(old).order_by(Guest.id).limit(_CHUNK)))
    if not ids:
        return 0
    # Asked again: whoever has signed up once more in this moment stays.
    gone = delete(Guest).where(Guest.id.in_(ids), Guest.confirmed_at.is_(None), old)
    kept = update(Guest).where(Guest.id.in_(ids), old).values(wanted=None, asked_at=None, asked_times=0)
    for change in (gone, kept):
        await uow.db.execute(change.execution_options(synchronize_session=False))
    return len(ids)


async def note_return(uow: UnitOfWork, mail: Mail, error: str) -> int:
    """A mail came back for good: the third time of a guest who said yes, and the first of one who did not,
    deletes the address; how often it was.

    Not the first time: a mail server that is set up wrongly says no to everybody for an hour.
    """
    if mail.employee_id is not None:
        return await note_bounce(uow, mail.employee_id, error)
    guest = await uow.db.get(Guest, mail.guest_id) if mail.guest_id is not None else None
    if guest is None:
        return 0
    guest.bounces += 1
    await uow.db.flush()
    if guest.bounces >= MOST_BOUNCES or guest.confirmed_at is None:
        await _delete(uow, [guest.id])
    return guest.bounces


async def _guest(uow: UnitOfWork, address: str) -> Guest:
    """The row of an address, made if there is none; others wait for it."""
    mark = mark_of(uow.vault, address)
    row = {
        "id": uow.new_id(),
        "mark": mark,
        "address": uow.vault.seal(address, ADDRESS),
        "language": "de",
        "topics": [],
        "asked_times": 0,
        "bounces": 0,
    }
    await uow.db.execute(insert(uow.db, Guest).values(row).on_conflict_do_nothing(index_elements=["mark"]))
    return (await uow.db.scalars(select(Guest).where(Guest.mark == mark).with_for_update())).one()


async def _refuse_beyond_measure(uow: UnitOfWork) -> None:
    # Asked for every address, or the answer would tell which of them are known.
    waiting = await uow.db.scalar(
        select(func.count()).where(Guest.asked_at > uow.now - UNTIL_YES, Guest.confirmed_at.is_(None))
    )
    if (waiting or 0) >= MOST_WAITING:
        raise TooMany("Too many people are signing up at the moment. Please try again tomorrow.")


def _language(code: str) -> str:
    return code if code in OURS else "en"


async def _topics(uow: UnitOfWork, given: Sequence[str]) -> list[str]:
    """Those that strangers may know about."""
    slugs = list(dict.fromkeys(filter(None, (slug_of(name[:200]) for name in given[:100]))))
    known = await topics_to_see(uow.db, STRANGER, slugs[:MOST_GUEST_TOPICS])
    return sorted(topic.slug for topic in known)


async def _delete(uow: UnitOfWork, ids: Sequence[int]) -> None:
    gone = delete(Guest).where(Guest.id.in_(ids))
    await uow.db.execute(gone.execution_options(synchronize_session=False))
