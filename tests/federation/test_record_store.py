"""Statements reach a record store in order and once; trouble waits, a refusal is put aside, nothing leaks."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from aiohttp import web
from sqlalchemy import select

from alliance.attending import join_session
from alliance.instance import Instance
from alliance.learning_records import agree
from alliance.learning_settings import StoreDraft, change_store, learning_setting
from alliance.models import RecordStatement
from alliance.settings import Settings
from federation.failures import NotAdmitted, UrlRefused
from federation.record_store import Store, client_for, tell_record_store, try_store
from federation.wiring import Federation
from tests.federation.servers import Web, serving
from tests.support.clock import FrozenClock
from tests.support.founding import Founded, found
from tests.web.pages.scenes import offered


@dataclass
class FakeStore:
    """A record store with what it took; `answers` are given first, as status and headers."""

    served: Web
    took: dict[str, bytes] = field(default_factory=dict)
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    heard: list[tuple[str, dict[str, str]]] = field(default_factory=list)


@pytest.fixture
async def store() -> AsyncIterator[FakeStore]:
    made: list[FakeStore] = []

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        here = made[0]
        here.heard.append((request.method, dict(request.headers)))
        if here.answers:
            status, headers = here.answers.pop(0)
            return web.Response(status=status, headers=headers, text="<b>no & never\n</b>")
        if request.method == "GET":
            return web.json_response({"statements": []}, headers={"X-Experience-API-Version": "1.0.3"})
        number, body = request.rel_url.query["statementId"], await request.read()
        if here.took.setdefault(number, body) != body:
            return web.Response(status=409)
        return web.Response(status=204)

    async with serving(answer) as served:
        made.append(FakeStore(served))
        yield made[0]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The store of these tests listens on loopback."""
    return replace(settings, danger_private_networks=True)


@pytest.fixture
async def told(federation: Federation, store: FakeStore, clock: FrozenClock) -> Founded:
    """Jonas has agreed and has places in three sessions of Ada's."""
    founded = await found(federation.instance)
    async with federation.instance.unit_of_work() as uow:
        await change_store(uow, draft(store), founded.admin)
        await agree(uow, founded.employee)
    for number in range(3):
        session = await offered(federation.instance, founded.admin, f"Session {number}")
        async with federation.instance.unit_of_work() as uow:
            await join_session(uow, session.id, founded.employee.id)
    return founded


def draft(store: FakeStore, **changes: Any) -> StoreDraft:
    given: dict[str, Any] = {
        "is_on": True,
        "endpoint": store.served.url("/xapi/"),
        "is_inside": False,
        "key": "alliance",
        "secret": "s3cret",
        "version": "1.0.3",
    }
    return StoreDraft(**{**given, **changes})


async def states(instance: Instance) -> list[tuple[str, int]]:
    async with instance.reading() as db:
        rows = await db.scalars(select(RecordStatement).order_by(RecordStatement.id))
        return [(row.state, row.attempts) for row in rows]


async def test_everything_arrives_in_order_and_is_forgotten_here(
    federation: Federation, told: Founded, store: FakeStore
) -> None:
    assert await tell_record_store(federation) == 3
    assert await tell_record_store(federation) == 0

    names = [json.loads(body)["object"]["definition"]["name"] for body in store.took.values()]
    assert names == [{"de": f"Session {number}"} for number in range(3)]
    method, headers = store.heard[0]
    assert (method, headers["X-Experience-API-Version"]) == ("PUT", "1.0.3")
    assert headers["Authorization"] == "Basic YWxsaWFuY2U6czNjcmV0"
    async with federation.instance.reading() as db:
        assert set(await db.scalars(select(RecordStatement.body))) == {None}
        assert (await learning_setting(db)).last_success_at is not None


async def test_trouble_makes_everything_wait_and_once_more_is_not_twice(
    federation: Federation, told: Founded, store: FakeStore, clock: FrozenClock
) -> None:
    store.answers = [(204, {}), (503, {"Retry-After": "120"})]
    # The first answer comes from a store that had it already under the same number.
    assert await tell_record_store(federation) == 1
    assert await tell_record_store(federation) == 0
    assert await states(federation.instance) == [("sent", 1), ("waiting", 1), ("waiting", 0)]
    clock.advance(seconds=100)
    assert await tell_record_store(federation) == 0
    clock.advance(seconds=30)
    store.answers = [(409, {})]

    assert await tell_record_store(federation) == 2
    assert await states(federation.instance) == [("sent", 1), ("sent", 2), ("sent", 1)]
    async with federation.instance.reading() as db:
        setting = await learning_setting(db)
    assert (setting.failures, setting.last_error) == (0, "")


async def test_wrong_credentials_wait_a_refused_statement_does_not(
    federation: Federation, told: Founded, store: FakeStore, clock: FrozenClock
) -> None:
    store.answers = [(401, {})]
    assert await tell_record_store(federation) == 0
    clock.advance(hours=1)
    store.answers = [(400, {})]
    await tell_record_store(federation)

    assert await states(federation.instance) == [("dead", 2), ("sent", 1), ("sent", 1)]
    async with federation.instance.reading() as db:
        row = await db.scalar(select(RecordStatement).where(RecordStatement.state == "dead"))
    assert row is not None
    assert (row.last_status, row.last_error) == (400, "400 <b>no & never </b>")
    assert row.body is not None


async def test_a_store_that_stays_away_is_given_up_after_two_weeks(
    federation: Federation, told: Founded, store: FakeStore, clock: FrozenClock
) -> None:
    store.answers = [(500, {})] * 20
    await tell_record_store(federation)
    clock.advance(days=15)
    await tell_record_store(federation)

    assert (await states(federation.instance))[0] == ("dead", 2)


async def test_nothing_is_sent_while_it_is_off(
    federation: Federation, told: Founded, store: FakeStore
) -> None:
    async with federation.instance.unit_of_work() as uow:
        await change_store(uow, draft(store, is_on=False), told.admin)

    assert await tell_record_store(federation) == 0
    assert store.heard == []


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [([], "works"), ([(401, {})], "refuses"), ([(200, {})], "no-store"), ([(404, {})], "no-store")],
)
async def test_trying_it_says_what_is_wrong(
    federation: Federation, store: FakeStore, answers: list[Any], outcome: str
) -> None:
    store.answers = answers
    here = Store(endpoint=store.served.url("/xapi/"), key="a", secret="b", version="2.0.0", is_inside=False)

    assert (await try_store(federation, here))[0] == outcome
    assert store.heard[0][1]["X-Experience-API-Version"] == "2.0.0"
    assert (await try_store(federation, replace(here, endpoint="http://127.0.0.1:9/")))[0] == "away"


async def test_the_rules_of_every_request_hold_for_it(instance: Instance) -> None:
    strict = Instance(replace(instance.settings, danger_private_networks=False, https_proxy="http://proxy:1"))
    federation = Federation(strict)

    def store(endpoint: str, *, inside: bool = False) -> Store:
        return Store(endpoint=endpoint, key="a", secret="b", version="1.0.3", is_inside=inside)

    for refused in ("http://lrs.example/", "https://10.0.0.1/", "https://lrs/", "https://lrs.example:8443/"):
        with pytest.raises(UrlRefused):
            client_for(federation, store(refused)).rules.checked(refused)
    client = client_for(federation, store("https://lrs.intern.example:8443/", inside=True))
    client.rules.checked("https://lrs.intern.example:8443/statements")
    assert not client.rules.may_be_private("other.intern.example")
    async with client_for(federation, store("https://lrs.example/")) as client:
        with pytest.raises(NotAdmitted):
            await client.send("GET", "https://elsewhere.example/")
    await federation.close()
    await strict.close()
