"""Asking the moderators to look at a comment, a session, a story, a request or a person."""

from starlette.requests import Request
from starlette.responses import Response

from alliance.errors import Invalid, NotFound, TooMany
from alliance.moderating import report
from alliance.queries.comments import comment_to_read
from alliance.queries.reports import person_to_report
from alliance.queries.sessions import find
from alliance.queries.stories import story_to_read
from alliance.queries.wishes import wish_to_read
from web.forms import read_form
from web.pages.frame import address_of
from web.pages.talking import quote_of
from web.pages.visit import Visit, visiting

_KINDS = ("comment", "session", "story", "wish", "person")
_TITLE_TEXTS = {
    "comment": "Report this comment",
    "session": "Report this session",
    "story": "Report this story",
    "wish": "Report this request",
    "person": "Report this person",
}


async def ask(request: Request) -> Response:
    """GET /report?comment=: what is wrong with it; the same with session and person."""
    async with visiting(request) as visit:
        _ = visit.employee
        kind, number = _about(request.query_params)
        return await _page(visit, kind, number, {"reason": ""})


async def send(request: Request) -> Response:
    """POST /report: puts it on the moderators' list, or shows the form again."""
    async with visiting(request) as visit:
        employee = visit.employee
        values = await read_form(request, {"reason": 2000, **dict.fromkeys(_KINDS, 20)})
        kind, number = _about(values)
        try:
            async with visit.instance.unit_of_work() as uow:
                await report(uow, employee, values["reason"], **{f"{kind}_id": number})
        except (Invalid, TooMany) as error:
            return await _page(visit, kind, number, values, error)
        return visit.go((await _subject(visit, kind, number))[0], "reported")


def _about(values: object) -> tuple[str, int]:
    """What it is about and its identifier. Raises NotFound."""
    for kind in _KINDS:
        text = values.get(kind, "")  # type: ignore[attr-defined]
        if text.isascii() and text.isdigit() and len(text) < 19:
            return kind, int(text)
    raise NotFound


async def _page(
    visit: Visit, kind: str, number: int, values: dict[str, str], error: Invalid | TooMany | None = None
) -> Response:
    address, title, quote = await _subject(visit, kind, number)
    return visit.page(
        "report.html",
        error.status if error else 200,
        title=visit.texts.gettext(_TITLE_TEXTS[kind]),
        form=visit.form({"reason": values["reason"]}, error),
        kind=kind,
        number=number,
        quote=quote,
        back_url=address,
        back_label=title,
    )


async def _subject(visit: Visit, kind: str, number: int) -> tuple[str, str, str]:
    """Address, title and a quotation of what is reported. Raises NotFound for what the reporter can't see."""
    if kind == "comment":
        moderates = visit.employee.has_role("moderator")
        comment = await comment_to_read(visit.db, visit.viewer, number, moderates=moderates)
        address = f"/sessions/{comment.session_id}#comment-{comment.id}"
        return address, comment.session.title, quote_of(comment.html)
    if kind == "session":
        session = await find(visit.db, visit.viewer, number)
        return f"/sessions/{session.id}", session.title, ""
    if kind == "story":
        story = await story_to_read(visit.db, visit.viewer, number)
        return f"/stories/{story.id}", story.author.name, quote_of(story.html)
    if kind == "wish":
        wish = await wish_to_read(visit.db, visit.viewer, number)
        return f"/requests/{wish.id}", wish.title, quote_of(wish.html)
    person = await person_to_report(visit.db, visit.viewer, number)
    if person is None:
        raise NotFound
    return address_of(person), person.name, ""
