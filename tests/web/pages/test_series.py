"""Series on the pages: offered with one choice more, joined at once, changed from one date on."""

import re
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select

from alliance.employing import add_employee
from alliance.instance import Instance
from alliance.models import Attendance, ExpertProfile, Series, SeriesMember, Session
from alliance.news import SeriesNews
from alliance.publishing import cancel_session
from alliance.receiving import receive_session
from federation.wiring import Federation
from tests.alliance.stage import session_news
from tests.support.founding import Founded
from tests.web.pages.conftest import as_employee
from tests.web.pages.filled_form import fields_of
from tests.web.pages.scenes import LINK, partner
from tests.web.pages.test_offering import FOUR_FIELDS

pytestmark = pytest.mark.anyio

MONTHLY = FOUR_FIELDS | {
    "title": "Kaffee und Kanban",
    "when": "14.4. 16:00, 45 min",
    "repeats": "weekday:1",
    "audience": "public",
}


async def sessions(instance: Instance) -> list[Session]:
    async with instance.reading() as db:
        return list((await db.scalars(select(Session).order_by(Session.starts_at))).all())


async def published(client: httpx.AsyncClient, instance: Instance, **changes: str) -> Series:
    answer = await client.post("/sessions/new", data=MONTHLY | changes)
    assert answer.status_code == 303, re.findall(r'class="error".*?</p>', answer.text)
    async with instance.reading() as db:
        series = await db.scalar(select(Series).order_by(Series.id.desc()).limit(1))
    assert series is not None
    assert answer.headers["location"] == f"/series/{series.id}"
    return series


async def test_one_choice_more_makes_a_series(jonas: httpx.AsyncClient, instance: Instance) -> None:
    series = await published(jonas, instance)

    page = (await jonas.get(f"/series/{series.id}")).text

    assert series.rule == "FREQ=MONTHLY;BYDAY=2TU"
    assert "Every second Tuesday of the month, 16:00" in page
    assert [f"{one.starts_at:%m-%d %H:%M}" for one in await sessions(instance)] == [
        "04-14 14:00",
        "05-12 14:00",
        "06-09 14:00",
    ]
    for one in await sessions(instance):
        assert f'href="/sessions/{one.id}"' in page
    assert LINK not in page


async def test_the_preview_says_how_often_and_names_five_dates(jonas: httpx.AsyncClient) -> None:
    answer = await jonas.post("/sessions/new", data=MONTHLY | {"preview": "yes"})
    jonas.cookies.set("language", "de", domain=jonas.base_url.host)
    german = await jonas.post("/sessions/new", data=MONTHLY | {"preview": "yes"})

    assert "Every second Tuesday of the month, 16:00" in answer.text
    assert answer.text.count("<li>Tuesday, ") == 5
    assert "Jeden zweiten Dienstag im Monat, 16:00 Uhr" in german.text


async def test_it_can_be_typed_as_one_says_it(jonas: httpx.AsyncClient, instance: Instance) -> None:
    series = await published(jonas, instance, when="every first Monday 16:00, 45 min", repeats="")

    assert (series.rule, series.minutes) == ("FREQ=MONTHLY;BYDAY=1MO", 45)
    assert f"{(await sessions(instance))[0].starts_at:%Y-%m-%d %H:%M}" == "2026-04-06 14:00"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"repeats": "daily:1"}, "repeats"),
        ({"repeats": "weekly:99"}, "repeats"),
        ({"repeats": "weekly:-1"}, "repeats"),
        ({"repeats": "last:1"}, "repeats"),
        ({"repeats_until": "2026-02-30"}, "repeats_until"),
        ({"repeats_until": "2026-04-01"}, "repeats_until"),
        ({"repeats_count": "many"}, "repeats_count"),
        ({"repeats_count": "999"}, "repeats_count"),
        ({"repeats_count": "3", "repeats_until": "2026-12-31"}, "repeats_until"),
        ({"when": "every second Tuesday 16:00", "repeats": ""}, "when"),
    ],
)
async def test_what_makes_no_rhythm_is_said_beside_its_field(
    jonas: httpx.AsyncClient, instance: Instance, changes: dict[str, str], field: str
) -> None:
    answer = await jonas.post("/sessions/new", data=MONTHLY | changes)

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert await sessions(instance) == []


async def test_a_draft_keeps_the_choice_and_becomes_a_series(
    jonas: httpx.AsyncClient, instance: Instance
) -> None:
    kept = await jonas.post("/sessions/new", data=MONTHLY | {"draft": "yes"})
    form = fields_of((await jonas.get(kept.headers["location"])).text)
    assert form["repeats"] == "weekday:1"

    answer = await jonas.post(kept.headers["location"], data=form)

    assert answer.headers["location"].startswith("/series/")
    assert [one.status for one in await sessions(instance)] == ["scheduled"] * 3


async def test_joining_all_dates_and_leaving_them(
    jonas: httpx.AsyncClient, ada: httpx.AsyncClient, instance: Instance, founded: Founded
) -> None:
    series = await published(jonas, instance)

    before = (await ada.get(f"/series/{series.id}")).text
    await ada.post(f"/series/{series.id}/join")
    after = (await ada.get(f"/series/{series.id}")).text
    mine = (await ada.get("/mine")).text
    async with instance.reading() as db:
        places = list((await db.scalars(select(Attendance.state))).all())
    await ada.post(f"/series/{series.id}/leave")

    assert "Join all dates" in before
    assert "You are in the series" in after
    assert places == ["going"] * 3
    assert (f'href="/series/{series.id}"' in mine, "Series that I joined" in mine) == (True, True)
    async with instance.reading() as db:
        assert set((await db.scalars(select(Attendance.state))).all()) == {"left"}
        assert (await db.scalars(select(SeriesMember))).all() == []


async def test_strangers_join_nothing_and_see_no_names(
    jonas: httpx.AsyncClient, stranger: httpx.AsyncClient, instance: Instance
) -> None:
    series = await published(jonas, instance, host_shown="")

    page = await stranger.get(f"/series/{series.id}")
    join = await stranger.post(f"/series/{series.id}/join")

    assert (page.status_code, "Jonas" in page.text, LINK in page.text) == (200, False, False)
    assert join.status_code in (303, 401)


@pytest.mark.parametrize("audience", ["alliance", "company"])
async def test_no_door_of_a_series_opens_to_whom_it_is_not_for(
    jonas: httpx.AsyncClient, stranger: httpx.AsyncClient, instance: Instance, audience: str
) -> None:
    series = await published(jonas, instance, audience=audience)

    for door in ("", ".ics", ".atom", ".json", "/end"):
        answer = await stranger.get(f"/series/{series.id}{door}")
        assert answer.status_code in (303, 404), door
        assert "Kaffee" not in answer.text, door
    document = await stranger.get(f"/series/{series.id}", headers={"Accept": "application/activity+json"})
    assert document.status_code == 404


async def test_feeds_hold_each_date_with_a_uid_of_its_own_and_no_rule(
    jonas: httpx.AsyncClient, stranger: httpx.AsyncClient, instance: Instance
) -> None:
    series = await published(jonas, instance)
    first = (await sessions(instance))[0]
    async with instance.unit_of_work() as uow:
        await cancel_session(uow, first.id)

    calendar = (await stranger.get(f"/series/{series.id}.ics")).text
    entries = (await stranger.get(f"/series/{series.id}.json")).json()
    atom = (await stranger.get(f"/series/{series.id}.atom")).text

    assert "RRULE" not in calendar
    assert len(set(re.findall(r"UID:(.+)", calendar))) == 3
    assert (entries["title"], len(entries["items"])) == ("Kaffee und Kanban", 3)
    assert atom.count("<entry") == 3
    assert "meet.example" not in calendar + atom + str(entries)


async def test_the_document_names_dates_and_tells_the_rhythm_in_words(
    jonas: httpx.AsyncClient, stranger: httpx.AsyncClient, instance: Instance
) -> None:
    series = await published(jonas, instance)
    page = f"/series/{series.id}"

    body = (await stranger.get(page, headers={"Accept": "application/activity+json"})).json()

    assert (body["type"], body["id"]) == ("sc:EventSeries", f"https://nordlicht.example{page}")
    assert body["summaryMap"]["de"] == "jeden zweiten Dienstag im Monat, 16:00 Uhr"
    assert len(body["sc:subEvent"]) == 3
    assert "FREQ" not in str(body)


async def test_the_page_of_a_date_names_the_series_and_its_neighbours(
    jonas: httpx.AsyncClient, instance: Instance
) -> None:
    series = await published(jonas, instance)
    first, second, third = await sessions(instance)

    page = (await jonas.get(f"/sessions/{second.id}")).text

    assert f'<a href="/series/{series.id}">Kaffee und Kanban</a>' in page
    assert f'rel="prev" href="/sessions/{first.id}"' in page
    assert f'rel="next" href="/sessions/{third.id}"' in page


async def test_only_this_one_or_this_and_all_that_follow(
    jonas: httpx.AsyncClient, instance: Instance
) -> None:
    await published(jonas, instance)
    first, second, third = await sessions(instance)
    form = fields_of((await jonas.get(f"/sessions/{second.id}/edit")).text)
    assert (form["scope"], form["repeats"]) == ("one", "weekday:1")

    await jonas.post(f"/sessions/{second.id}/edit", data=form | {"title": "Only in May"})
    alone = [one.title for one in await sessions(instance)]
    following = await jonas.get(f"/sessions/{second.id}/edit?scope=following")
    form = fields_of(following.text)
    assert form["scope"] == "following"
    answer = await jonas.post(f"/sessions/{second.id}/edit", data=form | {"title": "From May on"})

    assert alone == ["Kaffee und Kanban", "Only in May", "Kaffee und Kanban"]
    assert answer.headers["location"].startswith("/series/")
    after = await sessions(instance)
    assert [one.title for one in after] == ["Kaffee und Kanban", "From May on", "From May on"]
    assert [one.starts_at for one in after] == [first.starts_at, second.starts_at, third.starts_at]


async def test_another_rhythm_for_all_that_follow(jonas: httpx.AsyncClient, instance: Instance) -> None:
    series = await published(jonas, instance)
    second = (await sessions(instance))[1]
    form = fields_of((await jonas.get(f"/sessions/{second.id}/edit?scope=following")).text)

    answer = await jonas.post(
        f"/sessions/{second.id}/edit", data=form | {"when": "14.5. 10:00, 45 min", "repeats": "weekly:2"}
    )

    assert answer.status_code == 303
    found = [f"{one.starts_at:%m-%d %H:%M}" for one in await sessions(instance)]
    assert found[:4] == ["04-14 14:00", "05-14 08:00", "05-28 08:00", "06-11 08:00"][: len(found)]
    page = (await jonas.get(f"/series/{series.id}")).text
    assert "Every two weeks on Thursday, 10:00" in page


async def test_leaving_out_taking_turns_and_the_end(
    jonas: httpx.AsyncClient, ada: httpx.AsyncClient, instance: Instance
) -> None:
    series = await published(jonas, instance)

    page = (await jonas.get(f"/series/{series.id}")).text
    day = re.search(r'name="day" value="([-0-9]+)"', page)
    assert day is not None
    await jonas.post(f"/series/{series.id}/leave-out", data={"day": day[1]})
    await jonas.post(f"/series/{series.id}/turns", data={"turns": "Ada Petersen"})
    nobody = await jonas.post(f"/series/{series.id}/turns", data={"turns": "Nobody At All"})
    shown = (await jonas.get(f"/series/{series.id}")).text
    ended = await jonas.post(f"/series/{series.id}/end", data={"note": "Thank you all."})

    assert f'value="{day[1]}"' not in shown
    assert "takes turns with Ada Petersen" in shown
    assert nobody.status_code == 422
    assert ended.status_code == 303
    assert [one.status for one in await sessions(instance)] == ["cancelled"] * 3
    assert "This series has ended." in (await jonas.get(f"/series/{series.id}")).text


@pytest.mark.parametrize("day", ["", "yesterday", "2026-13-01", "9999-12-31", "2026-04-15"])
async def test_days_that_are_none_of_the_rule_are_refused(
    jonas: httpx.AsyncClient, instance: Instance, day: str
) -> None:
    series = await published(jonas, instance)

    answer = await jonas.post(f"/series/{series.id}/leave-out", data={"day": day})

    assert 400 <= answer.status_code < 500


async def test_others_can_not_manage_it(
    jonas: httpx.AsyncClient, federation: Federation, instance: Instance
) -> None:
    series = await published(jonas, instance)
    async with instance.unit_of_work() as uow:
        lena = await add_employee(uow, "lena@nordlicht.example", "Lena Vogt")
    async with await as_employee(federation, lena) as browser:
        for door, data in (("end", {}), ("turns", {"turns": ""}), ("leave-out", {"day": "2026-07-14"})):
            answer = await browser.post(f"/series/{series.id}/{door}", data=data)
            assert answer.status_code == 403, door
        page = (await browser.get(f"/series/{series.id}")).text
    assert "Your series" not in page


async def test_a_partners_series_has_a_page_without_a_rule(
    ada: httpx.AsyncClient, stranger: httpx.AsyncClient, instance: Instance
) -> None:
    company = await partner(instance)
    told = SeriesNews(f"{company.origin}/series/4", "Werkstatt", {"de": "jeden Montag", "en": "every Monday"})
    async with instance.unit_of_work() as uow:
        for number in (1, 2):
            news = session_news(company, number, series=told, audience="alliance")
            starts_at = news.starts_at + timedelta(days=number)
            await receive_session(
                uow,
                company.id,
                session_news(
                    company, number, series=told, audience="alliance", starts_at=starts_at, ends_at=None
                ),
            )
    async with instance.reading() as db:
        series = (await db.scalars(select(Series))).one()

    page = await ada.get(f"/series/{series.id}")

    assert ("Every Monday" in page.text, "Join all dates" in page.text) == (True, True)
    assert (await stranger.get(f"/series/{series.id}")).status_code == 404


async def test_the_mark_of_leaders_is_for_those_of_whom_it_was_agreed(
    jonas: httpx.AsyncClient, ada: httpx.AsyncClient, stranger: httpx.AsyncClient,
    instance: Instance, founded: Founded,
) -> None:  # fmt: skip
    await published(jonas, instance, is_leaders="yes", title="Claimed")
    await published(ada, instance, is_leaders="yes", title="Marked by a moderator", when="15.4. 9:00")
    async with instance.unit_of_work() as uow:
        uow.db.add(
            ExpertProfile(
                person_id=founded.employee.id, is_leader=True, leads_since=uow.now, updated_at=uow.now
            )
        )
    await published(jonas, instance, is_leaders="yes", title="Agreed", when="16.4. 9:00")

    page = (await stranger.get("/sessions?leaders=1")).text
    everything = (await stranger.get("/sessions")).text

    assert ("Claimed" in page, "Marked by a moderator" in page, "Agreed" in page) == (False, True, True)
    assert "Claimed" in everything
    assert "Leaders share" in page
