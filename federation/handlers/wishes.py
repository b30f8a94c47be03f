"""Takes in what people of allied companies ask for, who wants what ours ask for, and what answers it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy.ext.asyncio import AsyncSession

from alliance.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from alliance.models import Wish
from alliance.queries.wishes import wish_to_fetch
from alliance.receiving_wishes import (
    ChorusNews,
    receive_chorus,
    receive_like,
    receive_offer,
    receive_wish,
    take_like_back,
    withdraw_wish,
)
from alliance.unit_of_work import UnitOfWork
from alliance.visibility import partner_viewer
from alliance.wishing import wish_with
from federation.fetch import Budget
from federation.handlers.attending import known_person
from federation.handlers.handling import PROCESSED, Incoming, Outcome, Refused, ignored, refused
from federation.handlers.notes import author_of
from federation.handlers.standing import Standing, home_of, not_allied
from federation.handlers.tombstones import is_buried
from federation.moves import names_of
from federation.translate.wish_note import chorus_news, wish_news
from federation.uris import Uris, host_of
from federation.vocabulary.activities import Activity
from federation.vocabulary.actor import Actor
from federation.vocabulary.proposal import Proposal, is_proposal, parse_proposal, parse_voices
from federation.vocabulary.values import Json

if TYPE_CHECKING:
    from federation.wiring import Federation

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class WishTold:
    """A request with its author, who is at home at `home` (scheme and host of an allied company)."""

    proposal: Proposal
    author: Actor
    home: str


async def wish_told(federation: "Federation", activity: Activity, budget: Budget) -> WishTold | None:
    """Reads the request in a Create or Update of somebody of an allied company; None for everything else.

    Nobody but the sender is looked up. Raises Malformed, FetchFailed.
    """
    if not is_proposal(activity.embedded):
        return None
    return await _told(federation, parse_proposal(activity.embedded or {}), activity.actor, budget)


async def wish_fetched(federation: "Federation", document: Json, budget: Budget) -> WishTold | None:
    """The same for a document from its own server, at its own address: the author is whom it names."""
    if not is_proposal(document):
        return None
    proposal = parse_proposal(document)
    return await _told(federation, proposal, proposal.note.attributed_to, budget)


async def _told(federation: "Federation", proposal: Proposal, by: str, budget: Budget) -> WishTold | None:
    note, host = proposal.note, host_of(by)
    if note.attributed_to != by or host_of(note.id) != host or note.in_reply_to is not None:
        return None
    async with federation.instance.reading() as db:
        standing = await home_of(db, host)
    if standing is None or not standing.is_allied:
        return None
    if by in (standing.company.uri, standing.company.instance_uri):
        return None
    return WishTold(proposal, await author_of(federation, note, budget), standing.company.server)


def authorise_wish(incoming: Incoming, told: WishTold) -> None:
    """People ask for themselves, from their own server. Raises Refused."""
    if told.proposal.note.attributed_to != incoming.actor_uri:
        raise Refused("somebody else wrote it")
    authorise_author(told)


def authorise_author(told: WishTold) -> None:
    """Whoever brings it, somebody at home on its own server has written it. Raises Refused."""
    note = told.proposal.note
    if told.author.id != note.attributed_to:
        raise Refused("somebody else wrote it")
    if host_of(note.id) != host_of(told.author.id):
        raise Refused("the request is on another host than its author")
    if told.author.type != "Person":
        raise Refused("only people ask for something")


async def receive_wish_told(uow: UnitOfWork, told: WishTold) -> Outcome:
    """Stores the request, as things stand now."""
    refusal = not_allied(await home_of(uow.db, host_of(told.author.id)))
    if refusal is not None:
        return refusal
    news = wish_news(told.proposal, Uris(told.home))
    if await is_buried(uow, news.uri, news.updated_at or _LONG_AGO):
        return ignored("deleted already")
    try:
        # Nothing is kept of people who ask for what is not taken.
        async with uow.attempt():
            person = await known_person(uow, told.author)
            stored = await receive_wish(uow, person, news)
    except Forbidden as reason:
        return refused(reason.detail or "somebody else wrote it")
    except TooMany:
        return refused("too many requests at once")
    except (Conflict, Invalid) as reason:
        return ignored(f"not taken: {reason.detail or reason}"[:200])
    return PROCESSED if stored is not None else ignored("something newer is known")


async def forget_wish(uow: UnitOfWork, uri: str, incoming: Incoming) -> Outcome | None:
    """Its author takes it back; None when it is no request."""
    try:
        if await withdraw_wish(uow, uri, await names_of(uow.db, incoming.actor_uri)):
            return PROCESSED
    except Forbidden:
        return refused("somebody else wrote it")
    return None


async def receive_voice(
    uow: UnitOfWork, federation: "Federation", incoming: Incoming, about: str
) -> Outcome | None:
    """A Like of a request of ours: by an allied company, with how many of its people want it; by somebody
    who belongs to none, of a public one. None when it is about no request."""
    found = await _liked(uow, federation, incoming, about)
    if not isinstance(found, _Liked):
        return found
    if found.standing is None:
        counted = await receive_like(uow, found.wish, incoming.actor_uri)
        return PROCESSED if counted else ignored("closed, or counted enough")
    company = found.standing.company
    said_voices = parse_voices(incoming.activity.get("voices"))
    chorus = said_voices[0] if said_voices else None
    news = chorus_news(chorus) if chorus is not None else ChorusNews(company.host, company.name, 1)
    own = [(name, who) for name, who in news.names if host_of(who) == incoming.host]
    said = ChorusNews(company.host, company.name, news.count, own)
    counted = await receive_chorus(uow, found.wish, company, said)
    return PROCESSED if counted else ignored("closed")


async def take_voice_back(
    uow: UnitOfWork, federation: "Federation", incoming: Incoming, about: str
) -> Outcome | None:
    """Undo of that Like; None when it was about no request."""
    found = await _liked(uow, federation, incoming, about)
    if not isinstance(found, _Liked):
        return found
    if found.standing is None:
        undone = await take_like_back(uow, found.wish, incoming.actor_uri)
        return PROCESSED if undone else ignored("nothing to undo")
    company = found.standing.company
    await receive_chorus(uow, found.wish, company, ChorusNews(company.host, company.name, 0))
    return PROCESSED


async def receive_offered(
    uow: UnitOfWork, federation: "Federation", incoming: Incoming, session_uri: str, target: str
) -> Outcome:
    """An allied company answers a request of ours with a session of its own."""
    found = await _liked(uow, federation, incoming, target)
    if not isinstance(found, _Liked):
        return found or ignored("no request of ours")
    if found.standing is None or found.standing.company.uri != incoming.actor_uri:
        return ignored("not allied")
    if host_of(session_uri) != incoming.host:
        return refused("the session is somebody else's")
    try:
        made = await receive_offer(uow, found.wish, found.standing.company, session_uri)
    except Forbidden as reason:
        return ignored(reason.detail or "not theirs")
    except (Conflict, TooMany) as reason:
        return ignored(f"not taken: {reason}"[:200])
    return PROCESSED if made else ignored("known already")


@dataclass(frozen=True)
class _Liked:
    wish: Wish
    standing: Standing | None
    """Of the allied company that speaks; None for somebody who belongs to none."""


async def _liked(
    uow: UnitOfWork, federation: "Federation", incoming: Incoming, about: str
) -> _Liked | Outcome | None:
    key = federation.uris.wish_key(about)
    if key is None:
        return None
    standing = await home_of(uow.db, incoming.host)
    if standing is not None and standing.state in ("paused", "blocked"):
        return ignored(standing.state)
    is_ally = standing is not None and standing.is_allied
    if is_ally and standing is not None and incoming.actor_uri != standing.company.uri:
        return ignored("their company says how many want it")
    if not await _may_see(uow.db, standing, key):
        return ignored("no request that they may see")
    wish = await wish_with(uow, key[0])
    if wish is None:
        return ignored("no request that they may see")
    return _Liked(wish, standing if is_ally else None)


async def _may_see(db: AsyncSession, standing: Standing | None, key: tuple[int, str]) -> bool:
    viewer = partner_viewer(standing.company.id if standing is not None else None)
    try:
        wish = await wish_to_fetch(db, viewer, key[0])
    except NotFound:
        return False
    return wish.token == key[1] and wish.state != "deleted"
