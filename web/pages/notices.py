"""What one hears of, by mail and on the page of notifications, and the address of one's calendar."""

from starlette.requests import Request
from starlette.responses import Response

from alliance.choosing_notices import choices_of, choose_notices
from alliance.feed_addresses import close_feeds, feed_token, open_feeds
from alliance.mail_queue import MOST_BOUNCES, trouble_of
from alliance.notice_kinds import CHOICES, Defaults
from web.forms import read_form
from web.mail.wording import CHOICE_LABELS
from web.pages.visit import visiting

_FIELDS = {f"{kind}_{way}": 5 for kind in CHOICES for way in ("mail", "app")}


async def show(request: Request) -> Response:
    """GET /settings/notifications."""
    async with visiting(request) as visit:
        employee, settings = visit.employee, visit.instance.settings
        chosen = await choices_of(visit.db, employee.id)
        trouble = await trouble_of(visit.db, employee.id)
        token = await feed_token(visit.db, visit.instance.vault, employee.id)
        return visit.page(
            "notices.html",
            choices=[(kind, visit.texts.gettext(CHOICE_LABELS[kind]), wish) for kind, wish in chosen.items()],
            email=employee.email,
            sends_mail=settings.smtp is not None,
            is_broken=trouble is not None and trouble.bounces >= MOST_BOUNCES,
            calendar=f"{settings.origin}/feeds/{token}/calendar.ics" if token else None,
            everything=f"{settings.origin}/feeds/{token}/sessions.ics" if token else None,
        )


async def save(request: Request) -> Response:
    """POST /settings/notifications."""
    async with visiting(request) as visit:
        employee_id, values = visit.employee.id, await read_form(request, _FIELDS)
        wishes = {
            kind: Defaults(by_mail=bool(values[f"{kind}_mail"]), in_app=bool(values[f"{kind}_app"]))
            for kind in CHOICES
        }
        async with visit.instance.unit_of_work() as uow:
            await choose_notices(uow, employee_id, wishes)
        return visit.go("/settings/notifications", "saved")


async def open_address(request: Request) -> Response:
    """POST /settings/calendar: a new secret address; the one before is void."""
    async with visiting(request) as visit:
        employee_id = visit.employee.id
        async with visit.instance.unit_of_work() as uow:
            await open_feeds(uow, employee_id)
        return visit.go("/settings/notifications#calendar", "saved")


async def close_address(request: Request) -> Response:
    """POST /settings/calendar/close: no address leads there any more."""
    async with visiting(request) as visit:
        employee_id = visit.employee.id
        async with visit.instance.unit_of_work() as uow:
            await close_feeds(uow, employee_id)
        return visit.go("/settings/notifications#calendar", "saved")
