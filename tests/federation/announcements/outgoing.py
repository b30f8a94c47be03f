"""Looks into the outbox: what was said, by whom, and to which inboxes."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlalchemy import event, select

from alliance.instance import Instance
from federation.models import Delivery, Follow, OutboxActivity, RemoteActor
from federation.sealing import opened
from tests.alliance.stage import Stage

MASTODON = "https://social.example"


@dataclass(frozen=True)
class Sent:
    """An activity of ours with the inboxes that it is for."""

    type: str
    actor: str
    object_uri: str
    is_public: bool
    body: dict[str, Any]
    stored: bytes = field(repr=False)
    inboxes: tuple[str, ...] = ()

    @property
    def short(self) -> tuple[str, str, tuple[str, ...]]:
        """Type, actor and inboxes."""
        return self.type, self.actor, self.inboxes


async def sent(instance: Instance, *types: str) -> list[Sent]:
    """Everything in the outbox (or these types), in order."""
    async with instance.reading() as db:
        rows = await db.scalars(select(OutboxActivity).order_by(OutboxActivity.id))
        inboxes: dict[int, list[str]] = {}
        for activity_id, inbox in await db.execute(select(Delivery.activity_id, Delivery.inbox)):
            inboxes.setdefault(activity_id, []).append(inbox)
        found = [
            Sent(
                row.type,
                row.actor,
                row.object_uri,
                row.is_public,
                orjson.loads(opened(instance.vault, row.body)),
                row.body,
                tuple(sorted(inboxes.get(row.id, []))),
            )
            for row in rows
        ]
    return [one for one in found if not types or one.type in types]


async def follower(
    stage: Stage, name: str, *, followed: str = "company", origin: str = MASTODON, shared: bool = True
) -> str:
    """Somebody elsewhere who follows an actor of ours; tells their id."""
    actor = f"{origin}/users/{name}"
    async with stage.instance.unit_of_work() as uow:
        uow.db.add(
            Follow(
                id=uow.new_id(),
                follower_uri=actor,
                followed_uri=f"{stage.instance.settings.origin}/{followed}",
                state="accepted",
                activity_uri=f"{actor}#follow",
                inbox=f"{actor}/inbox",
                shared_inbox=f"{origin}/inbox" if shared else None,
                created_at=uow.now,
            )
        )
    return actor


async def known_actor(stage: Stage, uri: str, kind: str = "Person", **more: Any) -> str:
    """An actor whose document was fetched before."""
    host = uri.partition("//")[2].partition("/")[0]
    document = {
        "id": uri,
        "type": kind,
        "preferredUsername": "kim",
        "name": "Kim Sander",
        "inbox": f"{uri}/inbox",
        **more,
    }
    async with stage.instance.unit_of_work() as uow:
        uow.db.add(
            RemoteActor(
                id=uow.new_id(),
                uri=uri,
                type=kind,
                host=host,
                inbox=document["inbox"],
                keys=[],
                document=document,
                fetched_at=uow.now,
            )
        )
    return uri


@contextmanager
def counted(instance: Instance) -> Iterator[list[str]]:
    """The statements that the writing engine executes in the block."""
    statements: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    engine = instance.database.writer.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)
