"""Our communities for machines: the Group, what it announced, what is next in it, how many follow it."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from alliance.database import ReadingSession
from alliance.instance import Instance
from alliance.visibility import Viewer
from federation.community_documents import (
    communities_document,
    community_document,
    community_featured,
    community_outbox,
)
from federation.documents import Document
from federation.listings import followers_document
from federation.partial_followers import partial_followers_document
from federation.uris import community_actor
from web.activitypub.actors import answer
from web.activitypub.answers import content_type, number
from web.activitypub.viewing import signing_host, viewer_of

Made = Callable[[ReadingSession, Viewer, Instance], Awaitable[Document]]


async def community(request: Request) -> Response:
    """A community of ours as a Group; 410 with a Tombstone once it was ended."""
    return await _answered(
        request, lambda db, viewer, here: community_document(db, viewer, here.settings, number(request))
    )


async def outbox(request: Request) -> Response:
    """What it announced."""
    page = request.query_params.get("page")
    return await _answered(
        request, lambda db, viewer, here: community_outbox(db, viewer, here.settings, number(request), page)
    )


async def featured(request: Request) -> Response:
    """Addresses of the next sessions that stand in it."""
    return await _answered(
        request,
        lambda db, viewer, here: community_featured(
            db, viewer, here.settings, number(request), now=here.clock.now()
        ),
    )


async def followers(request: Request) -> Response:
    """How many follow it."""

    async def counted(db: ReadingSession, viewer: Viewer, here: Instance) -> Document:
        group = await community_document(db, viewer, here.settings, number(request))
        if group.status != 200:
            return group
        return await followers_document(db, here.settings, community_actor(number(request)))

    return await _answered(request, counted)


async def part(request: Request) -> Response:
    """Its followers on the host that asks (FEP-8fcf); it signs, or gets nothing."""
    content_type(request)
    instance: Instance = request.app.state.instance
    viewer, host = await viewer_of(request), await signing_host(request)
    async with instance.reading() as db:
        group = await community_document(db, viewer, instance.settings, number(request))
        if group.status != 200:
            return answer(request, group)
        key = community_actor(number(request))
        return answer(request, await partial_followers_document(db, instance.settings, key, host))


async def of_company(request: Request) -> Response:
    """The communities of the company, as many as the reader may see."""
    page = request.query_params.get("page")
    return await _answered(
        request, lambda db, viewer, here: communities_document(db, viewer, here.settings, page)
    )


async def _answered(request: Request, made: Made) -> Response:
    content_type(request)
    instance: Instance = request.app.state.instance
    viewer = await viewer_of(request)
    async with instance.reading() as db:
        return answer(request, await made(db, viewer, instance))
