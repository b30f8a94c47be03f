"""Operators see whether it runs, whether it is ready and how much waits; others see nothing of it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import text

from alliance.instance import Instance
from alliance.settings import Settings
from federation.models import Lane, RejectionTally
from federation.wiring import Federation
from tests.support.clock import FrozenClock
from tests.support.founding import Founded
from web.app import create_app


@pytest.fixture
async def other(settings: Settings, clock: FrozenClock) -> AsyncIterator[Instance]:
    """The same instance with a token for the metrics and a contact."""
    changed = replace(settings, metrics_token="s3cret", security_contact="mailto:security@nordlicht.example")
    opened = Instance(changed, clock=clock)
    yield opened
    await opened.close()


@pytest.fixture
async def configured(other: Instance) -> AsyncIterator[httpx.AsyncClient]:
    federation = await Federation.open(other)
    transport = httpx.ASGITransport(create_app(federation), client=("203.0.113.7", 1))
    async with httpx.AsyncClient(transport=transport, base_url=other.settings.origin) as opened:
        yield opened
    await federation.close()


async def test_the_process_says_that_it_is_there(client: httpx.AsyncClient) -> None:
    answer = await client.get("/healthz", headers={"Host": "10.0.0.1:8000"})

    assert (answer.status_code, answer.text) == (200, "ok\n")


async def test_ready_means_database_and_schema(client: httpx.AsyncClient, founded: Founded) -> None:
    answer = await client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json() == {"ready": True, "database": True, "schema": True, "queue_lag_seconds": 0.0}


async def test_a_queue_that_lags_is_told_and_is_no_reason_not_to_be_ready(
    client: httpx.AsyncClient, founded: Founded, clock: FrozenClock
) -> None:
    async with founded.instance.unit_of_work() as uow:
        due = uow.now - timedelta(seconds=90)
        uow.db.add(Lane(id=uow.new_id(), direction="out", host="alpenwerk.example", next_at=due))

    answer = await client.get("/readyz")

    assert (answer.status_code, answer.json()["queue_lag_seconds"]) == (200, 90.0)


async def test_another_schema_is_not_ready(client: httpx.AsyncClient, founded: Founded) -> None:
    async with founded.instance.unit_of_work() as uow:
        await uow.db.execute(text("UPDATE alembic_version SET version_num = 'of_tomorrow'"))
        await uow.db.execute(text("DELETE FROM schema_reach"))

    answer = await client.get("/readyz")

    assert (answer.status_code, answer.json()["schema"]) == (503, False)


async def test_a_newer_schema_that_this_program_may_work_on_is_ready(
    client: httpx.AsyncClient, founded: Founded
) -> None:
    async with founded.instance.unit_of_work() as uow:
        await uow.db.execute(text("UPDATE alembic_version SET version_num = 'of_tomorrow'"))

    assert (await client.get("/readyz")).status_code == 200


async def test_strangers_find_no_metrics(client: httpx.AsyncClient, founded: Founded) -> None:
    assert (await client.get("/metrics")).status_code == 404


async def test_metrics_are_for_the_holder_of_the_token(
    configured: httpx.AsyncClient, other: Instance, founded: Founded
) -> None:
    async with other.unit_of_work() as uow:
        uow.db.add(RejectionTally(day=uow.now.date(), reason="too_old", count=3))

    without = await configured.get("/metrics")
    wrong = await configured.get("/metrics", headers={"Authorization": "Bearer guessed"})
    right = await configured.get("/metrics", headers={"Authorization": "Bearer s3cret"})

    assert (without.status_code, wrong.status_code, right.status_code) == (404, 404, 200)
    assert 'alliance_inbox_refused_today{reason="too_old"} 3.0' in right.text
    assert 'alliance_requests_total{method="GET",status="4xx"} 2.0' in right.text


async def test_the_contact_for_weaknesses_is_the_operators(
    configured: httpx.AsyncClient, client: httpx.AsyncClient, founded: Founded
) -> None:
    answer = await configured.get("/.well-known/security.txt")

    assert "Contact: mailto:security@nordlicht.example\n" in answer.text
    assert (await client.get("/.well-known/security.txt")).status_code == 404


async def test_search_engines_keep_out_of_personal_links(client: httpx.AsyncClient) -> None:
    assert "Disallow: /meet/" in (await client.get("/robots.txt")).text
