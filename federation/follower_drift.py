"""Follows of ours as the other side counts them (FEP-8fcf): noticed at the inbox, put right by a chore."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.errors import AllianceError
from alliance.unit_of_work import UnitOfWork
from alliance.upserts import insert
from federation.failures import BadDocument
from federation.fetch import Budget
from federation.following import ask_again, send_undo
from federation.models import Follow, FollowerDrift, RemoteActor, SigningKey
from federation.outbox import new_activity_id
from federation.rates import Windows
from federation.recent import Recent
from federation.signatures import Claim, SignedRequest
from federation.synchronisation import HEADER, Synchronisation, digest_of, read_header
from federation.uris import host_of, origin_of, person_id_of
from federation.vocabulary.collections import parse_page
from federation.vocabulary.values import Malformed, id_of

if TYPE_CHECKING:
    from federation.wiring import Federation

FIELD = HEADER.lower()
MAX_LISTED = 10_000
MAX_PAGES = 10
MAX_UNDONE = 100
MAX_ATTEMPTS = 3
AT_ONCE = 10
ASK_AGAIN_AFTER = timedelta(minutes=30)
LOOK_AGAIN_AFTER = timedelta(minutes=1)
LOOKS_A_MINUTE = 60
"""How often a minute one host may make us compare."""

log = structlog.get_logger("alliance.followers")


@dataclass(frozen=True, slots=True)
class Ours:
    """A follow of one of our actors as it stood before the other side was asked."""

    id: int
    follower: str
    is_accepted: bool


class Drift:
    """Compares what senders say with what we know; one per process.

    One host makes us look 60 times a minute at most, one actor once a minute, and a list is fetched once in
    half an hour, whatever strangers write into the header.
    """

    def __init__(self, federation: "Federation") -> None:
        clock = federation.instance.clock
        self._federation = federation
        self._looked: Recent[str, str] = Recent(5_000, LOOK_AGAIN_AFTER, clock)
        self._asked: Recent[str, bool] = Recent(5_000, ASK_AGAIN_AFTER, clock)
        self._hosts = Windows(LOOKS_A_MINUTE)

    async def note(self, request: SignedRequest, claims: Sequence[Claim], actor_uri: str) -> None:
        """Remembers that a list has to be fetched, where the digest of a proved sender is not ours.

        A header that was not signed, or that leads anywhere but to the sender, is passed over.
        """
        value = request.headers.get(FIELD)
        if value is None or not all(claim.covers(FIELD) for claim in claims):
            return
        said = read_header(value)
        if said is None or origin_of(said.url) != origin_of(actor_uri):
            return
        if self._looked.get(actor_uri) == said.digest or self._asked.get(actor_uri):
            return
        now, host = self._federation.instance.clock.now(), host_of(actor_uri)
        if self._hosts.wait(host, now) is not None:
            return
        self._hosts.count(host, now)
        self._looked.put(actor_uri, said.digest)
        if await self._differs(actor_uri, said):
            self._asked.put(actor_uri, True)
            await self._remember(actor_uri, said.url)

    async def _differs(self, actor_uri: str, said: Synchronisation) -> bool:
        async with self._federation.instance.reading() as db:
            known = await db.scalar(select(RemoteActor.document).where(RemoteActor.uri == actor_uri))
            if known is None or known.get("followers") != said.collection:
                return False
            ours = await our_follows(db, self._federation.uris.origin, actor_uri)
        return digest_of(one.follower for one in ours if one.is_accepted) != said.digest

    async def _remember(self, actor_uri: str, url: str) -> None:
        async with self._federation.instance.unit_of_work() as uow:
            row = {"url": url, "attempts": 0, "due_at": uow.now}
            fresh = insert(uow.db, FollowerDrift).values(actor_uri=actor_uri, **row)
            await uow.db.execute(fresh.on_conflict_do_nothing(index_elements=["actor_uri"]))


async def compare_followers(federation: "Federation") -> int:
    """A chore: fetches the lists that are due and puts our side right; how many it was."""
    async with federation.instance.reading() as db:
        due = await _due(db, federation.instance.clock.now())
    for drift in due:
        try:
            await _compare(federation, drift)
        except (AllianceError, Malformed) as error:
            log.info("a list of followers could not be fetched", actor=drift.actor_uri, why=str(error))
            await _try_later(federation, drift)
    return len(due)


async def our_follows(db: AsyncSession, origin: str, actor_uri: str) -> list[Ours]:
    """Everybody here who follows an actor elsewhere, or has asked to."""
    rows = await db.execute(
        select(Follow.id, Follow.follower_uri, Follow.state).where(Follow.followed_uri == actor_uri)
    )
    return [
        Ours(number, follower, state == "accepted")
        for number, follower, state in rows
        if follower.startswith(f"{origin}/")
    ]


async def _due(db: AsyncSession, now: datetime) -> Sequence[FollowerDrift]:
    rows = await db.scalars(
        select(FollowerDrift).where(FollowerDrift.due_at <= now).order_by(FollowerDrift.due_at).limit(AT_ONCE)
    )
    return rows.all()


async def _compare(federation: "Federation", drift: FollowerDrift) -> None:
    origin, actor_uri = federation.uris.origin, drift.actor_uri
    async with federation.instance.reading() as db:
        before = await our_follows(db, origin, actor_uri)
    listed = await _listed(federation, drift.url)
    async with federation.instance.unit_of_work() as uow:
        await uow.db.execute(delete(FollowerDrift).where(FollowerDrift.actor_uri == actor_uri))
        await _put_right(uow, federation, actor_uri, before, listed)


async def _listed(federation: "Federation", url: str) -> frozenset[str]:
    """Whom of us they list, page by page on their own host. Raises FetchFailed, Malformed."""
    ours: set[str] = set()
    seen = 0
    onward: str | None = url
    for _ in range(MAX_PAGES):
        if onward is None:
            return frozenset(ours)
        document = await federation.fetcher.document(onward, Budget(3))
        if origin_of(document.id) != origin_of(url):
            raise BadDocument(host_of(url), detail="the list lies elsewhere")
        page = parse_page(dict(document.data))
        seen += len(page.items)
        if seen > MAX_LISTED:
            break
        found = (id_of(item, "item") for item in page.items)
        ours |= {one for one in found if federation.uris.actor_key(one) is not None}
        onward = page.next
    raise BadDocument(host_of(url), detail="a list without end")


async def _put_right(
    uow: UnitOfWork,
    federation: "Federation",
    actor_uri: str,
    before: Sequence[Ours],
    listed: frozenset[str],
) -> None:
    """Pending follows that they list are accepted, accepted ones that they don't are gone, others undone.

    What the instance itself follows (an ally, a source) is asked for once more instead.
    """
    now_ours = {one.follower: one for one in await our_follows(uow.db, federation.uris.origin, actor_uri)}
    for one in before:
        follow = await uow.db.get(Follow, one.id)
        if follow is None or (follow.state == "accepted") != one.is_accepted:
            continue  # something happened while we asked
        actor = federation.uris.actor_key(one.follower)
        if one.follower in listed:
            follow.state = "accepted"
        elif one.is_accepted and actor is not None and person_id_of(actor) is None:
            await ask_again(uow, actor, follow)
        elif one.is_accepted:
            await uow.db.delete(follow)
    await uow.db.flush()
    for follower in sorted(listed - now_ours.keys())[:MAX_UNDONE]:
        await _undo(uow, federation, follower, actor_uri)


async def _undo(uow: UnitOfWork, federation: "Federation", follower: str, actor_uri: str) -> None:
    """They believe that somebody follows who does not; Mastodon 4.4 answers that in the same way."""
    actor = federation.uris.actor_key(follower)
    inbox = await uow.db.scalar(select(RemoteActor.inbox).where(RemoteActor.uri == actor_uri))
    signs = select(SigningKey.id).where(SigningKey.actor == actor, SigningKey.retired_at.is_(None)).limit(1)
    if actor is None or inbox is None or await uow.db.scalar(signs) is None:
        return
    question = Follow(
        follower_uri=follower, followed_uri=actor_uri, activity_uri=new_activity_id(uow)[1], inbox=inbox
    )
    await send_undo(uow, actor, question, inbox)


async def _try_later(federation: "Federation", drift: FollowerDrift) -> None:
    async with federation.instance.unit_of_work() as uow:
        row = await uow.db.get(FollowerDrift, drift.actor_uri)
        if row is None:
            return
        row.attempts += 1
        row.due_at = uow.now + ASK_AGAIN_AFTER
        if row.attempts >= MAX_ATTEMPTS:
            await uow.db.delete(row)
