"""The page of external sources: who it is before anybody says yes, and what administrators can do."""

from collections.abc import AsyncIterator

import httpx
import pytest

from alliance.settings import Settings
from federation.reading_sources import read_sources
from tests.federation.sources.library import Library
from tests.hostile.siege import OURS, siege
from tests.support.clock import FrozenClock

PAGE = f"{OURS}/admin/sources"


@pytest.fixture
async def library(settings: Settings, clock: FrozenClock) -> AsyncIterator[Library]:
    """A library that publishes events on a server of its own."""
    async with siege(settings, clock) as opened:
        yield Library(opened)


@pytest.fixture
async def admin(library: Library) -> AsyncIterator[httpx.AsyncClient]:
    """The browser of the administrator."""
    async with await library.under.browser(library.under.stage.founded.admin) as browser:
        yield browser


async def test_the_page_is_for_administrators(library: Library) -> None:
    async with await library.under.browser(library.under.stage.host) as jonas:
        assert (await jonas.get(PAGE)).status_code == 404
        assert (await jonas.post(f"{PAGE}/new", data={"what": library.uri})).status_code == 404
    async with await library.under.browser() as stranger:
        assert (await stranger.get(PAGE)).status_code in (303, 401)


async def test_they_are_shown_before_anybody_says_yes(library: Library, admin: httpx.AsyncClient) -> None:
    library.lists(library.event(1), library.event(2))

    async with library.under.unchanged():
        answer = await admin.get(f"{PAGE}/new", params={"what": library.uri})

    assert answer.status_code == 200
    for told in (
        "Stadtbibliothek",
        f"library@{library.server.authority}",
        "<dd>2</dd>",
        "Show these events",
    ):
        assert told in answer.text


async def test_yes_subscribes_with_the_topics_typed(library: Library, admin: httpx.AsyncClient) -> None:
    said = {"what": library.uri, "uri": library.uri, "topics": "Python, #KI"}

    answer = await admin.post(f"{PAGE}/new", data=said)

    assert (answer.status_code, answer.headers["location"]) == (303, "/admin/sources")
    source = await library.source()
    assert source is not None
    assert source.topics == ["Python", "KI"]
    page = (await admin.get(PAGE)).text
    assert "Asked; no answer yet since" in page
    assert "Only Python, KI" in page


async def test_another_account_than_was_shown_is_refused(library: Library, admin: httpx.AsyncClient) -> None:
    said = {"what": library.uri, "uri": f"{library.server.origin}/@chess", "topics": ""}

    answer = await admin.post(f"{PAGE}/new", data=said)

    assert answer.status_code == 422
    assert "shows another account than a moment ago" in answer.text
    assert await library.source() is None


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Please type a handle or an address"),
        (OURS, "That is your own company."),
        ("http://127.0.0.9:1/@nobody", "does not accept connections"),
        ("no host at all", "is not the address of a public server"),
        ("javascript:alert(1)", "is not the address of a public server"),
        ("{b}/company", "is the server of a company that you know"),
    ],
)
async def test_what_is_no_source_is_said_beside_the_field(
    library: Library, admin: httpx.AsyncClient, typed: str, said: str
) -> None:
    what = typed.replace("{b}", library.under.b.origin)

    answer = await admin.get(f"{PAGE}/new", params={"what": what})
    if answer.status_code == 200:
        answer = await admin.post(f"{PAGE}/new", data={"what": what, "uri": what, "topics": ""})

    assert answer.status_code == 422
    assert said in answer.text


async def test_paused_resumed_and_removed(library: Library, admin: httpx.AsyncClient) -> None:
    await library.followed()
    await library.says("Create", library.event())
    source = await library.source()
    assert source is not None
    address = f"{PAGE}/{source.company_id}"

    assert "1 upcoming event" in (await admin.get(PAGE)).text
    await admin.post(f"{address}/pause")
    assert "Paused by you since" in (await admin.get(PAGE)).text
    assert "Bindings" not in (await admin.get(f"{OURS}/")).text
    await admin.post(f"{address}/resume")
    await read_sources(library.under.federation)
    assert "Bindings" in (await admin.get(f"{OURS}/")).text
    assert "Its events disappear here" in (await admin.get(f"{address}/remove")).text
    await admin.post(f"{address}/remove")

    assert await library.source() is None
    assert "Bindings" not in (await admin.get(f"{OURS}/")).text
    assert (await admin.get(f"{address}/remove")).status_code == 404
    assert (await admin.post(f"{address}/remove")).status_code == 404
    assert (await admin.post(f"{address}/explode")).status_code == 404


async def test_a_silent_server_is_told_with_its_reason(library: Library, admin: httpx.AsyncClient) -> None:
    library.server.documents["/@library/outbox"] = 503
    await library.subscribe()
    await library.accept()
    await read_sources(library.under.federation)

    page = (await admin.get(PAGE)).text

    assert "Not reachable since" in page
    assert f"{library.server.authority} has trouble of its own at the moment." in page


async def test_what_they_say_about_themselves_is_shown_as_text(
    library: Library, admin: httpx.AsyncClient
) -> None:
    shown = library.server.documents["/@library"]
    shown["name"] = "<script>alert(1)</script>"
    shown["summary"] = "<img src=x onerror=alert(1)>Books"

    answer = await admin.get(f"{PAGE}/new", params={"what": library.uri})

    assert "<script>alert" not in answer.text
    assert "onerror" not in answer.text
    assert "&lt;script&gt;" in answer.text


async def test_the_filter_is_there_where_sources_are(library: Library, admin: httpx.AsyncClient) -> None:
    assert "external=1" not in (await admin.get(f"{OURS}/")).text
    await library.followed()

    assert 'href="/?external=1"' in (await admin.get(f"{OURS}/")).text


async def test_in_german(library: Library, admin: httpx.AsyncClient) -> None:
    await library.followed()
    await library.says("Create", library.event())
    admin.headers["Accept-Language"] = "de"

    assert "Externe Quellen" in (await admin.get(PAGE)).text
    assert f"Extern, von {library.server.authority}" in (await admin.get(f"{OURS}/")).text
