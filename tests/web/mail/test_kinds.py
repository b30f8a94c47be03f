"""Who hears of what, when, in which words: reminders, questions, comments, what one follows, and goodbyes."""

from pathlib import Path

from alliance.choosing_notices import choose_notices
from alliance.models import Employee
from alliance.notice_kinds import CHOICES, Defaults
from alliance.queries.notifications import notifications
from tests.web.mail.conftest import Mailroom

GOLDEN = Path(__file__).parent / "golden"


async def everything_on(room: Mailroom, employee: Employee) -> None:
    """This employee wants every kind of mail."""
    async with room.instance.unit_of_work() as uow:
        wishes = {kind: Defaults(by_mail=True, in_app=True) for kind in CHOICES}
        await choose_notices(uow, employee.id, wishes)


async def told(room: Mailroom, employee: Employee) -> list[str]:
    """The kinds on somebody's page of notifications, the oldest first."""
    async with room.instance.reading() as db:
        page = await notifications(db, employee.id)
    return [one.kind for one in reversed(page.notifications)]
