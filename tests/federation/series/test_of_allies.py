"""What other companies say of their series: believed of their own dates, bounded, and never a flood."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from alliance.models import (
    CalendarEntry,
    Posting,
    Series,
    Session,
)
from alliance.news import SeriesNews
from alliance.series import end_series
from alliance.series_joining import MOST_PLACES
from federation.series_chores import give_places
from federation.wiring import Federation
from tests.alliance.stage import Stage
from tests.federation.series.scene import (
    all_dates,
    count,
    in_calendar,
    join,
    publish,
    states,
)


def told(number: int = 1, title: str = "Werkstatt", host: str = "alpenwerk.example") -> SeriesNews:
    return SeriesNews(f"https://{host}/series/{number}", title, {"de": "jeden Montag", "xx-nonsense": "?"})


async def test_dates_of_an_ally_belong_together(wired: Stage) -> None:
    ally = await wired.ally()
    for number in (1, 2):
        await wired.theirs(
            ally, number, series=told(), starts_at=datetime(2026, 4, number, 9, tzinfo=UTC), ends_at=None
        )

    async with wired.instance.reading() as db:
        series = (await db.scalars(select(Series))).one()
    assert {one.series_id for one in await all_dates(wired)} == {series.id}
    assert (series.title, series.rhythm, series.rule, series.audience) == (
        "Werkstatt",
        {"de": "jeden Montag"},
        None,
        "public",
    )


async def test_nobody_puts_their_session_into_the_series_of_others(wired: Stage) -> None:
    """On another server, on ours, or a series of another ally that is known already."""
    ally, other = await wired.ally(), await wired.ally("werft.example")
    await wired.theirs(other, 1, series=told(host="werft.example"))
    ours = await publish(wired)

    for number, uri in enumerate(
        (
            "https://werft.example/series/1",
            f"https://nordlicht.example/series/{ours.id}",
            "https://alpenwerk.example.evil.example/series/1",
            "javascript:alert(1)",
            "https://alpenwerk.example/" + "x" * 600,
        ),
        10,
    ):
        session = await wired.theirs(ally, number, series=SeriesNews(uri, "Mine now"))
        assert session.series_id is None, uri

    async with wired.instance.reading() as db:
        titles = list((await db.scalars(select(Series.title).order_by(Series.title))).all())
    assert titles == ["Makers", "Werkstatt"]


async def test_an_older_date_does_not_rename_the_series_and_a_date_may_change_it(wired: Stage) -> None:
    ally = await wired.ally()
    now = datetime(2026, 3, 16, 9, tzinfo=UTC)
    await wired.theirs(ally, 1, series=told(title="New name"), updated_at=now)
    await wired.theirs(ally, 2, series=told(title="Old name"), updated_at=now - timedelta(days=1))
    await wired.theirs(ally, 2, series=told(7, "Another"), updated_at=now + timedelta(minutes=1))
    await wired.theirs(ally, 1, series=None, updated_at=now + timedelta(minutes=1))

    async with wired.instance.reading() as db:
        rows = await db.execute(
            select(Session.uri, Series.title).outerjoin(Series, Series.id == Session.series_id)
        )
        names = {row.uri.rpartition("/")[2]: row.title for row in rows}
        titles = set((await db.scalars(select(Series.title))).all())
    assert names == {"1": None, "2": "Another"}
    assert titles == {"New name", "Another"}


async def test_ten_thousand_dates_fill_nobodys_calendar(wired: Stage, federation: Federation) -> None:
    ally, lena = await wired.ally(), await wired.colleague()
    first = datetime(2026, 4, 1, 9, tzinfo=UTC)

    async def more(numbers: range) -> None:
        for number in numbers:
            starts_at = first + timedelta(hours=number)
            await wired.theirs(ally, number, series=told(), starts_at=starts_at, ends_at=None)

    await more(range(1, 3))
    async with wired.instance.reading() as db:
        series = (await db.scalars(select(Series))).one()
    await join(wired, series, lena)
    await more(range(3, 40))
    await give_places(federation)

    assert len(await states(wired, lena)) == MOST_PLACES
    assert await count(wired, CalendarEntry) == 0
    assert await count(wired, Posting, Posting.kind == "session", Posting.is_listed) == 1


async def test_the_end_of_a_series_is_no_flood(wired: Stage) -> None:
    series, lena = await publish(wired), await wired.colleague()
    await join(wired, series, lena)

    async with wired.instance.unit_of_work() as uow:
        await end_series(uow, series.id, wired.host)

    assert set(await states(wired, lena)) == {"going"}
    assert await in_calendar(wired) == []
