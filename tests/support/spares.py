"""PostgreSQL databases of earlier tests in this process, emptied: far quicker than new copies."""

from collections.abc import Collection

import psycopg
from psycopg import sql

_ALIVE = """
SELECT relname, pg_relation_size(oid) > 0 FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
"""
_CUT_OFF = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


class Spares:
    """Keeps a connection to each database: a new one would have to get to know every table again."""

    def __init__(self) -> None:
        self._free: list[str] = []
        self._connections: dict[str, psycopg.Connection] = {}

    def take(self) -> str | None:
        """The name of an empty database at the head of the migrations, if there is one."""
        return self._free.pop() if self._free else None

    def keep(self, database: str, url: str, tables: Collection[str]) -> bool:
        """Empties exactly these tables; False when the database has others, so is of no further use.

        Whoever is still connected is cut off.
        """
        try:
            connection = self._connection(database, url)
            connection.execute(_CUT_OFF)
            found: dict[str, bool] = dict(connection.execute(_ALIVE).fetchall())
            if found.keys() != {*tables, "alembic_version"}:
                self._forget(database)
                return False
            _empty(connection, [name for name in tables if found[name]])
        except psycopg.OperationalError:
            # The test has ended the server, or all who were connected to it.
            self._forget(database)
            return False
        self._free.append(database)
        return True

    def close(self) -> None:
        """Closes every connection; the databases go with the server."""
        for database in list(self._connections):
            self._forget(database)

    def _connection(self, database: str, url: str) -> psycopg.Connection:
        if database not in self._connections:
            made = self._connections[database] = psycopg.connect(url, autocommit=True)
            # As a replica does: foreign keys are not looked at, so the order is of no matter.
            made.execute("SET session_replication_role = replica")
        return self._connections[database]

    def _forget(self, database: str) -> None:
        if (connection := self._connections.pop(database, None)) is not None:
            connection.close()


def _empty(connection: psycopg.Connection, tables: list[str]) -> None:
    if tables:
        delete = sql.SQL("DELETE FROM {}")
        connection.execute(sql.SQL(";").join(delete.format(sql.Identifier(name)) for name in tables))
