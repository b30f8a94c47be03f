"""Goes along when somebody elsewhere moves: what we follow, whom we know, which source we read."""

from datetime import timedelta

from sqlalchemy import delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from alliance.models import Person, Reaction, Source
from alliance.receiving_comments import forget_reactions_of, withdraw_comments_of
from alliance.source_moves import move_source
from alliance.unit_of_work import UnitOfWork
from alliance.upserts import insert
from federation.follower_digests import FollowersChanged
from federation.following import follow_actor, unfollow
from federation.models import ActorMove, Follow
from federation.uris import Uris, host_of, origin_of
from federation.vocabulary.actor import Actor

# Mastodon 4.4 does the same (app/lib/activitypub/activity/move.rb, PROCESSING_COOLDOWN).
COOLDOWN = timedelta(days=7)
MOST_MOVES = 5


async def go_along(uow: UnitOfWork, old: str, target: Actor) -> None:
    """Everything that led to `old` leads to `target`; where both were known, `target` stays as it is."""
    await _remember(uow, old, target.id)
    await _repoint_source(uow, old, target)
    uris = Uris(uow.settings.origin)
    ours = await uow.db.scalars(select(Follow).where(Follow.followed_uri == old).order_by(Follow.id))
    for follow in ours.all():
        actor = uris.actor_key(follow.follower_uri)
        if actor is not None:
            await follow_actor(uow, actor, target)
            await unfollow(uow, actor, follow)
    # Whoever has moved follows again from there; to the old account nothing is delivered any more.
    await uow.db.execute(delete(Follow).where(Follow.follower_uri == old))
    uow.record(FollowersChanged(old))
    await _rename_person(uow, old, target)
    await _rename_reactions(uow, old, target.id)


async def names_of(db: AsyncSession, uri: str) -> tuple[str, ...]:
    """The address of an actor and where it has moved since, step by step."""
    names = [uri]
    while len(names) < MOST_MOVES and (moved := await db.get(ActorMove, names[-1])) is not None:
        if moved.moved_to in names:
            break
        names.append(moved.moved_to)
    return tuple(names)


async def forget_old_words(uow: UnitOfWork, old: str) -> None:
    """An account that has moved is deleted at last: what was written with it goes, who has moved stays."""
    moved = await uow.db.get(ActorMove, old)
    if moved is not None:
        for name in await names_of(uow.db, moved.moved_to):
            await withdraw_comments_of(uow, name, origin_of(old), until=moved.moved_at)


async def _remember(uow: UnitOfWork, old: str, new: str) -> None:
    row = {"moved_to": new, "moved_at": uow.now}
    fresh = insert(uow.db, ActorMove).values(uri=old, **row)
    await uow.db.execute(fresh.on_conflict_do_update(index_elements=["uri"], set_=row))


async def _repoint_source(uow: UnitOfWork, old: str, target: Actor) -> None:
    known = await uow.db.scalar(select(Source.company_id).where(Source.uri == old))
    if known is not None:
        await move_source(
            uow, old, uri=target.id, host=host_of(target.id), username=target.username, name=target.name
        )


async def _rename_person(uow: UnitOfWork, old: str, target: Actor) -> None:
    """Somebody of no company keeps their places; people of allies stay where their company says."""
    if await uow.db.scalar(select(Person.id).where(Person.uri == target.id)) is not None:
        return
    await uow.db.execute(
        update(Person)
        .where(Person.uri == old, Person.company_id.is_(None))
        .values(
            uri=target.id,
            url=target.url if target.url and host_of(target.url) == host_of(target.id) else target.id,
            host=host_of(target.id),
            username=target.username or "unknown",
            updated_at=uow.now,
        )
        .execution_options(synchronize_session="evaluate")
    )


async def _rename_reactions(uow: UnitOfWork, old: str, new: str) -> None:
    """One person finds a session interesting once, under whichever name."""
    other = aliased(Reaction)
    twice = exists().where(
        other.actor == new, other.session_id == Reaction.session_id, other.kind == Reaction.kind
    )
    await uow.db.execute(
        update(Reaction)
        .where(Reaction.actor == old, ~twice)
        .values(actor=new, host=host_of(new))
        .execution_options(synchronize_session=False)
    )
    await forget_reactions_of(uow, old)
