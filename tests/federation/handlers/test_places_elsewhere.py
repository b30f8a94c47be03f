"""Joining in the dialects of calendars (federation.md, "Joining"): Mobilizon, Friendica, gathio."""

import json
from pathlib import Path
from typing import Any

import pytest

from federation.handlers import PROCESSED, ignored
from federation.rsvp_messages import MOST_AN_HOUR
from tests.alliance.stage import Stage
from tests.federation.handlers.arriving import Arriving
from tests.federation.handlers.test_places import answers, states
from tests.federation.handlers.timeline import page, somebody, words

ACTIVITIES = Path(__file__).parents[2] / "activities"


async def test_a_join_of_mobilizon_is_answered_by_an_accept_that_it_can_match(
    arriving: Arriving, stage: Stage
) -> None:
    """federation.md: "Accept/Reject embedding the Join, only to the joiner".

    Mobilizon 5.1, lib/federation/activity_pub/transmogrifier.ex: `get_participant` looks for the id of the
    Join, `can_manage_event?` wants the actor to be the group that the event is attributed to, and a Join may
    carry `participationMessage`.
    """
    session = await stage.publish()
    mara = await somebody(arriving, "mara", "treffen.example")
    join = json.loads((ACTIVITIES / "mobilizon" / "join.json").read_text(encoding="utf-8"))
    join |= {"actor": mara.actor, "object": page(session)}

    assert await arriving.take(join) == PROCESSED

    (accept,) = await answers(stage)
    assert accept.body["object"] == {name: join[name] for name in ("id", "type", "actor", "object")}
    assert accept.body["actor"] == "https://nordlicht.example/company"
    assert (accept.body["to"], accept.body.get("cc", [])) == ([mara.actor], [])
    assert await mara.told() == []


async def test_who_waits_is_told_tentatively_and_then_accepted(arriving: Arriving, stage: Stage) -> None:
    """federation.md: "waiting list = TentativeAccept... then Accept when a place frees".

    Mobilizon 5.1 passes over TentativeAccept (transmogrifier.ex has no clause for it), so the participation
    stays `not_approved` until the Accept, which it takes from there.
    """
    session = await stage.publish(capacity=1)
    first, second = [await somebody(arriving, name, "treffen.example") for name in ("mara", "nele")]
    joins = [arriving.says("Join", page(session), person.actor) for person in (first, second)]
    for join in joins:
        await arriving.take(join)

    await arriving.take(arriving.says("Leave", page(session), first.actor))

    told = [(one.type, one.body["object"]["id"]) for one in await answers(stage)]
    assert told == [
        ("Accept", joins[0]["id"]),
        ("TentativeAccept", joins[1]["id"]),
        ("Accept", joins[1]["id"]),
    ]


@pytest.mark.parametrize("embedded", [True, False])
async def test_accepting_the_event_itself_is_confirmed_by_a_note(
    arriving: Arriving, stage: Stage, embedded: bool
) -> None:
    """federation.md: "Accept/TentativeAccept/Reject whose object is our Event, Undo" -> confirmation Note.

    gathio 1.6, FEDERATION.md, "RSVP": Accept/Event and Undo/Accept/Event. Friendica 2024.12,
    src/Protocol/ActivityPub/Transmitter.php: ATTEND, ATTENDMAYBE and ATTENDNO are Accept, TentativeAccept and
    Reject of the event, addressed to the organizer.
    """
    session, kim = await stage.publish(), await somebody(arriving)
    about: Any = {"id": page(session), "type": "Event", "name": "?"} if embedded else page(session)

    yes = arriving.says("Accept", about, kim.actor)
    for activity, state, sentence in (
        (yes, "going", "You have a place in"),
        (arriving.says("TentativeAccept", about, kim.actor), "maybe", "Noted: perhaps you come"),
        (arriving.says("Accept", about, kim.actor), "going", "You have a place in"),
        (arriving.says("Reject", about, kim.actor), "left", "Noted: you don't come"),
        (yes | {"id": f"{yes['id']}b"}, "going", "You have a place in"),
        (arriving.says("Undo", yes, kim.actor), "left", "Noted: you don't come"),
    ):
        assert await arriving.take(activity) == PROCESSED
        assert await states(stage, session) == {kim.actor: state}
        assert words(await kim.last()).startswith(sentence)
        assert (await kim.last())["inReplyTo"] == page(session)
    assert len(await kim.told()) == 6
    assert await answers(stage) == []


async def test_undoing_an_accept_by_its_id_is_confirmed_too(arriving: Arriving, stage: Stage) -> None:
    session, kim = await stage.publish(), await somebody(arriving)
    yes = arriving.says("Accept", page(session), kim.actor)
    await arriving.take(yes)

    await arriving.take(arriving.says("Undo", yes["id"], kim.actor))

    assert await states(stage, session) == {kim.actor: "left"}
    assert words(await kim.last()).startswith("Noted: you don't come")


async def test_a_full_session_and_a_closed_one_are_told_in_words(arriving: Arriving, stage: Stage) -> None:
    full, off = await stage.publish(capacity=1), await stage.publish()
    kim, tom = await somebody(arriving), await somebody(arriving, "tom")
    await arriving.take(arriving.says("Accept", page(full), tom.actor))
    await stage.cancel(off)

    await arriving.take(arriving.says("Accept", page(full), kim.actor))
    assert "You are number 1 on the waiting list" in words(await kim.last())
    await arriving.take(arriving.says("Accept", page(off), kim.actor))
    assert "has been cancelled, so nobody can join it" in words(await kim.last())


async def test_an_ignore_changes_nothing(arriving: Arriving, stage: Stage) -> None:
    """federation.md: what we do not handle - `Ignore` (FEP-8a8e)."""
    session, kim = await stage.publish(), await somebody(arriving)
    await kim.replies(session, "dabei")

    assert await arriving.take(arriving.says("Ignore", page(session), kim.actor)) == ignored("noted")
    assert await states(stage, session) == {kim.actor: "going"}


@pytest.mark.parametrize("kind", ["Join", "Accept", "TentativeAccept"])
async def test_asking_a_thousand_times_is_answered_thirty_times_an_hour(
    arriving: Arriving, stage: Stage, kind: str
) -> None:
    session, kim = await stage.publish(), await somebody(arriving)

    outcomes = [
        await arriving.take(arriving.says(kind, page(session), kim.actor)) for _ in range(MOST_AN_HOUR + 5)
    ]

    assert outcomes[MOST_AN_HOUR:] == [ignored("too many messages within an hour")] * 5
    assert len(await answers(stage)) + len(await kim.told()) == MOST_AN_HOUR


async def test_a_session_nobody_can_join_answers_thirty_times_an_hour_too(
    arriving: Arriving, stage: Stage
) -> None:
    session, kim = await stage.publish(join_mode="none"), await somebody(arriving)

    for _ in range(MOST_AN_HOUR + 5):
        await arriving.take(arriving.says("Join", page(session), kim.actor))

    assert len(await answers(stage)) == MOST_AN_HOUR


async def test_people_of_allies_are_counted_by_their_own_instance(arriving: Arriving, stage: Stage) -> None:
    await stage.ally()
    session, mira = await stage.publish(), await somebody(arriving, "mira", "alpenwerk.example")

    for _ in range(MOST_AN_HOUR + 5):
        assert await arriving.take(arriving.says("Join", page(session), mira.actor)) == PROCESSED


async def test_whoever_may_not_come_so_often_may_always_leave(arriving: Arriving, stage: Stage) -> None:
    session, kim = await stage.publish(), await somebody(arriving)
    for _ in range(MOST_AN_HOUR + 5):
        await arriving.take(arriving.says("Join", page(session), kim.actor))

    assert await arriving.take(arriving.says("Leave", page(session), kim.actor)) == PROCESSED
    assert await states(stage, session) == {kim.actor: "left"}
