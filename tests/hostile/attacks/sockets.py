"""Local smuggling: requests that a proxy and we could read differently, over a real socket."""

from collections.abc import Awaitable, Callable
from typing import Any

from tests.hostile.catalogue import Answer, Blow, Kind, door, enlist, page
from tests.hostile.siege import OURS, Siege
from tests.hostile.wire import CLOSE, HOST, says, served

POST = b"POST /inbox HTTP/1.1\r\n" + HOST
GET = b"GET / HTTP/1.1\r\n" + HOST + CLOSE
RAW: dict[str, tuple[str, bytes, Answer]] = {
    "two lengths": ("Two lengths.", POST + b"Content-Length: 2\r\nContent-Length: 40\r\n\r\n{}", page(400)),
    "length and chunks": (
        "A length and chunks, with a second request behind.",
        POST
        + CLOSE
        + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /settings HTTP/1.1\r\n\r\n",
        page(400),
    ),
    "chunks of another kind": (
        "A transfer coding that nobody knows.",
        POST + CLOSE + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        door(400, "too_slow"),
    ),
    "a length with a sign": ("`+2` as length.", POST + b"Content-Length: +2\r\n\r\n{}", page(400)),
    "a length below zero": ("`-2` as length.", POST + b"Content-Length: -2\r\n\r\n{}", page(400)),
    "a folded field": ("A field that goes on in the next line.", GET + b"X-A: b\r\n c: d\r\n\r\n", page(400)),
    "a space before the colon": (
        "A space before the colon.",
        GET + b"Content-Length : 2\r\n\r\n{}",
        page(400),
    ),
    "two hosts on the wire": ("Ours first, another behind.", GET + b"Host: evil.example\r\n\r\n", page(400)),
    "another host first": (
        "Another host first.",
        b"GET / HTTP/1.1\r\nHost: evil.example\r\n" + HOST + CLOSE + b"\r\n",
        page(400),
    ),
    "no host": ("No host.", b"GET / HTTP/1.1\r\n" + CLOSE + b"\r\n", page(421)),
    "an absolute target": (
        "The target names another server.",
        b"GET http://evil.example/settings HTTP/1.1\r\n" + HOST + CLOSE + b"\r\n",
        page(303),
    ),
    "a target without slash": (
        "A target without slash.",
        b"GET settings HTTP/1.1\r\n" + HOST + CLOSE + b"\r\n",
        page(400),
    ),
    "raw bytes in the target": (
        "Bytes that are no text.",
        b"GET /\xff\xfe HTTP/1.1\r\n" + HOST + CLOSE + b"\r\n",
        page(400),
    ),
    "a NUL in a field": ("A NUL in a field.", GET + b"X-A: \x00\r\n\r\n", page(400)),
    "another version": ("HTTP 9.9.", b"GET / HTTP/9.9\r\n" + HOST + CLOSE + b"\r\n", page(400)),
    "a chunk of absurd size": (
        "A chunk of 2^72 bytes.",
        POST + CLOSE + b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFF\r\n",
        door(400, "too_slow"),
    ),
    "many fields": ("Five thousand fields.", GET + b"X-A: x\r\n" * 5000 + b"\r\n", page(200)),
}


def smuggle(name: str) -> None:
    """Bytes on a socket; the statuses that come back until the server closes."""
    sentence, raw, answer = RAW[name]

    async def prepare(under: Siege) -> Blow:
        port = await under.stack.enter_async_context(served(under))
        return lambda: says(port, raw)

    enlist(Kind.SMUGGLING, name, sentence, answer, prepare)


for which in RAW:
    smuggle(which)

FIELDS = {
    "a forwarded host": {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"},
    "a rewritten address": {"X-Original-URL": "/settings", "X-Rewrite-URL": "/settings"},
    "a forwarded address": {"X-Forwarded-For": "127.0.0.1", "X-Real-IP": "127.0.0.1"},
    "another method": {"X-HTTP-Method-Override": "DELETE", "X-Method-Override": "PUT"},
}
PLACES = {
    "an inbox with a slash behind": "/inbox/",
    "an inbox with a slash before": "//inbox",
    "an inbox in capitals": "/Inbox",
    "an inbox of nobody": "/people/x/inbox",
    "an inbox of number minus one": "/people/-1/inbox",
    "an inbox with zeros": "/people/007/inbox",
    "an inbox of a number too large": "/people/9999999999999999999/inbox",
    "an inbox of Arabic digits": "/people/%D9%A3/inbox",
    "an inbox with parameters": "/inbox;x",
    "an inbox of a session": "/sessions/1/inbox",
    "a hidden inbox": "/.inbox",
}


def request(name: str, sentence: str, answer: Answer, send: Callable[[Siege], Awaitable[Any]]) -> None:
    """One request of our client."""

    async def prepare(under: Siege) -> Blow:
        return lambda: send(under)

    enlist(Kind.SMUGGLING, name, sentence, answer, prepare)


for field_name, fields in FIELDS.items():
    request(
        field_name,
        f"{field_name.capitalize()} in header fields of proxies that we have not.",
        page(200),
        lambda under, fields=fields: under.client.get("/", headers={**fields, "Accept": "text/html"}),  # type: ignore[misc]
    )
for place_name, path in PLACES.items():
    request(
        place_name,
        f"A signed activity is posted to `{path}`.",
        page(404),
        lambda under, path=path: under.post(  # type: ignore[misc]
            under.b, under.says(under.b, "Ignore", f"{OURS}/sessions/1"), url=OURS + path
        ),
    )
