"""Questions that are asked hundreds of times a second: worked out once, and then text with values."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, TextualSelect, bindparam, column, text
from sqlalchemy.engine.interfaces import BindTyping


class Question:
    """One query with named values; `build` makes it for a dialect.

    SQLAlchemy looks a statement up in its cache by walking through it, which takes longer for a large one
    than the database needs to answer. This walks once.
    """

    def __init__(self, build: Callable[[str], Select[Any]]) -> None:
        self._build = build
        self._written: dict[str, TextualSelect] = {}

    def rows(self, db: Connection, values: Mapping[str, Any]) -> Sequence[Row[Any]]:
        """The answer; lists among the values stand for IN."""
        dialect = db.dialect.name
        written = self._written.get(dialect)
        if written is None:
            written = self._written[dialect] = self._write(db)
        return db.execute(written, values).all()

    def _write(self, db: Connection) -> TextualSelect:
        query = self._build(db.dialect.name)
        kind: Any = type(db.dialect)
        dialect = kind(paramstyle="named")
        # Values are given their types when the text is sent.
        dialect.bind_typing = BindTyping.NONE
        compiled = query.compile(dialect=dialect)
        statement, values = str(compiled), compiled.params
        names = [column(str(one.key), one.type) for one in query.selected_columns]
        bound = []
        for bind, name in compiled.bind_names.items():
            statement = statement.replace(f"(__[POSTCOMPILE_{name}])", f":{name}")
            # What a database wants written out (a separator of ours) is an ordinary value here.
            statement = statement.replace(f"__[POSTCOMPILE_{name}]", f":{name}")
            known = {} if bind.required else {"value": values[name]}
            literal = bind.literal_execute
            bound.append(
                bindparam(name, type_=bind.type, expanding=bind.expanding, literal_execute=literal, **known)
            )
        return text(statement).bindparams(*bound).columns(*names)
