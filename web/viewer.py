"""Who is looking: read from the cookie of the sign-in with two indexed queries."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from starlette.requests import Request

from alliance.database import ReadingSession
from alliance.models import Company, Employee
from alliance.queries.notifications import unread
from alliance.settings import Settings
from alliance.signing_in import signed_in
from alliance.visibility import STRANGER, Viewer, employee_viewer


@dataclass(frozen=True)
class Visitor:
    """The home company, and the employee who is signed in here; None for a stranger."""

    home: Company
    employee: Employee | None
    unread: int = 0
    """How many notifications are new to the employee."""

    @property
    def viewer(self) -> Viewer:
        """As whom queries are asked."""
        return employee_viewer(self.employee.id) if self.employee else STRANGER


def cookie_name(settings: Settings) -> str:
    """The sign-in's cookie; with TLS the prefix binds it to this very host (RFC 6265bis section 4.1.3)."""
    return "__Host-sign-in" if settings.is_https else "sign-in"


def token_of(request: Request, settings: Settings) -> str:
    """The token in the sign-in's cookie, empty without one."""
    token = request.cookies.get(cookie_name(settings), "")
    return token if len(token) <= 100 else ""


async def visitor_of(db: ReadingSession, token: str, now: datetime) -> Visitor:
    """Who holds this token; an expired sign-in or a disabled account is a stranger."""
    employee = await signed_in(db, token, now) if token else None
    if employee and employee.person.company:
        moderates = employee.has_role("moderator")
        news = await unread(db, employee.id, now, moderates=moderates)
        return Visitor(employee.person.company, employee, news)
    home = await db.scalars(select(Company).where(Company.is_home))
    return Visitor(home.one(), None)
