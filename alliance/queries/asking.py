"""Questions that are asked hundreds of times a second: worked out once, and then text with values."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Enum, Row, Select, String, TextualSelect, bindparam, column, text
from sqlalchemy.engine.interfaces import BindTyping
from sqlalchemy.types import TypeEngine


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
        names = [column(str(one.key), _plain(one.type)) for one in query.selected_columns]
        bound = []
        for bind, name in compiled.bind_names.items():
            if bind.expanding and not bind.required and values[name]:
                # A list that is always the same is written out now, not for every question.
                places = [f"{name}_{number}" for number in range(len(values[name]))]
                listed = ", ".join(f":{place}" for place in places)
                statement = statement.replace(f"(__[POSTCOMPILE_{name}])", f"({listed})")
                pairs = zip(places, values[name], strict=True)
                bound += [bindparam(place, value, type_=bind.type) for place, value in pairs]
                continue
            statement = statement.replace(f"(__[POSTCOMPILE_{name}])", f":{name}")
            # What a database wants written out (a separator of ours) is an ordinary value here.
            statement = statement.replace(f"__[POSTCOMPILE_{name}]", f":{name}")
            known = {} if bind.required else {"value": values[name]}
            literal = bind.literal_execute
            bound.append(
                bindparam(name, type_=bind.type, expanding=bind.expanding, literal_execute=literal, **known)
            )
        return text(statement).bindparams(*bound).columns(*names)


def _plain(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    """A word is text already; that it is one we know, the database has checked when it was written."""
    return String() if isinstance(kind, Enum) else kind
