"""Every list is served by an index: no question walks through a whole table of ten thousand rows."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.models import Attendance, ExpertProfile, Person, Session, Topic, expert_topic, session_topic
from alliance.places import ACTIVE
from alliance.queries import calendar, people, sessions
from alliance.queries.discovery import similar
from alliance.queries.own_part import own_part
from alliance.queries.people import ExpertFilter, ExpertKey
from alliance.queries.search import question_of, search
from alliance.queries.session_filters import SessionFilter
from alliance.queries.sessions import SessionKey
from alliance.searching import index_experts, index_sessions
from alliance.visibility import STRANGER, employee_viewer, partner_viewer
from tests.alliance.stage import Stage
from tests.support.clock import MONDAY
from tests.support.counting import queries_of

ROWS = 10_000
PEOPLE = 3_000
FIRST = 1_000_000
Question = Callable[[AsyncSession, int], Awaitable[object]]


def upcoming(viewer: str = "employee", after: SessionKey | None = None, **wanted: Any) -> Question:
    """A page of sessions for a viewer; person and company are number `me`."""

    def ask(db: AsyncSession, me: int) -> Awaitable[object]:
        eyes = {"employee": employee_viewer(me), "stranger": STRANGER, "partner": partner_viewer(me)}
        return sessions.upcoming(db, eyes[viewer], SessionFilter(**wanted), now=MONDAY, after=after)

    return ask


def experts(after: ExpertKey | None = None, **wanted: Any) -> Question:
    return lambda db, me: people.experts(db, employee_viewer(me), ExpertFilter(**wanted), after=after)


QUESTIONS: dict[str, Question] = {
    "next sessions": upcoming(),
    "next sessions of strangers": upcoming("stranger"),
    "next sessions of a partner": upcoming("partner"),
    "next page": upcoming(after=SessionKey(MONDAY + timedelta(days=9), FIRST + 500)),
    "next page of strangers": upcoming("stranger", after=SessionKey(MONDAY, FIRST)),
    "one company": upcoming(company_id=1),
    "one company for strangers": upcoming("stranger", company_id=1),
    "one host": upcoming(host_id=1),
    "other companies": upcoming(external=True),
    "one language": upcoming(language="fr"),
    "one place": upcoming(place="hybrid"),
    "one audience": upcoming(audience="alliance"),
    "free places": upcoming(free_places=True),
    "one topic": upcoming(topic="t1"),
    "one week": upcoming(since=MONDAY + timedelta(days=7), until=MONDAY + timedelta(days=14)),
    "mine": lambda db, me: sessions.mine(db, employee_viewer(me), now=MONDAY),
    "one session": lambda db, me: sessions.find(db, employee_viewer(me), FIRST),
    "one session by its address": lambda db, me: sessions.find_by_uri(
        db, employee_viewer(me), "https://alpenwerk.example/sessions/1"
    ),
    "who takes part": lambda db, me: sessions.attendances(db, employee_viewer(me), FIRST),
    "experts": experts(),
    "next experts": experts(after=ExpertKey("Expert 500", FIRST)),
    "experts of a company": experts(company_id=1),
    "leaders": experts(leaders=True),
    "experts of a topic": experts(topic="t1"),
    "a month of the calendar": lambda db, me: calendar.first_of_each(
        db,
        employee_viewer(me),
        [(MONDAY + timedelta(days=n), MONDAY + timedelta(days=n + 1)) for n in range(42)],
        SessionFilter(),
        limit=3,
        now=MONDAY,
    ),
    "a week of one topic": lambda db, me: calendar.first_of_each(
        db,
        employee_viewer(me),
        [(MONDAY + timedelta(days=n), MONDAY + timedelta(days=n + 1)) for n in range(7)],
        SessionFilter(topic="t1"),
        limit=5,
        now=MONDAY,
    ),
    "what it is to me": lambda db, me: _own_part(db, me),
    "similar ones": lambda db, me: _similar(db, me),
    "the search": lambda db, me: search(
        db, employee_viewer(me), question_of("number lenses"), SessionFilter(), now=MONDAY
    ),
    "the search of strangers": lambda db, me: search(
        db, STRANGER, question_of("num"), SessionFilter(language="de"), now=MONDAY
    ),
    "the search after a slip": lambda db, me: search(
        db, employee_viewer(me), question_of("nmuber"), SessionFilter(), now=MONDAY
    ),
    "who introduces themselves": lambda db, me: people.introduced(db, employee_viewer(me), FIRST + 5),
    "one expert": lambda db, me: people.profile(db, employee_viewer(me), "expert5@alpenwerk.example"),
    "a colleague": lambda db, me: people.profile(db, employee_viewer(me), "jonas"),
}
IN_ORDER = ("next sessions", "next page", "one company", "one language", "one place", "one week", "experts")


async def _own_part(db: AsyncSession, me: int) -> object:
    return await own_part(db, me, await sessions.find(db, employee_viewer(me), FIRST))


async def _similar(db: AsyncSession, me: int) -> object:
    viewer = employee_viewer(me)
    return await similar(db, viewer, await sessions.find(db, viewer, FIRST), now=MONDAY)


@pytest.fixture
async def crowded(stage: Stage) -> Stage:
    """Ten thousand sessions, experts and attendances; the first session is hosted by our employee."""
    ally = await stage.ally()
    home = stage.founded.company
    numbers, persons = range(ROWS), range(PEOPLE)
    async with stage.instance.unit_of_work() as uow:
        common = {"created_at": MONDAY, "updated_at": MONDAY, "company_id": ally.id, "host": ally.host}
        people_rows = [
            {
                "id": FIRST + n,
                "uri": f"{ally.origin}/people/{n}",
                "username": f"expert{n}",
                "name": f"Expert {n}",
            }
            | common
            for n in numbers
        ]
        profiles = [
            {"person_id": FIRST + n, "audience": "public", "published_at": MONDAY, "updated_at": MONDAY}
            for n in persons
        ]
        session_rows = [_session(stage, n, home.id if n % 3 == 0 else ally.id) for n in numbers]
        attendances = [
            {
                "id": n + 1,
                "session_id": FIRST,
                "person_id": FIRST + n,
                "state": ACTIVE[n % 2],
                "since": MONDAY,
                "created_at": MONDAY,
            }
            for n in persons
        ]
        topics = [{"id": n, "slug": f"t{n}", "name": f"T{n}"} for n in range(100)]
        for table, rows in (
            (Person, people_rows),
            (ExpertProfile, profiles),
            (Topic, topics),
            (Session, session_rows),
            (Attendance, attendances),
            (session_topic, [{"session_id": FIRST + n, "topic_id": n % 100} for n in numbers]),
            (expert_topic, [{"person_id": FIRST + n, "topic_id": n % 100} for n in persons]),
        ):
            await uow.db.execute(insert(table), rows)
        # The search is asked for words that few have; the index of all would take as long as all other tests.
        await index_sessions(uow.db, [FIRST + n for n in range(ROWS // 2, ROWS // 2 + 300)])
        await index_experts(uow.db, [FIRST + n for n in range(100)])
    return stage


def _session(stage: Stage, number: int, company_id: int) -> dict[str, Any]:
    starts_at = MONDAY + timedelta(hours=number - ROWS // 2)
    ours = company_id == stage.founded.company.id
    return {
        "id": FIRST + number,
        "company_id": company_id,
        "host_id": stage.host.id if ours else FIRST + number % PEOPLE,
        "uri": None if ours else f"https://alpenwerk.example/sessions/{number}",
        "title": f"Number {number}",
        "language": "de",
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=1),
        "timezone": "UTC",
        "audience": "public" if number % 2 else "alliance",
        "published_at": MONDAY,
        "updated_at": MONDAY,
    }


async def test_no_question_walks_through_a_whole_table(crowded: Stage) -> None:
    plans: dict[str, list[list[str]]] = {}
    async with crowded.instance.reading() as db:
        for name, ask in QUESTIONS.items():
            with queries_of(db) as queries:
                await ask(db, crowded.host.id)
            plans[name] = [await _plan(db, *query) for query in queries]

    walks = {name: [line for plan in made for line in plan if _walks(line)] for name, made in plans.items()}
    assert {name: lines for name, lines in walks.items() if lines} == {}
    if crowded.instance.database.is_sqlite:
        sorts = [name for name in IN_ORDER if "USE TEMP B-TREE FOR ORDER BY" in plans[name][0]]
        assert sorts == []


async def _plan(db: AsyncSession, statement: str, parameters: Any) -> list[str]:
    connection = await db.connection()
    if db.get_bind().dialect.name == "sqlite":
        rows = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        return [row.detail for row in rows]
    # A small table is often read in one go because that is cheapest; the question is whether it has to be.
    await connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    rows = await connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)
    return [row[0] for row in rows]


def _walks(line: str) -> bool:
    tables = (
        "session|person|attendance|expert_profile|session_topic|expert_topic|topic|search_document|search_word"
        "|co_host|saved_session|material|session_translation"
    )
    if re.search(rf"\bSCAN ({tables})(_\d+)?\b(?! USING (COVERING )?INDEX)", line):
        return True
    return bool(re.search(rf"Seq Scan on ({tables})\b", line))
