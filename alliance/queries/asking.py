"""Questions that are asked hundreds of times a second: worked out once, and then text with values."""

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache, partial
from operator import itemgetter
from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy import Connection, Enum, Select, String, TextualSelect, bindparam, column, text
from sqlalchemy.engine.interfaces import BindTyping
from sqlalchemy.exc import OperationalError
from sqlalchemy.types import TypeEngine

from alliance.database import UtcDateTime, begin_looking

Convert = Callable[[Any], Any]
MOST_MOMENTS = 10_000


class Answer(tuple[Any, ...]):
    """A row: its values by name. By position they are as the database has written them.

    SQLite writes moments and lists as text; it becomes what it means when somebody asks for it by its name.
    So rows are compared with others at no cost.
    """

    __slots__ = ()
    columns: ClassVar[tuple[str, ...]] = ()

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...


class Question:
    """One query with named values; `build` makes it for a dialect.

    SQLAlchemy looks a statement up in its cache by walking through it, and makes an object for each question,
    each value and each row, which takes longer than a database that is part of the process needs to answer.
    This walks once, and asks SQLite itself.
    """

    def __init__(self, build: Callable[[str], Select[Any]]) -> None:
        self._build = build
        self._written: dict[str, tuple[TextualSelect, type[Answer]]] = {}
        self._direct: _Direct | None = None

    def rows(self, db: Connection, values: Mapping[str, Any]) -> Sequence[Answer]:
        """The answer; lists among the values stand for IN."""
        if db.dialect.driver == "pysqlite":
            if self._direct is None:
                self._direct = _Direct(self._build("sqlite"), db)
            return self._direct.rows(db, values)
        dialect = db.dialect.name
        written = self._written.get(dialect)
        if written is None:
            query = self._build(dialect)
            names = [str(one.key) for one in query.selected_columns]
            written = self._written[dialect] = (_as_text(query, db), _kind_of_answer(names, {}))
        statement, kind = written
        return list(map(kind, db.execute(statement, values).all()))


class _Direct:
    """A query as SQLite's own driver takes it: one text for each length of its lists."""

    def __init__(self, query: Select[Any], db: Connection) -> None:
        kind: Any = type(db.dialect)
        dialect = kind(paramstyle="named")
        compiled = query.compile(dialect=dialect)
        self._statement = str(compiled)
        self._lists: list[str] = []
        self._binds: list[tuple[str, Convert]] = []
        self._always: dict[str, Any] = {}
        self._texts: dict[tuple[int, ...], str] = {}
        # The same value may stand in several places.
        for name, bind in {name: bind for bind, name in compiled.bind_names.items()}.items():
            convert = bind.type.dialect_impl(dialect).bind_processor(dialect)
            if bind.expanding and bind.required:
                self._lists.append(name)
            elif bind.expanding:
                fixed = compiled.params[name]
                self._statement = _listed(self._statement, name, len(fixed))
                self._always |= {_place(name, n): one for n, one in enumerate(fixed)}
            else:
                self._statement = self._statement.replace(f"__[POSTCOMPILE_{name}]", f":{name}")
                if not bind.required:
                    value = compiled.params[name]
                    self._always[name] = convert(value) if convert else value
                elif convert:
                    self._binds.append((name, convert))
        columns = [(str(one.key), _plain(one.type).dialect_impl(dialect)) for one in query.selected_columns]
        read = {name: _reader(kind, kind.result_processor(dialect, None)) for name, kind in columns}
        self._kind = _kind_of_answer([name for name, _ in columns], read)

    def rows(self, db: Connection, values: Mapping[str, Any]) -> list[Answer]:
        bound = {**self._always, **values}
        for name, convert in self._binds:
            bound[name] = convert(bound[name])
        for name in self._lists:
            for number, one in enumerate(bound.pop(name)):
                bound[_place(name, number)] = one
        statement = self._text(tuple([len(values[name]) for name in self._lists]))
        begin_looking(db)
        cursor: Any = db.connection.cursor()
        for listen in db.dispatch.before_cursor_execute:
            listen(db, cursor, statement, bound, None, False)
        try:
            return list(map(self._kind, cursor.execute(statement, bound).fetchall()))
        except sqlite3.Error as error:
            raise OperationalError(statement, None, error) from error
        finally:
            cursor.close()

    def _text(self, lengths: tuple[int, ...]) -> str:
        found = self._texts.get(lengths)
        if found is None:
            found = self._statement
            for name, length in zip(self._lists, lengths, strict=True):
                found = _listed(found, name, length)
            self._texts[lengths] = found
        return found


def _place(name: str, number: int) -> str:
    return f"{name}_of_{number}"


def _listed(statement: str, name: str, length: int) -> str:
    """The text with a place for each value of a list; nothing is in an empty one."""
    places = ", ".join(f":{_place(name, number)}" for number in range(length)) or "SELECT 1 WHERE 1 = 0"
    return statement.replace(f"(__[POSTCOMPILE_{name}])", f"({places})")


def _kind_of_answer(names: Iterable[str], read: Mapping[str, Convert | None]) -> type[Answer]:
    columns = tuple(names)
    body: dict[str, Any] = {"__slots__": (), "columns": columns}
    for number, name in enumerate(columns):
        convert = read.get(name)
        get = partial(_converted, number, convert) if convert else itemgetter(number)
        body[name] = property(get)
    return type("Answer", (Answer,), body)


def _converted(number: int, convert: Convert, row: Answer) -> Any:
    return convert(row[number])


def _as_text(query: Select[Any], db: Connection) -> TextualSelect:
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
            statement = _listed(statement, name, len(values[name]))
            bound += [
                bindparam(_place(name, number), value, type_=bind.type)
                for number, value in enumerate(values[name])
            ]
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


def _reader(kind: TypeEngine[Any], convert: Convert | None) -> Convert | None:
    """The same moments are read again and again; lists are made anew, so that nobody changes another's."""
    return lru_cache(MOST_MOMENTS)(convert) if convert and isinstance(kind, UtcDateTime) else convert


def _plain(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    """A word is text already; that it is one we know, the database has checked when it was written."""
    return String() if isinstance(kind, Enum) else kind
