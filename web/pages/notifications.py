"""What concerns the person who is signed in: comments on their sessions, answers, their name in a comment."""

from starlette.requests import Request
from starlette.responses import Response

from alliance.errors import NotFound
from alliance.models import Notification
from alliance.notifying import read_all, read_notification
from alliance.queries.notifications import notification_of, notifications
from web.pages.talk_views import NotificationView
from web.pages.talking import comment_view, quote_of
from web.pages.visit import Visit, path_id, visiting

_WORD_TEXTS = {
    "comment": "%(name)s commented on your session “%(title)s”",
    "reply": "%(name)s answered you in “%(title)s”",
    "mention": "%(name)s named you in “%(title)s”",
}


async def show(request: Request) -> Response:
    """GET /notifications: newest first."""
    async with visiting(request) as visit:
        employee, before = visit.employee, request.query_params.get("before", "")
        page = await notifications(
            visit.db,
            employee.id,
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
        return visit.go(f"/sessions/{found.session_id}#comment-{found.comment_id}")


async def read_everything(request: Request) -> Response:
    """POST /notifications/read: nothing is new any more."""
    async with visiting(request) as visit:
        async with visit.instance.unit_of_work() as uow:
            await read_all(uow, visit.employee.id)
        return visit.go("/notifications")


def _view(visit: Visit, one: Notification) -> NotificationView | None:
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
