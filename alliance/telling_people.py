"""Hears what happens to sessions and places, and tells those of our people whom it concerns.

Listens in the transaction of the change: whoever has a place has the mail about it in the queue as well.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from alliance import facts, story_facts
from alliance.calendars import invite, uninvite
from alliance.community_facts import CommunityPosted
from alliance.mailing import Recipient, tell
from alliance.models import Attendance, CalendarEntry, Person, Session
from alliance.places import ACTIVE
from alliance.series_calendars import dates_named, is_member, waits_for_its_turn
from alliance.telling_apps import on_message, on_story
from alliance.telling_followers import on_new
from alliance.telling_members import on_posted
from alliance.unit_of_work import Listener, UnitOfWork
from alliance.visibility import hosts_of

Place = tuple[Attendance, CalendarEntry | None]


async def on_place(uow: UnitOfWork, fact: facts.AttendanceChanged | facts.AttendanceAnswered) -> None:
    """Somebody's place has changed: at one of our sessions, or by the answer of another company."""
    attendance, session = fact.attendance, fact.session
    if attendance.state == "asked" and fact.previous != "asked" and session.uri is None:
        await tell(uow, "request", [Recipient(id_) for id_ in hosts_of(session)], session)
    if fact.person.uri is not None:
        return
    entry = await uow.db.get(CalendarEntry, attendance.id)
    if attendance.state == "going":
        asked_for = fact.previous in (None, "left", "asked")
        if entry is None and asked_for and await waits_for_its_turn(uow, session, attendance.person_id):
            return
        sequence = invite(uow, session, attendance, entry)
        by_somebody_else = fact.previous not in (None, "left", "maybe", "declined")
        kind = {"waiting": "moved_up", "going": "changed"}.get(fact.previous or "", "joined")
        one = Recipient(attendance.person_id, attendance.id, "REQUEST", sequence)
        data = {}
        if kind == "joined" and await is_member(uow, session, attendance.person_id):
            data = await dates_named(uow, session, attendance.person_id)
        await tell(uow, kind, [one], session, data=data, in_app=by_somebody_else)
        return
    gone = _cancelling(session, attendance, entry)
    if attendance.state == "declined" and fact.previous != "declined":
        await tell(uow, "declined", [gone], session)
    elif gone.method is not None:
        await tell(uow, "left", [gone], session, in_app=False)


async def on_left(uow: UnitOfWork, fact: facts.AttendanceLeft) -> None:
    """One of our people gave back a place at another company."""
    entry = await uow.db.get(CalendarEntry, fact.attendance.id)
    gone = _cancelling(fact.session, fact.attendance, entry)
    if gone.method is not None:
        await tell(uow, "left", [gone], fact.session, in_app=False)


async def on_changed(uow: UnitOfWork, fact: facts.SessionChanged) -> None:
    """One of our sessions has changed."""
    if fact.cancelled or fact.postponed:
        await _call_off(uow, fact.session, "cancelled" if fact.cancelled else "postponed")
    else:
        await _tell_change(uow, fact.session, fact.previous_starts_at)


async def on_partner_changed(uow: UnitOfWork, fact: facts.PartnerSessionChanged) -> None:
    """A session of another company has changed."""
    status = fact.session.status
    if status in ("cancelled", "postponed"):
        if status != fact.previous_status:
            await _call_off(uow, fact.session, status)
        return
    moved = fact.previous_starts_at if fact.previous_starts_at != fact.session.starts_at else None
    await _tell_change(uow, fact.session, moved)


async def on_withdrawn(uow: UnitOfWork, fact: facts.SessionWithdrawn | facts.PartnerSessionWithdrawn) -> None:
    """A session is no longer there."""
    await _call_off(uow, fact.session, "withdrawn")


async def _call_off(uow: UnitOfWork, session: Session, kind: str) -> None:
    """Tells everybody who has or waits for a place, unless it is over anyway."""
    if session.ends_at <= uow.now:
        return
    places = await _places(uow, session)
    later = await _who_hears_later(uow, session, places)
    gone = [_cancelling(session, attendance, entry) for attendance, entry in places]
    near = [one for one in gone if one.employee_id not in later]
    await tell(uow, kind, [*near, *_co_hosts(session, gone)], session)
    await tell(uow, kind, [one for one in gone if one.employee_id in later], session, by_mail=False)


async def _tell_change(uow: UnitOfWork, session: Session, moved_from: Any) -> None:
    """Tells those who are going, where calendars have to hear of it (RFC 5546 section 3.2.2.1)."""
    if session.status not in ("scheduled", "tentative") or session.ends_at <= uow.now:
        return
    places = await _places(uow, session)
    later = await _who_hears_later(uow, session, places)
    concerned = [
        (attendance, entry)
        for attendance, entry in places
        if attendance.state == "going" and _is_behind(session, entry) and attendance.person_id not in later
    ]
    told = [Recipient(a.person_id, a.id, "REQUEST", invite(uow, session, a, entry)) for a, entry in concerned]
    if moved_from is not None or session.uri is not None:
        told += _co_hosts(session, told)
    data = {"moved_from": moved_from.isoformat()} if moved_from is not None else {}
    await tell(uow, "changed", told, session, data=data)


def _co_hosts(session: Session, told: Sequence[Recipient]) -> list[Recipient]:
    """Those who hold it with the host, and hear of it anyway where they have a place in it as well."""
    known = {one.employee_id for one in told}
    return [Recipient(id_) for id_ in session.co_host_ids or () if id_ not in known]


async def _who_hears_later(uow: UnitOfWork, session: Session, places: Sequence[Place]) -> set[int]:
    """Those of a series whose calendars have not heard of this date yet, and hear of it when it is near."""
    if session.series_id is None:
        return set()
    unheard = [attendance.person_id for attendance, entry in places if entry is None]
    return {one for one in unheard if await waits_for_its_turn(uow, session, one)}


def _is_behind(session: Session, entry: CalendarEntry | None) -> bool:
    return entry is None or not entry.is_there or entry.session_sequence < session.sequence


def _cancelling(session: Session, attendance: Attendance, entry: CalendarEntry | None) -> Recipient:
    """The person, with the CANCEL where it stands in their calendar."""
    sequence = uninvite(session, entry)
    method = None if sequence is None else "CANCEL"
    return Recipient(attendance.person_id, attendance.id, method, sequence)


async def _places(uow: UnitOfWork, session: Session) -> Sequence[Place]:
    """The places of our own people in a session, with what their calendars know."""
    rows = await uow.db.execute(
        select(Attendance, CalendarEntry)
        .join(Person, Person.id == Attendance.person_id)
        .outerjoin(CalendarEntry, CalendarEntry.attendance_id == Attendance.id)
        .where(
            Attendance.session_id == session.id,
            Attendance.state.in_(ACTIVE),
            Person.uri.is_(None),
            Person.gone_at.is_(None),
        )
        .order_by(Attendance.id)
    )
    return [(attendance, entry) for attendance, entry in rows]


async def on_hosting_asked(uow: UnitOfWork, fact: facts.HostingAsked) -> None:
    """One of our people is asked to hold a session, by a colleague or by another company."""
    await tell(uow, "hosting", [Recipient(fact.person.id)], fact.session)


async def on_hosting_answered(uow: UnitOfWork, fact: facts.HostingAnswered) -> None:
    """The host of a session of ours hears who holds it too, and who does not or no longer."""
    if fact.session.uri is None and fact.session.host_id is not None:
        kind = "hosting_yes" if fact.co_host.state == "yes" else "hosting_no"
        await tell(uow, kind, [Recipient(fact.session.host_id)], fact.session)


async def on_hosting_ended(uow: UnitOfWork, fact: facts.HostingEnded) -> None:
    """One of our people no longer holds a session, or is no longer asked to."""
    await tell(uow, "hosting_over", [Recipient(fact.person.id)], fact.session)


async def on_handed_over(uow: UnitOfWork, fact: facts.SessionHandedOver) -> None:
    """One of our people is the host now, because the former one has left."""
    await tell(uow, "hosting_yours", [Recipient(fact.heir.id)], fact.session)


TELLING: Mapping[type[facts.Fact], Listener] = {
    CommunityPosted: on_posted,
    facts.SessionPublished: on_new,
    facts.SessionReceived: on_new,
    facts.AttendanceChanged: on_place,
    facts.AttendanceAnswered: on_place,
    facts.AttendanceLeft: on_left,
    facts.HostingAsked: on_hosting_asked,
    facts.HostingAnswered: on_hosting_answered,
    facts.HostingEnded: on_hosting_ended,
    facts.SessionHandedOver: on_handed_over,
    facts.SessionChanged: on_changed,
    facts.PartnerSessionChanged: on_partner_changed,
    facts.SessionWithdrawn: on_withdrawn,
    facts.PartnerSessionWithdrawn: on_withdrawn,
    story_facts.MessageWritten: on_message,
    story_facts.StoryTold: on_story,
}
"""Which fact is told to our own people by whom; the wiring hands it to units of work."""
