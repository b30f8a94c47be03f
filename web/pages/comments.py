"""Saying something about a session, changing it and taking it back; and deciding about what others said."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from alliance.commenting import delete_comment, edit_comment, say, set_conversation
from alliance.errors import Conflict, Forbidden, Invalid, TooMany
from alliance.instance import Instance
from alliance.models import Comment
from alliance.moderating import hide_comment, show_comment
from alliance.queries.comments import comment_to_read
from alliance.queries.sessions import find
from alliance.reacting import lose_interest, show_interest
from federation.uris import comment_key
from web.forms import read_form
from web.pages.session import session_page
from web.pages.visit import Visit, path_id, visiting

_FIELDS = {"text": 5000, "reply": 20}


async def speak(request: Request) -> Response:
    """POST /sessions/<id>/comments: says it, or shows the page again with what was typed."""
    async with visiting(request) as visit:
        employee, values = visit.employee, await read_form(request, _FIELDS)
        parent = int(values["reply"]) if values["reply"].isdigit() else None
        try:
            async with visit.instance.unit_of_work() as uow:
                comment = await say(uow, path_id(request), employee, values["text"], parent_id=parent)
        except (Invalid, Conflict, TooMany) as error:
            found = await find(visit.db, visit.viewer, path_id(request))
            return await session_page(visit, found, values, error)
        return visit.go(_address(comment), "said")


async def ask_edit(request: Request) -> Response:
    """GET /comments/<id>/edit: the text, to be changed."""
    async with visiting(request) as visit:
        comment = await _own(visit)
        return _edit_page(visit, comment, {"text": comment.text})


async def edit(request: Request) -> Response:
    """POST /comments/<id>/edit: better words, or the form again."""
    async with visiting(request) as visit:
        comment, values = await _own(visit), await read_form(request, {"text": 5000})
        try:
            async with visit.instance.unit_of_work() as uow:
                await edit_comment(uow, comment.id, values["text"], visit.employee)
        except (Invalid, Conflict) as error:
            return _edit_page(visit, comment, values, error)
        return visit.go(_address(comment), "saved")


async def ask_delete(request: Request) -> Response:
    """GET /comments/<id>/delete: asks once."""
    async with visiting(request) as visit:
        comment, texts = await _own(visit), visit.texts
        return visit.page(
            "confirm.html",
            title=texts.gettext("Delete this comment?"),
            sentence=texts.gettext("It disappears here and at the allied companies. Answers to it stay."),
            submit=texts.gettext("Yes, delete"),
            action=f"/comments/{comment.id}/delete",
            **_way_back(visit, comment),
        )


async def delete(request: Request) -> Response:
    """POST /comments/<id>/delete: takes it back."""
    async with visiting(request) as visit:
        comment = await _own(visit)
        async with visit.instance.unit_of_work() as uow:
            await delete_comment(uow, comment.id, visit.employee)
        return visit.go(f"/sessions/{comment.session_id}#conversation", "comment-deleted")


async def show(request: Request) -> Response:
    """POST /comments/<id>/show: host or moderator let everybody read it."""
    async with visiting(request) as visit:
        async with visit.instance.unit_of_work() as uow:
            comment = await show_comment(uow, path_id(request), visit.employee)
        return visit.go(_address(comment), "comment-shown")


async def ask_hide(request: Request) -> Response:
    """GET /comments/<id>/hide: asks for the reason."""
    async with visiting(request) as visit:
        comment = await _readable(visit)
        return _hide_page(visit, comment)


async def hide(request: Request) -> Response:
    """POST /comments/<id>/hide: host or moderator take it out of the conversation."""
    async with visiting(request) as visit:
        values = await read_form(request, {"reason": 500})
        async with visit.instance.unit_of_work() as uow:
            comment = await hide_comment(uow, path_id(request), visit.employee, values["reason"])
        return visit.go(_address(comment), "comment-hidden")


async def choose(request: Request) -> Response:
    """POST /sessions/<id>/conversation: who may take part."""
    async with visiting(request) as visit:
        values = await read_form(request, {"mode": 20})
        async with visit.instance.unit_of_work() as uow:
            await set_conversation(uow, path_id(request), values["mode"], visit.employee)
        return visit.go(f"/sessions/{path_id(request)}#conversation", "saved")


async def interested(request: Request) -> Response:
    """POST /sessions/<id>/interested."""
    async with visiting(request) as visit:
        async with visit.instance.unit_of_work() as uow:
            await show_interest(uow, path_id(request), visit.employee)
        return visit.go(f"/sessions/{path_id(request)}")


async def not_interested(request: Request) -> Response:
    """POST /sessions/<id>/not-interested."""
    async with visiting(request) as visit:
        async with visit.instance.unit_of_work() as uow:
            await lose_interest(uow, path_id(request), visit.employee)
        return visit.go(f"/sessions/{path_id(request)}")


async def comment_page(request: Request) -> Response:
    """GET /comments/<key>: the comment where it stands, for whoever may see it."""
    key = comment_key(request.path_params["key"])
    instance: Instance = request.app.state.instance
    async with visiting(request) as visit:
        employee = visit.visitor.employee
        moderates = employee is not None and employee.has_role("moderator")
        number = key[0] if key is not None else 0
        comment = await comment_to_read(visit.db, visit.viewer, number, moderates=moderates)
    return RedirectResponse(f"{instance.settings.origin}{_address(comment)}", 303)


async def _readable(visit: Visit) -> Comment:
    moderates = visit.employee.has_role("moderator")
    return await comment_to_read(visit.db, visit.viewer, path_id(visit.request), moderates=moderates)


async def _own(visit: Visit) -> Comment:
    comment = await _readable(visit)
    if comment.author_id != visit.employee.id:
        raise Forbidden
    return comment


def _edit_page(
    visit: Visit, comment: Comment, values: dict[str, str], error: Invalid | Conflict | None = None
) -> Response:
    return visit.page(
        "comment.html",
        422 if error else 200,
        title=visit.texts.gettext("Change your comment"),
        form=visit.form(values, error),
        field="text",
        label=visit.texts.gettext("Your comment"),
        action=f"/comments/{comment.id}/edit",
        submit=visit.texts.gettext("Save"),
        **_way_back(visit, comment),
    )


def _hide_page(visit: Visit, comment: Comment) -> Response:
    return visit.page(
        "comment.html",
        title=visit.texts.gettext("Hide this comment?"),
        form=visit.form({"reason": ""}),
        field="reason",
        label=visit.texts.gettext("Why? Only those who decide here read it."),
        action=f"/comments/{comment.id}/hide",
        submit=visit.texts.gettext("Hide"),
        **_way_back(visit, comment),
    )


def _way_back(visit: Visit, comment: Comment) -> dict[str, object]:
    return {"back_url": _address(comment), "back_label": comment.session.title}


def _address(comment: Comment) -> str:
    return f"/sessions/{comment.session_id}#comment-{comment.id}"
