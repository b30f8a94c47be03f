"""A library that publishes events as a Mobilizon group, and what Nordlicht makes of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from alliance.models import Session, Source
from alliance.sources import add_source
from federation.models import Follow, OutboxActivity
from federation.reading_sources import read_sources
from federation.source_introductions import introduce_source
from federation.uris import PUBLIC
from tests.hostile.siege import OURS, Siege, Verdict


@dataclass
class Library:
    """The group `/@library` on the server that nobody knows, with a member `/@eva` and another group."""

    under: Siege
    account: str = "/@library"

    def __post_init__(self) -> None:
        self.server.add_actor(
            self.account,
            "Group",
            name="Stadtbibliothek",
            preferredUsername=self.account.strip("/@"),
            outbox=f"{self.uri}/outbox",
        )
        self.server.add_actor("/@eva", "Person", name="Eva")
        self.server.add_actor("/@chess", "Group", name="Chess")
        self.lists()

    @property
    def server(self) -> Any:
        """The server of the library."""
        return self.under.x

    @property
    def uri(self) -> str:
        """Identity of the group."""
        return f"{self.server.origin}{self.account}"

    def lists(self, *items: Any) -> None:
        """What its outbox shows."""
        page = f"{self.account}/outbox"
        self.server.documents[page] = {
            "id": f"{self.server.origin}{page}",
            "type": "OrderedCollection",
            "totalItems": len(items),
            "orderedItems": list(items),
        }

    def event(self, number: int | str = 1, **changes: Any) -> dict[str, Any]:
        """A public event the day after tomorrow, by the group."""
        now = self.under.stage.instance.clock.now()
        starts = now + timedelta(days=2)
        return {
            "id": f"{self.server.origin}/events/{number}",
            "type": "Event",
            "attributedTo": self.uri,
            "actor": f"{self.server.origin}/@eva",
            "to": [PUBLIC],
            "cc": [f"{self.uri}/followers"],
            "name": f"Bindings {number}",
            "content": "<p>Bring a book.</p>",
            "startTime": starts.isoformat(),
            "endTime": (starts + timedelta(hours=2)).isoformat(),
            "timezone": "Europe/Berlin",
            "joinMode": "free",
            "maximumAttendeeCapacity": 7,
            "updated": now.isoformat(),
            **changes,
        }

    def serves(self, event: dict[str, Any] | int, path: str | None = None) -> None:
        """What its server answers for the address of an event."""
        if isinstance(event, int):
            assert path is not None
            self.server.documents[path] = event
            return
        self.server.documents[path or event["id"].removeprefix(self.server.origin)] = event

    async def subscribe(self, *topics: str) -> None:
        """An administrator types the address of the group and says yes."""
        found = await introduce_source(self.under.federation, self.uri)
        async with self.under.federation.instance.unit_of_work() as uow:
            await add_source(uow, found.feed, topics)

    async def follow(self) -> str:
        """The id of our Follow."""
        async with self.under.federation.instance.reading() as db:
            follow = await db.scalar(select(Follow.activity_uri).where(Follow.followed_uri == self.uri))
        assert follow is not None
        return follow

    async def accept(self, kind: str = "Accept") -> Verdict:
        """The group answers our Follow."""
        about = {"type": "Follow", "id": await self.follow(), "actor": f"{OURS}/actor", "object": self.uri}
        return await self.says(kind, about)

    async def followed(self, *topics: str) -> None:
        """Subscribed to, accepted, and its list read."""
        await self.subscribe(*topics)
        assert (await self.accept()).state == "processed"
        assert await read_sources(self.under.federation) == 1

    async def says(self, kind: str, about: Any, by: str = "", **more: Any) -> Verdict:
        """An activity of somebody on that server, through the door and the worker."""
        return await self.under.attack(
            self.server,
            self.under.says(self.server, kind, about, f"{self.server.origin}{by or self.account}", **more),
        )

    async def source(self) -> Source | None:
        """Where we stand with it."""
        async with self.under.federation.instance.reading() as db:
            return await db.scalar(select(Source).where(Source.uri == self.uri))

    async def held(self) -> list[Session]:
        """What is held of it and not withdrawn, in the order of titles."""
        async with self.under.federation.instance.reading() as db:
            rows = await db.scalars(
                select(Session)
                .where(Session.author_uri.is_not(None), Session.withdrawn_at.is_(None))
                .order_by(Session.title)
            )
            return list(rows)

    async def titles(self) -> list[str]:
        """The same by their titles."""
        return [session.title for session in await self.held()]

    async def sent(self) -> Iterator[tuple[str, str]]:
        """What we sent about it: type and object."""
        async with self.under.federation.instance.reading() as db:
            rows = await db.execute(select(OutboxActivity.type, OutboxActivity.object_uri))
            return iter([(row.type, row.object_uri) for row in rows])
