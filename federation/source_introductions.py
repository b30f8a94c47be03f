"""Finds out who publishes a calendar elsewhere, before an administrator says yes."""

import asyncio
import re
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from alliance.errors import Conflict, Invalid
from alliance.queries.sources import source_with_uri
from alliance.sources import Feed
from alliance.text import plain_text
from federation import failures
from federation.actors import fetch_actor
from federation.fetch import Budget, Document
from federation.source_lists import a_glance, listed_events
from federation.uris import host_of, origin_of
from federation.vocabulary.actor import ACTOR_TYPES, Actor
from federation.vocabulary.values import Json, Malformed, id_of, is_uri, kind_of
from federation.webfinger import Typed, actor_of, find_instance, read_typed, software_of

if TYPE_CHECKING:
    from federation.wiring import Federation

MAX_SECONDS = 25.0
MAX_FETCHES = 14
_HTML_READ = 200_000
_NO_ACCOUNT = (
    failures.NotAnActivity,
    failures.AnsweredStatus,
    failures.WrongId,
    failures.BadDocument,
    failures.NoServer,
)
_LINK = re.compile(rb"<link\s[^<>]{0,1000}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([a-z]+)\s*=\s*("[^"]*"|'[^']*')""", re.IGNORECASE)


class NoCalendar(failures.FetchFailed):
    """There is a server, but nothing on it that can be followed."""

    default_sentence = "Nobody at {host} publishes events that can be followed."
    is_permanent = True


@dataclass(frozen=True)
class SourceFound:
    """Who would be followed, and how many events they list; None when their list can't be read."""

    feed: Feed
    upcoming: int | None
    is_more: bool = False


async def introduce_source(federation: "Federation", text: str) -> SourceFound:
    """Who publishes the calendar that a person names by handle, host, account or page; nothing is subscribed.

    Raises Invalid and Conflict for what can't be a source, FetchFailed for what can't be reached; each with a
    sentence.
    """
    settings = federation.instance.settings
    if not text.strip():
        raise Invalid("Please type a handle or an address, such as @library@events.example.", field="what")
    typed = read_typed(text, plain_http=settings.danger_private_networks)
    if typed.origin == settings.origin or typed.host == settings.host:
        raise Conflict("That is your own company.")
    try:
        async with asyncio.timeout(MAX_SECONDS):
            return await _found(federation, typed, text.strip())
    except TimeoutError as error:
        raise failures.TimedOut(typed.host, detail=f"{MAX_SECONDS} s for everything") from error
    except Malformed as error:
        raise NoCalendar(typed.host, detail=error.reason) from error


async def _found(federation: "Federation", typed: Typed, text: str) -> SourceFound:
    budget = Budget(MAX_FETCHES)
    uri = await _account(federation, typed, text, budget)
    actor = await fetch_actor(federation, uri, budget)
    if origin_of(actor.id) == federation.instance.settings.origin:
        raise Conflict("That is your own company.")
    async with federation.instance.reading() as db:
        known = await source_with_uri(db, actor.id)
    if known is not None:
        raise Conflict("You are subscribed to {name} already.", name=known.company.name)
    feed = await _feed(federation, actor, budget)
    return await _with_count(federation, feed, actor)


async def _account(federation: "Federation", typed: Typed, text: str, budget: Budget) -> str:
    """The identity of the account: of a handle, of a page that names its publisher, or of the server."""
    if typed.username is not None:
        return await actor_of(federation.fetcher, typed.origin, f"{typed.username}@{typed.host}", budget)
    page = text if text.startswith(("https://", "http://")) and is_uri(text) else f"{typed.origin}/"
    try:
        return await _publisher(federation, page, budget)
    except (*_NO_ACCOUNT, Malformed):
        return await _server_account(federation, typed, budget)


async def _server_account(federation: "Federation", typed: Typed, budget: Budget) -> str:
    """The account of the server itself: Gancio and Mobilizon publish everything there."""
    try:
        return (await find_instance(federation.fetcher, typed, budget)).document.id
    except _NO_ACCOUNT as error:
        raise NoCalendar(typed.host, detail=error.detail) from error


async def _publisher(federation: "Federation", page: str, budget: Budget) -> str:
    try:
        document = await federation.fetcher.document(page, budget)
    except (failures.NotAnActivity, failures.AnsweredStatus, failures.BadDocument):
        document = await _alternate(federation, page, budget)
    body = dict(document.data)
    return document.id if kind_of(body) in ACTOR_TYPES else _author(body, document)


def _author(body: Json, document: Document) -> str:
    author = id_of(body.get("attributedTo") or body.get("actor"), "attributedTo")
    if host_of(author) != host_of(document.id):
        raise Malformed("an author on another host")
    return author


async def _alternate(federation: "Federation", page: str, budget: Budget) -> Document:
    """The document that an HTML page names as its other form, on the same host."""
    answer = await federation.fetcher.get(page, "text/html", budget, signed=False)
    for tag in _LINK.findall(answer.body[:_HTML_READ]):
        said = {
            name.lower(): unescape(value[1:-1])
            for name, value in _ATTRIBUTE.findall(tag.decode("utf-8", "replace"))
        }
        href = urljoin(answer.url, said.get("href", ""))
        is_other_form = said.get("rel") == "alternate" and "activity+json" in said.get("type", "")
        if is_other_form and is_uri(href) and origin_of(href) == origin_of(answer.url):
            return await federation.fetcher.document(href, budget)
    raise Malformed("a page that names no other form")


async def _feed(federation: "Federation", actor: Actor, budget: Budget) -> Feed:
    host, origin = host_of(actor.id), origin_of(actor.id)
    if not actor.username:
        raise Malformed("an account without a name")
    try:
        software = await software_of(federation.fetcher, origin, budget)
    except failures.FetchFailed:
        software = ""
    if software.partition(" ")[0] == "alliance":
        raise Conflict("{host} is an alliance server. Invite the company instead.", host=host)
    return Feed(
        uri=actor.id,
        server=origin,
        host=host,
        username=actor.username,
        name=actor.name or actor.username,
        summary=plain_text(actor.summary),
        software=software,
    )


async def _with_count(federation: "Federation", feed: Feed, actor: Actor) -> SourceFound:
    try:
        listed = await listed_events(federation, actor, federation.instance.clock.now(), a_glance())
    except (failures.FetchFailed, Malformed):
        return SourceFound(feed, None)
    return SourceFound(feed, len(listed.events), not listed.is_all)
