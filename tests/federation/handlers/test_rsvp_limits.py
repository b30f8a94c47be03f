"""Who replies without end, or to what they may not see, is answered within limits, or not at all."""

import pytest

from alliance.models import ActorBlock
from federation.handlers import PROCESSED, ignored, refused
from federation.rsvp_messages import MOST_AN_HOUR, RsvpMessage
from tests.alliance.stage import Stage
from tests.federation.handlers.arriving import THEIRS, Arriving
from tests.federation.handlers.test_places import states
from tests.federation.handlers.timeline import COMPANY, KIM, comments, page, people, somebody, words


@pytest.mark.parametrize("text", ["dabei", "rsvp", "absage", "vielleicht", "weiß nicht, ob ich komme"])
@pytest.mark.parametrize("audience", ["alliance", "company"])
async def test_a_session_that_they_may_not_see_is_answered_as_none(
    arriving: Arriving, stage: Stage, audience: str, text: str
) -> None:
    """federation.md, "Audiences on the wire": the same as for nothing, which is nothing at all."""
    session, kim = await stage.publish(audience=audience), await somebody(arriving)
    gone = await stage.publish()
    await stage.withdraw(gone)
    nothing = type(session)(id=4711)

    for way in ("reply", "link"):
        outcomes = set()
        for one in (session, gone, nothing):
            if way == "reply":
                outcomes.add((await kim.replies(one, text, to=[COMPANY], cc=[])).state)
            else:
                outcomes.add((await kim.mentions(f"{text} {page(one)}", to=[COMPANY], cc=[])).state)
        assert outcomes == {"ignored"}
    assert (await kim.told(), await people(stage), await states(stage, session)) == ([], 0, {})


async def test_people_of_allies_join_by_join_so_a_word_of_theirs_is_a_comment(
    arriving: Arriving, stage: Stage
) -> None:
    """Their own instance has to know of the place: it shows it, and brings the personal link."""
    await stage.ally()
    session = await stage.publish(audience="alliance")
    mira = await somebody(arriving, "mira", "alpenwerk.example")

    await mira.replies(session, "dabei")

    assert await states(stage, session) == {}
    assert (await mira.told(), await comments(stage)) == ([], 1)
    assert mira.actor.startswith(THEIRS)


async def test_the_same_message_again_is_answered_once(arriving: Arriving, stage: Stage) -> None:
    session, kim = await stage.publish(), await somebody(arriving)
    note = kim.note("dabei", inReplyTo=page(session))

    await arriving.take(kim.create(note))
    await arriving.take(kim.create(note))

    assert len(await kim.told()) == 1


async def test_a_thousand_replies_are_answered_thirty_times_an_hour(arriving: Arriving, stage: Stage) -> None:
    session, kim = await stage.publish(), await somebody(arriving)

    outcomes = [await kim.replies(session, ("dabei", "absage")[n % 2]) for n in range(MOST_AN_HOUR + 20)]

    assert outcomes == [PROCESSED] * MOST_AN_HOUR + [ignored("too many messages within an hour")] * 20
    assert len(await kim.told()) == MOST_AN_HOUR
    # What they heard last is what they have: whatever is not answered is not done either.
    assert words(await kim.last()).startswith("Noted: you don't come")
    assert await states(stage, session) == {KIM: "left"}
    stage.instance.clock.advance(minutes=61)  # type: ignore[attr-defined]
    assert await kim.replies(session, "dabei") == PROCESSED


async def test_a_storm_of_mentions_from_one_server_is_answered_three_hundred_times_an_hour(
    arriving: Arriving, stage: Stage
) -> None:
    async with stage.instance.unit_of_work() as uow:
        for number in range(300):
            actor = f"https://social.example/users/x{number}"
            uow.db.add(RsvpMessage(id=uow.new_id(), actor_uri=actor, kind="help"))
    kim, tom = await somebody(arriving), await somebody(arriving, "tom", "other.example")

    assert await kim.mentions("dabei") == ignored("answered today already")
    assert await tom.mentions("dabei") == PROCESSED


@pytest.mark.parametrize("kind", ["Group", "Service", "Application", "Organization"])
async def test_machines_and_groups_are_not_answered(arriving: Arriving, stage: Stage, kind: str) -> None:
    session = await stage.publish()
    bot = await somebody(arriving, "bot", kind=kind)

    for text in ("dabei", "rsvp", "?"):
        assert await bot.replies(session, text) == refused("only people take part")

    assert (await bot.told(), await people(stage)) == ([], 0)


async def test_nobody_joins_for_somebody_else(arriving: Arriving, stage: Stage) -> None:
    session, kim = await stage.publish(), await somebody(arriving)
    tom = await somebody(arriving, "tom")
    foreign = kim.note("dabei", inReplyTo=page(session))

    stolen = await arriving.take(tom.create(foreign, tom.actor))
    elsewhere = await arriving.take(kim.create(foreign | {"id": "https://evil.example/notes/1"}))

    assert stolen == refused("somebody else wrote it")
    assert elsewhere == refused("the note is on another host than its author")
    assert await states(stage, session) == {}


async def test_a_private_message_is_answered_only_by_its_addressee(arriving: Arriving, stage: Stage) -> None:
    session, kim, tom = await stage.publish(), await somebody(arriving), await somebody(arriving, "tom")
    await kim.replies(session, "dabei")

    assert await tom.answers(await kim.last(), "absage") == refused("it was not said to them")
    assert await states(stage, session) == {KIM: "going"}


async def test_whom_moderators_block_is_not_answered(arriving: Arriving, stage: Stage) -> None:
    session, kim = await stage.publish(), await somebody(arriving)
    async with stage.instance.unit_of_work() as uow:
        uow.db.add(ActorBlock(id=uow.new_id(), actor_uri=KIM, by_them=False, created_at=uow.now))

    assert await kim.replies(session, "dabei") == ignored("blocked")
    assert await kim.told() == []


@pytest.mark.parametrize(
    "text",
    [
        "<b>" * 20_000 + "dabei",
        "dabei " * 100_000,
        "<p><p><<<>><a href='javascript:alert(1)'>nicht</a><!-- dabei --><script>dabei</script>",
        "\u202e\u200bbadei\u0000",
        "@" * 50_000,
        "&lt;dabei&gt;" * 3_000,
    ],
)
async def test_a_mess_of_markup_is_never_a_yes(arriving: Arriving, stage: Stage, text: str) -> None:
    session, kim = await stage.publish(), await somebody(arriving)

    outcome = await kim.replies(session, text)

    assert outcome.state in ("processed", "ignored", "refused")
    assert await states(stage, session) == {}


async def test_a_title_with_markup_stays_text_in_what_we_say(arriving: Arriving, stage: Stage) -> None:
    session = await stage.publish(title="<script>alert(1)</script> & {0}")
    kim = await somebody(arriving)

    await kim.replies(session, "dabei")
    await kim.replies(session, "rsvp")

    for note in await kim.told():
        assert "<script>" not in note["content"]
        assert "<script>alert(1)</script> & {0}" in words(note)


async def test_whoever_is_forgotten_gets_nothing_more(arriving: Arriving, stage: Stage) -> None:
    session, kim = await stage.publish(), await somebody(arriving)
    await kim.replies(session, "dabei")

    await arriving.take(arriving.says("Delete", KIM, KIM))
    await stage.cancel(session)

    assert len(await kim.told()) == 1
    assert (await stage.stored(session)).going_count == 0
