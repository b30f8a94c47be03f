"""Finding sessions: the search, filters in the address, the calendar, following."""

import re
from datetime import timedelta

import httpx
import pytest

from alliance.instance import Instance
from alliance.profiling import ProfileDraft, edit_profile, publish_profile
from alliance.searching import rebuild
from tests.support.founding import Founded
from tests.web.pages.scenes import from_partner, offered, partner
from tests.web.pages.watching import asked_of

pytestmark = pytest.mark.anyio


async def shown(client: httpx.AsyncClient, address: str, *titles: str) -> list[str]:
    """Which of these titles stand on a page."""
    page = await client.get(address)
    assert page.status_code == 200, address
    text = re.sub(r"</?mark>", "", page.text)
    return [title for title in titles if title in text]


async def test_what_was_found_is_marked(
    jonas: httpx.AsyncClient, instance: Instance, founded: Founded
) -> None:
    await offered(instance, founded.admin, "Führen <b> ohne Macht", description="Beim Führen hört man zu.")

    page = (await jonas.get("/search?q=fuehren")).text

    assert "<mark>Führen</mark> &lt;b&gt; ohne Macht" in page
    assert "Beim <mark>Führen</mark> hört man zu." in page


async def test_a_slip_is_said(jonas: httpx.AsyncClient, instance: Instance, founded: Founded) -> None:
    await offered(instance, founded.admin, "Sketchnotes")

    page = (await jonas.get("/search?q=Skechnotes")).text

    assert "<mark>Sketchnotes</mark>" in page
    assert "Nothing has exactly these words" in page


async def test_nothing_found_tells_the_next_step(jonas: httpx.AsyncClient) -> None:
    page = (await jonas.get("/search?q=quantum")).text

    assert "Nothing found" in page
    assert 'href="/sessions"' in page


@pytest.mark.parametrize("query", ["", "q=", "q=" + "a" * 3000, "q=%22*&all=1", "q=x&day=2026-99-99"])
async def test_nonsense_is_no_error(jonas: httpx.AsyncClient, query: str) -> None:
    assert (await jonas.get(f"/search?{query}")).status_code == 200


async def test_markup_in_a_question_is_text(stranger: httpx.AsyncClient) -> None:
    page = (await stranger.get("/search", params={"q": '"><script>alert(1)</script>'})).text

    assert "<script>alert" not in page


async def test_the_field_stands_on_every_page(stranger: httpx.AsyncClient) -> None:
    page = (await stranger.get("/experts")).text

    assert 'role="search" action="/search"' in page


@pytest.mark.parametrize(
    "address", ["/search?q=geheim", "/calendar", "/sessions", "/", "/calendar/week/2026-W12"]
)
async def test_strangers_see_what_is_public_and_nothing_else(
    stranger: httpx.AsyncClient, instance: Instance, founded: Founded, address: str
) -> None:
    for audience in ("public", "alliance", "company"):
        await offered(instance, founded.employee, f"Geheim {audience}", audience=audience)
    for state in ("allied", "paused", "left", "blocked"):
        company = await partner(instance, state, f"Kontor{state}")
        await from_partner(instance, company, f"Geheim von {state}", audience="alliance")
    await rebuild(instance)

    titles = [f"Geheim {word}" for word in ("public", "alliance", "company")]
    others = [f"Geheim von {state}" for state in ("allied", "paused", "left", "blocked")]
    assert await shown(stranger, address, *titles, *others) == ["Geheim public"]


@pytest.mark.parametrize(
    "address", ["/search?q=geheim", "/calendar", "/sessions", "/", "/calendar/week/2026-W12"]
)
async def test_employees_see_everything_of_theirs_and_of_allies(
    jonas: httpx.AsyncClient, instance: Instance, founded: Founded, address: str
) -> None:
    for audience in ("public", "alliance", "company"):
        at = instance.clock.now() + timedelta(hours=2)
        await offered(instance, founded.admin, f"Geheim {audience}", audience=audience, starts_at=at)
    for state in ("allied", "paused", "left", "blocked"):
        company = await partner(instance, state, f"Kontor{state}")
        await from_partner(instance, company, f"Geheim von {state}", audience="alliance")
    await rebuild(instance)

    titles = [f"Geheim {word}" for word in ("public", "alliance", "company")]
    others = [f"Geheim von {state}" for state in ("allied", "paused", "left", "blocked")]
    seen = await shown(jonas, address, *titles, *others)
    assert set(seen) == {*titles, "Geheim von allied"}


@pytest.mark.parametrize("of_meeting", ["geheim42", "teams.example", "2711"])
async def test_the_meeting_link_is_not_searched(
    jonas: httpx.AsyncClient, instance: Instance, founded: Founded, of_meeting: str
) -> None:
    await offered(instance, founded.employee, "Lupe")

    assert await shown(jonas, f"/search?q={of_meeting}", "Lupe") == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("day=2026-03-17", ["Früh", "Spät"]),
        ("day=2026-03-18", ["Vor Ort"]),
        ("at=morning", ["Früh", "Vor Ort"]),
        ("at=evening", ["Spät"]),
        ("where=online", ["Früh", "Spät"]),
        ("where=place", ["Vor Ort"]),
        ("language=fr", ["Spät"]),
        ("topic=optik", ["Früh"]),
        ("free=1", ["Früh", "Spät", "Vor Ort"]),
        ("past=1", []),
        ("day=2026-03-17&at=morning", ["Früh"]),
    ],
)
async def test_filters_live_in_the_address(
    jonas: httpx.AsyncClient, instance: Instance, founded: Founded, query: str, expected: list[str]
) -> None:
    # The clock stands at nine in the morning of Monday, 16 March.
    monday = instance.clock.now().replace(hour=0, minute=0)
    await offered(instance, founded.admin, "Früh", starts_at=monday + timedelta(hours=32), topics=("Optik",))
    await offered(instance, founded.admin, "Spät", starts_at=monday + timedelta(hours=42), language="fr")
    await offered(
        instance,
        founded.admin,
        "Vor Ort",
        starts_at=monday + timedelta(hours=57),
        place="on_site",
        place_name="Werk 2",
    )

    assert await shown(jonas, f"/sessions?{query}", "Früh", "Spät", "Vor Ort") == expected


async def test_mornings_are_mornings_on_both_sides_of_the_change_of_clocks(
    jonas: httpx.AsyncClient, instance: Instance, founded: Founded
) -> None:
    # Berlin is an hour ahead of UTC, from 29 March two.
    day = instance.clock.now().replace(hour=0, minute=0)
    await offered(instance, founded.admin, "Winter", starts_at=day + timedelta(days=2, hours=10, minutes=59))
    await offered(instance, founded.admin, "Wintermittag", starts_at=day + timedelta(days=2, hours=11))
    await offered(instance, founded.admin, "Sommer", starts_at=day + timedelta(days=20, hours=9, minutes=59))
    await offered(instance, founded.admin, "Sommermittag", starts_at=day + timedelta(days=20, hours=10))

    seen = await shown(
        jonas, "/sessions?at=morning", ">Winter<", ">Wintermittag<", ">Sommer<", ">Sommermittag<"
    )

    assert seen == [">Winter<", ">Sommer<"]


async def test_the_library_shows_what_is_over_the_latest_first(
    jonas: httpx.AsyncClient, instance: Instance
) -> None:
    company, now = await partner(instance), instance.clock.now()
    for days in (3, 1, 2):
        at = now - timedelta(days=days)
        await from_partner(instance, company, f"Vor {days}", starts_at=at, ends_at=at + timedelta(hours=1))

    page = (await jonas.get("/sessions?past=1")).text

    assert re.findall(r"Vor \d", page) == ["Vor 1", "Vor 2", "Vor 3"]
    assert "What has been" in page


async def test_what_is_chosen_stays_in_the_form_and_can_be_taken_back(jonas: httpx.AsyncClient) -> None:
    page = (await jonas.get("/sessions?where=place&day=2026-03-18&topic=optik")).text

    assert '<option value="place" selected>' in page
    assert 'value="2026-03-18"' in page
    assert 'href="/sessions?topic=optik&amp;where=place" aria-current="true"' in page


async def test_a_month_is_a_table_with_headings(
    jonas: httpx.AsyncClient, instance: Instance, founded: Founded
) -> None:
    for hour in range(5):
        at = instance.clock.now() + timedelta(days=1, hours=hour)
        await offered(instance, founded.admin, f"Nummer {hour}", starts_at=at)

    page = (await jonas.get("/calendar/month/2026-03", headers={"Accept-Language": "de"})).text

    assert "<h1>März 2026</h1>" in page
    assert re.findall(r'<abbr title="(\w+)">', page)[:2] == ["Montag", "Dienstag"]
    assert [number for number in range(5) if f"Nummer {number}" in page] == [0, 1, 2]
    assert 'href="/sessions?day=2026-03-17"' in page
    assert 'href="/calendar/week/2026-W12"' in page
    assert 'href="/calendar/month/2026-02"' in page
    assert 'href="/calendar/month/2026-04"' in page


async def test_a_week_is_a_table_of_days_and_parts_of_days(
    jonas: httpx.AsyncClient, instance: Instance, founded: Founded
) -> None:
    at = instance.clock.now().replace(hour=14) + timedelta(days=1)
    await offered(instance, founded.admin, "Nachmittags", starts_at=at)

    page = (await jonas.get("/calendar/week/2026-W12", headers={"Accept-Language": "de"})).text

    assert "Woche 12" in page
    assert "16. März – 22. März" in page
    assert 'scope="row" class="part figures">14:00–17:00</th>' in page
    assert 'href="/calendar/week/2026-W11"' in page
    assert 'href="/calendar/week/2026-W13"' in page


async def test_a_week_on_a_phone_names_a_day_once(
    jonas: httpx.AsyncClient, instance: Instance, founded: Founded
) -> None:
    day = instance.clock.now() + timedelta(days=1)
    for hour in (9, 14, 17):
        await offered(instance, founded.admin, f"Um {hour}", starts_at=day.replace(hour=hour))

    page = (await jonas.get("/calendar/week/2026-W12")).text

    # The table is read day by day there; the parts after the first one hide their headings.
    assert page.count('<td class="goes-on">') == 2


@pytest.mark.parametrize(
    "address",
    [
        "/calendar/month/2026-13",
        "/calendar/month/1999-01",
        "/calendar/month/9999-12",
        "/calendar/month/x",
        "/calendar/week/2026-W54",
        "/calendar/week/2026-W00",
        "/calendar/week/2026-1",
    ],
)
async def test_what_is_no_month_or_week_is_not_there(jonas: httpx.AsyncClient, address: str) -> None:
    assert (await jonas.get(address)).status_code == 404


@pytest.mark.parametrize(
    "address", ["/calendar/month/2000-01", "/calendar/month/2099-12", "/calendar/week/2099-W53"]
)
async def test_the_ends_of_the_calendar_are_reached(jonas: httpx.AsyncClient, address: str) -> None:
    assert (await jonas.get(address)).status_code == 200


async def test_following_a_topic_brings_its_sessions_to_the_start_page(
    jonas: httpx.AsyncClient, instance: Instance, founded: Founded
) -> None:
    await offered(instance, founded.admin, "Linsen", topics=("Optik",))
    assert "For you" not in (await jonas.get("/")).text

    sent = await jonas.post("/follow/topic/optik", data={"next": "/sessions?topic=optik"})

    assert (sent.status_code, sent.headers["location"]) == (303, "/sessions?topic=optik")
    assert "You follow #optik" in (await jonas.get("/sessions?topic=optik")).text
    start = (await jonas.get("/")).text
    assert start.count("Linsen</a>") == 2
    assert "For you" in start

    await jonas.post("/unfollow/topic/optik", data={"next": "/"})
    assert "For you" not in (await jonas.get("/")).text


async def test_strangers_follow_nothing(stranger: httpx.AsyncClient) -> None:
    sent = await stranger.post("/follow/topic/optik", data={"next": "/"})

    assert sent.status_code in (303, 401)
    assert "sign-in" in sent.headers.get("location", "") or sent.status_code == 401


@pytest.mark.parametrize(
    "address", ["/follow/company/1", "/follow/x/1", "/follow/expert/1", "/follow/topic/!"]
)
async def test_what_is_not_there_cannot_be_followed(jonas: httpx.AsyncClient, address: str) -> None:
    assert (await jonas.post(address, data={"next": "/"})).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("address", "queries"),
    [
        ("/search?q=nummer", 9),
        ("/calendar/month/2026-03", 5),
        ("/calendar/week/2026-W12", 5),
        ("/sessions", 8),
    ],
)
async def test_the_number_of_queries_does_not_grow(
    jonas: httpx.AsyncClient, instance: Instance, founded: Founded, rows: int, address: str, queries: int
) -> None:
    for number in range(rows):
        await offered(instance, founded.admin, f"Nummer {number}", topics=(f"Thema {number}",))

    with asked_of(instance) as asked:
        page = await jonas.get(address)

    assert page.text.count("Nummer") >= rows
    # SQLite asks besides for the words that begin with what was typed: of things, and of what was said.
    spelled_out = 2 if "q=" in address and instance.database.is_sqlite else 0
    assert len(asked) == queries + spelled_out


async def test_the_page_of_a_session_leads_to_similar_ones(
    jonas: httpx.AsyncClient, instance: Instance, founded: Founded
) -> None:
    looked_at = await offered(instance, founded.admin, "Linsen", topics=("Optik",))
    await offered(instance, founded.admin, "Prismen", topics=("Optik",))
    await offered(instance, founded.admin, "Nähen", topics=("Stoff",))

    page = (await jonas.get(f"/sessions/{looked_at.id}")).text

    assert "Prismen" in page.split("Similar sessions")[1]
    assert "Nähen" not in page


async def test_an_expert_is_followed_by_a_button_on_their_page(
    jonas: httpx.AsyncClient, instance: Instance, founded: Founded
) -> None:
    async with instance.unit_of_work() as uow:
        await edit_profile(uow, founded.admin.id, ProfileDraft(name="Ada Petersen"))
        await publish_profile(uow, founded.admin.id, "company")
    assert f'action="/follow/expert/{founded.admin.id}"' in (await jonas.get("/@ada")).text

    await jonas.post(f"/follow/expert/{founded.admin.id}", data={"next": "/@ada"})

    assert "You follow Ada Petersen" in (await jonas.get("/@ada")).text
