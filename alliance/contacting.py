"""Lets employees write to experts, and experts answer, without an address of either being given out."""

from datetime import timedelta

from sqlalchemy import ColumnElement, and_, delete, exists, func, not_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from alliance.mailing import post_letter
from alliance.models import (
    ActorBlock,
    Attendance,
    Company,
    Distance,
    Employee,
    ExpertProfile,
    Letter,
    Partner,
    Person,
    Session,
)
from alliance.models.domain_policy import is_treated
from alliance.places import ACTIVE
from alliance.story_facts import LetterTakenBack, LetterWritten
from alliance.text import clean_text
from alliance.unit_of_work import UnitOfWork
from alliance.visibility import employee_viewer, visible_profiles

TEXT_LIMIT = 2000
MOST_A_DAY = 5
MOST_TO_A_COMPANY = 200
"""What all of ours together write to people of one allied company in a day."""
_A_DAY = timedelta(days=1)


async def write_letter(uow: UnitOfWork, sender_id: int, receiver_id: int, text: str) -> Letter:
    """A few lines to a host of ours, to somebody whose profile the sender sees, or who wrote to the sender.

    The receiver is one of ours or of an allied company. Raises Invalid, TooMany beyond five in 24 hours,
    Forbidden, Conflict, and NotFound for everybody else.
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
    await _count(uow, sender_id, receiver_id)
    letter = Letter(
        id=uow.new_id(), sender_id=sender_id, receiver_id=receiver_id, text=words, created_at=uow.now
    )
    uow.db.add(letter)
    await uow.db.flush()
    await post_letter(uow, letter)
    uow.record(LetterWritten(letter))
    return letter


async def may_write_to(db: AsyncSession, sender_id: int, receiver_id: int) -> bool:
    """Whether the receiver takes letters and shows a profile, holds what the sender goes to, or wrote.

    Whom either of them blocks is answered like somebody who can't be written to; so is whoever is at home at
    a company that we are not, or no longer, allied with.
    """
    # With Person in its own FROM: what `visibility` asks about the company would else be asked of anybody's.
    shown = Person.id.in_(
        select(ExpertProfile.person_id)
        .join(Person, Person.id == ExpertProfile.person_id)
        .where(
            Person.id == receiver_id,
            ExpertProfile.takes_letters,
            visible_profiles(employee_viewer(sender_id)),
        )
        .correlate(None)
    )
    hosts = exists().where(
        Session.host_id == Person.id,
        Session.uri.is_(None),
        Session.id == Attendance.session_id,
        Attendance.person_id == sender_id,
        Attendance.state.in_(ACTIVE),
    )
    here = exists().where(Employee.id == Person.id, Employee.disabled_at.is_(None))
    found = await db.scalar(
        select(Person.id).where(
            Person.id == receiver_id,
            Person.gone_at.is_(None),
            or_(and_(Person.uri.is_(None), here), _is_at_an_ally(sender_id)),
            or_(shown, hosts, wrote_to(sender_id)),
            not_(is_blocked_between(sender_id, receiver_id)),
        )
    )
    return found is not None


def wrote_to(person_id: int) -> ColumnElement[bool]:
    """Somebody who has written to this person, as a condition on `Person`."""
    return exists().where(Letter.sender_id == Person.id, Letter.receiver_id == person_id)


def is_blocked_between(one_id: int, other_id: int) -> ColumnElement[bool]:
    """Whether one of the two blocks the other, as far as that is decided here."""
    return exists().where(
        Distance.kind == "block",
        or_(
            and_(Distance.person_id == other_id, Distance.account_id == one_id),
            and_(Distance.person_id == one_id, Distance.account_id == other_id),
        ),
    )


def _is_at_an_ally(sender_id: int) -> ColumnElement[bool]:
    """Somebody of an allied company, whom nobody shuts out and who shuts nobody out; condition on `Person`.

    Whose answer would not be taken in is not written to either. The sender's key is `person:<id>`.
    """
    allied = exists().where(Partner.company_id == Person.company_id, Partner.state == "allied")
    theirs = and_(ActorBlock.by_them, ActorBlock.ours.in_(("instance", f"person:{sender_id}")))
    blocked = exists().where(ActorBlock.actor_uri == Person.uri, or_(theirs, ActorBlock.by_them.is_(False)))
    return and_(
        Person.uri.is_not(None), allied, not_(blocked), not_(is_treated(Person.host, "silence", "suspend"))
    )


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


async def take_back_letter(uow: UnitOfWork, letter_id: int, sender_id: int) -> None:
    """Its writer, one of ours, takes a letter back: nothing of it remains here, and the receiver's company
    is asked to forget it. Nothing happens for somebody else's."""
    letter = await uow.db.scalar(
        select(Letter)
        .where(Letter.id == letter_id, Letter.sender_id == sender_id, Letter.gone_at.is_(None))
        .with_for_update(of=Letter)
    )
    if letter is not None:
        await empty_letter(uow, letter)


async def empty_letter(uow: UnitOfWork, letter: Letter) -> None:
    """Takes the words out; that there was a letter still counts."""
    letter.text, letter.gone_at = "", uow.now
    await uow.db.flush()
    uow.record(LetterTakenBack(letter))


async def _count(uow: UnitOfWork, sender_id: int, receiver_id: int) -> None:
    lately = Letter.created_at > uow.now - _A_DAY
    own = select(func.count()).where(Letter.sender_id == sender_id, lately)
    if (await uow.db.scalar(own) or 0) >= MOST_A_DAY:
        raise TooMany(
            "You have written to five people today. Please go on tomorrow.", retry_after=24 * 60 * 60
        )
    company_id = await uow.db.scalar(
        select(Person.company_id).where(Person.id == receiver_id, Person.uri.is_not(None))
    )
    if company_id is None:
        return
    # Locked, so that letters to one company are counted one after the other.
    await uow.db.scalar(select(Company.id).where(Company.id == company_id).with_for_update(key_share=True))
    colleagues = (
        select(func.count())
        .select_from(Letter)
        .join(Person, Person.id == Letter.receiver_id)
        .where(Person.company_id == company_id, lately)
    )
    if (await uow.db.scalar(colleagues) or 0) >= MOST_TO_A_COMPANY:
        raise TooMany(
            "Many letters have gone to that company today. Please go on tomorrow.", retry_after=24 * 60 * 60
        )
