"""Timelines miss nothing and repeat nothing, and cost the same however many rows there are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, event, insert, select, text

from alliance.models import Company, Distance, Interest, Posting, Session, Topic, posting_topic
from alliance.queries.postings import sessions_said
from alliance.queries.timelines import Placed, Said, Wanted, home, of_account, of_list, public, tagged
from alliance.visibility import STRANGER, employee_viewer
from tests.alliance.stage import Stage
from tests.support.clock import MONDAY

FIRST = 1_000_000
STREAMS = 6
Find = Callable[[Connection, "Part"], Sequence[Placed]]


@dataclass(frozen=True)
class Part:
    max_id: int | None = None
    since_id: int | None = None
    min_id: int | None = None
    limit: int = 20

    @property
    def is_upwards(self) -> bool:
        return self.min_id is not None


def row(number: int, author: int, **other: Any) -> dict[str, Any]:
    return {
        "id": number,
        "kind": "story",
        "lane": "words",
        "author_id": author,
        "company_id": author,
        "audience": "public",
        "is_listed": True,
        "created_at": MONDAY,
        "changed_at": MONDAY,
    } | other


@pytest.fixture
async def followed(stage: Stage) -> tuple[Stage, list[int]]:
    """Our employee follows six allies; nobody has said anything yet."""
    allies = [(await stage.ally(f"firma{number}.example")).id for number in range(STREAMS)]
    async with stage.instance.unit_of_work() as uow:
        for ally in allies:
            values = {"id": uow.new_id(), "person_id": stage.host.id, "company_id": ally, "since": MONDAY}
            await uow.db.execute(insert(Interest), [values])
    return stage, allies


async def _write(stage: Stage, rows: list[dict[str, Any]]) -> None:
    async with stage.instance.unit_of_work() as uow:
        await uow.db.execute(insert(Posting), rows)


async def _read(stage: Stage, part: Part) -> list[int]:
    found = await stage.instance.look(lambda db: home(db, stage.host.id, part, MONDAY))
    return [one.id for one in found]


async def _all_downwards(stage: Stage, limit: int, arriving: Callable[[], Any]) -> list[int]:
    seen: list[int] = []
    part = Part(limit=limit)
    while page := await _read(stage, part):
        assert page == sorted(page, reverse=True)
        assert len(page) <= limit
        seen += page
        part = replace(part, max_id=page[-1])
        await arriving()
    return seen


@given(
    authors=st.lists(st.integers(0, STREAMS - 1), min_size=1, max_size=40),
    limit=st.integers(1, 13),
    start=st.integers(0, 40),
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_pages_of_any_size_in_both_directions_miss_and_repeat_nothing(
    followed: tuple[Stage, list[int]], authors: list[int], limit: int, start: int
) -> None:
    stage, allies = followed
    async with stage.instance.unit_of_work() as uow:
        await uow.db.execute(text("DELETE FROM posting"))
    await _write(stage, [row(FIRST + n, allies[author]) for n, author in enumerate(authors)])
    known = [FIRST + n for n in range(len(authors))]
    arrived = iter(range(FIRST + 1000, FIRST + 9000))

    async def arriving() -> None:
        await _write(stage, [row(next(arrived), allies[0])])

    # What arrives while somebody reads on downwards is above, so it changes nothing below.
    assert await _all_downwards(stage, limit, arriving) == known[::-1]

    # Upwards, a page is what lies just above; what has arrived meanwhile comes in its turn.
    here = FIRST + min(start, len(authors)) - 1
    climbed: list[int] = []
    for _ in range(200):
        page = await _read(stage, Part(min_id=here, limit=limit))
        if not page:
            break
        assert page == sorted(page)
        climbed += page
        here = page[-1]
        if len(climbed) < 30:
            await arriving()
    async with stage.instance.reading() as db:
        everything = [one for (one,) in await db.execute(text("SELECT id FROM posting ORDER BY id"))]
    assert climbed == [one for one in everything if one > FIRST + min(start, len(authors)) - 1]


async def test_since_is_the_newest_page_and_min_the_nearest(followed: tuple[Stage, list[int]]) -> None:
    stage, allies = followed
    await _write(stage, [row(FIRST + n, allies[n % STREAMS]) for n in range(10)])

    assert await _read(stage, Part(since_id=FIRST + 2, limit=3)) == [FIRST + 9, FIRST + 8, FIRST + 7]
    assert await _read(stage, Part(min_id=FIRST + 2, limit=3)) == [FIRST + 3, FIRST + 4, FIRST + 5]
    assert await _read(stage, Part(max_id=FIRST + 3, since_id=FIRST, limit=3)) == [FIRST + 2, FIRST + 1]


async def test_who_hardly_says_anything_is_found_below_a_hundred_others(
    followed: tuple[Stage, list[int]],
) -> None:
    stage, allies = followed
    await _write(stage, [row(FIRST, allies[5])])
    await _write(stage, [row(FIRST + 1 + n, 77) for n in range(100)])

    assert await _read(stage, Part(limit=2)) == [FIRST]


ROWS = 3_000


@pytest.fixture
async def crowded(stage: Stage) -> Stage:
    """Three thousand sessions of two companies, each with a row; topics are spread over them."""
    ally = await stage.ally()
    companies = [stage.founded.company.id, ally.id]
    sessions = [
        {
            "id": FIRST + n,
            "company_id": companies[n % 2],
            "uri": None if n % 2 == 0 else f"{ally.origin}/sessions/{n}",
            "title": "A session",
            "starts_at": MONDAY + timedelta(hours=n),
            "ends_at": MONDAY + timedelta(hours=n + 1),
            "timezone": "UTC",
            "audience": "public",
            "updated_at": MONDAY,
        }
        for n in range(ROWS)
    ]
    rows = [
        row(FIRST + n, companies[n % 2], kind="session", session_id=FIRST + n, has_picture=n % 50 == 0)
        for n in range(ROWS)
    ]
    async with stage.instance.unit_of_work() as uow:
        await uow.db.execute(insert(Session), sessions)
        await uow.db.execute(insert(Posting), rows)
        await uow.db.execute(
            insert(Topic), [{"id": n + 1, "slug": f"t{n}", "name": f"T{n}"} for n in range(9)]
        )
        carried = [{"topic_id": n % 9 + 1, "posting_id": FIRST + n} for n in range(ROWS)]
        await uow.db.execute(insert(posting_topic), carried)
        for name, number in (("company_id", ally.id), ("topic_id", 1)):
            values = {"id": uow.new_id(), "person_id": stage.host.id, "since": MONDAY, name: number}
            await uow.db.execute(insert(Interest), [values])
        await uow.db.execute(text("ANALYZE"))
    return stage


def _asked(me: int, company: int) -> dict[str, Find]:
    viewer, now = employee_viewer(me), MONDAY
    return {
        "home": lambda db, part: home(db, me, part, now),
        "list": lambda db, part: of_list(db, me, 5, "list", part, now),
        "public": lambda db, part: public(db, viewer, part, now, Wanted()),
        "public for strangers": lambda db, part: public(db, STRANGER, part, now, Wanted()),
        "public with pictures": lambda db, part: public(db, viewer, part, now, Wanted(only_media=True)),
        "topic": lambda db, part: tagged(db, viewer, part, now, Wanted(any_of=(1, 2))),
        "topic for strangers": lambda db, part: tagged(db, STRANGER, part, now, Wanted(any_of=(1,))),
        "account": lambda db, part: of_account(db, company, part, Said()),
        "what stands in them": lambda db, part: list(
            sessions_said(db, viewer, [FIRST + n for n in range(20)]).values()
        ),
    }


NAMES = list(_asked(0, 0))
_LARGE = ("posting", "session", "posting_topic")


@pytest.mark.parametrize("name", NAMES)
async def test_no_timeline_walks_through_all_rows(crowded: Stage, name: str) -> None:
    find = _asked(crowded.host.id, crowded.founded.company.id)[name]

    for part in (Part(), Part(max_id=FIRST + ROWS // 2), Part(min_id=FIRST + ROWS // 2)):
        plan, statements = await crowded.instance.look(lambda db, part=part: _plan_of(db, find, part))  # type: ignore[misc]
        assert statements == 1
        scans = [line for line in plan if _is_walk(line)]
        assert scans == [], "\n".join(plan)


def _is_walk(line: str) -> bool:
    words = line.strip().removeprefix("->").split()
    on_sqlite = words[0] == "SCAN" and words[1].rsplit("_", 1)[0] in _LARGE
    return on_sqlite or any(f"Seq Scan on {table} " in f"{line} " for table in _LARGE)


def _plan_of(db: Connection, find: Find, part: Part) -> tuple[list[str], int]:
    seen: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        seen.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    find(db, part)
    event.remove(db.engine, "before_cursor_execute", note)
    asked = [one for one in seen if not one[0].startswith("BEGIN")]
    statement, parameters = asked[0]
    if db.dialect.name != "sqlite":
        # Three thousand rows are walked sooner than looked up; here it matters that they need not be.
        db.exec_driver_sql("SET LOCAL enable_seqscan = off")
    word = "EXPLAIN QUERY PLAN" if db.dialect.name == "sqlite" else "EXPLAIN"
    rows = db.exec_driver_sql(f"{word} {statement}", parameters).all()
    return [str(one[3] if db.dialect.name == "sqlite" else one[0]) for one in rows], len(asked)


async def test_a_company_that_is_kept_away_is_nowhere(crowded: Stage) -> None:
    me = crowded.host.id
    async with crowded.instance.unit_of_work() as uow:
        ally = await uow.db.scalar(select(Company.id).where(~Company.is_home))
        uow.db.add(Distance(id=uow.new_id(), person_id=me, account_id=ally, kind="mute", since=MONDAY))
    asked = _asked(crowded.host.id, crowded.founded.company.id)
    for name in ("home", "public", "topic"):
        found = await crowded.instance.look(lambda db, name=name: asked[name](db, Part()))  # type: ignore[misc]
        assert found, name
        assert {one.author_id for one in found if one.is_wanted} == {crowded.founded.company.id}, name
