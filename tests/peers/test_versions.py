"""Today's version and an earlier one ally over HTTP, and share sessions in both directions."""

import asyncio
import io
import shutil
import sqlite3
import subprocess
import tarfile
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.soak.journey import browser_of
from tests.support.companies import PASSWORD, CompanyProcess, free_port
from tests.support.eventually import eventually
from tests.support.source import ROOT

pytestmark = pytest.mark.journey

# The foundation, as it was before every dialect of the fediverse was spoken.
EARLIER = "5909a924353473228887d02d32e5c687740c8aa1"


@pytest.fixture
def earlier(tmp_path: Path) -> Path:
    """The code of the earlier version."""
    git = shutil.which("git") or "false"
    written = subprocess.run([git, "archive", EARLIER], cwd=ROOT, capture_output=True)
    if written.returncode != 0:
        pytest.skip(f"this checkout has no history that reaches back to {EARLIER[:10]}")
    with tarfile.open(fileobj=io.BytesIO(written.stdout)) as archive:
        archive.extractall(tmp_path / "earlier", filter="data")
    return tmp_path / "earlier"


@pytest.fixture
async def allies(earlier: Path, tmp_path: Path) -> AsyncIterator[list[CompanyProcess]]:
    """Ahorn runs the earlier version, Buche today's; they are allied."""
    companies = []
    for name, source in (("ahorn", earlier), ("buche", ROOT)):
        port = free_port()
        companies.append(CompanyProcess(name, tmp_path / name, port, port, source=source))
    try:
        await asyncio.gather(*(company.found() for company in companies))
        await asyncio.gather(*(company.start() for company in companies))
        await ally(*companies)
        yield companies
    finally:
        for company in companies:
            await company.stop()


async def publish(company: CompanyProcess) -> str:
    """Publishes a session for allies; its address."""
    start = datetime.now(UTC) + timedelta(days=3)
    times = ("--start", f"{start:%Y-%m-%dT%H:%M}", "--end", f"{start + timedelta(hours=1):%Y-%m-%dT%H:%M}")
    said = await company.command(
        *("session", "publish", "--title", f"What {company.name} knows", *times, "--timezone", "UTC"),
        *("--link", "https://meet.example/secret", "--by", company.admin, "--capacity", "2"),
    )
    return said.strip().split("\n")[-1]


def look(company: CompanyProcess, question: str, *values: str) -> tuple[object, ...] | None:
    """One row of a company's database; starting its commands again and again would take too long."""
    with closing(sqlite3.connect(f"file:{company.database}?mode=ro", uri=True)) as db:
        row: tuple[object, ...] | None = db.execute(question, values).fetchone()
        return row


async def ally(one: CompanyProcess, other: CompanyProcess) -> None:
    """One invites, the other says yes."""
    await one.command("partner", "invite", other.origin, "--yes")
    await eventually(lambda: state_of(other) == "asking", within=30)
    await other.command("partner", "accept", one.host)
    await eventually(lambda: state_of(one) == state_of(other) == "allied", within=30)


def state_of(company: CompanyProcess) -> object:
    """Where a company stands with the only other one that it knows."""
    row = look(company, "SELECT state FROM partner")
    return row[0] if row else None


def held(company: CompanyProcess, address: str) -> tuple[object, ...] | None:
    """What a company has of another one's session."""
    return look(company, "SELECT title, capacity, withdrawn_at FROM session WHERE uri = ?", address)


async def withdraw(company: CompanyProcess, address: str) -> None:
    """Takes a session back through the pages."""
    own_site = {"Sec-Fetch-Site": "same-origin"}
    async with browser_of(company) as browser:
        form = {"email": company.admin, "password": PASSWORD, "next": "/"}
        assert (await browser.post("/sign-in", data=form, headers=own_site)).status_code == 303
        path = address.removeprefix(company.origin)
        assert (await browser.post(f"{path}/withdraw", headers=own_site)).status_code == 303


async def test_versions_share_sessions_in_both_directions(allies: list[CompanyProcess]) -> None:
    await asyncio.gather(share(*allies), share(*allies[::-1]))


async def share(host: CompanyProcess, guest: CompanyProcess) -> None:
    """What one publishes is joined at the other, and goes when it is withdrawn."""
    address = await publish(host)
    arrived = await eventually(lambda: held(guest, address), within=30)
    said = await guest.command("attend", address, "--by", guest.admin)
    going = look(host, "SELECT going_count FROM session WHERE uri IS NULL")
    await withdraw(host, address)
    await eventually(lambda: is_gone(guest, address), within=30)

    assert arrived == (f"What {host.name} knows", 2, None)
    assert said.startswith("Going.")
    assert f"{host.origin}/meet/" in said
    assert "meet.example" not in said
    assert going == (1,)


def is_gone(company: CompanyProcess, address: str) -> bool:
    """Whether a session has been taken away, with or without a trace."""
    row = held(company, address)
    return row is None or row[2] is not None
