"""Logs what stopped some work: a defect with its traceback, a database that is away in one line.

While a database is away everything fails, many times a second; and where the disk is full, the log is on it.
"""

from typing import Any

from alliance.database import is_trouble_of_database


def report(log: Any, error: BaseException, what: str, **more: object) -> None:
    """Logs `what` happened because of `error`, inside the `except` that caught it."""
    if is_trouble_of_database(error):
        detail = str(getattr(error, "orig", None) or error).strip().partition("\n")[0][:200]
        log.warning(what, because="the database can't be used", detail=detail, **more)
    else:
        log.error(what, exc_info=error, **more)
