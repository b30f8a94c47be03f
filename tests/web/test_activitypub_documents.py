"""Machines get documents at the addresses where people get pages, and no more than they may know."""

import httpx
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from alliance.models import Session
from federation.models import RemoteActor
from federation.signatures import Dialect, sign
from federation.uris import Uris
from tests.alliance.stage import Stage
from tests.federation.signing import public_key, secret_key
from tests.support.founding import Founded
from web.requests import AS2_PROFILE

PEM = (Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

ACTIVITY = "application/activity+json"
LD = f'application/ld+json; profile="{AS2_PROFILE}"'
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


@pytest.fixture
def stage(founded: Founded) -> Stage:
    return Stage(founded)


@pytest.fixture
async def talk(stage: Stage, client: httpx.AsyncClient) -> Session:
    """A public session."""
    return await stage.publish()


def path_of(session: Session) -> str:
    return f"/sessions/{session.id}"


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        (ACTIVITY, ACTIVITY),
        (LD, LD),
        (f"{ACTIVITY}, {LD}, application/json", ACTIVITY),
        ("application/json", ACTIVITY),
        (f"{ACTIVITY}, text/html;q=0.1", ACTIVITY),
        (f"text/html, {ACTIVITY}", ACTIVITY),
        (BROWSER, "text/html; charset=utf-8"),
        ("*/*", "text/html; charset=utf-8"),
        ("", "text/html; charset=utf-8"),
        ("text/html", "text/html; charset=utf-8"),
        (f"{ACTIVITY};q=0.5, text/html", "text/html; charset=utf-8"),
        ('application/ld+json; profile="http://example.org/other"', "text/html; charset=utf-8"),
    ],
)
async def test_a_session_is_a_page_or_an_event(
    client: httpx.AsyncClient, talk: Session, accept: str, content_type: str
) -> None:
    answer = await client.get(path_of(talk), headers={"Accept": accept})

    assert (answer.status_code, answer.headers["content-type"]) == (200, content_type)
    assert "Accept" in answer.headers["vary"]


async def test_an_event_never_tells_the_meeting_link(client: httpx.AsyncClient, talk: Session) -> None:
    answer = await client.get(path_of(talk), headers={"Accept": ACTIVITY})

    assert answer.json()["type"] == "Event"
    assert "meet.example" not in answer.text


async def test_who_has_the_document_already_gets_304(client: httpx.AsyncClient, talk: Session) -> None:
    first = await client.get(path_of(talk), headers={"Accept": ACTIVITY})

    again = await client.get(
        path_of(talk), headers={"Accept": ACTIVITY, "If-None-Match": first.headers["etag"]}
    )

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]


async def test_an_edited_session_has_another_etag(
    client: httpx.AsyncClient, talk: Session, stage: Stage
) -> None:
    first = await client.get(path_of(talk), headers={"Accept": ACTIVITY})
    await stage.edit(talk, title="Polishing mirrors by hand")

    again = await client.get(
        path_of(talk), headers={"Accept": ACTIVITY, "If-None-Match": first.headers["etag"]}
    )

    assert again.status_code == 200
    assert again.json()["name"] == "Polishing mirrors by hand"


async def test_a_withdrawn_session_is_a_tombstone(
    client: httpx.AsyncClient, talk: Session, stage: Stage
) -> None:
    await stage.withdraw(talk)

    answer = await client.get(path_of(talk), headers={"Accept": ACTIVITY})

    assert (answer.status_code, answer.json()["type"]) == (410, "Tombstone")
    assert (await client.get(path_of(talk), headers={"Accept": "text/html"})).status_code == 410


async def test_head_answers_as_get_without_a_body(client: httpx.AsyncClient, talk: Session) -> None:
    answer = await client.head(path_of(talk), headers={"Accept": ACTIVITY})

    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-type"] == ACTIVITY


@pytest.mark.parametrize("path", ["/actor", "/company"])
async def test_actors_of_the_house_are_documents_for_machines_and_the_start_page_for_people(
    client: httpx.AsyncClient, founded: Founded, path: str
) -> None:
    document = await client.get(path, headers={"Accept": ACTIVITY})
    page = await client.get(path, headers={"Accept": BROWSER})

    assert document.json()["id"] == f"https://nordlicht.example{path}"
    assert document.headers["access-control-allow-origin"] == "*"
    assert (page.status_code, page.headers["location"]) == (303, "/")


@pytest.mark.parametrize(
    "path",
    [
        *("/actor/outbox", "/actor/followers", "/actor/following", "/partners"),
        *("/company/outbox", "/company/followers", "/company/following"),
        *("/company/featured", "/company/upcoming"),
    ],
)
async def test_every_collection_is_there_and_names_itself(
    client: httpx.AsyncClient, founded: Founded, path: str
) -> None:
    answer = await client.get(path, headers={"Accept": ACTIVITY})

    assert answer.status_code == 200
    assert answer.json()["id"] == f"https://nordlicht.example{path}"
    assert answer.headers["cache-control"] == "public, max-age=60"


async def test_the_first_page_of_the_outbox_holds_what_was_created(
    client: httpx.AsyncClient, talk: Session
) -> None:
    outbox = (await client.get("/company/outbox", headers={"Accept": ACTIVITY})).json()

    page = (await client.get(outbox["first"], headers={"Accept": ACTIVITY})).json()

    assert [item["type"] for item in page["orderedItems"]] == ["Create"]
    assert page["orderedItems"][0]["object"]["name"] == talk.title


async def test_who_reads_neither_kind_gets_406(client: httpx.AsyncClient, founded: Founded) -> None:
    answer = await client.get("/company/outbox", headers={"Accept": "image/png"})

    assert answer.status_code == 406


@pytest.mark.parametrize(
    "path",
    [
        *("/sessions/1", "/sessions/99999999999999999999999", "/activities/1"),
        *("/people/1", "/people/99999999999999999999999", "/people/1/outbox", "/company/outbox?page=x"),
    ],
)
async def test_what_is_not_there_is_404_with_a_problem(
    client: httpx.AsyncClient, founded: Founded, path: str
) -> None:
    answer = await client.get(path, headers={"Accept": ACTIVITY})

    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


async def test_a_person_without_profile_is_only_there_to_be_verified(
    client: httpx.AsyncClient, founded: Founded
) -> None:
    answer = await client.get(f"/people/{founded.employee.id}", headers={"Accept": ACTIVITY})

    assert answer.status_code == 200
    assert "Jonas" not in answer.text
    assert (await client.get(f"/people/{founded.employee.id}")).status_code == 404


class Asking:
    """GETs signed as an ally's instance, whose key is known here already."""

    def __init__(self, client: httpx.AsyncClient, host: str) -> None:
        self.client = client
        self.key = secret_key(owner=f"https://{host}/actor")

    async def introduce(self, stage: Stage, host: str) -> None:
        public = public_key(self.key)
        pem = public.material.public_bytes(*PEM).decode()
        async with stage.instance.unit_of_work() as uow:
            uow.db.add(
                RemoteActor(
                    id=uow.new_id(),
                    uri=self.key.owner,
                    type="Application",
                    host=host,
                    inbox=f"https://{host}/inbox",
                    keys=[{"id": self.key.key_id, "kind": "rsa", "public": pem}],
                    document={},
                    fetched_at=uow.now,
                )
            )

    async def get(self, url: str, stage: Stage, dialect: Dialect = Dialect.CAVAGE) -> httpx.Response:
        now = stage.instance.clock.now()
        signed = sign("GET", url, None, self.key, dialect, now)
        return await self.client.get(url, headers={"Accept": ACTIVITY, **signed})


@pytest.mark.parametrize("dialect", list(Dialect))
async def test_an_allied_instance_sees_what_is_for_the_alliance(
    client: httpx.AsyncClient, stage: Stage, dialect: Dialect
) -> None:
    shared = await stage.publish(audience="alliance")
    await stage.ally("alpenwerk.example")
    asking = Asking(client, "alpenwerk.example")
    await asking.introduce(stage, "alpenwerk.example")
    url = Uris("https://nordlicht.example").session(shared.id)

    answer = await asking.get(url, stage, dialect)

    assert (answer.status_code, answer.json()["name"]) == (200, shared.title)
    assert answer.headers["cache-control"] == "private, no-store"
    assert "Signature" in answer.headers["vary"]
    assert "access-control-allow-origin" not in answer.headers


async def test_everybody_else_gets_the_same_404_as_for_nothing(
    client: httpx.AsyncClient, stage: Stage
) -> None:
    shared = await stage.publish(audience="alliance")
    ally = await stage.ally("alpenwerk.example")
    asking = Asking(client, "alpenwerk.example")
    await asking.introduce(stage, "alpenwerk.example")
    await stage.put(ally, "paused")
    url = Uris("https://nordlicht.example").session(shared.id)

    unsigned = await client.get(url, headers={"Accept": ACTIVITY})
    paused = await asking.get(url, stage)
    nothing = await client.get("/sessions/1", headers={"Accept": ACTIVITY})

    for answer in (unsigned, paused):
        assert answer.status_code == nothing.status_code == 404
        assert {**answer.json(), "instance": ""} == {**nothing.json(), "instance": ""}


async def test_a_wrong_signature_makes_a_stranger(client: httpx.AsyncClient, stage: Stage) -> None:
    shared = await stage.publish(audience="alliance")
    await stage.ally("alpenwerk.example")
    asking = Asking(client, "alpenwerk.example")
    await asking.introduce(stage, "alpenwerk.example")
    origin = "https://nordlicht.example"
    signed = sign("GET", f"{origin}/actor", None, asking.key, Dialect.CAVAGE, stage.instance.clock.now())

    answer = await client.get(path_of(shared), headers={"Accept": ACTIVITY, **signed})

    assert answer.status_code == 404


async def test_nobody_sees_what_is_for_the_company(client: httpx.AsyncClient, stage: Stage) -> None:
    internal = await stage.publish(audience="company")
    await stage.ally("alpenwerk.example")
    asking = Asking(client, "alpenwerk.example")
    await asking.introduce(stage, "alpenwerk.example")

    answer = await asking.get(Uris("https://nordlicht.example").session(internal.id), stage)

    assert answer.status_code == 404
