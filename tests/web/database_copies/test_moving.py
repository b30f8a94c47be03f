"""An instance moves from SQLite to PostgreSQL and back, with every id, or not at all."""

import fcntl
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Select, func, select, text

from alliance.errors import Conflict, Invalid
from alliance.instance import Instance
from alliance.models import Attendance, Person, Session
from alliance.models.transcript import Passage, Transcript
from alliance.publishing import draft_of
from alliance.queries.search import question_of, search
from alliance.queries.session_filters import SessionFilter
from alliance.queries.sessions import find
from alliance.settings import Settings
from alliance.visibility import employee_viewer
from federation.models import RemoteActor
from migrations.standing import connected, current
from tests.alliance.stage import LINK, Stage
from tests.support.databases import Databases
from tests.support.founding import Founded
from web.backups import back_up, restore
from web.database_copies.copying import copy_tables, tables
from web.database_copies.moving import make_findable, move
from web.database_copies.sides import Side, filled, looked_into


@pytest.fixture
async def stage(founded: Founded) -> Stage:
    """Sessions of ours and of an ally, people who come, and what only a careful hand carries over."""
    stage = Stage(founded)
    ours = await stage.publish(title="Linsen \\N schleifen,\tvon Hand")
    lena = await stage.colleague()
    await stage.join(ours, lena)
    await stage.theirs(await stage.ally())
    async with founded.instance.unit_of_work() as uow:
        transcript = Transcript(id=uow.new_id(), session_id=ours.id, language="de", added_at=uow.now)
        uow.db.add(transcript)
        await uow.db.flush()
        said = {"text": "Erst grob, dann fein.", "words": "erst grob dann fein", "marks": "_a"}
        spoken = Passage(id=uow.new_id(), transcript_id=transcript.id, session_id=ours.id, number=0, **said)
        uow.db.add(spoken)
        document: dict[str, Any] = {"name": "Zo\u00eb \U0001f98a", "tags": [], "none": None, "zero": "\u0000"}
        uow.db.add(
            RemoteActor(
                id=uow.new_id(), uri="https://alpenwerk.example/people/9", type="Person",
                host="alpenwerk.example", inbox="https://alpenwerk.example/inbox", document=document,
                fetched_at=uow.now,
            )
        )  # fmt: skip
    return stage


async def contents(settings: Settings) -> dict[str, list[Any]]:
    """What somebody would miss."""
    instance = Instance(settings)
    async with instance.reading() as db:
        found: dict[str, list[Any]] = {
            "sessions": [(s.id, s.title, s.starts_at, s.status) for s in await db.scalars(by_id(Session))],
            "attendance": [(a.id, a.person_id, a.state) for a in await db.scalars(by_id(Attendance))],
            "people": [(p.id, p.name, p.uri) for p in await db.scalars(by_id(Person))],
            "documents": [(a.id, a.document, a.gone_at) for a in await db.scalars(by_id(RemoteActor))],
        }
    await instance.close()
    return found


def by_id(model: Any) -> Select[Any]:
    return select(model).order_by(model.id)


async def test_everything_is_there_with_its_id_and_can_be_found_and_read(
    stage: Stage, settings: Settings, others: Databases
) -> None:
    there = replace(settings, database=others.empty())

    copied = move(settings.database, there.database)
    await make_findable(there)

    assert [table.table for table in copied] == list(tables())
    assert sum(table.rows for table in copied) >= 15
    assert await contents(there) == await contents(settings)
    moved = Instance(there, clock=stage.instance.clock)
    async with moved.reading() as db:
        heard = "vector @@ 'fein'::tsquery" if others.kind == "postgresql" else "words LIKE '%fein'"
        counted = select(func.count()).select_from(text("passage")).where(text(heard))
        assert await db.scalar(counted) == 1
        viewer = employee_viewer(stage.host.id)
        found = await search(db, viewer, question_of("schleifen"), SessionFilter(), now=moved.clock.now())
        (session,) = found.sessions
        assert draft_of(moved.vault, await find(db, viewer, session.id)).meeting_link == LINK
    await moved.close()


async def test_what_was_moved_can_be_written_to(stage: Stage, settings: Settings, others: Databases) -> None:
    there = replace(settings, database=others.empty())
    move(settings.database, there.database)
    moved = Instance(there, clock=stage.instance.clock)

    session = await Stage(Founded(moved, stage.founded.company, stage.admin, stage.host)).publish(title="New")

    await moved.close()
    assert [row[1] for row in (await contents(there))["sessions"] if row[0] == session.id] == ["New"]


async def test_the_old_database_is_only_read(stage: Stage, settings: Settings, others: Databases) -> None:
    before = rows(settings.database)

    move(settings.database, others.empty())

    assert rows(settings.database) == before


def rows(url: str) -> list[list[bytes]]:
    """Every row of every table."""
    with looked_into(url) as side:
        return [sorted(side.lines(table, columns)) for table, columns in tables().items()]


async def test_a_target_that_is_not_empty_is_refused(
    stage: Stage, settings: Settings, others: Databases
) -> None:
    there = others.new()

    with pytest.raises(Conflict):
        move(settings.database, there)

    assert current(there) is not None


async def test_nothing_moves_while_somebody_is_at_work(
    stage: Stage, settings: Settings, others: Databases
) -> None:
    there = others.empty()

    with at_work(settings.database), pytest.raises(Conflict, match="stop"):
        move(settings.database, there)

    assert is_empty(there)


@contextmanager
def at_work(url: str) -> Iterator[None]:
    """A worker as its neighbours see it."""
    if url.startswith("sqlite"):
        with Path(f"{url.removeprefix('sqlite:///')}-worker").open("ab") as place:
            fcntl.flock(place, fcntl.LOCK_EX)
            yield
    else:
        with connected(url) as connection:
            connection.execute(text("SELECT pg_advisory_lock(4011978)"))
            yield


def is_empty(url: str) -> bool:
    """Whether a move left nothing behind."""
    if url.startswith("sqlite"):
        return not Path(url.removeprefix("sqlite:///")).exists()
    return current(url) is None


async def test_a_row_that_the_other_side_does_not_take_leaves_nothing_behind(
    stage: Stage, settings: Settings, others: Databases
) -> None:
    there = others.empty()
    with connected(settings.database) as connection, connection.begin():
        # The one takes longer texts than was said, the other knows no foreign keys while it is filled.
        spoil = (
            "UPDATE person SET name = printf('%.*c', 5000, 'x')"
            if others.kind == "postgresql"
            else "ALTER TABLE attendance DISABLE TRIGGER ALL; UPDATE attendance SET person_id = 1"
        )
        connection.execute(text(spoil))

    with pytest.raises(Invalid):
        move(settings.database, there)

    assert is_empty(there)


async def test_a_backup_is_restored_onto_the_other_kind(
    stage: Stage, settings: Settings, others: Databases, tmp_path: Path
) -> None:
    folder = tmp_path / "elsewhere"
    there = replace(settings, database=others.empty(), secret_file=folder / "secret", media=folder / "media")
    settings.media.mkdir()
    (settings.media / "portrait.webp").write_bytes(b"picture")
    back_up(settings, tmp_path / "backup.tar")

    restore(there, tmp_path / "backup.tar")

    assert await contents(there) == await contents(settings)
    assert (there.media / "portrait.webp").read_bytes() == b"picture"
    assert [path.name for path in folder.glob(".*")] == []


async def test_a_row_that_gets_lost_on_the_way_is_noticed(
    stage: Stage, settings: Settings, others: Databases
) -> None:
    with (
        looked_into(settings.database) as side,
        filled(others.new()) as other,
        pytest.raises(Conflict, match="attendance"),
    ):
        copy_tables(side, Forgetful(other), tables())


class Forgetful:
    """A side on which the last row of a table gets lost."""

    def __init__(self, side: Side) -> None:
        self.side = side

    def count(self, table: str) -> int:
        return self.side.count(table)

    def lines(self, table: str, columns: Sequence[str]) -> Iterator[bytes]:
        return self.side.lines(table, columns)

    def fill(self, table: str, columns: Sequence[str], lines: Iterable[bytes]) -> None:
        given = list(lines)
        self.side.fill(table, columns, given[:-1] if table == "attendance" else given)
