"""Classes oversize and slow, smuggled requests, parsers: what goes over a real socket, and storms of it."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from sqlalchemy import func, select

from federation.models import ReceivedActivity
from tests.hostile.siege import INBOX, OURS, Siege, company_of
from tests.support.eventually import eventually
from web.app import create_app

HOST = b"Host: nordlicht.localhost:8001\r\n"


@asynccontextmanager
async def served(under: Siege) -> AsyncIterator[int]:
    """The port of the same application behind uvicorn."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(create_app(under.federation), log_config=None, lifespan="off", ws="none")
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve([listener]))
    await eventually(lambda: server.started)
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        await task


async def says(port: int, *raw: bytes) -> list[int]:
    """The statuses that come back for these bytes, until the server closes or is silent."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    got = b""
    try:
        for part in raw:
            writer.write(part)
            await writer.drain()
        async with asyncio.timeout(2):
            while piece := await reader.read(65536):
                got += piece
    except (TimeoutError, ConnectionError):
        pass
    finally:
        writer.close()
    lines = got.split(b"HTTP/1.1 ")[1:]
    return [int(line[:3]) for line in lines if line[:3].isdigit()]


CLOSE = b"Connection: close\r\n"
SMUGGLED = {
    "two lengths": b"POST /inbox HTTP/1.1\r\n" + HOST + b"Content-Length: 2\r\nContent-Length: 40\r\n\r\n{}",
    "length and chunks": b"POST /inbox HTTP/1.1\r\n" + HOST + CLOSE + b"Content-Length: 4\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /settings HTTP/1.1\r\n\r\n",
    "chunks of another kind": b"POST /inbox HTTP/1.1\r\n"
    + HOST
    + CLOSE
    + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "a length that is none": b"POST /inbox HTTP/1.1\r\n" + HOST + b"Content-Length: +2\r\n\r\n{}",
    "a negative length": b"POST /inbox HTTP/1.1\r\n" + HOST + b"Content-Length: -2\r\n\r\n{}",
    "a folded field": b"GET / HTTP/1.1\r\n" + HOST + CLOSE + b"X-A: b\r\n c: d\r\n\r\n",
    "a space before the colon": b"GET / HTTP/1.1\r\n" + HOST + CLOSE + b"Content-Length : 2\r\n\r\n{}",
    "two hosts": b"GET / HTTP/1.1\r\n" + HOST + b"Host: evil.example\r\n" + CLOSE + b"\r\n",
    "the other host first": b"GET / HTTP/1.1\r\nHost: evil.example\r\n" + HOST + CLOSE + b"\r\n",
    "no host": b"GET / HTTP/1.1\r\n" + CLOSE + b"\r\n",
    "an absolute target": b"GET http://evil.example/settings HTTP/1.1\r\n" + HOST + CLOSE + b"\r\n",
    "an absolute inbox": b"POST http://evil.example/inbox HTTP/1.1\r\n"
    + HOST
    + CLOSE
    + b"Content-Length: 0\r\n\r\n",
    "a target without slash": b"GET settings HTTP/1.1\r\n" + HOST + CLOSE + b"\r\n",
    "a star": b"OPTIONS * HTTP/1.1\r\n" + HOST + CLOSE + b"\r\n",
    "raw bytes in the target": b"GET /\xff\xfe HTTP/1.1\r\n" + HOST + CLOSE + b"\r\n",
    "a NUL in a field": b"GET / HTTP/1.1\r\n" + HOST + CLOSE + b"X-A: \x00\r\n\r\n",
    "a bare newline": b"GET / HTTP/1.1\n" + HOST + CLOSE + b"\n",
    "another version": b"GET / HTTP/9.9\r\n" + HOST + CLOSE + b"\r\n",
    "a long target": b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\n" + HOST + CLOSE + b"\r\n",
    "a long field": b"GET / HTTP/1.1\r\n" + HOST + CLOSE + b"X-A: " + b"x" * 70_000 + b"\r\n\r\n",
    "many fields": b"GET / HTTP/1.1\r\n" + HOST + CLOSE + b"X-A: x\r\n" * 5000 + b"\r\n",
    "a chunk of absurd size": b"POST /inbox HTTP/1.1\r\n"
    + HOST
    + CLOSE
    + b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFF\r\n",
}


@pytest.mark.parametrize("which", SMUGGLED, ids=str)
async def test_requests_that_two_servers_read_differently(under: Siege, which: str) -> None:
    async with served(under) as port, under.unchanged():
        statuses = await says(port, SMUGGLED[which])

        assert len(statuses) <= 2
        assert all(status < 500 for status in statuses), statuses
        assert await says(port, b"GET /healthz HTTP/1.1\r\n" + HOST + CLOSE + b"\r\n") == [200]


async def test_a_body_that_is_larger_than_it_says_or_ever_ends(under: Siege) -> None:
    chunk = b"FFFF\r\n" + b" " * 0xFFFF + b"\r\n"
    head = b"POST /inbox HTTP/1.1\r\n" + HOST + CLOSE
    async with served(under) as port:
        assert await says(port, head + b"Transfer-Encoding: chunked\r\n\r\n", *[chunk] * 20) == [413]
        assert await says(port, head + b"Content-Length: 1000001\r\n\r\n") == [413]
        assert await says(port, head + b"Content-Length: 99999999999999999999\r\n\r\n") in ([413], [400])
        # Says ten bytes, sends three and hangs: others are served meanwhile.
        slow = asyncio.create_task(says(port, head + b"Content-Length: 10\r\n\r\n", b"{} "))
        assert await says(port, b"GET /healthz HTTP/1.1\r\n" + HOST + CLOSE + b"\r\n") == [200]
        assert await slow in ([], [408])


async def test_a_body_that_claims_to_be_packed(under: Siege) -> None:
    create = under.says(under.b, "Create", under.event(under.b))

    verdict = await under.attack(under.b, create, headers={"Content-Encoding": "gzip"})

    assert verdict.status in (202, 415)


_KEY = ';keyid="https://a.example/k";created=1'
_METHOD = 'sig1=("@method");keyid="https://a.example/k"'
HEADERS = {
    "many signatures": {
        "Signature-Input": ", ".join(f's{n}=();keyid="https://a.example/"' for n in range(50))
    },
    "a long signature": {"Signature": 'keyId="https://a.example/k",signature="' + "A" * 9000 + '"'},
    "a key id of another scheme": {"Signature": 'keyId="file:///etc/passwd",signature="AAAA",headers="host"'},
    "a key id in our network": {"Signature": 'keyId="http://[::1/k",signature="AAAA",headers="host"'},
    "ourselves": {"Signature": f'keyId="{OURS}/actor#main-key",signature="AAAA"'},
    "nothing": {"Signature": ""},
    "only commas": {"Signature": ",,,,"},
    "not ASCII": {"Signature": 'keyId="https://\xe4.example/k",signature="AAAA"'},
    "a percent sign": {"Signature": 'keyId="https://a.example/%s%n%(x)d",signature="AAAA",headers="host"'},
    "two keys": {"Signature": 'keyId="https://a.example/k",keyId="https://b.example/k",signature="AAAA"'},
    "a number for a list": {"Signature-Input": "sig1=1", "Signature": "sig1=:AAAA:"},
    "a list of lists": {"Signature-Input": "sig1=((()))", "Signature": "sig1=:AAAA:"},
    "components that repeat": {
        "Signature-Input": 'sig1=("@method" "@method");keyid="https://a.example/k"',
        "Signature": "sig1=:AAAA:",
    },
    "components of an answer": {
        "Signature-Input": 'sig1=("@status";req "@query-param";name="a")' + _KEY,
        "Signature": "sig1=:AAAA:",
    },
    "an enormous moment": {
        "Signature-Input": _METHOD + ";created=999999999999999",
        "Signature": "sig1=:AAAA:",
    },
    "a moment before time": {
        "Signature-Input": _METHOD + ";created=-999999999999999",
        "Signature": "sig1=:AAAA:",
    },
    "a date as moment": {"Signature-Input": _METHOD + ";created=@1", "Signature": "sig1=:AAAA:"},
    "an expiry that overflows": {
        "Signature": 'keyId="https://a.example/k",signature="AAAA",headers="(created) host (request-target)",'
        "created=999999999999,expires=999999999999.999999999"
    },
}


@pytest.mark.parametrize("which", HEADERS, ids=str)
async def test_signature_headers_that_nobody_would_write(under: Siege, which: str) -> None:
    raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in HEADERS[which].items()]
    raw.append((b"content-type", b"application/activity+json"))

    async with under.unchanged():
        answer = await under.client.post(INBOX, content=b"{}", headers=raw)
        read = await under.client.get("/actor", headers=[*raw, (b"accept", b"application/activity+json")])

    assert answer.status_code in (400, 401)
    assert read.status_code == 200
    assert sum((await under.tallied()).values()) == 1


async def test_one_bad_activity_does_not_spoil_those_that_come_with_it(under: Siege) -> None:
    follow = under.says(under.b, "Follow", f"{OURS}/company", f"{under.b.origin}/people/7")
    await under.attack(under.b, follow)  # the keys are known now
    bad = [
        {"id": f"{under.b.origin}/\x00", "type": "Create"}, {"type": "Create\x00"},
        {"type": "\N{GRINNING FACE}"}, {"id": under.b.origin + "/" + "x" * 490}, {"type": "X" * 40},
    ]  # fmt: skip
    fine = [under.says(under.b, "Ignore", f"{OURS}/sessions/{n}") for n in range(10)]
    broken = [under.says(under.b, "Ignore", OURS) | change for change in bad]

    answers = await asyncio.gather(*(under.post(under.b, activity) for activity in [*fine, *broken]))

    assert [answer.status_code for answer in answers[:10]] == [202] * 10
    assert {answer.status_code for answer in answers[10:]} <= {400, 202}


async def test_an_activity_is_stored_once_however_often_it_comes(under: Siege) -> None:
    session = await under.stage.publish(audience="public", capacity=1)
    people = [under.x.add_actor(f"/people/{n}", "Person", name=f"N{n}") for n in range(20, 26)]
    joins = [under.says(under.x, "Join", f"{OURS}/sessions/{session.id}", person) for person in people]

    answers = await asyncio.gather(*(under.post(under.x, join) for join in joins * 3))
    await under.work()

    assert {answer.status_code for answer in answers} == {202}
    async with under.federation.instance.reading() as db:
        assert await db.scalar(select(func.count()).select_from(ReceivedActivity)) == 6
    assert sorted((await under.places(session)).values()) == ["going"] + ["waiting"] * 5


FIELDS = ("object", "to", "tag", "attachment", "actor", "result", "published")
KINDS = ("Create", "Update", "Delete", "Accept", "Undo", "Announce", "Follow", "Join")


@pytest.mark.parametrize("field", FIELDS)
async def test_anything_in_the_place_of_anything(under: Siege, field: str) -> None:
    """Whatever a field holds, the worker comes to an end with it and nothing is changed."""
    odd: tuple[Any, ...] = (
        None, 7, "", "x", [], {}, [[]], [{}], [None] * 300, {"id": 7}, {"id": []}, {"type": []}, {"type": {}},
        {"id": company_of(under.b), "type": 5}, ["a", {"b": [1]}], True, {"": ""}, {"id": OURS}, OURS,
        {"id": {"id": OURS}}, {"type": "Event", "id": f"{under.b.origin}/s/1"}, {"href": 7},
    )  # fmt: skip
    clock = under.stage.instance.clock
    async with under.unchanged():
        for kind in KINDS:
            clock.advance(minutes=2)  # type: ignore[attr-defined]
            for value in odd:
                activity = under.says(under.b, kind, f"{OURS}/sessions/77", f"{under.b.origin}/people/7")
                event = {"type": "Event", "id": f"{under.b.origin}/s/1", field: value}
                inner = {"object": event} if field in ("tag", "attachment") else {field: value}
                answer = await under.post(under.b, activity | inner, key=under.b.key(activity["actor"]))
                assert answer.status_code in (202, 400, 401), (kind, value)
        await under.work()

    async with under.federation.instance.reading() as db:
        states = set(await db.scalars(select(ReceivedActivity.state)))
    assert states <= {"ignored", "refused", "processed", "waiting"}, states
