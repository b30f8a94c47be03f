"""Other servers that sign beforehand and then POST as fast as they are answered, in a process of its own.

`python -m benchmarks.sender PORT COUNT CONNECTIONS KEY`; prints one line of JSON per round it is asked for on
standard input, until that ends: the address to send to, and then, if others than usual, how many requests and
which ports of this machine take them, each from as many connections.
"""

import asyncio
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import orjson
import uvloop
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from federation.signatures import Dialect, SecretKey, sign

HOSTS = 3
CONTENT = "Wie Licht in eine Faser findet, und warum es dort bleibt. " * 30
MOST_SECONDS = 120


def activity(origin: str, number: int) -> dict[str, object]:
    """A Create of an Event of ordinary size, 2.6 kB."""
    return {
        "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"],
        "id": f"{origin}/activities/{number}",
        "type": "Create",
        "actor": f"{origin}/actor",
        "to": ["https://www.w3.org/ns/activitystreams#Public"],
        "cc": [f"{origin}/followers"],
        "object": {
            "id": f"{origin}/sessions/{number}",
            "type": "Event",
            "name": "Lichtleiter verstehen",
            "attributedTo": f"{origin}/actor",
            "startTime": "2026-12-01T10:00:00+01:00",
            "endTime": "2026-12-01T11:00:00+01:00",
            "timezone": "Europe/Berlin",
            "location": {"id": f"{origin}/sessions/{number}#location", "type": "VirtualLocation"},
            "content": CONTENT,
        },
    }


def actor_document(origin: str, key: RSAPrivateKey) -> bytes:
    """Where the key is found."""
    actor = f"{origin}/actor"
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    return orjson.dumps(
        {
            "id": actor,
            "type": "Application",
            "inbox": f"{actor}/inbox",
            "publicKey": {"id": f"{actor}#main-key", "owner": actor, "publicKeyPem": pem},
        }
    )


def requests(inbox: str, origins: list[str], key: RSAPrivateKey, count: int) -> list[bytes]:
    """Whole requests, signed, from all hosts in turn."""
    now, host = datetime.now(UTC), inbox.partition("://")[2].partition("/")[0]
    salt = time.time_ns() // 1000
    made = []
    for number in range(count):
        origin = origins[number % len(origins)]
        secret = SecretKey(f"{origin}/actor#main-key", f"{origin}/actor", key)
        body = orjson.dumps(activity(origin, salt + number))
        headers = sign("POST", inbox, body, secret, Dialect.CAVAGE, now) | {"Host": host}
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        made.append(f"POST /inbox HTTP/1.1\r\n{lines}Content-Length: {len(body)}\r\n\r\n".encode() + body)
    return made


async def drain(host: str, port: int, waiting: Iterator[bytes], statuses: Counter[str]) -> None:
    """One connection that sends the next request when the last one is answered."""
    reader, writer = await asyncio.open_connection(host, port)
    for request in waiting:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        statuses[head[9:12].decode()] += 1
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0] or b"0")
        if length:
            await reader.readexactly(length)
    writer.close()


async def send(
    inbox: str,
    origins: list[str],
    key: RSAPrivateKey,
    count: int,
    connections: int,
    ports: Sequence[int] = (),
) -> bytes:
    """Signs, knocks once from each host so that keys are known, then sends by the clock."""
    made = requests(inbox, origins, key, count + len(origins))
    host, _, port = inbox.partition("://")[2].partition("/")[0].partition(":")
    statuses: Counter[str] = Counter()
    ports = ports or [int(port)]
    await drain(host, ports[0], iter(made[: len(origins)]), statuses)
    statuses.clear()
    waiting = iter(made[len(origins) :])
    began = time.perf_counter()
    async with asyncio.timeout(MOST_SECONDS):
        await asyncio.gather(
            *(drain(host, own, waiting, statuses) for own in ports for _ in range(connections))
        )
    seconds = time.perf_counter() - began
    return orjson.dumps({"statuses": statuses, "per_second": count / seconds})


async def main(port: int, count: int, connections: int, key_file: Path) -> None:
    """Serves the actors and sends whenever asked to."""
    key = load_pem_private_key(key_file.read_bytes(), None)
    assert isinstance(key, RSAPrivateKey)
    origins = [f"http://sender-{number}.localhost:{port}" for number in range(HOSTS)]

    async def document(request: web.BaseRequest) -> web.StreamResponse:
        body = actor_document(f"http://{request.headers['Host']}", key)
        return web.Response(body=body, content_type="application/activity+json")

    runner = web.ServerRunner(web.Server(document))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    print("ready", flush=True)
    while asked := (await asyncio.to_thread(sys.stdin.readline)).split():
        inbox, *others = asked
        many, *ports = map(int, others or [count])
        print((await send(inbox, origins, key, many, connections, ports)).decode(), flush=True)
    await runner.cleanup()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])))
