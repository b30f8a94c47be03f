"""What a partner publishes reaches an app that listens here, from end to end over loopback."""

import time
from pathlib import Path

import pytest

from alliance.apps import give_token, register_app
from alliance.following import follow
from tests.federation.neighbourhood import SECRET_LINK, Neighbour, ally, neighbourhood
from tests.support.databases import Databases
from tests.web.mastodon.streaming.conftest import listening

pytestmark = pytest.mark.journey
SECONDS = 5.0
"""Issue 5: a status published at a partner reaches a connected WebSocket client in less."""


async def token_of(company: Neighbour) -> str:
    """A token for an app of the company's employee."""
    async with company.instance.unit_of_work() as uow:
        made = await register_app(uow, "Kiebitz", ["urn:ietf:wg:oauth:2.0:oob"], ("read",), None)
        return (await give_token(uow, made.app, company.employee.id, ("read",))).secret


async def test_a_partners_session_is_heard_within_five_seconds(databases: Databases, tmp_path: Path) -> None:
    async with neighbourhood(databases, tmp_path, "birke", "linde") as (birke, linde):
        await ally(birke, linde)
        known = await linde.knows(birke)
        async with linde.instance.unit_of_work() as uow:
            await follow(uow, linde.employee.id, "company", str(known.id))
        address = linde.origin.replace("http", "ws", 1) + "/api/v1/streaming"
        async with listening(address, await token_of(linde)) as ear:
            await ear.subscribe("user")

            began = time.monotonic()
            await birke.publish("For us alone", audience="company")
            await birke.publish("Threat modelling", audience="alliance")
            heard = await ear.next(within=SECONDS)
            seconds = time.monotonic() - began

        assert (heard["stream"], heard["event"]) == (["user"], "update")
        assert "Threat modelling" in heard["payload"]["content"]
        assert SECRET_LINK not in str(heard)
        assert seconds < SECONDS
