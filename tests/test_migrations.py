"""The schema's history leads from nothing to what the code says, and back."""

import re
from pathlib import Path

import pytest

from alliance.errors import WrongConfiguration
from migrations import schema
from tests.support.databases import Databases

VERSIONS = Path(__file__).parent.parent / "migrations" / "versions"


def test_migrations_from_empty_end_where_the_code_is(databases: Databases) -> None:
    url = databases.empty()

    schema.upgrade(url)

    assert schema.current(url) == schema.head()
    assert schema.differences(url) == []


def test_migrations_go_back_to_nothing_and_forward_again(databases: Databases) -> None:
    url = databases.new()

    schema.downgrade(url, "base")

    assert schema.current(url) is None
    schema.upgrade(url)
    assert schema.differences(url) == []


def test_upgrading_twice_changes_nothing(databases: Databases) -> None:
    url = databases.new()

    schema.upgrade(url)

    assert schema.current(url) == schema.head()


def test_an_empty_database_is_refused_with_the_command_that_helps(databases: Databases) -> None:
    with pytest.raises(WrongConfiguration, match="alliance migrate"):
        schema.refuse_unless_at_head(databases.empty())


def test_a_database_at_head_is_taken(databases: Databases) -> None:
    schema.refuse_unless_at_head(databases.new())


def test_every_revision_is_dated_and_named_like_its_file() -> None:
    for path in VERSIONS.glob("[!_]*.py"):
        assert re.fullmatch(r"\d{8}_[a-z_]+", path.stem), path.name
        assert f'revision = "{path.stem}"' in path.read_text(encoding="utf-8")
