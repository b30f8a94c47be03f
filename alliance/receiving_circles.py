"""Takes in circles that allied companies formed with people of ours, and what each says of its own people."""

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from alliance.circle_calls import avoided_by
from alliance.circle_facts import CircleChanged, CircleSaid
from alliance.circle_news import Address, CircleNews, MeetingWish, NoteNews, WordNews
from alliance.circle_settling import INSIDE, forget_name, locked_circle, people_of, settle
from alliance.circle_telling import tell_of_circle
from alliance.circling import CIRCLE_LINK, MOST_NOTES, put_meeting
from alliance.errors import Conflict, Forbidden, Invalid, NotFound
from alliance.meeting_links import checked_meeting_link
from alliance.models import (
    Circle,
    CircleCall,
    CircleMeeting,
    CircleMember,
    CircleNote,
    CirclePlace,
    Company,
    Employee,
    Partner,
)
from alliance.unit_of_work import UnitOfWork

MOST_MOVES = 1000
MOST_EVER_INSIDE = 40
"""So many people come and go in a circle of another company."""
MOST_TIMES_ASKED = 5
"""So often somebody of ours is asked by one call."""
_RANK = {"asked": 0, "yes": 1, "no": 2, "left": 2}


async def receive_circle(uow: UnitOfWork, company: Company, news: CircleNews) -> Circle | None:
    """Stores a circle that this company formed, and who is in it now; None for what is not newer.

    Where somebody is in it of a company that we are not allied with, or two of ours who had rather not meet,
    those who were asked last say no, by us and without a word to anybody; so do closed accounts.
    Raises NotFound for no call of theirs and for a new circle that nobody of ours is asked into, Forbidden
    for another call's, Conflict for hours that the call has not and for too many people.
    """
    call = await uow.db.scalar(
        select(CircleCall).where(CircleCall.uri == news.call.uri, CircleCall.company_id == company.id)
    )
    if call is None or call.state == "withdrawn":
        raise NotFound
    circle = await find_circle(uow, news.circle)
    if circle is not None and circle.call_id != call.id:
        raise Forbidden(detail="another call's circle")
    if circle is not None and (circle.version or 0) >= news.version:
        return None
    if any(slot >= len(call.slots) for slot in news.slots):
        raise Conflict(detail="hours that the call has not")
    places = await _places(uow, call, company, news.members)
    busy = await _elsewhere(uow, circle, places)
    places = [place for place in places if place.id not in busy]
    ours = [place for place in places if place.person_id is not None]
    if circle is None:
        if not ours or news.has_ended:
            raise NotFound  # so that nothing is kept of the others in it
        circle = Circle(id=uow.new_id(), call=call, uri=news.circle.uri, met=0, state="asked",
                        meeting_link=None, heard={}, created_at=uow.now)  # fmt: skip
        uow.db.add(circle)
    is_known = circle.version is not None
    circle.version, circle.topic, circle.language = news.version, news.topic, news.language
    circle.slots, circle.wished = list(news.slots), news.wished
    circle.companies = len({member.host for member in news.members})
    await uow.db.flush()
    await _meet(uow, circle, news)
    added = await _compose(uow, circle, places)
    known = {place.uri for place in places}
    is_whole = all(member.own or member.uri in known for member in news.members)
    apart = await _who_avoids(uow, circle, ours, added)
    out = await _decline(uow, circle, [*apart, *await _who_left(uow, ours)] if is_whole else ours)
    if news.has_ended:
        circle.state = "ended"
    began = await settle(uow, circle)
    if began or out or (added and is_known):
        uow.record(CircleSaid(circle, asks=bool(added) and is_known))
    asked = [place.person_id for place in ours if place.id in added and place.person_id is not None]
    still = set(await people_of(uow, circle.id, "asked"))
    await tell_of_circle(uow, "circle_asked", circle, call, [id_ for id_ in asked if id_ in still])
    return circle


async def receive_word(uow: UnitOfWork, company: Company, news: WordNews) -> bool:
    """What this company says of its people in a circle of ours or of anybody's; False if it is not newer.

    Names are kept only while everybody here has said yes. Raises NotFound for a circle that none of its
    people is or was in.
    """
    circle = await find_circle(uow, news.circle)
    members = await _members_of(uow, circle, company) if circle is not None else []
    if circle is None or not members:
        raise NotFound
    if circle.heard.get(company.host, 0) >= news.version:
        return False
    circle.heard = {**circle.heard, company.host: news.version}
    said = {one.place.uri: one for one in news.members}
    gone = is_out = False
    for member in members:
        one = said.get(member.place.uri or "")
        if one is not None and _RANK[one.answer] > _RANK[member.answer]:
            is_out = is_out or _RANK[one.answer] == 2
            gone = gone or (_RANK[one.answer] == 2 and member.answer == "yes" and circle.state == "running")
            member.answer, member.since = one.answer, uow.now
    await uow.db.flush()
    began = await settle(uow, circle)
    await _keep_names(uow, circle, members, news)
    if began:
        uow.record(CircleSaid(circle))
    elif news.asks and await _has_spoken(uow, circle):
        uow.record(CircleSaid(circle, only=company.id))
    if is_out:
        uow.record(CircleChanged(circle))
    if gone:
        left = await people_of(uow, circle.id, "yes")
        await tell_of_circle(uow, "circle_left", circle, circle.call, left)
    return True


async def receive_meeting(uow: UnitOfWork, company: Company, news: MeetingWish) -> None:
    """Somebody of this company moves a meeting of a circle of ours. Raises NotFound, Invalid, Conflict."""
    circle = await find_circle(uow, news.circle) if news.circle is not None else None
    if circle is None or circle.uri is not None or circle.state != "running":
        raise NotFound
    if not any(member.answer == "yes" for member in await _members_of(uow, circle, company)):
        raise NotFound
    meeting = await uow.db.scalar(
        select(CircleMeeting).where(CircleMeeting.circle_id == circle.id, CircleMeeting.number == news.number)
    )
    if meeting is None:
        raise NotFound
    if news.starts_at is not None:
        if meeting.sequence >= MOST_MOVES:
            raise Conflict(detail="moved too often")
        put_meeting(uow, meeting, news.starts_at)
    elif news.is_held is not None:
        if news.is_held and meeting.starts_at > uow.now:
            raise Conflict(detail="still to come")
        meeting.held_at = uow.now if news.is_held else None
    await uow.db.flush()
    uow.record(CircleChanged(circle))


async def receive_circle_note(uow: UnitOfWork, company: Company, news: NoteNews) -> bool:
    """A check-in by somebody of this company; False if it is known. Raises NotFound, Conflict."""
    circle = await find_circle(uow, news.circle)
    if circle is None or circle.state != "running" or not await people_of(uow, circle.id, "yes"):
        raise NotFound
    members = await _members_of(uow, circle, company)
    member = next((one for one in members if one.place.uri == news.place.uri), None)
    if member is None or member.answer != "yes":
        raise NotFound
    if await uow.db.scalar(select(CircleNote.id).where(CircleNote.uri == news.uri)) is not None:
        return False
    if (
        await uow.db.scalar(select(func.count()).where(CircleNote.circle_id == circle.id)) or 0
    ) >= MOST_NOTES:
        raise Conflict(detail="a lot was said")
    note = CircleNote(id=uow.new_id(), circle_id=circle.id, place_id=member.place_id, uri=news.uri,
                      text=news.text, created_at=uow.now)  # fmt: skip
    uow.db.add(note)
    await uow.db.flush()
    return True


async def forget_circle_note(uow: UnitOfWork, company_id: int, uri: str) -> bool:
    """Somebody of this company takes a check-in back; False when there is none of theirs."""
    note = await uow.db.scalar(
        select(CircleNote)
        .join(CirclePlace, CirclePlace.id == CircleNote.place_id)
        .where(CircleNote.uri == uri, CirclePlace.company_id == company_id)
    )
    if note is None:
        return False
    await uow.db.delete(note)
    await uow.db.flush()
    return True


async def find_circle(uow: UnitOfWork, address: Address) -> Circle | None:
    """A circle that we formed, or one that we were told of; locked, with its call."""
    which = Circle.id == address.number if address.own else Circle.uri == address.uri
    circle = await locked_circle(uow, which)
    return circle if circle is None or address.own == "" or circle.uri is None else None


async def _places(
    uow: UnitOfWork, call: CircleCall, company: Company, members: tuple[Address, ...]
) -> list[CirclePlace]:
    """The places that we know or may know: ours, of the company of the call, of companies allied with us.

    Whom we know already stays while the alliance with their company pauses.
    """
    hosts = {member.host for member in members if not member.own}
    rows = await uow.db.execute(
        select(Company.host, Company.id, Partner.state)
        .join(Partner, Partner.company_id == Company.id)
        .where(Company.host.in_(hosts), Partner.state.in_(("allied", "paused")))
    )
    by_host = {host: (company_id, state) for host, company_id, state in rows}
    found: list[CirclePlace] = []
    for member in members:
        which = CirclePlace.token == member.own if member.own else CirclePlace.uri == member.uri
        place = await uow.db.scalar(select(CirclePlace).where(which))
        owner, state = by_host.get(member.host, (0, ""))
        if place is None and state == "allied" and not member.own:
            place = CirclePlace(id=uow.new_id(), call_id=call.id, company_id=owner, uri=member.uri,
                                topics=[], languages=[], slots=[], utc_offset=0, name="", handle="",
                                since=uow.now)  # fmt: skip
            uow.db.add(place)
        if place is None or place.call_id != call.id:
            continue
        if member.own or place.company_id == owner:
            found.append(place)
    await uow.db.flush()
    return found


async def _elsewhere(uow: UnitOfWork, circle: Circle | None, places: list[CirclePlace]) -> set[int]:
    """Those of ours who are in another circle, or have been asked often: they are not asked again."""
    ours = [place.id for place in places if place.person_id is not None]
    rows = await uow.db.execute(
        select(CircleMember.place_id, CircleMember.answer).where(
            CircleMember.place_id.in_(ours),
            CircleMember.circle_id != (circle.id if circle is not None else 0),
        )
    )
    found = [(row[0], row[1]) for row in rows]
    often = {one for one in ours if sum(place == one for place, _ in found) >= MOST_TIMES_ASKED}
    return often | {place for place, answer in found if answer in INSIDE}


async def _compose(uow: UnitOfWork, circle: Circle, places: list[CirclePlace]) -> set[int]:
    """Makes these the people of the circle; tells the numbers of the places that are new."""
    rows = await uow.db.scalars(
        select(CircleMember)
        .where(CircleMember.circle_id == circle.id)
        .options(joinedload(CircleMember.place))
    )
    known = {member.place_id: member for member in rows}
    wanted = {place.id for place in places}
    for place_id, member in known.items():
        if place_id not in wanted and member.answer in INSIDE:
            member.answer, member.since = "left", uow.now
            await forget_name(uow, member.place)
    added = wanted - known.keys()
    if len(added) + len(known) > MOST_EVER_INSIDE:
        raise Conflict(detail="too many came and went")
    for place_id in sorted(added):
        uow.db.add(CircleMember(id=uow.new_id(), circle_id=circle.id, place_id=place_id, answer="asked",
                                since=uow.now))  # fmt: skip
    await uow.db.flush()
    return added


async def _has_spoken(uow: UnitOfWork, circle: Circle) -> bool:
    """Whether anybody of ours has answered yet."""
    return bool(await people_of(uow, circle.id, "yes", "no", "left"))


async def _decline(uow: UnitOfWork, circle: Circle, places: list[CirclePlace]) -> bool:
    rows = await uow.db.scalars(
        select(CircleMember).where(
            CircleMember.circle_id == circle.id, CircleMember.place_id.in_([place.id for place in places])
        )
    )
    inside = [member for member in rows if member.answer in INSIDE]
    for member in inside:
        member.answer, member.since = ("no" if member.answer == "asked" else "left"), uow.now
    await uow.db.flush()
    return bool(inside)


async def _who_avoids(
    uow: UnitOfWork, circle: Circle, ours: list[CirclePlace], added: set[int]
) -> list[CirclePlace]:
    """Those of ours who were asked just now although they, or others of ours inside, would rather not."""
    answers = await uow.db.execute(
        select(CircleMember.place_id, CircleMember.answer).where(CircleMember.circle_id == circle.id)
    )
    inside = {row[0] for row in answers if row[1] in INSIDE}
    there = [place for place in ours if place.id in inside]
    out: list[CirclePlace] = []
    for place in sorted((one for one in there if one.id in added), key=lambda one: one.id):
        others = [other for other in there if other is not place and other not in out]
        away = avoided_by(uow, place)
        if any(other.person_id in away or place.person_id in avoided_by(uow, other) for other in others):
            out.append(place)
    return out


async def _who_left(uow: UnitOfWork, ours: list[CirclePlace]) -> list[CirclePlace]:
    """Those of ours whose account was closed before the company of the call had heard of it."""
    people = [place.person_id for place in ours]
    found = set(await uow.db.scalars(
        select(Employee.id).where(Employee.id.in_(people), Employee.disabled_at.is_(None))
    ))  # fmt: skip
    return [place for place in ours if place.person_id not in found]


async def _meet(uow: UnitOfWork, circle: Circle, news: CircleNews) -> None:
    rows = await uow.db.scalars(select(CircleMeeting).where(CircleMeeting.circle_id == circle.id))
    known = {meeting.number: meeting for meeting in rows}
    for told in news.meetings:
        meeting = known.get(told.number)
        if meeting is None:
            meeting = CircleMeeting(id=uow.new_id(), circle_id=circle.id, number=told.number)
            uow.db.add(meeting)
        meeting.starts_at, meeting.ends_at, meeting.sequence = told.starts_at, told.ends_at, told.sequence
        held_at = meeting.held_at or uow.now
        meeting.held_at = held_at if told.is_held else None
    await uow.db.flush()


async def _members_of(uow: UnitOfWork, circle: Circle, company: Company) -> list[CircleMember]:
    rows = await uow.db.scalars(
        select(CircleMember)
        .join(CirclePlace, CirclePlace.id == CircleMember.place_id)
        .where(CircleMember.circle_id == circle.id, CirclePlace.company_id == company.id)
        .where(CirclePlace.person_id.is_(None))
        .order_by(CircleMember.id)
        .options(joinedload(CircleMember.place))
    )
    return list(rows.all())


async def _keep_names(uow: UnitOfWork, circle: Circle, members: list[CircleMember], news: WordNews) -> None:
    """Of those who have said yes, once all have, and only if somebody of ours is inside."""
    is_for_us = circle.state == "running" and bool(await people_of(uow, circle.id, "yes"))
    said = {one.place.uri: one for one in news.members}
    for member in members:
        one = said.get(member.place.uri or "")
        if member.answer not in INSIDE:
            await forget_name(uow, member.place)
        elif is_for_us and member.answer == "yes" and one is not None and one.name:
            member.place.name, member.place.handle = one.name, one.handle
    speaks = any(member.answer == "yes" for member in members)
    if is_for_us and speaks and news.link is not None and news.link_at is not None:
        _keep_link(uow, circle, news)
    await uow.db.flush()


def _keep_link(uow: UnitOfWork, circle: Circle, news: WordNews) -> None:
    set_at = min(news.link_at or uow.now, uow.now)
    if circle.link_at is not None and set_at <= circle.link_at:
        return
    try:
        checked = checked_meeting_link(news.link or "") if news.link else None
    except Invalid:
        return
    circle.meeting_link = uow.vault.seal(checked, CIRCLE_LINK) if checked else None
    circle.link_at = set_at


__all__ = [
    "find_circle", "forget_circle_note", "receive_circle", "receive_circle_note", "receive_meeting",
    "receive_word",
]  # fmt: skip
