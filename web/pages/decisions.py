"""What moderators decided about one's own words, with the reason, and the one answer that one may give."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from alliance.decisions import ANSWERED_WITHIN, answer_decision, decisions_about
from alliance.errors import Conflict, Invalid
from alliance.models import Decision
from web.forms import Form, read_form
from web.pages.visit import Visit, path_id, visiting

_HERE = "/decisions"
KIND_LABELS = {"comment": "Comment", "session": "Session", "story": "Story", "wish": "Request"}
_DONE_TEXTS = {
    "comment": "Your comment was hidden.",
    "session": "Your session was withdrawn.",
    "story": "Your story was hidden.",
    "wish": "Your request was hidden.",
}
_STATE_TEXTS = {
    "answered": "You have answered. Somebody else looks at it now.",
    "kept": "A second moderator has left it so.",
    "lifted": "It was lifted.",
}


@dataclass(frozen=True)
class DecisionView:
    """One decision for whom it concerns, or for the moderator who decides about the answer."""

    id: int
    words: str
    url: str
    when: str
    reason: str
    answer: str
    state: str
    note: str
    may_answer: bool
    form: Form | None = None
    who: str = ""


async def show(request: Request) -> Response:
    """GET /decisions."""
    async with visiting(request) as visit:
        return await _page(visit)


async def answer(request: Request) -> Response:
    """POST /decisions/<decision>: says once why it should be otherwise."""
    async with visiting(request) as visit:
        employee, values = visit.employee, await read_form(request, {"words": 2000})
        number = path_id(request)
        try:
            async with visit.instance.unit_of_work() as uow:
                await answer_decision(uow, number, employee, values["words"])
        except (Invalid, Conflict) as error:
            return await _page(visit, number, values, error)
        return visit.go(_HERE, "decision-answered")


async def _page(
    visit: Visit,
    number: int = 0,
    values: Mapping[str, str] | None = None,
    error: Invalid | Conflict | None = None,
) -> Response:
    found = await decisions_about(visit.db, visit.employee.id)
    wrong = visit.texts.sentence(error.sentence, error.parameters) if isinstance(error, Conflict) else ""
    shown = error if isinstance(error, Invalid) else None
    return visit.page(
        "decisions.html",
        error.status if error else 200,
        wrong=wrong,
        decisions=[
            _view(
                visit, one, visit.form(values or {}, shown) if one.id == number else visit.form({"words": ""})
            )
            for one in found
        ],
    )


def _view(visit: Visit, one: Decision, form: Form) -> DecisionView:
    gettext, reader = visit.texts.gettext, visit.reader
    return DecisionView(
        id=one.id,
        words=gettext(_DONE_TEXTS[one.kind]),
        url=thing_url(one),
        when=reader.since(one.at),
        reason=one.reason,
        answer=one.words,
        state=gettext(_STATE_TEXTS[one.state]) if one.state in _STATE_TEXTS else "",
        note=one.note,
        may_answer=one.state == "told" and one.at > reader.now - ANSWERED_WITHIN,
        form=form,
    )


def thing_url(one: Decision) -> str:
    """Where it is, for those who may still see it."""
    match one.kind:
        case "comment":
            return f"/sessions/{one.session_id}#comment-{one.thing_id}"
        case "story":
            return f"/stories/{one.thing_id}"
        case "wish":
            return f"/requests/{one.thing_id}"
        case _:
            return f"/sessions/{one.thing_id}"
