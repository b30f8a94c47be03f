"""What apps hear on their streams: exactly what their timelines would show, and what is for nobody else."""

from typing import Any

import httpx
import pytest

from alliance.app_scopes import LEVELS
from alliance.commenting import delete_comment, say
from alliance.following import follow
from alliance.keeping_away import block, mute
from alliance.listing import make_list, put_on_list
from alliance.models import Employee
from alliance.moderating import hide_story
from alliance.telling import Telling, tell_story
from federation.wiring import Federation
from tests.alliance.stage import Stage
from tests.support.client import client_of
from tests.support.founding import Founded
from tests.web.mastodon.conftest import Allow
from tests.web.mastodon.shapes import assert_entity
from tests.web.mastodon.streaming.conftest import Ear, Listen
from web.app import Alliance

PUBLIC = ("public", "public:local", "public:remote", "public:media", "public:local:media")


def told(heard: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Stream and event of everything that was heard."""
    return [(":".join(one["stream"]), one["event"]) for one in heard]


async def update(ear: Ear) -> dict[str, Any]:
    """The next status; a notification of the same may come before or after it."""
    while (one := await ear.next())["event"] != "update":
        pass
    found: dict[str, Any] = one["payload"]
    return found


async def quiet(stage: Stage, ear: Ear) -> list[tuple[str, str]]:
    """What an app heard before something later that it hears for certain."""
    await ear.subscribe("public")
    await stage.publish(title="The end")
    heard = []
    while (one := await ear.next())["stream"] != ["public"] or "The end" not in str(one):
        heard += [one] if "The end" not in str(one) else []
    return told(heard)


async def test_a_session_that_is_published_is_heard_at_home(stage: Stage, listen: Listen) -> None:
    ear = await listen("user")

    await stage.publish(title="Threat modelling")

    heard = await ear.next()
    assert (heard["stream"], heard["event"]) == (["user"], "update")
    assert_entity("Status", heard["payload"])
    assert "Threat modelling" in heard["payload"]["content"]


async def test_a_change_and_an_end_are_heard(stage: Stage, listen: Listen) -> None:
    ear = await listen("public:local")
    session = await stage.publish()
    published = await ear.next()

    stage.instance.clock.advance(minutes=1)  # type: ignore[attr-defined]
    await stage.edit(session, title="Polishing lenses by machine")
    changed = await ear.next()
    await stage.withdraw(session)
    gone = await ear.next()

    assert changed["event"] == "status.update"
    assert "by machine" in changed["payload"]["content"]
    assert changed["payload"]["edited_at"]
    assert (gone["event"], gone["payload"]) == ("delete", published["payload"]["id"])


async def test_each_stream_has_what_its_timeline_has(stage: Stage, listen: Listen) -> None:
    ally = await stage.ally()
    ear = await listen(*PUBLIC)
    await ear.subscribe("hashtag", tag="Welding")
    await ear.subscribe("hashtag:local", tag="welding")

    await stage.theirs(ally, title="Theirs")
    theirs = [await ear.next() for _ in range(3)]
    await stage.publish(title="Ours", topics=("Welding",))
    ours = [await ear.next() for _ in range(4)]

    assert sorted(told(theirs)) == [
        ("hashtag:Welding", "update"), ("public", "update"), ("public:remote", "update"),
    ]  # fmt: skip
    assert sorted(told(ours)) == [
        ("hashtag:Welding", "update"), ("hashtag:local:welding", "update"), ("public", "update"),
        ("public:local", "update"),
    ]  # fmt: skip


async def test_a_list_has_what_its_members_say(stage: Stage, listen: Listen) -> None:
    ally, other = await stage.ally(), await stage.ally("seewind.example")
    async with stage.instance.unit_of_work() as uow:
        made = await make_list(uow, stage.host.id, "Welders")
        await follow(uow, stage.host.id, "company", str(ally.id))
        await put_on_list(uow, stage.host.id, made.id, [ally.id])
    ear = await listen()
    await ear.subscribe("list", list=str(made.id))

    await stage.theirs(other, title="Others'")
    await stage.theirs(ally, title="Theirs")

    heard = await ear.next()
    assert (heard["stream"], heard["event"]) == (["list", str(made.id)], "update")
    assert "Theirs" in heard["payload"]["content"]


async def test_of_partners_only_what_is_followed_is_heard_at_home(stage: Stage, listen: Listen) -> None:
    ally, other = await stage.ally(), await stage.ally("seewind.example")
    async with stage.instance.unit_of_work() as uow:
        await follow(uow, stage.host.id, "company", str(ally.id))
    ear = await listen("user")

    await stage.theirs(other, title="Others'")
    await stage.theirs(ally, title="Theirs")

    assert "Theirs" in (await update(ear))["content"]


@pytest.mark.parametrize("kind", ["block", "mute"])
async def test_who_is_kept_away_is_not_heard(stage: Stage, listen: Listen, kind: str) -> None:
    ally = await stage.ally()
    async with stage.instance.unit_of_work() as uow:
        await follow(uow, stage.host.id, "company", str(ally.id))
        await (block if kind == "block" else mute)(uow, stage.host.id, ally.id)
    jonas, ada = await listen("user", "public:remote"), await listen("public:remote", by=stage.admin)

    await stage.theirs(ally, title="Theirs")

    assert (await ada.next())["event"] == "update"
    assert await quiet(stage, jonas) == []


async def test_a_partners_session_is_not_heard_once_the_alliance_is_over(
    stage: Stage, listen: Listen
) -> None:
    ally = await stage.ally()
    ear = await listen("public", "public:remote")
    await stage.put(ally, "paused")

    await stage.theirs(ally, title="Theirs")

    assert await quiet(stage, ear) == []


async def test_what_is_said_to_the_host_alone_is_heard_by_the_host_alone(
    stage: Stage, listen: Listen
) -> None:
    lena = await stage.colleague()
    session = await stage.publish()
    ears = [await listen("user", "direct", by=who) for who in (stage.host, stage.admin, lena)]

    async with stage.instance.unit_of_work() as uow:
        comment = await say(uow, session.id, lena, "Only for you")
        comment.is_private = True
    notified = await ears[0].next()
    async with stage.instance.unit_of_work() as uow:
        await delete_comment(uow, comment.id, lena)

    assert (notified["event"], notified["payload"]["type"]) == ("notification", "mention")
    assert_entity("Notification", notified["payload"])
    assert "Only for you" in notified["payload"]["status"]["content"]
    assert await quiet(stage, ears[1]) == []


async def test_a_message_is_heard_by_its_person_alone(stage: Stage, listen: Listen) -> None:
    session = await stage.publish()
    lena = await stage.colleague()
    ear, other = await listen("direct", by=lena), await listen("user", "direct")

    await stage.join(session, lena)

    heard = await ear.next()
    assert (heard["stream"], heard["event"]) == (["direct"], "conversation")
    assert_entity("Conversation", heard["payload"])
    assert heard["payload"]["last_status"]["visibility"] == "direct"
    assert ("direct", "conversation") not in await quiet(stage, other)


async def test_notifications_of_others_are_not_heard(stage: Stage, listen: Listen) -> None:
    lena = await stage.colleague()
    session = await stage.publish()
    host = await listen("user:notification")
    other = await listen("user:notification", by=stage.admin)

    async with stage.instance.unit_of_work() as uow:
        await say(uow, session.id, lena, "Which lenses?")

    assert (await host.next())["stream"] == ["user:notification"]
    assert await quiet(stage, other) == []


async def test_a_token_for_notifications_hears_nothing_else(stage: Stage, listen: Listen) -> None:
    ear = await listen("user:notification", scopes=("read:notifications",))

    await ear.say({"type": "subscribe", "stream": "user"})
    refused = await ear.next()

    assert refused["status"] == 401


async def test_a_token_for_statuses_hears_no_notifications(stage: Stage, listen: Listen) -> None:
    lena = await stage.colleague()
    session = await stage.publish()
    ear = await listen("user", scopes=("read:statuses",))

    async with stage.instance.unit_of_work() as uow:
        await say(uow, session.id, lena, "Which lenses?")

    assert "notification" not in {event for _, event in await quiet(stage, ear)}


async def test_how_oneself_stands_with_something_is_heard_by_oneself_alone(
    stage: Stage, listen: Listen
) -> None:
    lena = await stage.colleague()
    session = await stage.publish()
    await stage.join(session, lena)
    own, other = await listen("public", by=lena), await listen("public", by=stage.admin)

    stage.instance.clock.advance(minutes=1)  # type: ignore[attr-defined]
    await stage.edit(session, title="Polishing lenses by machine")

    heard, others = await own.next(), await other.next()
    assert heard["payload"]["poll"]["own_votes"] == [0]
    assert others["payload"]["poll"]["own_votes"] == []


async def test_streams_agree_with_timelines(
    stage: Stage, listen: Listen, federation: Federation, allow: Allow
) -> None:
    """Whatever is written, each of several people hears on `user` what their home timeline has then."""
    people = await _people_who_follow_differently(stage)
    ears = [await listen("user", by=one) for one in people]

    await _write_all_kinds_of_things(stage)

    for person, ear in zip(people, ears, strict=True):
        async with client_of(federation) as client:
            client.headers["Authorization"] = f"Bearer {await allow(person, *LEVELS)}"
            wanted = await _at_home(client)
        heard: set[str] = set()
        while len(heard) < len(wanted):
            one = await ear.next()
            heard |= {one["payload"]["id"]} if one["event"] == "update" else set()
        assert heard == wanted
        assert wanted


async def _people_who_follow_differently(stage: Stage) -> list[Employee]:
    alpenwerk, seewind = await stage.ally(), await stage.ally("seewind.example")
    lena, milan = await stage.colleague(), await stage.colleague("Milan Roth")
    async with stage.instance.unit_of_work() as uow:
        await follow(uow, lena.id, "company", str(alpenwerk.id))
        await follow(uow, milan.id, "topic", "Welding")
        await follow(uow, stage.admin.id, "company", str(seewind.id))
        await mute(uow, stage.admin.id, alpenwerk.id)
    return [lena, milan, stage.admin, stage.host]


async def _write_all_kinds_of_things(stage: Stage) -> None:
    alpenwerk, seewind = await stage.know(), await stage.know("seewind.example")
    await stage.theirs(alpenwerk, number=1, title="Followed", topics=())
    await stage.theirs(seewind, number=2, title="By topic")
    await stage.theirs(seewind, number=3, title="Neither", topics=())
    session = await stage.publish(title="Ours")
    await stage.publish(title="Ours too", audience="company", host=stage.admin, topics=("Welding",))
    async with stage.instance.unit_of_work() as uow:
        await say(uow, session.id, stage.admin, "Which lenses?")


async def _at_home(client: httpx.AsyncClient) -> set[str]:
    answer = await client.get("/api/v1/timelines/home", params={"limit": 40})
    return {status["id"] for status in answer.json()}


async def test_who_changes_a_filter_hears_so_on_every_app_and_nobody_else(
    app: Alliance, founded: Founded, stage: Stage, listen: Listen, allow: Allow
) -> None:
    mine, another = await listen("user"), await listen("user", by=await stage.colleague())
    headers = {"Authorization": f"Bearer {await allow(founded.employee, *LEVELS)}"}
    wanted = {"title": "Later", "context": ["home"], "keywords_attributes": [{"keyword": "later"}]}

    async with httpx.AsyncClient(base_url=stage.instance.settings.origin, headers=headers) as client:
        made = await client.post("/api/v2/filters", json=wanted)
        refused = await client.post("/api/v2/filters", json={})

    assert (made.status_code, refused.status_code) == (200, 422)
    assert await mine.all_there_is() == [{"stream": ["user"], "event": "filters_changed"}]
    assert await another.all_there_is() == []


async def test_what_is_hidden_is_gone_for_those_who_could_see_it(stage: Stage, listen: Listen) -> None:
    ear, author = await listen("public:local"), await listen("public:local", by=stage.admin)
    async with stage.instance.unit_of_work() as uow:
        story = await tell_story(uow, stage.admin, Telling(text="Buy my lenses", audience="public"))
    told_of, own = await ear.next(), await author.next()
    assert told_of["event"] == own["event"] == "update"

    stage.instance.clock.advance(minutes=1)  # type: ignore[attr-defined]
    async with stage.instance.unit_of_work() as uow:
        await hide_story(uow, story.id, stage.admin)

    gone = await ear.next()
    assert (gone["event"], gone["payload"]) == ("delete", told_of["payload"]["id"])
    still = await author.next()
    assert (still["event"], still["payload"]["id"]) == ("status.update", own["payload"]["id"])
