"""Puts learning circles on stage: one that meets for the fourth time this week, and a call that is open."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from alliance.circle_calls import CallDraft, PlaceDraft, open_call, sign_up, slot_start
from alliance.circle_guides import GUIDES
from alliance.models import (
    WEEKS,
    Circle,
    CircleCall,
    CircleMeeting,
    CircleMember,
    CircleNote,
    CirclePlace,
    Employee,
)
from alliance.unit_of_work import UnitOfWork
from web.demo.content.circles import NOTES, OPEN, RUNNING, SIGN_UPS, DemoCall
from web.demo.stage_company import Cast

_SIZE = 5


async def form_circles(casts: Sequence[Cast]) -> None:
    """The same in each company, with its own people; whoever signs in first is in the circle."""
    for cast in casts:
        async with cast.federation.instance.unit_of_work() as uow:
            people = await _people(uow, cast)
            await _run(uow, people)
            await _call(uow, people)


async def _people(uow: UnitOfWork, cast: Cast) -> list[Employee]:
    first = cast.people[cast.company.sign_in]
    ids = [first, *(id_ for id_ in cast.people.values() if id_ != first)]
    rows = await uow.db.scalars(
        select(Employee).where(Employee.id.in_(ids)).options(joinedload(Employee.person))
    )
    known = {employee.id: employee for employee in rows}
    return [known[id_] for id_ in ids if id_ in known]


async def _run(uow: UnitOfWork, people: Sequence[Employee]) -> None:
    """Written as it would stand here now, because circles can't be formed in the past."""
    monday = uow.now.date() - timedelta(days=uow.now.weekday() + 21)
    call = _call_of(uow, people[-1], RUNNING, monday)
    uow.db.add(call)
    circle = Circle(
        id=uow.new_id(), call_id=call.id, topic=RUNNING.topics[0], language="de", slots=[2, 0], companies=1,
        wished=4, met=0, state="running", created_at=call.created_at,
    )  # fmt: skip
    uow.db.add(circle)
    await uow.db.flush()
    for employee in people[:_SIZE]:
        place = CirclePlace(
            id=uow.new_id(), call_id=call.id, company_id=employee.person.company_id, person_id=employee.id,
            topics=[RUNNING.topics[0]], languages=["de"], slots=[0, 2], utc_offset=60, since=call.created_at,
        )  # fmt: skip
        member = CircleMember(
            id=uow.new_id(), circle_id=circle.id, place_id=place.id, answer="yes", since=call.created_at
        )
        uow.db.add(place)
        await uow.db.flush()
        uow.db.add(member)
    for week in range(1, WEEKS + 1):
        start = slot_start(call, 2, week)
        meeting = CircleMeeting(
            id=uow.new_id(), circle_id=circle.id, number=week, starts_at=start,
            ends_at=start + timedelta(minutes=60), held_at=start if week < 4 else None,
        )  # fmt: skip
        uow.db.add(meeting)
    for number, (who, text) in enumerate(NOTES):
        said_at = slot_start(call, 2, 1) + timedelta(days=5 * number, hours=2)
        note = CircleNote(
            id=uow.new_id(), circle_id=circle.id, author_id=people[who % _SIZE].id, text=text,
            created_at=min(said_at, uow.now),
        )  # fmt: skip
        uow.db.add(note)
    await uow.db.flush()


async def _call(uow: UnitOfWork, people: Sequence[Employee]) -> None:
    monday = uow.now.date() + timedelta(days=21 - uow.now.weekday())
    until = datetime.combine(monday - timedelta(days=4), time(10), UTC)
    guide = GUIDES[OPEN.guide]
    draft = CallDraft(
        title=OPEN.title,
        about=OPEN.about,
        guide_title=guide.title,
        guide_url=guide.url,
        guide_licence=guide.licence,
        topics=OPEN.topics,
        slots=OPEN.slots,
        starts_on=monday,
        sign_up_until=until,
        languages=("de", "en"),
    )
    call = await open_call(uow, people[0], draft)
    for employee, (topics, slots) in zip(people[1:], SIGN_UPS, strict=False):
        wished = tuple(OPEN.topics[topic] for topic in topics)
        await sign_up(uow, call.id, employee, PlaceDraft(wished, ("de",), slots, "Europe/Berlin"))


def _call_of(uow: UnitOfWork, organiser: Employee, call: DemoCall, monday: date) -> CircleCall:
    guide, before = GUIDES[call.guide], datetime.combine(monday - timedelta(days=6), time(9), UTC)
    return CircleCall(
        id=uow.new_id(), company_id=organiser.person.company_id, organiser_id=organiser.id, title=call.title,
        about=call.about, guide_title=guide.title, guide_url=guide.url, guide_licence=guide.licence,
        topics=list(call.topics), languages=["de"],
        slots=[{"day": day, "time": at} for day, at in call.slots],
        timezone="Europe/Berlin", minutes=60, starts_on=monday, sign_up_until=before, smallest=5, largest=6,
        state="running", created_at=before, updated_at=before,
    )  # fmt: skip
