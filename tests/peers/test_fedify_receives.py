"""A server written with Fedify follows our company, verifies what we send and understands it.

Fedify hands an activity to its listener only after it has verified the signature of the request.
"""

from datetime import timedelta
from typing import Any

import httpx
import orjson
import pytest
from sqlalchemy import select

from alliance.models import Session
from alliance.publishing import cancel_session, draft_of, edit_session, withdraw_session
from federation.allowed_urls import Rules
from federation.client import Client
from federation.failures import BadCertificate
from federation.models import Destination
from federation.signatures import Dialect, sign
from federation.uris import COMPANY
from tests.federation.neighbourhood import SECRET_LINK, Neighbour
from tests.peers.fedify_peer import FedifyServer
from tests.support.authority import Authority
from tests.support.eventually import eventually

pytestmark = pytest.mark.journey
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"


async def follow(peer: FedifyServer, birke: Neighbour) -> dict[str, Any]:
    """Lets Robin follow our company; tells the Accept."""
    company = f"{birke.origin}/company"
    sent = await peer.send("Follow", company, object=company)
    return await eventually(lambda: peer.received("Accept", sent["id"]))


async def edit(birke: Neighbour, session: Session, **changes: Any) -> None:
    async with birke.instance.unit_of_work() as uow:
        stored = await uow.db.get(Session, session.id, populate_existing=True)
        assert stored is not None
        await uow.db.refresh(stored, ["topics", "translations"])
        draft = draft_of(uow.vault, stored)
        await edit_session(uow, session.id, type(draft)(**{**draft.__dict__, **changes}), None)


def uri_of(birke: Neighbour, session: Session) -> str:
    return f"{birke.origin}/sessions/{session.id}"


async def test_it_follows_our_company_and_hears_our_yes(birke: Neighbour, peer: FedifyServer) -> None:
    accepted = await follow(peer, birke)

    assert accepted["actor"] == f"{birke.origin}/company"
    assert accepted["to"] == [peer.actor]


async def test_it_reads_our_event(birke: Neighbour, peer: FedifyServer) -> None:
    await follow(peer, birke)

    session = await birke.publish(audience="public", starts_at=_soon(birke), ends_at=_soon(birke, hours=1))

    event = await eventually(lambda: peer.received("Create", uri_of(birke, session)))
    assert (event["objectType"], event["name"]) == ("Event", "Threat modelling")
    assert event["actor"] == event["author"] == f"{birke.origin}/company"
    assert (event["url"], event["to"]) == (uri_of(birke, session), [PUBLIC])
    assert event["starts"] == session.starts_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert event["ends"] == session.ends_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert "Jonas Birke" in event["summary"]
    assert "What can go <em>wrong</em>" in event["content"]
    assert SECRET_LINK not in str(event)


async def test_it_hears_of_a_change_a_cancellation_and_a_withdrawal(
    birke: Neighbour, peer: FedifyServer
) -> None:
    await follow(peer, birke)
    session = await birke.publish(audience="public")
    uri = uri_of(birke, session)
    await eventually(lambda: peer.received("Create", uri))

    await edit(birke, session, title="Threat modelling, again")
    changed = await eventually(lambda: peer.received("Update", uri))
    async with birke.instance.unit_of_work() as uow:
        await cancel_session(uow, session.id, "I am ill.")
    cancelled = await eventually(lambda: newer(peer, uri, changed))
    async with birke.instance.unit_of_work() as uow:
        await withdraw_session(uow, session.id)
    gone = await eventually(lambda: peer.received("Delete", uri))

    assert changed["name"] == "Threat modelling, again"
    assert "I am ill." in cancelled["content"]
    assert gone["objectType"] == "Tombstone"


async def newer(peer: FedifyServer, uri: str, than: dict[str, Any]) -> dict[str, Any] | None:
    found = await peer.received("Update", uri)
    return found if found and found["id"] != than["id"] else None


async def test_what_was_changed_on_the_way_reaches_no_listener(
    birke: Neighbour, peer: FedifyServer, authority: Authority
) -> None:
    """The counterpart of all that is received here: Fedify does verify."""
    key = await birke.federation.keyring.secret(COMPANY)
    announce = {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": f"{birke.origin}/activities/1",
        "type": "Announce",
        "actor": f"{birke.origin}/company",
        "object": f"{birke.origin}/sessions/1",
        "to": PUBLIC,
    }
    true = orjson.dumps(announce)
    answers = []

    async with httpx.AsyncClient(verify=authority.trust()) as client:
        for dialect in Dialect:
            headers = sign("POST", f"{peer.origin}/inbox", true, key, dialect, birke.instance.clock.now())
            for body in (true.replace(b"sessions/1", b"sessions/2"), true):
                address = f"https://127.0.0.1:{peer.port}/inbox"
                named = {**headers, "Host": peer.host}
                extensions = {"sni_hostname": f"{peer.name}.localhost"}
                answer = await client.post(address, content=body, headers=named, extensions=extensions)
                answers.append(answer.status_code)

    assert answers == [401, 202, 401, 202]
    assert await peer.received("Announce", f"{birke.origin}/sessions/2") is None
    await eventually(lambda: peer.received("Announce", f"{birke.origin}/sessions/1"))


async def test_a_server_that_knows_only_rfc9421_is_served_and_remembered(
    birke: Neighbour, fedify_servers: dict[str, FedifyServer]
) -> None:
    """federation.md: one retry in the other dialect; remember per host which worked (double knock)."""
    peer = fedify_servers["only-rfc9421"]
    before = len(await peer.doors())
    await follow(peer, birke)
    assert (await peer.doors())[before:] == [("cavage", 401), ("rfc9421", 202)]

    session = await birke.publish(audience="public")

    await eventually(lambda: peer.received("Create", uri_of(birke, session)))
    assert (await peer.doors())[before:] == [("cavage", 401), ("rfc9421", 202), ("rfc9421", 202)]
    async with birke.instance.reading() as db:
        dialect = await db.scalar(select(Destination.dialect).where(Destination.host == peer.host))
    assert dialect == "rfc9421"


async def test_only_who_is_told_of_the_private_authority_believes_it(
    fedify_servers: dict[str, FedifyServer], authority: Authority
) -> None:
    peer = fedify_servers["first-rfc9421"]
    rules = Rules(any_port=True, private_addresses=True)

    async with Client(rules) as client:
        with pytest.raises(BadCertificate):
            await client.send("GET", peer.actor)
    async with Client(rules, extra_ca_file=authority.file) as client:
        answer = await client.send("GET", peer.actor, headers={"Accept": "application/activity+json"})

    assert (answer.status, orjson.loads(answer.body)["id"]) == (200, peer.actor)


async def test_it_finds_us_by_every_name_we_have(birke: Neighbour, peer: FedifyServer) -> None:
    session = await birke.publish(audience="public")
    host = birke.instance.settings.host
    company, person = f"{birke.origin}/company", f"{birke.origin}/people/{birke.employee.id}"

    found = {
        name: await peer.tell("lookup", name=name)
        for name in (
            *(f"@sessions@{host}", f"acct:sessions@{host}", company),
            *(f"@alliance@{host}", f"acct:jonas@{host}", person, uri_of(birke, session)),
        )
    }

    as_company = {"id": company, "type": "Group", "name": "Birke"}
    as_person = {"id": person, "type": "Person", "name": "Jonas Birke"}
    assert found == {
        f"@sessions@{host}": as_company,
        f"acct:sessions@{host}": as_company,
        company: as_company,
        f"@alliance@{host}": {"id": f"{birke.origin}/actor", "type": "Application", "name": "Birke"},
        f"acct:jonas@{host}": as_person,
        person: as_person,
        uri_of(birke, session): {
            "id": uri_of(birke, session),
            "type": "Event",
            "name": "Threat modelling",
        },
    }


async def test_what_is_for_allies_is_not_to_be_found(birke: Neighbour, peer: FedifyServer) -> None:
    """federation.md, audiences: its id answers signed GETs of allied instances, others get a 404."""
    await follow(peer, birke)
    session = await birke.publish("For allies", audience="alliance")
    public = await birke.publish("For all", audience="public")

    await eventually(lambda: peer.received("Create", uri_of(birke, public)))

    assert await peer.tell("lookup", name=uri_of(birke, session)) is None
    assert "For allies" not in str(await peer.tell("received"))


def _soon(birke: Neighbour, hours: int = 0) -> Any:
    return birke.instance.clock.now().replace(microsecond=0) + timedelta(days=3, hours=hours)
