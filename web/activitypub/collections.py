"""The collections of our actors: what they published, who follows, what comes next."""

from starlette.requests import Request
from starlette.responses import Response

from alliance.errors import NotFound
from alliance.instance import Instance
from federation.documents import person_document
from federation.listings import (
    experts_document,
    featured_document,
    followers_document,
    following_document,
    outbox_document,
    partners_document,
    upcoming_document,
)
from federation.stories import outbox_of_person
from federation.uris import COMPANY, INSTANCE, person_actor
from web.activitypub.actors import answer
from web.activitypub.answers import Endpoint, content_type, number
from web.activitypub.viewing import viewer_of


def outbox_of(actor: str) -> Endpoint:
    """The outbox of instance or company."""

    async def outbox(request: Request) -> Response:
        content_type(request)
        instance: Instance = request.app.state.instance
        viewer, page = await viewer_of(request), request.query_params.get("page")
        async with instance.reading() as db:
            return answer(request, await outbox_document(db, viewer, instance.settings, actor, page))

    return outbox


async def person_outbox(request: Request) -> Response:
    """The outbox of one of our people, where there is such a person for this reader."""
    content_type(request)
    instance: Instance = request.app.state.instance
    viewer, person_id = await viewer_of(request), number(request)
    page = request.query_params.get("page")
    async with instance.reading() as db:
        person = await person_document(db, viewer, instance.settings, person_id)
        if person.status != 200:
            return answer(request, person)
        return answer(request, await outbox_of_person(db, viewer, instance.settings, person_id, page))


def followers_of(actor: str) -> Endpoint:
    """How many follow instance or company."""

    async def followers(request: Request) -> Response:
        content_type(request)
        instance: Instance = request.app.state.instance
        async with instance.reading() as db:
            return answer(request, await followers_document(db, instance.settings, actor))

    return followers


def following_of(actor: str) -> Endpoint:
    """How many instance or company follow."""

    async def following(request: Request) -> Response:
        content_type(request)
        instance: Instance = request.app.state.instance
        async with instance.reading() as db:
            return answer(request, await following_document(db, instance.settings, actor))

    return following


async def person_followers(request: Request) -> Response:
    """How many follow one of our people; only people with a profile that the reader sees say so."""
    return await _of_person(request, "followers")


async def person_following(request: Request) -> Response:
    """How many one of our people follows."""
    return await _of_person(request, "following")


async def _of_person(request: Request, which: str) -> Response:
    content_type(request)
    instance: Instance = request.app.state.instance
    viewer, person_id = await viewer_of(request), number(request)
    count = followers_document if which == "followers" else following_document
    async with instance.reading() as db:
        person = await person_document(db, viewer, instance.settings, person_id)
        if person.status != 200:
            return answer(request, person)
        if which not in person.body:
            raise NotFound
        return answer(request, await count(db, instance.settings, person_actor(person_id)))


async def upcoming(request: Request) -> Response:
    """The company's next sessions in full (FEP-8a8e)."""
    content_type(request)
    instance: Instance = request.app.state.instance
    viewer, page = await viewer_of(request), request.query_params.get("page")
    async with instance.reading() as db:
        now = instance.clock.now()
        return answer(request, await upcoming_document(db, viewer, instance.settings, page, now=now))


async def experts(request: Request) -> Response:
    """The company's experts, as many as the reader may see."""
    content_type(request)
    instance: Instance = request.app.state.instance
    viewer, page = await viewer_of(request), request.query_params.get("page")
    async with instance.reading() as db:
        return answer(request, await experts_document(db, viewer, instance.settings, page))


async def featured(request: Request) -> Response:
    """Addresses of the company's next sessions."""
    content_type(request)
    instance: Instance = request.app.state.instance
    viewer = await viewer_of(request)
    async with instance.reading() as db:
        now = instance.clock.now()
        return answer(request, await featured_document(db, viewer, instance.settings, now=now))


async def partners(request: Request) -> Response:
    """How many companies we are allied with."""
    content_type(request)
    instance: Instance = request.app.state.instance
    async with instance.reading() as db:
        return answer(request, await partners_document(db, instance.settings))


instance_outbox, company_outbox = outbox_of(INSTANCE), outbox_of(COMPANY)
instance_followers, company_followers = followers_of(INSTANCE), followers_of(COMPANY)
instance_following, company_following = following_of(INSTANCE), following_of(COMPANY)
