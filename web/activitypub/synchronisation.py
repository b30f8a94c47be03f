"""The list of followers for the server that they are at home on (FEP-8fcf); it signs, or gets nothing."""

from starlette.requests import Request
from starlette.responses import Response

from alliance.errors import NotFound
from alliance.instance import Instance
from alliance.visibility import STRANGER
from federation.documents import person_document
from federation.partial_followers import partial_followers_document
from federation.uris import COMPANY, INSTANCE, person_actor
from web.activitypub.actors import answer
from web.activitypub.answers import Endpoint, content_type, number
from web.activitypub.viewing import signing_host


def part_of(actor: str) -> Endpoint:
    """The followers of instance or company, as far as they concern the host that asks."""

    async def part(request: Request) -> Response:
        content_type(request)
        return await _part(request, actor)

    return part


async def person_part(request: Request) -> Response:
    """The same for one of our people; only people with a public profile have followers."""
    content_type(request)
    instance: Instance = request.app.state.instance
    person_id = number(request)
    async with instance.reading() as db:
        person = await person_document(db, STRANGER, instance.settings, person_id)
    if person.status != 200 or "followers" not in person.body:
        raise NotFound
    return await _part(request, person_actor(person_id))


async def _part(request: Request, actor: str) -> Response:
    instance: Instance = request.app.state.instance
    host = await signing_host(request)
    async with instance.reading() as db:
        return answer(request, await partial_followers_document(db, instance.settings, actor, host))


instance_part, company_part = part_of(INSTANCE), part_of(COMPANY)
