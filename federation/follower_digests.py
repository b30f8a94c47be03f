"""What our deliveries say about followers (FEP-8fcf): one digest for each receiving host."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from alliance.facts import Fact
from alliance.instance import Instance
from alliance.unit_of_work import UnitOfWork
from federation.models import Follow
from federation.recent import Recent
from federation.synchronisation import HEADER, NOBODY, Synchronisation, digest_of
from federation.uris import Uris, host_of

MAX_ACTORS = 2_000
LOOK_AGAIN_AFTER = timedelta(seconds=30)


@dataclass(frozen=True)
class FollowersChanged(Fact):
    """Somebody follows an actor of ours from now on, or no longer; `followed` is the actor's URI."""

    followed: str


class FollowerDigests:
    """The digests of the followers of our actors, all hosts of an actor counted at once; one per process.

    Changes in this process are seen at once, those of others within half a minute. A stale digest costs the
    receiver one look at the list, which is never stale.
    """

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._uris = Uris(instance.settings.origin)
        self._counted: Recent[str, Mapping[str, str]] = Recent(MAX_ACTORS, LOOK_AGAIN_AFTER, instance.clock)
        self._forget = self._counted.clear

    async def fields(self, actor: str, inbox: str) -> dict[str, str]:
        """The header field for a delivery of our actor (its key, see uris.py) to `inbox`."""
        owner = self._uris.actor(actor)
        digests = self._counted.get(owner)
        if digests is None:
            digests = await self._count(owner)
            self._counted.put(owner, digests)
        about = Synchronisation.of(owner, digests.get(host_of(inbox), NOBODY))
        return {HEADER: str(about)}

    async def hear(self, uow: UnitOfWork, fact: FollowersChanged) -> None:
        """Listener: the next delivery counts anew."""
        uow.after_commit(self._forget)

    async def _count(self, owner: str) -> dict[str, str]:
        async with self._instance.reading() as db:
            rows = await db.execute(
                select(Follow.follower_host, Follow.follower_uri).where(
                    Follow.followed_uri == owner, Follow.state == "accepted"
                )
            )
        hosts: dict[str, list[str]] = {}
        for host, follower in rows:
            hosts.setdefault(host, []).append(follower)
        return {host: digest_of(followers) for host, followers in hosts.items()}
