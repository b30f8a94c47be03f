"""What the worker does for series: the next dates, places for those who joined, who hears of what when."""

from alliance.keeping_postings import keep_session
from alliance.series_calendars import invite_to_next_dates
from alliance.series_dates import are_dates_due, make_due_dates
from alliance.series_joining import is_anybody_to_join, join_members
from alliance.series_telling import next_quiet_date, stop_being_quiet
from alliance.unit_of_work import UnitOfWork
from federation.announcing.sessions import loaded_session, tell_followers_too
from federation.chores import Chore, in_portions
from federation.wiring import Federation


async def make_dates(federation: Federation) -> int:
    """Publishes the dates that come into the window of a series, one series after the other."""
    async with federation.instance.reading() as db:
        due = await are_dates_due(db, federation.instance.clock.now())
    return await in_portions(federation, make_due_dates) if due else 0


async def give_places(federation: Federation) -> int:
    """Gives whoever joined a series a place at its new dates, here or at the company that holds it."""
    async with federation.instance.reading() as db:
        due = await is_anybody_to_join(db)
    return await in_portions(federation, join_members) if due else 0


async def tell_next_dates(federation: Federation) -> int:
    """Timelines and followers hear of the date that has become the next one of its series."""
    async with federation.instance.reading() as db:
        due = await next_quiet_date(db, federation.instance.clock.now()) is not None
    return await in_portions(federation, tell_next_date) if due else 0


async def tell_next_date(uow: UnitOfWork) -> int:
    """The same for one date; 0 when there is none."""
    session_id = await next_quiet_date(uow.db, uow.now)
    session = await loaded_session(uow.db, session_id) if session_id is not None else None
    if session is None:
        return 0
    is_on = session.status == "scheduled" and session.starts_at > uow.now and session.withdrawn_at is None
    if await stop_being_quiet(uow, session.id, as_new=is_on):
        await keep_session(uow, session)
        if is_on and session.uri is None:
            await tell_followers_too(uow, session)
    return 1


async def invite_people(federation: Federation) -> int:
    """Dates of series go into the calendars of those who joined, two weeks before."""
    return await in_portions(federation, invite_to_next_dates)


SERIES_CHORES: tuple[Chore, ...] = (
    Chore("making dates of series", 300, make_dates),
    Chore("giving places in series", 1, give_places),
    Chore("telling next dates of series", 60, tell_next_dates),
    Chore("inviting to dates of series", 300, invite_people),
)
