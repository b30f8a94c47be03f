"""Behind an authenticating proxy, with an authority of its own and no other way out, a company federates."""

import asyncio
import json
import os
import socket
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from tests.command_line.running import PROGRAM, environment, init
from tests.networks.forward_proxy import Address, ForwardProxy, both_ways, listening
from tests.networks.namespace import INSIDE, OUTSIDE, Namespace, cut_off
from tests.support.authority import Authority
from tests.support.eventually import eventually

pytestmark = pytest.mark.once

NORDLICHT, ALPENWERK = "nordlicht.example", "alpenwerk.example"
PASSWORD = "alliance:amber-fox"
SECONDS = 90
DAY = datetime.now(UTC).date() + timedelta(days=30)


@dataclass(frozen=True)
class Place:
    """An instance in a folder, and how commands are run where it lives."""

    host: str
    folder: Path
    address: Address
    prefix: tuple[str, ...]
    settings: dict[str, str]

    def command(self, *arguments: str) -> str:
        """What a command of this instance says."""
        done = subprocess.run(
            [*self.prefix, *PROGRAM, *arguments],
            cwd=self.folder, env=environment(**self.settings), capture_output=True, text=True,
            timeout=SECONDS,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @contextmanager
    def running(self, *arguments: str) -> Iterator[None]:
        """Runs a command until the end, as an operator's system would."""
        with (self.folder / f"log-{arguments[0]}").open("wb") as log:
            process = subprocess.Popen(
                [*self.prefix, *PROGRAM, *arguments],
                cwd=self.folder, env=environment(**self.settings), stdout=log, stderr=log,
            )  # fmt: skip
            try:
                yield
            finally:
                process.terminate()
                process.wait(20)

    def answers(self) -> bool:
        """Whether the server is there."""
        with suppress(OSError), socket.create_connection(self.address, 1):
            return True
        return False

    def log(self, event: str, partner: str) -> list[dict[str, str]]:
        """The lines of its processes about something with a partner."""
        lines = [
            json.loads(line) for file in self.folder.glob("log-*") for line in file.read_text().splitlines()
        ]
        return [line for line in lines if (line["event"], line.get("partner")) == (event, partner)]

    def rows(self, question: str) -> list[str]:
        """One column of its database."""
        with closing(sqlite3.connect(f"file:{self.folder}/alliance.db?mode=ro", uri=True)) as db:
            return [row[0] for row in db.execute(question)]


def place(
    folder: Path, host: str, address: Address, proxy: Address, ca: Path, prefix: tuple[str, ...]
) -> Place:
    """Set up for production: https, no private addresses, everything through the proxy."""
    folder.mkdir()
    settings = {
        "HTTPS_PROXY": f"http://{PASSWORD}@{proxy[0]}:{proxy[1]}",
        "SSL_CERT_FILE": str(ca),
        "NO_PROXY": "",
    }
    assert init(folder, f"https://{host}", **settings).code == 0
    return Place(host, folder, address, prefix, settings)


@dataclass
class World:
    """Two companies, the proxy between them, and the network that one of them lives in."""

    nordlicht: Place
    alpenwerk: Place
    proxy: ForwardProxy
    namespace: Namespace | None


@asynccontextmanager
async def world(folder: Path) -> AsyncIterator[World]:
    """Where no namespaces can be made, both live on loopback; the proxy sees the same."""
    authority = Authority(folder)
    names: dict[str, Address] = {}
    proxy = ForwardProxy(names, PASSWORD)
    async with AsyncExitStack() as stack:
        namespace = stack.enter_context(cut_off())
        outside, inside = (OUTSIDE, INSIDE) if namespace else ("127.0.0.1", "127.0.0.1")
        at = await stack.enter_async_context(listening(proxy.serve, (outside, 0)))
        places = []
        for host, address, prefix in (
            (NORDLICHT, (inside, 18443), namespace.prefix if namespace else ()),
            (ALPENWERK, ("127.0.0.1", 18444), ()),
        ):
            made = await asyncio.to_thread(place, folder / host, host, address, at, authority.file, prefix)
            # What stands before an instance and does TLS.
            serve = partial(handed_on, address)
            tls = authority.certificate(host).server()
            names[host] = await stack.enter_async_context(listening(serve, ("127.0.0.1", 0), tls))
            bind = "{}:{}".format(*address)
            stack.enter_context(made.running("serve", "--no-worker", "--bind", bind))
            places.append(made)
        for made in places:
            await eventually(made.answers, within=SECONDS)
        yield World(places[0], places[1], proxy, namespace)


async def handed_on(address: Address, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        far = await asyncio.open_connection(*address)
    except OSError:
        writer.close()
        return
    await both_ways(reader, writer, *far)


async def test_two_companies_ally_and_tell_each_other_with_no_other_way_out(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        # Behind a proxy only hosts are called that somebody has typed: so both do.
        await asyncio.gather(
            asyncio.to_thread(here.nordlicht.command, "partner", "invite", ALPENWERK, "--yes"),
            asyncio.to_thread(here.alpenwerk.command, "partner", "invite", NORDLICHT, "--yes"),
        )
        published = await asyncio.to_thread(
            here.nordlicht.command, "session", "publish", "--title", "Linsen schleifen", "--by",
            "mara@nordlicht.example", "--start", f"{DAY}T10:00", "--end", f"{DAY}T11:00",
            "--timezone", "Europe/Berlin", "--link", "https://meet.example/x",
        )  # fmt: skip
        with here.nordlicht.running("worker"), here.alpenwerk.running("worker"):
            for one in (here.nordlicht, here.alpenwerk):
                await eventually(lambda: one.rows("SELECT state FROM partner") == ["allied"], within=SECONDS)
            arrived = await eventually(
                lambda: here.alpenwerk.rows("SELECT uri FROM session WHERE title = 'Linsen schleifen'"),
                within=SECONDS,
            )
        checked = await asyncio.to_thread(looked_at, here.nordlicht)

        # One id leads through the logs of both companies.
        delivered = {line["activity"] for line in here.nordlicht.log("delivered", ALPENWERK)}
        received = {line["activity"] for line in here.alpenwerk.log("received", NORDLICHT)}
        processed = {line["activity"] for line in here.alpenwerk.log("processed", NORDLICHT)}
        assert len(delivered) > 1
        assert delivered <= received
        assert processed & delivered
        assert arrived == [published.strip().splitlines()[-1]]
        assert checked["address"] is True
        assert set(here.proxy.asked) == {f"{NORDLICHT}:443", f"{ALPENWERK}:443"}
        assert here.proxy.refused == 0
        assert here.namespace is None or here.namespace.attempts() == 0


def looked_at(place: Place) -> dict[str, bool | None]:
    """What `alliance check` finds."""
    done = subprocess.run(
        [*place.prefix, *PROGRAM, "check", "--json"],
        cwd=place.folder, env=environment(**place.settings), capture_output=True, text=True, timeout=SECONDS,
    )  # fmt: skip
    return {verdict["about"]: verdict["is_fine"] for verdict in json.loads(done.stdout)}


def test_what_counts_attempts_does_count() -> None:
    with cut_off() as namespace:
        if namespace is None:
            assert (
                os.geteuid() != 0
                or not Path("/usr/sbin/ip").exists()
                or not Path("/proc/self/ns/net").exists()
            )
            return
        before = namespace.attempts()
        attempt = (
            "import socket\ntry: socket.create_connection(('192.0.2.1', 443), 0.2)\nexcept OSError: pass"
        )

        subprocess.run([*namespace.prefix, sys.executable, "-c", attempt], check=True)

        assert (before, namespace.attempts() > 0) == (0, True)
