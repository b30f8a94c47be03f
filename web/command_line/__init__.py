"""The `alliance` command."""

import sys

from alliance.errors import AllianceError, WrongConfiguration
from web.command_line.rooms import alliance

__all__ = ["main"]


def main() -> None:
    """Runs the command line. Exit code 0, 1 when it could not be done, 2 for wrong use or configuration."""
    try:
        alliance()
    except WrongConfiguration as error:
        _say_and_leave(str(error), 2)
    except AllianceError as error:
        _say_and_leave(_in_full(error), 1)
    except BrokenPipeError:
        sys.exit(1)
    except OSError as error:
        _say_and_leave(f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}.", 2)


def _in_full(error: AllianceError) -> str:
    """The sentence, followed by what is wrong with each field where it is about fields."""
    problems = getattr(error, "problems", {})
    if not problems:
        return str(error)
    return " ".join(f"{name}: {wrong}" for name, wrong in problems.items())


def _say_and_leave(sentence: str, code: int) -> None:
    sys.stderr.write(f"{sentence}\n")
    sys.exit(code)
