"""Writing from apps: where words go, what is refused with which sentence, and who sees them."""

import asyncio
import io
from datetime import timedelta
from typing import Any

import httpx
import pytest
from PIL import Image
from sqlalchemy import select

from alliance.models import Comment, Story
from alliance.news import StoryNews
from alliance.receiving_stories import receive_story
from federation.wiring import Federation
from tests.alliance.stage import Stage
from tests.support.clock import FrozenClock
from tests.support.founding import Founded
from tests.web.mastodon.conftest import Allow
from tests.web.mastodon.shapes import assert_entity
from tests.web.mastodon.talking import as_app, posting_of, said
from web.mastodon.scheduled import say_what_is_due


@pytest.fixture
def stage(founded: Founded, federation: Federation) -> Stage:
    """With everything that listens in production."""
    return Stage(founded)


def png(width: int = 80, height: int = 64) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("given", "audience", "shown", "quiet"),
    [
        ({}, "alliance", "private", False),
        ({"visibility": "public"}, "public", "public", False),
        ({"visibility": "unlisted"}, "public", "unlisted", True),
        ({"visibility": "private"}, "alliance", "private", False),
        ({"visibility": "public", "local_only": True}, "company", "private", False),
    ],
)
async def test_a_plain_status_is_a_story_with_its_audience(
    api: httpx.AsyncClient, stage: Stage, given: dict[str, Any], audience: str, shown: str, quiet: bool
) -> None:
    made = await said(api, "Quarzglas *polieren*\nzweite Zeile", **given)

    assert_entity("Status", made)
    assert made["content"] == "<p>Quarzglas *polieren*<br>zweite Zeile</p>"
    assert made["visibility"] == shown
    assert made["account"]["id"] == str(stage.founded.employee.id)
    async with stage.instance.reading() as db:
        story = (await db.scalars(select(Story))).one()
    assert (story.audience, story.is_quiet) == (audience, quiet)


async def test_an_answer_to_a_session_and_to_a_comment_is_a_comment(
    api: httpx.AsyncClient, stage: Stage
) -> None:
    session = await stage.publish()
    number = await posting_of(stage, session)

    first = await said(api, "Is there coffee?", in_reply_to_id=number)
    second = await said(api, "And tea?", in_reply_to_id=first["id"])

    assert (first["in_reply_to_id"], second["in_reply_to_id"]) == (number, first["id"])
    async with stage.instance.reading() as db:
        one, other = await db.scalars(select(Comment).order_by(Comment.id))
    assert (one.session_id, other.parent_id) == (session.id, one.id)


async def test_the_same_key_says_it_once(api: httpx.AsyncClient, stage: Stage, clock: FrozenClock) -> None:
    headers = {"Idempotency-Key": "k1"}
    answers = [await api.post("/api/v1/statuses", json={"status": "Once"}, headers=headers) for _ in range(3)]

    assert len({one.json()["id"] for one in answers}) == 1
    clock.advance(hours=1, seconds=1)
    again = await api.post("/api/v1/statuses", json={"status": "Once"}, headers=headers)
    assert again.json()["id"] != answers[0].json()["id"]


@pytest.mark.parametrize(
    ("given", "status", "words"),
    [
        ({}, 422, "can't be blank"),
        ({"status": "x" * 5001}, 422, "too long"),
        ({"status": "x", "poll": {"options": ["a", "b"], "expires_in": 300}}, 422, "Polls"),
        ({"status": "x", "visibility": "secret"}, 422, "visibility"),
        ({"status": "x", "in_reply_to_id": "12345"}, 404, "not found"),
        ({"status": "x", "in_reply_to_id": "nothing"}, 404, "not found"),
        ({"status": "x", "media_ids": ["77"]}, 422, "picture"),
        ({"status": "x", "visibility": "direct"}, 422, "colleague"),
        ({"status": "x", "quoted_status_id": "5"}, 422, "Quot"),
        ({"status": "x", "scheduled_at": "2026-03-16T08:01:00Z"}, 422, "five minutes"),
        ({"status": "x", "scheduled_at": "tomorrow"}, 422, "scheduled_at"),
    ],
)
async def test_what_can_not_be_said_is_refused_in_a_sentence(
    api: httpx.AsyncClient, given: dict[str, Any], status: int, words: str
) -> None:
    answer = await api.post("/api/v1/statuses", json=given, headers={"Accept-Language": "en"})

    assert answer.status_code == status
    assert words.lower() in answer.json()["error"].lower()


async def test_better_words_and_the_way_back(api: httpx.AsyncClient, stage: Stage) -> None:
    made = await said(api, "First words")
    path = f"/api/v1/statuses/{made['id']}"

    changed = await api.put(path, json={"status": "Better words", "spoiler_text": "Careful"})
    assert changed.json()["content"] == "<p>Better words</p>"
    assert changed.json()["spoiler_text"] == "Careful"

    gone = await api.delete(path)
    assert (gone.status_code, gone.json()["text"]) == (200, "Better words")
    assert (await api.delete(path)).status_code == 404
    assert (await api.put(path, json={"status": "x"})).status_code == 404


async def test_nobody_changes_what_others_said(
    api: httpx.AsyncClient, stage: Stage, federation: Federation, allow: Allow
) -> None:
    made = await said(api, "Mine")
    session = await posting_of(stage, await stage.publish())
    async with await as_app(federation, allow, stage.admin) as other:
        assert (await other.put(f"/api/v1/statuses/{made['id']}", json={"status": "x"})).status_code == 403
        assert (await other.delete(f"/api/v1/statuses/{made['id']}")).status_code == 403

    assert (await api.delete(f"/api/v1/statuses/{session}")).status_code == 422
    assert (await api.put(f"/api/v1/statuses/{session}", json={"status": "x"})).status_code == 422


async def test_pictures_are_made_anew_and_told(api: httpx.AsyncClient, stage: Stage) -> None:
    made = await api.post(
        "/api/v2/media", files={"file": ("a.png", png(), "image/png")}, data={"description": "Teal"}
    )
    assert made.status_code == 200, made.text
    media = made.json()
    assert_entity("MediaAttachment", media)
    read = await api.get(f"/api/v1/media/{media['id']}")
    assert read.json()["description"] == "Teal"
    changed = await api.put(f"/api/v1/media/{media['id']}", json={"description": "Petrol"})
    assert changed.json()["description"] == "Petrol"

    story = await said(api, "", media_ids=[media["id"]])

    (shown,) = story["media_attachments"]
    assert (shown["id"], shown["description"]) == (media["id"], "Petrol")
    assert (await api.delete(f"/api/v1/media/{media['id']}")).status_code == 409
    again = await api.post("/api/v1/statuses", json={"status": "x", "media_ids": [media["id"]]})
    assert again.status_code == 422


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\nnonsense", b"<svg/>"])
async def test_what_is_no_picture_is_refused(api: httpx.AsyncClient, content: bytes) -> None:
    answer = await api.post("/api/v1/media", files={"file": ("a", content, "image/png")})

    assert answer.status_code == 422
    assert (await api.post("/api/v1/media", json={"file": "text"})).status_code == 422


@pytest.mark.parametrize("visibility", ["private", "public"])
async def test_a_picture_is_seen_by_those_who_see_its_story(
    api: httpx.AsyncClient, stranger_api: httpx.AsyncClient, stage: Stage, visibility: str
) -> None:
    media = (await api.post("/api/v1/media", files={"file": ("a.png", png(), "image/png")})).json()
    address = media["url"].removeprefix(stage.instance.settings.origin)
    assert (await stranger_api.get(address)).status_code == 404

    story = await said(api, "Look", media_ids=[media["id"]], visibility=visibility)

    seen = (await stranger_api.get(address)).status_code
    assert seen == (200 if visibility == "public" else 404)
    await api.delete(f"/api/v1/statuses/{story['id']}")
    assert (await stranger_api.get(address)).status_code == 404
    again = await said(api, "Written anew", media_ids=[media["id"]])
    assert again["media_attachments"][0]["id"] == media["id"]


async def test_others_pictures_are_not_found(
    api: httpx.AsyncClient, stage: Stage, federation: Federation, allow: Allow
) -> None:
    media = (await api.post("/api/v1/media", files={"file": ("a.png", png(), "image/png")})).json()
    async with await as_app(federation, allow, stage.admin) as other:
        path = f"/api/v1/media/{media['id']}"
        assert (await other.get(path)).status_code == 404
        assert (await other.put(path, json={"description": "x"})).status_code == 404
        assert (await other.delete(path)).status_code == 404
        stolen = await other.post("/api/v1/statuses", json={"status": "x", "media_ids": [media["id"]]})
        assert stolen.status_code == 422


async def test_words_for_later_are_said_in_time(
    api: httpx.AsyncClient, stage: Stage, federation: Federation, clock: FrozenClock
) -> None:
    at = clock.now() + timedelta(hours=1)
    answer = await api.post("/api/v1/statuses", json={"status": "Later", "scheduled_at": at.isoformat()})
    assert_entity("ScheduledStatus", answer.json())
    number = answer.json()["id"]
    assert [one["id"] for one in (await api.get("/api/v1/scheduled_statuses")).json()] == [number]
    moved = await api.put(
        f"/api/v1/scheduled_statuses/{number}", json={"scheduled_at": (at + timedelta(hours=1)).isoformat()}
    )
    assert moved.status_code == 200
    clock.advance(hours=1, minutes=1)
    assert await say_what_is_due(federation) == 0

    clock.advance(hours=1)
    assert await say_what_is_due(federation) == 1

    async with stage.instance.reading() as db:
        assert [one.text for one in await db.scalars(select(Story))] == ["Later"]
    assert (await api.get("/api/v1/scheduled_statuses")).json() == []


async def test_words_for_later_can_be_taken_back(api: httpx.AsyncClient, clock: FrozenClock) -> None:
    at = (clock.now() + timedelta(hours=1)).isoformat()
    made = (await api.post("/api/v1/statuses", json={"status": "Later", "scheduled_at": at})).json()

    assert (await api.delete(f"/api/v1/scheduled_statuses/{made['id']}")).json() == {}
    assert (await api.get(f"/api/v1/scheduled_statuses/{made['id']}")).status_code == 404


MARKS = ("favourite", "bookmark", "reblog", "mute")
ATTRIBUTES = {"favourite": "favourited", "bookmark": "bookmarked", "reblog": "reblogged", "mute": "muted"}


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("kind", ["session", "story"])
async def test_marks_are_set_and_taken_back(
    api: httpx.AsyncClient, stage: Stage, mark: str, kind: str
) -> None:
    if kind == "session":
        number = await posting_of(stage, await stage.publish(stage.admin))
    else:
        number = (await said(api, "Words"))["id"]

    for _ in range(2):
        made = (await api.post(f"/api/v1/statuses/{number}/{mark}")).json()
        target = made["reblog"] or made
        assert_entity("Status", made)
        assert (target["id"], target[ATTRIBUTES[mark]]) == (number, True)
    for _ in range(2):
        undone = (await api.post(f"/api/v1/statuses/{number}/un{mark}")).json()
        assert (undone["id"], undone[ATTRIBUTES[mark]]) == (number, False)


async def test_only_own_words_are_pinned(api: httpx.AsyncClient, stage: Stage) -> None:
    session = await posting_of(stage, await stage.publish())
    own = (await said(api, "Mine"))["id"]

    assert (await api.post(f"/api/v1/statuses/{own}/pin")).json()["pinned"] is True
    assert (await api.post(f"/api/v1/statuses/{session}/pin")).status_code == 409
    assert (await api.post(f"/api/v1/statuses/{own}/unpin")).json()["pinned"] is False


async def test_the_same_key_at_the_same_time_says_it_once(api: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(
        *(
            api.post("/api/v1/statuses", json={"status": "Once"}, headers={"Idempotency-Key": "k"})
            for _ in range(5)
        )
    )

    assert {one.status_code for one in answers} == {200}
    assert len({one.json()["id"] for one in answers}) == 1


@pytest.mark.parametrize("audience", ["alliance", "public"])
async def test_who_tells_at_an_ally_is_an_account_for_those_who_read_it(
    api: httpx.AsyncClient, stranger_api: httpx.AsyncClient, stage: Stage, audience: str
) -> None:
    await stage.ally()
    author = await stage.person()
    assert (await api.get(f"/api/v1/accounts/{author.id}")).status_code == 404

    news = StoryNews(uri="https://alpenwerk.example/stories/1", html="<p>Barfuß</p>", audience=audience)
    async with stage.instance.unit_of_work() as uow:
        await receive_story(uow, author, news)

    assert (await api.get(f"/api/v1/accounts/{author.id}")).json()["acct"] == "mira@alpenwerk.example"
    (shown,) = (await api.get(f"/api/v1/accounts/{author.id}/statuses")).json()
    assert_entity("Status", shown)
    assert shown["content"] == "<p>Barfuß</p>"
    expected = 200 if audience == "public" else 404
    for address in (f"accounts/{author.id}", f"statuses/{shown['id']}"):
        assert (await stranger_api.get(f"/api/v1/{address}")).status_code == expected


async def test_stories_are_found_under_topics_that_are_known(api: httpx.AsyncClient, stage: Stage) -> None:
    await stage.publish(topics=("Löten",))
    await stage.ally()
    news = StoryNews(
        uri="https://alpenwerk.example/stories/1",
        html='<p>Auch <a href="https://alpenwerk.example/t">#<span>Löten</span></a></p>',
        audience="public",
    )
    async with stage.instance.unit_of_work() as uow:
        await receive_story(uow, await stage.person(), news)
    await said(api, "Heute #Löten und #Unbekannt")

    found = (await api.get("/api/v1/timelines/tag/loeten")).json()

    assert [one["content"].startswith(("<p>Heute", "<p>Auch")) for one in found] == [True, True, False]
