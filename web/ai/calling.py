"""Who asks through an AI tool, and what they sent along."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from alliance.app_scopes import reach_of
from alliance.database import ReadingSession
from alliance.errors import NotFound
from alliance.instance import Instance
from alliance.models import AppToken, Company, Employee
from alliance.queries.companies import home_company
from alliance.queries.partners import partners
from alliance.visibility import STRANGER, Viewer, employee_viewer


class CannotBeDone(Exception):
    """Why a tool could not do it, in words for whoever called it."""


class WrongArgument(CannotBeDone):
    """An argument that a tool can't use."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"The argument {name} can't be used: {why}.")


class NeedsToken(CannotBeDone):
    """What only an employee may ask or do, with a token that allows it."""

    def __init__(self, scope: str) -> None:
        super().__init__(f"This needs an employee's token that allows {scope}.")


@dataclass(frozen=True)
class Caller:
    """One call of a tool: as whom, when and of which instance."""

    instance: Instance
    token: AppToken | None
    now: datetime

    @property
    def viewer(self) -> Viewer:
        """As whom queries are asked: whoever may not read is answered like anybody else."""
        employee = self.token.employee if self.token and self.may("read:statuses") else None
        return employee_viewer(employee.id) if employee else STRANGER

    def may(self, scope: str) -> bool:
        """Whether the token reaches so far."""
        return self.token is not None and scope in reach_of(tuple(self.token.scopes))

    def me(self, scope: str) -> Employee:
        """The employee whose token allows `scope`. Raises NeedsToken."""
        if self.token is None or self.token.employee is None or not self.may(scope):
            raise NeedsToken(scope)
        return self.token.employee

    async def companies(self, db: ReadingSession) -> list[Company]:
        """Those that the caller is told of: ours, and to employees its allies."""
        ours = await home_company(db)
        allies = await partners(db, "allied") if self.viewer.kind == "employee" else []
        return [ours, *(partner.company for partner in allies)]


@dataclass(frozen=True)
class Arguments:
    """What a tool was called with: anything at all, read by kind and bounded."""

    given: Mapping[str, Any]

    def text(self, name: str, most: int = 200, *, needed: bool = False) -> str:
        """Raises WrongArgument for anything but text."""
        value = self.given.get(name)
        if value is None:
            value = ""
        if not isinstance(value, str) or "\0" in value:
            raise WrongArgument(name, "it should be text")
        if needed and not value.strip():
            raise WrongArgument(name, "it is missing")
        if len(value) > most:
            raise WrongArgument(name, f"it is longer than {most} characters")
        return value.strip()

    def number(self, name: str, default: int, most: int) -> int:
        """A whole number from 1 to `most`. Raises WrongArgument."""
        value = self.given.get(name, default)
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
            raise WrongArgument(name, f"it should be a number from 1 to {most}")
        return value

    def moment(self, name: str) -> datetime | None:
        """ISO 8601 with an offset; a date alone is its midnight in UTC. Raises WrongArgument."""
        value = self.text(name, 40)
        if not value:
            return None
        try:
            moment = datetime.fromisoformat(value)
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise WrongArgument(name, "it should be a moment such as 2026-03-16T16:00+01:00") from error

    def session_id(self, name: str = "session") -> int:
        """The number at the end of a session's address, or alone. Raises WrongArgument, NotFound."""
        value = self.given.get(name)
        text = (
            str(value)
            if isinstance(value, int) and not isinstance(value, bool)
            else self.text(name, needed=True)
        )
        number = text.rstrip("/").rpartition("/")[2]
        if not (number.isascii() and number.isdecimal()):
            raise WrongArgument(name, "it should be the id or the address of a session")
        if len(number) > 18:
            raise NotFound
        return int(number)
