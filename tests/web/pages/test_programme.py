"""The programme shows each visitor the next sessions that are meant for them."""

from datetime import timedelta

import httpx
import pytest
from sqlalchemy import event

from alliance.instance import Instance
from federation.wiring import Federation
from tests.support.founding import Founded
from tests.web.pages.conftest import BROWSER
from tests.web.pages.scenes import from_partner, offered, partner

pytestmark = pytest.mark.anyio


async def test_an_empty_programme_tells_the_next_step(jonas: httpx.AsyncClient) -> None:
    page = await jonas.get("/")

    assert page.status_code == 200
    assert "Offer the first session" in page.text


async def test_strangers_see_what_is_public_and_a_way_in(
    stranger: httpx.AsyncClient, instance: Instance, founded: Founded
) -> None:
    await offered(instance, founded.employee, "Für alle", audience="public")
    await offered(instance, founded.employee, "Für Verbündete", audience="alliance")
    await from_partner(instance, await partner(instance), "Aus den Alpen")

    page = (await stranger.get("/")).text

    assert "Für alle" in page
    assert "Für Verbündete" not in page
    assert "Aus den Alpen" not in page
    assert "/sign-in?next=/" in page


async def test_employees_see_their_company_and_its_allies(
    jonas: httpx.AsyncClient, instance: Instance, founded: Founded
) -> None:
    await offered(instance, founded.admin, "Aus dem Haus", audience="company")
    await from_partner(instance, await partner(instance), "Aus den Alpen")
    await from_partner(instance, await partner(instance, "paused", "Kontor"), "Von früher")

    page = (await jonas.get("/")).text

    assert "Aus dem Haus" in page
    assert "Aus den Alpen" in page
    assert "Alpenwerk" in page
    assert "Von früher" not in page


async def test_days_have_their_names(jonas: httpx.AsyncClient, instance: Instance, founded: Founded) -> None:
    now = instance.clock.now()
    await offered(instance, founded.admin, starts_at=now + timedelta(hours=1))
    await offered(instance, founded.admin, starts_at=now + timedelta(days=1))
    await offered(instance, founded.admin, starts_at=now + timedelta(days=3))

    english = (await jonas.get("/")).text
    german = (await jonas.get("/", headers={"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"})).text

    assert [
        day in english for day in ("Today <small>Monday, 16 March", "Tomorrow", "Thursday <small>19 March")
    ]
    assert "Heute <small>Montag, 16. März" in german
    assert "Donnerstag <small>19. März" in german


async def test_filters_live_in_the_address(
    jonas: httpx.AsyncClient, instance: Instance, founded: Founded
) -> None:
    await offered(instance, founded.admin, "Aus dem Haus", language="en", topics=("Optik",))
    await from_partner(instance, await partner(instance), "Aus den Alpen", language="de")

    shown = {
        query: [
            title for title in ("Aus dem Haus", "Aus den Alpen") if title in (await jonas.get(query)).text
        ]
        for query in (
            "/?outside=1",
            "/?language=de",
            "/?company=alpenwerk.example",
            "/?topic=optik",
            "/?company=x",
        )
    }

    assert shown == {
        "/?outside=1": ["Aus den Alpen"],
        "/?language=de": ["Aus den Alpen"],
        "/?company=alpenwerk.example": ["Aus den Alpen"],
        "/?topic=optik": ["Aus dem Haus"],
        "/?company=x": [],
    }


@pytest.mark.parametrize(
    "query",
    ["after=x", "after=1-9999999999999999999", "after=99999999999999999-1", "language=%F0", "topic=%F0"],
)
async def test_nonsense_in_the_address_is_no_error(jonas: httpx.AsyncClient, query: str) -> None:
    assert (await jonas.get(f"/?{query}")).status_code == 200


async def test_pages_follow_each_other_without_gap_or_repetition(
    jonas: httpx.AsyncClient, instance: Instance, founded: Founded
) -> None:
    now = instance.clock.now()
    for number in range(33):
        starts_at = now + timedelta(days=1, minutes=number // 3)
        await offered(instance, founded.admin, f"Nummer {number:02}", starts_at=starts_at)

    first = (await jonas.get("/")).text
    address = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    second = (await jonas.get(address)).text

    on_first = {number for number in range(33) if f"Nummer {number:02}" in first}
    on_second = {number for number in range(33) if f"Nummer {number:02}" in second}
    assert len(on_first) == 30
    assert on_first | on_second == set(range(33))
    assert on_first & on_second == set()


@pytest.mark.parametrize("rows", [1, 3])
async def test_the_programme_takes_nine_queries(
    jonas: httpx.AsyncClient, instance: Instance, founded: Founded, rows: int
) -> None:
    for number in range(rows):
        await offered(instance, founded.admin, f"Nummer {number}", topics=(f"Thema {number}",))
    asked: list[str] = []
    event.listen(
        instance.database.reader.sync_engine,
        "before_cursor_execute",
        lambda *call: asked.append(call[2]) if call[2].startswith("SELECT") else None,
    )

    await jonas.get("/")

    assert len(asked) == 9


async def test_a_page_belongs_to_its_reader(jonas: httpx.AsyncClient) -> None:
    page = await jonas.get("/")

    assert page.headers["cache-control"].startswith("private")
    assert page.headers["content-language"] == "en"
    assert "Cookie" in page.headers["vary"]


async def test_the_language_is_remembered(stranger: httpx.AsyncClient, federation: Federation) -> None:
    sent = await stranger.post("/language", data={"language": "de", "next": "/experts"})

    page = await stranger.get("/", headers={**BROWSER, "Accept-Language": "en"})

    assert (sent.status_code, sent.headers["location"]) == (303, "/experts")
    assert '<html lang="de">' in page.text
