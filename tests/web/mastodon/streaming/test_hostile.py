"""What apps, and whoever pretends to be one, try with streams comes to nothing."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from typing import cast

import pytest
from httpx import AsyncClient
from sqlalchemy import select
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

from alliance.app_scopes import LEVELS
from alliance.apps import end_app
from alliance.identifiers import new_token
from alliance.models import AppToken, Employee
from tests.alliance.stage import Stage
from tests.support.eventually import eventually
from tests.web.mastodon.conftest import Allow
from tests.web.mastodon.streaming.conftest import Listen, listening
from web.app import Alliance
from web.mastodon.streaming import connection
from web.mastodon.streaming.connection import Connection, Hearer
from web.mastodon.streaming.hub import MOST_PER_PERSON, Hub
from web.mastodon.streaming.websocket import MOST_STREAMS, written


async def refused(address: str, **headers: str) -> int:
    """The status with which a connection is refused."""
    with pytest.raises(InvalidStatus) as found:
        async with connect(address, additional_headers=headers, proxy=None):
            pass
    return found.value.response.status_code


async def closed(opened: ClientConnection) -> int:
    """The code with which the server closes, after whatever it says before."""
    async with asyncio.timeout(8):
        await opened.wait_closed()
    assert opened.close_code is not None
    return opened.close_code


async def test_without_a_token_that_holds_nobody_listens(address: str, allow: Allow, stage: Stage) -> None:
    of_nobody = await allow(None, "read")
    too_little = await allow(stage.host, "write", "push")

    assert await refused(address) == 401
    assert await refused(address, Authorization=f"Bearer {new_token()}") == 401
    assert await refused(f"{address}?access_token={new_token()}") == 401
    assert await refused(address, Authorization=f"Bearer {of_nobody}") == 401
    assert await refused(address, Authorization=f"Bearer {too_little}") == 403


async def test_another_host_is_not_answered(address: str, allow: Allow, stage: Stage) -> None:
    token = await allow(stage.host, "read")
    port = int(address.split("/")[2].partition(":")[2])
    head = (
        "GET /api/v1/streaming HTTP/1.1\r\nHost: evil.example\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\n"
        f"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        f"Authorization: Bearer {token}\r\n\r\n"
    )
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(head.encode())

    assert (await reader.readline()).split()[1] == b"403"
    writer.close()


async def test_tokens_come_in_three_ways(address: str, allow: Allow, stage: Stage) -> None:
    token = await allow(stage.host, "read")

    async with (
        connect(f"{address}/?access_token={token}&stream=user", proxy=None) as in_address,
        connect(address, subprotocols=[Subprotocol(token)], proxy=None) as as_protocol,
    ):
        assert as_protocol.subprotocol == token
        await as_protocol.send(json.dumps({"type": "subscribe", "stream": "user"}))
        await as_protocol.send("{}")
        await as_protocol.recv()
        await stage.publish()
        for one in (in_address, as_protocol):
            async with asyncio.timeout(5):
                assert json.loads(await one.recv())["event"] == "update"


async def test_no_token_is_logged(
    address: str, allow: Allow, stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    token = await allow(stage.host, "read")

    async with connect(f"{address}?access_token={token}", proxy=None):
        pass
    assert await refused(f"{address}?access_token={token}&stream=nonsense") == 400

    logged = await eventually(lambda: capsys.readouterr().out)
    assert "/api/v1/streaming" in logged
    assert token not in logged


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("{", 400),
        ("[]", 400),
        ("{}", 400),
        ('{"type":"subscribe"}', 400),
        ('{"type":"subscribe","stream":"everything"}', 400),
        ('{"type":"subscribe","stream":["user"]}', 400),
        ('{"type":"subscribe","stream":"hashtag"}', 400),
        ('{"type":"subscribe","stream":"hashtag","tag":{"a":1}}', 400),
        ('{"type":"subscribe","stream":"list","list":"1 OR 1=1"}', 404),
        ('{"type":"subscribe","stream":"list","list":' + "9" * 30 + "}", 404),
        ('{"type":"subscribe","stream":"list","list":"17"}', 404),
        ('{"type":"unsubscribe","stream":"nothing"}', 400),
    ],
)
async def test_nonsense_is_answered_precisely(listen: Listen, said: str, status: int) -> None:
    ear = await listen()

    await ear.socket.send(said)

    assert (await ear.next())["status"] == status
    await ear.subscribe("user")


async def test_ten_thousand_subscriptions_end_the_connection(listen: Listen, hub: Hub) -> None:
    ear = await listen()

    with suppress(ConnectionClosed):
        for number in range(10_000):
            await ear.say({"type": "subscribe", "stream": "hashtag", "tag": f"tag{number}"})

    assert await closed(ear.socket) == 1008
    await eventually(lambda: hub.size == 0)


async def test_one_connection_has_a_bounded_number_of_streams(listen: Listen) -> None:
    ear = await listen()
    for number in range(MOST_STREAMS):
        await ear.say({"type": "subscribe", "stream": "hashtag", "tag": f"tag{number}"})

    await ear.say({"type": "subscribe", "stream": "user"})

    assert (await ear.next())["status"] == 429


@pytest.mark.parametrize("frame", ["x" * 5_000, b"\x00\x01"])
async def test_huge_and_binary_messages_end_the_connection(
    listen: Listen, hub: Hub, frame: str | bytes
) -> None:
    ear = await listen("user")

    await ear.socket.send(frame)

    assert await closed(ear.socket) in (1008, 1009)
    await eventually(lambda: hub.size == 0)


async def test_one_person_holds_a_bounded_number_of_connections(
    address: str, allow: Allow, stage: Stage, hub: Hub
) -> None:
    token = await allow(stage.host, "read")
    async with AsyncExitStack() as stack:
        for _ in range(MOST_PER_PERSON):
            await stack.enter_async_context(listening(address, token))

        assert await refused(address, Authorization=f"Bearer {token}") == 429
        other = await allow(stage.admin, "read")
        async with listening(address, other):
            assert hub.size == MOST_PER_PERSON + 1

    await eventually(lambda: hub.size == 0)


async def test_whoever_reads_too_slowly_is_let_go(stage: Stage, listen: Listen, hub: Hub) -> None:
    ear = await listen("user")
    (slow,) = hub._connections
    kept: Connection = slow

    for _ in range(connection.MOST_WAITING + 1):
        kept.offer("x" * 10_000)

    assert not kept.is_open
    assert await closed(ear.socket) == 1013


async def test_whoever_reads_nothing_is_hung_up_on(
    address: str, allow: Allow, stage: Stage, hub: Hub, app: Alliance
) -> None:
    """A client that stops reading: what the system takes is little, and then the time runs."""
    token = await allow(stage.host, "read")
    deaf = socket.socket()
    deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    deaf.connect(("127.0.0.1", int(address.split("/")[2].partition(":")[2])))
    deaf.sendall(
        f"GET /api/v1/streaming?stream=user HTTP/1.1\r\nHost: {address.split('/')[2]}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        f"Authorization: Bearer {token}\r\n\r\n".encode()
    )
    await eventually(lambda: hub.size == 1)
    (slow,) = hub._connections

    async def fill() -> bool:
        for _ in range(50):
            slow.offer("x" * 60_000)
        return not slow.is_open

    await eventually(fill)
    await stage.publish()
    assert slow not in hub._connections or not slow.is_open
    deaf.close()
    await eventually(lambda: hub.size == 0)


async def test_a_revoked_token_ends_what_listens_with_it(stage: Stage, listen: Listen, allow: Allow) -> None:
    token, other = await allow(stage.host, *LEVELS), await allow(stage.host, *LEVELS)
    ear, kept = await listen("user", token=token), await listen("user", token=other)
    async with stage.instance.reading() as db:
        app_id = await db.scalar(select(AppToken.app_id).order_by(AppToken.id).limit(1))
    assert app_id is not None

    async with stage.instance.unit_of_work() as uow:
        await end_app(uow, stage.host.id, app_id)

    assert await closed(ear.socket) == 3000
    await stage.publish()
    assert (await kept.next())["event"] == "update"


async def test_a_closed_account_hears_nothing_more(stage: Stage, listen: Listen) -> None:
    lena = await stage.colleague()
    ear = await listen("user", by=lena)

    async with stage.instance.unit_of_work() as uow:
        (await uow.db.get_one(Employee, lena.id)).disabled_at = uow.now

    assert await closed(ear.socket) == 3000


async def test_nobody_is_asked_for_while_nobody_listens(listen: Listen, hub: Hub) -> None:
    ear = await listen("user")
    assert hub._looking is not None

    await ear.socket.close()

    await eventually(lambda: hub._looking is None)


async def test_events_are_heard_without_a_websocket(stage: Stage, app: Alliance, allow: Allow) -> None:
    token = await allow(stage.host, "read")
    origin = stage.instance.settings.origin
    async with AsyncClient(base_url=origin, trust_env=False) as client:
        assert (await client.get("/api/v1/streaming/health")).text == "OK"
        assert (await client.get("/api/v1/streaming/user")).status_code == 401
        assert (await client.get("/api/v1/streaming/nonsense")).status_code == 404
        refused = await client.get("/api/v1/streaming/hashtag", params={"access_token": token})
        assert (refused.status_code, list(refused.json())) == (400, ["error"])
        async with client.stream("GET", f"/api/v1/streaming/user?access_token={token}") as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            lines = answer.aiter_lines()
            assert await anext(lines) == ":)"
            await stage.publish(title="Threat modelling")
            heard = [line async for line in _until(lines, "data: ")]

    assert heard[-2] == "event: update"
    assert "Threat modelling" in json.loads(heard[-1].removeprefix("data: "))["content"]


async def _until(lines: AsyncIterator[str], start: str) -> AsyncIterator[str]:
    async with asyncio.timeout(5):
        async for line in lines:
            yield line
            if line.startswith(start):
                return


async def test_whoever_joins_while_tokens_are_looked_at_stays(listen: Listen, hub: Hub) -> None:
    """Nobody asked about their token, so nothing is known against it."""
    await listen("user")
    (first,) = hub._connections
    late = Connection(replace(first.hearer, token_id=17), written, _nothing, _nothing)

    hub._checked = 0.0
    looking = asyncio.create_task(hub.look())
    await asyncio.wait([looking], timeout=0)
    await hub.join(late)
    await looking

    assert late.is_open
    hub.leave(late)


async def test_what_comes_before_the_answer_goes_out_after_it() -> None:
    sent: list[str] = []

    async def send(text: str) -> None:
        sent.append(text)

    opened = Connection(cast(Hearer, None), written, send, _nothing)
    opened.offer("first")
    await asyncio.wait([asyncio.create_task(_nothing(""))])
    assert sent == []

    opened.begin()

    await eventually(lambda: sent == ["first"])


async def _nothing(_text: str) -> None:
    return None
