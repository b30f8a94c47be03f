"""A monthly meetup stays at four o'clock in Berlin over both clock changes, here and at an ally."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from playwright.async_api import expect

from tests.journeys.devices import Device
from tests.journeys.somebody import LOOK_EVERY, SOON, Somebody
from tests.journeys.world import World
from tests.support.eventually import eventually

pytestmark = [pytest.mark.journey, pytest.mark.browser, pytest.mark.anyio]

DESK = Device("desk-de", language="de")
BERLIN = ZoneInfo("Europe/Berlin")
Date = tuple[str, str, int]
"""The time on the clocks of Berlin, in UTC, and which version it is."""


async def calendar_of(one: Somebody, path: str) -> dict[str, Date]:
    """The dates in the calendar file of a series, by UID, in the order of time."""
    ask = "address => fetch(address, {cache: 'no-store'}).then(answer => answer.text())"
    text = await one.page.evaluate(ask, f"{path}.ics")
    assert "RRULE" not in text
    found = {}
    events = Calendar.from_ical(text).walk("VEVENT")
    for event in sorted(events, key=lambda event: event.decoded("dtstart")):
        start = event.decoded("dtstart")
        here, there = start.astimezone(BERLIN), start.astimezone(UTC)
        found[str(event["uid"])] = (f"{here:%H:%M}", f"{there:%H:%M}", int(event.get("sequence", 0)))
    return found


async def offers_monthly(one: Somebody, world: World, title: str, when: str) -> str:
    """Publishes a monthly series by the form; the path of its page."""
    await one.page.goto(f"{one.company.origin}/sessions/new")
    await one.write_down(title, link=world.room.link("series"), when=when, audience="public")
    await one.page.locator("#repeats").select_option("weekday:1")
    await one.press(one.page.locator("main .form-end .main"))
    assert await one.page.locator(".error").all_inner_texts() == []
    await expect(one.page.get_by_role("heading", level=1)).to_have_text(title)
    return one.page.url.removeprefix(one.company.origin).partition("?")[0]


async def moves(one: Somebody, series: str, which: int, clock: str, *, all_that_follow: bool = False) -> None:
    """Opens a date from the page of its series and says another time for it, or for it and those after."""
    await one.page.goto(f"{one.company.origin}{series}")
    await one.press(one.page.locator("article.row h4 a, article.row h3 a").nth(which))
    day = datetime.fromisoformat(await one.page.locator(".when time").first.get_attribute("datetime") or "")
    await one.press(one.page.get_by_role("link", name=one.say("Edit"), exact=True))
    scope = "following" if all_that_follow else "one"
    await one.choose(f"[name=scope][value={scope}]")
    await one.page.locator("#when").fill(f"{day:%-d.%-m.%Y} {clock}, 45 min")
    await one.press(one.page.locator("main .form-end .main"))


async def reads(one: Somebody, words: list[str]) -> None:
    """Reads the open page again until its rows say these, in order."""

    async def look() -> bool:
        rows = await one.page.locator("article.row").all_inner_texts()
        if len(rows) == len(words) and all(word in row for word, row in zip(words, rows, strict=True)):
            return True
        await one.page.reload()
        return False

    await eventually(look, within=SOON, every=LOOK_EVERY)


def coming(month: int) -> str:
    """Four o'clock on the tenth of the next such month, as one types it."""
    today = datetime.now(BERLIN).date()
    day = date(today.year, month, 10)
    return f"{day if day > today else day.replace(year=today.year + 1):%-d.%-m.%Y} 16:00, 45 min"


async def finds_series(one: Somebody, title: str) -> None:
    """Goes to the page of a series of an ally by one of its dates, as soon as that is known."""

    async def look() -> bool:
        await one.page.goto(f"{one.company.origin}/search?q={title}")
        return await one.page.locator(".hits article.row a", has_text=title).count() > 0

    await eventually(look, within=SOON, every=LOOK_EVERY)
    await one.press(one.page.locator(".hits article.row a", has_text=title).first)
    await one.press(one.page.locator(".part-of a").first)


async def test_a_monthly_meetup_over_both_clock_changes(world: World) -> None:
    lena = await world.somebody(world.nordlicht, DESK)
    mia = await world.somebody(world.alpenwerk, DESK)
    autumn = await offers_monthly(lena, world, "Herbststammtisch", coming(10))
    spring = await offers_monthly(lena, world, "Stammtisch", coming(3))

    in_autumn, in_spring = await calendar_of(lena, autumn), await calendar_of(lena, spring)
    assert list(in_autumn.values()) == [("16:00", "14:00", 0), ("16:00", "15:00", 0), ("16:00", "15:00", 0)]
    assert list(in_spring.values()) == [("16:00", "15:00", 0), ("16:00", "14:00", 0), ("16:00", "14:00", 0)]

    await finds_series(mia, "Stammtisch")
    await reads(mia, ["16:00"] * 3)
    await mia.press(mia.page.get_by_role("button", name=mia.say("Join all dates")))
    await expect(mia.page.locator(".state-line.going")).to_be_visible()
    there = mia.page.url

    await moves(lena, spring, 1, "17:30")
    await moves(lena, spring, 2, "18:00", all_that_follow=True)

    moved = await calendar_of(lena, spring)
    assert list(moved) == list(in_spring)
    assert [clock for clock, _, _ in moved.values()] == ["16:00", "17:30", "18:00"]
    assert [version > 0 for _, _, version in moved.values()] == [False, True, True]
    await mia.page.goto(there)
    await reads(mia, ["16:00", "17:30", "18:00"])
    await expect(mia.page.locator("article.row .state.good")).to_have_count(3)
