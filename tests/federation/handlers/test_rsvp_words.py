"""What is said in a timeline and what is made of it: a place, a comment, both, or a question back."""

import pytest

from federation.handlers import PROCESSED, ignored
from tests.alliance.stage import Stage
from tests.federation.handlers.arriving import Arriving
from tests.federation.handlers.test_places import states
from tests.federation.handlers.timeline import COMPANY, KIM, comments, page, somebody, words


async def test_a_word_alone_is_no_comment_and_a_word_with_more_is_both(
    arriving: Arriving, stage: Stage
) -> None:
    session, kim = await stage.publish(), await somebody(arriving)

    await kim.replies(session, "bin dabei")
    assert await comments(stage) == 0
    await kim.replies(session, "Bin raus, der Zug kommt zu spät")
    assert (await comments(stage), await states(stage, session)) == (1, {KIM: "left"})


async def test_a_long_text_is_a_comment_whatever_it_begins_with_and_is_answered_by_a_poll(
    arriving: Arriving, stage: Stage
) -> None:
    session, kim = await stage.publish(), await somebody(arriving)

    await kim.replies(session, "Bin dabei, und zwar aus einem Grund: So etwas habe ich seit Jahren gesucht")

    assert (await comments(stage), await states(stage, session)) == (1, {})
    assert (await kim.last())["type"] == "Question"


async def test_other_replies_are_comments_and_nothing_is_answered(arriving: Arriving, stage: Stage) -> None:
    session, kim = await stage.publish(), await somebody(arriving)

    assert (
        await kim.replies(session, "Dabei fällt mir ein, dass wir das letztes Jahr auch hatten") == PROCESSED
    )

    assert (await comments(stage), await kim.told()) == (1, [])


async def test_what_is_not_understood_gives_nobody_a_place_and_is_answered_once_a_day(
    arriving: Arriving, stage: Stage
) -> None:
    """At most one such answer for each person, session and day."""
    session, other, kim = await stage.publish(), await stage.publish(), await somebody(arriving)
    unclear = "weiß nicht, ob ich komme"

    await kim.replies(session, unclear)
    await kim.replies(session, "bin dabei, das zu klären")
    await kim.replies(other, unclear)
    assert [words(note)[:29] for note in await kim.told()] == ["We did not understand that. A"] * 2
    stage.instance.clock.advance(hours=23)  # type: ignore[attr-defined]
    await kim.replies(session, unclear)
    stage.instance.clock.advance(hours=2)  # type: ignore[attr-defined]
    await kim.is_looked_up_again()
    await kim.replies(session, unclear)

    assert len(await kim.told()) == 3
    assert "join, maybe or leave" in words(await kim.last())
    assert await states(stage, session) == {}


async def test_a_mention_without_a_session_is_asked_which_once_a_day(
    arriving: Arriving, stage: Stage
) -> None:
    await stage.publish()
    kim = await somebody(arriving)

    assert await kim.mentions("dabei") == PROCESSED
    assert await kim.mentions("rsvp") == ignored("answered today already")

    (note,) = await kim.told()
    assert words(note).startswith("Which session do you mean?")


async def test_a_mention_in_passing_is_left_alone(arriving: Arriving, stage: Stage) -> None:
    session, kim = await stage.publish(), await somebody(arriving)

    await kim.mentions("was a great host yesterday, thank you all")
    await kim.mentions(f'runs <a href="{page(session)}">this evening</a>, worth a look')

    assert await kim.told() == []


@pytest.mark.parametrize("edited", ["absage", "bin dabei"])
async def test_a_word_that_is_edited_is_no_comment_and_changes_nothing(
    arriving: Arriving, stage: Stage, edited: str
) -> None:
    session, kim = await stage.publish(), await somebody(arriving)
    note = kim.note("dabei", inReplyTo=page(session))
    await arriving.take(kim.create(note))
    private = kim.note("thank you", to=[COMPANY], cc=[], inReplyTo=(await kim.last())["id"])

    for changed in (note | {"content": f"<p>{edited}</p>"}, private):
        outcome = await arriving.take(arriving.says("Update", changed, KIM))
        assert outcome == ignored("a word that joins or leaves is no comment")

    assert (await states(stage, session), await comments(stage)) == ({KIM: "going"}, 0)
    assert len(await kim.told()) == 1
