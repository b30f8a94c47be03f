"""Fetches what an ally has published, so that a new partner is not empty and nothing stays lost.

What the inbox brings meanwhile is newer and wins; doing this twice changes nothing.
"""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.errors import AllianceError, Invalid
from alliance.models import Company, ExpertProfile, Person, Session
from alliance.receiving import forget_session, receive_person
from alliance.unit_of_work import UnitOfWork
from federation.catch_ups import catch_up_done, catch_up_failed, due_catch_ups
from federation.catching_up_communities import (
    MOST_LOOKED_INTO,
    apply_communities,
    communities_listed,
    held_communities,
)
from federation.failures import MissingThere
from federation.fetch import Budget
from federation.fetching_collections import MAX_PAGES, items_of
from federation.handlers.co_hosts import believed
from federation.handlers.sessions import take_in
from federation.handlers.standing import publisher
from federation.translate.news import person_news, without_profile
from federation.uris import host_of, origin_of
from federation.vocabulary.actor import Actor, parse_actor
from federation.vocabulary.event import Event, parse_event
from federation.vocabulary.values import Malformed

if TYPE_CHECKING:
    from federation.wiring import Federation

AT_ONCE = 25
MAX_SECONDS = 120

log = structlog.get_logger("alliance.catching_up")


@dataclass(frozen=True)
class Upcoming:
    """What a company lists; with `is_all`, what it does not list has gone."""

    events: tuple[Event, ...]
    is_all: bool


@dataclass(frozen=True)
class Experts:
    """Whom a company lists; with `is_all`, whoever is not listed has withdrawn their profile."""

    found: tuple[Actor, ...] = ()
    is_all: bool = False


async def catch_up_with_allies(federation: "Federation") -> int:
    """A chore: fetches from every ally that is due, several at once; how many it was."""
    async with federation.instance.reading() as db:
        due = await due_catch_ups(db, federation.instance.clock.now())
    await asyncio.gather(*(_try(federation, company_id, version) for company_id, version in due))
    return len(due)


async def _try(federation: "Federation", company_id: int, version: int) -> None:
    try:
        async with asyncio.timeout(MAX_SECONDS):
            await catch_up(federation, company_id)
    except (AllianceError, TimeoutError) as error:
        reason = error.detail if isinstance(error, AllianceError) else f"{MAX_SECONDS} s"
        log.warning("an ally could not be fetched from", company=company_id, why=str(error), detail=reason)
        async with federation.instance.unit_of_work() as uow:
            await catch_up_failed(uow, company_id, version, random.random())  # noqa: S311 - spreads retries
        return
    async with federation.instance.unit_of_work() as uow:
        await catch_up_done(uow, company_id, version)


async def catch_up(federation: "Federation", company_id: int) -> int:
    """Brings what we know of an ally's upcoming sessions and experts up to date; how many sessions it lists.

    What we held before it began, what is still to come and what they no longer list is gone. Raises
    FetchFailed, Malformed.
    """
    async with federation.instance.reading() as db:
        company = await db.get(Company, company_id)
        held = await _held(db, company_id, federation.instance.clock.now())
        shown = await _shown_experts(db, company_id)
        groups = await held_communities(db, company_id)
    if company is None or company.uri is None:
        return 0
    budget = Budget(MAX_PAGES * 3 + MOST_LOOKED_INTO + 4)
    document = await federation.fetcher.document(company.uri, budget)
    actor = parse_actor(dict(document.data))
    listed = await _upcoming(federation, actor, budget)
    people = await _experts(federation, document.data, actor, budget)
    communities = await communities_listed(federation, document.data, actor.id, budget)
    events = [await believed(federation, event, budget) for event in listed.events]
    await _apply_sessions(federation, actor.id, events)
    await _apply_people(federation, people.found)
    await _forget_unlisted(federation, held, listed)
    if people.is_all:
        await _hide_unlisted(federation, shown, {person.id for person in people.found})
    await apply_communities(federation, company_id, groups, communities)
    return len(listed.events)


async def _held(db: AsyncSession, company_id: int, now: datetime) -> dict[str, datetime]:
    """The upcoming sessions of a company that we know, with the moments at which they were last changed."""
    rows = await db.execute(
        select(Session.uri, Session.updated_at).where(
            Session.company_id == company_id, Session.withdrawn_at.is_(None), Session.ends_at > now
        )
    )
    return {uri: updated_at for uri, updated_at in rows if uri is not None}


async def _shown_experts(db: AsyncSession, company_id: int) -> dict[str, datetime]:
    """The experts of a company that we show, with the moments at which their profiles were last changed."""
    rows = await db.execute(
        select(Person.uri, ExpertProfile.updated_at)
        .join(ExpertProfile, ExpertProfile.person_id == Person.id)
        .where(Person.company_id == company_id, ExpertProfile.published_at.is_not(None))
    )
    return {uri: updated_at for uri, updated_at in rows if uri is not None}


async def _upcoming(federation: "Federation", actor: Actor, budget: Budget) -> Upcoming:
    if actor.upcoming is None:
        raise Malformed("a company without upcoming sessions")
    items, is_all = await items_of(federation, actor.upcoming, budget)
    events = [event for item in items if (event := _event(item, actor)) is not None]
    return Upcoming(tuple(events), is_all and len(events) == len(items))


def _event(item: Any, actor: Actor) -> Event | None:
    """An Event of this very company on its own host; anything else is passed over."""
    if not isinstance(item, dict):
        return None
    try:
        event = parse_event(item)
    except Malformed as error:
        log.info("a listed session can't be read", company=actor.id, reason=error.reason)
        return None
    is_theirs = event.attributed_to == actor.id and host_of(event.id) == host_of(actor.id)
    return event if is_theirs else None


async def _experts(federation: "Federation", document: Any, actor: Actor, budget: Budget) -> Experts:
    """The people who let allies know what they know; a company need not list any."""
    address = document.get("experts")
    if not isinstance(address, str) or origin_of(address) != origin_of(actor.id):
        return Experts()
    try:
        items, is_all = await items_of(federation, address, budget)
    except MissingThere:
        return Experts()
    found = [person for item in items if (person := _expert(item, actor)) is not None]
    return Experts(tuple(found), is_all and len(found) == len(items))


def _expert(item: Any, company: Actor) -> Actor | None:
    if not isinstance(item, dict):
        return None
    try:
        person = parse_actor(item)
    except Malformed:
        return None
    is_theirs = person.type == "Person" and host_of(person.id) == host_of(company.id)
    return person if is_theirs and person.expertise is not None else None


async def _apply_sessions(federation: "Federation", company_uri: str, events: Sequence[Event]) -> None:
    for start in range(0, len(events), AT_ONCE):
        async with federation.instance.unit_of_work() as uow:
            for event in events[start : start + AT_ONCE]:
                await _apply(uow, company_uri, event)


async def _apply(uow: UnitOfWork, company_uri: str, event: Event) -> None:
    standing = await publisher(uow.db, company_uri)
    if standing is None or not standing.is_allied:
        return
    try:
        await take_in(uow, standing.company, event)
    except Invalid as error:
        log.info("a listed session makes no sense", session=event.id, reason=error.detail)


async def _apply_people(federation: "Federation", people: Sequence[Actor]) -> None:
    for start in range(0, len(people), AT_ONCE):
        async with federation.instance.unit_of_work() as uow:
            for person in people[start : start + AT_ONCE]:
                try:
                    await receive_person(uow, person_news(person))
                except Invalid as error:
                    log.info("a listed expert makes no sense", person=person.id, reason=error.detail)


async def _forget_unlisted(federation: "Federation", held: dict[str, datetime], listed: Upcoming) -> None:
    """Forgets what is no longer listed and has not changed since we began."""
    there = {event.id for event in listed.events}
    missing = [uri for uri in held if uri not in there] if listed.is_all else []
    if not missing:
        return
    async with federation.instance.unit_of_work() as uow:
        rows = await uow.db.execute(
            select(Session.uri, Session.updated_at).where(Session.uri.in_(missing), Session.ends_at > uow.now)
        )
        for uri, updated_at in rows.all():
            if uri is not None and held[uri] == updated_at:
                await forget_session(uow, uri)


async def _hide_unlisted(federation: "Federation", shown: dict[str, datetime], listed: set[str]) -> None:
    """Takes away profiles that are no longer listed and have not changed since we began; names stay."""
    missing = [uri for uri in shown if uri not in listed]
    if not missing:
        return
    async with federation.instance.unit_of_work() as uow:
        rows = await uow.db.execute(
            select(Person, ExpertProfile.updated_at)
            .join(ExpertProfile, ExpertProfile.person_id == Person.id)
            .where(Person.uri.in_(missing))
        )
        for person, updated_at in rows.all():
            if shown[person.uri or ""] == updated_at:
                await receive_person(uow, without_profile(person))
