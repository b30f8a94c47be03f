"""The `alliance` command."""

import sqlite3
import sys
from collections.abc import Sequence

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError

from alliance.errors import AllianceError, WrongConfiguration
from web.command_line.rooms import alliance

__all__ = ["main", "run"]


def main() -> None:
    """Runs the command line of this process."""
    sys.exit(run())


def run(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0, 1 when it could not be done, 2 for wrong use or configuration.

    Whatever went wrong is one sentence on standard error.
    """
    try:
        alliance(arguments, prog_name="alliance")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    except WrongConfiguration as error:
        return _say(str(error), 2)
    except AllianceError as error:
        return _say(_in_full(error), 1)
    except (IntegrityError, ProgrammingError, DataError):
        raise  # a mistake of ours, not of the database
    except (DBAPIError, sqlite3.Error) as error:
        return _say(f"The database can't be used: {_reason(error)}.", 2)
    except BrokenPipeError:
        return 1
    except OSError as error:
        return _say(f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}.", 2)
    return 0


def _in_full(error: AllianceError) -> str:
    """The sentence, or what is wrong with each field where it is about fields."""
    problems = getattr(error, "problems", {})
    return " ".join(f"{name}: {wrong}" for name, wrong in problems.items()) or str(error)


def _reason(error: DBAPIError | sqlite3.Error) -> str:
    """The first line of what the driver says; the others repeat the statement."""
    said = error.orig if isinstance(error, DBAPIError) else error
    return next(iter(str(said).strip().splitlines()), type(said).__name__)


def _say(sentence: str, code: int) -> int:
    sys.stderr.write(f"{sentence}\n")
    return code
