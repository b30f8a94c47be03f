"""Feeds for calendars and readers: what stands in them, how they are answered, and what never does."""

import httpx
import pytest
from feedparser.api import parse
from icalendar import Calendar

from alliance.employing import disable_employee
from alliance.feed_addresses import close_feeds, feed_token, open_feeds
from tests.alliance.stage import LINK, Stage
from tests.support.founding import Founded
from tests.support.json_schema import assert_follows
from tests.web.mail.messages import line_faults

# JSON Feed 1.1, from the text of its specification (jsonfeed.org/version/1.1).
JSON_FEED = {
    "type": "object",
    "required": ["version", "title", "items"],
    "properties": {
        "version": {"const": "https://jsonfeed.org/version/1.1"},
        "title": {"type": "string", "minLength": 1},
        "home_page_url": {"type": "string", "pattern": "^https://"},
        "feed_url": {"type": "string", "pattern": "^https://"},
        "language": {"type": "string"},
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "content_html"],
                "properties": {
                    "id": {"type": "string", "minLength": 1},
                    "url": {"type": "string", "pattern": "^https://"},
                    "title": {"type": "string"},
                    "content_html": {"type": "string"},
                    "date_published": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"},
                    "date_modified": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"},
                    "authors": {
                        "type": "array",
                        "items": {"type": "object", "properties": {"name": {"type": "string"}}},
                    },
                    "tags": {"type": "array", "items": {"type": "string"}},
                },
            },
        },
    },
}
FEEDS = ("/calendar.ics", "/feed.atom", "/feed.json")


@pytest.fixture
def stage(founded: Founded, client: httpx.AsyncClient) -> Stage:
    """A founded company behind the application."""
    return Stage(founded)


def titles(answer: httpx.Response) -> list[str]:
    """What is in a calendar, in its order."""
    return [str(event["SUMMARY"]) for event in Calendar.from_ical(answer.content).events]


async def address(stage: Stage, employee_id: int) -> str:
    """The address of somebody's own feeds, freshly made."""
    async with stage.instance.unit_of_work() as uow:
        await open_feeds(uow, employee_id)
    async with stage.instance.reading() as db:
        return f"/feeds/{await feed_token(db, stage.instance.vault, employee_id)}"


async def test_rule_12_a_calendar_is_answered_as_outlook_wants_it(
    client: httpx.AsyncClient, stage: Stage
) -> None:
    session = await stage.publish(topics=("Optics", "Craft"))

    answer = await client.get("/calendar.ics", headers={"Accept-Encoding": "gzip, br"})

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert not {"content-disposition", "content-encoding", "location"} & set(answer.headers)
    assert "no-transform" in answer.headers["cache-control"]
    assert answer.headers["last-modified"] == "Mon, 16 Mar 2026 08:00:00 GMT"
    assert line_faults(answer.content) == []
    (event,) = Calendar.from_ical(answer.content).events
    assert event["UID"] == f"{session.id}@nordlicht.example"
    assert sorted(event.categories) == ["Craft", "Optics"]
    assert "METHOD" not in Calendar.from_ical(answer.content)


async def test_rule_12_who_has_it_already_is_told_so_until_something_changes(
    client: httpx.AsyncClient, stage: Stage
) -> None:
    session = await stage.publish()
    tags = {path: (await client.get(path)).headers["etag"] for path in FEEDS}

    same = [
        (await client.get(path, headers={"If-None-Match": tag})).status_code for path, tag in tags.items()
    ]
    await stage.withdraw(session)
    gone = [
        (await client.get(path, headers={"If-None-Match": tag})).status_code for path, tag in tags.items()
    ]

    assert (same, gone) == ([304, 304, 304], [200, 200, 200])


async def test_a_calendar_reads_back_as_it_was_written(client: httpx.AsyncClient, stage: Stage) -> None:
    await stage.publish(title="Größe, Maß; und \\ mehr", timezone="America/New_York")

    answer = await client.get("/calendar.ics")

    calendar = Calendar.from_ical(answer.content)
    assert calendar.to_ical() == answer.content
    assert titles(answer) == ["Größe, Maß; und \\ mehr"]
    assert [str(zone["TZID"]) for zone in calendar.timezones] == ["America/New_York"]


async def test_atom_is_read_by_a_reader_of_feeds(client: httpx.AsyncClient, stage: Stage) -> None:
    session = await stage.publish(title="A < B & C", topics=("Optics",))

    answer = await client.get("/feed.atom")

    read = parse(answer.content)
    assert (read.bozo, read.version, answer.headers["content-type"]) == (
        False,
        "atom10",
        "application/atom+xml; charset=utf-8",
    )
    (entry,) = read.entries
    assert (entry.title, entry.link) == (
        "A < B & C",
        f"https://nordlicht.example/sessions/{session.id}",
    )
    assert entry.author == "Jonas Brandt, Nordlicht Optik"
    assert [tag.label for tag in entry.tags] == ["Optics"]


async def test_json_feed_follows_its_schema(client: httpx.AsyncClient, stage: Stage) -> None:
    await stage.publish(topics=("Optics",))

    answer = await client.get("/feed.json?topic=optics")

    assert_follows(answer.json(), JSON_FEED)
    assert answer.headers["content-type"] == "application/feed+json; charset=utf-8"
    assert [item["tags"] for item in answer.json()["items"]] == [["Optics"]]


async def test_the_filters_of_the_page_hold_in_feeds(client: httpx.AsyncClient, stage: Stage) -> None:
    await stage.publish(title="Optics in German", language="de", topics=("Optics",))
    await stage.publish(title="Optics in English", language="en", topics=("Optics",))
    await stage.publish(title="Tax in German", language="de", topics=("Tax",))

    both = await client.get("/calendar.ics?topic=optics&language=de")

    assert titles(both) == ["Optics in German"]


@pytest.mark.parametrize("path", FEEDS)
async def test_public_feeds_hold_what_strangers_may_see_and_nothing_else(
    client: httpx.AsyncClient, stage: Stage, path: str
) -> None:
    allied, former = await stage.ally(), await stage.ally("hansewerft.example")
    for audience in ("public", "alliance", "company"):
        await stage.publish(title=f"Ours for {audience}", audience=audience)
    for number, audience in enumerate(("public", "alliance"), 1):
        await stage.theirs(allied, number, title=f"Theirs for {audience}", audience=audience)
    await stage.theirs(former, 7, title="Theirs of a company that left")
    await stage.put(former, "left")

    body = (await client.get(path)).text

    everything = (
        *("Ours for public", "Ours for alliance", "Ours for company"),
        *("Theirs for public", "Theirs for alliance", "Theirs of a company that left"),
    )
    assert [title for title in everything if title in body] == ["Ours for public", "Theirs for public"]
    assert LINK not in body
    assert "s3cretword" not in body


async def test_a_host_who_is_not_shown_is_not_found_by_feeds(client: httpx.AsyncClient, stage: Stage) -> None:
    await stage.publish(title="Open", host_shown=True)
    await stage.publish(title="Discreet", host_shown=False)

    answer = await client.get(f"/calendar.ics?expert={stage.host.id}")

    assert titles(answer) == ["Open"]
    assert "Jonas" not in (await client.get("/feed.json")).json()["items"][0]["authors"][0]["name"]


async def test_ones_own_calendar_holds_ones_own_places_with_the_personal_link(
    client: httpx.AsyncClient, stage: Stage
) -> None:
    session, other = await stage.publish(title="Mine"), await stage.publish(title="Not mine")
    guest = await stage.colleague()
    await stage.join(session, guest)
    base = await address(stage, guest.id)

    answer = await client.get(f"{base}/calendar.ics")

    assert titles(answer) == ["Mine"]
    (event,) = Calendar.from_ical(answer.content).events
    assert str(event["LOCATION"]).startswith("https://nordlicht.example/meet/")
    assert answer.headers["cache-control"].startswith("private")
    assert LINK not in answer.text
    assert str(other.id) not in answer.text


async def test_everything_that_an_employee_may_see_has_a_secret_address_too(
    client: httpx.AsyncClient, stage: Stage
) -> None:
    allied = await stage.ally()
    await stage.publish(title="Ours for us", audience="company")
    await stage.theirs(allied, title="Theirs for allies", audience="alliance")
    base = await address(stage, (await stage.colleague()).id)

    everything = await client.get(f"{base}/sessions.ics")
    theirs = await client.get(f"{base}/sessions.ics?company=alpenwerk.example")

    assert sorted(titles(everything)) == ["Ours for us", "Theirs for allies"]
    assert titles(theirs) == ["Theirs for allies"]


async def test_rule_12_a_secret_address_can_be_replaced_closed_and_dies_with_the_account(
    client: httpx.AsyncClient, stage: Stage
) -> None:
    guest = await stage.colleague()
    first = await address(stage, guest.id)
    second = await address(stage, guest.id)
    replaced = (await client.get(f"{first}/calendar.ics")).status_code
    works = (await client.get(f"{second}/calendar.ics")).status_code
    async with stage.instance.unit_of_work() as uow:
        await close_feeds(uow, guest.id)
    closed = (await client.get(f"{second}/calendar.ics")).status_code
    third = await address(stage, guest.id)
    async with stage.instance.unit_of_work() as uow:
        await disable_employee(uow, guest.id)
    dead = (await client.get(f"{third}/calendar.ics")).status_code

    assert (replaced, works, closed, dead) == (404, 200, 404, 404)


@pytest.mark.parametrize(
    "token", ["x", "1-" + "a" * 32, "99999999999999999999-" + "a" * 32, "%00", "1-" + "ä" * 32]
)
async def test_invented_addresses_lead_nowhere(client: httpx.AsyncClient, stage: Stage, token: str) -> None:
    for name in ("calendar", "sessions"):
        assert (await client.get(f"/feeds/{token}/{name}.ics")).status_code in (400, 404)


async def test_rule_7_the_file_of_a_session_has_the_uid_of_the_mail_and_no_method(
    client: httpx.AsyncClient, stage: Stage
) -> None:
    session = await stage.publish()

    answer = await client.get(f"/sessions/{session.id}.ics")

    calendar = Calendar.from_ical(answer.content)
    assert str(calendar.events[0]["UID"]) == f"{session.id}@nordlicht.example"
    assert "METHOD" not in calendar
    assert str(calendar.events[0]["LOCATION"]) == f"https://nordlicht.example/sessions/{session.id}"
    assert LINK not in answer.text


async def test_the_file_of_a_session_is_only_for_who_may_see_it(
    client: httpx.AsyncClient, stage: Stage
) -> None:
    inside = await stage.publish(audience="company")
    allied = await stage.publish(audience="alliance")

    assert [(await client.get(f"/sessions/{s.id}.ics")).status_code for s in (inside, allied)] == [404, 404]


async def test_cancelled_sessions_stay_in_feeds_and_say_so(client: httpx.AsyncClient, stage: Stage) -> None:
    session = await stage.publish()
    await stage.cancel(session)

    answer = await client.get("/calendar.ics")

    (event,) = Calendar.from_ical(answer.content).events
    assert (str(event["STATUS"]), event["SEQUENCE"]) == ("CANCELLED", 1)


async def test_feeds_go_back_two_weeks_and_no_further(client: httpx.AsyncClient, stage: Stage) -> None:
    session = await stage.publish()

    stage.instance.clock.advance(days=14)  # type: ignore[attr-defined]
    still = titles(await client.get("/calendar.ics"))
    stage.instance.clock.advance(days=3)  # type: ignore[attr-defined]

    assert still == [session.title]
    assert titles(await client.get("/calendar.ics")) == []
