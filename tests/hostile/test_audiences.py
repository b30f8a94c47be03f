"""Class audience escalation: what is for allies or colleagues, asked for through every door that there is."""

from typing import Any

import httpx
import pytest
from sqlalchemy import select

from alliance.models import Session
from federation.models import OutboxActivity
from tests.hostile.siege import OURS, Siege
from tests.partner import Partner

DOORS = (
    "/sessions/{id}", "/activities/{activity}", "/notes/{activity}", "/company/outbox",
    "/company/outbox?page=true",
    "/actor/outbox?page=true", "/company/featured", "/company/upcoming", "/company/upcoming?page=true",
    "/people/{host}", "/people/{host}/outbox?page=true", "/company/experts?page=true", "/nodeinfo/2.1",
    "/.well-known/webfinger?resource=acct:jonas.brandt@nordlicht.localhost:8001", "/partners",
    "/authorize_interaction?uri=" + OURS + "/sessions/{id}", "/", "/sessions", "/experts", "/metrics",
    "/sessions?topic=quarzglas", "/sessions?free=1", "/@jonas.brandt", "/@person-{host}", "/robots.txt",
)  # fmt: skip
TITLE = "Quarzglas im Geheimen"
LINK = "meet.example"


async def hidden(under: Siege, audience: str) -> Session:
    """A session with a title that nobody else has."""
    return await under.stage.publish(audience=audience, title=TITLE, topics=("Quarzglas",))


async def addresses(under: Siege, session: Session) -> list[str]:
    """Every door, with the numbers that an insider would know."""
    async with under.federation.instance.reading() as db:
        number = await db.scalar(select(OutboxActivity.id).order_by(OutboxActivity.id.desc()))
    return [door.format(id=session.id, host=under.stage.host.id, activity=number or 1) for door in DOORS]


def shows(answer: httpx.Response) -> bool:
    """Whether anything of it is told."""
    return (
        "Quarzglas" in answer.text or "quarzglas" in answer.headers.get("location", "") or LINK in answer.text
    )


WHO = ["nobody", "x:/actor", "x:/company", "b:/people/7", "paused", "left", "blocked", "asking", "stolen key"]


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("audience", ["alliance", "company"])
async def test_no_door_shows_what_is_not_for_them(under: Siege, who: str, audience: str) -> None:
    session = await hidden(under, audience)
    by: Partner | None = None if who == "nobody" else under.b
    actor: str | None = None
    if ":" in who:
        server, _, path = who.partition(":")
        by = getattr(under, server)
        actor = f"{getattr(under, server).origin}{path}"
    elif who in ("paused", "left", "blocked", "asking"):
        await under.put(under.b, who)
    elif who == "stolen key":
        by, actor = under.x, under.b.actor
    leaks, counts = [], []
    for address in await addresses(under, session):
        answer = await under.get(address, by, actor)
        page = await under.client.get(address, headers={"Accept": "text/html"})
        if "topic=quarzglas" not in address and shows(page):
            leaks.append((address, "page"))
        if shows(answer) and answer.headers.get("content-type", "").find("json") >= 0:
            leaks.append((address, "document"))
        if answer.status_code == 200 and "json" in answer.headers["content-type"]:
            counts.append(answer.json().get("totalItems", 0))

    assert leaks == []
    assert sum(counts) <= 2  # the partners that we have, no session


async def test_no_document_tells_what_is_for_colleagues_to_an_ally(under: Siege) -> None:
    session = await hidden(under, "company")

    for address in await addresses(under, session):
        for actor in ("/actor", "/company"):
            answer = await under.get(address, under.b, f"{under.b.origin}{actor}")
            assert "Quarzglas im" not in answer.text, address
            assert LINK not in answer.text, address


@pytest.mark.parametrize("audience", ["alliance", "public"])
async def test_nobody_is_told_the_meeting_link(under: Siege, audience: str) -> None:
    session = await hidden(under, audience)

    for address in await addresses(under, session):
        for by in (under.b, None):
            assert LINK not in (await under.get(address, by)).text
        assert LINK not in (await under.client.get(address, headers={"Accept": "text/html"})).text


def told(answer: httpx.Response) -> tuple[Any, ...]:
    """Everything of an answer but its number."""
    headers = {name: value for name, value in answer.headers.items() if name != "x-request-id"}
    is_problem = bool(answer.content) and "json" in answer.headers.get("content-type", "")
    body = answer.json() | {"instance": ""} if is_problem else answer.text
    return answer.status_code, headers, body


@pytest.mark.parametrize("accept", ["application/activity+json", "text/html", "application/json", "*/*", ""])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_what_is_hidden_looks_exactly_like_nothing(under: Siege, accept: str, method: str) -> None:
    session = await hidden(under, "alliance")
    tag = (await under.get(f"/sessions/{session.id}", under.b)).headers["etag"]

    for extra in ({}, {"If-None-Match": tag}, {"If-None-Match": "*"}, {"If-Match": "*"},
    {"Range": "bytes=0-1"},
                  {"If-Modified-Since": "Mon, 16 Mar 2026 08:00:00 GMT"}):  # fmt: skip
        headers = {"Accept": accept, **extra}
        there = await under.client.request(method, f"/sessions/{session.id}", headers=headers)
        nothing = await under.client.request(method, f"/sessions/{session.id + 1}", headers=headers)
        one, other = told(there), told(nothing)
        assert str(one).replace(str(session.id), "N") == str(other).replace(str(session.id + 1), "N"), extra
        assert there.status_code == 404


async def test_head_is_no_way_in_and_its_signature_is_for_head_alone(under: Siege) -> None:
    session = await hidden(under, "alliance")
    url = f"/sessions/{session.id}"
    signed = dict((await under.get(url, under.b)).request.headers)

    with_get = await under.client.get(url, headers=signed)
    with_head = await under.client.head(url, headers=signed)
    elsewhere = await under.client.get("/company/upcoming?page=true", headers=signed)
    override = await under.client.post(url, headers={**signed, "X-HTTP-Method-Override": "GET"})

    assert (with_get.status_code, with_head.status_code) == (200, 404)
    assert not shows(elsewhere)
    assert override.status_code in (403, 404, 405)


async def test_an_ally_gets_it_and_only_while_it_is_one(under: Siege) -> None:
    session = await hidden(under, "alliance")
    statuses = [(await under.get(f"/sessions/{session.id}", under.c)).status_code]
    for state in ("paused", "allied", "left"):
        await under.put(under.c, state)
        statuses.append((await under.get(f"/sessions/{session.id}", under.c)).status_code)

    assert statuses == [200, 404, 200, 404]


async def test_what_b_shares_with_us_is_not_shared_on(under: Siege) -> None:
    event = under.event(under.b, name=TITLE)
    assert (await under.attack(under.b, under.says(under.b, "Create", event))).state == "processed"
    held = await under.session(event["id"])
    assert held is not None

    for address in (*(await addresses(under, held)), f"/authorize_interaction?uri={event['id']}"):
        for by in (None, under.c, under.b, under.x):
            assert TITLE not in (await under.get(address, by)).text, address
        page = await under.client.get(address, headers={"Accept": "text/html"})
        assert TITLE not in page.text, address
        assert str(held.id) not in page.headers.get("location", "") or str(held.id) in address


async def test_a_signature_of_a_stranger_makes_us_fetch_nothing(under: Siege) -> None:
    session = await hidden(under, "alliance")
    del under.x.asked[:]

    for _ in range(5):
        await under.get(f"/sessions/{session.id}", under.x)

    assert under.x.asked == []
