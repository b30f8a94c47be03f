"""RSVP polls (federation.md, "Joining"): offered in private, answered by votes as Mastodon sends them."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from federation.handlers import PROCESSED, ignored, refused
from federation.models import RemoteActor
from federation.translate.rsvp_notes import poll_options
from federation.uris import PUBLIC
from tests.alliance.stage import Stage
from tests.federation.handlers.arriving import OURS, Arriving
from tests.federation.handlers.test_places import states
from tests.federation.handlers.timeline import COMPANY, KIM, Timeline, comments, page, somebody, words

YES, MAYBE, NO = "I'm coming", "Maybe", "I'm not coming"


@pytest.mark.parametrize("text", ["rsvp", "?", "dabei?", ""])
async def test_who_asks_is_offered_a_poll_that_mastodon_and_gotosocial_can_read(
    arriving: Arriving, stage: Stage, text: str
) -> None:
    """federation.md: "a direct RSVP Question (poll)".

    Mastodon 4.4, app/lib/activitypub/parser/poll_parser.rb: `oneOf` an array, `name`, `endTime`,
    `votersCount`, `replies.totalItems`. GoToSocial 0.20, docs/federation/posts.md, "Polls": the same, options
    without content.
    """
    session, kim = await stage.publish(), await somebody(arriving)

    assert await kim.replies(session, text) == PROCESSED

    (letter,) = await kim.letters()
    question = letter.body["object"]
    assert letter.type == "Create"
    assert question["type"] == "Question"
    assert question["oneOf"] == [
        {"type": "Note", "name": name, "replies": {"type": "Collection", "totalItems": 0}}
        for name in (YES, MAYBE, NO)
    ]
    assert question["endTime"] == "2026-03-17T09:00:00Z"
    assert question["votersCount"] == 0
    assert "closed" not in question
    assert (question["to"], question["cc"], letter.body["to"], letter.body["cc"]) == ([KIM], [], [KIM], [])
    assert question["tag"][0]["href"] == KIM
    assert question["inReplyTo"] == f"{KIM}/statuses/1"
    assert words(question).startswith("Do you come to “Polishing lenses by hand”? 🗓️ Tue 17 Mar 2026")
    assert letter.body["@context"][1]["votersCount"] == "toot:votersCount"
    assert b"Polishing" not in letter.stored


async def test_a_mention_with_a_link_asks_too(arriving: Arriving, stage: Stage) -> None:
    session, kim = await stage.publish(), await somebody(arriving)

    await kim.mentions(f'<a href="{page(session)}">nordlicht.example/sessi…</a>')

    assert (await kim.last())["type"] == "Question"


async def test_the_poll_speaks_the_language_of_the_one_who_asks(arriving: Arriving, stage: Stage) -> None:
    session, kim = await stage.publish(language="en"), await somebody(arriving)

    question = await kim.polled(session, contentMap={"de": "<p>rsvp</p>"})

    assert [option["name"] for option in question["oneOf"]] == [
        "Ich bin dabei",
        "Vielleicht",
        "Ich komme nicht",
    ]
    assert words(question).startswith("Kommst du zu „Polishing lenses by hand“?")
    assert await kim.votes(question, YES) == refused("no option of this poll")
    assert await kim.votes(question, "Ich bin dabei") == PROCESSED
    assert words(await kim.last()).startswith("Du hast einen Platz")


@pytest.mark.parametrize(
    ("name", "state", "sentence"),
    [
        (YES, "going", "You have a place in"),
        (MAYBE, "maybe", "Noted: perhaps you come to"),
    ],
)
async def test_a_vote_is_counted_and_confirmed(
    arriving: Arriving, stage: Stage, name: str, state: str, sentence: str
) -> None:
    """federation.md: "a vote (Note with name and inReplyTo)" -> private Note."""
    session, kim = await stage.publish(), await somebody(arriving)
    question = await kim.polled(session)

    assert await kim.votes(question, name) == PROCESSED

    assert await states(stage, session) == {KIM: state}
    note = await kim.last()
    assert words(note).startswith(sentence)
    # A vote is no post in Mastodon, so the answer hangs below the poll.
    assert note["inReplyTo"] == question["id"]
    assert await comments(stage) == 0


async def test_a_no_without_a_place_is_confirmed_and_nothing_is_kept(
    arriving: Arriving, stage: Stage
) -> None:
    session, kim = await stage.publish(), await somebody(arriving)

    assert await kim.votes(await kim.polled(session), NO) == PROCESSED

    assert words(await kim.last()).startswith("Noted: you don't come to")
    assert await states(stage, session) == {}


async def test_the_last_vote_wins_and_words_and_votes_mix(arriving: Arriving, stage: Stage) -> None:
    session, kim = await stage.publish(capacity=1), await somebody(arriving)
    question = await kim.polled(session)

    for name, state in ((YES, "going"), (NO, "left"), (MAYBE, "maybe"), (YES, "going")):
        await kim.votes(question, name)
        assert await states(stage, session) == {KIM: state}
    # Mastodon lets nobody vote twice in a poll (app/validators/vote_validator.rb): a reply does as well.
    await kim.answers(question, "doch nicht")

    assert await states(stage, session) == {KIM: "left"}
    assert (await stage.stored(session)).going_count == 0


@pytest.mark.parametrize("shape", ["one in a list", "as an Answer", "to as a list", "content that is empty"])
async def test_votes_as_others_write_them(arriving: Arriving, stage: Stage, shape: str) -> None:
    """GoToSocial sends a list (docs/federation/posts.md), Pleroma an Answer, Misskey `to` as a list."""
    session, kim = await stage.publish(), await somebody(arriving)
    vote = kim.vote(await kim.polled(session), YES)
    note = vote["object"]
    vote["object"] = {
        "one in a list": [note],
        "as an Answer": note | {"type": "Answer"},
        "to as a list": note | {"to": [COMPANY], "cc": []},
        "content that is empty": note | {"content": ""},
    }[shape]

    assert await arriving.take(vote) == PROCESSED
    assert await states(stage, session) == {KIM: "going"}


async def a_poll_for_kim(arriving: Arriving) -> tuple[Any, Timeline, dict[str, Any]]:
    session = await arriving.stage.publish()
    kim = await somebody(arriving)
    return session, kim, await kim.polled(session)


async def test_nobody_votes_in_the_poll_of_somebody_else(arriving: Arriving, stage: Stage) -> None:
    session, kim, question = await a_poll_for_kim(arriving)
    tom = await somebody(arriving, "tom")

    assert await tom.votes(question, YES) == refused("it was not said to them")
    forged = tom.vote(question, YES, attributedTo=KIM)
    assert await arriving.take(forged) == refused("somebody else wrote it")
    for_kim = kim.vote(question, YES) | {"actor": tom.actor, "id": f"{tom.actor}/1"}
    assert await arriving.take(for_kim) == refused("somebody else wrote it")

    assert await states(stage, session) == {}


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "no option of this poll"),
        ("Ich bin dabei", "no option of this poll"),
        ("i'm coming", "no option of this poll"),
        (YES + "x" * 10_000, "no option of this poll"),
        (["I'm coming", "Maybe"], "several votes at once"),
        ({"a": 1}, "no option of this poll"),
        (17, "no option of this poll"),
        (None, "no option of this poll"),
    ],
)
async def test_a_vote_for_what_is_not_offered_is_refused(
    arriving: Arriving, stage: Stage, name: Any, reason: str
) -> None:
    session, kim, question = await a_poll_for_kim(arriving)

    assert await kim.votes(question, name) == refused(reason)
    assert await states(stage, session) == {}


async def test_several_votes_at_once_are_refused(arriving: Arriving, stage: Stage) -> None:
    session, kim, question = await a_poll_for_kim(arriving)
    first, second = kim.vote(question, YES), kim.vote(question, NO)

    both = first | {"object": [first["object"], second["object"]]}

    assert await arriving.take(both) == refused("several votes at once")
    assert await states(stage, session) == {}


async def test_a_vote_that_is_not_for_us_is_refused(arriving: Arriving, stage: Stage) -> None:
    session, kim, question = await a_poll_for_kim(arriving)

    assert await kim.votes(question, YES, to=PUBLIC) == refused("a vote that is not for us")
    assert await states(stage, session) == {}


async def test_a_vote_in_a_poll_that_never_was_is_nothing(arriving: Arriving, stage: Stage) -> None:
    session, kim, question = await a_poll_for_kim(arriving)
    other = await somebody(arriving, "tom")
    await other.replies(session, "dabei")
    note = await other.last()

    for address in (f"{OURS}/notes/1", f"{OURS}/sessions/1", page(session), note["id"]):
        outcome = await kim.votes(question | {"id": address}, YES)
        assert outcome.state in ("ignored", "refused")

    assert await states(stage, session) == {other.actor: "going"}


@pytest.mark.parametrize("how", ["begun", "cancelled", "withdrawn"])
async def test_a_closed_poll_takes_no_votes(arriving: Arriving, stage: Stage, how: str) -> None:
    session, kim, question = await a_poll_for_kim(arriving)
    if how == "begun":
        stage.instance.clock.set(session.starts_at)  # type: ignore[attr-defined]
    elif how == "cancelled":
        await stage.cancel(session)
    else:
        await stage.withdraw(session)
    await kim.is_looked_up_again()

    assert await kim.votes(question, YES) == refused("the poll is closed")
    assert await states(stage, session) == {}


@pytest.mark.parametrize("how", ["cancel", "withdraw"])
async def test_a_poll_closes_when_the_session_does(arriving: Arriving, stage: Stage, how: str) -> None:
    session, kim, question = await a_poll_for_kim(arriving)

    await getattr(stage, how)(session)

    letter = (await kim.letters())[-1]
    closed = letter.body["object"]
    assert letter.type == "Update"
    assert (closed["id"], closed["type"]) == (question["id"], "Question")
    assert closed["closed"] == "2026-03-16T08:00:00Z"
    assert closed["oneOf"] == question["oneOf"]
    assert (letter.body["to"], letter.is_public) == ([KIM], False)


async def test_a_poll_moves_with_the_session(arriving: Arriving, stage: Stage) -> None:
    session, kim, question = await a_poll_for_kim(arriving)
    later = session.starts_at.replace(tzinfo=None) + timedelta(days=2)

    await stage.edit(session, starts_at=later, ends_at=later + timedelta(hours=1))
    stage.instance.clock.set(session.ends_at)  # type: ignore[attr-defined]

    assert (await kim.letters())[-1].body["object"]["endTime"] == "2026-03-19T08:00:00Z"
    await kim.is_looked_up_again()
    assert await kim.votes(question, YES) == PROCESSED


async def test_a_poll_is_offered_once_a_day(arriving: Arriving, stage: Stage) -> None:
    session, kim, _ = await a_poll_for_kim(arriving)

    assert [await kim.replies(session, "rsvp") for _ in range(3)] == [ignored("answered today already")] * 3
    assert len(await kim.told()) == 1


async def test_a_full_session_says_so_in_the_poll(arriving: Arriving, stage: Stage) -> None:
    session, kim, tom = (
        await stage.publish(capacity=1),
        await somebody(arriving),
        await somebody(arriving, "tom"),
    )
    await tom.replies(session, "dabei")

    question = await kim.polled(session)
    await kim.votes(question, YES)

    assert "there is a waiting list" in words(question)
    assert "You are number 1 on the waiting list" in words(await kim.last())


def test_the_options_of_a_poll_differ_in_each_language() -> None:
    for language in ("de", "en"):
        assert list(poll_options(language).values()) == ["join", "maybe", "leave"]


async def test_no_poll_keeps_a_session_from_being_moved_or_cancelled(
    arriving: Arriving, stage: Stage
) -> None:
    """Whatever the server of somebody who holds one says of them by now."""
    session, kim, _ = await a_poll_for_kim(arriving)
    later = session.starts_at.replace(tzinfo=None) + timedelta(days=2)
    async with stage.instance.unit_of_work() as uow:
        nonsense = {"id": 7, "preferredUsername": ["x"], "type": {}}
        await uow.db.execute(update(RemoteActor).values(document=nonsense))

    await stage.edit(session, starts_at=later, ends_at=later + timedelta(hours=1))
    await stage.cancel(session)

    assert [letter.type for letter in await kim.letters()] == ["Create", "Update", "Update"]
