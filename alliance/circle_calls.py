"""Calls for learning circles: made, taken back, signed up for."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, select

from alliance.acts import Subject
from alliance.circle_codes import as_code, new_code, new_token
from alliance.circle_facts import CallChanged, PlaceForgotten, PlacesChanged
from alliance.circle_visibility import visible_circle_calls
from alliance.errors import Conflict, Forbidden, Invalid, NotFound
from alliance.models import MOST_CIRCLE_SLOTS, CircleCall, CirclePlace, Company, Employee, Partner, Person
from alliance.problems import Problems
from alliance.text import clean_line, clean_text
from alliance.times import is_zone
from alliance.unit_of_work import UnitOfWork
from alliance.visibility import employee_viewer

AVOIDS = "circle.avoids"
"""The purpose with which it is sealed whom somebody would rather not meet."""
MOST_TOPICS, MOST_AVOIDED, MOST_OPEN_CALLS = 8, 10, 20
LANGUAGES = ("de", "en")
_SIZES = range(3, 9)


@dataclass(frozen=True)
class CallDraft:
    """A call as typed. `slots` are (day, "HH:MM"), 0 is Monday; times are those of clocks in `timezone`."""

    title: str
    topics: tuple[str, ...]
    slots: tuple[tuple[int, str], ...]
    starts_on: date | None
    sign_up_until: datetime | None
    about: str = ""
    guide_title: str = ""
    guide_url: str = ""
    guide_licence: str = ""
    languages: tuple[str, ...] = ("de",)
    timezone: str = "Europe/Berlin"
    minutes: int = 60
    smallest: int = 5
    largest: int = 6
    audience: str = "company"
    companies: tuple[int, ...] = ()
    """Numbers of the allied companies that it is for; all of them where none is named."""


async def open_call(uow: UnitOfWork, organiser: Employee, draft: CallDraft) -> CircleCall:
    """Makes a call of ours. Raises Invalid with a problem per field, Forbidden, Conflict for too many."""
    if organiser.disabled_at is not None:
        raise Forbidden
    problems = Problems()
    _check_words(problems, draft)
    slots = _checked_slots(problems, draft)
    starts_on, until = _checked_dates(problems, draft, uow.now)
    wanted = await _companies_wanted(uow, problems, draft)
    problems.raise_if_any()
    open_now = select(func.count()).where(CircleCall.organiser_id == organiser.id, CircleCall.state == "open")
    if (await uow.db.scalar(open_now) or 0) >= MOST_OPEN_CALLS:
        raise Conflict("There are many calls of yours already. Please finish one of them first.")
    home = await uow.db.scalar(select(Company.id).where(Company.is_home))
    call = CircleCall(
        id=uow.new_id(),
        company_id=home,
        organiser_id=organiser.id,
        title=clean_line(draft.title),
        about=clean_text(draft.about),
        guide_title=clean_line(draft.guide_title),
        guide_url=draft.guide_url.strip(),
        guide_licence=clean_line(draft.guide_licence),
        topics=[clean_line(topic) for topic in draft.topics],
        languages=list(draft.languages),
        slots=slots,
        timezone=draft.timezone,
        minutes=draft.minutes,
        starts_on=starts_on,
        sign_up_until=until,
        smallest=draft.smallest,
        largest=draft.largest,
        state="open",
        audience="alliance" if draft.audience == "alliance" else "company",
        companies_wanted=wanted,
        created_at=uow.now,
        updated_at=uow.now,
    )
    uow.db.add(call)
    await uow.db.flush()
    uow.record(CallChanged(call))
    return call


async def withdraw_call(uow: UnitOfWork, call_id: int, by: Employee) -> None:
    """Takes a call back; who signed up is forgotten. Raises NotFound, Forbidden, Conflict once it runs."""
    call = await call_to_organise(uow, call_id, by)
    if call.state != "open":
        raise Conflict("Its circles have begun.")
    call.state, call.matching, call.updated_at = "withdrawn", None, uow.now
    await uow.db.execute(delete(CirclePlace).where(CirclePlace.call_id == call.id))
    await uow.db.flush()
    uow.record(CallChanged(call))


async def call_to_organise(uow: UnitOfWork, call_id: int, by: Employee) -> CircleCall:
    """A call of ours, locked, that `by` decides about: its organiser, and moderators. Raises as needed."""
    call = await uow.db.scalar(
        select(CircleCall)
        .where(CircleCall.id == call_id, CircleCall.uri.is_(None))
        .where(visible_circle_calls(employee_viewer(by.id)))
        .with_for_update(of=CircleCall)
        .execution_options(populate_existing=True)
    )
    if call is None:
        raise NotFound
    if not may_organise(call, by):
        raise Forbidden("Only who made this call decides about it.")
    if call.organiser_id != by.id:
        uow.audit("circles.run", Subject("circle-call", str(call.id)), by=by)
    return call


def may_organise(call: CircleCall, by: Employee) -> bool:
    """Whether `by` looks at matchings and publishes circles; nobody here does for a call of an ally."""
    decides = call.organiser_id == by.id or by.has_role("moderator")
    return decides and by.disabled_at is None and call.uri is None


@dataclass(frozen=True)
class PlaceDraft:
    """A sign-up as typed; `avoids` are handles of colleagues, `partner` is one, or the code of anybody."""

    topics: tuple[str, ...]
    languages: tuple[str, ...]
    slots: tuple[int, ...]
    timezone: str
    partner: str = ""
    avoids: tuple[str, ...] = ()


async def sign_up(uow: UnitOfWork, call_id: int, employee: Employee, draft: PlaceDraft) -> CirclePlace:
    """One of our people wants to be in a circle of this call, or changes what they said.

    Raises NotFound, Invalid with a problem per field, and Conflict when it is too late.
    """
    viewer = employee_viewer(employee.id)
    call = await uow.db.scalar(
        select(CircleCall)
        .where(CircleCall.id == call_id, visible_circle_calls(viewer))
        .with_for_update(of=CircleCall)
        .execution_options(populate_existing=True)
    )
    if call is None:
        raise NotFound
    if call.state != "open" or call.sign_up_until <= uow.now:
        raise Conflict("Signing up for these circles is over.")
    problems = Problems()
    topics = tuple(topic for topic in dict.fromkeys(draft.topics) if topic in call.topics)
    languages = tuple(word for word in dict.fromkeys(draft.languages) if word in call.languages)
    slots = sorted({slot for slot in draft.slots if 0 <= slot < len(call.slots)})
    if not topics:
        problems.add("topics", "Please choose at least one topic.")
    if not languages:
        problems.add("languages", "Please choose at least one language.")
    if len(slots) < 2:
        problems.add("slots", "Please choose at least two times. The more you can offer, the better.")
    code = as_code(draft.partner)
    partner = None if code else await _colleague(uow, problems, "partner", draft.partner, employee.id)
    avoids = await _avoided(uow, problems, draft.avoids, employee.id)
    if partner is not None and partner.id in avoids:
        problems.add("avoids", "You can't come with somebody and stay away from them.")
    problems.raise_if_any()
    place = await uow.db.scalar(
        select(CirclePlace).where(CirclePlace.call_id == call.id, CirclePlace.person_id == employee.id)
    )
    if place is None:
        place = CirclePlace(id=uow.new_id(), call_id=call.id, person_id=employee.id, told="",
                            company_id=employee.person.company_id)  # fmt: skip
        uow.db.add(place)
    place.token, place.own_code = place.token or new_token(), place.own_code or new_code()
    if code == place.own_code:
        raise Invalid("This is your own code. Give it to the other one.", field="partner")
    place.pair_code = code
    place.topics, place.languages, place.slots = list(topics), list(languages), slots
    place.utc_offset = offset_on(call.starts_on, draft.timezone)
    place.partner_id = partner.id if partner else None
    place.avoids = uow.vault.seal(json.dumps(avoids), AVOIDS) if avoids else None
    place.since = uow.now
    await uow.db.flush()
    if call.uri is not None:
        uow.record(PlacesChanged(call))
    return place


async def sign_off(uow: UnitOfWork, call_id: int, employee_id: int) -> None:
    """They no longer want to be in a circle; twice is the same as once. Raises Conflict once circles run."""
    call = await uow.db.get(CircleCall, call_id, with_for_update=True, populate_existing=True)
    if call is not None and call.state == "running":
        raise Conflict("The circles have been formed. Please answer there.")
    gone = await uow.db.scalars(
        delete(CirclePlace)
        .where(CirclePlace.call_id == call_id, CirclePlace.person_id == employee_id)
        .returning(CirclePlace.token)
        .execution_options(synchronize_session=False)
    )
    tokens = [token for token in gone if token]
    if call is not None and call.uri is not None:
        for token in tokens:
            uow.record(PlaceForgotten(token, (call.company_id,)))
        uow.record(PlacesChanged(call))


def slot_start(call: CircleCall, slot: int, week: int) -> datetime:
    """The moment (UTC) at which this weekly hour begins in week 1, 2 and so on.

    An hour that a clock change skips begins as much later, as clocks do.
    """
    hour = call.slots[slot]
    day = call.starts_on + timedelta(days=int(hour["day"]) + 7 * (week - 1))
    hours, minutes = (int(part) for part in str(hour["time"]).split(":"))
    wall = datetime.combine(day, time(hours, minutes), ZoneInfo(call.timezone))
    return wall.astimezone(UTC)


def offset_on(day: date, zone: str) -> int:
    """Minutes before UTC that clocks in `zone` show at noon of that day; 0 for a zone that is none."""
    there = ZoneInfo(zone if is_zone(zone) else "UTC")
    offset = datetime.combine(day, time(12), there).utcoffset()
    return int(offset.total_seconds() // 60) if offset else 0


def avoided_by(uow: UnitOfWork, place: CirclePlace) -> list[int]:
    """Ids of colleagues whom somebody would rather not meet; for the matching alone, never shown."""
    return [int(id_) for id_ in json.loads(uow.vault.open(place.avoids, AVOIDS))] if place.avoids else []


async def _avoided(
    uow: UnitOfWork, problems: Problems, handles: Sequence[str], employee_id: int
) -> list[int]:
    if len(handles) > MOST_AVOIDED:
        problems.add("avoids", "At most {limit} people can be named here.", limit=MOST_AVOIDED)
        return []
    people = [await _colleague(uow, problems, "avoids", handle, employee_id) for handle in handles]
    return sorted({person.id for person in people if person is not None})


async def _colleague(
    uow: UnitOfWork, problems: Problems, field: str, handle: str, employee_id: int
) -> Person | None:
    name = handle.strip().removeprefix("@").lower()[:100]
    if not name:
        return None
    person = await uow.db.scalar(
        select(Person)
        .join(Employee, Employee.id == Person.id)
        .where(func.lower(Person.username) == name, Person.uri.is_(None), Employee.disabled_at.is_(None))
        .where(Person.id != employee_id)
    )
    if person is None:
        problems.add(field, "There is no colleague called @{handle}.", handle=name)
    return person


async def _companies_wanted(uow: UnitOfWork, problems: Problems, draft: CallDraft) -> list[int] | None:
    if draft.audience != "alliance" or not draft.companies:
        return None
    wanted = sorted(set(draft.companies))
    allied = select(func.count()).where(Partner.company_id.in_(wanted), Partner.state == "allied")
    if await uow.db.scalar(allied) != len(wanted):
        problems.add("companies", "Please choose among the companies that you are allied with.")
    return wanted


def _check_words(problems: Problems, draft: CallDraft) -> None:
    if not 3 <= len(clean_line(draft.title)) <= 200:
        problems.add("title", "Please give a title of 3 to 200 characters.")
    if len(draft.about) > 5000:
        problems.add("about", "This is longer than {limit} characters.", limit=5000)
    if not draft.topics or len(draft.topics) > MOST_TOPICS or any(len(topic) > 60 for topic in draft.topics):
        problems.add("topics", "Please name one to {limit} topics.", limit=MOST_TOPICS)
    if not draft.languages or any(word not in LANGUAGES for word in draft.languages):
        problems.add("languages", "Please choose at least one language.")
    if len(draft.guide_title) > 200 or len(draft.guide_licence) > 100:
        problems.add("guide_title", "This is longer than {limit} characters.", limit=100)
    url = draft.guide_url.strip()
    if url and (
        not url.startswith("https://") or len(url) > 500 or any(c.isspace() or c in "<>\"'" for c in url)
    ):
        problems.add("guide_url", "Please give an address that begins with https://.")
    if draft.smallest not in _SIZES or draft.largest not in _SIZES or draft.smallest > draft.largest:
        problems.add("smallest", "Circles have three to eight people, the smaller number first.")
    if not 15 <= draft.minutes <= 240:
        problems.add("minutes", "A meeting lasts 15 to 240 minutes.")
    if not is_zone(draft.timezone):
        problems.add("timezone", "There is no time zone “{zone}”.", zone=draft.timezone[:64])


def _checked_slots(problems: Problems, draft: CallDraft) -> list[dict[str, Any]]:
    slots = sorted(set(draft.slots))
    wrong = [at for day, at in slots if not 0 <= day <= 6 or not _is_clock(at)]
    if not 2 <= len(slots) <= MOST_CIRCLE_SLOTS or wrong:
        problems.add("slots", "Please give two to {limit} weekly times.", limit=MOST_CIRCLE_SLOTS)
    return [{"day": day, "time": at} for day, at in slots]


def _is_clock(at: str) -> bool:
    hours, colon, minutes = at.partition(":")
    is_whole = colon == ":" and len(at) == 5 and (hours + minutes).isascii() and (hours + minutes).isdigit()
    return is_whole and int(hours) < 24 and int(minutes) < 60


def _checked_dates(problems: Problems, draft: CallDraft, now: datetime) -> tuple[date, datetime]:
    """The Monday of the first week, and the moment of the matching day."""
    starts_on, until = draft.starts_on or now.date(), draft.sign_up_until or now
    monday = starts_on - timedelta(days=starts_on.weekday())
    if draft.starts_on is None or not now.date() < monday <= now.date() + timedelta(days=400):
        problems.add("starts_on", "Please choose a week to come, within a year.")
    if draft.sign_up_until is None or until <= now:
        problems.add("sign_up_until", "Please choose a moment to come.")
    elif until.date() >= monday:
        problems.add("sign_up_until", "The matching day must be before the first week.")
    return monday, until


__all__ = [
    "AVOIDS", "CallDraft", "Invalid", "PlaceDraft", "avoided_by", "call_to_organise", "may_organise",
    "offset_on", "open_call", "sign_off", "sign_up", "slot_start", "withdraw_call",
]  # fmt: skip
