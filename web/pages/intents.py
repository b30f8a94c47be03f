"""What people began on another site and finish here (FEP-3b86): shown first, then done by a button."""

from starlette.requests import Request
from starlette.responses import Response

from alliance.attending import join_session, leave_session
from alliance.errors import Forbidden, Invalid, NotFound, TooMany
from federation.actors import fetch_actor
from federation.failures import FetchFailed
from federation.fetch import Budget
from federation.following import follow_actor
from federation.handlers.sessions import take_in
from federation.handlers.standing import publisher
from federation.uris import person_actor
from federation.vocabulary.values import Malformed
from web.forms import read_form
from web.pages.intent_objects import MOST_FETCHES, Found, look_at
from web.pages.intent_page import has_public_profile, intent_page, no_such_page
from web.pages.visit import Visit, visiting

MOST_CHARACTERS = 600
VERBS = ("follow", "join", "leave", "object")
_SAID = {"going": "joined", "waiting": "waiting", "asked": "asked"}


async def ask(request: Request) -> Response:
    """GET /intents/<verb>?object=: who or what that is and what would happen; nothing happens yet."""
    async with visiting(request) as visit:
        _, verb = visit.employee, _verb(request)
        uri = request.query_params.get("object") or request.query_params.get("uri") or ""
        try:
            found = await _found(visit, uri)
        except (Invalid, FetchFailed, Malformed, NotFound) as error:
            return no_such_page(visit, uri[:MOST_CHARACTERS], error)
        if verb == "object" and found.page is not None:
            return visit.go(found.page)
        return await intent_page(visit, verb, found)


async def act(request: Request) -> Response:
    """POST /intents/<verb>: what the page said."""
    async with visiting(request) as visit:
        _, verb = visit.employee, _verb(request)
        uri = (await read_form(request, {"object": MOST_CHARACTERS}))["object"]
        try:
            found = await _found(visit, uri)
        except (Invalid, FetchFailed, Malformed) as error:
            return no_such_page(visit, uri, error)
        match verb:
            case "follow":
                return await _follow(visit, found)
            case "join":
                return await _join(visit, found)
            case "leave":
                return await _leave(visit, found)
            case _:
                raise NotFound


def _verb(request: Request) -> str:
    verb: str = request.path_params["verb"]
    if verb not in VERBS:
        raise NotFound
    return verb


async def _found(visit: Visit, uri: str) -> Found:
    """What the address names, as this employee may know it.

    Raises Invalid, FetchFailed, Malformed, NotFound, TooMany.
    """
    asking, now = visit.request.app.state.employees_asking, visit.reader.now
    key = str(visit.employee.id)
    if asking.wait(key, now) is not None:
        raise TooMany
    asking.count(key, now)
    return await look_at(visit, uri.strip()[:MOST_CHARACTERS])


async def _follow(visit: Visit, found: Found) -> Response:
    if found.actor is None:
        raise NotFound
    if not has_public_profile(visit):
        raise Forbidden("Only people with a public profile can follow others elsewhere.")
    federation = visit.request.app.state.federation
    # From its own server, now, and remembered: that is where the question goes.
    actor = await fetch_actor(federation, found.actor.id, Budget(MOST_FETCHES))
    async with visit.instance.unit_of_work() as uow:
        await follow_actor(uow, person_actor(visit.employee.id), actor)
    return visit.go("/settings/followers#following", "following")


async def _join(visit: Visit, found: Found) -> Response:
    async with visit.instance.unit_of_work() as uow:
        session_id = found.session.id if found.session is not None else None
        if session_id is None and found.event is not None:
            standing = await publisher(uow.db, found.event.attributed_to)
            if standing is not None and standing.is_allied:
                await take_in(uow, standing.company, found.event)
                session_id = await found.stored(uow.db)
        if session_id is None:
            raise NotFound
        attendance = await join_session(uow, session_id, visit.employee.id)
        said = _SAID.get(attendance.state, "")
    return visit.go(f"/sessions/{session_id}", said)


async def _leave(visit: Visit, found: Found) -> Response:
    if found.session is None:
        raise NotFound
    async with visit.instance.unit_of_work() as uow:
        await leave_session(uow, found.session.id, visit.employee.id)
    return visit.go(f"/sessions/{found.session.id}", "left")
