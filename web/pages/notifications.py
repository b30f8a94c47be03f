"""What concerns the person who is signed in: their places, their sessions, comments that name them."""

from starlette.requests import Request
from starlette.responses import Response

from alliance.errors import NotFound
from alliance.models import Notification, Session
from alliance.notifying import read_all, read_notification
from alliance.queries.notifications import notification_of, notifications
from web.pages.frame import badge_of
from web.pages.talk_views import NotificationView
from web.pages.talking import comment_view, quote_of
from web.pages.views import Face
from web.pages.visit import Visit, path_id, visiting

_SESSION_TEXTS = {
    "joined": "You have a place in “%(title)s”",
    "moved_up": "A place became free, you are in: “%(title)s”",
    "changed": "“%(title)s” has changed",
    "cancelled": "“%(title)s” does not take place",
    "postponed": "“%(title)s” is put off and has no new date yet",
    "withdrawn": "“%(title)s” is no longer offered",
    "declined": "There was no place for you in “%(title)s”",
    "reminder_day": "You go to “%(title)s” soon",
    "reminder_hour": "“%(title)s” begins soon",
    "request": "Somebody would like to come to “%(title)s”",
    "hosting": "Will you hold “%(title)s” too?",
    "hosting_yes": "Somebody you asked holds “%(title)s” with you now",
    "hosting_no": "Somebody does not, or no longer, hold “%(title)s” with you",
    "hosting_over": "You no longer hold “%(title)s”, or are no longer asked to",
    "hosting_yours": "You are the host of “%(title)s” now",
    "wished": "You asked for this: “%(title)s”",
    "feedback": "Did “%(title)s” help you?",
    "decided": "Moderators decided about something of yours in “%(title)s”",
    "topic": "New about what you follow: “%(title)s”",
}
_WORD_TEXTS = {
    "comment": "%(name)s commented on your session “%(title)s”",
    "reply": "%(name)s answered you in “%(title)s”",
    "thanks": "%(name)s says thank you for “%(title)s”",
    "mention": "%(name)s named you in “%(title)s”",
}


async def show(request: Request) -> Response:
    """GET /notifications: newest first."""
    async with visiting(request) as visit:
        employee, before = visit.employee, request.query_params.get("before", "")
        page = await notifications(
            visit.db,
            employee.id,
            visit.instance.clock.now(),
            moderates=employee.has_role("moderator"),
            before=int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None,
        )
        views = [view for one in page.notifications if (view := _view(visit, one)) is not None]
        return visit.page(
            "notifications.html",
            things=views,
            more_url=f"/notifications?before={page.next}" if page.next else None,
            any_unread=any(view.unread for view in views),
        )


async def follow(request: Request) -> Response:
    """GET /notifications/<id>: where it happened; from then on it is no longer new."""
    async with visiting(request) as visit:
        employee = visit.employee
        found = await notification_of(visit.db, employee.id, path_id(request))
        if found is None or found.session_id is None:
            raise NotFound
        async with visit.instance.unit_of_work() as uow:
            await read_notification(uow, found.id, employee.id)
        if found.kind == "decided":
            return visit.go("/decisions")
        place = f"#comment-{found.comment_id}" if found.comment_id is not None else ""
        page = "/feedback" if found.kind == "feedback" else place
        return visit.go(f"/sessions/{found.session_id}{page}")


async def read_everything(request: Request) -> Response:
    """POST /notifications/read: nothing is new any more."""
    async with visiting(request) as visit:
        async with visit.instance.unit_of_work() as uow:
            await read_all(uow, visit.employee.id)
        return visit.go("/notifications")


def _view(visit: Visit, one: Notification) -> NotificationView | None:
    if one.comment is None and one.session is not None and one.kind in _SESSION_TEXTS:
        return _session_view(visit, one, one.session)
    if one.comment is None or one.session is None or one.kind not in _WORD_TEXTS:
        return None
    comment = comment_view(visit, one.comment)
    return NotificationView(
        url=f"/notifications/{one.id}",
        words=visit.texts.gettext(_WORD_TEXTS[one.kind], name=comment.face.name, title=one.session.title),
        quote=quote_of(comment.html),
        when=visit.reader.since(one.created_at),
        iso=visit.reader.here(one.created_at).isoformat(timespec="minutes"),
        face=comment.face,
        company=comment.company,
        unread=one.read_at is None,
    )


def _session_view(visit: Visit, one: Notification, session: Session) -> NotificationView:
    reader = visit.reader
    when = f"{reader.day(session.starts_at)}, {reader.span(session.starts_at, session.ends_at)}"
    return NotificationView(
        url=f"/notifications/{one.id}",
        words=visit.texts.gettext(_SESSION_TEXTS[one.kind], title=session.title),
        quote=when,
        when=reader.since(one.created_at),
        iso=reader.here(one.created_at).isoformat(timespec="minutes"),
        face=Face(session.company.name),
        company=badge_of(session.company),
        unread=one.read_at is None,
    )
