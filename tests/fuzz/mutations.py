"""Signed requests as bytes on the wire, changed in ways that senders, proxies and attackers change them."""

import random
from collections.abc import Callable

from tests.fuzz.inputs import _TOKENS

Request = list[bytes]
"""Request line, header lines, an empty line, the body."""


def _line(request: Request, choose: random.Random) -> int:
    return choose.randrange(len(request) - 2)


def _flip(request: Request, choose: random.Random) -> None:
    at = choose.randrange(len(request))
    line = bytearray(request[at] or b"x")
    line[choose.randrange(len(line))] = choose.randrange(256)
    request[at] = bytes(line)


def _splice(request: Request, choose: random.Random) -> None:
    at = choose.randrange(len(request))
    line, gone = request[at], choose.choice([0, 1, 5, 60])
    place = choose.randrange(len(line) + 1)
    request[at] = line[:place] + choose.choice(_TOKENS) + line[place + gone :]


def _drop(request: Request, choose: random.Random) -> None:
    del request[_line(request, choose)]


def _double(request: Request, choose: random.Random) -> None:
    at = _line(request, choose)
    request.insert(at, request[at])


def _swap(request: Request, choose: random.Random) -> None:
    one, other = _line(request, choose), _line(request, choose)
    request[one], request[other] = request[other], request[one]


def _shorten(request: Request, choose: random.Random) -> None:
    request[-1] = request[-1][: choose.randrange(len(request[-1]) + 1)]


def _body(request: Request, choose: random.Random) -> None:
    """Another body with its own length, so that it gets past the door's first look."""
    body = request[-1]
    place = choose.randrange(len(body) + 1)
    request[-1] = body[:place] + choose.choice(_TOKENS) + body[place:]
    length = b"Content-Length: %d" % len(request[-1])
    request[:] = [length if line.startswith(b"Content-Length") else line for line in request]


def _target(request: Request, choose: random.Random) -> None:
    targets = [
        b"/inbox?x=1",
        b"/company/inbox",
        b"/%69nbox",
        b"//inbox",
        b"/people/1/inbox",
        b"http://x.example/inbox",
        b"/inbox#f",
        b"/inbox\xff",
        b"*",
        b"/",
        b"/actor",
        b"/sessions/1",
        b"/" + b"a" * 3000,
        b"/inbox%00",
        b"/.well-known/webfinger?resource=acct:a@b",
        b"/nodeinfo/2.1",
        b"/sign-in",
        b"/people/" + b"9" * 400,
    ]
    methods = [b"POST", b"POST", b"GET", b"PUT", b"HEAD", b"OPTIONS", b"DELETE", b"post", b"PROPFIND"]
    request[0] = b"%s %s HTTP/1.1" % (choose.choice(methods), choose.choice(targets))


def _add(request: Request, choose: random.Random) -> None:
    fields = [
        b'Signature-Input: sig1=();keyid="https://a.example/k"',
        b"Signature: sig1=:AAAA:",
        b"Digest: SHA-256=YQ==",
        b"Content-Digest: sha-256=:YQ==:",
        b"Content-Encoding: gzip",
        b"Expect: 100-continue",
        b"Date: now",
        b"Transfer-Encoding: chunked",
        b'Authorization: Signature keyId="x"',
        b"X-A: " + b"b" * 9000,
        b'Collection-Synchronization: collectionId="x", url="y", digest="z"',
        b"Cookie: sign-in=\xff",
        b"Content-Type: multipart/form-data; boundary=",
        b"Accept: application/activity+json;q=nan",
        b"Upgrade: websocket",
        b"Connection: upgrade, close",
        b"Host: evil.example",
        b'Forwarded: for="[::1"',
    ]
    request.insert(1 + _line(request, choose), choose.choice(fields))


CHANGES: tuple[Callable[[Request, random.Random], None], ...] = (
    _flip,
    _splice,
    _drop,
    _double,
    _swap,
    _shorten,
    _body,
    _target,
    _add,
)


def mutated(request: Request, choose: random.Random) -> bytes:
    """The request with one to three changes, as it goes over the wire."""
    changed = list(request)
    for _ in range(choose.choice([1, 1, 2, 3])):
        if len(changed) > 3:
            choose.choice(CHANGES)(changed, choose)
    return b"\r\n".join(changed)


def on_the_wire(method: str, path: str, headers: dict[str, str], body: bytes) -> Request:
    """A request in lines."""
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    if not any(name.lower() == "content-length" for name in headers):
        lines.append(f"Content-Length: {len(body)}")
    return [*(line.encode("latin-1") for line in [*lines, "Connection: close"]), b"", body]
