"""Block: somebody elsewhere wants nothing of one of our actors any more."""

from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, or_

from alliance.models import ActorBlock
from alliance.unit_of_work import UnitOfWork
from alliance.upserts import insert
from federation.fetch import Budget
from federation.follower_digests import FollowersChanged
from federation.handlers.handling import PROCESSED, Incoming, Outcome, ignored
from federation.handlers.standing import standing_of
from federation.models import Follow
from federation.vocabulary.activities import Activity, parse_activity

if TYPE_CHECKING:
    from federation.wiring import Federation


async def prepare(incoming: Incoming, federation: "Federation", budget: Budget) -> Activity:
    """Reads whom they block; asks nobody. Raises Malformed."""
    return parse_activity(incoming.activity)


def authorise(incoming: Incoming, prepared: Activity) -> None:
    """Everybody blocks for themselves, so there is nobody else to compare with."""


async def receive(
    uow: UnitOfWork, federation: "Federation", incoming: Incoming, prepared: Activity
) -> Outcome:
    """Remembers it and ends the follows between the two, in both directions.

    An alliance is ended by its own messages: whoever speaks for an instance leaves instead.
    """
    ours = federation.uris.actor_key(prepared.object)
    if ours is None:
        return ignored("nobody here")
    if await standing_of(uow.db, incoming.actor_uri) is not None:
        return ignored("companies leave instead")
    row = insert(uow.db, ActorBlock).values(
        id=uow.new_id(),
        actor_uri=incoming.actor_uri,
        by_them=True,
        ours=ours,
        activity_uri=prepared.id,
        created_at=uow.now,
    )
    await uow.db.execute(row.on_conflict_do_nothing(index_elements=["actor_uri", "by_them", "ours"]))
    await _part(uow, incoming.actor_uri, prepared.object)
    return PROCESSED


async def unblock(
    uow: UnitOfWork, federation: "Federation", actor_uri: str, undone: str, about: str | None
) -> bool:
    """They no longer mind; False when they did not block."""
    ours = federation.uris.actor_key(about or "")
    gone = await uow.db.scalars(
        delete(ActorBlock)
        .where(
            ActorBlock.actor_uri == actor_uri,
            ActorBlock.by_them,
            or_(ActorBlock.activity_uri == undone, ActorBlock.ours == (ours or "-")),
        )
        .returning(ActorBlock.id)
    )
    return bool(gone.all())


async def _part(uow: UnitOfWork, theirs: str, ours: str) -> None:
    follows = and_(Follow.follower_uri == theirs, Follow.followed_uri == ours)
    followed = and_(Follow.follower_uri == ours, Follow.followed_uri == theirs)
    await uow.db.execute(delete(Follow).where(or_(follows, followed)))
    uow.record(FollowersChanged(ours))
