"""Joining from a timeline (federation.md, "Joining"): a reply with a join word, a private answer."""

import re
from datetime import timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy import select

from alliance.models import Attendance
from alliance.personal_links import personal_token
from alliance.publishing import postpone_session
from federation.chores import tidy
from federation.handlers import PROCESSED, refused
from federation.models import OutboxActivity
from federation.rsvp_messages import MOST_AN_HOUR, MOST_OFFERED_AN_HOUR, RsvpMessage
from federation.translate.rsvp_words import SHORT, heard
from tests.alliance.stage import LINK, Stage
from tests.federation.announcements.outgoing import follower
from tests.federation.handlers.arriving import Arriving
from tests.federation.handlers.test_places import states
from tests.federation.handlers.timeline import (
    KIM,
    everybody,
    page,
    people,
    somebody,
    words,
)
from tests.test_federation_md import section


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
