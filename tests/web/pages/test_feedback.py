"""The one tap after a session on pages, and stories: told there, listed, and on the start page."""

from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select

from alliance.asking_for_feedback import ask_for_feedback
from alliance.attending import join_session
from alliance.models import FeedbackTally, Notification, Session
from alliance.queries.stories import StoryFilter, stories_page
from alliance.telling import Telling, tell_story
from alliance.visibility import employee_viewer
from tests.support.client import main_of
from tests.support.clock import FrozenClock
from tests.support.counting import queries_of
from tests.support.founding import Founded
from tests.web.pages.scenes import offered

WORDS = "Seitdem fange ich Termine mit einer Frage an"


async def over(founded: Founded, clock: FrozenClock, **more: object) -> Session:
    """A session of Ada's in which Jonas was, and which has just ended."""
    session = await offered(founded.instance, founded.admin, "Fragen stellen", **more)
    async with founded.instance.unit_of_work() as uow:
        await join_session(uow, session.id, founded.employee.id)
    # Not the clock but the session is moved: whoever is signed in stays so.
    async with founded.instance.unit_of_work() as uow:
        stored = await uow.db.get_one(Session, session.id)
        now = clock.now()
        stored.starts_at, stored.ends_at = now - timedelta(hours=1), now - timedelta(minutes=6)
    return session


async def test_one_tap_answers_and_looking_changes_nothing(
    founded: Founded, clock: FrozenClock, jonas: httpx.AsyncClient, ada: httpx.AsyncClient
) -> None:
    session = await over(founded, clock)
    address = f"/sessions/{session.id}/feedback"

    for _ in range(2):
        assert 'value="yes"' in main_of((await jonas.get(address)).text)
    assert (await jonas.get(f"{address}?helped=yes")).status_code == 200
    async with founded.instance.reading() as db:
        assert (await db.scalars(select(FeedbackTally))).all() == []
    done = await jonas.post(address, data={"helped": "yes"})

    assert done.headers["location"] == address
    assert 'value="yes"' not in main_of((await jonas.get(address)).text)
    assert (await jonas.post(address, data={"helped": "no"})).status_code == 409
    assert 'name="helped"' not in main_of((await jonas.get(f"/sessions/{session.id}")).text)
    assert (await ada.get(address)).status_code == 404
    assert (await ada.post(address, data={"helped": "yes"})).status_code == 404


async def test_a_tap_is_one_of_two(founded: Founded, clock: FrozenClock, jonas: httpx.AsyncClient) -> None:
    session = await over(founded, clock)

    for wrong in ({}, {"helped": "maybe"}, {"helped": "yesyes"}):
        assert (await jonas.post(f"/sessions/{session.id}/feedback", data=wrong)).status_code == 422


async def test_the_host_reads_nothing_of_one_answer(
    founded: Founded, clock: FrozenClock, jonas: httpx.AsyncClient, ada: httpx.AsyncClient
) -> None:
    session = await over(founded, clock)
    before = main_of((await ada.get(f"/sessions/{session.id}")).text)

    await jonas.post(f"/sessions/{session.id}/feedback", data={"helped": "no"})

    assert "once five have answered" in before
    assert main_of((await ada.get(f"/sessions/{session.id}")).text) == before


async def test_a_stranger_is_sent_to_sign_in(
    founded: Founded, clock: FrozenClock, stranger: httpx.AsyncClient
) -> None:
    session = await over(founded, clock, audience="public")

    asked = await stranger.get(f"/sessions/{session.id}/feedback")
    assert asked.headers["location"].startswith("/sign-in")
    assert 'name="helped"' not in (await stranger.get(f"/sessions/{session.id}")).text


async def test_whoever_was_there_is_asked_once(
    founded: Founded, clock: FrozenClock, jonas: httpx.AsyncClient
) -> None:
    session = await over(founded, clock)
    for _ in range(2):
        async with founded.instance.unit_of_work() as uow:
            await ask_for_feedback(uow)

    async with founded.instance.reading() as db:
        told = select(Notification).where(Notification.kind == "feedback")
        (one,) = (await db.scalars(told)).all()
    assert one.person_id == founded.employee.id
    opened = await jonas.get(f"/notifications/{one.id}")
    assert opened.headers["location"] == f"/sessions/{session.id}/feedback"


@pytest.mark.parametrize("audience", ["company", "alliance", "public"])
async def test_a_story_told_on_a_page_stands_wherever_its_audience_looks(
    founded: Founded,
    clock: FrozenClock,
    jonas: httpx.AsyncClient,
    ada: httpx.AsyncClient,
    stranger: httpx.AsyncClient,
    audience: str,
) -> None:
    session = await over(founded, clock, audience="public", topics=("Listening",))
    told = await jonas.post(
        "/stories/new", data={"text": WORDS, "audience": audience, "session": str(session.id)}
    )
    assert told.status_code == 303

    for page in ("/stories", "/", "/stories?topic=listening", f"/sessions/{session.id}"):
        assert WORDS in main_of((await ada.get(page)).text)
        assert (WORDS in (await stranger.get(page)).text) == (audience == "public")
    assert WORDS not in main_of((await ada.get("/stories?topic=tax")).text)


async def test_a_hidden_session_lends_a_story_no_topic_to_strangers(
    founded: Founded, clock: FrozenClock, stranger: httpx.AsyncClient
) -> None:
    session = await over(founded, clock, audience="public", topics=("Merger",))
    async with founded.instance.unit_of_work() as uow:
        telling = Telling(text=WORDS, audience="public", session_id=session.id)
        await tell_story(uow, founded.employee, telling)
    async with founded.instance.unit_of_work() as uow:
        (await uow.db.get_one(Session, session.id)).audience = "company"

    assert WORDS in (await stranger.get("/stories")).text
    page = main_of((await stranger.get("/stories?topic=merger")).text)
    assert WORDS not in page
    assert session.title not in (await stranger.get("/stories")).text


async def test_a_story_form_offers_no_wider_audience_than_its_session(
    founded: Founded, clock: FrozenClock, jonas: httpx.AsyncClient
) -> None:
    session = await over(founded, clock, audience="company")

    form = main_of((await jonas.get(f"/stories/new?session={session.id}")).text)
    assert 'value="company" checked' in form
    assert 'value="public"' not in form


async def test_stories_go_on_where_a_page_ends_in_three_questions(founded: Founded) -> None:
    made = []
    for number in range(5):
        async with founded.instance.unit_of_work() as uow:
            made.append((await tell_story(uow, founded.employee, Telling(text=f"Nummer {number}"))).id)
    viewer = employee_viewer(founded.admin.id)

    async with founded.instance.reading() as db:
        with queries_of(db) as queries:
            first = await stories_page(db, viewer, StoryFilter(), limit=3)
        second = await stories_page(db, viewer, StoryFilter(), limit=3, before=first.next)

    assert [story.id for page in (first, second) for story in page.stories] == made[::-1]
    assert (second.next, len(queries)) == (None, 2)
