"""What nearly every command needs: the settings of this folder and an instance that is open."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import orjson
import typer
from sqlalchemy import select

from alliance.acts import COMMAND_LINE, NOTHING, Who
from alliance.audit_chain import Detail
from alliance.database import ReadingSession, WritingSession
from alliance.errors import NotFound
from alliance.models import Employee
from alliance.settings import Settings
from alliance.unit_of_work import UnitOfWork
from federation.wiring import Federation, open_instance
from migrations.standing import refuse_unless_at_head
from web.logs import set_up_logs

Answer = TypeVar("Answer")
Find = Callable[[Federation, str], Awaitable[int]]
Verb = Callable[[UnitOfWork, int, Employee | None], Awaitable[object]]


def run(work: Coroutine[Any, Any, Answer]) -> Answer:
    """Runs a coroutine to its end."""
    return asyncio.run(work)


@asynccontextmanager
async def opened(
    settings: Settings | None = None, who: Who | None = COMMAND_LINE
) -> AsyncIterator[Federation]:
    """The instance of this folder with its federation, closed at the end. Raises WrongConfiguration.

    What is done with it is the operator's doing and stands in the audit log, unless `who` is None.
    """
    found = settings or Settings.from_env()
    set_up_logs("warning")
    refuse_unless_at_head(found.database)
    instance, federation = await open_instance(found)
    instance.who = who
    try:
        yield federation
    finally:
        await federation.close()
        await instance.close()


async def noted(settings: Settings, act: str, **details: Detail) -> None:
    """Writes into the audit log that the operator did something about the instance as a whole."""
    async with opened(settings) as federation, federation.instance.unit_of_work() as uow:
        uow.audit(act, NOTHING, by=None, **details)


async def employee_with(db: ReadingSession | WritingSession, email: str) -> Employee:
    """The account with this e-mail address. Raises NotFound."""
    found = await db.scalar(select(Employee).where(Employee.email == email.strip().lower()))
    if found is None:
        raise NotFound("There is no account with the address {email}.", email=email)
    return found


def say(line: str = "") -> None:
    """One line for people or for the next program."""
    typer.echo(line)


def say_json(value: object) -> None:
    """Indented JSON, for the next program."""
    typer.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode())


def columns(lines: Mapping[str, str]) -> list[str]:
    """Names and values below each other; what is empty is left out."""
    return [f"{name + ':':10}{value}" for name, value in lines.items() if value]


def act(find: Find, verb: Verb, typed: str, done: str) -> None:
    """Finds what somebody named, does it, and says so."""
    run(_acted(find, verb, typed))
    say(done)


async def _acted(find: Find, verb: Verb, typed: str) -> None:
    async with opened() as federation:
        found = await find(federation, typed)
        async with federation.instance.unit_of_work() as uow:
            await verb(uow, found, None)


def is_terminal() -> bool:
    """Whether somebody can be asked."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def password_from_stdin() -> str:
    """The first line of standard input."""
    return sys.stdin.readline().rstrip("\r\n")
