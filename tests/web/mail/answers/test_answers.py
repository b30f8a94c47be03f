"""Rule 8: what people answer in Outlook or Google gives places back, and takes them, for nobody but them."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from alliance.employing import disable_employee
from alliance.mail_queue import trouble_of
from alliance.models import Letter, Mail
from alliance.replying import MOST_A_DAY
from tests.support.clock import MONDAY, FrozenClock
from tests.web.mail.answers.invited import arrives, invited
from tests.web.mail.conftest import Mailroom
from tests.web.mail.messages import Message, faults_of
from tests.web.mail.replies import bounced, organizer_of, reply_calendar, reply_mail


async def test_declining_in_outlook_gives_the_place_back_and_tells_the_calendar(room: Mailroom) -> None:
    session, guest, invitation = await invited(room)

    outcome = await arrives(room, reply_mail(invitation, reply_calendar(invitation)))

    assert (outcome, await room.state(session, guest)) == ("followed", "left")
    assert (await room.stored(session)).going_count == 0
    last = await room.only()
    assert (last.method, last.event["SEQUENCE"], last.event["UID"]) == ("CANCEL", 1, invitation.event["UID"])


@pytest.mark.parametrize(("said", "state"), [("ACCEPTED", "going"), ("TENTATIVE", "maybe")])
async def test_each_answer_is_the_verb_of_a_button(room: Mailroom, said: str, state: str) -> None:
    session, guest, invitation = await invited(room)

    await arrives(room, reply_mail(invitation, reply_calendar(invitation, said)))

    assert await room.state(session, guest) == state


async def test_an_invitation_asks_for_answers_at_an_address_of_its_own(room: Mailroom) -> None:
    session, guest, invitation = await invited(room)
    other = await room.colleague("Tom Ott")
    await room.join(session, other)
    theirs = await room.only()

    addresses = {organizer_of(invitation), organizer_of(theirs)}

    assert len(addresses) == 2
    assert all(one.startswith("alliance+") and one == one.lower() for one in addresses)
    assert max(len(one.partition("@")[0]) for one in addresses) <= 64
    # Outlook mails an answer only where one is asked for.
    assert [faults_of(mail) for mail in (invitation, theirs)] == [["no RSVP=FALSE"]] * 2
    assert invitation.event["ATTENDEE"].params["RSVP"] == "TRUE"
    assert "Wenn du sie dort ablehnst, bekommt jemand anders deinen Platz" in invitation.text
    assert str(guest.id) not in organizer_of(invitation)


async def test_whose_address_it_is_decides_and_not_who_says_to_be_the_sender(room: Mailroom) -> None:
    session, guest, invitation = await invited(room)
    tom = await room.colleague("Tom Ott")
    await room.join(session, tom)
    toms = await room.only()
    forged = organizer_of(toms).replace("+", "+a", 1)
    calendar = reply_calendar(invitation, lines={"ORGANIZER": None})

    outcomes = [
        await arrives(room, reply_mail(invitation, calendar, to=to, name=str(number)))
        for number, to in enumerate(
            ["alliance@nordlicht.example", organizer_of(toms), forged, "alliance+@nordlicht.example"]
        )
    ]

    assert outcomes == ["unused"] * 4
    assert [await room.state(session, one) for one in (guest, tom)] == ["going", "going"]


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("ATTENDEE", "ATTENDEE;PARTSTAT=DECLINED:mailto:somebody@else.example"),
        ("ATTENDEE", None),
        ("ATTENDEE", "ATTENDEE;PARTSTAT=DELEGATED:mailto:lena.vogt@nordlicht.example"),
        ("UID", "UID:1@nordlicht.example"),
        ("UID", None),
        ("DTSTAMP", None),
        ("DTSTAMP", "DTSTAMP:20260316"),
        ("SEQUENCE", "SEQUENCE:99999999999999999999999999"),
        ("SEQUENCE", "SEQUENCE:-1"),
        ("SUMMARY", "RECURRENCE-ID:20260317T090000Z"),
    ],
)
async def test_an_answer_that_is_not_to_this_invitation_changes_nothing(
    room: Mailroom, name: str, line: str | None
) -> None:
    session, guest, invitation = await invited(room)

    outcome = await arrives(room, reply_mail(invitation, reply_calendar(invitation, lines={name: line})))

    assert outcome in ("unused", "stale")
    assert await room.state(session, guest) == "going"


async def test_outlook_com_leaves_the_organizer_out_and_writes_the_address_in_capitals(
    room: Mailroom,
) -> None:
    session, guest, invitation = await invited(room)
    capital = "ATTENDEE;PARTSTAT=DECLINED:MAILTO:Lena.Vogt@Nordlicht.Example"

    calendar = reply_calendar(invitation, lines={"ORGANIZER": None, "ATTENDEE": capital})
    outcome = await arrives(
        room, reply_mail(invitation, calendar, to=organizer_of(invitation).upper(), charset="utf-16")
    )

    assert (outcome, await room.state(session, guest)) == ("followed", "left")


async def test_a_mail_that_arrives_twice_is_followed_once(room: Mailroom) -> None:
    session, guest, invitation = await invited(room)
    mail = reply_mail(invitation, reply_calendar(invitation))

    first = await arrives(room, mail)
    await room.join(session, guest)
    again = await arrives(room, b"Received: by another.example\r\n" + mail)

    assert (first, again, await room.state(session, guest)) == ("followed", "", "going")


async def test_of_two_answers_the_later_counts_in_whatever_order_they_arrive(
    room: Mailroom, clock: FrozenClock
) -> None:
    session, guest, invitation = await invited(room)
    clock.advance(minutes=1)
    no, yes = (
        reply_calendar(invitation, said, stamped_at=MONDAY + timedelta(seconds=seconds))
        for said, seconds in (("DECLINED", 10), ("ACCEPTED", 20))
    )

    after_no = await arrives(room, reply_mail(invitation, no, name="no"))
    after_yes = await arrives(room, reply_mail(invitation, yes, name="yes"))
    late_no = await arrives(room, reply_mail(invitation, no, name="no again"))

    assert (after_no, after_yes, late_no) == ("followed", "followed", "stale")
    assert await room.state(session, guest) == "going"


async def test_an_answer_to_an_invitation_that_was_replaced_is_stale(room: Mailroom) -> None:
    session, guest, invitation = await invited(room)
    await room.leave(session, guest)
    await room.join(session, guest)

    outcome = await arrives(room, reply_mail(invitation, reply_calendar(invitation)))

    assert (outcome, await room.state(session, guest)) == ("stale", "going")


async def test_programs_that_quarrel_are_left_alone_after_a_while(room: Mailroom) -> None:
    _, _, invitation = await invited(room)

    outcomes = []
    for number in range(MOST_A_DAY + 2):
        said, moment = ("DECLINED", "ACCEPTED")[number % 2], MONDAY + timedelta(seconds=number)
        calendar = reply_calendar(invitation, said, stamped_at=moment)
        outcomes.append(await arrives(room, reply_mail(invitation, calendar, name=str(number))))

    assert outcomes == ["followed"] * MOST_A_DAY + ["refused"] * 2


async def test_when_it_is_over_nothing_is_given_back(room: Mailroom, clock: FrozenClock) -> None:
    session, guest, invitation = await invited(room)
    clock.set(session.ends_at + timedelta(minutes=1))

    outcome = await arrives(room, reply_mail(invitation, reply_calendar(invitation)))

    assert (outcome, await room.state(session, guest)) == ("refused", "going")


async def test_a_closed_account_answers_nothing(room: Mailroom) -> None:
    _, guest, invitation = await invited(room)
    async with room.instance.unit_of_work() as uow:
        await disable_employee(uow, guest.id)

    assert await arrives(room, reply_mail(invitation, reply_calendar(invitation))) == "unused"


async def test_declining_reaches_the_company_that_holds_the_session(room: Mailroom) -> None:
    session, guest = await room.theirs(await room.ally()), await room.colleague()
    await room.join(session, guest)
    await room.answer(session, guest, "going", link="https://alpenwerk.example/meet/1")
    invitation = await room.only()

    perhaps = await arrives(room, reply_mail(invitation, reply_calendar(invitation, "TENTATIVE")))
    no = await arrives(room, reply_mail(invitation, reply_calendar(invitation), name="no"))

    # Only the company that holds a session can note a maybe: the place stays until somebody says no.
    assert (perhaps, no, await room.state(session, guest)) == ("refused", "followed", "left")


async def test_a_mail_that_comes_back_is_counted_once(room: Mailroom) -> None:
    session, guest, invitation = await invited(room)

    outcomes = [await arrives(room, bounced(invitation.letter, name=name)) for name in ("a", "a", "b")]

    assert outcomes == ["bounced", "", "unused"]
    async with room.instance.reading() as db:
        trouble = await trouble_of(db, guest.id)
        mail = (await db.scalars(select(Mail))).one()
    assert trouble is not None
    assert (trouble.bounces, mail.state) == (1, "failed")
    assert trouble.last_error.startswith("5.1.1 smtp; 550")
    assert await room.state(session, guest) == "going"


@pytest.mark.parametrize(
    ("action", "status"), [("delayed", "5.1.1"), ("failed", "5.2.2"), ("failed", "4.4.1")]
)
async def test_a_delay_or_a_full_mailbox_is_no_bounce(room: Mailroom, action: str, status: str) -> None:
    _, _, invitation = await invited(room)

    assert await arrives(room, bounced(invitation.letter, action=action, status=status)) == "unused"


async def test_nobody_can_invent_a_bounce(room: Mailroom) -> None:
    _, guest, invitation = await invited(room)
    name = str(invitation.letter["Message-ID"])
    invitation.letter.replace_header("Message-ID", f"{name[:-30]}{'A' * 6}{name[-24:]}")

    assert await arrives(room, bounced(invitation.letter)) == "unused"
    async with room.instance.reading() as db:
        assert await trouble_of(db, guest.id) is None


def by_hand(invitation: Message, *, sender: str = "", extra: str = "") -> bytes:
    """What somebody types in answer to an invitation, as Outlook sends it."""
    return (
        f"From: {sender or invitation.to}\r\nTo: {invitation.letter['Reply-To']}\r\n{extra}"
        "Message-ID: <by-hand@mail.nordlicht.example>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        "Darf ich Größeres mitbringen?\r\n\r\n"
        "Am Mo., 16. März 2026 um 09:00 schrieb Nordlicht:\r\n> Hallo\r\n"
    ).encode()


async def test_rule_1_what_is_typed_in_answer_reaches_the_host_without_an_address(room: Mailroom) -> None:
    _, guest, invitation = await invited(room)

    outcomes = [await arrives(room, by_hand(invitation)) for _ in range(2)]

    async with room.instance.reading() as db:
        letter = (await db.scalars(select(Letter))).one()
    assert outcomes == ["followed", ""]
    assert (letter.sender_id, letter.receiver_id) == (guest.id, room.host.id)
    assert letter.text == "Darf ich Größeres mitbringen?"
    assert all(guest.email not in one.text + one.letter.as_string() for one in await room.sent())


@pytest.mark.parametrize(
    "changed",
    [
        {"sender": "somebody@else.example"},
        {"extra": "Auto-Submitted: auto-replied\r\n"},
        {"extra": "Precedence: bulk\r\n"},
        {"extra": "List-Id: <all.nordlicht.example>\r\n"},
    ],
)
async def test_programs_and_strangers_write_no_letters(room: Mailroom, changed: dict[str, str]) -> None:
    _, _, invitation = await invited(room)

    assert await arrives(room, by_hand(invitation, **changed)) == "unused"

    async with room.instance.reading() as db:
        assert list(await db.scalars(select(Letter))) == []


async def test_hosts_of_other_companies_are_not_written_to(room: Mailroom) -> None:
    session, guest = await room.theirs(await room.ally()), await room.colleague()
    await room.join(session, guest)
    await room.answer(session, guest, "going", link="https://alpenwerk.example/meet/1")

    assert (await room.only()).letter["Reply-To"] is None
