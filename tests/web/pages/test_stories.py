"""Stories on pages: on the session, on the expert, at their own address, for those for whom they are."""

import httpx
import pytest
from sqlalchemy import select

from alliance.models import Report, Story
from alliance.profiling import ProfileDraft, edit_profile, publish_profile
from alliance.telling import Telling, change_story, tell_story
from tests.support.client import main_of
from tests.support.founding import Founded
from tests.web.pages.scenes import offered

WORDS = "Quarzglas poliert sich am besten barfuß"


async def told(founded: Founded, audience: str = "company", **more: object) -> Story:
    async with founded.instance.unit_of_work() as uow:
        telling = Telling(text=WORDS, audience=audience, **more)  # type: ignore[arg-type]
        return await tell_story(uow, founded.employee, telling)


@pytest.mark.parametrize("audience", ["company", "alliance", "public"])
async def test_a_story_stands_on_the_page_of_its_session_for_its_audience(
    founded: Founded, ada: httpx.AsyncClient, stranger: httpx.AsyncClient, audience: str
) -> None:
    session = await offered(founded.instance, founded.admin, audience="public")
    story = await told(founded, audience, session_id=session.id)
    address = f"/stories/{story.id}-{story.token}"

    for page in (f"/sessions/{session.id}", address):
        assert WORDS in main_of((await ada.get(page)).text)
        assert (WORDS in (await stranger.get(page)).text) == (audience == "public")
    assert session.title in main_of((await ada.get(address)).text)
    wrong = f"/stories/{story.id}-AAAAAAAAAAAAAAAA"
    assert [(await one.get(wrong)).status_code for one in (ada, stranger)] == [404, 404]


async def test_a_story_about_a_hidden_session_does_not_name_it(
    founded: Founded, ada: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    session = await offered(founded.instance, founded.admin, "Ganz geheim", audience="company")
    story = await told(founded, "public", session_id=session.id)

    assert story.audience == "company"
    assert (await stranger.get(f"/stories/{story.id}-{story.token}")).status_code == 404


async def test_an_expert_shows_what_they_told(founded: Founded, stranger: httpx.AsyncClient) -> None:
    async with founded.instance.unit_of_work() as uow:
        await edit_profile(uow, founded.employee.id, ProfileDraft(name="Jonas Brandt"))
        await publish_profile(uow, founded.employee.id, "public")
    await told(founded, "public")
    other = await told(founded, "company")

    seen = main_of((await stranger.get("/@jonas")).text)
    assert seen.count(WORDS) == 1
    assert f"story-{other.id}" not in seen


async def test_its_author_deletes_it_and_the_page_says_that_it_is_gone(
    founded: Founded, jonas: httpx.AsyncClient, ada: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    story = await told(founded, "public")
    address = f"/stories/{story.id}-{story.token}"
    assert (await ada.get(f"/stories/{story.id}/delete")).status_code == 403
    assert (await ada.post(f"/stories/{story.id}/delete")).status_code == 403
    assert (await jonas.get(f"/stories/{story.id}/delete")).status_code == 200

    assert (await jonas.post(f"/stories/{story.id}/delete")).status_code == 303

    assert (await stranger.get(address)).status_code == 410
    assert (await stranger.get(f"/stories/{story.id}-AAAAAAAAAAAAAAAA")).status_code == 404


async def test_a_report_hides_it_and_moderators_show_it_again(
    founded: Founded, jonas: httpx.AsyncClient, ada: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    story = await told(founded, "public")
    address = f"/stories/{story.id}-{story.token}"
    about = {"story": str(story.id), "reason": "Advertising"}
    assert (await ada.post("/report", data=about)).status_code == 303
    assert WORDS in (await ada.get("/admin/moderation?kind=story")).text
    async with founded.instance.reading() as db:
        report = (await db.scalars(select(Report))).one()

    await ada.post(f"/admin/moderation/{report.id}/decide", data={"outcome": "hidden", "note": ""})
    assert (await stranger.get(address)).status_code == 404
    assert (await jonas.get(f"/stories/{story.id}/hide")).status_code == 403
    assert WORDS in (await ada.get(address)).text

    await ada.post(f"/stories/{story.id}/show")
    assert WORDS in (await stranger.get(address)).text


async def test_what_stands_before_it_is_folded(founded: Founded, ada: httpx.AsyncClient) -> None:
    story = await told(founded, spoiler="Lang & laut")
    async with founded.instance.unit_of_work() as uow:
        await change_story(uow, story.id, founded.employee, Telling(text=WORDS, spoiler="Sehr <lang>"))

    page = main_of((await ada.get(f"/stories/{story.id}-{story.token}")).text)

    assert "<summary>Sehr &lt;lang&gt;</summary>" in page
