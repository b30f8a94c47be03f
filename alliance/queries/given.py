"""Values that a statement is given each time it is asked, so that it can be made once and kept."""

from datetime import datetime
from functools import cache
from typing import Any, TypeVar, cast

from sqlalchemy import Executable, String, bindparam

from alliance.database import UtcDateTime, WholeNumber
from alliance.sqlite_driver import AT_ONCE
from alliance.visibility import Viewer

Asked = TypeVar("Asked", bound=Executable)


def at_once(statement: Asked) -> Asked:
    """The same statement, which is known to find a few rows by their keys, whatever it is given.

    On SQLite it is asked where it stands instead of in another thread; nothing else waits for long meanwhile.
    """
    return statement.execution_options(**{AT_ONCE: True})


def given_number(name: str) -> int:
    """Stands for a number in conditions; the number itself comes with the parameters, under this name."""
    return cast(int, bindparam(name, type_=WholeNumber))


def given_moment(name: str) -> datetime:
    """The same for a moment. Conditions may compare it, no more."""
    return cast(datetime, bindparam(name, type_=UtcDateTime()))


def given_text(name: str) -> str:
    """The same for a text."""
    return cast(str, bindparam(name, type_=String()))


def given_viewer(viewer: Viewer) -> tuple[Viewer, dict[str, Any]]:
    """Somebody who stands for all viewers like this one in conditions, and the parameters that say who it is.

    The same object for the same kind of viewer, so that statements may be kept by it.
    """
    who = {"me": viewer.person_id, "theirs": viewer.company_id}
    given = {name: number for name, number in who.items() if number is not None}
    return _anybody(viewer.kind, *given), given


@cache
def _anybody(kind: Any, *given: str) -> Viewer:
    me, theirs = (given_number(name) if name in given else None for name in ("me", "theirs"))
    return Viewer(kind, person_id=me, company_id=theirs)
