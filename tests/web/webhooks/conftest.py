"""A channel that remembers what it was told, and a company whose administrator set it up."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from aiohttp import web
from sqlalchemy import select

from alliance.instance import Instance
from alliance.models import Webhook, WebhookDelivery, WebhookNews
from alliance.settings import Settings
from alliance.webhooks import WebhookAddress, WebhookWish, add_webhook
from federation.wiring import Federation
from tests.alliance.stage import Stage
from tests.federation.servers import serving
from tests.support.founding import Founded
from tests.web.pages import conftest as pages

stranger, jonas, ada = pages.stranger, pages.jonas, pages.ada
ALL = ("session", "moved", "cancelled", "story", "wish")


@dataclass
class Channel:
    """A receiver on loopback: answers as `answers` says, and otherwise 200."""

    url: str = ""
    answers: list[tuple[int, dict[str, str], str]] = field(default_factory=list)
    calls: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)

    def said(self, which: int = -1) -> dict[str, Any]:
        """The JSON of one request."""
        found: dict[str, Any] = json.loads(self.calls[which][3])
        return found

    def titles(self) -> list[str]:
        """Of everything that was told, in order; of channels of kind `generic`."""
        return [one["title"] for call in range(len(self.calls)) for one in self.said(call)["data"]["news"]]

    def words(self) -> str:
        """Everything that ever arrived."""
        return "\n".join(body.decode() for *_rest, body in self.calls)


@pytest.fixture
async def channel() -> AsyncIterator[Channel]:
    """Somewhere to be told."""
    opened = Channel()

    async def take(request: web.BaseRequest) -> web.StreamResponse:
        opened.calls.append((request.method, request.path_qs, dict(request.headers), await request.read()))
        status, headers, body = opened.answers.pop(0) if opened.answers else (200, {}, "ok")
        return web.Response(status=status, headers=headers, text=body)

    async with serving(take) as served:
        opened.url = served.url("/hooks/T0PS3CRET-in-the-address")
        yield opened


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Channels are on loopback."""
    return replace(settings, danger_private_networks=True)


@pytest.fixture
async def stage(founded: Founded, federation: Federation) -> Stage:
    """Things happen as in production: every listener hears of them."""
    return Stage(founded)


async def hooked(stage: Stage, channel: Channel, **changes: Any) -> Webhook:
    """A webhook that Ada adds."""
    given: dict[str, Any] = {"name": "News", "news": ALL, "language": "en"} | changes
    community = given.pop("community_id", None)
    address = {"kind": given.pop("kind", "generic"), "url": given.pop("url", channel.url)}
    address |= {name: given.pop(name) for name in ("room", "token") if name in given}
    by = given.pop("by", stage.admin)
    async with stage.instance.unit_of_work() as uow:
        made, _ = await add_webhook(uow, by, WebhookAddress(**address), WebhookWish(**given), community)
    return made


async def stored(instance: Instance) -> Webhook:
    """The one webhook as it is now."""
    async with instance.reading() as db:
        return (await db.scalars(select(Webhook))).one()


async def waiting(instance: Instance) -> int:
    """How many news are still to be told."""
    async with instance.reading() as db:
        return len((await db.scalars(select(WebhookNews.id).where(WebhookNews.told_at.is_(None)))).all())


async def log_of(instance: Instance) -> list[tuple[str, int, int | None, str]]:
    """What, how much, status and failure of each attempt, oldest first."""
    async with instance.reading() as db:
        rows = await db.scalars(select(WebhookDelivery).order_by(WebhookDelivery.id))
        return [(one.what, one.count, one.status, one.failure) for one in rows]
