"""Mail that Outlook believes: each rule of the design's mail-and-calendars by its number."""

from datetime import timedelta

from alliance.models import Person
from tests.alliance.stage import LINK, TOMORROW
from tests.support.clock import FrozenClock
from tests.web.mail.conftest import Mailroom
from tests.web.mail.messages import faults_of


async def test_rule_1_and_2_whoever_joins_gets_an_invitation_that_calendars_take(room: Mailroom) -> None:
    session, guest = await room.publish(), await room.colleague()

    await room.join(session, guest)

    mail = await room.only()
    assert (mail.to, mail.method, faults_of(mail)) == (guest.email, "REQUEST", [])
    assert mail.event["ORGANIZER"] == "mailto:alliance@nordlicht.example"
    assert mail.event["ORGANIZER"].params["CN"] == "Jonas Brandt via Alliance"
    assert LINK not in mail.letter.as_string()


async def test_rule_3_and_4_a_change_is_the_same_uid_with_a_higher_sequence(room: Mailroom) -> None:
    session, guest = await room.publish(), await room.colleague()
    await room.join(session, guest)
    first = await room.only()

    later = TOMORROW + timedelta(hours=2)
    await room.edit(session, starts_at=later, ends_at=later + timedelta(hours=1))

    second = await room.only()
    assert (second.method, faults_of(second)) == ("REQUEST", [])
    assert second.event["UID"] == first.event["UID"] == f"{session.id}@nordlicht.example"
    assert (first.event["SEQUENCE"], second.event["SEQUENCE"]) == (0, 1)
    assert second.event.start.isoformat() == "2026-03-17T12:00:00+01:00"


async def test_rule_4_cancelling_takes_the_entry_out(room: Mailroom) -> None:
    session, guest = await room.publish(), await room.colleague()
    await room.join(session, guest)
    first = await room.only()

    await room.cancel(session, "Lena is ill.")

    last = await room.only()
    assert (last.method, faults_of(last)) == ("CANCEL", [])
    assert (last.event["UID"], last.event["SEQUENCE"]) == (first.event["UID"], 1)
    assert "Lena is ill." in last.text


async def test_rule_4_leaving_tells_the_leaver_alone_and_coming_back_counts_on(room: Mailroom) -> None:
    session, guest, other = await room.publish(), await room.colleague(), await room.colleague("Tom Ott")
    await room.join(session, guest)
    await room.join(session, other)
    await room.sent()

    await room.leave(session, guest)
    left = await room.only()
    await room.join(session, guest)
    back = await room.only()

    assert (left.to, left.method, faults_of(left)) == (guest.email, "CANCEL", [])
    assert (back.to, back.method, faults_of(back)) == (guest.email, "REQUEST", [])
    assert (left.event["SEQUENCE"], back.event["SEQUENCE"]) == (1, 2)


async def test_rule_5_times_carry_the_zone_of_the_host_and_the_text_that_of_the_reader(
    room: Mailroom,
) -> None:
    session = await room.publish(timezone="America/New_York")
    guest = await room.colleague()

    await room.join(session, guest)

    mail = await room.only()
    assert mail.calendar is not None
    assert b"DTSTART;TZID=America/New_York:20260317T100000" in mail.calendar
    assert mail.calendar.count(b"BEGIN:VTIMEZONE") == 1
    assert len(mail.calendar) < 3000
    assert "15:00–16:00 (Berlin)" in mail.text
    assert "10:00–11:00 in New York" in mail.text


async def test_rule_1_a_session_of_a_partner_is_mailed_by_the_home_of_whoever_joins(room: Mailroom) -> None:
    from_alpenwerk, guest = await room.theirs(await room.ally()), await room.colleague()
    await room.join(from_alpenwerk, guest)
    assert await room.sent() == []

    await room.answer(from_alpenwerk, guest, "going", link="https://alpenwerk.example/meet/1-abc")

    mail = await room.only()
    assert (mail.to, mail.method, faults_of(mail)) == (guest.email, "REQUEST", [])
    assert mail.event["UID"] == "1@alpenwerk.example"
    assert mail.event["ORGANIZER"] == "mailto:alliance@nordlicht.example"
    assert mail.event["LOCATION"] == "https://alpenwerk.example/meet/1-abc"


async def test_what_a_partner_changes_and_cancels_arrives_with_higher_sequences(
    room: Mailroom, clock: FrozenClock
) -> None:
    company, guest = await room.ally(), await room.colleague()
    theirs = await room.theirs(company, sequence=0)
    await room.join(theirs, guest)
    await room.answer(theirs, guest, "going")
    first = await room.only()

    later = theirs.starts_at + timedelta(hours=3)
    now = clock.advance(minutes=1)
    await room.theirs(
        company, starts_at=later, ends_at=later + timedelta(hours=1), updated_at=now, sequence=1
    )
    moved = await room.only()
    now = clock.advance(minutes=1)
    await room.theirs(
        company,
        starts_at=later,
        ends_at=later + timedelta(hours=1),
        updated_at=now,
        sequence=2,
        status="cancelled",
    )
    off = await room.only()

    assert [one.method for one in (first, moved, off)] == ["REQUEST", "REQUEST", "CANCEL"]
    assert [one.event["SEQUENCE"] for one in (first, moved, off)] == [0, 1, 2]
    assert [faults_of(one) for one in (first, moved, off)] == [[], [], []]


async def test_what_a_partner_withdraws_leaves_the_calendar(room: Mailroom) -> None:
    theirs, guest = await room.theirs(await room.ally()), await room.colleague()
    await room.join(theirs, guest)
    await room.answer(theirs, guest, "going")
    await room.sent()

    await room.forget(theirs)

    last = await room.only()
    assert (last.method, faults_of(last)) == ("CANCEL", [])


async def test_rule_1_the_first_who_waits_moves_up_and_gets_the_invitation(room: Mailroom) -> None:
    session = await room.publish(capacity=1)
    first, second = await room.colleague(), await room.colleague("Tom Ott")
    await room.join(session, first)
    await room.join(session, second)
    await room.sent()

    await room.leave(session, first)

    letters = {mail.to: mail for mail in await room.sent()}
    assert {to: mail.method for to, mail in letters.items()} == {
        first.email: "CANCEL",
        second.email: "REQUEST",
    }
    assert letters[second.email].subject.startswith("Ein Platz ist frei geworden")


async def test_rule_6_a_session_has_no_rule_of_recurrence(room: Mailroom) -> None:
    session, guest = await room.publish(), await room.colleague()

    await room.join(session, guest)

    calendar = (await room.only()).calendar
    assert calendar is not None
    assert b"RRULE" not in calendar


async def test_rule_9_what_people_type_is_escaped_and_folded(room: Mailroom) -> None:
    title = "Größe, Maß; \\ und “Zitat” — " + "ä" * 120
    session, guest = await room.publish(title=title), await room.colleague()
    async with room.instance.unit_of_work() as uow:
        (await uow.db.get_one(Person, guest.id)).name = 'Eva "Evi" O’Neil; CN=x'

    await room.join(session, guest)

    mail = await room.only()
    assert faults_of(mail) == []
    assert mail.event["SUMMARY"] == title


async def test_a_postponed_session_leaves_the_calendar_and_comes_back_with_its_new_date(
    room: Mailroom,
) -> None:
    session, guest = await room.publish(), await room.colleague()
    await room.join(session, guest)
    await room.sent()

    await room.postpone(session)
    off = await room.only()
    later = TOMORROW + timedelta(days=7)
    await room.edit(session, starts_at=later, ends_at=later + timedelta(hours=1))
    on = await room.only()

    assert (off.method, on.method) == ("CANCEL", "REQUEST")
    assert (off.event["SEQUENCE"], on.event["SEQUENCE"]) == (1, 2)
    assert [faults_of(off), faults_of(on)] == [[], []]
