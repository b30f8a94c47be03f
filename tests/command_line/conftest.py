"""A folder in which an instance was set up, copied for every test that wants one."""

import shutil
from pathlib import Path

import pytest

from tests.command_line.running import init


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Set up once per process by the command itself; relative paths, so that it can be copied."""
    folder = tmp_path_factory.mktemp("template")
    done = init(folder)
    assert (done.code, done.error) == (0, "")
    config = folder / "alliance.env"
    config.write_text(config.read_text().replace(f"{folder}/", ""))
    return folder


@pytest.fixture
def company(template: Path, tmp_path: Path) -> Path:
    """A folder of its own with a company in it."""
    folder = tmp_path / "nordlicht"
    shutil.copytree(template, folder)
    return folder
