"""What SQLAlchemy has compiled serves every engine of the process, though each test opens engines of its own.

In production an engine lives as long as its process, so each statement is compiled once. Tests open thousands
of engines; left alone, half of their time would go into compiling the same statements again.
"""

from typing import Any

from sqlalchemy import Connection, Dialect, Engine, event
from sqlalchemy.util import LRUCache

_STATEMENTS = 4000


def share_what_is_compiled() -> None:
    """From now on. Engines that differ in more than their address do not share."""
    dialects: dict[Any, Dialect] = {}
    compiled: LRUCache[Any, Any] = LRUCache(_STATEMENTS)

    @event.listens_for(Engine, "engine_connect")
    def take_the_first_of_its_kind(connection: Connection) -> None:
        own = connection.engine.dialect
        # It is a connected one, so it knows what it learns from a server of its kind.
        connection.dialect = dialects.setdefault(_kind(own), own)
        connection.execution_options(compiled_cache=compiled)


def _kind(dialect: Dialect) -> Any:
    """All of a dialect that shapes statements: its class, its server's version and its plain options."""
    options = {name: value for name, value in vars(dialect).items() if isinstance(value, str | int | None)}
    return type(dialect), dialect.server_version_info, tuple(sorted(options.items(), key=str))
