"""Fetches what external sources list: once they said yes, after a pause, and then once a day."""

import asyncio
import random
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.errors import AllianceError, Invalid
from alliance.models import Session, Source
from alliance.queries.sources import source_with_id
from alliance.sources import locked_source
from alliance.text import clean_line
from alliance.unit_of_work import UnitOfWork
from federation.actors import fetch_actor
from federation.catch_ups import ask_for_catch_up, catch_up_done, catch_up_failed
from federation.failures import TimedOut
from federation.handlers.external import take_in_external
from federation.models import CatchUp
from federation.source_lists import Bounds, listed_events
from federation.vocabulary.actor import Actor
from federation.vocabulary.event import Event
from federation.vocabulary.values import Malformed

if TYPE_CHECKING:
    from federation.wiring import Federation

MAX_SECONDS = 60
MOST_AT_ONCE = 5
EVERY = timedelta(days=1)
KEPT_AFTER_END = timedelta(days=30)
_PER_TRANSACTION = 25
_FORGOTTEN_AT_ONCE = 500

log = structlog.get_logger("alliance.sources")


async def read_sources(federation: "Federation") -> int:
    """A chore: fetches from every source that is due, several at once; how many it was."""
    async with federation.instance.reading() as db:
        due = await _due(db, federation.instance.clock.now())
    await asyncio.gather(*(_try(federation, company_id, version) for company_id, version in due))
    return len(due)


async def look_at_sources_daily(federation: "Federation") -> None:
    """A chore: once a day every list is read again, and what is long over is forgotten."""
    async with federation.instance.unit_of_work() as uow:
        stale = await uow.db.scalars(
            select(Source.company_id).where(
                Source.state == "following",
                Source.is_paused.is_(False),
                Source.fetched_at < uow.now - EVERY,
                Source.company_id.not_in(select(CatchUp.company_id)),
            )
        )
        for company_id in stale.all():
            await ask_for_catch_up(uow, company_id)
        await _forget_old(uow)


async def read_source(federation: "Federation", company_id: int) -> int:
    """Takes in what a source lists now; how many events that is. Raises FetchFailed, Malformed."""
    async with federation.instance.reading() as db:
        source = await source_with_id(db, company_id)
    if source is None:
        return 0
    bounds, now = Bounds(), federation.instance.clock.now()
    actor = await fetch_actor(federation, source.uri, bounds.budget)
    await _rename(federation, company_id, actor)
    listed = await listed_events(federation, actor, now, bounds)
    for start in range(0, len(listed.events), _PER_TRANSACTION):
        async with federation.instance.unit_of_work() as uow:
            for event in listed.events[start : start + _PER_TRANSACTION]:
                await _take_in(uow, company_id, event)
    return len(listed.events)


async def _rename(federation: "Federation", company_id: int, actor: Actor) -> None:
    """What they call themselves now; the handle stays as it was when an administrator said yes."""
    name = clean_line(actor.name, 200)
    async with federation.instance.unit_of_work() as uow:
        source = await locked_source(uow, company_id)
        if source is not None and name and source.company.name != name:
            source.company.name, source.company.updated_at = name, uow.now


async def _due(db: AsyncSession, now: datetime) -> list[tuple[int, int]]:
    rows = await db.execute(
        select(CatchUp.company_id, CatchUp.version)
        .join(Source, Source.company_id == CatchUp.company_id)
        .where(Source.state == "following", Source.is_paused.is_(False), CatchUp.due_at <= now)
        .order_by(CatchUp.due_at)
        .limit(MOST_AT_ONCE)
    )
    return [(row.company_id, row.version) for row in rows]


async def _try(federation: "Federation", company_id: int, version: int) -> None:
    try:
        async with asyncio.timeout(MAX_SECONDS):
            await read_source(federation, company_id)
    except (AllianceError, TimeoutError) as error:
        await _failed(federation, company_id, version, error)
        return
    async with federation.instance.unit_of_work() as uow:
        await catch_up_done(uow, company_id, version)
        source = await locked_source(uow, company_id)
        if source is not None:
            source.fetched_at, source.failing_since, source.failure = uow.now, None, {}


async def _failed(federation: "Federation", company_id: int, version: int, error: Exception) -> None:
    async with federation.instance.unit_of_work() as uow:
        await catch_up_failed(uow, company_id, version, random.random())  # noqa: S311 - spreads retries
        source = await locked_source(uow, company_id)
        if source is None:
            return
        known = error if isinstance(error, AllianceError) else TimedOut(source.host)
        log.warning("a source could not be read", source=source.uri, why=str(known), detail=known.detail)
        source.failing_since = source.failing_since or uow.now
        told = {name: str(value)[:200] for name, value in known.parameters.items()}
        source.failure = {"sentence": known.sentence[:200], **told}


async def _take_in(uow: UnitOfWork, company_id: int, event: Event) -> None:
    source = await locked_source(uow, company_id)
    if source is None or source.state != "following" or source.is_paused:
        return
    try:
        await take_in_external(uow, source, event)
    except (Invalid, Malformed) as error:
        log.info("a listed event makes no sense", session=event.id, reason=error.detail)


async def _forget_old(uow: UnitOfWork) -> None:
    """What was over a month ago, in steps of 500; nobody here took part in it."""
    old = (
        select(Session.id)
        .join(Source, Source.company_id == Session.company_id)
        .where(Session.ends_at < uow.now - KEPT_AFTER_END)
        .limit(_FORGOTTEN_AT_ONCE)
    )
    await uow.db.execute(
        delete(Session)
        .where(Session.id.in_(old.scalar_subquery()))
        .execution_options(synchronize_session=False)
    )
