"""The actors of this instance, each with its page: instance, company and people."""

from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from alliance.errors import NotFound
from alliance.instance import Instance
from alliance.models import ExpertProfile, Person
from alliance.visibility import STRANGER, visible_profiles
from federation.documents import Document, company_document, instance_document, person_document
from federation.outbound import only_allowed
from federation.wiring import Federation
from web.activitypub.answers import content_type, document, number
from web.activitypub.viewing import viewer_of
from web.viewer import token_of, visitor_of

VARIES = "Accept, Signature, Signature-Input, Authorization"


def answer(request: Request, found: Document) -> Response:
    """A document of ours as the response for this reader, without what the company holds back from them."""
    federation: Federation = request.app.state.federation
    company_id = getattr(request.state, "viewer", STRANGER).company_id
    held = federation.held_back.from_company(company_id)
    is_public = found.is_public and not federation.held_back.is_different_for(company_id)
    return document(
        request,
        only_allowed(found.body, held) if held else found.body,
        is_public=is_public,
        status=found.status,
        vary="Accept" if is_public else VARIES,
    )


async def instance_actor(request: Request) -> Response:
    """The instance; anybody gets it, unsigned."""
    content_type(request)
    instance: Instance = request.app.state.instance
    async with instance.reading() as db:
        return answer(request, await instance_document(db, instance.settings))


async def company_actor(request: Request) -> Response:
    """The company that publishes."""
    content_type(request)
    instance: Instance = request.app.state.instance
    async with instance.reading() as db:
        return answer(request, await company_document(db, instance.settings))


async def person_actor(request: Request) -> Response:
    """One of our people, as much as the reader may know."""
    content_type(request)
    instance: Instance = request.app.state.instance
    viewer = await viewer_of(request)
    async with instance.reading() as db:
        return answer(request, await person_document(db, viewer, instance.settings, number(request)))


async def home_page(request: Request) -> Response:
    """The page of instance and company is the start page."""
    return RedirectResponse("/", 303)


async def person_page(request: Request) -> Response:
    """People's pages are found by their name, which only those learn who may see the profile."""
    instance: Instance = request.app.state.instance
    async with instance.reading() as db:
        visitor = await visitor_of(db, token_of(request, instance.settings), instance.clock.now())
        username = await db.scalar(
            select(Person.username)
            .join(ExpertProfile, ExpertProfile.person_id == Person.id)
            .where(
                Person.id == number(request),
                Person.uri.is_(None),
                visible_profiles(visitor.viewer),
            )
        )
    if username is None:
        raise NotFound
    return RedirectResponse(f"/@{username}", 303)
