"""Publishes series, changes what is to come of them, leaves dates out and ends them.

A date is a session: one alone is moved, changed or called off like any other, and keeps its day in the rule.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select, update

from alliance.co_hosts import ASKED_OR_IN, co_host_rows, end_one, tell_new_hosts
from alliance.drafting import Before, Details, SessionDraft, checked
from alliance.errors import Conflict, Forbidden, Invalid, NotFound
from alliance.leaders import may_mark_leaders
from alliance.models import MOST_TURNS, CoHost, Employee, Series, SeriesTurn, Session
from alliance.publishing import cancel_session, draft_of, edit_session, session_to_change
from alliance.queries.companies import home_company
from alliance.recurrence import Rhythm, checked_rhythm, days_of, rule_of
from alliance.series_dates import (
    AHEAD,
    LEAST_DATES,
    SERIES_LINK_PURPOSE,
    draft_of_date,
    locked_series,
    make_dates,
    slots_from,
    window_of,
)
from alliance.times import wall_time
from alliance.unit_of_work import UnitOfWork
from alliance.visibility import employee_viewer, visible_series

MOST_EXCEPTIONS = 100
MOST_SERIES = 30
"""So many of one host may run at once."""


@dataclass(frozen=True, kw_only=True)
class SeriesPlan:
    """A series as typed: its first date, how often, and who takes turns with the host (people's numbers)."""

    draft: SessionDraft
    rhythm: Rhythm
    turns: tuple[int, ...] = ()


async def publish_series(uow: UnitOfWork, host_id: int, plan: SeriesPlan) -> Series:
    """Publishes a series of our employee `host_id` with its next dates.

    Raises Invalid with a problem per field, Forbidden, and Conflict for more than thirty of one host.
    """
    host = await uow.db.get(Employee, host_id)
    if host is None or host.disabled_at is not None:
        raise Forbidden("This account can't offer sessions.")
    running = select(Series.id).where(Series.host_id == host_id, Series.state == "running")
    if len((await uow.db.scalars(running.limit(MOST_SERIES))).all()) >= MOST_SERIES:
        raise Conflict("At most {limit} series of yours can run at the same time.", limit=MOST_SERIES)
    details = checked(plan.draft, uow.now)
    company = await home_company(uow.db)
    series = Series(
        id=uow.new_id(),
        company_id=company.id,
        host_id=host_id,
        exceptions={},
        rhythm={},
        turns=[],
        state="running",
        published_at=uow.now,
    )
    await _write(uow, series, details, host)
    _set_rhythm(series, details, plan.rhythm)
    _set_turns(series, plan.turns)
    uow.db.add(series)
    await uow.db.flush()
    await make_dates(uow, await _there(uow, series.id))
    return series


async def change_series(uow: UnitOfWork, session_id: int, plan: SeriesPlan, by: Employee | None) -> Series:
    """This date of a series and all that follow become as `plan` says; earlier ones stay as they are.

    Dates keep their places, their conversation and their entry in calendars: with another rhythm the next
    date moves to the next day of it, and so on; what then is left over is called off. One that was moved by
    hand keeps its time while the rhythm stays, one that was called off stays off.
    Raises Invalid, NotFound, Gone, Forbidden, and Conflict where it has ended.
    """
    session = await session_to_change(uow, session_id, by)
    series = await _own_series(uow, session.series_id, by)
    before = Before(
        starts_at=session.starts_at,
        meeting_link=draft_of(uow.vault, session).meeting_link,
        going=session.going_count,
    )
    details = checked(plan.draft, uow.now, before)
    first = wall_time(details.starts_at, details.timezone)
    minutes = _minutes(details)
    asked = (rule_of(checked_rhythm(plan.rhythm)), first.time(), minutes, details.timezone)
    has_new_rhythm = asked != (series.rule, series.starts, series.minutes, series.timezone)
    has_new_rhythm = has_new_rhythm or details.starts_at != session.starts_at
    await _write(uow, series, details, by)
    if has_new_rhythm:
        _set_rhythm(series, details, plan.rhythm)
    former = {turn.person_id for turn in series.turns}
    _set_turns(series, plan.turns)
    await uow.db.flush()
    following = await _following(uow, series, session)
    if has_new_rhythm:
        await _move_all(uow, series, following, by)
    else:
        for one in following:
            await _rewrite(uow, series, one, one.starts_at, by)
    await _end_turns(uow, former - set(plan.turns), following)
    await make_dates(uow, await _there(uow, series.id))
    return series


async def leave_out(uow: UnitOfWork, series_id: int, day: date, by: Employee | None) -> Series:
    """A day of the rule on which nothing takes place, long before it is a session.

    Twice is the same as once. Raises NotFound, Forbidden, and Conflict for a day that is published already.
    """
    series = await _own_series(uow, series_id, by)
    if series.exceptions.get(day.isoformat()) == "":
        return series
    window = await window_of(uow.db, series, uow.now)
    if day in window.days:
        raise Conflict("This date is published already. Please call it off on its page.")
    known = (slot.day for slot, _ in zip(slots_from(series, uow.now), range(MOST_EXCEPTIONS), strict=False))
    if day not in known or len(series.exceptions) >= MOST_EXCEPTIONS:
        raise NotFound
    series.exceptions = {**series.exceptions, day.isoformat(): ""}
    series.updated_at = uow.now
    await make_dates(uow, series)
    return series


async def set_turns(uow: UnitOfWork, series_id: int, people: Sequence[int], by: Employee | None) -> Series:
    """Who takes turns with the host from now on, in this order; each is asked for their dates as they near.

    Whoever is no longer among them no longer holds dates to come. Raises Invalid, NotFound, Forbidden,
    Conflict.
    """
    series = await _own_series(uow, series_id, by)
    former = {turn.person_id for turn in series.turns}
    _set_turns(series, people)
    series.updated_at = uow.now
    await uow.db.flush()
    await _end_turns(uow, former - set(people), (await window_of(uow.db, series, uow.now)).coming)
    await make_dates(uow, await _there(uow, series.id))
    return series


async def end_series(
    uow: UnitOfWork, series_id: int, by: Employee | None, *, note: str = "", call_off: bool = True
) -> Series:
    """No more dates; those to come are called off, or still take place. Twice is the same as once.

    Raises Invalid, NotFound, Forbidden.
    """
    series = await _own_series(uow, series_id, by, ended=True)
    if call_off:
        for session in (await window_of(uow.db, series, uow.now)).coming:
            await cancel_session(uow, session.id, note, by)
    if series.state == "running":
        series.state, series.due_at, series.updated_at = "ended", None, uow.now
        await uow.db.flush()
    return series


def may_change_series(series: Series, by: Employee) -> bool:
    """Whether `by` decides about a series of ours: its host, and moderators."""
    is_open = by.disabled_at is None and series.uri is None
    return is_open and (series.host_id == by.id or by.has_role("moderator"))


async def _own_series(
    uow: UnitOfWork, series_id: int | None, by: Employee | None, *, ended: bool = False
) -> Series:
    """A series of ours, locked. Raises NotFound, Forbidden, and Conflict where it must still run."""
    series = await locked_series(uow.db, series_id) if series_id is not None else None
    if series is None or (by is not None and not await _may_see(uow, series, by)):
        raise NotFound
    if series.uri is not None:
        raise Forbidden("This series belongs to another company. Only they can change it.")
    if by is not None and not may_change_series(series, by):
        raise Forbidden("Only the host can change this series.")
    if series.state == "ended" and not ended:
        raise Conflict("This series has ended. Please offer a new one.")
    return series


async def _may_see(uow: UnitOfWork, series: Series, by: Employee) -> bool:
    seen = select(Series.id).where(Series.id == series.id, visible_series(employee_viewer(by.id)))
    return series.host_id == by.id or await uow.db.scalar(seen) is not None


async def _there(uow: UnitOfWork, series_id: int) -> Series:
    series = await locked_series(uow.db, series_id)
    if series is None:
        raise NotFound
    return series


def _minutes(details: Details) -> int:
    return max(1, round((details.ends_at - details.starts_at) / timedelta(minutes=1)))


async def _write(uow: UnitOfWork, series: Series, details: Details, by: Employee | None) -> None:
    for name in (
        *("title", "description", "timezone", "audience", "capacity", "join_mode", "language"),
        *("place", "place_name", "place_address", "host_shown"),
    ):
        setattr(series, name, getattr(details, name))
    marks = by is None or await may_mark_leaders(uow.db, by)
    series.is_leaders = details.is_leaders if marks else bool(series.is_leaders)
    series.topics = list(details.topics.values())
    series.translations = [
        {"language": text.language, "title": text.title, "description": text.description}
        for text in details.translations
    ]
    link = details.meeting_link
    series.meeting_link = uow.vault.seal(link, SERIES_LINK_PURPOSE) if link else None
    series.updated_at = uow.now


def _set_rhythm(series: Series, details: Details, rhythm: Rhythm) -> None:
    """From the first date on. Raises Invalid where that is no date of the rhythm, or the end is before it."""
    rule = rule_of(checked_rhythm(rhythm))
    first = wall_time(details.starts_at, details.timezone)
    if rhythm.until is not None and rhythm.until < first.date():
        raise Invalid("The last day lies before the first date.", field="repeats_until")
    if next(days_of(rhythm, first.date()), None) != first.date():
        raise Invalid("The first date is none of this rhythm.", field="repeats")
    series.rule, series.first_day, series.starts = rule, first.date(), first.time()
    series.minutes = _minutes(details)
    series.exceptions = {}


def _set_turns(series: Series, turns: Sequence[int]) -> None:
    wanted = [one for one in dict.fromkeys(turns) if one != series.host_id]
    if len(wanted) > MOST_TURNS:
        raise Invalid("At most {limit} people can take turns with you.", field="co_hosts", limit=MOST_TURNS)
    known = {turn.person_id: turn for turn in series.turns}
    series.turns = [known.get(one) or SeriesTurn(person_id=one) for one in wanted]
    for position, turn in enumerate(series.turns):
        turn.position = position


async def _following(uow: UnitOfWork, series: Series, session: Session) -> list[Session]:
    """The session and later dates that still take place, in the order of the rule."""
    coming = (await window_of(uow.db, series, uow.now)).coming
    return [one for one in coming if one.slot and session.slot and one.slot >= session.slot]


async def _rewrite(
    uow: UnitOfWork, series: Series, one: Session, starts_at: datetime, by: Employee | None
) -> None:
    await edit_session(uow, one.id, draft_of_date(uow.vault, series, starts_at), by)


async def _move_all(
    uow: UnitOfWork, series: Series, following: Sequence[Session], by: Employee | None
) -> None:
    """The first of them to the first day of the rhythm that no other date has, and so on."""
    numbers = [one.id for one in following]
    await uow.db.execute(
        update(Session).where(Session.id.in_(numbers)).values(slot=None),
        execution_options={"synchronize_session": "fetch"},
    )
    taken = (await window_of(uow.db, series, uow.now)).days
    slots = (slot for slot in slots_from(series, uow.now) if slot.day not in taken)
    for place, one in enumerate(following):
        slot = next(slots, None)
        if slot is None or (place >= LEAST_DATES and slot.starts_at > uow.now + AHEAD):
            await cancel_session(uow, one.id, "", by)
            continue
        await _rewrite(uow, series, one, slot.starts_at, by)
        one.slot = slot.day
        await uow.db.flush()


async def _end_turns(uow: UnitOfWork, former: set[int], following: Sequence[Session]) -> None:
    """Whoever takes turns no longer does not hold later dates either."""
    for session in following if former else ():
        for co_host in await co_host_rows(uow, session, CoHost.person_id.in_(former)):
            if co_host.state in ASKED_OR_IN:
                end_one(uow, co_host, session)
        await tell_new_hosts(uow, session)
