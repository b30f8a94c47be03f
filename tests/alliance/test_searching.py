"""The search finds what the viewer may see, by any form of its words, and nothing else."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from alliance import profiling, searching
from alliance.employing import erase_employee
from alliance.models import Employee, SearchDocument, Session
from alliance.news import ProfileNews
from alliance.profiling import ProfileDraft
from alliance.queries.companies import home_company
from alliance.queries.search import Found, question_of, search
from alliance.queries.session_filters import SessionFilter
from alliance.receiving import forget_session, receive_session
from alliance.visibility import STRANGER, Viewer, employee_viewer, partner_viewer
from tests.alliance.stage import Stage, session_news, wall
from tests.support.clock import MONDAY
from tests.support.counting import queries_of
from tests.support.founding import Founded

pytestmark = pytest.mark.anyio


@pytest.fixture
async def stage(founded: Founded) -> Stage:
    """A founded company whose changes the index hears of."""
    founded.instance.listeners = searching.LISTENERS
    return Stage(founded)


async def found(stage: Stage, text: str, viewer: Viewer | None = None, **wanted: Any) -> Found:
    """What somebody finds; a colleague without a viewer."""
    viewer = viewer or employee_viewer(stage.admin.id)
    async with stage.instance.reading() as db:
        question = question_of(text, [await home_company(db)])
        return await search(db, viewer, question, SessionFilter(**wanted), now=stage.instance.clock.now())


async def titles(stage: Stage, text: str, viewer: Viewer | None = None, **wanted: Any) -> list[str]:
    return [session.title for session in (await found(stage, text, viewer, **wanted)).sessions]


async def experts(stage: Stage, text: str, viewer: Viewer | None = None) -> list[str]:
    return [person.name for person in (await found(stage, text, viewer)).experts]


async def introduced(stage: Stage, employee: Employee, audience: str = "public", **said: Any) -> None:
    """Publishes an expert profile."""
    async with stage.instance.unit_of_work() as uow:
        given_: dict[str, Any] = {
            "name": employee.person.name,
            "audience": audience,
            "headline": "Optik",
            **said,
        }
        await profiling.edit_profile(uow, employee.id, ProfileDraft(**given_))
        await profiling.publish_profile(uow, employee.id)


@pytest.mark.parametrize(
    "typed",
    [
        "Führungskräfte",
        "führungskräfte",
        "Fuehrungskraefte",
        "fuhrungskrafte",
        "führung",
        "Führ",
        "Gespräche",
    ],
)
async def test_umlauts_endings_and_beginnings_find_the_same(stage: Stage, typed: str) -> None:
    await stage.publish(title="Gespräche für Führungskräfte", language="de")

    assert await titles(stage, typed) == ["Gespräche für Führungskräfte"]


@pytest.mark.parametrize("typed", ["learned", "learning", "learns", "LEARN"])
async def test_english_forms_find_each_other(stage: Stage, typed: str) -> None:
    await stage.publish(title="How we learn from mistakes")

    assert await titles(stage, typed) == ["How we learn from mistakes"]


@pytest.mark.parametrize("typed", ["Skechnotes", "Skettchnotes", "Sketchnodes", "Sketcnhotes"])
async def test_one_slip_is_forgiven_and_said(stage: Stage, typed: str) -> None:
    await stage.publish(title="Sketchnotes in an hour")

    answer = await found(stage, typed)

    assert [session.title for session in answer.sessions] == ["Sketchnotes in an hour"]
    assert answer.is_guess
    assert answer.question.marked("Sketchnotes in") == [("Sketchnotes", True), (" in", False)]


async def test_every_word_has_to_be_there_but_the_common_ones(stage: Stage) -> None:
    await stage.publish(title="Lenses and light")
    await stage.publish(title="Lenses and dust")

    assert await titles(stage, "the light of lenses") == ["Lenses and light"]


async def test_a_title_stands_before_a_topic_before_a_name_before_a_description(stage: Stage) -> None:
    vera = await stage.colleague("Vera Kontrast")
    await stage.publish(title="Four", description="About Kontrast.", starts_at=wall("2026-03-17 08:00"))
    await stage.publish(vera, title="Three", starts_at=wall("2026-03-17 09:00"))
    await stage.publish(title="Two", topics=("Kontrast",), starts_at=wall("2026-03-17 09:30"))
    await stage.publish(title="One Kontrast", starts_at=wall("2026-03-17 10:00"))

    assert await titles(stage, "kontrast") == ["One Kontrast", "Two", "Three", "Four"]


async def test_what_is_to_come_stands_before_what_is_over(stage: Stage) -> None:
    company = await stage.ally()
    day = timedelta(days=1)
    for number, (title, at) in enumerate(
        [("Past welding", MONDAY - day), ("Later welding", MONDAY + 9 * day), ("Next welding", MONDAY + day)]
    ):
        await stage.theirs(
            company, number, title=title, starts_at=at, ends_at=at + timedelta(hours=1), topics=()
        )

    assert await titles(stage, "welding") == ["Next welding", "Later welding", "Past welding"]


async def test_a_change_is_found_at_once_and_what_was_is_not(stage: Stage) -> None:
    session = await stage.publish(title="Grinding glass")

    await stage.edit(session, title="Etching metal")

    assert await titles(stage, "grinding") == []
    assert await titles(stage, "etching") == ["Etching metal"]


async def test_what_is_withdrawn_is_not_found(stage: Stage) -> None:
    session = await stage.publish(title="Grinding glass")

    await stage.withdraw(session)

    assert await titles(stage, "grinding") == []
    async with stage.instance.reading() as db:
        assert (await db.scalars(select(SearchDocument))).all() == []


async def test_what_a_partner_takes_back_is_not_found(stage: Stage) -> None:
    company = await stage.ally()
    session = await stage.theirs(company)
    assert await titles(stage, "welding") == ["Welding for beginners 1"]

    async with stage.instance.unit_of_work() as uow:
        await forget_session(uow, session.uri or "")

    assert await titles(stage, "welding") == []


VIEWERS = ("stranger", "colleague", "allied instance", "strange instance")


async def _viewer(stage: Stage, name: str) -> Viewer:
    if name == "stranger":
        return STRANGER
    if name == "colleague":
        return employee_viewer(stage.admin.id)
    company = await (
        stage.ally("kontor.example") if name == "allied instance" else stage.know("werk.example")
    )
    return partner_viewer(company.id)


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("stranger", {"public"}),
        ("colleague", {"public", "alliance", "company"}),
        ("allied instance", {"public", "alliance"}),
        ("strange instance", {"public"}),
    ],
)
async def test_each_viewer_finds_exactly_what_is_for_them(stage: Stage, name: str, seen: set[str]) -> None:
    for audience in ("public", "alliance", "company"):
        await stage.publish(title=f"Hindenbug {audience}", audience=audience)
    viewer = await _viewer(stage, name)

    for typed in ("hindenbug", "hindenbu", "hindnbug"):
        assert set(await titles(stage, typed, viewer)) == {f"Hindenbug {audience}" for audience in seen}


@pytest.mark.parametrize("state", ["paused", "left", "blocked", "invited", "asking"])
@pytest.mark.parametrize("signed_in", [True, False])
async def test_nothing_of_a_company_that_is_no_ally_is_found(
    stage: Stage, state: str, signed_in: bool
) -> None:
    company = await stage.ally()
    mira = await stage.person(
        profile=ProfileNews(audience="public", headline="Welding", about_html="", topics=("Welding",))
    )
    await stage.theirs(company, audience="public", host_uri=mira.uri)
    viewer = employee_viewer(stage.admin.id) if signed_in else STRANGER
    assert await titles(stage, "welding", viewer) == ["Welding for beginners 1"]
    assert await experts(stage, "mira", viewer) == ["Mira Hofer"]

    await stage.put(company, state)

    for typed in ("welding", "mira", "weldign"):
        answer = await found(stage, typed, viewer)
        assert (answer.sessions, answer.experts, answer.more_sessions) == ([], [], False)


async def test_a_slip_leads_nobody_to_a_word_of_what_they_may_not_see(stage: Stage) -> None:
    await stage.publish(title="Hindenburg", audience="company")
    await stage.publish(title="Something for everybody")

    answer = await found(stage, "Hindenburk", STRANGER)

    assert (answer.sessions, answer.experts, answer.more_sessions) == ([], [], False)


async def test_a_host_who_is_not_shown_is_not_found(stage: Stage) -> None:
    await stage.publish(title="Lenses", host_shown=False)

    assert await titles(stage, "Jonas", STRANGER) == []
    assert await titles(stage, "Jonas") == []


async def test_somebody_who_was_erased_is_not_found(stage: Stage) -> None:
    await introduced(stage, stage.host)
    await stage.publish(title="Lenses")
    assert await titles(stage, "Jonas") == ["Lenses"]
    assert await experts(stage, "jonas") == ["Jonas Brandt"]

    async with stage.instance.unit_of_work() as uow:
        await erase_employee(uow, stage.host.id)

    assert await titles(stage, "Jonas") == []
    assert await experts(stage, "jonas") == []
    assert await titles(stage, "Lenses") == ["Lenses"]


async def test_a_new_name_is_found_at_once(stage: Stage) -> None:
    await introduced(stage, stage.host)
    await stage.publish(title="Lenses")

    await introduced(stage, stage.host, name="Jonas Steinbach")

    assert await titles(stage, "steinbach") == ["Lenses"]
    assert await titles(stage, "brandt") == []


@pytest.mark.parametrize(
    ("audience", "strangers", "colleagues"),
    [("public", True, True), ("alliance", False, True), ("company", False, True)],
)
async def test_experts_are_found_by_their_audience(
    stage: Stage, audience: str, strangers: bool, colleagues: bool
) -> None:
    await introduced(stage, stage.host, audience, topics=("Beugung",))

    assert bool(await experts(stage, "Beugung", STRANGER)) == strangers
    assert bool(await experts(stage, "Beugung")) == colleagues


async def test_a_profile_that_is_withdrawn_is_not_found(stage: Stage) -> None:
    await introduced(stage, stage.host)

    async with stage.instance.unit_of_work() as uow:
        await profiling.withdraw_profile(uow, stage.host.id)

    assert await experts(stage, "Jonas") == []


async def test_the_name_of_a_company_finds_what_is_hers(stage: Stage) -> None:
    await stage.publish(title="Lenses")
    await stage.theirs(await stage.ally())

    assert await titles(stage, "nordlicht") == ["Lenses"]


async def test_filters_narrow_what_is_found(stage: Stage) -> None:
    await stage.publish(title="Lenses in German", language="de")
    await stage.publish(title="Lenses in English", language="en")

    assert await titles(stage, "lenses", language="de") == ["Lenses in German"]


@pytest.mark.parametrize("typed", ["", " ", "\"'()*:^ -", "_k_session", "% _", "🦊", "\x00", "a" * 5000])
async def test_signs_are_no_commands(stage: Stage, typed: str) -> None:
    await stage.publish(title="Lenses")

    assert await titles(stage, typed) == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80)
@given(typed=st.text(max_size=250))
async def test_nothing_that_is_typed_breaks_it(stage: Stage, typed: str) -> None:
    answer = await found(stage, typed)

    assert "".join(piece for piece, _ in answer.question.marked(typed)) == typed


@pytest.mark.parametrize("count", [1, 3])
async def test_the_number_of_queries_does_not_grow(stage: Stage, count: int) -> None:
    for number in range(count):
        colleague = await stage.colleague(f"Lense Maker {number}")
        await introduced(stage, colleague)
        await stage.publish(title=f"Lenses {number}", topics=("Light", f"Glass {number}"))

    async with stage.instance.reading() as db:
        question = question_of("lense")
        with queries_of(db) as sent:
            answer = await search(
                db,
                employee_viewer(stage.admin.id),
                question,
                SessionFilter(),
                now=stage.instance.clock.now(),
            )

    assert (len(answer.sessions), len(answer.experts)) == (count, count)
    # SQLite asks for the words that begin like this one besides.
    assert len(sent) == (7 if stage.instance.database.is_sqlite else 6)


@pytest.mark.parametrize("words", [2, 260])
async def test_a_long_beginning_finds_all_its_words_however_many_there_are(stage: Stage, words: int) -> None:
    told = [f"lenstrade{number}" for number in range(words)]
    await stage.publish(title="All", description=" ".join(told))
    await stage.publish(title="Last", description=max(told))
    await stage.publish(title="Lenstra de", description="len strade")

    assert set(await titles(stage, "lenstr")) == {"All", "Last", "Lenstra de"}
    assert set(await titles(stage, "lenstrad")) == {"All", "Last"}
    assert set(await titles(stage, "lenstrad all")) == {"All"}


async def test_rebuilding_finds_everything_again_and_nothing_else(stage: Stage) -> None:
    session = await stage.publish(title="Lenses", topics=("Glass",))
    await introduced(stage, stage.host)
    async with stage.instance.unit_of_work() as uow:
        await searching.index_sessions(uow.db, [])
        for document in (await uow.db.scalars(select(SearchDocument))).all():
            document.title = "stale"
        uow.db.add(
            SearchDocument(
                id=77, kind="session", object_id=77, title="ghost", topics="", host="", body="", marks=""
            )
        )

    done = await searching.rebuild(stage.instance)

    assert done == 2
    assert await titles(stage, "lens") == ["Lenses"]
    assert await titles(stage, "stale") == []
    async with stage.instance.reading() as db:
        kinds = (await db.execute(select(SearchDocument.kind, SearchDocument.object_id))).all()
    assert set(map(tuple, kinds)) == {("session", session.id), ("expert", stage.host.id)}


async def test_things_that_would_lie_at_the_same_place_lie_side_by_side(stage: Stage) -> None:
    async with stage.instance.unit_of_work() as uow:
        company = await home_company(uow.db)
        for number in range(3):
            starts_at = MONDAY + timedelta(days=1)
            uow.db.add(
                Session(
                    id=5 + (number << 34),
                    company_id=company.id,
                    title=f"Twin {number}",
                    starts_at=starts_at,
                    ends_at=starts_at + timedelta(hours=1),
                    timezone="UTC",
                    audience="public",
                    updated_at=MONDAY,
                )
            )
    async with stage.instance.unit_of_work() as uow:
        await searching.index_sessions(uow.db, [5])
        await searching.index_sessions(uow.db, [5 + (1 << 34), 5 + (2 << 34)])

    assert sorted(await titles(stage, "twin")) == ["Twin 0", "Twin 1", "Twin 2"]


async def test_a_partner_who_changes_a_session_changes_what_finds_it(stage: Stage) -> None:
    company = await stage.ally()
    await stage.theirs(company)

    async with stage.instance.unit_of_work() as uow:
        later = MONDAY + timedelta(hours=1)
        await receive_session(uow, company.id, session_news(company, title="Soldering", updated_at=later))

    assert await titles(stage, "soldering") == ["Soldering"]
