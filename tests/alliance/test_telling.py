"""Stories: what can be told, to whom, how often, and how plain words become HTML."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance.composing import Named, composed, handles_in, hashtags_in
from alliance.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from alliance.exporting import everything_about
from alliance.models import Story
from alliance.parting import erase_own_account
from alliance.pictures import StoredPicture
from alliance.queries.stories import stories_about, stories_by, versions_of
from alliance.story_pictures import bring_picture, forget_waiting_pictures
from alliance.telling import (
    MOST_A_DAY,
    Telling,
    change_story,
    take_back_story,
    tell_story,
)
from alliance.text import plain_text, sanitise_words
from alliance.visibility import STRANGER, employee_viewer, partner_viewer
from tests.alliance.stage import Stage
from tests.support.clock import FrozenClock


async def told(stage: Stage, text: str = "Words", **more: object) -> Story:
    async with stage.instance.unit_of_work() as uow:
        return await tell_story(uow, stage.host, Telling(text=text, **more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wanted", "of_session", "expected"),
    [
        ("public", "alliance", "alliance"),
        ("public", "company", "company"),
        ("alliance", "public", "alliance"),
        ("company", "public", "company"),
        ("public", "public", "public"),
    ],
)
async def test_a_story_is_never_wider_than_its_session(
    stage: Stage, wanted: str, of_session: str, expected: str
) -> None:
    session = await stage.publish(audience=of_session)

    assert (await told(stage, audience=wanted, session_id=session.id)).audience == expected


async def test_an_answer_is_never_wider_than_what_it_answers(stage: Stage) -> None:
    first = await told(stage, audience="company")

    assert (await told(stage, audience="public", parent_id=first.id)).audience == "company"


@pytest.mark.parametrize(
    "given_", [{"text": " \n "}, {"text": "x" * 5001}, {"spoiler": "x" * 301}, {"audience": "all"}]
)
async def test_what_can_not_be_told_is_refused(stage: Stage, given_: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        await told(stage, **{"text": "x", **given_})


async def test_what_is_not_there_can_not_be_told_about(stage: Stage) -> None:
    draft_or_nothing = [{"session_id": 5}, {"parent_id": 5}]
    for about in draft_or_nothing:
        with pytest.raises(NotFound):
            await told(stage, **about)  # type: ignore[arg-type]


async def test_fifty_a_day_are_enough(stage: Stage, clock: FrozenClock) -> None:
    for _ in range(MOST_A_DAY):
        await told(stage)
    with pytest.raises(TooMany):
        await told(stage)

    clock.advance(days=1, seconds=1)
    await told(stage)


async def test_only_its_author_changes_it_and_former_words_are_kept(stage: Stage) -> None:
    story = await told(stage, "First")
    async with stage.instance.unit_of_work() as uow:
        with pytest.raises(Forbidden):
            await change_story(uow, story.id, stage.admin, Telling(text="Theirs"))
    async with stage.instance.unit_of_work() as uow:
        await change_story(uow, story.id, stage.host, Telling(text="Second", audience="public"))

    async with stage.instance.reading() as db:
        (former,) = await versions_of(db, story.id)
        now = await db.get_one(Story, story.id)
    assert (former.html, now.html, now.audience) == ("<p>First</p>", "<p>Second</p>", "alliance")


async def test_nothing_remains_of_what_was_taken_back(stage: Stage) -> None:
    story = await told(stage, "First")
    async with stage.instance.unit_of_work() as uow:
        await change_story(uow, story.id, stage.host, Telling(text="Second"))
    async with stage.instance.unit_of_work() as uow:
        await take_back_story(uow, story.id, stage.host)

    async with stage.instance.reading() as db:
        now = await db.get_one(Story, story.id)
        assert (now.state, now.text, now.html, await versions_of(db, story.id)) == ("deleted", "", "", [])
    async with stage.instance.unit_of_work() as uow:
        with pytest.raises(NotFound):
            await change_story(uow, story.id, stage.host, Telling(text="Again"))


async def test_each_viewer_reads_what_is_for_them(stage: Stage) -> None:
    ally = await stage.ally()
    session = await stage.publish(audience="public")
    for audience in ("company", "alliance", "public"):
        await told(stage, audience, audience=audience, session_id=session.id)
    viewers = {
        STRANGER: ["public"],
        partner_viewer(ally.id): ["public", "alliance"],
        partner_viewer(None): ["public"],
        employee_viewer(stage.admin.id): ["public", "alliance", "company"],
    }

    for viewer, expected in viewers.items():
        async with stage.instance.reading() as db:
            about = await stories_about(db, viewer, session.id)
            by = await stories_by(db, viewer, stage.host.id)
        assert [one.text for one in about.stories] == expected
        assert [one.text for one in by.stories] == expected


async def test_stories_are_taken_along_and_forgotten_with_the_person(stage: Stage) -> None:
    lena = await stage.colleague()
    async with stage.instance.unit_of_work() as uow:
        story = await tell_story(uow, lena, Telling(text="Mine", audience="public"))
    settings, vault = stage.instance.settings, stage.instance.vault
    async with stage.instance.reading() as db:
        everything = await everything_about(db, vault, settings.origin, lena.id)
    assert [one["text"] for one in everything["stories"]] == ["Mine"]
    stage.told()

    async with stage.instance.unit_of_work() as uow:
        await erase_own_account(uow, lena.id)

    async with stage.instance.reading() as db:
        assert (await db.get_one(Story, story.id)).text == ""


async def test_pictures_wait_for_a_day_and_only_so_many(stage: Stage, clock: FrozenClock) -> None:
    async with stage.instance.unit_of_work() as uow:
        for number in range(20):
            name = f"{number:022d}.jpg"
            await bring_picture(uow, stage.host.id, StoredPicture(name, 100, 100), "")
        with pytest.raises(Conflict):
            await bring_picture(uow, stage.host.id, StoredPicture("x" * 22 + ".jpg", 100, 100), "")

    clock.advance(days=1, seconds=1)
    async with stage.instance.unit_of_work() as uow:
        assert await forget_waiting_pictures(uow) == 20


def topic(slug: str) -> str:
    return f"https://n.example/sessions?topic={slug}"


NAMES = {
    "mia@sued.example": Named("mia", "https://sued.example/people/1"),
    "ada": Named("ada", "https://n.example/@ada"),
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a & b <i>", "<p>a &amp; b &lt;i&gt;</p>"),
        ("one\ntwo\n\n\nthree", "<p>one<br>two</p><p>three</p>"),
        ("*plain*", "<p>*plain*</p>"),
        ("a@b.example #1 # x", "<p>a@b.example #1 # x</p>"),
    ],
)
def test_words_stay_words(text: str, expected: str) -> None:
    assert composed(text, NAMES, topic) == expected


def test_names_hashtags_and_links_lead_somewhere() -> None:
    html = composed("@ada, @mia@sued.example. #Löten (https://x.example/a_(b)), @nobody", NAMES, topic)

    assert html.count('class="u-url mention"') == 2
    assert 'href="https://n.example/sessions?topic=loeten" class="mention hashtag"' in html
    assert 'href="https://x.example/a_(b)"' in html
    assert plain_text(html) == "@ada, @mia. #Löten (https://x.example/a_(b)), @nobody"


def test_names_and_hashtags_are_found_once() -> None:
    assert handles_in("@Ada @ada. @mia@sued.example! x@y.example") == ["ada", "mia@sued.example"]
    assert hashtags_in("#A #a #Löten #12") == ["A", "Löten"]


@given(st.text(alphabet=st.sampled_from("@#<>&\"' /:.()[]ahtps\n\u202e0"), max_size=80))
def test_whatever_is_typed_is_clean_and_stays_readable(text: str) -> None:
    html = composed(text, NAMES, topic)

    assert sanitise_words(html) == html
    assert "<script" not in html
    assert "javascript:" not in html
