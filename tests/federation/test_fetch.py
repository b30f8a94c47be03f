"""The guarded GET: what it sends, what it follows, what it believes, and how it says no."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from federation import failures
from federation.allowed_urls import Rules
from federation.bounded_json import MAX_DEPTH, Unreadable, read_object
from federation.client import Client
from federation.fetch import AS2_PROFILE, Budget, Fetcher, is_activity_json
from federation.signatures import Dialect, Policy, SecretKey, SignedRequest, peek, verify
from tests.federation.servers import Web, serving
from tests.federation.signing import NOW, KeyStore, public_key, secret_key
from tests.support.clock import FrozenClock

OPEN = Rules(plain_http=True, any_port=True, literals=True, private_addresses=True)
OURS = "https://birch.example"
INSTANCE = f"{OURS}/actor"
ACTIVITY = "application/activity+json"

Answering = Callable[[web.BaseRequest], web.StreamResponse]


async def instance_key() -> SecretKey:
    return secret_key(key_id=f"{INSTANCE}#main-key", owner=INSTANCE)


def document(data: Any, content_type: str = ACTIVITY, **options: Any) -> web.Response:
    return web.Response(body=json.dumps(data).encode(), headers={"Content-Type": content_type}, **options)


def moved(location: str, status: int = 302) -> web.Response:
    return web.Response(status=status, headers={"Location": location})


@asynccontextmanager
async def fetching(pages: dict[str, Answering]) -> AsyncIterator[tuple[Fetcher, Web]]:
    """A fetcher, and a server with `pages` by path (with query); everything else is 404."""

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        page = pages.get(request.path_qs)
        return page(request) if page is not None else web.Response(status=404)

    async with serving(answer) as server, Client(OPEN) as client:
        yield Fetcher(client, instance_key, FrozenClock(NOW), OURS), server


def own_url(request: web.BaseRequest) -> str:
    return str(request.url)


def itself(request: web.BaseRequest) -> web.Response:
    """A document that is what it says."""
    return document({"id": own_url(request), "type": "Note", "content": "hello"})


async def test_a_document_that_is_what_it_says_is_fetched() -> None:
    async with fetching({"/note?x=1": itself}) as (fetcher, server):
        found = await fetcher.document(server.url("/note?x=1"))

        assert found.id == server.url("/note?x=1")
        assert found.data["content"] == "hello"
        accept = server.requests[0].headers["Accept"]
        assert accept == f'{ACTIVITY}, application/ld+json; profile="{AS2_PROFILE}"'


async def test_a_fragment_is_not_sent_and_leads_to_the_whole() -> None:
    async with fetching({"/actor": itself}) as (fetcher, server):
        assert (await fetcher.document(server.url("/actor#main-key"))).id == server.url("/actor")


def as_signed(request: web.BaseRequest) -> SignedRequest:
    fields = [(name.encode(), value.encode()) for name, value in request.headers.items()]
    return SignedRequest.received("GET", request.path_qs, "http", fields, b"")


async def signer_of(request: web.BaseRequest, server: Web) -> str:
    policy = Policy.of(server.url().removesuffix("/"))
    keys = KeyStore(public_key(await instance_key()))
    return (await verify(as_signed(request), keys, NOW, policy)).actor_id


async def test_every_fetch_is_signed_by_the_instance() -> None:
    async with fetching({"/note": itself}) as (fetcher, server):
        await fetcher.document(server.url("/note"))

        assert await signer_of(server.requests[0], server) == INSTANCE


async def test_a_refused_signature_is_tried_once_in_the_other_dialect() -> None:
    def picky(request: web.BaseRequest) -> web.Response:
        return itself(request) if "Signature-Input" in request.headers else web.Response(status=401)

    async with fetching({"/note": picky, "/never": lambda _: web.Response(status=401)}) as (fetcher, server):
        await fetcher.document(server.url("/note"))
        with pytest.raises(failures.DeniedThere):
            await fetcher.document(server.url("/never"))

        dialects = [peek(as_signed(request))[0].dialect for request in server.requests]
        assert dialects == [Dialect.CAVAGE, Dialect.RFC9421] * 2
        assert await signer_of(server.requests[1], server) == INSTANCE


async def test_three_redirects_are_followed_and_a_fourth_is_not() -> None:
    pages: dict[str, Answering] = {"/0": itself}
    for number in range(1, 5):
        pages[f"/{number}"] = lambda request: moved(f"/{int(request.path[1:]) - 1}")
    async with fetching(pages) as (fetcher, server):
        assert (await fetcher.document(server.url("/3"))).id == server.url("/0")
        with pytest.raises(failures.TooManyRedirects):
            await fetcher.document(server.url("/4"))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_every_kind_of_redirect_is_followed(status: int) -> None:
    async with fetching({"/a": lambda _: moved("b", status), "/b": itself}) as (fetcher, server):
        assert (await fetcher.document(server.url("/a"))).id == server.url("/b")


async def test_a_signature_is_made_anew_for_another_host_and_not_carried_there() -> None:
    async with (
        fetching({"/b": itself}) as (_, second),
        fetching({"/a": lambda _: moved(second.url("/b"))}) as (fetcher, first),
    ):
        await fetcher.document(first.url("/a"))

        there, here = second.requests[0], first.requests[0]
        assert there.headers["Signature"] != here.headers["Signature"]
        assert await signer_of(there, second) == INSTANCE


@pytest.mark.parametrize(
    "location",
    [
        "ftp://127.0.0.1/",
        "http://a@127.0.0.1/",
        "file:///etc/passwd",
        "//[::1",
        "http://127.0.0.1:x/",
        "//a b/",
    ],
)
async def test_redirects_are_checked_like_any_address(location: str) -> None:
    async with fetching({"/a": lambda _: moved(location)}) as (fetcher, server):
        with pytest.raises(failures.UrlRefused):
            await fetcher.document(server.url("/a"))

        assert len(server.requests) == 1


async def test_a_redirect_into_a_private_network_is_not_followed() -> None:
    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        return moved("http://10.0.0.1/")

    rules = Rules(plain_http=True, any_port=True, private_hosts=frozenset({"birch.localhost"}))
    async with serving(answer) as server, Client(rules) as client:
        fetcher = Fetcher(client, instance_key, FrozenClock(NOW), OURS)
        with pytest.raises(failures.UrlRefused):
            await fetcher.document(server.url("/", host="birch.localhost"))


async def test_a_redirect_without_address_is_refused() -> None:
    async with fetching({"/a": lambda _: web.Response(status=302)}) as (fetcher, server):
        with pytest.raises(failures.TooManyRedirects):
            await fetcher.document(server.url("/a"))


async def test_our_own_address_is_never_asked() -> None:
    async with fetching({}) as (fetcher, _):
        for url in (INSTANCE, f"{OURS}/people/1#main-key"):
            with pytest.raises(failures.UrlRefused):
                await fetcher.document(url)


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (lambda _: web.Response(status=404), failures.MissingThere),
        (lambda _: web.Response(status=410), failures.GoneThere),
        (lambda _: web.Response(status=403), failures.DeniedThere),
        (lambda _: web.Response(status=500), failures.BusyThere),
        (lambda _: web.Response(status=429), failures.BusyThere),
        (lambda _: web.Response(status=204), failures.AnsweredStatus),
        (lambda _: web.Response(text="<html>", content_type="text/html"), failures.NotAnActivity),
        (lambda _: document({"id": "x"}, "application/json"), failures.NotAnActivity),
        (lambda _: document({"id": "x"}, "application/ld+json"), failures.NotAnActivity),
        (lambda _: document([1]), failures.BadDocument),
        (lambda _: web.Response(body=b"{", headers={"Content-Type": ACTIVITY}), failures.BadDocument),
        (lambda _: web.Response(body=b"\xff", headers={"Content-Type": ACTIVITY}), failures.BadDocument),
        (lambda _: web.Response(body=b"[" * 5000, headers={"Content-Type": ACTIVITY}), failures.BadDocument),
        (lambda _: document({"id": "x", "@graph": []}), failures.BadDocument),
        (lambda _: document({"type": "Note"}), failures.WrongId),
        (lambda _: document({"id": 5}), failures.WrongId),
        (lambda _: document({"id": "urn:x"}), failures.WrongId),
        (lambda _: document({"id": "x" * 1_000_001}), failures.TooLarge),
    ],
)
async def test_answers_that_can_not_be_used_have_a_name(
    answer: Answering, failure: type[failures.FetchFailed]
) -> None:
    async with fetching({"/note": answer}) as (fetcher, server):
        with pytest.raises(failure) as caught:
            await fetcher.document(server.url("/note"))

    assert type(caught.value) is failure
    assert str(server.port) in str(caught.value)


async def test_a_document_with_another_id_is_fetched_once_more_at_that_id() -> None:
    pages: dict[str, Answering] = {
        "/@alice": lambda request: document({"id": str(request.url.with_path("/people/1"))}),
        "/people/1": itself,
    }
    async with fetching(pages) as (fetcher, server):
        assert (await fetcher.document(server.url("/@alice"))).id == server.url("/people/1")
        assert [request.path for request in server.requests] == ["/@alice", "/people/1"]


async def test_a_document_that_points_elsewhere_again_is_refused() -> None:
    def another(request: web.BaseRequest) -> web.Response:
        return document({"id": own_url(request) + "x"})

    async with fetching({"/a": another, "/ax": another}) as (fetcher, server):
        with pytest.raises(failures.WrongId):
            await fetcher.document(server.url("/a"))

        assert len(server.requests) == 2


async def test_a_document_can_not_speak_for_another_host_by_a_redirect_there() -> None:
    """Acorn redirects to Mallory, who serves Acorn's id: only Acorn itself may say what Acorn's id is."""

    async def forged(request: web.BaseRequest) -> web.StreamResponse:
        return document({"id": request.query["claims"], "name": "Mallory"})

    async with serving(forged) as mallory:
        pages: dict[str, Answering] = {"/a": lambda r: moved(mallory.url(f"/?claims={r.url}"))}
        async with fetching(pages) as (fetcher, acorn):
            with pytest.raises(failures.WrongId):
                await fetcher.document(acorn.url("/a"))


async def test_a_budget_is_spent_by_every_request() -> None:
    async with fetching({"/note": itself, "/a": lambda _: moved("/note")}) as (fetcher, server):
        budget = Budget(5)
        await fetcher.document(server.url("/note"), budget)
        await fetcher.document(server.url("/a"), budget)
        assert budget.left == 2

        budget = Budget(1)
        with pytest.raises(failures.BudgetSpent):
            await fetcher.document(server.url("/a"), budget)


@pytest.mark.parametrize(
    ("content_type", "accepted"),
    [
        ("application/activity+json", True),
        ("Application/Activity+JSON; charset=utf-8", True),
        (f'application/ld+json; profile="{AS2_PROFILE}"', True),
        (f'application/ld+json; charset=utf-8; profile="http://other.example {AS2_PROFILE}"', True),
        ("application/ld+json", False),
        ('application/ld+json; profile="https://other.example"', False),
        (f'application/json; profile="{AS2_PROFILE}"', False),
        ("text/html", False),
        ("", False),
        ("nonsense", False),
        ("application/ld+json; profile*=utf-8''x", False),
    ],
)
def test_content_types(content_type: str, accepted: bool) -> None:
    assert is_activity_json(content_type) is accepted


@given(content_type=st.text(st.characters(codec="latin-1", exclude_characters="\r\n"), max_size=60))
def test_content_types_of_any_text_are_judged(content_type: str) -> None:
    assert is_activity_json(f"x/y{content_type}") is False


@pytest.mark.parametrize("key", ["@graph", "@included", "@reverse"])
def test_parts_that_could_smuggle_objects_in_are_refused_at_any_depth(key: str) -> None:
    hostile: list[Any] = [{key: 1}, {"object": {key: []}}, {"a": [[{"b": {key: None}}]]}]
    for data in hostile:
        with pytest.raises(Unreadable):
            read_object(json.dumps(data).encode())


def nested(levels: int) -> bytes:
    return b'{"a":' * levels + b"1" + b"}" * levels


def test_depth_is_bounded() -> None:
    assert read_object(nested(MAX_DEPTH))
    with pytest.raises(Unreadable):
        read_object(nested(MAX_DEPTH + 1))


@given(raw=st.binary(max_size=100))
def test_bytes_of_any_kind_are_read_or_refused(raw: bytes) -> None:
    try:
        data = read_object(raw)
    except Unreadable:
        return
    assert isinstance(data, dict)
