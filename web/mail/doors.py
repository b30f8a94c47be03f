"""What the links in mails lead to: a page that asks, and a button that does it. GET never changes anything.

RFC 8058: mail programs send the POST of List-Unsubscribe by themselves, without a cookie, after their user
has asked for it.
"""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from alliance.attending import leave_session
from alliance.choosing_notices import stop_mail
from alliance.errors import NotFound
from alliance.models import Attendance, Employee, Session
from web.mail.tokens import leave_of, stop_of
from web.mail.wording import CHOICE_LABELS
from web.pages.visit import Visit, visiting


async def ask_stop(request: Request) -> Response:
    """GET /mail/stop/<token>: says exactly what the button stops."""
    async with visiting(request) as visit:
        _, kind = await _stop(visit)
        return _stop_page(visit, kind, done=False)


async def stop(request: Request) -> Response:
    """POST /mail/stop/<token>: no more mail of this kind; once more is the same."""
    async with visiting(request) as visit:
        employee_id, kind = await _stop(visit)
        async with visit.instance.unit_of_work() as uow:
            await stop_mail(uow, employee_id, kind)
        return _stop_page(visit, kind, done=True)


async def ask_leave(request: Request) -> Response:
    """GET /mail/leave/<token>: asks whether the place shall be given back."""
    async with visiting(request) as visit:
        _, session = await _place(visit)
        return _leave_page(visit, session, done=False)


async def leave(request: Request) -> Response:
    """POST /mail/leave/<token>: gives the place back; once more is the same."""
    async with visiting(request) as visit:
        attendance, session = await _place(visit)
        async with visit.instance.unit_of_work() as uow:
            await leave_session(uow, session.id, attendance.person_id)
        return _leave_page(visit, session, done=True)


async def _stop(visit: Visit) -> tuple[int, str]:
    found = stop_of(visit.instance.vault, visit.request.path_params["token"])
    if found is None or found[1] not in CHOICE_LABELS:
        raise NotFound
    employee = await visit.db.get(Employee, found[0])
    if employee is None:
        raise NotFound
    return found


async def _place(visit: Visit) -> tuple[Attendance, Session]:
    attendance_id = leave_of(visit.instance.vault, visit.request.path_params["token"])
    attendance = await visit.db.get(Attendance, attendance_id) if attendance_id is not None else None
    employee = await visit.db.get(Employee, attendance.person_id) if attendance is not None else None
    if attendance is None or employee is None or employee.disabled_at is not None:
        raise NotFound
    session = await visit.db.get_one(Session, attendance.session_id)
    return attendance, session


def _stop_page(visit: Visit, kind: str, *, done: bool) -> Response:
    texts = visit.texts
    name = texts.gettext(CHOICE_LABELS[kind])
    return door_page(
        visit,
        title=texts.gettext("No more mail of this kind"),
        sentence=texts.gettext(
            "Done. “%(choice)s” no longer comes by mail. Everything else does.", choice=name
        )
        if done
        else texts.gettext("“%(choice)s” will no longer come by mail. Everything else will.", choice=name),
        submit=None if done else texts.gettext("Stop this mail"),
    )


def _leave_page(visit: Visit, session: Session, *, done: bool) -> Response:
    texts, reader = visit.texts, visit.reader
    when = f"{reader.day(session.starts_at)}, {reader.span(session.starts_at, session.ends_at)}"
    return door_page(
        visit,
        title=session.title,
        sentence=texts.gettext("You are no longer taking part. Your place is free for somebody else.")
        if done
        else texts.gettext("%(when)s. Shall your place go to somebody else?", when=when),
        submit=None if done else texts.gettext("Yes, give my place back"),
    )


def door_page(
    visit: Visit,
    *,
    title: str,
    sentence: str,
    submit: str | None = None,
    facts: Sequence[tuple[str, str]] = (),
    is_newsletter: bool = False,
) -> Response:
    """Says or asks something; `submit` is on the button that does it. The address is a secret."""
    response = visit.page(
        "mail/door.html",
        title=title,
        sentence=sentence,
        submit=submit,
        facts=facts,
        is_newsletter=is_newsletter,
        action=visit.request.url.path,
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
