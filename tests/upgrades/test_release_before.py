"""What the release before has written is upgraded, read and gone on with.

`20261128_records.sqlite.xz` was made by the program of that revision itself: `alliance init`, two accounts, a
session with a topic, somebody who joins it. `alliance.secret` is what its meeting link is sealed with.
"""

import lzma
import shutil
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from alliance.attending import leave_session
from alliance.models import Attendance, Employee, Session
from alliance.publishing import draft_of
from alliance.queries.sessions import find
from alliance.settings import Settings
from alliance.visibility import employee_viewer
from federation.wiring import open_instance
from migrations import schema, standing
from tests.support.databases import Databases
from web.app import create_app
from web.database_copies.moving import make_findable, move

HERE = Path(__file__).parent
RELEASED = "20261128_records"


@pytest.fixture
def released(tmp_path: Path) -> str:
    """The database of the release before, as it was left."""
    (tmp_path / "released.db").write_bytes(lzma.decompress((HERE / f"{RELEASED}.sqlite.xz").read_bytes()))
    return f"sqlite:///{tmp_path}/released.db"


@pytest.fixture
def upgraded(released: str, tmp_path: Path, databases: Databases) -> Settings:
    """The same brought to this version, and on PostgreSQL moved there."""
    schema.upgrade(released)
    url = released
    if databases.kind == "postgresql":
        url = databases.empty()
        move(released, url)
    shutil.copy(HERE / "alliance.secret", tmp_path / "alliance.secret")
    secret = tmp_path / "alliance.secret"
    return Settings(
        origin="https://nordlicht.example", database=url, secret_file=secret, media=tmp_path / "media"
    )


def test_an_upgrade_of_what_was_released_ends_where_the_code_is(released: str) -> None:
    assert standing.current(released) == RELEASED

    schema.rehearse(released)
    schema.upgrade(released)

    assert schema.differences(released) == []


async def test_rows_of_the_release_before_are_read_and_gone_on_with(upgraded: Settings) -> None:
    instance, federation = await open_instance(upgraded)
    async with instance.reading() as db:
        session = (await db.scalars(select(Session))).one()
        _, jonas = (await db.scalars(select(Employee).order_by(Employee.id))).all()
        assert (await db.scalars(select(Attendance.state))).all() == ["going"]
        found = await find(db, employee_viewer(jonas.id), session.id)
        assert draft_of(instance.vault, found).meeting_link == "https://meet.example/rooms/amber-fox"

    async with instance.unit_of_work() as uow:
        await leave_session(uow, session.id, jonas.id)
    transport = httpx.ASGITransport(create_app(federation))
    async with httpx.AsyncClient(transport=transport, base_url=upgraded.origin) as client:
        page = await client.get(f"/sessions/{session.id}")
        calendar = await client.get("/calendar.ics")
    async with instance.reading() as db:
        assert (await db.scalars(select(Attendance.state))).all() != ["going"]
    await federation.close()
    await instance.close()

    # It was for the alliance; strangers still find nothing of it.
    assert (page.status_code, calendar.status_code) == (404, 200)
    assert "Linsen schleifen" not in calendar.text


async def test_what_was_released_can_be_found_again(upgraded: Settings) -> None:
    assert await make_findable(upgraded) == 1
