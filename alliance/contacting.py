"""Lets employees write to experts, and experts answer, without an address of either being given out."""

from datetime import timedelta

from sqlalchemy import and_, delete, exists, func, not_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from alliance.mailing import post_letter
from alliance.models import Attendance, Distance, Employee, ExpertProfile, Letter, Person, Session
from alliance.places import ACTIVE
from alliance.story_facts import LetterWritten
from alliance.text import clean_text
from alliance.unit_of_work import UnitOfWork
from alliance.visibility import employee_viewer, visible_profiles

TEXT_LIMIT = 2000
MOST_A_DAY = 5


async def write_letter(uow: UnitOfWork, sender_id: int, receiver_id: int, text: str) -> Letter:
    """A few lines to one of ours: a host, whose profile the sender sees, or who has written to the sender.

    Raises Invalid, TooMany beyond five in 24 hours, Forbidden, Conflict, and NotFound for everybody else.
    """
    words = clean_text(text)
    if not words:
        raise Invalid("Please write a few words.", field="text")
    if len(words) > TEXT_LIMIT:
        raise Invalid("This is longer than {limit} characters.", field="text", limit=TEXT_LIMIT)
    # Locked, so that two letters at once are counted one after the other.
    sender = await uow.db.scalar(
        select(Employee).where(Employee.id == sender_id).with_for_update(of=Employee, key_share=True)
    )
    if sender is None or sender.disabled_at is not None:
        raise Forbidden("This account is closed.")
    if sender_id == receiver_id:
        raise Conflict("That is you.")
    if not await may_write_to(uow.db, sender_id, receiver_id):
        raise NotFound
    await _count(uow, sender_id)
    letter = Letter(
        id=uow.new_id(), sender_id=sender_id, receiver_id=receiver_id, text=words, created_at=uow.now
    )
    uow.db.add(letter)
    await uow.db.flush()
    await post_letter(uow, letter)
    uow.record(LetterWritten(letter))
    return letter


async def may_write_to(db: AsyncSession, sender_id: int, receiver_id: int) -> bool:
    """Whether the receiver has an account here, and shows a profile, holds what the sender goes to or wrote.

    Whom either of them blocks is answered like somebody who can't be written to.
    """
    blocks = exists().where(
        Distance.kind == "block",
        or_(
            and_(Distance.person_id == receiver_id, Distance.account_id == sender_id),
            and_(Distance.person_id == sender_id, Distance.account_id == receiver_id),
        ),
    )
    # With Person in its own FROM: what `visibility` asks about the company would else be asked of anybody's.
    shown = Person.id.in_(
        select(ExpertProfile.person_id)
        .join(Person, Person.id == ExpertProfile.person_id)
        .where(Person.id == receiver_id, visible_profiles(employee_viewer(sender_id)))
        .correlate(None)
    )
    hosts = exists().where(
        Session.host_id == Person.id,
        Session.uri.is_(None),
        Session.id == Attendance.session_id,
        Attendance.person_id == sender_id,
        Attendance.state.in_(ACTIVE),
    )
    wrote = exists().where(Letter.sender_id == Person.id, Letter.receiver_id == sender_id)
    found = await db.scalar(
        select(Person.id)
        .join(Employee, Employee.id == Person.id)
        .where(
            Person.id == receiver_id,
            Person.uri.is_(None),
            Person.gone_at.is_(None),
            Employee.disabled_at.is_(None),
            or_(shown, hosts, wrote),
            not_(blocks),
        )
    )
    return found is not None


async def read_letters(uow: UnitOfWork, receiver_id: int) -> None:
    """The receiver has seen everything."""
    await uow.db.execute(
        update(Letter)
        .where(Letter.receiver_id == receiver_id, Letter.read_at.is_(None))
        .values(read_at=uow.now)
        .execution_options(synchronize_session=False)
    )


async def delete_letter(uow: UnitOfWork, letter_id: int, receiver_id: int) -> None:
    """The receiver throws a letter away; nothing happens for somebody else's."""
    await uow.db.execute(
        delete(Letter)
        .where(Letter.id == letter_id, Letter.receiver_id == receiver_id)
        .execution_options(synchronize_session=False)
    )


async def _count(uow: UnitOfWork, sender_id: int) -> None:
    lately = select(func.count()).where(
        Letter.sender_id == sender_id, Letter.created_at > uow.now - timedelta(days=1)
    )
    if (await uow.db.scalar(lately) or 0) >= MOST_A_DAY:
        raise TooMany(
            "You have written to five people today. Please go on tomorrow.", retry_after=24 * 60 * 60
        )
