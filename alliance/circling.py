"""What happens in a learning circle: its people say yes, meet, check in, and leave when they have to."""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from alliance.circle_calls import call_to_organise
from alliance.circle_facts import CircleChanged, CircleSaid, MeetingWished, NoteSaid, NoteTakenBack
from alliance.circle_news import MeetingWish
from alliance.circle_settling import locked_circle, people_of, settle
from alliance.circle_telling import tell_of_circle
from alliance.errors import Conflict, Forbidden, Invalid, NotFound
from alliance.meeting_links import checked_meeting_link
from alliance.models import (
    Circle,
    CircleMeeting,
    CircleMember,
    CircleNote,
    CirclePlace,
    Employee,
    PitStop,
    Session,
)
from alliance.text import clean_text
from alliance.times import moment_at
from alliance.unit_of_work import UnitOfWork
from alliance.visibility import employee_viewer, visible_sessions

CIRCLE_LINK = "circle.meeting_link"
NOTE_LIMIT = 2000
MOST_NOTES = 500
MOST_PIT_STOPS = 12
_FURTHEST = timedelta(days=200)


async def answer_circle(uow: UnitOfWork, circle_id: int, employee_id: int, *, yes: bool) -> Circle:
    """Who is asked says yes or no. Once everybody left has said yes, they learn who the others are.

    Raises NotFound for everybody who is not asked, Conflict for a yes to what has ended.
    """
    circle, member = await _own(uow, circle_id, employee_id, "asked", "yes")
    if member.answer == "yes":
        return circle
    if yes and circle.state == "ended":
        raise Conflict("This circle has ended.")
    member.answer, member.since = ("yes" if yes else "no"), uow.now
    await _has_answered(uow, circle, is_out=not yes)
    return circle


async def leave_circle(uow: UnitOfWork, circle_id: int, employee_id: int) -> None:
    """One of its people leaves; the others are told, and the organiser can ask somebody else.

    Raises NotFound for everybody who is not in it.
    """
    circle, member = await _own(uow, circle_id, employee_id, "yes")
    member.answer, member.since = "left", uow.now
    await _has_answered(uow, circle, is_out=True)
    others = [id_ for id_ in await people_of(uow, circle.id, "yes") if id_ != employee_id]
    await tell_of_circle(uow, "circle_left", circle, circle.call, others)


async def say_note(uow: UnitOfWork, circle_id: int, employee_id: int, text: str) -> CircleNote:
    """A few words for the circle alone. Raises NotFound, Invalid, Conflict."""
    circle, _ = await _in_running(uow, circle_id, employee_id)
    words = clean_text(text, NOTE_LIMIT + 1)
    if not words or len(words) > NOTE_LIMIT:
        raise Invalid("Please write 1 to {limit} characters.", field="text", limit=NOTE_LIMIT)
    said = select(func.count()).where(CircleNote.circle_id == circle.id)
    if (await uow.db.scalar(said) or 0) >= MOST_NOTES:
        raise Conflict("This circle has said a lot. Please go on elsewhere.")
    note = CircleNote(
        id=uow.new_id(), circle_id=circle.id, author_id=employee_id, text=words, created_at=uow.now
    )
    uow.db.add(note)
    await uow.db.flush()
    uow.record(NoteSaid(note))
    return note


async def take_note_back(uow: UnitOfWork, circle_id: int, note_id: int, employee_id: int) -> None:
    """Deletes one's own words. Raises NotFound."""
    circle, _ = await _in_running(uow, circle_id, employee_id)
    note = await uow.db.get(CircleNote, note_id)
    if note is None or note.circle_id != circle.id or note.author_id != employee_id:
        raise NotFound
    await uow.db.delete(note)
    await uow.db.flush()
    uow.record(NoteTakenBack(note_id, await others_in(uow, circle.id)))


async def mark_held(uow: UnitOfWork, circle_id: int, number: int, employee_id: int, *, held: bool) -> None:
    """Somebody says that the circle has met, or that it has not after all. Raises NotFound, Conflict."""
    circle, meeting = await _meeting(uow, circle_id, number, employee_id)
    if held and meeting.starts_at > uow.now:
        raise Conflict("This meeting is still to come.")
    meeting.held_at = uow.now if held else None
    await uow.db.flush()
    _tell_meeting(uow, circle, MeetingWish(number, is_held=held))


async def move_meeting(
    uow: UnitOfWork, circle_id: int, number: int, employee_id: int, local: datetime | None, zone: str
) -> None:
    """One of the twelve meetings takes place at another time; `local` is naive, in `zone`.

    Raises NotFound, and Invalid for times that are none, past or far off.
    """
    circle, meeting = await _meeting(uow, circle_id, number, employee_id)
    if local is None:
        raise Invalid("Please give a day and a time.", field="starts_at")
    starts_at = moment_at(local, zone)
    put_meeting(uow, meeting, starts_at)
    await uow.db.flush()
    _tell_meeting(uow, circle, MeetingWish(number, starts_at=starts_at))


def put_meeting(uow: UnitOfWork, meeting: CircleMeeting, starts_at: datetime) -> None:
    """Moves it. Raises Invalid for times that are past or far off."""
    if not uow.now < starts_at < uow.now + _FURTHEST:
        raise Invalid("Please choose a moment to come.", field="starts_at")
    meeting.ends_at = starts_at + (meeting.ends_at - meeting.starts_at)
    meeting.starts_at, meeting.held_at = starts_at, None
    meeting.sequence += 1


async def set_circle_link(uow: UnitOfWork, circle_id: int, employee_id: int, link: str) -> None:
    """Where the circle meets online; empty takes it back. Raises NotFound, Invalid."""
    circle, _ = await _in_running(uow, circle_id, employee_id)
    checked = checked_meeting_link(link) if link.strip() else None
    circle.meeting_link = uow.vault.seal(checked, CIRCLE_LINK) if checked else None
    circle.link_at = uow.now
    await uow.db.flush()
    uow.record(CircleSaid(circle))


async def add_pit_stop(uow: UnitOfWork, call_id: int, session_id: int, by: Employee) -> None:
    """A session of ours is where all circles of this call tell each other how it goes. Raises as needed."""
    call = await call_to_organise(uow, call_id, by)
    session = await uow.db.scalar(
        select(Session).where(
            Session.id == session_id, Session.uri.is_(None), visible_sessions(employee_viewer(by.id))
        )
    )
    if session is None or session.status == "draft" or session.host_id != by.id:
        raise Invalid("Please choose one of your own sessions.", field="session")
    known = set(await uow.db.scalars(select(PitStop.session_id).where(PitStop.call_id == call.id)))
    if len(known) >= MOST_PIT_STOPS:
        raise Conflict("There are many pit stops already.")
    if session.id not in known:
        uow.db.add(PitStop(call_id=call.id, session_id=session.id))
        await uow.db.flush()


async def _own(
    uow: UnitOfWork, circle_id: int, employee_id: int, *answers: str
) -> tuple[Circle, CircleMember]:
    """The circle, locked, and the place of this person in it. Raises NotFound."""
    circle = await locked_circle(uow, Circle.id == circle_id)
    member = await uow.db.scalar(
        select(CircleMember)
        .join(CirclePlace, CirclePlace.id == CircleMember.place_id)
        .where(CircleMember.circle_id == circle_id, CirclePlace.person_id == employee_id)
        .where(CircleMember.answer.in_(answers))
    )
    if circle is None or member is None:
        raise NotFound
    return circle, member


async def _in_running(uow: UnitOfWork, circle_id: int, employee_id: int) -> tuple[Circle, CircleMember]:
    circle, member = await _own(uow, circle_id, employee_id, "yes")
    if circle.state != "running":
        raise Forbidden("Not everybody in this circle has said yes yet.")
    return circle, member


async def _meeting(
    uow: UnitOfWork, circle_id: int, number: int, employee_id: int
) -> tuple[Circle, CircleMeeting]:
    circle, _ = await _in_running(uow, circle_id, employee_id)
    meeting = await uow.db.scalar(
        select(CircleMeeting).where(CircleMeeting.circle_id == circle_id, CircleMeeting.number == number)
    )
    if meeting is None:
        raise NotFound
    return circle, meeting


async def others_in(uow: UnitOfWork, circle_id: int) -> tuple[int, ...]:
    """The other companies of a circle that somebody of is or was in, by number."""
    rows = await uow.db.scalars(
        select(CirclePlace.company_id)
        .join(CircleMember, CircleMember.place_id == CirclePlace.id)
        .where(CircleMember.circle_id == circle_id, CirclePlace.person_id.is_(None))
        .distinct()
        .order_by(CirclePlace.company_id)
    )
    return tuple(rows.all())


async def _has_answered(uow: UnitOfWork, circle: Circle, *, is_out: bool) -> None:
    await uow.db.flush()
    await settle(uow, circle)
    uow.record(CircleSaid(circle))
    if is_out:
        uow.record(CircleChanged(circle))


def _tell_meeting(uow: UnitOfWork, circle: Circle, wish: MeetingWish) -> None:
    uow.record(CircleChanged(circle) if circle.uri is None else MeetingWished(circle, wish))
