"""Lists of sessions come in order, page by page, with a number of queries that does not grow."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alliance.errors import Forbidden, NotFound
from alliance.models import Session
from alliance.queries import sessions
from alliance.queries.session_filters import SessionFilter
from alliance.queries.sessions import SessionKey
from alliance.visibility import STRANGER, Viewer, employee_viewer
from tests.alliance.stage import TOMORROW, Stage
from tests.support.clock import MONDAY, FrozenClock
from tests.support.counting import queries_of


async def titles(stage: Stage, viewer: Viewer | None = None, **wanted: Any) -> list[str]:
    async with stage.instance.reading() as db:
        page = await sessions.upcoming(
            db,
            viewer or employee_viewer(stage.admin.id),
            SessionFilter(**wanted),
            now=stage.instance.clock.now(),
        )
    return [session.title for session in page.sessions]


async def at(stage: Stage, hours: int, **changes: Any) -> Session:
    starts_at = TOMORROW + timedelta(hours=hours)
    return await stage.publish(starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), **changes)


@pytest.mark.parametrize("rows", [1, 3])
async def test_a_page_takes_three_queries_however_many_rows(stage: Stage, rows: int) -> None:
    for hour in range(rows):
        session = await at(stage, hour, topics=("Optik", f"Topic {hour}"))
        await stage.join(session, stage.admin)
    viewer = employee_viewer(stage.admin.id)

    async with stage.instance.reading() as db:
        with queries_of(db) as queries:
            page = await sessions.upcoming(db, viewer, now=MONDAY)
            seen = [
                (session.company.name, session.host and session.host.name, [t.slug for t in session.topics])
                for session in page.sessions
            ]

    assert len(queries) == 3
    assert len(seen) == rows
    assert set(page.states.values()) == {"going"}


@pytest.mark.parametrize("rows", [1, 3])
async def test_a_strangers_page_takes_two_queries(stage: Stage, rows: int) -> None:
    for hour in range(rows):
        await at(stage, hour)

    async with stage.instance.reading() as db:
        with queries_of(db) as queries:
            page = await sessions.upcoming(db, STRANGER, now=MONDAY)

    assert (len(queries), len(page.sessions)) == (2, rows)


@pytest.mark.parametrize("rows", [1, 3])
async def test_one_session_with_its_attendances_takes_two_queries(stage: Stage, rows: int) -> None:
    session = await stage.publish(capacity=2)
    for number in range(rows):
        await stage.join(session, await stage.colleague(f"Guest Number{number}"))
    viewer = employee_viewer(stage.host.id)

    async with stage.instance.reading() as db:
        with queries_of(db) as queries:
            listed = await sessions.attendances(db, viewer, session.id)
            names = [(row.person.name, row.state) for row in listed]

    assert len(queries) == 2
    assert (
        names
        == [
            ("Guest Number0", "going"),
            ("Guest Number1", "going"),
            ("Guest Number2", "waiting"),
        ][:rows]
    )


async def test_attendances_are_for_the_host(stage: Stage) -> None:
    public, internal = await stage.publish(), await stage.publish(audience="company")

    async with stage.instance.reading() as db:
        with pytest.raises(Forbidden):
            await sessions.attendances(db, employee_viewer(stage.admin.id), public.id)
        with pytest.raises(Forbidden):
            await sessions.attendances(db, STRANGER, public.id)
        with pytest.raises(NotFound):
            await sessions.attendances(db, STRANGER, internal.id)


async def test_what_runs_is_listed_and_what_is_over_is_not(stage: Stage, clock: FrozenClock) -> None:
    session = await at(stage, 0, title="Running")
    clock.set(session.starts_at + timedelta(minutes=59))
    assert await titles(stage) == ["Running"]

    clock.set(session.ends_at)

    assert await titles(stage) == []
    assert await titles(stage, since=MONDAY) == ["Running"]


async def test_filters_narrow_the_list(stage: Stage) -> None:
    company = await stage.ally()
    await stage.theirs(company, title="Theirs", capacity=2, going_count=2)
    await at(stage, 0, title="Online", topics=("Optik",), capacity=1)
    await at(
        stage, 1, title="In the hall", place="on_site", place_name="Hall 3", meeting_link=None, language="de"
    )
    full = await at(stage, 2, title="Full", capacity=1, audience="company")
    await stage.join(full, stage.admin)
    cancelled = await at(stage, 3, title="Cancelled", audience="alliance")
    await stage.cancel(cancelled)

    assert await titles(stage) == ["Online", "In the hall", "Full", "Cancelled", "Theirs"]
    assert await titles(stage, external=True) == ["Theirs"]
    assert await titles(stage, company_id=company.id) == ["Theirs"]
    assert await titles(stage, company_id=4711) == []
    assert await titles(stage, topic="optik") == ["Online"]
    assert await titles(stage, topic="nothing") == []
    assert await titles(stage, language="de") == ["In the hall", "Theirs"]
    assert await titles(stage, place="on_site") == ["In the hall"]
    assert await titles(stage, free_places=True) == ["Online", "In the hall"]
    assert await titles(stage, audience="alliance") == ["Cancelled"]
    assert await titles(stage, since=full.starts_at) == ["Full", "Cancelled", "Theirs"]
    assert await titles(stage, until=full.starts_at) == ["Online", "In the hall"]
    assert await titles(stage, STRANGER) == ["Online", "In the hall", "Theirs"]


async def test_pages_follow_each_other_without_gap_and_double(stage: Stage) -> None:
    made = [await at(stage, hour // 3, title=f"Number {hour}") for hour in range(8)]
    seen: list[int] = []
    after: SessionKey | None = None

    for expected_length in (3, 3, 2):
        async with stage.instance.reading() as db:
            page = await sessions.upcoming(db, STRANGER, now=MONDAY, after=after, limit=3)
        assert len(page.sessions) == expected_length
        seen += [session.id for session in page.sessions]
        after = page.next

    assert after is None
    assert seen == [session.id for session in sorted(made, key=lambda s: (s.starts_at, s.id))]


@given(st.lists(st.integers(0, 4), max_size=12), st.integers(1, 5))
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
async def test_paging_shows_everything_once(stage: Stage, hours: list[int], limit: int) -> None:
    host = await stage.colleague(f"Host {stage.instance.mint.new()}")
    made = [await at(stage, hour, host=host, topics=(host.person.username,)) for hour in hours]
    seen: list[int] = []
    after: SessionKey | None = None
    while True:
        async with stage.instance.reading() as db:
            wanted = SessionFilter(topic=made[0].topics[0].slug if made else "none")
            page = await sessions.upcoming(db, STRANGER, wanted, now=MONDAY, after=after, limit=limit)
        seen += [session.id for session in page.sessions]
        after = page.next
        if after is None:
            break

    assert seen == [session.id for session in sorted(made, key=lambda s: (s.starts_at, s.id))]


@pytest.mark.parametrize(("limit", "length"), [(-1, 1), (0, 1), (2, 2), (10_000, 3)])
async def test_a_page_has_a_sensible_length(stage: Stage, limit: int, length: int) -> None:
    for hour in range(3):
        await at(stage, hour)

    async with stage.instance.reading() as db:
        page = await sessions.upcoming(db, STRANGER, now=MONDAY, limit=limit)

    assert len(page.sessions) == length


async def test_mine_is_what_i_host_and_what_i_attend(stage: Stage, clock: FrozenClock) -> None:
    company = await stage.ally()
    hosted = await at(stage, 3, title="Hosted", host=stage.admin)
    attended = await at(stage, 2, title="Attended", audience="company")
    theirs = await stage.theirs(company, title="Asked for at theirs")
    given_back = await at(stage, 1, title="Given back")
    withdrawn = await at(stage, 0, title="Withdrawn")
    await at(stage, 4, title="Not mine")
    own_withdrawn = await at(stage, 5, title="Withdrawn by me", host=stage.admin)
    for session in (attended, theirs, given_back, withdrawn):
        await stage.join(session, stage.admin)
    await stage.leave(given_back, stage.admin)
    await stage.withdraw(withdrawn)
    await stage.withdraw(own_withdrawn, by=stage.admin)

    async with stage.instance.reading() as db:
        page = await sessions.mine(db, employee_viewer(stage.admin.id), now=MONDAY)

    assert [session.title for session in page.sessions] == [
        "Withdrawn",
        "Attended",
        "Hosted",
        "Asked for at theirs",
    ]
    assert page.states == {withdrawn.id: "going", attended.id: "going", theirs.id: "asked"}
    assert page.sessions[0].withdrawn_at is not None
    clock.set(hosted.ends_at)
    async with stage.instance.reading() as db:
        later = await sessions.mine(db, employee_viewer(stage.admin.id), now=clock.now())
    assert [session.title for session in later.sessions] == ["Asked for at theirs"]
