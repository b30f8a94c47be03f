"""Who is behind an address: WebFinger (RFC 7033) and host-meta (RFC 6415)."""

from typing import Any
from urllib.parse import unquote, urlsplit

from sqlalchemy import select
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from alliance.database import ReadingSession
from alliance.errors import NotFound
from alliance.instance import Instance
from alliance.models import Person
from alliance.queries.communities import community_by_handle
from alliance.visibility import STRANGER
from federation import uris
from federation import webfinger as descriptors
from federation.community_documents import community_document
from federation.documents import person_document
from federation.intents import intent_links
from federation.signatures.building_blocks import building_blocks
from federation.uris import Uris
from web.activitypub.answers import ANYBODY, json_document

MOST_CHARACTERS = 600
_PRIVATE = "person-"


async def webfinger(request: Request) -> Response:
    """The descriptor of one of our actors, by handle or by address; `rel` narrows the links."""
    resource = request.query_params.get("resource", "")
    if not resource or len(resource) > MOST_CHARACTERS:
        raise HTTPException(400)
    instance: Instance = request.app.state.instance
    await building_blocks()
    async with instance.reading() as db:
        descriptor = await _describe(db, instance, resource)
    wanted = request.query_params.getlist("rel")[:20]
    if wanted:
        descriptor["links"] = [link for link in descriptor["links"] if link["rel"] in wanted]
    return json_document(request, descriptor, descriptors.JRD_TYPE)


async def _describe(db: ReadingSession, instance: Instance, resource: str) -> dict[str, Any]:
    """The JRD of `resource`. Raises HTTPException 400 for no resource, NotFound for none of ours."""
    addresses = Uris(instance.settings.origin)
    if resource.rstrip("/") == addresses.origin:
        return descriptors.server_descriptor(addresses.origin, addresses.instance)
    wanted, actor = await _actor(db, instance, addresses, resource)
    if actor is None:
        raise NotFound
    name, page = await _name_and_page(db, instance, addresses, actor)
    if wanted is not None and wanted != name:
        raise NotFound  # the name belongs to somebody who does not show it
    handle = f"{name}@{instance.settings.host}"
    links = intent_links(addresses.origin)
    return descriptors.actor_descriptor(handle, addresses.actor(actor), page, addresses.origin, links)


async def _actor(
    db: ReadingSession, instance: Instance, addresses: Uris, resource: str
) -> tuple[str | None, str | None]:
    """The name that a resource asks for (None for an address) and the key of the actor that has it."""
    scheme, _, rest = resource.partition(":")
    if scheme in ("https", "http") and rest.startswith("//"):
        address = resource.partition("#")[0]
        if key := addresses.actor_key(address):
            return None, key
        path = unquote(urlsplit(address).path) if addresses.is_ours(address) else ""
        name = path[2:].lower() if path.startswith("/@") else ""
        if "\0" in name:
            raise HTTPException(400)  # encoded twice, so that nobody before saw what PostgreSQL won't take
        return name, await _named(db, instance, name)
    handle = unquote(rest) if scheme == "acct" and rest else resource
    name, separator, host = handle.removeprefix("@").rpartition("@")
    if not separator or not name or not host or ":" in name or "/" in handle or "\0" in handle:
        raise HTTPException(400)
    if host.lower() != instance.settings.host:
        raise NotFound
    return name.lower(), await _named(db, instance, name.lower())


async def _named(db: ReadingSession, instance: Instance, name: str) -> str | None:
    if name == "alliance":
        return uris.INSTANCE
    if name == instance.settings.handle:
        return uris.COMPANY
    person = uris.identifier(name.removeprefix(_PRIVATE)) if name.startswith(_PRIVATE) else None
    if person is not None:
        return uris.person_actor(person)
    wanted = select(Person.id).where(Person.uri.is_(None), Person.username == name, Person.gone_at.is_(None))
    person_id = await db.scalar(wanted.limit(1))
    if person_id is not None:
        return uris.person_actor(person_id)
    community = await community_by_handle(db, STRANGER, name)
    return uris.community_actor(community.id) if community is not None else None


async def _name_and_page(
    db: ReadingSession, instance: Instance, addresses: Uris, actor: str
) -> tuple[str, str]:
    """The name as the actor's document tells it to strangers, and a page. Raises NotFound."""
    if actor == uris.INSTANCE:
        return "alliance", f"{addresses.origin}/"
    if actor == uris.COMPANY:
        return instance.settings.handle, f"{addresses.origin}/"
    community_id = uris.community_id_of(actor)
    if community_id is not None:
        community = await community_document(db, STRANGER, instance.settings, community_id)
        if community.status != 200:
            raise NotFound
        return community.body["preferredUsername"], addresses.community(community_id)
    found = await person_document(db, STRANGER, instance.settings, uris.person_id_of(actor) or 0)
    name = found.body.get("preferredUsername")
    if name is None:
        raise NotFound
    return name, addresses.actor(actor)


async def host_meta(request: Request) -> Response:
    """Where WebFinger is, as XML."""
    body = descriptors.host_meta_xml(request.app.state.instance.settings.origin)
    return Response(body, headers=ANYBODY, media_type="application/xrd+xml")


async def host_meta_json(request: Request) -> Response:
    """Where WebFinger is, as JSON."""
    await building_blocks()
    body = descriptors.host_meta(request.app.state.instance.settings.origin)
    return json_document(request, body, descriptors.JRD_TYPE)
