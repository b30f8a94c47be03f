"""Whom our people and our instance follow: asking, taking it back, and going along when somebody moves."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.errors import NotFound
from alliance.unit_of_work import UnitOfWork
from federation.followers import Follower, follow_json, shown_follower
from federation.models import Follow, RemoteActor
from federation.outbox import new_activity_id, send
from federation.uris import Uris
from federation.vocabulary.activities import activity
from federation.vocabulary.actor import Actor

MOST_SHOWN = 200


async def follow_actor(uow: UnitOfWork, actor: str, target: Actor) -> Follow:
    """Our actor (its key, see uris.py) asks to follow `target`; asking twice sends nothing new."""
    uris = Uris(uow.settings.origin)
    follow = await stored_follow(uow, uris.actor(actor), target.id)
    if follow is not None:
        return follow
    _, address = new_activity_id(uow)
    follow = Follow(
        id=uow.new_id(),
        follower_uri=uris.actor(actor),
        followed_uri=target.id,
        state="asked",
        activity_uri=address,
        created_at=uow.now,
    )
    uow.db.add(follow)
    await uow.db.flush()
    await _ask(uow, actor, follow, target.inbox)
    return follow


async def ask_again(uow: UnitOfWork, actor: str, follow: Follow) -> None:
    """The other side no longer knows of it: the same question once more, until they say yes again."""
    _, follow.activity_uri = new_activity_id(uow)
    follow.state = "asked"
    await uow.db.flush()
    if (inbox := await _inbox(uow, follow.followed_uri)) is not None:
        await _ask(uow, actor, follow, inbox)


async def unfollow(uow: UnitOfWork, actor: str, follow: Follow) -> None:
    """Our actor no longer follows; they are told."""
    inbox = await _inbox(uow, follow.followed_uri)
    if inbox is not None:
        await send_undo(uow, actor, follow, inbox)
    await uow.db.delete(follow)
    await uow.db.flush()


async def send_undo(uow: UnitOfWork, actor: str, follow: Follow, inbox: str) -> None:
    """Undo of a Follow, whether it is stored or only the other side believes in it."""
    body = activity(
        "Undo",
        actor=Uris(uow.settings.origin).actor(actor),
        object=follow_json(follow),
        to=[follow.followed_uri],
        published=uow.now,
    )
    await send(
        uow, actor=actor, activity=body, object_uri=follow.activity_uri, inboxes=[inbox], is_public=False
    )


async def followed_by(db: AsyncSession, follower_uri: str) -> list[Follower]:
    """Whom an actor of ours follows or has asked to, for its owner alone; the newest first."""
    rows = await db.execute(
        select(Follow.id, Follow.followed_uri, RemoteActor.document)
        .outerjoin(RemoteActor, RemoteActor.uri == Follow.followed_uri)
        .where(Follow.follower_uri == follower_uri)
        .order_by(Follow.id.desc())
        .limit(MOST_SHOWN)
    )
    return [shown_follower(number, uri, document) for number, uri, document in rows]


async def stop_following(uow: UnitOfWork, actor: str, follow_id: int) -> None:
    """Takes back one follow of our actor. Raises NotFound for somebody else's."""
    uri = Uris(uow.settings.origin).actor(actor)
    follow = await uow.db.scalar(select(Follow).where(Follow.id == follow_id, Follow.follower_uri == uri))
    if follow is None:
        raise NotFound
    await unfollow(uow, actor, follow)


async def stored_follow(uow: UnitOfWork, follower: str, followed: str) -> Follow | None:
    """The Follow between two actors, whatever became of it."""
    return await uow.db.scalar(
        select(Follow).where(Follow.follower_uri == follower, Follow.followed_uri == followed)
    )


async def _ask(uow: UnitOfWork, actor: str, follow: Follow, inbox: str) -> None:
    body = activity(
        "Follow",
        id=follow.activity_uri,
        actor=follow.follower_uri,
        object=follow.followed_uri,
        to=[follow.followed_uri],
        published=uow.now,
    )
    await send(
        uow, actor=actor, activity=body, object_uri=follow.followed_uri, inboxes=[inbox], is_public=False
    )


async def _inbox(uow: UnitOfWork, actor_uri: str) -> str | None:
    return await uow.db.scalar(select(RemoteActor.inbox).where(RemoteActor.uri == actor_uri))
