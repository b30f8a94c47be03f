"""Counts the statements that a database handle sends."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.ext.asyncio import AsyncSession


@contextmanager
def queries_of(db: AsyncSession) -> Iterator[list[tuple[str, Any]]]:
    """Every statement with its parameters that `db` executes meanwhile."""
    engine = db.get_bind()
    assert isinstance(engine, Engine)
    seen: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            seen.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
