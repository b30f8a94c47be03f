"""Joining from a timeline (federation.md, "Joining"): a reply with a join word, a private answer."""

import re
from datetime import timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy import func, select

from alliance.models import ActorBlock, Attendance, Comment, Person
from alliance.personal_links import personal_token
from alliance.publishing import postpone_session
from federation.chores import tidy
from federation.handlers import PROCESSED, ignored, refused
from federation.models import OutboxActivity
from federation.rsvp_messages import MOST_AN_HOUR, MOST_OFFERED_AN_HOUR, RsvpMessage
from federation.translate.rsvp_words import SHORT, heard
from tests.alliance.stage import LINK, Stage
from tests.federation.announcements.outgoing import follower
from tests.federation.handlers.arriving import THEIRS, Arriving
from tests.federation.handlers.test_places import states
from tests.federation.handlers.timeline import COMPANY, KIM, page, somebody, words
from tests.test_federation_md import section


async def people(stage: Stage) -> int:
    async with stage.instance.reading() as db:
        return await db.scalar(select(func.count()).where(Person.uri.is_not(None))) or 0


async def comments(stage: Stage) -> int:
    async with stage.instance.reading() as db:
        return await db.scalar(select(func.count()).select_from(Comment)) or 0


async def test_a_reply_with_a_join_word_is_answered_by_a_private_note_with_time_link_and_how_to_leave(
    arriving: Arriving, stage: Stage
) -> None:
    """federation.md: "a reply with a join word" -> "private Note with time, personal link, how to leave"."""
    session = await stage.publish(timezone="Europe/Berlin")
    kim = await somebody(arriving)

    assert await kim.replies(session, "dabei") == PROCESSED

    assert await states(stage, session) == {KIM: "going"}
    (letter,) = await kim.letters()
    note = letter.body["object"]
    (person,) = [row for row in await everybody(stage) if row.uri == KIM]
    token = personal_token(stage.instance.vault, await stage.attendance(session, person))
    assert words(note) == (
        "You have a place in “Polishing lenses by hand”. "
        "🗓️ Tue 17 Mar 2026, 10:00–11:00 Europe/Berlin (09:00–10:00 UTC) "
        f"This is your personal way in, please keep it to yourself: https://nordlicht.example/meet/{token} "
        f"All about it: {page(session)} "
        "If you can't come, answer with leave."
    )
    assert (letter.body["to"], letter.body["cc"], note["to"], note["cc"]) == ([KIM], [], [KIM], [])
    assert note["tag"] == [{"type": "Mention", "href": KIM, "name": "@kim@social.example"}]
    assert note["inReplyTo"] == f"{KIM}/statuses/1"
    assert letter.inboxes == (f"{KIM}/inbox",)
    assert (letter.actor, letter.is_public) == ("company", False)


async def everybody(stage: Stage) -> list[Person]:
    async with stage.instance.reading() as db:
        return list(await db.scalars(select(Person).order_by(Person.id)))


async def test_the_answer_is_in_the_language_of_the_one_who_asks_else_in_the_sessions(
    arriving: Arriving, stage: Stage
) -> None:
    german, english = await stage.publish(language="de"), await stage.publish(language="en")
    kim = await somebody(arriving)

    await kim.replies(english, "dabei", contentMap={"de-AT": "<p>dabei</p>"})
    await kim.replies(german, "dabei", contentMap=None)
    first, second = await kim.told()
    await kim.replies(german, "absage", contentMap={"en": "x", "de": "y"})

    for note in (first, second):
        assert list(note["contentMap"]) == ["de"]
        assert words(note).startswith("Du hast einen Platz in „Polishing lenses by hand“.")
        assert words(note).endswith("Wenn du nicht kommen kannst, antworte mit absage.")
    assert words(await kim.last()).startswith("Notiert: Du kommst nicht zu")


async def test_the_note_lies_sealed_in_the_outbox_and_is_shown_to_nobody(
    arriving: Arriving, stage: Stage, client: Any
) -> None:
    session, kim = await stage.publish(), await somebody(arriving)
    await kim.replies(session, "dabei")

    (letter,) = await kim.letters()

    assert b"/meet/" in orjson.dumps(letter.body)
    assert b"/meet/" not in letter.stored
    assert b"kim" not in letter.stored
    assert LINK not in orjson.dumps(letter.body).decode()
    accept = {"Accept": "application/activity+json"}
    for address in (letter.body["id"], letter.body["object"]["id"]):
        assert (await client.get(address, headers=accept)).status_code == 404
    outbox = await client.get("https://nordlicht.example/company/outbox?page=1", headers=accept)
    assert KIM not in outbox.text
    assert "/meet/" not in outbox.text


async def test_leaving_by_a_word_and_coming_back(arriving: Arriving, stage: Stage) -> None:
    session, kim = await stage.publish(), await somebody(arriving)
    await kim.replies(session, "count me in")

    await kim.answers(await kim.last(), "absage")
    assert await states(stage, session) == {KIM: "left"}
    assert words(await kim.last()).startswith("Noted: you don't come to")
    await kim.answers(await kim.last(), "yes")

    assert await states(stage, session) == {KIM: "going"}
    assert (await stage.stored(session)).going_count == 1


async def test_who_only_may_come_takes_no_place(arriving: Arriving, stage: Stage) -> None:
    session, kim = await stage.publish(capacity=1), await somebody(arriving)

    await kim.replies(session, "maybe")

    assert await states(stage, session) == {KIM: "maybe"}
    assert (await stage.stored(session)).going_count == 0
    assert words(await kim.last()).startswith("Noted: perhaps you come to")
    assert "/meet/" not in words(await kim.last())


async def test_a_waiting_list_is_told_as_it_is_and_who_moves_up_hears_it_in_the_same_way(
    arriving: Arriving, stage: Stage
) -> None:
    session = await stage.publish(capacity=1)
    kim, ada, tom = [await somebody(arriving, name) for name in ("kim", "ada", "tom")]
    for person in (kim, ada, tom):
        await person.replies(session, "+1")
        stage.instance.clock.advance(seconds=1)  # type: ignore[attr-defined]

    assert "You are number 1 on the waiting list" in words(await ada.last())
    assert "You are number 2 on the waiting list" in words(await tom.last())
    assert "/meet/" not in words(await tom.last())
    await kim.replies(session, "can't make it")

    assert await states(stage, session) == {KIM: "left", ada.actor: "going", tom.actor: "waiting"}
    assert words(await ada.last()).startswith("You have a place in")
    assert "/meet/" in words(await ada.last())
    assert (await ada.last())["inReplyTo"] == f"{ada.actor}/statuses/1"
    assert len(await tom.told()) == 1


async def test_a_host_who_decides_is_told_of_and_so_is_what_was_decided(
    arriving: Arriving, stage: Stage
) -> None:
    session, kim = await stage.publish(join_mode="restricted"), await somebody(arriving)
    await kim.replies(session, "I'd like to join")
    person = (await everybody(stage))[-1]

    assert words(await kim.last()).startswith("You have asked for a place in")
    await stage.approve(session, person)
    assert words(await kim.last()).startswith("You have a place in")
    await stage.decline(session, person)
    assert words(await kim.last()).startswith("There is no place for you in")
    await kim.replies(session, "dabei")

    assert words(await kim.last()).startswith("There is no place for you in")
    assert await states(stage, session) == {KIM: "declined"}


async def test_a_session_that_is_cancelled_moved_or_taken_back_is_told_in_the_same_way(
    arriving: Arriving, stage: Stage
) -> None:
    moved, off, gone = [await stage.publish(title=title) for title in ("Moved", "Off", "Gone")]
    kim = await somebody(arriving)
    for session in (moved, off, gone):
        await kim.replies(session, "dabei")
    later = moved.starts_at.replace(tzinfo=None) + timedelta(days=2)

    await stage.edit(moved, title="Moved", starts_at=later, ends_at=later + timedelta(hours=1))
    note = words(await kim.last())
    assert note.startswith("“Moved” has been moved. It was to begin on Tue 17 Mar 2026, 10:00.")
    assert "You have a place in “Moved”. 🗓️ Thu 19 Mar 2026" in note
    assert "/meet/" in note
    await stage.cancel(off, "The oven is broken")
    assert words(await kim.last()).startswith("“Off” has been cancelled: The oven is broken.")
    await stage.withdraw(gone)
    assert words(await kim.last()) == "“Gone” has been taken back and does not take place."
    assert len(await kim.told()) == 6


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"join_mode": "external"}, "The host of “Polishing lenses by hand” takes registrations elsewhere"),
        ({"join_mode": "none"}, "“Polishing lenses by hand” needs no registration."),
    ],
)
@pytest.mark.parametrize("word", ["dabei", "rsvp"])
async def test_who_can_have_no_place_is_told_why(
    arriving: Arriving, stage: Stage, changes: dict[str, Any], sentence: str, word: str
) -> None:
    session, kim = await stage.publish(**changes), await somebody(arriving)

    await kim.replies(session, word)

    assert words(await kim.last()).startswith(sentence)
    assert await states(stage, session) == {}


async def test_leaving_without_having_come_is_confirmed_and_nothing_is_kept(
    arriving: Arriving, stage: Stage
) -> None:
    session, kim = await stage.publish(), await somebody(arriving)

    assert await kim.replies(session, "absage") == PROCESSED

    assert words(await kim.last()).startswith("Noted: you don't come to")
    assert (await states(stage, session), await people(stage)) == ({}, 0)


@pytest.mark.parametrize(
    "about",
    ["session", "create", "announce", "change note", "mention with a link"],
)
async def test_everything_that_we_post_about_a_session_can_be_answered(
    arriving: Arriving, stage: Stage, about: str
) -> None:
    """federation.md: people reply to the Event, to what announced it and to what told of a change."""
    session, kim = await stage.publish(), await somebody(arriving)
    later = session.starts_at.replace(tzinfo=None) + timedelta(days=2)
    if about == "change note":
        await follower(stage, "reader")
        await stage.edit(session, starts_at=later, ends_at=later + timedelta(hours=1))
    address = {
        "session": page(session),
        "create": await address_of(stage, "Create"),
        "announce": await address_of(stage, "Announce"),
        "change note": await address_of(stage, "Create", "/notes/"),
    }.get(about)

    if about == "mention with a link":
        shown = f'<a href="{page(session)}"><span class="invisible">https://</span>nordlicht…</a>'
        assert await kim.mentions(f"dabei {shown}") == PROCESSED
    else:
        note = kim.note("dabei", inReplyTo=address)
        assert await arriving.take(kim.create(note)) == PROCESSED

    assert await states(stage, session) == {KIM: "going"}


async def address_of(stage: Stage, kind: str, part: str = "") -> str:
    """The id of the last activity of a kind; with `part`, of the object in it."""
    async with stage.instance.reading() as db:
        rows = await db.scalars(
            select(OutboxActivity).where(OutboxActivity.type == kind).order_by(OutboxActivity.id)
        )
        found = [orjson.loads(row.body) for row in rows if row.is_public]
    if part:
        found = [one["object"] for one in found if part in str(one["object"].get("id"))]
    return str(found[-1]["id"]) if found else ""


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


async def test_attendance_remembers_the_dialect(arriving: Arriving, stage: Stage) -> None:
    session, kim = await stage.publish(), await somebody(arriving)
    await kim.replies(session, "dabei")

    async with stage.instance.reading() as db:
        (row,) = await db.scalars(select(Attendance))

    assert (row.dialect, row.language, row.request_uri) == ("reply", "en", f"{KIM}/statuses/1")


async def test_a_session_that_is_put_off_is_told_and_the_place_stays(
    arriving: Arriving, stage: Stage
) -> None:
    session, kim = await stage.publish(), await somebody(arriving)
    await kim.replies(session, "dabei")

    async with stage.instance.unit_of_work() as uow:
        await postpone_session(uow, session.id, "The lathe is away", stage.host)

    note = words(await kim.last())
    assert note.startswith("“Polishing lenses by hand” has been put off: The lathe is away. There is no new")
    assert note.endswith("answer with leave.")
    assert await states(stage, session) == {KIM: "going"}
    await kim.answers(await kim.last(), "leave")
    assert await states(stage, session) == {KIM: "left"}


async def test_what_was_said_is_forgotten_after_two_months_and_with_the_person(
    arriving: Arriving, stage: Stage
) -> None:
    session, kim, tom = await stage.publish(), await somebody(arriving), await somebody(arriving, "tom")
    for person in (kim, tom):
        await person.replies(session, "dabei")

    await arriving.take(arriving.says("Delete", KIM, KIM))
    assert {row.actor_uri for row in await messages(stage)} == {tom.actor}
    stage.instance.clock.advance(days=61)  # type: ignore[attr-defined]
    await tidy(arriving.federation)
    assert await messages(stage) == []


async def messages(stage: Stage) -> list[RsvpMessage]:
    async with stage.instance.reading() as db:
        return list(await db.scalars(select(RsvpMessage)))


async def test_a_session_of_the_alliance_is_told_of_to_no_stranger_afterwards_either(
    arriving: Arriving, stage: Stage
) -> None:
    """Who loses sight of a session hears that there is no place, and no more than that."""
    await stage.ally()
    session, kim = await stage.publish(), await somebody(arriving)
    question = await kim.polled(session)
    await kim.replies(session, "dabei")

    await stage.edit(session, audience="alliance", title="A new and secret title")
    assert await states(stage, session) == {KIM: "declined"}
    *_, note, closed = await kim.told()
    assert words(note) == "There is no longer a place for you in a session that you had asked for."
    assert closed == question | {"closed": "2026-03-16T08:00:00Z"}
    told = len(await kim.told())
    await kim.answers(question, "dabei")
    assert await kim.votes(question, "Maybe") == refused("the poll is closed")
    await stage.cancel(session)

    assert len(await kim.told()) == told
    assert "secret" not in str(await kim.told())


def test_federation_md_tells_the_limits() -> None:
    told = section("Joining")

    assert f"{MOST_AN_HOUR} times an hour" in told
    assert f"{MOST_OFFERED_AN_HOUR} times an hour" in told
    assert f"up to {SHORT} characters" in told
    for word in re.findall(r"`([^`]+)`", told.split("its link, that is a word: ")[1].split("|")[0]):
        assert heard(word) is not None


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
