"""Who is behind an address: WebFinger (RFC 7033) and host-meta (RFC 6415)."""

from typing import Any
from urllib.parse import quote, unquote, urlsplit

from sqlalchemy import select
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from alliance.errors import NotFound
from alliance.instance import Instance
from alliance.models import ExpertProfile, Person
from alliance.visibility import STRANGER, visible_profiles
from federation import uris
from federation.uris import Uris
from web.activitypub.answers import ANYBODY, json_document
from web.requests import ACTIVITY_JSON

MOST_CHARACTERS = 600
PROFILE_PAGE = "http://webfinger.net/rel/profile-page"
APPLICATION = "https://www.w3.org/ns/activitystreams#Application"
JRD = "application/jrd+json"


async def webfinger(request: Request) -> Response:
    """The descriptor of one of our actors, by handle or by address; `rel` narrows the links."""
    resource = request.query_params.get("resource", "")
    if not resource or len(resource) > MOST_CHARACTERS:
        raise HTTPException(400)
    instance: Instance = request.app.state.instance
    descriptor = await describe(instance, resource)
    wanted = request.query_params.getlist("rel")[:20]
    if wanted:
        descriptor["links"] = [link for link in descriptor["links"] if link["rel"] in wanted]
    return json_document(request, descriptor, JRD)


async def describe(instance: Instance, resource: str) -> dict[str, Any]:
    """The JRD of `resource`. Raises HTTPException 400 when it is not one, NotFound when it is not ours."""
    addresses = Uris(instance.settings.origin)
    if resource.rstrip("/") == addresses.origin:
        return _host(addresses)
    actor = await _actor(instance, addresses, resource)
    if actor is None:
        raise NotFound()
    return await _descriptor(instance, addresses, actor)


def _host(addresses: Uris) -> dict[str, Any]:
    """FEP-d556: the actor that speaks for the whole server."""
    return {
        "subject": f"{addresses.origin}/",
        "links": [{"rel": APPLICATION, "type": ACTIVITY_JSON, "href": addresses.instance}],
    }


async def _actor(instance: Instance, addresses: Uris, resource: str) -> str | None:
    """The key of the actor that a resource names."""
    scheme, separator, rest = resource.partition(":")
    if scheme == "acct" and separator:
        return await _by_handle(instance, unquote(rest).removeprefix("@"))
    if scheme in ("https", "http") and separator:
        return addresses.actor_key(resource.partition("#")[0]) or await _by_page(instance, resource)
    if "@" in resource:
        return await _by_handle(instance, resource.removeprefix("@"))
    raise HTTPException(400)


async def _by_handle(instance: Instance, handle: str) -> str | None:
    name, separator, host = handle.rpartition("@")
    if not separator or not name or not host:
        raise HTTPException(400)
    return await _named(instance, name.lower()) if host.lower() == instance.settings.host else None


async def _by_page(instance: Instance, url: str) -> str | None:
    """The actor with this page: `https://host/@name`."""
    path = unquote(urlsplit(url).path) if Uris(instance.settings.origin).is_ours(url) else ""
    return await _named(instance, path[2:].lower()) if path.startswith("/@") else None


async def _named(instance: Instance, name: str) -> str | None:
    if name == "alliance":
        return uris.INSTANCE
    if name == instance.settings.handle:
        return uris.COMPANY
    query = select(Person.id).where(Person.uri.is_(None), Person.username == name, Person.gone_at.is_(None))
    async with instance.reading() as db:
        person_id = await db.scalar(query)
    return uris.person_actor(person_id) if person_id is not None else None


async def _descriptor(instance: Instance, addresses: Uris, actor: str) -> dict[str, Any]:
    uri = addresses.actor(actor)
    name, page = await _name_and_page(instance, addresses, actor)
    links = [
        {"rel": "self", "type": ACTIVITY_JSON, "href": uri},
        {"rel": PROFILE_PAGE, "type": "text/html", "href": page},
    ]
    return {"subject": f"acct:{quote(name)}@{instance.settings.host}", "aliases": [uri], "links": links}


async def _name_and_page(instance: Instance, addresses: Uris, actor: str) -> tuple[str, str]:
    if actor == uris.INSTANCE:
        return "alliance", f"{addresses.origin}/"
    if actor == uris.COMPANY:
        return instance.settings.handle, f"{addresses.origin}/"
    query = (
        select(Person.username)
        .join(ExpertProfile, ExpertProfile.person_id == Person.id)
        .where(Person.id == uris.person_id_of(actor), Person.uri.is_(None), visible_profiles(STRANGER))
    )
    async with instance.reading() as db:
        username = await db.scalar(query)
    if username is None:
        raise NotFound()
    return username, f"{addresses.origin}/@{username}"


async def host_meta(request: Request) -> Response:
    """Where WebFinger is, as XML."""
    origin = request.app.state.instance.settings.origin
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">'
        f'<Link rel="lrdd" template="{origin}/.well-known/webfinger?resource={{uri}}"/></XRD>\n'
    )
    return Response(body, headers=ANYBODY, media_type="application/xrd+xml")


async def host_meta_json(request: Request) -> Response:
    """Where WebFinger is, as JSON."""
    origin = request.app.state.instance.settings.origin
    template = f"{origin}/.well-known/webfinger?resource={{uri}}"
    return json_document(request, {"links": [{"rel": "lrdd", "template": template}]}, JRD)
