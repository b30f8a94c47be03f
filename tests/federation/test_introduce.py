"""Who can't be invited, and the sentence that says why; nothing is stored whatever comes back."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace

import orjson
import pytest
from aiohttp import web
from sqlalchemy import func, select

from alliance.errors import AllianceError
from alliance.instance import Instance
from alliance.models import Company, Partner
from alliance.settings import Settings
from federation.keys import generate_keys
from federation.models import RemoteActor
from federation.partners import introduce
from federation.uris import INSTANCE
from federation.wiring import Federation
from tests.federation.servers import serving
from tests.support.founding import found

Answering = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]
ACTIVITY = "application/activity+json"


@pytest.fixture
async def federation(settings: Settings) -> AsyncIterator[Federation]:
    """Nordlicht, which for once may call loopback."""
    instance = Instance(replace(settings, danger_private_networks=True))
    await found(instance)
    opened = await Federation.open(instance)
    async with instance.unit_of_work() as uow:
        await generate_keys(uow, INSTANCE)
    yield opened
    await opened.close()
    await instance.close()


def json(body: object, kind: str = "application/json") -> web.Response:
    return web.Response(body=orjson.dumps(body), content_type=kind)


def server(**answers: Answering) -> Answering:
    """Answers by the last part of the path, 404 for the rest."""

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        known = answers.get(request.path.rpartition("/")[2].replace(".", "_").replace("-", "_"))
        return await known(request) if known else web.Response(status=404)

    return answer


def nodeinfo(software: str) -> dict[str, Answering]:
    """NodeInfo of a server that runs `software`; it names an instance actor as well (FEP-2677)."""

    async def links(request: web.BaseRequest) -> web.StreamResponse:
        origin = f"http://{request.host}"
        rel = "http://nodeinfo.diaspora.software/ns/schema/2.1"
        application = "https://www.w3.org/ns/activitystreams#Application"
        return json(
            {
                "links": [
                    {"rel": rel, "href": f"{origin}/info"},
                    {"rel": application, "href": f"{origin}/actor"},
                ]
            }
        )

    async def info(_: web.BaseRequest) -> web.StreamResponse:
        return json({"version": "2.1", "software": {"name": software, "version": "4.3.0"}})

    return {"nodeinfo": links, "info": info}


async def refusal(federation: Federation, answer: Answering) -> str:
    """The sentence for people, with the port taken out; nothing may be stored."""
    async with serving(answer) as there:
        host = f"127.0.0.1:{there.port}"
        with pytest.raises(AllianceError) as caught:
            await introduce(federation, host)
    async with federation.instance.reading() as db:
        for table in (Partner, RemoteActor):
            assert await db.scalar(select(func.count()).select_from(table)) == 0
        assert await db.scalar(select(func.count()).select_from(Company)) == 1
    assert caught.value.status in (422, 409, 502)
    return str(caught.value).replace(host, "HOST")


async def test_a_server_of_another_kind_is_called_by_its_name(federation: Federation) -> None:
    said = await refusal(federation, server(**nodeinfo("mastodon")))

    assert said == "HOST is not an alliance server: it runs mastodon 4.3.0."


async def test_a_website(federation: Federation) -> None:
    async def page(_: web.BaseRequest) -> web.StreamResponse:
        return web.Response(text="<h1>Hello</h1>", content_type="text/html")

    assert await refusal(federation, page) == (
        "HOST answers with a web page: no alliance server seems to run there."
    )


async def test_a_server_without_anything(federation: Federation) -> None:
    assert await refusal(federation, server()) == "No alliance server seems to run at HOST."


async def test_a_server_that_says_alliance_and_is_none(federation: Federation) -> None:
    async def actor(request: web.BaseRequest) -> web.StreamResponse:
        id_ = f"http://{request.host}/actor"
        body = {"id": id_, "type": "Application", "inbox": f"{id_}/inbox", "preferredUsername": "alliance"}
        return json(body, ACTIVITY)

    async def webfinger(request: web.BaseRequest) -> web.StreamResponse:
        link = {"rel": "self", "type": ACTIVITY, "href": f"http://{request.host}/actor"}
        return json({"subject": request.query["resource"], "links": [link]})

    said = await refusal(federation, server(**nodeinfo("alliance"), actor=actor, webfinger=webfinger))

    assert said == "HOST is not an alliance server."


async def test_a_server_that_claims_to_be_another(federation: Federation) -> None:
    async def actor(request: web.BaseRequest) -> web.StreamResponse:
        return json({"id": "https://birch.example/actor", "type": "Application"}, ACTIVITY)

    said = await refusal(federation, server(**nodeinfo("alliance"), actor=actor))

    assert "HOST" in said or "birch.example" in said


async def test_ten_megabytes(federation: Federation) -> None:
    async def flood(_: web.BaseRequest) -> web.StreamResponse:
        return web.Response(body=b"{" + b" " * 10_000_000 + b"}", content_type="application/json")

    assert await refusal(federation, flood) == "The answer of HOST is too large."


async def test_redirects_without_end(federation: Federation) -> None:
    async def around(request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": str(request.rel_url)})

    assert await refusal(federation, around) == "HOST only sends us on to other addresses."


async def test_an_error_of_theirs(federation: Federation) -> None:
    async def broken(_: web.BaseRequest) -> web.StreamResponse:
        return web.Response(status=503)

    assert await refusal(federation, broken) == "HOST has trouble of its own at the moment."


async def test_nobody_listens(federation: Federation) -> None:
    listener = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    listener.close()
    await listener.wait_closed()

    with pytest.raises(AllianceError, match="the server seems to be down"):
        await introduce(federation, f"127.0.0.1:{port}")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Please type the host"),
        ("   ", "Please type the host"),
        ("https://", "not the address of a public server"),
        ("a b", "not the address of a public server"),
        ("x y@birch.example", "."),
        ("x" * 5000, "."),
        ("nordlicht.example", "your own company"),
        ("https://nordlicht.example/sessions/1", "your own company"),
    ],
)
async def test_what_people_type(federation: Federation, typed: str, said: str) -> None:
    with pytest.raises(AllianceError, match=said):
        await introduce(federation, typed)
