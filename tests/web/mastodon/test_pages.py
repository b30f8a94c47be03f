"""Whatever is paged, is there once: at any size, forwards and backwards, while more arrives."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from alliance.commenting import say
from alliance.messaging import write
from alliance.models import Posting, Session
from federation.models import Follow
from federation.uris import Uris
from tests.alliance.stage import Stage
from tests.support.clock import FrozenClock
from tests.web.mastodon.scenes import follows, posted
from tests.web.mastodon.talking import posting_of

MOST = 7
AT_FIRST = 6
Arrive = Callable[[], Awaitable[None]]


@dataclass
class Scene:
    """Ways in which one more of everything arrives."""

    api: AsyncClient
    stage: Stage
    clock: FrozenClock
    numbers: Any = field(default_factory=count)
    known: dict[str, Any] = field(default_factory=dict)

    async def session(self) -> None:
        await self.stage.publish(title=f"Number {next(self.numbers)}", topics=("Optics",))

    async def of_ally(self) -> None:
        await self.stage.theirs(self.known["ally"], next(self.numbers) + 1)

    async def favourite(self) -> None:
        await self._mark("favourite")

    async def bookmark(self) -> None:
        await self._mark("bookmark")

    async def notification(self) -> None:
        one = await self.stage.colleague(f"Lena {next(self.numbers)}")
        async with self.stage.instance.unit_of_work() as uow:
            await say(uow, self.known["session"].id, one, "Lovely")

    async def follower(self) -> None:
        one = await self.stage.person(f"https://alpenwerk.example/people/{next(self.numbers)}")
        async with self.stage.instance.unit_of_work() as uow:
            followed = Uris(uow.settings.origin).person(self.stage.host.id)
            row = Follow(id=uow.new_id(), follower_uri=one.uri, followed_uri=followed, state="accepted")
            row.activity_uri, row.created_at = f"{one.uri}/follow", uow.now
            uow.db.add(row)

    async def conversation(self) -> None:
        one = await self.stage.colleague(f"Lena {next(self.numbers)}")
        async with self.stage.instance.unit_of_work() as uow:
            await write(uow, self.stage.host.id, one.id, "letter", text="Hello")

    async def planned(self) -> None:
        later = {"scheduled_at": "2026-03-18T10:00:00Z"}
        await posted(self.api, "/api/v1/statuses", status=f"Number {next(self.numbers)}", **later)

    async def _mark(self, kind: str) -> None:
        if not self.known["sessions"]:
            return
        number = await posting_of(self.stage, self.known["sessions"].pop())
        await posted(self.api, f"/api/v1/statuses/{number}/{kind}", "Status")


@pytest.fixture
async def scene(api: AsyncClient, stage: Stage, clock: FrozenClock) -> Scene:
    """With what each of them needs."""
    return Scene(api, stage, clock)


async def of_list(scene: Scene) -> str:
    """A list with an ally on it."""
    scene.known["ally"] = ally = await scene.stage.ally()
    await follows(scene.stage, scene.stage.host.id, "company", ally.id)
    made = await posted(scene.api, "/api/v1/lists", "List", title="Allies")
    await posted(scene.api, f"/api/v1/lists/{made['id']}/accounts", **{"account_ids[]": str(ally.id)})
    return f"/api/v1/timelines/list/{made['id']}"


async def of_marks(scene: Scene) -> str:
    sessions = [await scene.stage.publish(title=f"Number {n}") for n in range(AT_FIRST + 2 * MOST)]
    scene.known["sessions"] = sessions
    return "/api/v1/{}"


async def of_notifications(scene: Scene) -> str:
    scene.known["session"] = await scene.stage.publish()
    return "/api/v1/notifications"


async def of_followers(scene: Scene) -> str:
    return f"/api/v1/accounts/{scene.stage.host.id}/followers"


async def of_company(scene: Scene) -> str:
    return f"/api/v1/accounts/{scene.stage.founded.company.id}/statuses"


WAYS: dict[str, tuple[str | Callable[[Scene], Awaitable[str]], str]] = {
    "home": ("/api/v1/timelines/home", "session"),
    "public": ("/api/v1/timelines/public", "session"),
    "topic": ("/api/v1/timelines/tag/optics", "session"),
    "account": (of_company, "session"),
    "list": (of_list, "of_ally"),
    "favourites": (of_marks, "favourite"),
    "bookmarks": (of_marks, "bookmark"),
    "notifications": (of_notifications, "notification"),
    "followers": (of_followers, "follower"),
    "conversations": ("/api/v1/conversations", "conversation"),
    "scheduled_statuses": ("/api/v1/scheduled_statuses", "planned"),
}


async def read(api: AsyncClient, address: str) -> tuple[list[str], dict[str, str]]:
    """The identifiers of a page, and where its neighbours are."""
    answer = await api.get(address)
    assert answer.status_code == 200, answer.text
    links = {str(name): found["url"] for name, found in answer.links.items()}
    return [one["id"] for one in answer.json()], links


async def walk(api: AsyncClient, address: str, way: str, arrive: Arrive) -> tuple[list[list[str]], str]:
    """Pages by their links, while between any two of them one more arrives; and the last page's address."""
    pages: list[list[str]] = []
    last, following = address, address
    while following and len(pages) < 3 * MOST:
        found, links = await read(api, following)
        if not found:
            break
        pages.append(found)
        if len(pages) < MOST:
            await arrive()
        last, following = links.get("prev", last), links.get(way, "")
    return pages, last


@pytest.mark.parametrize("name", WAYS)
async def test_everything_is_there_once_while_more_arrives(scene: Scene, name: str) -> None:
    before, verb = WAYS[name]
    address = (before if isinstance(before, str) else await before(scene)).format(name)
    arrive = getattr(scene, verb)

    async def one_more() -> None:
        scene.clock.advance(seconds=1)
        await arrive()

    for _ in range(AT_FIRST):
        await one_more()
    for limit in (1, 2, 5):
        everything, _ = await read(scene.api, f"{address}?limit=40")
        assert len(everything) >= AT_FIRST

        # What arrives while somebody reads on downwards is above, so it changes nothing below.
        down, upwards = await walk(scene.api, f"{address}?limit={limit}", "next", one_more)
        assert [one for page in down for one in page] == everything
        assert all(len(page) == limit for page in down[:-1])

        # Upwards each page lies just above the one before; what has arrived meanwhile comes in its turn.
        up, _ = await walk(scene.api, upwards, "prev", one_more)
        now, _ = await read(scene.api, f"{address}?limit=40")
        climbed = [one for page in up for one in reversed(page)]
        assert climbed == now[: len(now) - now[::-1].index(down[-1][0]) - 1][::-1]
        if len(now) > 25:
            break


async def test_the_marks_hold_for_what_is_kept_by_others_numbers(scene: Scene) -> None:
    address = (await of_marks(scene)).format("favourites")
    for _ in range(3):
        scene.clock.advance(seconds=1)
        await scene.favourite()
    async with scene.stage.instance.reading() as db:
        rows = await db.scalars(select(Posting.id).join(Session).where(Posting.kind == "session"))
        numbers = {str(one) for one in rows}

    _, links = await read(scene.api, f"{address}?limit=1")

    # Not a status: what is liked later may be older.
    assert links["next"].rpartition("=")[2] not in numbers
