"""bovine's own client signs against us: its actor fetches what we publish and posts to our inbox.

bovine 0.5.19 signs with draft-cavage alone; its digest is the legacy `Digest` (two spellings) or RFC 9530's.
"""

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from bovine import BovineActor
from bovine.clients import lookup_uri_with_webfinger
from bovine.clients.signed_http import legacy_digest_method, legacy_digest_method_uppercase
from bovine.crypto import generate_rsa_public_private_key
from bovine.crypto.helper import content_digest_sha256_rfc_9530
from sqlalchemy import select

from federation.allowed_urls import Rules
from federation.connecting import GuardedResolver
from federation.models import ReceivedActivity
from tests.federation.neighbourhood import SECRET_LINK, Neighbour
from tests.federation.servers import serving
from tests.support.authority import Authority
from tests.support.eventually import eventually

pytestmark = pytest.mark.journey

Digest = Callable[[Any], tuple[str, str]]
DIGESTS: dict[str, Digest] = {
    "digest": legacy_digest_method,
    "digest-uppercase": legacy_digest_method_uppercase,
    "content-digest": content_digest_sha256_rfc_9530,
}


@dataclass
class Moo:
    """An actor of a server written with bovine: its document, its inbox and its client."""

    origin: str
    private_key: str
    session: aiohttp.ClientSession
    inbox: list[dict[str, Any]]

    @property
    def id(self) -> str:
        return f"{self.origin}/moo"

    async def client(self, digest: Digest | None = None) -> BovineActor:
        """Its client, with a digest of this kind."""
        actor = BovineActor(
            actor_id=self.id,
            public_key_url=f"{self.id}#main-key",
            secret=self.private_key,
            digest_method=digest,
        )
        await actor.init(session=self.session)
        return actor

    def activity(self, type_: str, number: int, about: str) -> dict[str, Any]:
        return {
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": f"{self.origin}/activities/{number}",
            "type": type_,
            "actor": self.id,
            "object": about,
            "to": [about],
        }


@pytest.fixture
async def moo(authority: Authority) -> AsyncIterator[Moo]:
    """Moo lives on an https server that the private authority vouches for."""
    public_key, private_key = generate_rsa_public_private_key()
    received: list[dict[str, Any]] = []

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        if request.method == "POST":
            received.append(json.loads(await request.read()))
            return web.Response(status=202)
        document = {
            "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"],
            "id": actor.id,
            "type": "Person",
            "preferredUsername": "moo",
            "inbox": f"{actor.id}/inbox",
            "outbox": f"{actor.id}/outbox",
            "publicKey": {"id": f"{actor.id}#main-key", "owner": actor.id, "publicKeyPem": public_key},
        }
        return web.json_response(document, content_type="application/activity+json")

    resolver = GuardedResolver(Rules(private_addresses=True))
    connector = aiohttp.TCPConnector(resolver=resolver, ssl=authority.trust())
    tls = authority.certificate("moo.localhost").server()
    async with serving(answer, tls) as server, aiohttp.ClientSession(connector=connector) as session:
        actor = Moo(server.url("", "moo.localhost", "https"), private_key, session, received)
        yield actor


async def outcome(birke: Neighbour, uri: str) -> str | None:
    async with birke.instance.reading() as db:
        state = await db.scalar(select(ReceivedActivity.state).where(ReceivedActivity.uri == uri))
    return None if state == "waiting" else state


async def test_it_finds_and_fetches_our_actors(birke: Neighbour, moo: Moo) -> None:
    client = await moo.client()
    host = birke.instance.settings.host

    address, _ = await lookup_uri_with_webfinger(moo.session, f"acct:sessions@{host}")
    company = await client.get(str(address))

    assert (company["id"], company["type"]) == (f"{birke.origin}/company", "Group")
    assert (await client.get(f"{birke.origin}/actor"))["type"] == "Application"
    person = f"{birke.origin}/people/{birke.employee.id}"
    assert (await client.get(person))["id"] == person


async def test_it_fetches_an_event_and_the_outbox(birke: Neighbour, moo: Moo) -> None:
    session = await birke.publish(audience="public")
    client = await moo.client()

    event = await client.get(f"{birke.origin}/sessions/{session.id}")
    outbox = await client.get_ordered_collection(f"{birke.origin}/company/outbox")

    assert (event["type"], event["name"]) == ("Event", "Threat modelling")
    assert event["id"] in [item["object"]["id"] for item in outbox["items"] if item["type"] == "Create"]
    assert SECRET_LINK not in json.dumps([event, outbox])


@pytest.mark.parametrize("digest", DIGESTS)
async def test_what_it_posts_is_verified_and_answered(birke: Neighbour, moo: Moo, digest: str) -> None:
    client = await moo.client(DIGESTS[digest])
    follow = moo.activity("Follow", 1, f"{birke.origin}/company")

    answer = await client.post(f"{birke.origin}/company/inbox", follow)

    assert answer.status == 202
    assert await eventually(lambda: outcome(birke, follow["id"])) == "processed"
    accept = await eventually(lambda: moo.inbox[0] if moo.inbox else None)
    assert (accept["type"], accept["object"]["id"]) == ("Accept", follow["id"])


async def test_it_cannot_post_in_the_name_of_another(birke: Neighbour, moo: Moo) -> None:
    client = await moo.client()
    forged = moo.activity("Follow", 2, f"{birke.origin}/company") | {"actor": f"{moo.origin}/somebody-else"}

    with pytest.raises(aiohttp.ClientResponseError) as refused:
        await client.post(f"{birke.origin}/inbox", forged)

    assert refused.value.status == 401
    assert await outcome(birke, forged["id"]) is None
