"""Who follows our actors: letting them in, turning them away, and whether somebody looks at them first."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.acts import Subject
from alliance.errors import NotFound
from alliance.models import Company, Partner
from alliance.unit_of_work import UnitOfWork
from federation.announcing.actors import tell_actor
from federation.follower_digests import FollowersChanged
from federation.models import Follow, RemoteActor
from federation.our_actors import decisions
from federation.outbox import send
from federation.uris import Uris, host_of
from federation.vocabulary.activities import activity
from federation.vocabulary.actor import parse_actor
from federation.vocabulary.values import Json, Malformed

PER_PAGE = 50
ADMITTED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Follower:
    """Somebody elsewhere who follows an actor of ours, or asks to; `handle` is `name@host`."""

    id: int
    uri: str
    handle: str
    name: str
    page: str


async def followers(
    db: AsyncSession, followed_uri: str, state: str, *, after: int = 0, limit: int = PER_PAGE
) -> list[Follower]:
    """Those in `state` (`asked`, `accepted`) in the order in which they came; other instances left out.

    For the owner of the actor alone: strangers learn how many they are, and no more.
    """
    rows = await db.execute(
        select(Follow.id, Follow.follower_uri, RemoteActor.document)
        .outerjoin(RemoteActor, RemoteActor.uri == Follow.follower_uri)
        .where(
            Follow.followed_uri == followed_uri,
            Follow.state == state,
            Follow.id > after,
            Follow.follower_uri.not_in(select(Company.instance_uri).where(Company.instance_uri.is_not(None))),
        )
        .order_by(Follow.id)
        .limit(limit)
    )
    return [shown_follower(number, uri, document) for number, uri, document in rows]


async def how_many(db: AsyncSession, followed_uri: str, state: str) -> int:
    """How many follow an actor of ours, or ask to."""
    counted = select(func.count()).select_from(Follow)
    return await db.scalar(counted.where(Follow.followed_uri == followed_uri, Follow.state == state)) or 0


async def how_many_from_elsewhere(db: AsyncSession, followed_uri: str) -> int:
    """How many follow it from servers that are no ally's."""
    hosts = select(Company.host).join(Partner, Partner.company_id == Company.id)
    counted = select(func.count()).select_from(Follow)
    elsewhere = Follow.follower_host.not_in(hosts.where(Partner.state == "allied"))
    followed = (Follow.followed_uri == followed_uri, Follow.state == "accepted", elsewhere)
    return await db.scalar(counted.where(*followed)) or 0


async def choose_approval(uow: UnitOfWork, actor: str, *, by_hand: bool) -> None:
    """Whether somebody looks at whoever wants to follow; without, those who wait are let in."""
    row = await decisions(uow, actor)
    if row.approves_followers == by_hand:
        return
    row.approves_followers = by_hand
    await uow.db.flush()
    uow.audit("follower.approval", Subject("actor", actor), by_hand=by_hand)
    if not by_hand:
        waiting = await uow.db.scalars(
            select(Follow)
            .where(Follow.followed_uri == Uris(uow.settings.origin).actor(actor), Follow.state == "asked")
            .order_by(Follow.id)
            .limit(ADMITTED_AT_ONCE)
        )
        for follow in waiting.all():
            await let_in(uow, actor, follow)
    await tell_actor(uow, actor)


async def accept_follower(uow: UnitOfWork, actor: str, follow_id: int) -> None:
    """Lets somebody in who has asked. Raises NotFound for one that did not ask this actor."""
    follow = await _follow_of(uow, actor, follow_id)
    await let_in(uow, actor, follow)
    uow.audit("follower.accepted", Subject("account", follow.follower_uri), of=actor)


async def remove_follower(uow: UnitOfWork, actor: str, follow_id: int) -> None:
    """Declines who asks, or removes who follows; they are told (Reject). Raises NotFound."""
    follow = await _follow_of(uow, actor, follow_id)
    await turn_away(uow, actor, follow)
    uow.audit("follower.removed", Subject("account", follow.follower_uri), of=actor)
    await uow.db.delete(follow)
    uow.record(FollowersChanged(follow.followed_uri))


async def let_in(uow: UnitOfWork, actor: str, follow: Follow) -> None:
    """From now on they get what the actor says."""
    follow.state = "accepted"
    await uow.db.flush()
    await _answer(uow, "Accept", actor, follow)
    uow.record(FollowersChanged(follow.followed_uri))


async def turn_away(uow: UnitOfWork, actor: str, follow: Follow) -> None:
    """Tells them no; what becomes of the row is for the caller."""
    await _answer(uow, "Reject", actor, follow)


def follow_json(follow: Follow) -> Json:
    """The Follow as Accept, Reject and Undo embed it."""
    return {
        "id": follow.activity_uri,
        "type": "Follow",
        "actor": follow.follower_uri,
        "object": follow.followed_uri,
    }


async def _follow_of(uow: UnitOfWork, actor: str, follow_id: int) -> Follow:
    instances = select(Company.instance_uri).where(Company.instance_uri.is_not(None))
    follow = await uow.db.scalar(
        select(Follow).where(
            Follow.id == follow_id,
            Follow.followed_uri == Uris(uow.settings.origin).actor(actor),
            Follow.follower_uri.not_in(instances),  # an alliance is ended where alliances are
        )
    )
    if follow is None:
        raise NotFound
    return follow


async def _answer(uow: UnitOfWork, kind: str, actor: str, follow: Follow) -> None:
    if follow.inbox is None:
        return
    body = activity(
        kind,
        actor=Uris(uow.settings.origin).actor(actor),
        object=follow_json(follow),
        to=[follow.follower_uri],
        published=uow.now,
    )
    await send(
        uow, actor=actor, activity=body, object_uri=follow.activity_uri, inboxes=[follow.inbox],
        is_public=False,
    )  # fmt: skip


def shown_follower(number: int, uri: str, document: Json | None) -> Follower:
    """Somebody elsewhere as their own server last showed them, or by nothing but their host."""
    host = host_of(uri)
    try:
        actor = parse_actor(document or {})
    except Malformed:
        return Follower(number, uri, host, host, uri)
    page = actor.url if actor.url and host_of(actor.url) == host else uri
    handle = f"{actor.username}@{host}" if actor.username else host
    return Follower(number, uri, handle, actor.name or actor.username or host, page)
