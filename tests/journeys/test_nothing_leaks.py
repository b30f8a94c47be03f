"""After people have met, their links are nowhere: no page, document, feed, log, row or file has them."""

from contextlib import AsyncExitStack
from datetime import UTC, datetime

import pytest

from tests.journeys.confidences import ALLIED, PUBLIC, Confidences, confide, documents_of, rows_of
from tests.journeys.crawling import (
    Headers,
    Reading,
    in_browser,
    links_of_document,
    links_of_page,
    read_everything,
    signed_by,
    unsigned,
)
from tests.journeys.devices import DESK
from tests.journeys.world import STAFF, World, opened

pytestmark = [pytest.mark.journey, pytest.mark.browser, pytest.mark.anyio]

COMPANIES = tuple(STAFF)
NOW = datetime.now(UTC)
# What an instance may serve besides its pages, by the addresses at which other software looks for it.
ELSEWHERE = [
    *("/calendar.ics", "/sessions.atom", "/sessions.json", "/library.md", "/llms.txt", "/mcp", "/newsletter"),
    *(
        "/calendar",
        "/calendar/month",
        "/calendar/week",
        "/communities",
        "/circles",
        "/stories",
        "/requests",
        "/search?q=verb",
        "/admin",
    ),
    *(
        "/robots.txt",
        "/metrics",
        "/healthz",
        "/readyz",
        "/.well-known/security.txt",
        "/.well-known/host-meta",
    ),
    *("/api/v1/instance", "/api/v2/instance", "/api/v1/timelines/public", "/api/v2/search?q=offen"),
    *("/api/v1/accounts/lookup?acct=lena", "/authorize_interaction", "/sitemap.xml", "/sessions.ics"),
]


@pytest.fixture(scope="module")
async def told(open_world: World) -> Confidences:
    """The secrets of a journey that is over."""
    confidences = await confide(open_world)
    await open_world.send_home()
    return confidences


def in_clear(told: Confidences, reading: Reading) -> list[str]:
    """Where a secret was read, in words."""
    return [f"{what}: {path}" for what, needle in told.needles.items() for path in reading.of(needle)]


async def test_those_who_may_know_do_know(told: Confidences) -> None:
    assert all(needle in told.hosting_page for needle in told.meeting.values())
    assert told.personal["Mia's link"] in told.knowing_page
    assert not any(needle in told.knowing_page for needle in told.meeting.values())
    assert min(map(len, told.needles.values())) >= 16


@pytest.mark.parametrize("name", COMPANIES)
async def test_no_page_shows_a_link_to_a_stranger(told: Confidences, name: str) -> None:
    reading = await every_page(told, name, in_browser(""))

    assert in_clear(told, reading) == []
    assert reading.of(PUBLIC)
    assert reading.of(ALLIED) == []


@pytest.mark.parametrize("name", COMPANIES)
async def test_no_page_shows_a_link_to_an_employee_who_does_not_go(told: Confidences, name: str) -> None:
    company = next(company for company in told.world.companies if company.name == name)
    somebody = await told.world.somebody(company, DESK, which=1)
    cookies = [f"{cookie['name']}={cookie['value']}" for cookie in await somebody.page.context.cookies()]
    await told.world.send_home()

    reading = await every_page(told, name, in_browser("; ".join(cookies)))

    assert in_clear(told, reading) == []
    assert reading.of(PUBLIC)
    assert reading.of(ALLIED)


@pytest.mark.parametrize("name", COMPANIES)
async def test_no_document_tells_a_link_to_a_stranger(told: Confidences, name: str) -> None:
    reading = await every_document(told, name, unsigned())

    assert in_clear(told, reading) == []
    documents = [path for path in reading.of(PUBLIC) if path.startswith(("/sessions/", "/company/"))]
    assert bool(documents) is (name == "nordlicht")
    assert reading.of(ALLIED) == []


@pytest.mark.parametrize("reader", COMPANIES)
@pytest.mark.parametrize("name", COMPANIES)
async def test_no_document_tells_a_link_to_a_partner(told: Confidences, name: str, reader: str) -> None:
    async with AsyncExitStack() as stack:
        federation = await opened(next(one for one in told.world.companies if one.name == reader))
        stack.push_async_callback(federation.instance.close)
        stack.push_async_callback(federation.close)

        reading = await every_document(told, name, signed_by(federation))

    assert in_clear(told, reading) == []
    assert bool(reading.of(ALLIED)) is (name == "nordlicht" and reader != "nordlicht")


@pytest.mark.parametrize("name", COMPANIES)
async def test_no_log_names_a_link(told: Confidences, name: str) -> None:
    company = next(company for company in told.world.companies if company.name == name)
    logs = [path for path in company.folder.rglob("*") if path.suffix in (".log", ".jsonl")]
    written = "\n".join(path.read_text(encoding="utf-8") for path in logs)

    assert [what for what, needle in told.needles.items() if needle in written] == []
    assert '"path": "/sessions' in written, "this log would say nothing in any case"
    assert ("/meet/…" in written or "/meet/\\u2026" in written) is (name == "nordlicht")


@pytest.mark.parametrize("name", COMPANIES)
async def test_no_row_holds_a_link_in_clear(told: Confidences, name: str) -> None:
    company = next(company for company in told.world.companies if company.name == name)

    found = {
        f"{what}: {column}"
        for column, stored in rows_of(company)
        for what, needle in told.needles.items()
        if needle.encode() in stored
    }

    assert found == set()


@pytest.mark.parametrize("name", COMPANIES)
async def test_no_file_holds_a_link_in_clear(told: Confidences, name: str) -> None:
    company = next(company for company in told.world.companies if company.name == name)
    files = {path.name: path.read_bytes() for path in company.folder.rglob("*") if path.is_file()}

    assert [
        f"{what}: {name}"
        for name, content in files.items()
        for what, needle in told.needles.items()
        if needle.encode() in content
    ] == []
    assert "alliance.db-wal" in files


async def test_the_meeting_room_is_not_told_where_people_come_from(told: Confidences) -> None:
    arrived = [request for request in told.world.room.requests if request.startswith("GET /rooms/")]

    assert arrived
    assert not any("referer:" in request.lower() for request in arrived)


async def every_page(told: Confidences, name: str, headers: Headers) -> Reading:
    """Every page that a browser finds at a company, and what other software would look for there."""
    company = next(company for company in told.world.companies if company.name == name)
    known = [path for path in documents_of(company) if path.startswith(("/sessions/", "/people/"))]
    feeds = [f"{path}.ics" for path in known if path.startswith("/sessions/")]
    reading = await read_everything(company, ["/", *ELSEWHERE, *known, *feeds], headers, links_of_page)
    assert max(reading.status.values()) < 500
    return reading


async def every_document(told: Confidences, name: str, headers: Headers) -> Reading:
    """Every document that another server finds or could guess at a company."""
    company = next(company for company in told.world.companies if company.name == name)
    reading = await read_everything(company, documents_of(company), headers, links_of_document)
    assert max(reading.status.values()) < 500
    return reading
