"""Classes oversize and slow, smuggled requests, parsers: what goes over a real socket, and storms of it."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import func, select

from federation.models import ReceivedActivity, Tombstone
from tests.hostile.siege import OURS, Siege, company_of
from tests.hostile.wire import CLOSE, HOST, says, served
from web.patience import HeadsInTime


async def test_a_body_that_is_larger_than_it_says_or_ever_ends(under: Siege) -> None:
    chunk = b"FFFF\r\n" + b" " * 0xFFFF + b"\r\n"
    head = b"POST /inbox HTTP/1.1\r\n" + HOST + CLOSE
    async with served(under) as port:
        assert await says(port, head + b"Transfer-Encoding: chunked\r\n\r\n", *[chunk] * 20) == [413]
        assert await says(port, head + b"Content-Length: 1000001\r\n\r\n") == [413]
        assert await says(port, head + b"Content-Length: 99999999999999999999\r\n\r\n") in ([413], [400])
        # Says ten bytes, sends three and hangs: others are served meanwhile.
        slow = asyncio.create_task(says(port, head + b"Content-Length: 10\r\n\r\n", b"{} ", seconds=2))
        assert await says(port, b"GET /healthz HTTP/1.1\r\n" + HOST + CLOSE + b"\r\n") == [200]
        assert await slow in ([], [408])


class Impatient(HeadsInTime):
    """The same with less patience."""

    head_seconds = 0.2


SLOW = {
    "nothing": b"",
    "half a line": b"GET / HT",
    "half a head": b"GET / HTTP/1.1\r\n" + HOST + b"X-A: b",
    "empty lines": b"\r\n\r\n",
    "half a second request": b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\nGET / HTTP/1.1\r\nX-A",
}


@pytest.mark.parametrize("which", SLOW)
async def test_a_head_that_never_ends_is_not_waited_for(under: Siege, which: str) -> None:
    async with served(under, Impatient) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        if which == "half a second request":
            first, _, rest = SLOW[which].partition(b"\r\n\r\n")
            writer.write(first + b"\r\n\r\n")
            assert (await reader.readuntil(b"ok\n")).startswith(b"HTTP/1.1 200")
            writer.write(rest)
        else:
            writer.write(SLOW[which])

        async with asyncio.timeout(10):
            assert await reader.read() == b""
        writer.close()


class Restless(Impatient):
    """Keeps no connection for long that nobody uses, and has patience with heads."""

    head_seconds = 20

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.timeout_keep_alive = 0.2  # type: ignore[assignment]


async def test_a_connection_that_nobody_uses_is_closed_after_its_last_answer(under: Siege) -> None:
    async with served(under, Restless) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(2):
            writer.write(b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\n")
            assert (await reader.readuntil(b"ok\n")).startswith(b"HTTP/1.1 200")

        async with asyncio.timeout(10):
            assert await reader.read() == b""
        writer.close()


async def test_a_body_that_claims_to_be_packed(under: Siege) -> None:
    create = under.says(under.b, "Create", under.event(under.b))

    verdict = await under.attack(under.b, create, headers={"Content-Encoding": "gzip"})

    assert verdict.status in (202, 415)


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
    async with under.unchanged(but=["tombstone"]):
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
        graves = set(await db.scalars(select(Tombstone.uri)))
    assert states <= {"ignored", "refused", "processed", "waiting"}, states
    # An ally's Delete of something of its own is remembered: the Create may have been overtaken.
    assert graves <= {f"{under.b.origin}/s/1"}, graves
