"""The schema's history leads from nothing to what the code says, and back."""

import re
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

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
    upgraded_by_a_later_program(url, [])
    with pytest.raises(WrongConfiguration, match="newer than this program"):
        standing.refuse_unless_at_head(url)


def upgraded_by_a_later_program(url: str, reach: list[str]) -> None:
    """What the next version does to a database, as far as this one can tell."""
    with standing.connected(url) as connection, connection.begin():
        connection.execute(text("UPDATE alembic_version SET version_num = '20991231_later'"))
        connection.execute(text("DELETE FROM schema_reach"))
        for revision in ["20991231_later", *reach]:
            connection.execute(text("INSERT INTO schema_reach VALUES (:revision)"), {"revision": revision})


def test_this_program_and_the_next_work_side_by_side_if_the_next_says_so(databases: Databases) -> None:
    url = databases.new()

    upgraded_by_a_later_program(url, [standing.head()])

    standing.refuse_unless_at_head(url)
    assert standing.pending(url) == []


def test_an_upgrade_says_which_programs_may_go_on(databases: Databases) -> None:
    with standing.connected(databases.new()) as connection:
        told = {row[0] for row in connection.execute(text("SELECT revision FROM schema_reach"))}

    assert told == set(standing.reach(standing.head()))
    assert standing.revisions()[standing.head()] in told or standing.head() in standing.contracting()


def test_a_rehearsal_finds_what_an_upgrade_would_and_changes_nothing(databases: Databases) -> None:
    url = databases.new()
    schema.downgrade(url, "20261127_vocabulary")

    schema.rehearse(url)

    assert standing.current(url) == "20261127_vocabulary"
    assert standing.pending(url)[-1] == standing.head()
    with standing.connected(url) as connection, connection.begin():
        # What a later step makes is there already.
        connection.execute(text("CREATE TABLE schema_reach (revision TEXT)"))
    with pytest.raises(WrongConfiguration, match="schema_reach"):
        schema.rehearse(url)


# Before it programs did not ask whether they may work on a newer schema.
FIRST_THAT_ASKS = "20261129_operations"


@pytest.mark.once
def test_a_migration_that_the_program_before_it_could_not_bear_says_so(databases: Databases) -> None:
    url = databases.empty()
    schema.upgrade(url, FIRST_THAT_ASKS)
    before = shape(url)

    schema.upgrade(url)

    after = shape(url)
    lost = [name for name in before if name not in after]
    narrowed = [name for name in before if name in after and before[name] and not after[name]]
    needed = [
        name for name, may_be_missing in after.items() if name not in before and not may_be_missing
        and name[0] in {table for table, _ in before}
    ]  # fmt: skip
    is_said = FIRST_THAT_ASKS not in standing.reach(standing.head())
    assert is_said or (lost, narrowed, needed) == ([], [], [])


def shape(url: str) -> dict[tuple[str, str], bool]:
    """Every column, and whether a row may be added without naming it."""
    with standing.connected(url) as connection:
        look = inspect(connection)
        return {
            (table, column["name"]): column["nullable"] or column["default"] is not None
            for table in look.get_table_names()
            for column in look.get_columns(table)
        }


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
