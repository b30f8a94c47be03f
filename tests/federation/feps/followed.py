"""Short ways to follow, to look at follows, and to let what is queued go out."""

from typing import Any

from sqlalchemy import select

from federation.follower_drift import compare_followers
from federation.models import Follow, FollowerDrift
from federation.signatures import Dialect, sign
from tests.federation.engine import deliveries, working
from tests.hostile.siege import INBOX, OURS, Siege, Verdict
from tests.partner import Got, Partner
from tests.support.eventually import eventually

KIM = "/people/7"


def person(server: Partner, path: str = KIM) -> str:
    """An account at another server."""
    return f"{server.origin}{path}"


async def follow(
    under: Siege, followed: str = f"{OURS}/company", by: Partner | None = None, path: str = KIM
) -> Verdict:
    """Somebody at `by` asks to follow one of our actors."""
    server = by or under.x
    return await under.attack(server, under.says(server, "Follow", followed, person(server, path)))


async def follows(under: Siege) -> set[tuple[str, str, str]]:
    """Who follows whom, and where that stands; hosts of others left out for shortness."""
    async with under.federation.instance.reading() as db:
        rows = await db.scalars(select(Follow))
        return {(row.follower_uri, row.followed_uri, row.state) for row in rows}


async def we_follow(under: Siege, follower: str, followed: str, state: str = "accepted") -> None:
    """One of ours follows somebody elsewhere."""
    async with under.federation.instance.unit_of_work() as uow:
        uow.db.add(
            Follow(
                id=uow.new_id(), follower_uri=follower, followed_uri=followed, state=state,
                activity_uri=f"{OURS}/activities/{uow.new_id()}", created_at=uow.now,
            )
        )  # fmt: skip


async def delivered(under: Siege, to: Partner, kind: str) -> list[Got]:
    """What has arrived there of one kind, once everything that waits has gone out."""
    async with working(under.federation):
        await eventually(lambda: _nothing_waits(under))
    return [got for got in to.received if got.activity["type"] == kind]


async def _nothing_waits(under: Siege) -> bool:
    return await deliveries(under.federation, "waiting") == 0


async def says_with_header(
    under: Siege, value: str, *, signed: bool = True, dialect: Dialect = Dialect.CAVAGE
) -> int:
    """A delivery from Kim with this `Collection-Synchronization`; the status."""
    kim = person(under.x)
    activity = under.says(under.x, "Create", {"type": "Note", "content": "Hi"}, kim)
    _, body = under.x.signed(INBOX, activity)
    field = {"Collection-Synchronization": value}
    now, also = under.federation.instance.clock.now(), field if signed else None
    headers = sign("POST", INBOX, body, under.x.key(kim), dialect, now, also=also)
    answer = await under.client.post(INBOX, headers={**headers, **field}, content=body)
    return answer.status_code


async def compared(under: Siege) -> int:
    """Lets the chore run; how many lists were looked at."""
    return await compare_followers(under.federation)


async def drifts(under: Siege) -> list[tuple[str, str]]:
    """Lists that are to be fetched: whose, and where."""
    async with under.federation.instance.reading() as db:
        return [(row.actor_uri, row.url) for row in await db.scalars(select(FollowerDrift))]


def listing(under: Siege, *ours: str, server: Partner | None = None, path: str = KIM) -> str:
    """Publishes a partial collection at the other server; tells its address."""
    at = server or under.x
    url = f"{at.origin}{path}/followers_synchronization"
    document: dict[str, Any] = {"id": url, "type": "OrderedCollection", "orderedItems": list(ours)}
    at.documents[f"{path}/followers_synchronization"] = document
    return url
