"""Telling a story on a page: about a session one was in, or about what one is up to."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from alliance.errors import AllianceError, Invalid, TooMany
from alliance.models import Session
from alliance.queries.sessions import find
from alliance.telling import LONGEST, Telling, tell_story
from federation.uris import identifier
from web.forms import read_form
from web.pages.audience_choices import audience_choices
from web.pages.visit import Visit, visiting

_FIELDS = {"text": LONGEST, "audience": 20, "session": 20}


async def ask(request: Request) -> Response:
    """GET /stories/new: the form, with `?session=<id>` about that session."""
    async with visiting(request) as visit:
        _ = visit.employee
        session = await _about(visit, request.query_params.get("session", ""))
        audience = "company" if session is not None and session.audience == "company" else "alliance"
        number = str(session.id) if session is not None else ""
        return await _form(visit, {"text": "", "audience": audience, "session": number}, session)


async def tell(request: Request) -> Response:
    """POST /stories/new."""
    async with visiting(request) as visit:
        employee, values = visit.employee, await read_form(request, _FIELDS)
        session = await _about(visit, values["session"])
        telling = Telling(
            text=values["text"],
            audience=values["audience"],
            session_id=session.id if session is not None else None,
        )
        try:
            async with visit.instance.unit_of_work() as uow:
                story = await tell_story(uow, employee, telling)
        except (Invalid, TooMany) as error:
            return await _form(visit, values, session, error)
        return visit.go(f"/stories/{story.id}-{story.token}", "story-told")


async def _about(visit: Visit, number: str) -> Session | None:
    """The session that it is to be about. Raises NotFound for one that the reader does not see."""
    session_id = identifier(number)
    return await find(visit.db, visit.viewer, session_id) if session_id is not None else None


async def _form(
    visit: Visit, values: Mapping[str, str], session: Session | None, error: AllianceError | None = None
) -> Response:
    return visit.page(
        "story_form.html",
        error.status if error else 200,
        form=visit.form(values, error),
        action=visit.request.url.path,
        longest=LONGEST,
        session=(session.title, f"/sessions/{session.id}") if session is not None else None,
        audiences=await audience_choices(visit, session.audience if session is not None else "public"),
    )
