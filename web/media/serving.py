"""Hands pictures out, to those who may see what they belong to."""

from starlette.requests import Request
from starlette.responses import Response

from alliance.errors import NotFound
from alliance.instance import Instance
from alliance.queries.pictures import seen
from alliance.shelves import ShelfAway, is_name
from alliance.visibility import Viewer, employee_viewer
from web.activitypub.viewing import viewer_of
from web.viewer import token_of, visitor_of

# Names never change their content. A day and no longer, because people take pictures back.
_KEEP = "max-age=86400, immutable"
_POLICY = "default-src 'none'; sandbox"
_AWAY = {"Cache-Control": "no-store", "Retry-After": "30"}


async def picture(request: Request) -> Response:
    """GET /media/<name>: a JPEG. Whoever may not see it gets the 404 of what does not exist.

    Whether they may is asked before the shelf is: a store that is slow, or away, tells them nothing either.
    """
    instance: Instance = request.app.state.instance
    name: str = request.path_params["name"]
    if not is_name(name):
        raise NotFound
    viewer = await _viewer(request, instance)
    async with instance.reading() as db:
        standing = await seen(db, viewer, name)
    if not standing.allowed:
        raise NotFound
    headers = {
        "Cache-Control": f"{'public' if standing.public else 'private'}, {_KEEP}",
        "ETag": f'"{name}"',
        "Content-Security-Policy": _POLICY,
        "Cross-Origin-Resource-Policy": "cross-origin" if standing.public else "same-origin",
        **({} if standing.public else {"Vary": "Cookie"}),
    }
    if f'"{name}"' in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    try:
        content = await instance.shelf.take(name)
    except ShelfAway:
        # Pages ask for many at once, and nobody reads a page in the place of a picture.
        return Response(status_code=503, headers=_AWAY)
    if content is None:
        raise NotFound
    return Response(content, headers=headers, media_type="image/jpeg")


async def _viewer(request: Request, instance: Instance) -> Viewer:
    async with instance.reading() as db:
        visitor = await visitor_of(db, token_of(request, instance.settings), instance.clock.now())
    return employee_viewer(visitor.employee.id) if visitor.employee else await viewer_of(request)
