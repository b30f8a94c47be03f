"""What SQLite is asked directly says the same as what SQLAlchemy makes of it."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Engine,
    Integer,
    MetaData,
    Table,
    bindparam,
    create_engine,
    insert,
    select,
)

from alliance.database import UtcDateTime
from alliance.queries.asking import Question

NOON = datetime(2026, 3, 16, 12, 0, 0, 5000, tzinfo=UTC)
columns = (Column("id", Integer), Column("at", UtcDateTime), Column("said", JSON), Column("is_it", Boolean))
THINGS = Table("thing", MetaData(), *columns)


@pytest.fixture
def engine() -> Iterator[Engine]:
    """A database in memory, which ends with its one connection."""
    made = create_engine("sqlite://")
    yield made
    made.dispose()


def test_values_mean_the_same_and_lists_may_be_empty(engine: Engine) -> None:
    query = select(THINGS).where(
        THINGS.c.id.in_(bindparam("ids", expanding=True)),
        THINGS.c.at <= bindparam("now", type_=UtcDateTime),
        THINGS.c.is_it.in_([True, False]),
    )
    question = Question(lambda dialect: query)
    with engine.begin() as db:
        THINGS.create(db)
        rows = [{"id": n, "at": NOON, "said": ["a", n], "is_it": n == 1} for n in (1, 2, 3)]
        db.execute(insert(THINGS), rows)
        for ids in ([1, 2], [3], [], [1, 2, 3]):
            values = {"ids": ids, "now": NOON}
            plain = [tuple(row) for row in db.execute(query, values)]
            found = [(row.id, row.at, row.said, row.is_it) for row in question.rows(db, values)]
            assert found == plain
            assert len(found) == len(ids)
