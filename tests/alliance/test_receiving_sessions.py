"""What an ally says about its sessions is cut to size, never older than what is known, and theirs alone."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from alliance.errors import Invalid, NotFound
from alliance.models import Session
from alliance.queries import sessions
from alliance.receiving import forget_session, receive_session
from alliance.visibility import employee_viewer
from tests.alliance.stage import Stage, session_news
from tests.support.clock import MONDAY, FrozenClock


async def test_an_allys_session_is_stored_once_and_renewed(stage: Stage) -> None:
    company = await stage.ally()
    first = await stage.theirs(company)

    second = await stage.theirs(
        company,
        title="Welding for all",
        updated_at=MONDAY + timedelta(minutes=1),
        topics=("Metall", "Welding"),
    )

    assert (second.id, second.title, second.company_id) == (first.id, "Welding for all", company.id)
    assert [topic.slug for topic in second.topics] == ["metall", "welding"]
    assert (first.sequence, second.sequence) == (0, 1)
    async with stage.instance.reading() as db:
        assert await db.scalar(select(func.count()).select_from(Session)) == 1
        seen = await sessions.find(db, employee_viewer(stage.host.id), first.id)
    assert seen.description_html == "<p>Bring gloves.</p>"


async def test_older_news_are_ignored_and_equally_old_ones_are_not(stage: Stage) -> None:
    company = await stage.ally()
    session = await stage.theirs(company, updated_at=MONDAY)

    async with stage.instance.unit_of_work() as uow:
        older = session_news(company, title="Older", updated_at=MONDAY - timedelta(seconds=1))
        assert await receive_session(uow, company.id, older) is None
    renewed = await stage.theirs(company, going_count=3, updated_at=MONDAY)

    assert renewed.title == session.title
    assert renewed.going_count == 3


async def test_the_same_news_twice_change_nothing(stage: Stage) -> None:
    company = await stage.ally()

    first, second = await stage.theirs(company), await stage.theirs(company)

    assert (first.id, first.sequence) == (second.id, second.sequence)


@pytest.mark.parametrize(
    "changes",
    [
        {"uri": "https://evil.example/sessions/1"},
        {"uri": "https://alpenwerk.example.evil.example/sessions/1"},
        {"uri": "http://alpenwerk.example/sessions/1"},
        {"uri": "https://alpenwerk.example"},
        {"uri": "https://alpenwerk.example/" + "s" * 500},
        {"audience": "company"},
        {"audience": "everybody"},
        {"title": " \u202e\n"},
        {"starts_at": datetime(1999, 1, 1, tzinfo=UTC)},
        {"starts_at": datetime(2101, 1, 1, tzinfo=UTC)},
        {"updated_at": datetime(9999, 1, 1, tzinfo=UTC)},
    ],
)
async def test_nonsense_is_refused_and_nothing_is_stored(stage: Stage, changes: dict[str, Any]) -> None:
    company = await stage.ally()

    with pytest.raises(Invalid):
        await stage.theirs(company, **changes)

    async with stage.instance.reading() as db:
        assert await db.scalar(select(func.count()).select_from(Session)) == 0


async def test_one_company_can_not_speak_for_another(stage: Stage) -> None:
    alpenwerk, hansewerft = await stage.ally(), await stage.ally("hansewerft.example")
    theirs = await stage.theirs(alpenwerk)

    with pytest.raises(Invalid):
        async with stage.instance.unit_of_work() as uow:
            await receive_session(uow, hansewerft.id, session_news(alpenwerk, title="Taken over"))

    assert (await stage.stored(theirs)).title == "Welding for beginners 1"


async def test_news_about_nobodys_or_our_own_company_are_refused(stage: Stage) -> None:
    company = await stage.ally()

    for company_id in (4711, stage.founded.company.id):
        with pytest.raises(NotFound):
            async with stage.instance.unit_of_work() as uow:
                await receive_session(uow, company_id, session_news(company))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"timezone": "Middle/Earth"}, {"timezone": "UTC"}),
        ({"ends_at": None}, {"ends_at": MONDAY + timedelta(days=2, hours=1)}),
        ({"ends_at": MONDAY}, {"ends_at": MONDAY + timedelta(days=2, hours=1)}),
        ({"ends_at": MONDAY + timedelta(days=30)}, {"ends_at": MONDAY + timedelta(days=5)}),
        ({"capacity": -5}, {"capacity": None}),
        ({"capacity": 0}, {"capacity": None}),
        ({"capacity": 1 << 80}, {"capacity": 1_000_000}),
        ({"going_count": -1, "waiting_count": -1}, {"going_count": 0, "waiting_count": 0}),
        ({"going_count": 1 << 80}, {"going_count": 1_000_000}),
        ({"going_count": 9, "capacity": 5}, {"going_count": 9, "capacity": 5}),
        ({"language": "de-AT"}, {"language": "de"}),
        ({"language": "Klingon"}, {"language": "de"}),
        ({"place": "moon"}, {"place": "online"}),
        ({"join_mode": "lottery"}, {"join_mode": "none"}),
        ({"status": "draft"}, {"status": "scheduled"}),
        ({"title": "t" * 500}, {"title": "t" * 200}),
        ({"status_note": "n" * 900}, {"status_note": "n" * 500}),
        ({"place_name": "n" * 900}, {"place_name": "n" * 200}),
        ({"url": "https://evil.example/"}, {"url": None}),
        ({"url": "javascript:alert(1)"}, {"url": None}),
        ({"description_html": "<script>x</script><p>a</p>"}, {"description_html": "<p>a</p>"}),
        ({"sequence": -3}, {"sequence": 0}),
        ({"host_uri": "https://evil.example/people/1"}, {"host_id": None}),
        ({"host_uri": "https://alpenwerk.example/people/404"}, {"host_id": None}),
    ],
)
async def test_what_does_not_fit_is_made_to_fit(
    stage: Stage, changes: dict[str, Any], expected: dict[str, Any]
) -> None:
    session = await stage.stored(await stage.theirs(await stage.ally(), **changes))

    assert {name: getattr(session, name) for name in expected} == expected


async def test_the_host_is_somebody_of_that_company(stage: Stage) -> None:
    company = await stage.ally()
    mira = await stage.person()
    await stage.person("https://social.example/users/kim")

    assert (await stage.theirs(company, 1, host_uri=mira.uri)).host_id == mira.id
    assert (await stage.theirs(company, 2, host_uri="https://social.example/users/kim")).host_id is None


async def test_a_withdrawn_session_does_not_come_back(stage: Stage) -> None:
    company = await stage.ally()
    theirs, guest = await stage.theirs(company), await stage.colleague()
    await stage.join(theirs, guest)
    async with stage.instance.unit_of_work() as uow:
        await forget_session(uow, theirs.uri or "")
        await forget_session(uow, "https://alpenwerk.example/sessions/404")

    async with stage.instance.unit_of_work() as uow:
        later = session_news(company, updated_at=MONDAY + timedelta(hours=1))
        assert await receive_session(uow, company.id, later) is None

    assert (await stage.stored(theirs)).withdrawn_at == MONDAY
    async with stage.instance.reading() as db:
        mine = await sessions.mine(db, employee_viewer(guest.id), now=MONDAY)
    assert [(session.id, session.withdrawn_at) for session in mine.sessions] == [(theirs.id, MONDAY)]


async def test_a_session_that_was_out_of_sight_may_return(stage: Stage) -> None:
    company = await stage.ally()
    theirs = await stage.theirs(company)
    async with stage.instance.unit_of_work() as uow:
        await forget_session(uow, theirs.uri or "")

    async with stage.instance.unit_of_work() as uow:
        back = await receive_session(uow, company.id, session_news(company), may_return=True)

    assert back is not None
    assert (back.id, back.withdrawn_at) == (theirs.id, None)
    assert back.description_html == "<p>Bring gloves.</p>"


async def test_a_cancelled_session_raises_its_sequence(stage: Stage) -> None:
    company = await stage.ally()
    await stage.theirs(company)

    cancelled = await stage.theirs(company, status="cancelled", status_note="Storm.")

    assert (cancelled.status, cancelled.status_note, cancelled.sequence) == ("cancelled", "Storm.", 1)


TEXTS = st.text(max_size=400)
NUMBERS = st.one_of(st.none(), st.integers())


@given(
    title=TEXTS,
    description_html=TEXTS,
    timezone=TEXTS,
    language=TEXTS,
    place=TEXTS,
    place_name=TEXTS,
    join_mode=TEXTS,
    status=TEXTS,
    topics=st.lists(TEXTS, max_size=12),
    capacity=NUMBERS,
    sequence=NUMBERS,
    going_count=st.integers(),
    waiting_count=st.integers(),
    host_uri=st.one_of(st.none(), TEXTS),
    url=st.one_of(st.none(), TEXTS),
    minutes=st.integers(-10_000, 10_000),
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
async def test_whatever_an_ally_says_is_stored_or_refused(
    stage: Stage, clock: FrozenClock, minutes: int, **said: Any
) -> None:
    clock.advance(seconds=1)
    company = await stage.ally(f"host{int(clock.now().timestamp())}.example")
    ends_at = MONDAY + timedelta(days=2, minutes=minutes)

    try:
        session = await stage.theirs(company, ends_at=ends_at, **said)
    except Invalid:
        return

    async with stage.instance.reading() as db:
        assert (await sessions.find(db, employee_viewer(stage.host.id), session.id)).title
