"""Puts learning circles on stage: one of three companies in its fourth week, and a call for all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from alliance.circle_calls import CallDraft, PlaceDraft, open_call, sign_up, slot_start
from alliance.circle_codes import new_token
from alliance.circle_guides import GUIDES
from alliance.models import (
    WEEKS,
    Circle,
    CircleCall,
    CircleMeeting,
    CircleMember,
    CircleNote,
    CirclePlace,
    Company,
    Employee,
)
from alliance.unit_of_work import UnitOfWork
from web.demo.content.circles import NOTES, OPEN, PAIR, RUNNING, SEATS, SIGN_UPS
from web.demo.progress import Storyteller
from web.demo.stage_alliance import until
from web.demo.stage_company import Cast

_HOUR = 2


@dataclass
class _Seat:
    """Somebody in the circle that runs: the company, and how the others know them."""

    cast: Cast
    person_id: int
    name: str
    handle: str
    token: str

    @property
    def uri(self) -> str:
        return self.cast.federation.uris.circle_place(self.token)


@dataclass
class _Shared:
    """What the companies call the same: the call, the circle, and the notes in their order."""

    call: str = ""
    circle: str = ""
    notes: tuple[str, ...] = ()


async def form_circles(casts: Sequence[Cast], story: Storyteller) -> None:
    """The same circle in every company, as it would stand there now; then a call by the first company.

    Whoever signs in first is in the circle, and has not signed up for the call. Call it once all are allied.
    """
    seats = [await _seat(casts[number], which) for number, which in SEATS if number < len(casts)]
    shared = _Shared()
    for cast in casts:
        await _run(cast, casts[0], seats, shared)
    people = await _call(casts)
    story.says(
        f"A learning circle meets across {len(casts)} companies; {people} people wait for the next one."
    )


async def _seat(cast: Cast, which: int) -> _Seat:
    async with cast.federation.instance.unit_of_work() as uow:
        employee = (await _people(uow, cast))[which]
        return _Seat(cast, employee.id, employee.person.name, employee.person.username, new_token())


async def _people(uow: UnitOfWork, cast: Cast) -> list[Employee]:
    first = cast.people[cast.company.sign_in]
    ids = [first, *(id_ for id_ in cast.people.values() if id_ != first)]
    rows = await uow.db.scalars(
        select(Employee).where(Employee.id.in_(ids)).options(joinedload(Employee.person))
    )
    known = {employee.id: employee for employee in rows}
    return [known[id_] for id_ in ids if id_ in known]


async def _run(cast: Cast, origin: Cast, seats: Sequence[_Seat], shared: _Shared) -> None:
    """Written down, because circles can't be formed in the past."""
    async with cast.federation.instance.unit_of_work() as uow:
        is_ours, monday = cast is origin, uow.now.date() - timedelta(days=uow.now.weekday() + 21)
        companies = {row.origin: row.id for row in await uow.db.scalars(select(Company))}
        call = _running_call(uow, companies[origin.settings.origin], monday)
        circle = Circle(
            id=uow.new_id(), call_id=call.id, topic=RUNNING.topics[0], language="de", slots=[_HOUR, 0],
            companies=len({seat.cast.name for seat in seats}), wished=4, met=0, state="running", heard={},
            created_at=call.created_at,
        )  # fmt: skip
        if is_ours:
            call.organiser_id = (await _people(uow, cast))[-1].id
            shared.call = cast.federation.uris.circle_call(call.id)
            shared.circle = cast.federation.uris.circle(circle.id)
            shared.notes = tuple(
                seats[who % len(seats)].cast.federation.uris.circle_note(uow.new_id()) for who, _ in NOTES
            )
        else:
            call.uri, circle.uri, call.version, circle.version = shared.call, shared.circle, 1, 1
        uow.db.add(call)
        await uow.db.flush()
        uow.db.add(circle)
        await uow.db.flush()
        places = [_place(uow, call, cast, seat, companies) for seat in seats]
        uow.db.add_all(places)
        await uow.db.flush()
        uow.db.add_all(
            CircleMember(id=uow.new_id(), circle_id=circle.id, place_id=place.id, answer="yes",
                         since=call.created_at)
            for place in places
        )  # fmt: skip
        _meet(uow, call, circle)
        _say(uow, call, circle, places, shared)
        await uow.db.flush()


def _place(
    uow: UnitOfWork, call: CircleCall, cast: Cast, seat: _Seat, companies: dict[str, int]
) -> CirclePlace:
    place = CirclePlace(
        id=uow.new_id(), call_id=call.id, company_id=companies[seat.cast.settings.origin],
        topics=[RUNNING.topics[0]], languages=["de"], slots=[0, _HOUR], utc_offset=60, since=call.created_at,
    )  # fmt: skip
    if seat.cast is cast:
        place.person_id, place.token = seat.person_id, seat.token
    else:
        place.uri, place.name, place.handle = seat.uri, seat.name, seat.handle
    return place


def _meet(uow: UnitOfWork, call: CircleCall, circle: Circle) -> None:
    for week in range(1, WEEKS + 1):
        start = slot_start(call, _HOUR, week)
        meeting = CircleMeeting(
            id=uow.new_id(), circle_id=circle.id, number=week, starts_at=start,
            ends_at=start + timedelta(minutes=60), held_at=start if week < 4 else None,
        )  # fmt: skip
        uow.db.add(meeting)


def _say(
    uow: UnitOfWork, call: CircleCall, circle: Circle, places: Sequence[CirclePlace], shared: _Shared
) -> None:
    for number, ((who, text), uri) in enumerate(zip(NOTES, shared.notes, strict=True)):
        said_at = slot_start(call, _HOUR, 1) + timedelta(days=5 * number, hours=2)
        place = places[who % len(places)]
        note = CircleNote(
            id=int(uri.rsplit("/", 1)[1]) if place.person_id is not None else uow.new_id(),
            circle_id=circle.id, author_id=place.person_id, text=text, created_at=min(said_at, uow.now),
        )  # fmt: skip
        if place.person_id is None:
            note.place_id, note.uri = place.id, uri
        uow.db.add(note)


async def _call(casts: Sequence[Cast]) -> int:
    """A call by the first company; people of all sign up at home. Tells how many have."""
    origin = casts[0]
    async with origin.federation.instance.unit_of_work() as uow:
        call_id = (await open_call(uow, (await _people(uow, origin))[1], _draft(uow))).id
    code, many = "", 0
    for number, cast in enumerate(casts):
        await until(lambda: _here(cast), f"{cast.name} hearing of {OPEN.title}")  # noqa: B023
        async with cast.federation.instance.unit_of_work() as uow:
            here = await uow.db.scalar(select(CircleCall.id).where(CircleCall.title == OPEN.title))
            people = (await _people(uow, cast))[1:]
            for which, (employee, (topics, slots)) in enumerate(zip(people, SIGN_UPS, strict=False)):
                wished = tuple(OPEN.topics[(topic + number) % len(OPEN.topics)] for topic in topics)
                paired = code if (number, which) == PAIR[1] else ""
                draft = PlaceDraft(wished, ("de",), slots, "Europe/Berlin", partner=paired)
                place = await sign_up(uow, here or 0, employee, draft)
                code = place.own_code if (number, which) == PAIR[0] else code
                many += 1
    await until(lambda: _have_signed_up(origin, call_id, many), f"{origin.name} hearing of {many} people")
    return many


async def _here(cast: Cast) -> bool:
    async with cast.federation.instance.reading() as db:
        return await db.scalar(select(CircleCall.id).where(CircleCall.title == OPEN.title)) is not None


async def _have_signed_up(cast: Cast, call_id: int, many: int) -> bool:
    async with cast.federation.instance.reading() as db:
        return await db.scalar(select(func.count()).where(CirclePlace.call_id == call_id)) == many


def _draft(uow: UnitOfWork) -> CallDraft:
    monday, guide = uow.now.date() + timedelta(days=21 - uow.now.weekday()), GUIDES[OPEN.guide]
    return CallDraft(
        title=OPEN.title,
        about=OPEN.about,
        guide_title=guide.title,
        guide_url=guide.url,
        guide_licence=guide.licence,
        topics=OPEN.topics,
        slots=OPEN.slots,
        starts_on=monday,
        sign_up_until=datetime.combine(monday - timedelta(days=4), time(10), UTC),
        languages=("de", "en"),
        audience="alliance",
    )


def _running_call(uow: UnitOfWork, company_id: int, monday: date) -> CircleCall:
    guide, before = GUIDES[RUNNING.guide], datetime.combine(monday - timedelta(days=6), time(9), UTC)
    return CircleCall(
        id=uow.new_id(), company_id=company_id, title=RUNNING.title,
        about=RUNNING.about, guide_title=guide.title, guide_url=guide.url, guide_licence=guide.licence,
        topics=list(RUNNING.topics), languages=["de"],
        slots=[{"day": day, "time": at} for day, at in RUNNING.slots],
        timezone="Europe/Berlin", minutes=60, starts_on=monday, sign_up_until=before, smallest=5, largest=6,
        state="running", audience="alliance", created_at=before, updated_at=before,
    )  # fmt: skip
