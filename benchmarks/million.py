"""A company of any size on PostgreSQL: templates that are written one by one, copied there by statements."""

# ruff: noqa: S608 - all of the words are our own

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import select

from alliance.database import postgres_arguments
from alliance.instance import Instance
from alliance.models import ExpertProfile
from alliance.searching import index_experts
from benchmarks.filling import COPIES, FRESH, REST
from benchmarks.library import fill
from federation.wiring import Federation

_TEMPLATES = 2_000
_EXPERTS_PER_COMPANY = 20
_SHARES_OF_HOME = 10
READER = "reader@bench.example"


@dataclass(frozen=True)
class Size:
    """How many there are. Sessions begin `days_before` to `days_after` from today, as thick on every day."""

    sessions: int
    employees: int
    allies: int
    days_before: int
    days_after: int

    @property
    def upcoming(self) -> float:
        """The share of sessions that are still to come."""
        return self.days_after / (self.days_before + self.days_after)


SMALL = Size(1_000, 100, 20, days_before=40, days_after=40)
"""Twelve a day: each day of the calendar is as full as it is shown, as among the million."""
BIG = Size(1_000_000, 20_000, 200, days_before=1_800, days_after=200)


async def fill_to(federation: Federation, size: Size) -> None:
    """Fills an instance that has just been founded.

    Each of the sessions copies one of two thousand at most, with topics and how the search finds it.
    """
    instance = federation.instance
    await fill(
        instance,
        min(size.sessions, _TEMPLATES),
        allies=size.allies,
        experts=size.allies * _EXPERTS_PER_COMPANY,
        shares_of_home=_SHARES_OF_HOME,
    )
    url = instance.settings.database
    _copy(
        url,
        {
            "sessions": size.sessions,
            "employees": size.employees,
            "past": 1 - size.upcoming,
            "before": size.days_before,
            "after": size.days_after,
            "origin": federation.uris.origin,
            "reader": READER,
        },
    )
    await _index_colleagues(instance)
    with _connected(url) as connection:
        connection.execute("VACUUM (ANALYZE)")
        connection.execute("CHECKPOINT")


def _connected(url: str) -> psycopg.Connection[Any]:
    arguments = postgres_arguments(url)
    return psycopg.connect(**arguments, autocommit=True, cursor_factory=psycopg.ClientCursor)


def _copy(url: str, values: Mapping[str, object]) -> None:
    """All of it in one session, without the indexes, which are made again afterwards: that is quicker."""
    with _connected(url) as connection:
        for setting in _SETTINGS:
            connection.execute(f"SET {setting}".encode())
        indexes = connection.execute(_INDEXES).fetchall()
        for name, _ in indexes:
            connection.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
        connection.execute(FRESH, values)
        for statement in ("CREATE UNIQUE INDEX ON fresh (id)", "CREATE INDEX ON fresh (template)", "ANALYZE"):
            connection.execute(statement.encode())
        for table in COPIES:
            _copy_table(connection, table)
        for table, (_, _, templates) in COPIES.items():
            connection.execute(f"DELETE FROM {table} AS old WHERE {templates}".encode())
        for step in REST:
            connection.execute(step.encode(), values)
            connection.execute(b"ANALYZE " + _filled_by(step).encode())
        for _, definition in indexes:
            connection.execute(definition)


def _filled_by(step: str) -> str:
    """The table that a statement writes to; what comes next would be planned for an empty one otherwise."""
    return next(word for word in step.split() if word.islower() and word.isidentifier())


def _copy_table(connection: psycopg.Connection[Any], table: str) -> None:
    columns = [row[0] for row in connection.execute(_COLUMNS, {"table": table})]
    values, joined, _ = COPIES[table]
    chosen = ", ".join(values.get(name, f"old.{name}") for name in columns)
    statement = f"INSERT INTO {table} ({', '.join(columns)}) SELECT {chosen} FROM {table} AS old {joined}"
    connection.execute(statement.encode())


_SETTINGS = (
    "synchronous_commit = off",
    "maintenance_work_mem = '512MB'",
    "work_mem = '256MB'",
    # What a row refers to is known to be there.
    "session_replication_role = replica",
)
_COLUMNS = """
SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %(table)s
"""
_INDEXES = """
SELECT indexname, indexdef FROM pg_indexes JOIN pg_class ON relname = indexname
WHERE schemaname = 'public' AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = pg_class.oid)
AND tablename IN ('session', 'session_topic', 'posting', 'posting_topic', 'search_document', 'attendance',
'delivery', 'outbox_activity', 'received_activity', 'comment', 'notification', 'reaction', 'interest',
'story')
"""


async def _index_colleagues(instance: Instance) -> None:
    async with instance.reading() as db:
        ids = list(await db.scalars(select(ExpertProfile.person_id)))
    for begin in range(0, len(ids), 1000):
        async with instance.unit_of_work() as uow:
            await index_experts(uow.db, ids[begin : begin + 1000])
