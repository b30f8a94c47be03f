"""The directory, what stands on a profile, office hours, and letters by the pages."""

import re

import httpx
import pytest

from alliance.instance import Instance
from tests.support.clock import FrozenClock
from tests.support.founding import Founded
from tests.web.pages.scenes import offered

pytestmark = pytest.mark.anyio

JONAS = {
    "name": "Jonas Brandt",
    "audience": "public",
    "headline": "Misst Licht",
    "topics": "Optik, Licht",
    "languages": "de, en",
}
ADA = {
    "name": "Ada Petersen",
    "audience": "public",
    "headline": "Führt",
    "takes_letters": "yes",
    "topics": "Führung",
    "languages": "pt",
}


def names_in(page: str) -> list[str]:
    return re.findall(r'<h2><a href="/@[a-z]+">([^<]+)</a></h2>', page)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Ada Petersen", "Jonas Brandt"]),
        ("?topic=optik", ["Jonas Brandt"]),
        ("?topic=fuehrung", ["Ada Petersen"]),
        ("?language=pt", ["Ada Petersen"]),
        ("?language=en", ["Jonas Brandt"]),
        ("?topic=optik&language=pt", []),
        ("?language=%25", ["Ada Petersen", "Jonas Brandt"]),
        ("?leaders=1", []),
        ("?company=nordlicht.example&language=de", ["Jonas Brandt"]),
    ],
)
async def test_experts_are_found_by_what_they_know_and_speak(
    jonas: httpx.AsyncClient, ada: httpx.AsyncClient, query: str, names: list[str]
) -> None:
    await jonas.post("/settings/expert", data=JONAS)
    await ada.post("/settings/expert", data=ADA)

    assert names_in((await ada.get(f"/experts{query}")).text) == names


async def test_only_what_visible_experts_know_can_be_chosen(
    jonas: httpx.AsyncClient, ada: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    await jonas.post("/settings/expert", data=JONAS)
    await ada.post("/settings/expert", data={**ADA, "audience": "company"})

    page = (await stranger.get("/experts")).text

    assert re.findall(r'<option value="([a-z]+)">', page) == ["licht", "optik", "en", "de"]
    assert ("Führung" in page, "Portug" in page) == (False, False)


async def test_what_can_be_chosen_is_looked_up_once_a_minute_for_each_kind_of_visitor(
    jonas: httpx.AsyncClient,
    ada: httpx.AsyncClient,
    stranger: httpx.AsyncClient,
    clock: FrozenClock,
) -> None:
    async def choices(whose: httpx.AsyncClient) -> list[str]:
        return re.findall(r'<option value="([a-z]+)">', (await whose.get("/experts")).text)

    await jonas.post("/settings/expert", data=JONAS)
    before = await choices(stranger), await choices(jonas)
    await ada.post("/settings/expert", data={**ADA, "audience": "company"})
    within = await choices(stranger), await choices(jonas)
    clock.advance(minutes=1)
    after = await choices(stranger), await choices(jonas)

    assert before == within == (["licht", "optik", "en", "de"],) * 2
    assert after == (["licht", "optik", "en", "de"], ["fuehrung", "licht", "optik", "en", "de", "pt"])
    # Who is found never waits.
    assert "Ada Petersen" in (await jonas.get("/experts?language=pt")).text


async def test_what_is_chosen_stays_beside_the_chips(jonas: httpx.AsyncClient) -> None:
    page = (await jonas.get("/experts?leaders=1&topic=optik")).text

    assert '<input type="hidden" name="leaders" value="1">' in page
    assert '<option value="optik" selected>' in page


async def test_office_hours_are_for_colleagues(
    jonas: httpx.AsyncClient, ada: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    await jonas.post("/settings/expert", data=JONAS)

    answer = await jonas.post(
        "/settings/office-hours",
        data={
            "note": "Raum 4.12",
            "day1": "1",
            "from1": "14:00",
            "to1": "15:00",
            "day4": "0",
            "from4": "09:00",
            "to4": "09:30",
        },
    )
    page, outside = (await ada.get("/@jonas")).text, (await stranger.get("/@jonas")).text

    assert answer.status_code == 303
    assert re.findall(r"<li>(\w+day, [^<]+)</li>", page) == [
        "Monday, 09:00–09:30 (time in Berlin)",
        "Tuesday, 14:00–15:00 (time in Berlin)",
    ]
    assert "Raum 4.12" in page
    assert ("Raum 4.12" in outside, "14:00–15:00" in outside) == (False, False)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"day2": "1"}, "Please give a day, a beginning and an end."),
        ({"day2": "9", "from2": "10:00", "to2": "11:00"}, "Please give a day, a beginning and an end."),
        ({"day2": "²", "from2": "10:00", "to2": "11:00"}, "Please give a day, a beginning and an end."),
        ({"day2": "1", "from2": "11:00", "to2": "10:00"}, "The end must come after the beginning."),
        ({"day2": "1", "from2": "25:00", "to2": "26:00"}, "Please give a day, a beginning and an end."),
        ({"note": "x" * 301}, "This is longer than 300 characters."),
    ],
)
async def test_wrong_office_hours_are_kept_as_typed(
    jonas: httpx.AsyncClient, typed: dict[str, str], sentence: str
) -> None:
    answer = await jonas.post("/settings/office-hours", data=typed)

    assert (answer.status_code, sentence in answer.text) == (422, True)


async def test_past_and_next_sessions_stand_on_a_profile(
    stranger: httpx.AsyncClient,
    jonas: httpx.AsyncClient,
    instance: Instance,
    founded: Founded,
    clock: FrozenClock,
) -> None:
    await jonas.post("/settings/expert", data=JONAS)
    await offered(instance, founded.employee, "Was war", audience="public")
    await offered(instance, founded.employee, "Was intern war", audience="company")
    clock.advance(days=3)
    await offered(instance, founded.employee, "Was kommt", audience="public")

    page = (await stranger.get("/@jonas")).text

    titles = [title for title in ("Was kommt", "Was war", "Was intern war") if title in page]
    assert titles == ["Was kommt", "Was war"]
    assert page.index("Was kommt") < page.index("Past sessions") < page.index("Was war")


async def test_a_letter_goes_from_the_profile_to_the_notifications(
    jonas: httpx.AsyncClient, ada: httpx.AsyncClient, founded: Founded
) -> None:
    await ada.post("/settings/expert", data=ADA)
    address = f"/people/{founded.admin.id}/write"
    profile = (await jonas.get("/@ada")).text

    sent = await jonas.post(address, data={"text": "Hast du <b>kurz</b> Zeit?"})
    letters = (await ada.get("/letters")).text

    assert f'href="{address}"' in profile
    assert (sent.status_code, sent.headers["location"]) == (303, "/@ada")
    assert 'class="back" href="/@ada"' in (await jonas.get(address)).text
    assert "Hast du &lt;b&gt;kurz&lt;/b&gt; Zeit?" in letters
    assert f'href="/people/{founded.employee.id}/write"' in letters
    assert '<span class="count figures">1' in letters
    assert "@nordlicht.example" not in letters.replace("@ada", "")


async def test_the_sixth_letter_is_kept_as_typed(
    jonas: httpx.AsyncClient, ada: httpx.AsyncClient, founded: Founded
) -> None:
    await ada.post("/settings/expert", data=ADA)
    address = f"/people/{founded.admin.id}/write"

    answers = [await jonas.post(address, data={"text": f"Frage {number}"}) for number in range(6)]

    assert [answer.status_code for answer in answers] == [303] * 5 + [429]
    assert "Frage 5</textarea>" in answers[-1].text


async def test_strangers_write_nothing_and_read_nothing(
    stranger: httpx.AsyncClient, ada: httpx.AsyncClient, founded: Founded
) -> None:
    await ada.post("/settings/expert", data=ADA)
    address = f"/people/{founded.admin.id}/write"

    answers = [
        await stranger.post(address, data={"text": "Guten Tag"}),
        await stranger.get(address),
        await stranger.get("/letters"),
    ]

    assert [answer.status_code for answer in answers] == [401, 303, 303]
    assert address not in (await stranger.get("/@ada")).text


async def test_somebody_without_a_profile_is_not_there_to_write_to(
    jonas: httpx.AsyncClient, founded: Founded
) -> None:
    addresses = [
        f"/people/{number}/write" for number in (founded.admin.id, founded.employee.id, 4711, 1 << 63)
    ]

    assert [(await jonas.get(address)).status_code for address in addresses] == [404] * 4
