"""SQLAlchemy's driver for SQLite with one change of threads for each statement instead of four."""

from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy.dialects.sqlite import aiosqlite as adapted
from sqlalchemy.util.concurrency import await_


class _Cursor(adapted.AsyncAdapt_aiosqlite_cursor):
    """Asks, fetches everything and closes in one visit to the thread of its connection."""

    __slots__ = ("_description", "_lastrowid", "_rowcount")

    def __init__(self, adapt_connection: Any) -> None:
        # In place of the inherited, which goes to the thread for an empty cursor.
        self._adapt_connection = adapt_connection
        self._connection = adapt_connection._connection
        self._rows = deque()
        self._description: Any = None
        self._rowcount = self._lastrowid = -1

    @property
    def description(self) -> Any:
        return self._description

    @property
    def rowcount(self) -> int:
        return self._rowcount

    @property
    def lastrowid(self) -> int:
        return self._lastrowid

    async def _async_soft_close(self) -> None:
        """Nothing is open."""

    def close(self) -> None:
        self._rows.clear()

    def execute(self, operation: Any, parameters: Any = None) -> None:
        self._visit("execute", operation, () if parameters is None else parameters)

    def executemany(self, operation: Any, seq_of_parameters: Any) -> None:
        self._visit("executemany", operation, seq_of_parameters)

    def _visit(self, verb: str, operation: str, parameters: Any) -> None:
        connection: Any = self._connection
        try:
            begins = self._adapt_connection.dbapi.begins
            found = await_(connection._execute(_ask, connection, begins, verb, operation, parameters))
        except Exception as error:
            self._adapt_connection._handle_exception(error)
        rows, self._description, self._rowcount, self._lastrowid = found
        self._rows = deque(rows)


def _ask(
    connection: Any, begins: bool, verb: str, operation: str, parameters: Any
) -> tuple[Sequence[Any], Any, int, int | None]:
    """Runs in the connection's thread."""
    cursor = connection._conn.cursor()
    try:
        # Outside of a transaction, as PRAGMA has to be, is only what prepares a new connection.
        if begins and not connection.in_transaction and not operation.startswith("PRAGMA"):
            cursor.execute("BEGIN")
        work: Callable[..., Any] = getattr(cursor, verb)
        work(operation, parameters)
        rows = cursor.fetchall() if cursor.description else ()
        return rows, cursor.description, cursor.rowcount, cursor.lastrowid
    finally:
        cursor.close()


class _Connection(adapted.AsyncAdapt_aiosqlite_connection):
    __slots__ = ()

    _cursor_cls = _Cursor

    def rollback(self) -> None:
        """Nothing to do, and no visit to the thread, where nothing has begun."""
        connection: Any = self._connection
        if connection._connection and connection.in_transaction:
            super().rollback()


class _Driver(adapted.AsyncAdapt_aiosqlite_dbapi):
    """What SQLAlchemy takes for the module of a driver.

    With `begins` a transaction begins with its first statement, in the same visit; for those who only look.
    """

    def __init__(self, usual: Any, *, begins: bool) -> None:
        super().__init__(usual.aiosqlite, usual.sqlite)
        self.begins = begins

    def connect(self, *arguments: Any, **named: Any) -> adapted.AsyncAdapt_aiosqlite_connection:
        return _Connection(self, super().connect(*arguments, **named)._connection)


def driver(*, begins: bool) -> _Driver:
    """The driver for `create_async_engine(module=...)`."""
    return _Driver(adapted.SQLiteDialect_aiosqlite.import_dbapi(), begins=begins)
