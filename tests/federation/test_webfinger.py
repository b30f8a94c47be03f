"""Finding a server by what a person typed, exactly; and the documents by which we are found."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from bovine.types.jrd import JrdData

from federation import failures
from federation.allowed_urls import Rules
from federation.client import Client
from federation.fetch import Fetcher
from federation.signatures import SecretKey
from federation.webfinger import (
    APPLICATION,
    NODEINFO,
    SERVICE,
    actor_descriptor,
    actor_of,
    find_instance,
    host_meta,
    host_meta_xml,
    nodeinfo,
    nodeinfo_links,
    read_typed,
    server_descriptor,
    software_of,
)
from tests.federation.servers import Names, Web, serving
from tests.federation.signing import NOW, secret_key
from tests.support.clock import FrozenClock

OPEN = Rules(plain_http=True, any_port=True, literals=True, private_addresses=True)
ACTIVITY = "application/activity+json"
HTML = "<html>"
WEBFINGER = "/.well-known/webfinger"


@pytest.mark.parametrize(
    ("text", "origin", "username"),
    [
        ("birch.example", "https://birch.example", None),
        ("  Birch.Example  ", "https://birch.example", None),
        ("https://birch.example", "https://birch.example", None),
        ("https://birch.example/sessions/5?x=1", "https://birch.example", None),
        ("http://birch.example/", "http://birch.example", None),
        ("birch.example:8443", "https://birch.example:8443", None),
        ("birch.example:443", "https://birch.example", None),
        ("alliance@birch.example", "https://birch.example", "alliance"),
        ("@sessions@birch.example", "https://birch.example", "sessions"),
        ("acct:sessions@birch.example", "https://birch.example", "sessions"),
        ("bücher.example", "https://xn--bcher-kva.example", None),
        ("birch.localhost:8001", "https://birch.localhost:8001", None),
    ],
)
def test_what_people_type_is_read(text: str, origin: str, username: str | None) -> None:
    typed = read_typed(text)

    assert (typed.origin, typed.username) == (origin, username)


NO_HOSTS = [
    "",
    "   ",
    "@",
    "@@",
    "a@",
    "@@birch.example",
    "https://",
    "birch.example:x",
    "[::1",
    "[::1]",
    "a b.c",
]


@pytest.mark.parametrize("text", [*NO_HOSTS, "https://a:b@birch.example", "x" * 301, "x" * 254 + ".example"])
def test_what_is_no_host_is_refused(text: str) -> None:
    with pytest.raises(failures.UrlRefused):
        read_typed(text)


def test_during_development_local_names_are_asked_over_http() -> None:
    assert read_typed("birch.localhost:8001", plain_http=True).origin == "http://birch.localhost:8001"
    assert read_typed("birch.example", plain_http=True).origin == "https://birch.example"


class Birch:
    """A server that answers what a test says, with everything right to begin with."""

    def __init__(self, server: Web, fetcher: Fetcher) -> None:
        self.server = server
        self.fetcher = fetcher
        self.pages: dict[str, Any] = {}

    @property
    def origin(self) -> str:
        return self.server.url().removesuffix("/")

    @property
    def host(self) -> str:
        return self.origin.removeprefix("http://")

    @property
    def actor(self) -> str:
        return f"{self.origin}/actor"

    def publish(self) -> None:
        """An alliance server as it should be."""
        handle = f"alliance@{self.host}"
        self.pages = {
            "/actor": {"id": self.actor, "type": "Application", "preferredUsername": "alliance"},
            f"{WEBFINGER}?resource={self.origin}/": server_descriptor(self.origin, self.actor),
            f"{WEBFINGER}?resource=acct:{handle}": actor_descriptor(
                handle, self.actor, f"{self.origin}/", self.origin
            ),
            "/.well-known/nodeinfo": nodeinfo_links(self.origin, self.actor),
            "/nodeinfo/2.1": nodeinfo("alliance", "0.1.0", 5, 7, {}),
        }


async def our_key() -> SecretKey:
    return secret_key()


@pytest.fixture
async def birch() -> AsyncIterator[Birch]:
    birches: list[Birch] = []

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        page = birches[0].pages.get(request.path_qs, 404)
        if isinstance(page, int):
            return web.Response(status=page)
        if page == HTML:
            return web.Response(text=HTML, content_type="text/html")
        kind = ACTIVITY if request.path == "/actor" else "application/jrd+json"
        return web.json_response(page, content_type=kind)

    async with serving(answer) as server, Client(OPEN) as client:
        birches.append(Birch(server, Fetcher(client, our_key, FrozenClock(NOW), "https://acorn.example")))
        birches[0].publish()
        yield birches[0]


async def find(birch: Birch, text: str | None = None) -> str:
    found = await find_instance(birch.fetcher, read_typed(text or birch.origin, plain_http=True))
    assert found.document.id == birch.actor
    return found.handle


async def test_a_server_is_found_by_its_host(birch: Birch) -> None:
    assert await find(birch) == f"alliance@{birch.host}"
    assert await find(birch, birch.host) == f"alliance@{birch.host}"
    assert "Signature" not in birch.server.requests[0].headers


async def test_a_server_is_found_by_a_handle(birch: Birch) -> None:
    assert await find(birch, f"@alliance@{birch.host}") == f"alliance@{birch.host}"


@pytest.mark.parametrize("relation", [SERVICE, APPLICATION, "self"])
async def test_the_server_actor_is_found_under_each_relation_in_use(birch: Birch, relation: str) -> None:
    """FEP-d556 says as:Service, or self when there is no doubt (as Mastodon does)."""
    link = {"rel": relation, "type": ACTIVITY, "href": birch.actor}
    birch.pages[f"{WEBFINGER}?resource={birch.origin}/"] = {"subject": birch.origin, "links": [link]}

    assert await find(birch) == f"alliance@{birch.host}"


@pytest.mark.parametrize(
    "answer", [404, 400, 500, {"links": []}, {"links": None}, {}, "text", {"links": [{"rel": "self"}]}]
)
async def test_nodeinfo_is_asked_when_webfinger_knows_no_server(birch: Birch, answer: Any) -> None:
    """FEP-2677."""
    birch.pages[f"{WEBFINGER}?resource={birch.origin}/"] = answer

    assert await find(birch) == f"alliance@{birch.host}"


async def test_a_host_without_any_actor_is_named(birch: Birch) -> None:
    birch.pages = {}

    with pytest.raises(failures.NoServer) as caught:
        await find(birch)

    assert str(caught.value) == f"No alliance server seems to run at {birch.host}."


async def test_a_web_page_is_named(birch: Birch) -> None:
    birch.pages = {f"{WEBFINGER}?resource={birch.origin}/": HTML, "/.well-known/nodeinfo": HTML}

    with pytest.raises(failures.NotAnActivity):
        await find(birch)


@pytest.mark.parametrize(
    ("href", "username"),
    [
        ("/x", "alliance"),
        ("/actor/", "alliance"),
        ("/actor", "somebody"),
        ("/actor", None),
        ("/actor", 5),
    ],
)
async def test_the_round_trip_must_be_exact(birch: Birch, href: str, username: Any) -> None:
    birch.pages["/actor"]["preferredUsername"] = username
    handle = f"alliance@{birch.host}"
    birch.pages[f"{WEBFINGER}?resource=acct:{handle}"]["links"][0]["href"] = birch.origin + href

    with pytest.raises(failures.FetchFailed):
        await find(birch)


async def test_a_server_can_not_pass_off_the_actor_of_another_as_its_own(birch: Birch) -> None:
    """Mallory's WebFinger names Birch's actor under Mallory's name; Birch does not know that handle."""
    pages: dict[str, Any] = {}

    async def mallory_answers(request: web.BaseRequest) -> web.StreamResponse:
        return web.json_response(pages[request.path_qs], content_type="application/jrd+json")

    async with serving(mallory_answers) as mallory:
        origin = mallory.url(host="mallory.localhost").removesuffix("/")
        handle = f"alliance@{origin.removeprefix('http://')}"
        pages[f"{WEBFINGER}?resource={origin}/"] = server_descriptor(origin, birch.actor)
        pages[f"{WEBFINGER}?resource=acct:{handle}"] = actor_descriptor(handle, birch.actor, origin, origin)

        with pytest.raises(failures.NoServer):
            await find_instance(birch.fetcher, read_typed(origin))


async def test_links_of_other_types_are_passed_over(birch: Birch) -> None:
    links = [
        {"rel": "self"},
        {"rel": "self", "href": f"{birch.origin}/html", "type": "text/html"},
        {
            "rel": "self",
            "href": birch.actor,
            "type": 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"',
        },
    ]
    birch.pages[f"{WEBFINGER}?resource=acct:a@{birch.host}"] = {"links": links}

    assert await actor_of(birch.fetcher, birch.origin, f"a@{birch.host}") == birch.actor


@pytest.mark.parametrize("broken", [{"links": "x"}, {"links": [5]}, {"subject": 5, "links": []}, [1]])
async def test_broken_descriptors_are_named(birch: Birch, broken: Any) -> None:
    birch.pages[f"{WEBFINGER}?resource=acct:a@{birch.host}"] = broken

    with pytest.raises(failures.BadDocument):
        await actor_of(birch.fetcher, birch.origin, f"a@{birch.host}")


async def test_the_software_of_a_server_is_told(birch: Birch) -> None:
    assert await software_of(birch.fetcher, birch.origin) == "alliance 0.1.0"


@pytest.mark.parametrize("href", ["https://cedar.example/nodeinfo/2.1", "/nodeinfo/2.1"])
async def test_nodeinfo_of_another_host_is_not_read(birch: Birch, href: str) -> None:
    birch.pages["/.well-known/nodeinfo"] = {"links": [{"rel": NODEINFO, "href": href}]}

    with pytest.raises(failures.BadDocument):
        await software_of(birch.fetcher, birch.origin)


async def test_a_host_in_a_private_network_is_named() -> None:
    async with Client(Rules(), lookup=Names(["192.168.1.1"])) as client:
        fetcher = Fetcher(client, our_key, FrozenClock(NOW), "https://acorn.example")
        with pytest.raises(failures.PrivateAddress):
            await find_instance(fetcher, read_typed("birch.example"))


def test_our_descriptor_names_the_actor_verbatim() -> None:
    document = actor_descriptor(
        "jörg@birch.example",
        "https://birch.example/people/1",
        "https://birch.example/@joerg",
        "https://birch.example",
        [
            {
                "rel": "https://w3id.org/fep/3b86/Follow",
                "template": "https://birch.example/intents/follow?object={object}",
            }
        ],
    )

    assert document["subject"] == "acct:j%C3%B6rg@birch.example"
    assert document["links"][0] == {"rel": "self", "type": ACTIVITY, "href": "https://birch.example/people/1"}
    relations = [link["rel"].rpartition("/")[2] for link in document["links"]]
    assert relations == ["self", "profile-page", "subscribe", "Follow"]
    assert JrdData.model_validate(document).subject == document["subject"]


def test_host_meta_leads_to_webfinger() -> None:
    template = "https://birch.example/.well-known/webfinger?resource={uri}"

    assert host_meta("https://birch.example")["links"][0]["template"] == template
    assert f'template="{template}"' in host_meta_xml("https://birch.example")


def test_nodeinfo_is_of_version_2_1_and_counts_no_active_people() -> None:
    document = nodeinfo("alliance", "0.1.0", 5, 7, {"nodeName": "Birch"})

    assert document == {
        "version": "2.1",
        "software": {"name": "alliance", "version": "0.1.0"},
        "protocols": ["activitypub"],
        "services": {"inbound": [], "outbound": []},
        "openRegistrations": False,
        "usage": {"users": {"total": 5}, "localPosts": 7},
        "metadata": {"nodeName": "Birch"},
    }
