"""Actors of other servers as values: remembered for a day, then asked for again."""

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from federation.failures import FetchFailed, GoneThere
from federation.fetch import Budget, Document
from federation.models import RemoteActor
from federation.remote_actors import store_actor
from federation.uris import host_of
from federation.vocabulary.actor import Actor, parse_actor
from federation.vocabulary.values import Malformed

if TYPE_CHECKING:
    from federation.wiring import Federation

FRESH_FOR = timedelta(hours=24)


async def find_actor(
    federation: "Federation", uri: str, budget: Budget, *, fresh_for: timedelta = FRESH_FOR
) -> Actor:
    """The actor `uri` as its own server shows it to us; an older memory serves while that does not answer.

    No transaction may be open. Raises FetchFailed, and Malformed for something that is no actor.
    """
    remembered = await _remembered(federation, uri)
    if remembered is not None and remembered.fetched_at > federation.instance.clock.now() - fresh_for:
        return parse_actor(remembered.document)
    try:
        return await fetch_actor(federation, uri, budget)
    except GoneThere:
        raise
    except FetchFailed:
        if remembered is None:
            raise
        return parse_actor(remembered.document)


async def fetch_actor(federation: "Federation", uri: str, budget: Budget) -> Actor:
    """The actor `uri`, asked for now and remembered. Raises FetchFailed, Malformed."""
    document = await federation.fetcher.document(uri, budget)
    if document.id != uri:
        raise Malformed("an actor that calls itself otherwise")
    actor = parse_actor(dict(document.data))
    if host_of(actor.inbox) != host_of(uri):
        raise Malformed("an inbox on another host")
    await _remember(federation, document)
    return actor


async def _remembered(federation: "Federation", uri: str) -> RemoteActor | None:
    async with federation.instance.reading() as db:
        return await db.scalar(
            select(RemoteActor).where(RemoteActor.uri == uri, RemoteActor.gone_at.is_(None))
        )


async def _remember(federation: "Federation", document: Document) -> None:
    try:
        async with federation.instance.unit_of_work() as uow:
            await store_actor(uow, document)
    except IntegrityError:
        return  # another process has stored the same actor just now
