"""Databases of the kind that a test does not run on: what is carried over goes from one kind to the other."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import RUN
from tests.support.databases import Databases, Kind


@pytest.fixture
def others(request: pytest.FixtureRequest, databases: Databases, tmp_path: Path) -> Iterator[Databases]:
    """PostgreSQL beside SQLite, SQLite beside PostgreSQL."""
    kind: Kind = "postgresql" if databases.kind == "sqlite" else "sqlite"
    folder = tmp_path / "others"
    folder.mkdir()
    made = Databases(kind, run=request.config.stash[RUN], folder=folder)
    yield made
    made.drop_all()
