"""The post of one employee in their apps: where they stand with a session, letters, and the helper.

Words of ours are not written here: readers are told in their own language what a message is about. The link
to a meeting is looked up for whoever reads, as long as they are going.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, delete, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from alliance.composing import composed
from alliance.errors import NotFound
from alliance.facts import AttendanceAnswered, AttendanceAsked, AttendanceChanged, AttendanceLeft, Fact
from alliance.models import AppToken, Attendance, Employee, Message
from alliance.models.message import HELPER_ID as HELPER_ID
from alliance.models.message import HELPER_NAMES as HELPER_NAMES
from alliance.personal_links import personal_link
from alliance.story_facts import (
    LetterReceived,
    LetterTakenBack,
    LetterWritten,
    MessageChanged,
    MessageDeleted,
    MessageWritten,
)
from alliance.unit_of_work import Listener, UnitOfWork
from alliance.vault import Vault

SEALED_PURPOSE = "message.sealed"
MOST_MESSAGES = 2000
"""Of one person; the oldest go."""
_STANDINGS = {"going": "joined", "waiting": "waiting", "asked": "asked"}


async def on_attendance(
    uow: UnitOfWork, fact: AttendanceChanged | AttendanceAsked | AttendanceAnswered | AttendanceLeft
) -> None:
    """Somebody of ours who uses apps stands otherwise with a session: one message says how, the newest."""
    if fact.person.uri is not None or not await _uses_apps(uow, fact.person.id):
        return
    state, previous = fact.attendance.state, getattr(fact, "previous", None)
    if state == previous and state == "going" and isinstance(fact, AttendanceChanged):
        return  # the link is looked up anew anyway
    about = Message.about.in_(_STANDINGS.values())
    of_session = (Message.person_id == fact.person.id) & (Message.session_id == fact.session.id)
    await _throw_away(uow, fact.person.id, of_session & about)
    if state in _STANDINGS:
        holder = fact.session.company_id
        await write(uow, fact.person.id, holder, _STANDINGS[state], session_id=fact.session.id)


async def on_letter(uow: UnitOfWork, fact: LetterWritten | LetterReceived) -> None:
    """A copy for each of the two that is one of ours; nobody sees the other's."""
    letter = fact.letter
    ours = set(
        await uow.db.scalars(
            select(Employee.id).where(Employee.id.in_((letter.sender_id, letter.receiver_id)))
        )
    )
    html = composed(letter.text, {}, lambda slug: f"{uow.settings.origin}/sessions?topic={slug}")
    for person_id, other_id, direction in (
        (letter.sender_id, letter.receiver_id, "from"),
        (letter.receiver_id, letter.sender_id, "to"),
    ):
        if person_id not in ours:
            continue
        written = await write(
            uow, person_id, other_id, "letter", direction=direction, text=letter.text, html=html
        )
        written.letter_id = letter.id
    await uow.db.flush()


async def on_letter_taken_back(uow: UnitOfWork, fact: LetterTakenBack) -> None:
    """It goes from both posts."""
    about = Message.letter_id == fact.letter.id
    for person_id in (fact.letter.sender_id, fact.letter.receiver_id):
        await _throw_away(uow, person_id, about)


LISTENERS: dict[type[Fact], list[Listener]] = {
    AttendanceChanged: [on_attendance],
    AttendanceAsked: [on_attendance],
    AttendanceAnswered: [on_attendance],
    AttendanceLeft: [on_attendance],
    LetterWritten: [on_letter],
    LetterReceived: [on_letter],
    LetterTakenBack: [on_letter_taken_back],
}


async def write(
    uow: UnitOfWork,
    person_id: int,
    other_id: int,
    about: str,
    *,
    direction: str = "to",
    session_id: int | None = None,
    parent_id: int | None = None,
    text: str = "",
    html: str = "",
    sealed: str | None = None,
    audience: str = "alliance",
) -> Message:
    """Puts a message into somebody's post; `sealed` is kept encrypted, for what carries a meeting link."""
    message = Message(
        id=uow.new_id(),
        person_id=person_id,
        direction=direction,
        other_id=other_id,
        about=about,
        session_id=session_id,
        parent_id=parent_id,
        text=text,
        html=html,
        sealed=uow.vault.seal(sealed, SEALED_PURPOSE) if sealed is not None else None,
        audience=audience,
        created_at=uow.now,
        updated_at=uow.now,
        read_at=uow.now if direction == "from" else None,
    )
    uow.db.add(message)
    await uow.db.flush()
    await _forget_oldest(uow, person_id)
    uow.record(MessageWritten(message))
    return message


async def answered(uow: UnitOfWork, message: Message, answer: str) -> None:
    """The question in a message was answered; what was sealed for it is no longer needed."""
    message.answer, message.sealed, message.updated_at = answer, None, uow.now
    await uow.db.flush()
    uow.record(MessageChanged(message))


async def own_message(uow: UnitOfWork, message_id: int, person_id: int) -> Message:
    """A message of this person, locked. Raises NotFound for anybody else's."""
    found = await uow.db.scalar(
        select(Message)
        .where(Message.id == message_id, Message.person_id == person_id)
        .with_for_update(of=Message)
    )
    if found is None:
        raise NotFound
    return found


async def throw_message_away(uow: UnitOfWork, message_id: int, person_id: int) -> None:
    """Only from this person's own post. Raises NotFound."""
    if not await _throw_away(uow, person_id, Message.id == message_id):
        raise NotFound


async def throw_conversation_away(uow: UnitOfWork, person_id: int, other_id: int) -> None:
    """Everything between the two, from this person's own post. Raises NotFound when there is nothing."""
    if not await _throw_away(uow, person_id, Message.other_id == other_id):
        raise NotFound


async def read_conversation(uow: UnitOfWork, person_id: int, other_id: int) -> None:
    """The person has seen everything of it."""
    await uow.db.execute(
        update(Message)
        .where(Message.person_id == person_id, Message.other_id == other_id, Message.read_at.is_(None))
        .values(read_at=uow.now)
        .execution_options(synchronize_session=False)
    )


async def unread_conversation(uow: UnitOfWork, person_id: int, other_id: int) -> None:
    """The last message of it is new once more, whoever wrote it."""
    last = await uow.db.scalar(
        select(func.max(Message.id)).where(Message.person_id == person_id, Message.other_id == other_id)
    )
    await uow.db.execute(
        update(Message)
        .where(Message.id == last)
        .values(read_at=None)
        .execution_options(synchronize_session=False)
    )


@dataclass(frozen=True)
class Exchange:
    """What one person has with one other: the newest message, and whether something is unread."""

    other_id: int
    last_id: int
    is_unread: bool


async def exchanges(
    db: AsyncSession,
    person_id: int,
    *,
    before: int | None = None,
    after: int | None = None,
    limit: int = 20,
    is_upwards: bool = False,
) -> list[Exchange]:
    """Conversations of a person, that with the newest message first; keys are ids of newest messages.

    With `is_upwards` those just above `after`, and not the newest of all.
    """
    last = func.max(Message.id)
    unread = func.count(Message.id).filter(Message.read_at.is_(None))
    wanted: Select[int, int, int] = (
        select(Message.other_id, last, unread)
        .where(Message.person_id == person_id)
        .group_by(Message.other_id)
    )
    if before is not None:
        wanted = wanted.having(last < before)
    if after is not None:
        wanted = wanted.having(last > after)
    rows = await db.execute(wanted.order_by(last.asc() if is_upwards else last.desc()).limit(limit))
    found = [Exchange(row[0], row[1], row[2] > 0) for row in rows]
    return found[::-1] if is_upwards else found


async def links_for(
    db: AsyncSession, vault: Vault, origin: str, messages: Sequence[Message]
) -> dict[int, str]:
    """The personal links that messages about a place lead to now, by message; one query."""
    wanted = [one for one in messages if one.about == "joined" and one.session_id is not None]
    if not wanted:
        return {}
    rows = await db.scalars(
        select(Attendance)
        .where(
            Attendance.session_id.in_({one.session_id for one in wanted}),
            Attendance.person_id.in_({one.person_id for one in wanted}),
        )
        .options(joinedload(Attendance.session))
    )
    links = {(row.session_id, row.person_id): personal_link(origin, vault, row) for row in rows}
    found = {one.id: links.get((one.session_id or 0, one.person_id)) for one in wanted}
    return {id_: link for id_, link in found.items() if link}


def opened(vault: Vault, message: Message) -> str:
    """What was sealed in a message; empty for nothing."""
    return vault.open(message.sealed, SEALED_PURPOSE) if message.sealed else ""


async def _uses_apps(uow: UnitOfWork, person_id: int) -> bool:
    """Whether they have an app that may show it: nothing is kept for anybody else."""
    return bool(await uow.db.scalar(select(exists().where(AppToken.employee_id == person_id))))


async def _throw_away(uow: UnitOfWork, person_id: int, which: ColumnElement[bool]) -> int:
    ids = list(
        await uow.db.scalars(
            delete(Message).where(Message.person_id == person_id, which).returning(Message.id)
        )
    )
    for message_id in ids:
        uow.record(MessageDeleted(message_id, person_id))
    return len(ids)


async def _forget_oldest(uow: UnitOfWork, person_id: int) -> None:
    oldest = await uow.db.scalar(
        select(Message.id)
        .where(Message.person_id == person_id)
        .order_by(Message.id.desc())
        .offset(MOST_MESSAGES)
        .limit(1)
    )
    if oldest is not None:
        await _throw_away(uow, person_id, Message.id <= oldest)
