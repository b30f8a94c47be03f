"""A backup brings everything back, on both databases, and only into an empty place."""

import os
import subprocess
import sys
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from alliance.errors import Conflict, Invalid
from alliance.instance import Instance
from alliance.models import Session
from alliance.publishing import draft_of
from alliance.queries.sessions import find
from alliance.settings import Settings
from alliance.visibility import employee_viewer
from tests.alliance.stage import LINK, Stage
from tests.command_line.running import alliance, environment
from tests.support.databases import Databases
from tests.support.founding import Founded
from web.backups import back_up, restore


@pytest.fixture
def elsewhere(settings: Settings, databases: Databases, tmp_path: Path) -> Settings:
    """The settings of an empty place."""
    folder = tmp_path / "elsewhere"
    return replace(
        settings, database=databases.empty(), secret_file=folder / "secret", media=folder / "media"
    )


async def test_what_was_backed_up_is_there_again_with_its_secrets(
    founded: Founded, settings: Settings, elsewhere: Settings, tmp_path: Path
) -> None:
    stage = Stage(founded)
    session = await stage.publish()
    settings.media.mkdir()
    (settings.media / "portrait.webp").write_bytes(b"picture")
    back_up(settings, tmp_path / "backup.tar")

    restore(elsewhere, tmp_path / "backup.tar")

    restored = Instance(elsewhere, clock=founded.instance.clock)
    async with restored.reading() as db:
        found = await find(db, employee_viewer(founded.employee.id), session.id)
        assert draft_of(restored.vault, found).meeting_link == LINK
        assert (await db.scalars(select(Session.title))).all() == [session.title]
    await restored.close()
    assert (elsewhere.media / "portrait.webp").read_bytes() == b"picture"


async def test_a_place_that_is_not_empty_is_refused(
    founded: Founded, settings: Settings, elsewhere: Settings, tmp_path: Path
) -> None:
    back_up(settings, tmp_path / "backup.tar")
    restore(elsewhere, tmp_path / "backup.tar")

    with pytest.raises(Conflict):
        restore(elsewhere, tmp_path / "backup.tar")
    with pytest.raises(Conflict):
        back_up(settings, tmp_path / "backup.tar")


def test_a_file_of_another_kind_is_refused(elsewhere: Settings, tmp_path: Path) -> None:
    (tmp_path / "no.tar").write_bytes(b"not a tar")

    with pytest.raises(Invalid):
        restore(elsewhere, tmp_path / "no.tar")


async def test_a_backup_can_be_read_by_its_owner_alone_and_leaves_nothing_beside_it(
    founded: Founded, settings: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()

    back_up(settings, folder / "backup.tar")

    assert [path.name for path in folder.iterdir()] == ["backup.tar"]
    assert (folder / "backup.tar").stat().st_mode & 0o777 == 0o600


def test_the_commands_bring_a_company_into_an_empty_folder(company: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    new.mkdir()

    made = alliance(company, "backup", str(tmp_path / "backup.tar"))
    restored = alliance(new, "restore", str(tmp_path / "backup.tar"))

    assert (made.code, restored.code) == (0, 0)
    assert "mara@nordlicht.example" in alliance(new, "employee", "list").out
    assert alliance(new, "restore", str(tmp_path / "backup.tar")).code == 1
    with tarfile.open(tmp_path / "backup.tar") as tar:
        assert tar.getnames()[0] == "manifest.json"


@pytest.mark.once
def test_a_full_disk_is_named_and_nothing_is_left_there(company: Path, tmp_path: Path) -> None:
    """On a disk of 300 kB of its own, which goes with the process (mount_namespaces(7))."""
    small = tmp_path / "small"
    small.mkdir()
    mounted = f"mount -t tmpfs -o size=300k tmpfs {small}"
    backup = f"{sys.executable} -m web.command_line backup {small}/backup.tar"
    who = [] if os.geteuid() == 0 else ["--map-root-user"]

    done = subprocess.run(
        ["unshare", *who, "--mount", "sh", "-c", f"{mounted} && {backup}; echo $?; ls -A {small}"],
        cwd=company, env=environment(), check=True, capture_output=True, text=True,
    )  # fmt: skip

    assert done.stderr == f"No space left on device: {small}.\n"
    assert done.stdout == "2\n"
