"""Sessions and activities as documents, and the way from another server to a page here."""

from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from alliance.errors import NotFound
from alliance.instance import Instance
from alliance.queries.sessions import find_by_uri
from federation.conversations import comment_document, replies_document
from federation.documents import activity_document, note_document, session_document
from federation.series import series_document
from federation.stories import story_document
from federation.uris import Uris
from federation.wishes import wish_document
from web.activitypub.actors import answer
from web.activitypub.answers import content_type, number
from web.activitypub.viewing import viewer_of
from web.viewer import token_of, visitor_of

MOST_CHARACTERS = 600


async def session(request: Request) -> Response:
    """A session of ours as an Event; 410 with a Tombstone once it was withdrawn."""
    content_type(request)
    instance: Instance = request.app.state.instance
    viewer = await viewer_of(request)
    async with instance.reading() as db:
        return answer(request, await session_document(db, viewer, instance.settings, number(request)))


async def series(request: Request) -> Response:
    """A series of ours, for those who may know of it."""
    content_type(request)
    instance: Instance = request.app.state.instance
    viewer = await viewer_of(request)
    async with instance.reading() as db:
        return answer(request, await series_document(db, viewer, instance.settings, number(request)))


async def comment(request: Request) -> Response:
    """What one of our people said, for those who may read it."""
    content_type(request)
    instance: Instance = request.app.state.instance
    viewer, key = await viewer_of(request), request.path_params["key"]
    async with instance.reading() as db:
        return answer(request, await comment_document(db, viewer, instance.settings, key))


async def story(request: Request) -> Response:
    """What one of our people told, for those who may read it; 410 once they took it back."""
    content_type(request)
    instance: Instance = request.app.state.instance
    viewer, key = await viewer_of(request), request.path_params["key"]
    async with instance.reading() as db:
        return answer(request, await story_document(db, viewer, instance.settings, key))


async def wish(request: Request) -> Response:
    """What one of our people asks for, for those who may read it; 410 once they took it back."""
    content_type(request)
    instance: Instance = request.app.state.instance
    viewer, key = await viewer_of(request), request.path_params["key"]
    async with instance.reading() as db:
        return answer(request, await wish_document(db, viewer, instance.settings, key))


async def replies(request: Request) -> Response:
    """The conversation about a session of ours."""
    content_type(request)
    instance: Instance = request.app.state.instance
    viewer, page = await viewer_of(request), request.query_params.get("page")
    async with instance.reading() as db:
        found = await replies_document(db, viewer, instance.settings, number(request), page)
        return answer(request, found)


async def activity(request: Request) -> Response:
    """An activity of ours, for those whom it was for."""
    content_type(request)
    instance: Instance = request.app.state.instance
    viewer = await viewer_of(request)
    async with instance.reading() as db:
        return answer(request, await activity_document(db, viewer, instance.settings, number(request)))


async def note(request: Request) -> Response:
    """What we told timelines about a session, for those whom it was for."""
    content_type(request)
    instance: Instance = request.app.state.instance
    viewer = await viewer_of(request)
    async with instance.reading() as db:
        return answer(request, await note_document(db, viewer, instance.settings, number(request)))


async def interaction(request: Request) -> Response:
    """From another server's page to ours: the session with this address, as far as the visitor may see it.

    Employees may also follow and join what is not known here yet: they are shown first what that is.
    """
    uri = request.query_params.get("uri", "").removeprefix("acct:")
    if not uri or len(uri) > MOST_CHARACTERS:
        raise HTTPException(400)
    instance: Instance = request.app.state.instance
    addresses = Uris(instance.settings.origin)
    if (own := addresses.session_id(uri)) is not None:
        return RedirectResponse(f"/sessions/{own}", 303)
    async with instance.reading() as db:
        visitor = await visitor_of(db, token_of(request, instance.settings), instance.clock.now())
        try:
            found = await find_by_uri(db, visitor.viewer, uri)
        except NotFound:
            if visitor.employee is None:
                raise
            return RedirectResponse(f"/intents/object?object={quote(uri, safe='')}", 303)
    return RedirectResponse(f"/sessions/{found.id}", 303)
