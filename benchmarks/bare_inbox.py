"""The floor of an inbox: digest, OpenSSL's RSA verification and a grouped durable insert behind bare uvicorn.

`python -m benchmarks.bare_inbox PORT DATABASE PUBLIC_KEY`. It checks nothing else; what an inbox has to do
besides is what the ratio to it measures.
"""

import asyncio
import gc
import hashlib
import sqlite3
import sys
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any

import uvicorn
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

SIGNED = (b"(request-target)", b"host", b"date", b"digest", b"content-type")


class BareInbox:
    """An ASGI application for POST."""

    def __init__(self, database: str, key: RSAPublicKey) -> None:
        self._key = key
        self._padding, self._hash = padding.PKCS1v15(), hashes.SHA256()
        self._waiting: list[tuple[bytes, asyncio.Future[None]]] = []
        self._writer: asyncio.Task[None] | None = None
        self._db = sqlite3.connect(database, check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.execute("CREATE TABLE received (id INTEGER PRIMARY KEY, body BLOB NOT NULL)")

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["method"] == "GET":
            await answer(send, 200)
            return
        body = await read(receive)
        headers = dict(scope["headers"])
        if headers[b"digest"] != b"SHA-256=" + b64encode(hashlib.sha256(body).digest()):
            await answer(send, 401)
            return
        headers[b"(request-target)"] = b"post " + scope["raw_path"]
        message = b"\n".join(name + b": " + headers[name] for name in SIGNED)
        signature = headers[b"signature"].partition(b'signature="')[2].partition(b'"')[0]
        self._key.verify(b64decode(signature), message, self._padding, self._hash)
        await self._store(body)
        await answer(send, 202)

    async def _store(self, body: bytes) -> None:
        future = asyncio.get_running_loop().create_future()
        self._waiting.append((body, future))
        if self._writer is None:
            self._writer = asyncio.create_task(self._write())
        await future

    async def _write(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting, []
            await asyncio.to_thread(self._insert, [(body,) for body, _ in group])
            for _, future in group:
                future.set_result(None)
        self._writer = None

    def _insert(self, rows: list[tuple[bytes]]) -> None:
        self._db.execute("BEGIN IMMEDIATE")
        self._db.executemany("INSERT INTO received (body) VALUES (?)", rows)
        self._db.execute("COMMIT")


async def read(receive: Any) -> bytes:
    """The whole body."""
    chunks: list[bytes] = []
    while True:
        message = await receive()
        chunks.append(message["body"])
        if not message["more_body"]:
            return b"".join(chunks)


async def answer(send: Any, status: int) -> None:
    """A status and nothing else."""
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


def main(port: int, database: str, key_file: Path) -> None:
    """Serves until it is ended."""
    key = load_pem_public_key(key_file.read_bytes())
    assert isinstance(key, RSAPublicKey)
    inbox = BareInbox(database, key)
    gc.freeze()  # as web/serving.py does
    gc.set_threshold(10_000, 20, 20)
    uvicorn.run(
        inbox,
        port=port,
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
    )


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
