"""Makes the next dates of a series into sessions: a window that moves on by itself.

What is published already stands in the rows, so whatever stops this half-way, the next time goes on there.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased, selectinload

from alliance.drafting import FARTHEST, SessionDraft, Translation
from alliance.errors import AllianceError, Conflict, Forbidden, Invalid, NotFound
from alliance.hosting import ask_to_host
from alliance.models import CoHost, Employee, Person, Series, SeriesDate, SeriesTurn, Session
from alliance.publishing import publish_session
from alliance.recurrence import Slot, rhythm_of, slots_of
from alliance.unit_of_work import UnitOfWork
from alliance.vault import Vault

SERIES_LINK_PURPOSE = "series.meeting_link"
AHEAD = timedelta(weeks=12)
LEAST_DATES = 3
"""So many dates are there in any case, if the rule has them within two years."""
MOST_DATES_AHEAD = 15
ASK_AHEAD = timedelta(weeks=6)
"""Whoever's turn it is is asked so long before; nobody is asked for half a year at once."""
AGAIN_AFTER = timedelta(days=1)


@dataclass
class Window:
    """What stands of a series: the days that have a session, whatever became of it, and those to come."""

    days: set[date] = field(default_factory=set)
    coming: list[Session] = field(default_factory=list)


async def window_of(db: AsyncSession, series: Series, now: datetime) -> Window:
    """Of one of our series; its dates to come take place, and are in the order of the rule."""
    days = await db.scalars(select(Session.slot).where(Session.series_id == series.id))
    coming = await db.scalars(
        select(Session)
        .where(
            Session.series_id == series.id,
            Session.withdrawn_at.is_(None),
            Session.status != "cancelled",
            Session.ends_at > now,
        )
        .order_by(Session.slot, Session.id)
    )
    return Window({day for day in days if day is not None}, list(coming.all()))


def slots_from(series: Series, now: datetime) -> Iterator[Slot]:
    """What the rule of one of our series says is still to come."""
    if series.rule is None or series.first_day is None or series.starts is None:
        return
    rhythm = rhythm_of(series.rule)
    for slot in slots_of(rhythm, series.first_day, series.starts, series.timezone, series.exceptions):
        if slot.starts_at > now:
            yield slot


async def make_dates(uow: UnitOfWork, series: Series) -> list[Session]:
    """Publishes what is missing in the window of a series of ours (locked, with turns), and asks hosts.

    Twelve weeks and at least three dates ahead, if there are so many. A series without any date left ends.
    Raises Forbidden when its host may offer nothing any more, Invalid when its dates break a rule.
    """
    window = await window_of(uow.db, series, uow.now)
    made, is_open = [], False
    for slot in slots_from(series, uow.now):
        there = len(window.coming)
        is_far = slot.starts_at > uow.now + AHEAD and there >= LEAST_DATES
        if is_far or there >= MOST_DATES_AHEAD or slot.starts_at > uow.now + FARTHEST:
            is_open = True
            break
        if slot.day not in window.days:
            session = await _publish_date(uow, series, slot, is_quiet=bool(window.coming))
            window.days.add(slot.day)
            window.coming.append(session)
            made.append(session)
    await _ask_whose_turn_it_is(uow, series, window.coming)
    if not is_open and not window.coming:
        series.state, series.due_at = "ended", None
    else:
        series.due_at = uow.now + AGAIN_AFTER
    await uow.db.flush()
    return made


async def _publish_date(uow: UnitOfWork, series: Series, slot: Slot, *, is_quiet: bool) -> Session:
    if series.host_id is None:
        raise Forbidden
    draft = draft_of_date(uow.vault, series, slot.starts_at)
    session = await publish_session(uow, series.host_id, draft, date_of=(series, slot.day))
    uow.db.add(SeriesDate(session_id=session.id, joins_after=0, is_quiet=is_quiet))
    await uow.db.flush()
    return session


def draft_of_date(vault: Vault, series: Series, starts_at: datetime) -> SessionDraft:
    """One date of a series of ours as its host would have typed it."""
    link = vault.open(series.meeting_link, SERIES_LINK_PURPOSE) if series.meeting_link else ""
    return SessionDraft(
        title=series.title,
        description=series.description,
        starts_at=starts_at.astimezone(UTC),
        ends_at=starts_at.astimezone(UTC) + timedelta(minutes=series.minutes),
        timezone=series.timezone,
        meeting_link=link,
        audience=series.audience,
        capacity=series.capacity,
        join_mode=series.join_mode,
        language=series.language,
        topics=tuple(series.topics),
        place=series.place,
        place_name=series.place_name,
        place_address=series.place_address,
        host_shown=series.host_shown,
        is_leaders=series.is_leaders,
        translations=tuple(Translation(**text) for text in series.translations),
    )


async def _ask_whose_turn_it_is(uow: UnitOfWork, series: Series, coming: list[Session]) -> None:
    """Each within six weeks of their date, and once: whoever said no is not asked for it again."""
    turns = turns_by_day(series, uow.now)
    near = [one for one in coming if one.starts_at <= uow.now + ASK_AHEAD and one.slot in turns]
    if not near:
        return
    known = await uow.db.execute(
        select(CoHost.session_id, CoHost.person_id).where(CoHost.session_id.in_([one.id for one in near]))
    )
    asked = {(row.session_id, row.person_id) for row in known}
    for session in near:
        person_id = turns[session.slot] if session.slot is not None else None
        if person_id is None or person_id == session.host_id or (session.id, person_id) in asked:
            continue
        try:
            async with uow.attempt():
                await ask_to_host(uow, session.id, person_id, None)
        except (Conflict, Invalid, NotFound):
            # Gone, no longer allied or no expert any more: the host holds this date.
            continue


def turns_by_day(series: Series, now: datetime) -> dict[date, int | None]:
    """Whose turn each of the next dates is, by the day of the rule; the host's first. `turns` are loaded."""
    if not series.turns:
        return {}
    people = [series.host_id, *(turn.person_id for turn in series.turns)]
    found: dict[date, int | None] = {}
    for slot in slots_from(series, now - timedelta(days=1)):
        if slot.starts_at > now + FARTHEST or len(found) > MOST_DATES_AHEAD * 4:
            break
        found[slot.day] = people[slot.number % len(people)]
    return found


async def locked_series(db: AsyncSession, series_id: int) -> Series | None:
    """One series for changing, with those who take turns; others wait until the transaction ends."""
    return await db.scalar(
        select(Series)
        .where(Series.id == series_id)
        .with_for_update(of=Series, key_share=True)
        .options(selectinload(Series.turns).selectinload(SeriesTurn.person))
        .execution_options(populate_existing=True)
    )


async def make_due_dates(uow: UnitOfWork) -> int:
    """One series of ours whose window has to move on; how many that were, so 0 when there is nothing to do.

    Where the host has left, the first of our own people who take turns goes on, else the series ends.
    """
    due = select(Series.id).where(Series.state == "running", Series.due_at <= uow.now)
    series_id = await uow.db.scalar(due.order_by(Series.due_at, Series.id).limit(1))
    series = await locked_series(uow.db, series_id) if series_id is not None else None
    if series is None:
        return 0
    series.due_at = uow.now + AGAIN_AFTER
    if not await _has_host(uow, series):
        series.state, series.due_at, series.meeting_link = "ended", None, None
        await uow.db.flush()
        return 1
    await uow.db.flush()
    try:
        async with uow.attempt():
            await make_dates(uow, series)
    except AllianceError:
        # Whatever a single series has in it, the others go on; tomorrow it is tried again.
        await uow.db.refresh(series)
    return 1


async def are_dates_due(db: AsyncSession, now: datetime) -> bool:
    """Whether `make_due_dates` would find a series."""
    return bool(await db.scalar(select(exists().where(Series.state == "running", Series.due_at <= now))))


async def _has_host(uow: UnitOfWork, series: Series) -> bool:
    """Whether somebody of ours with an open account holds it, now or from now on."""
    account = aliased(Employee)
    people = [series.host_id, *(turn.person_id for turn in series.turns)]
    rows = await uow.db.scalars(
        select(account.id)
        .join(Person, Person.id == account.id)
        .where(account.id.in_([one for one in people if one]), account.disabled_at.is_(None))
        .where(Person.gone_at.is_(None))
    )
    known = set(rows.all())
    heir = next((one for one in people if one in known), None)
    if heir is not None and heir != series.host_id:
        series.host_id = heir
        series.turns = [turn for turn in series.turns if turn.person_id != heir]
    return heir is not None
