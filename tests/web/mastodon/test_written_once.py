"""What is written once for all who see the same is, byte for byte, what is made for each of them."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from functools import partial
from typing import Any

import orjson
import pytest
from httpx import AsyncClient
from sqlalchemy import Connection, delete, select, update
from starlette.requests import Request

from alliance.models import Company, Mark, Person, Posting, Reaction
from alliance.queries.timelines import placed
from federation.wiring import Federation
from tests.alliance.stage import Stage, wall
from tests.hostile.mastodon.secrets import Scene, scene
from tests.support.clock import FrozenClock
from tests.web.mastodon.conftest import Allow
from tests.web.mastodon.talking import as_app, posting_of
from web.app import create_app
from web.mastodon.door import Call
from web.mastodon.kept import Kept
from web.mastodon.paging import desk_of

Compare = Callable[[], Any]
KINDS = {"session", "comment", "story", "message", "boost"}


class Readers:
    """Calls of a stranger and of three employees, all of the same process."""

    def __init__(self, federation: Federation, secrets: dict[str, str]) -> None:
        self.app = create_app(federation)
        self.instance = federation.instance
        self.secrets = secrets

    async def compare(self) -> dict[str, dict[int, bytes]]:
        """What each reader sees of everything, written as for all; plain rendering has said the same."""
        found = {}
        for name in ("", *self.secrets, *self.secrets, ""):
            call = await self._call(name)
            found[name] = await self.instance.look(partial(self._same, call))
        return found

    async def _call(self, name: str) -> Call:
        call = Call(Request({"type": "http", "app": self.app, "headers": []}), {})
        if name:
            known = self.app.state.known_holders
            call.token = await known.holder_of(self.instance, self.secrets[name])
        return call

    def _same(self, call: Call, db: Connection) -> dict[int, bytes]:
        rows = placed(db, list(db.scalars(select(Posting.id))))
        written = desk_of(call).written(db, rows)
        plain = desk_of(call)
        plain.kept = Kept()
        made = {int(one["id"]): orjson.dumps(one) for one in plain.statuses(db, rows)}
        assert written == made
        return written


@pytest.fixture
async def set_scene(
    stage: Stage, federation: Federation, allow: Allow
) -> AsyncIterator[tuple[Scene, AsyncClient, Readers]]:
    """Words of every audience from everywhere, sessions in every state, an app of Jonas's."""
    made = await scene(stage)
    async with AsyncExitStack() as stack:
        jonas = await stack.enter_async_context(await as_app(federation, allow, stage.host))
        await made.set(jonas)
        people = {"jonas": stage.host, "lena": made.lena, "ada": stage.admin}
        yield (
            made,
            jonas,
            Readers(federation, {name: await allow(one, "read") for name, one in people.items()}),
        )


async def in_every_state(stage: Stage) -> None:
    """Sessions of ours that were cancelled and moved, are over, take nobody in, and have no host to show."""
    cancelled = await stage.publish(title="Cancelled", topics=("Optics", "Glass"))
    await stage.cancel(cancelled, "The hall is closed.")
    moved = await stage.publish(title="Moved")
    await stage.edit(
        moved, title="Moved", starts_at=wall("2026-03-18 09:00"), ends_at=wall("2026-03-18 10:00")
    )
    await stage.publish(title="In a room", place="on_site", place_name="Hall 2", capacity=1)


async def test_what_is_written_once_is_what_is_made_for_each(
    set_scene: tuple[Scene, AsyncClient, Readers], stage: Stage, clock: FrozenClock
) -> None:
    made, jonas, readers = set_scene
    await in_every_state(stage)
    session = await stage.publish(stage.admin, title="Grinding lenses by hand")
    number = await posting_of(stage, session)
    for mark in ("favourite", "bookmark", "reblog", "mute"):
        assert (await jonas.post(f"/api/v1/statuses/{number}/{mark}")).status_code == 200
    story = (
        await jonas.post("/api/v1/statuses", json={"status": "Hello @lena", "spoiler_text": "Hi"})
    ).json()
    assert (await jonas.post(f"/api/v1/statuses/{story['id']}/reblog")).status_code == 200

    first = await readers.compare()

    async with stage.instance.reading() as db:
        seen = await db.scalars(select(Posting.kind).where(Posting.id.in_(first["jonas"])).distinct())
        assert set(seen) == KINDS
    assert len(first[""]) < len(first["jonas"])
    own = orjson.loads(first["jonas"][int(number)])
    assert (own["favourited"], own["bookmarked"], own["reblogged"], own["muted"]) == (True,) * 4
    assert [one["filter"]["title"] for one in own["filtered"]] == ["FilterOfJonas"]

    await stage.join(session, made.lena)
    joined = await readers.compare()
    assert orjson.loads(joined["lena"][int(number)])["poll"]["own_votes"] == [0]

    clock.advance(days=3)
    over = await readers.compare()
    assert orjson.loads(over["lena"][int(number)])["poll"]["expired"] is True
    assert orjson.loads(joined["lena"][int(number)])["poll"]["expired"] is False


async def test_whatever_changes_is_seen_at_once(
    set_scene: tuple[Scene, AsyncClient, Readers], stage: Stage
) -> None:
    made, _, readers = set_scene
    before = await readers.compare()
    changes = (
        update(Company).where(Company.is_home).values(name="Nordlicht Glas"),
        update(Person).where(Person.id == made.lena.id).values(name="Lena Vogt-Hansen"),
        update(Person).where(Person.id == stage.admin.id).values(username="adah"),
        delete(Reaction),
        delete(Mark),
    )
    for change in changes:
        async with stage.instance.unit_of_work() as uow:
            await uow.db.execute(change, execution_options={"synchronize_session": False})
        await readers.compare()

    after = await readers.compare()
    assert b"Nordlicht Glas" in b"".join(after[""].values())
    assert b"Nordlicht Glas" not in b"".join(before[""].values())
