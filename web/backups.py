"""One file with everything an instance is: database, pictures, secret; made while it runs.

A tar with `manifest.json` first, then `secret`, `database.sqlite` or one `tables/<name>.copy` for each table
(PostgreSQL's COPY in text form, from one snapshot), then `media/...`.
"""

import errno
import io
import json
import os
import sqlite3
import tarfile
import tempfile
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Literal

import federation.models  # noqa: F401 - registers its tables
from alliance.database import Base
from alliance.errors import Conflict, Invalid
from alliance.settings import Settings
from migrations.schema import upgrade
from migrations.standing import current
from web.backup_pictures import add_pictures, bring_pictures, refuse_unless_no_pictures, unpack
from web.database_copies.copying import DERIVED
from web.database_copies.moving import move, refuse_unless_empty
from web.database_copies.sides import PostgresSide, connected, filled, is_sqlite
from web.database_copies.sides import sqlite_path as path_of

FORMAT = 1


@dataclass(frozen=True)
class Manifest:
    """What a backup says about itself; `tables` are in the order in which they can be filled."""

    format: int
    kind: Literal["sqlite", "postgresql"]
    revision: str
    origin: str
    handle: str
    made_at: str
    tables: dict[str, list[str]]


def back_up(settings: Settings, file: Path) -> None:
    """Writes the backup, readable by its owner alone. Raises Conflict when the file exists."""
    if file.exists():
        raise Conflict("{file} exists already.", file=file)
    with tempfile.TemporaryDirectory(dir=file.resolve().parent, prefix=".backup-") as folder:
        part = Path(folder) / "backup"
        with part.open("xb") as opened, tarfile.open(fileobj=opened, mode="w") as tar:
            _write(tar, settings, Path(folder))
            opened.flush()
            os.fsync(opened.fileno())
        part.chmod(0o600)
        part.replace(file)


def _write(tar: tarfile.TarFile, settings: Settings, folder: Path) -> None:
    if settings.database.startswith("sqlite"):
        copy = folder / "database.sqlite"
        with (
            closing(sqlite3.connect(sqlite_path(settings))) as live,
            closing(sqlite3.connect(copy)) as target,
        ):
            _copy(live, target, folder)
        _add_manifest(tar, settings, "sqlite", {})
        tar.add(copy, "database.sqlite")
    else:
        _add_tables(tar, settings, folder)
    tar.add(settings.secret_file, "secret")
    add_pictures(tar, settings)


def _copy(live: sqlite3.Connection, target: sqlite3.Connection, folder: Path) -> None:
    try:
        live.backup(target)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_FULL:
            raise
        # The instance's own disk may have room: it is where the backup goes to that has not.
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder.parent)) from error


def _add_manifest(
    tar: tarfile.TarFile,
    settings: Settings,
    kind: Literal["sqlite", "postgresql"],
    tables: dict[str, list[str]],
) -> None:
    manifest = Manifest(
        format=FORMAT,
        kind=kind,
        revision=current(settings.database) or "",
        origin=settings.origin,
        handle=settings.handle,
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        tables=tables,
    )
    content = json.dumps(asdict(manifest), indent=1).encode()
    entry = tarfile.TarInfo("manifest.json")
    entry.size = len(content)
    tar.addfile(entry, io.BytesIO(content))


def _add_tables(tar: tarfile.TarFile, settings: Settings, folder: Path) -> None:
    with connected(settings.database) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        tables = {
            table.name: [column.name for column in table.columns] for table in Base.metadata.sorted_tables
        }
        _add_manifest(tar, settings, "postgresql", tables)
        side = PostgresSide(connection)
        for name, columns in tables.items():
            part = folder / "table"
            with part.open("wb") as out:
                out.writelines(side.lines(name, columns))
            tar.add(part, f"tables/{name}.copy")


def sqlite_path(settings: Settings) -> Path:
    """The file of a SQLite database."""
    return path_of(settings.database)


def manifest_of(file: Path) -> Manifest:
    """What a backup says about itself. Raises Invalid when the file is none of ours."""
    try:
        with tarfile.open(file) as tar:
            manifest = Manifest(**json.load(_member(tar, "manifest.json")))
    except (tarfile.TarError, ValueError, TypeError) as error:
        raise Invalid("{file} is not a backup of alliance.", file=file) from error
    if manifest.format != FORMAT:
        raise Invalid("{file} was made by a newer version of alliance.", file=file)
    return manifest


def _member(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    try:
        found = tar.extractfile(name)
    except KeyError as error:
        raise Invalid("The backup has no {name}.", name=name) from error
    if found is None:
        raise Invalid("The backup has no {name}.", name=name)
    return found


def restore(settings: Settings, file: Path) -> Manifest:
    """Brings a backup back, from whichever kind of database it was made.

    From the other kind what the search finds is not brought along (database_copies.moving.make_findable).
    Raises Conflict when anything is there already, Invalid for a wrong file.
    """
    manifest = manifest_of(file)
    _refuse_unless_empty(settings)
    with tarfile.open(file) as tar:
        _bring_rows(tar, settings, manifest)
        unpack(_member(tar, "secret"), settings.secret_file)
        bring_pictures(tar, settings)
    upgrade(settings.database)
    return manifest


def is_of_other_kind(settings: Settings, manifest: Manifest) -> bool:
    """Whether a backup comes from another kind of database than the one it would go to."""
    return is_sqlite(settings.database) != (manifest.kind == "sqlite")


def _refuse_unless_empty(settings: Settings) -> None:
    refuse_unless_empty(settings.database)
    if settings.secret_file.exists():
        raise Conflict("There is a secret already: {path}.", path=settings.secret_file)
    refuse_unless_no_pictures(settings)


def _bring_rows(tar: tarfile.TarFile, settings: Settings, manifest: Manifest) -> None:
    if manifest.kind == "postgresql":
        _fill_tables(tar, settings, manifest)
    elif is_sqlite(settings.database):
        unpack(_member(tar, "database.sqlite"), sqlite_path(settings))
    else:
        _carry_over(tar, settings)


def _fill_tables(tar: tarfile.TarFile, settings: Settings, manifest: Manifest) -> None:
    """The schema as it was when the backup was made, then all rows in one transaction."""
    upgrade(settings.database, manifest.revision)
    left_out = DERIVED if is_of_other_kind(settings, manifest) else frozenset()
    with filled(settings.database) as side:
        for name, columns in manifest.tables.items():
            if name not in left_out:
                side.fill(name, columns, _member(tar, f"tables/{name}.copy"))


def _carry_over(tar: tarfile.TarFile, settings: Settings) -> None:
    """From a SQLite file, brought to the schema of this version before, into PostgreSQL."""
    settings.secret_file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.secret_file.parent, prefix=".restore-") as folder:
        path = Path(folder) / "database.sqlite"
        unpack(_member(tar, "database.sqlite"), path)
        upgrade(f"sqlite:///{path}")
        move(f"sqlite:///{path}", settings.database)
