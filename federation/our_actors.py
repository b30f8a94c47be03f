"""What was decided about our own actors: followers by hand or not, other names, and where they have gone."""

from dataclasses import dataclass, replace

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.unit_of_work import UnitOfWork
from federation.follower_digests import FollowersChanged
from federation.models import Follow, OurActor
from federation.uris import Uris
from federation.vocabulary.actor import Actor


@dataclass(frozen=True, slots=True)
class Decided:
    """The decisions about one actor, as they stand."""

    approves_followers: bool = False
    also_known_as: tuple[str, ...] = ()
    moved_to: str | None = None

    def on(self, actor: Actor) -> Actor:
        """The document of the actor with these decisions in it."""
        return replace(
            actor,
            approves_by_hand=actor.approves_by_hand or self.approves_followers,
            also_known_as=self.also_known_as,
            moved_to=self.moved_to,
        )


async def decided(db: AsyncSession, actor: str) -> Decided:
    """For an actor of ours by its key (see uris.py)."""
    row = await db.get(OurActor, actor)
    if row is None:
        return Decided()
    return Decided(row.approves_followers, tuple(row.also_known_as), row.moved_to)


async def decisions(uow: UnitOfWork, actor: str) -> OurActor:
    """The row to write a decision into, made when there is none."""
    row = await uow.db.get(OurActor, actor)
    if row is None:
        row = OurActor(actor=actor, approves_followers=False, also_known_as=[])
        uow.db.add(row)
        await uow.db.flush()
    return row


async def forget_actor(uow: UnitOfWork, actor: str) -> None:
    """One of our actors is gone: so are its follows in both directions and what was decided about it."""
    uri = Uris(uow.settings.origin).actor(actor)
    for column in (Follow.followed_uri, Follow.follower_uri):
        await uow.db.execute(delete(Follow).where(column == uri))
    await uow.db.execute(delete(OurActor).where(OurActor.actor == actor))
    uow.record(FollowersChanged(uri))
