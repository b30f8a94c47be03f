"""A real S3-compatible store of the tests' own: SeaweedFS, one process in a folder that goes away.

It is written in another language by other people, checks every signature by itself, and knows three keys: one
that may do everything, one that may only read, one that may do nothing in the bucket.
"""

import asyncio
import json
import secrets
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import httpx
from yarl import URL

from alliance.settings import Settings
from federation.aws_signature import AccessKey, signed
from tests.support.eventually import eventually

BUCKET = "pictures"
KEYS = {"owner": ["Admin"], "reader": [f"Read:{BUCKET}", f"List:{BUCKET}"], "guest": ["Read:another"]}
SECRET = "geheim-und-lang-genug"
_ROOM = ("-master.volumeSizeLimitMB=64", "-volume.max=64", "-volume.preStopSeconds=0")
_ALONE = (
    *("-master.telemetry=false", "-ip=127.0.0.1", "-ip.bind=127.0.0.1"),
    # Whoever else listens on these two ends the second store that is started.
    *("-s3.port.iceberg=0", "-s3.port.lance=0"),
)


@dataclass(frozen=True)
class ObjectStore:
    """Where it listens."""

    endpoint: str

    def settings(self, settings: Settings, prefix: str = "", *, key: str = "owner") -> Settings:
        """Those of an instance whose pictures lie here."""
        return replace(
            settings,
            s3_endpoint=self.endpoint,
            s3_bucket=BUCKET,
            s3_prefix=prefix,
            s3_access_key=key,
            s3_secret_key=SECRET,
        )

    def environ(self, prefix: str = "") -> dict[str, str]:
        """The same for a command."""
        return {
            "ALLIANCE_S3_ENDPOINT": self.endpoint,
            "ALLIANCE_S3_BUCKET": BUCKET,
            "ALLIANCE_S3_PREFIX": prefix,
            "ALLIANCE_S3_ACCESS_KEY": "owner",
            "ALLIANCE_S3_SECRET_KEY": SECRET,
        }


@contextmanager
def object_store(folder: Path) -> Iterator[ObjectStore]:
    """One that is started, with an empty bucket, and stopped at the end."""
    keys = [
        {"name": name, "credentials": [{"accessKey": name, "secretKey": SECRET}], "actions": actions}
        for name, actions in KEYS.items()
    ]
    (folder / "keys.json").write_text(json.dumps({"identities": keys}), encoding="utf-8")
    port = _free_port()
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [
                Path(sys.executable).parent / "weed", "-logtostderr=true", "server", f"-dir={folder}",
                *_ALONE, *_ROOM, *_ports(), "-filer", "-s3", f"-s3.port={port}",
                f"-s3.config={folder / 'keys.json'}",
            ],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=folder,
        )  # fmt: skip
    store = ObjectStore(f"http://127.0.0.1:{port}")
    try:
        # In a thread: the test that asks first may be at work in a loop already.
        with ThreadPoolExecutor(1) as thread:
            try:
                thread.submit(asyncio.run, _make_bucket(store)).result()
            except AssertionError as error:
                error.add_note((folder / "log").read_text(errors="replace")[-5_000:])
                raise
        yield store
    finally:
        process.kill()
        process.wait(timeout=20)


def _ports() -> list[str]:
    named = ("master.port", "master.port.grpc", "volume.port", "volume.port.grpc", "filer.port")
    return [f"-{name}={_free_port()}" for name in (*named, "filer.port.grpc", "s3.port.grpc")]


def _free_port() -> int:
    """Below those that the system gives to connections, of which the store makes some before it listens."""
    while True:
        port = 10_240 + secrets.randbelow(22_528)
        with socket.socket() as tried, suppress(OSError):
            tried.bind(("127.0.0.1", port))
            return port


async def _make_bucket(store: ObjectStore) -> None:
    """As soon as it answers."""
    key = AccessKey("owner", SECRET, "us-east-1")

    async def put(path: str) -> bool:
        url = f"{store.endpoint}/{BUCKET}{path}"
        proof = signed("PUT", URL(url), {}, b"", key, datetime.now(UTC))
        try:
            return (await client.put(url, headers=proof)).status_code in (200, 409)
        except httpx.TransportError:
            return False

    async with httpx.AsyncClient(trust_env=False) as client:
        await eventually(lambda: put(""), within=60)
        # What keeps the objects comes up after what answers.
        await eventually(lambda: put("/tried/first"), within=60)
