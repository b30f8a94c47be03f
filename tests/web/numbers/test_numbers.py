"""The numbers of a month: counted before names are forgotten, made once, the same for everybody."""

import csv
import io
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest
from sqlalchemy import select, text

from alliance.models import Attendance, FeedbackTally, MonthlyNumber, Person, Session
from alliance.number_tally import count_sessions, tallied
from alliance.numbers import months_after, publish_month
from alliance.queries.numbers import published_numbers
from federation.chores import publish_numbers
from federation.wiring import Federation
from tests.alliance.stage import Stage
from tests.support.counting import queries_of
from tests.support.founding import Founded
from tests.web.pages import conftest as pages
from web.feeds.tables import cell

pytestmark = pytest.mark.anyio
stranger, jonas, ada = pages.stranger, pages.jonas, pages.ada
MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
AFTERWARDS = datetime(2026, 4, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
async def stage(founded: Founded, federation: Federation) -> Stage:
    """Things happen as in production."""
    return Stage(founded)


async def guests(stage: Stage, session: Session, company_id: int, count: int, first: int = 0) -> None:
    """So many people of a company are going."""
    async with stage.instance.unit_of_work() as uow:
        for number in range(first, first + count):
            person = Person(
                id=uow.new_id(),
                company_id=company_id,
                uri=f"https://c{company_id}.example/people/{number}",
                username=f"p{number}",
                host=f"c{company_id}.example",
                name=f"Guest {number}",
                created_at=uow.now,
                updated_at=uow.now,
            )
            uow.db.add(person)
            await uow.db.flush()
            uow.db.add(
                Attendance(
                    id=uow.new_id(),
                    session_id=session.id,
                    person_id=person.id,
                    state="going",
                    since=uow.now,
                    created_at=uow.now,
                )
            )


async def rows(stage: Stage) -> dict[tuple[str, str], int]:
    async with stage.instance.reading() as db:
        found = await db.scalars(select(MonthlyNumber).where(MonthlyNumber.month == MARCH))
        return {(one.report, one.key): one.value for one in found}


def at(stage: Stage, moment: datetime) -> None:
    stage.instance.clock.set(moment)  # type: ignore[attr-defined]


async def test_a_month_is_made_once_rounded_and_without_small_groups(
    stage: Stage, federation: Federation
) -> None:
    big, small = await stage.ally("big.example"), await stage.ally("small.example")
    session = await stage.publish(topics=("Optics",), audience="alliance")
    await stage.theirs(big, 1)
    await guests(stage, session, big.id, 12)
    await guests(stage, session, small.id, 4)
    await publish_numbers(federation)
    during = await rows(stage)
    at(stage, AFTERWARDS)
    await publish_numbers(federation)
    first = await rows(stage)
    await guests(stage, session, small.id, 20, first=100)
    await publish_numbers(federation)

    assert during == {}
    assert first == await rows(stage)
    assert {key: value for (report, key), value in first.items() if report == "joins"} == {str(big.id): 10}
    assert (first["sessions", "ours"], first["sessions", "theirs"]) == (1, 1)
    assert first["topics", "optics"] == 1
    assert ("growth", "people") not in first


async def test_people_are_counted_before_their_names_are_forgotten_and_lie_sealed(
    stage: Stage, federation: Federation
) -> None:
    big = await stage.ally("big.example")
    session = await stage.publish(audience="alliance")
    await guests(stage, session, big.id, 9)
    at(stage, session.starts_at + timedelta(hours=7))
    await publish_numbers(federation)
    async with stage.instance.unit_of_work() as uow:
        await uow.db.execute(text("DELETE FROM attendance"))
    async with stage.instance.reading() as db:
        stored = [str(tuple(row)) for row in await db.execute(text("SELECT * FROM number_tally"))]
    at(stage, AFTERWARDS)

    await publish_numbers(federation)

    assert (await rows(stage))["joins", str(big.id)] == 5
    assert str(big.id) not in "".join(stored)
    async with stage.instance.unit_of_work() as uow:
        assert await tallied(uow) == {}


async def test_no_session_is_counted_twice(stage: Stage, federation: Federation) -> None:
    """Also not one that begins exactly up to where was counted."""
    big = await stage.ally("big.example")
    session = await stage.publish(audience="alliance")
    await guests(stage, session, big.id, 6)
    at(stage, session.starts_at + timedelta(hours=6))
    for _ in range(3):
        async with stage.instance.unit_of_work() as uow:
            await count_sessions(uow)
    at(stage, AFTERWARDS)

    await publish_numbers(federation)

    assert (await rows(stage))["joins", str(big.id)] == 5


async def test_a_company_whose_people_are_too_few_leaves_no_trace(
    stage: Stage, federation: Federation, jonas: httpx.AsyncClient
) -> None:
    """What everybody reads, to the byte, with four people of a company and without them."""
    big, small = await stage.ally("big.example"), await stage.ally("small.example")
    session = await stage.publish(audience="alliance")
    await guests(stage, session, big.id, 12)
    at(stage, session.starts_at + timedelta(hours=7))
    async with stage.instance.unit_of_work() as uow:
        await count_sessions(uow)
    async with stage.instance.unit_of_work() as uow:
        await publish_month(uow, MARCH)
    without = [(await jonas.get(path)).content for path in PATHS]
    async with stage.instance.unit_of_work() as uow:
        for table in ("monthly_number", "number_tally"):
            await uow.db.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - names of ours
    await guests(stage, session, small.id, 4)
    async with stage.instance.unit_of_work() as uow:
        await count_sessions(uow)
    async with stage.instance.unit_of_work() as uow:
        await publish_month(uow, MARCH)

    assert [(await jonas.get(path)).content for path in PATHS] == without
    assert b"Small" not in b"".join(without)


PATHS = ["/numbers", "/numbers/joins.csv", "/numbers/growth.csv", "/numbers/sessions.csv"]


async def test_feedback_of_fewer_hosts_than_five_is_told_to_nobody_else(stage: Stage) -> None:
    hosts = [await stage.colleague(f"Host {number}") for number in range(5)]
    sessions = [await stage.publish(host=host) for host in hosts]
    at(stage, datetime(2026, 5, 2, tzinfo=UTC))
    async with stage.instance.unit_of_work() as uow:
        for session in sessions[:4]:
            uow.db.add(FeedbackTally(session_id=session.id, batches=2, points=3, sealed=b""))
    async with stage.instance.unit_of_work() as uow:
        await publish_month(uow, APRIL)
        four = list(await uow.db.scalars(select(MonthlyNumber).where(MonthlyNumber.report == "feedback")))
        uow.db.add(FeedbackTally(session_id=sessions[4].id, batches=1, points=2, sealed=b""))
        await uow.db.execute(text("DELETE FROM monthly_number"))
        await uow.db.flush()
        uow.db.expunge_all()
        await publish_month(uow, APRIL)
        five = await uow.db.scalars(select(MonthlyNumber).where(MonthlyNumber.report == "feedback"))
        told = {one.key: (one.month, one.value) for one in five}

    assert four == []
    assert told == {"answers": (MARCH, 45), "quarter": (MARCH, 4)}


async def test_everybody_who_works_here_sees_the_same_and_nobody_else_anything(
    stage: Stage, stranger: httpx.AsyncClient, jonas: httpx.AsyncClient, ada: httpx.AsyncClient
) -> None:
    await fill(stage)
    outside = [await stranger.get(path) for path in ("/numbers", "/numbers/joins.csv")]

    pages = [(await client.get("/numbers")).text for client in (jonas, ada)]

    assert [answer.status_code for answer in outside] == [303, 303]
    assert all("<svg" in page and "As a table" in page for page in pages)
    mains = [page.partition("<main")[2].partition("</main>")[0] for page in pages]
    assert mains[0] == mains[1]
    assert (await jonas.get("/numbers/people.csv")).status_code == 404


async def test_a_report_can_be_taken_along(stage: Stage, jonas: httpx.AsyncClient) -> None:
    await fill(stage)

    answer = await jonas.get("/numbers/growth.csv")

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    mark, words = answer.text[:1], answer.text[1:]
    read = list(csv.reader(io.StringIO(words)))
    assert mark == "\ufeff"
    assert read[0] == ["Month", "Accounts", "Experts", "Communities"]
    assert read[1] == ["2025-04", "100", "–", "3"]
    assert len(read) == 13


async def test_a_threshold_that_was_raised_holds_for_old_months_too(
    stage: Stage, jonas: httpx.AsyncClient
) -> None:
    await fill(stage)
    stage.instance.settings = stage.instance.settings.__class__(
        **{**vars(stage.instance.settings), "numbers_threshold": 30}
    )

    read = list(csv.reader(io.StringIO((await jonas.get("/numbers/growth.csv")).text)))

    assert read[1] == ["2025-04", "90", "–", "3"]


async def test_the_page_takes_the_same_queries_for_one_month_and_for_twelve(stage: Stage) -> None:
    counts = []
    for months in (1, 12):
        await fill(stage, months)
        async with stage.instance.reading() as db:
            with queries_of(db) as seen:
                numbers = await published_numbers(db, threshold=5)
            counts.append((len(seen), len(numbers.months)))
    assert counts == [(1, 1), (1, 12)]


async def fill(stage: Stage, months: int = 12) -> None:
    """Months that were published, up to March."""
    async with stage.instance.unit_of_work() as uow:
        await uow.db.execute(text("DELETE FROM monthly_number"))
        for back in range(months):
            month = months_after(MARCH, -back)
            parts = {"people": 100 + (months - 1 - back) * 10, "communities": 3}
            given = {"month": {"": 5}, "growth": parts, "sessions": {"ours": 7, "theirs": 4}}
            for report, values in given.items():
                for key, value in values.items():
                    uow.db.add(MonthlyNumber(month=month, report=report, key=key, value=value))


def test_words_that_look_like_formulas_are_no_formulas() -> None:
    assert [cell(word) for word in ("=1+1", "Glas", "@x", "–")] == ["'=1+1", "Glas", "'@x", "–"]
