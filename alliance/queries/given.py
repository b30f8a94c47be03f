"""Values that a statement is given each time it is asked, so that it can be made once and kept."""

from datetime import datetime
from typing import cast

from sqlalchemy import String, bindparam

from alliance.database import UtcDateTime, WholeNumber


def given_number(name: str) -> int:
    """Stands for a number in conditions; the number itself comes with the parameters, under this name."""
    return cast(int, bindparam(name, type_=WholeNumber))


def given_moment(name: str) -> datetime:
    """The same for a moment. Conditions may compare it, no more."""
    return cast(datetime, bindparam(name, type_=UtcDateTime()))


def given_text(name: str) -> str:
    """The same for a text."""
    return cast(str, bindparam(name, type_=String()))
