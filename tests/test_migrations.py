"""The schema's history leads from nothing to what the code says, and back."""

import re
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import text

from alliance.errors import WrongConfiguration
from migrations import schema, standing
from tests.support.databases import Databases

VERSIONS = Path(__file__).parent.parent / "migrations" / "versions"


def test_migrations_from_empty_end_where_the_code_is(databases: Databases) -> None:
    url = databases.empty()

    schema.upgrade(url)

    assert standing.current(url) == standing.head()
    assert schema.differences(url) == []


def test_migrations_go_back_to_nothing_and_forward_again(databases: Databases) -> None:
    url = databases.new()

    schema.downgrade(url, "base")

    assert standing.current(url) is None
    schema.upgrade(url)
    assert schema.differences(url) == []


def test_upgrading_twice_changes_nothing(databases: Databases) -> None:
    url = databases.new()

    schema.upgrade(url)

    assert standing.current(url) == standing.head()


def test_an_empty_database_is_refused_with_the_command_that_helps(databases: Databases) -> None:
    with pytest.raises(WrongConfiguration, match="alliance migrate"):
        standing.refuse_unless_at_head(databases.empty())


def test_a_database_at_head_is_taken(databases: Databases) -> None:
    standing.refuse_unless_at_head(databases.new())


def test_a_database_of_yesterday_is_refused_and_one_of_tomorrow_too(databases: Databases) -> None:
    url = databases.new()
    schema.downgrade(url, "20261122_first")
    with pytest.raises(WrongConfiguration, match="older than this program"):
        standing.refuse_unless_at_head(url)

    schema.upgrade(url)
    with standing.connected(url) as connection, connection.begin():
        connection.execute(text("UPDATE alembic_version SET version_num = '20991231_later'"))
    with pytest.raises(WrongConfiguration, match="newer than this program"):
        standing.refuse_unless_at_head(url)


def test_the_revisions_are_those_that_alembic_knows() -> None:
    config = Config()
    config.set_main_option("script_location", str(VERSIONS.parent))
    scripts = ScriptDirectory.from_config(config)

    assert standing.head() == scripts.get_current_head()
    assert set(standing.revisions()) == {script.revision for script in scripts.walk_revisions()}


def test_every_revision_is_dated_and_named_like_its_file() -> None:
    for path in VERSIONS.glob("[!_]*.py"):
        assert re.fullmatch(r"\d{8}_[a-z_]+", path.stem), path.name
        assert f'revision = "{path.stem}"' in path.read_text(encoding="utf-8")
