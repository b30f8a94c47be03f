"""Cancelling a session and putting it off: asked once, with a sentence for those who would have come."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from alliance.errors import Invalid
from alliance.models import Employee, Session
from alliance.publishing import cancel_session, postpone_session
from alliance.unit_of_work import UnitOfWork
from web.forms import read_form
from web.pages.managing import managed_session, way_back
from web.pages.visit import Visit, visiting
from web.texts import Texts


@dataclass(frozen=True)
class Question:
    """What is asked before it is done."""

    title: str
    sentence: str
    submit: str


Asking = Callable[[Texts, Session], Question]
Verb = Callable[[UnitOfWork, int, str, Employee], Awaitable[Session]]


async def ask_cancel(request: Request) -> Response:
    """GET /sessions/<id>/cancel."""
    return await _ask(request, _of_cancelling)


async def cancel(request: Request) -> Response:
    """POST /sessions/<id>/cancel: calls the session off."""
    return await _do(request, _of_cancelling, cancel_session, "cancelled")


async def ask_postpone(request: Request) -> Response:
    """GET /sessions/<id>/postpone."""
    return await _ask(request, _of_postponing)


async def postpone(request: Request) -> Response:
    """POST /sessions/<id>/postpone: puts the session off; an edit with a new time brings it back."""
    return await _do(request, _of_postponing, postpone_session, "postponed")


async def _ask(request: Request, asking: Asking) -> Response:
    async with visiting(request) as visit:
        return _page(visit, await managed_session(visit), asking, {"note": ""})


async def _do(request: Request, asking: Asking, verb: Verb, said: str) -> Response:
    async with visiting(request) as visit:
        session, values = await managed_session(visit), await read_form(request, {"note": 500})
        try:
            async with visit.instance.unit_of_work() as uow:
                await verb(uow, session.id, values["note"], visit.employee)
        except Invalid as error:
            return _page(visit, session, asking, values, error)
        return visit.go(f"/sessions/{session.id}", said)


def _page(
    visit: Visit, session: Session, asking: Asking, values: Mapping[str, str], error: Invalid | None = None
) -> Response:
    question = asking(visit.texts, session)
    return visit.page(
        "confirm.html",
        422 if error else 200,
        form=visit.form(values, error),
        title=question.title,
        sentence=question.sentence,
        submit=question.submit,
        **way_back(visit, session),
    )


def _of_cancelling(texts: Texts, session: Session) -> Question:
    return Question(
        title=texts.gettext("Cancel this session?"),
        sentence=texts.ngettext(
            "%(num)s person is going and learns at once that “%(title)s” does not take place.",
            "%(num)s people are going and learn at once that “%(title)s” does not take place.",
            session.going_count,
            title=session.title,
        ),
        submit=texts.gettext("Yes, cancel it"),
    )


def _of_postponing(texts: Texts, session: Session) -> Question:
    return Question(
        title=texts.gettext("Put this session off?"),
        sentence=texts.gettext(
            "Whoever is going keeps the place and learns at once that “%(title)s” takes place later. "
            "As soon as you know the new date, edit the session.",
            title=session.title,
        ),
        submit=texts.gettext("Yes, put it off"),
    )
