"""SQLAlchemy's driver for SQLite with one change of threads for each statement instead of four, or none."""

from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy.dialects.sqlite import aiosqlite as adapted
from sqlalchemy.util.concurrency import await_

AT_ONCE = "at_once"
"""Execution option of statements that find a few rows by their keys: they are asked without changing threads.

They take a twentieth of a millisecond, two changes twice as long; and in WAL who only looks waits for nobody.
"""


class _Cursor(adapted.AsyncAdapt_aiosqlite_cursor):
    """Asks, fetches everything and closes in one visit to the thread of its connection."""

    __slots__ = ("_description", "_lastrowid", "_rowcount", "at_once")

    def __init__(self, adapt_connection: Any) -> None:
        # In place of the inherited, which goes to the thread for an empty cursor.
        self._adapt_connection = adapt_connection
        self._connection = adapt_connection._connection
        self._rows = deque()
        self._description: Any = None
        self._rowcount = self._lastrowid = -1
        self.at_once = False

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
        adapted_connection: Any = self._adapt_connection
        asked = (self._connection, adapted_connection.dbapi.begins, verb, operation, parameters)
        found: Any
        try:
            if self.at_once and adapted_connection.is_idle():
                found = _ask(*asked)
            else:
                found = await_(adapted_connection.visit(_ask, *asked))
        except Exception as error:
            self._adapt_connection._handle_exception(error)
        rows, self._description, self._rowcount, self._lastrowid = found
        self._rows = deque(rows)


# Outside of a transaction is only what prepares a new connection.
_PREPARING = ("PRAGMA", "BEGIN", "ROLLBACK")


def _ask(
    connection: Any, begins: bool, verb: str, operation: str, parameters: Any
) -> tuple[Sequence[Any], Any, int, int | None]:
    """Runs in the connection's thread, or while nothing runs there."""
    cursor = connection._conn.cursor()
    try:
        if begins and not connection.in_transaction and not operation.startswith(_PREPARING):
            cursor.execute("BEGIN")
        work: Callable[..., Any] = getattr(cursor, verb)
        work(operation, parameters)
        rows = cursor.fetchall() if cursor.description else ()
        return rows, cursor.description, cursor.rowcount, cursor.lastrowid
    finally:
        cursor.close()


class _Connection(adapted.AsyncAdapt_aiosqlite_connection):
    """Knows whether its thread is at work: whoever was cancelled leaves a statement behind there."""

    __slots__ = ("_answered", "_asked")

    _cursor_cls = _Cursor

    def __init__(self, dbapi: Any, connection: Any) -> None:
        super().__init__(dbapi, connection)
        # Each is counted by one thread alone.
        self._asked = self._answered = 0

    def is_idle(self) -> bool:
        """Whether nothing is asked at the moment."""
        return self._asked == self._answered

    async def visit(self, work: Callable[..., Any], *arguments: Any) -> Any:
        """Has the thread do some work; its answer."""
        connection: Any = self._connection
        self._asked += 1
        return await connection._execute(self._work, work, arguments)

    def _work(self, work: Callable[..., Any], arguments: Sequence[Any]) -> Any:
        try:
            return work(*arguments)
        finally:
            self._answered += 1

    def rollback(self) -> None:
        """Nothing to do where nothing has begun, and no visit to the thread where something was only read."""
        connection: Any = self._connection
        if not connection._connection or not connection.in_transaction:
            return
        if not self.dbapi.begins:
            super().rollback()
        elif self.is_idle():
            connection._conn.rollback()
        else:
            await_(self.visit(connection._conn.rollback))


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


def let_stay(_connection: Any, cursor: Any, _statement: str, _given: Any, context: Any, _many: bool) -> None:
    """Before a statement is executed: one with the option AT_ONCE needs no thread."""
    cursor.at_once = bool(context.execution_options.get(AT_ONCE))
