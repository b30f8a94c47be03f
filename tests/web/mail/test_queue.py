"""The queue: nothing is lost, nothing is sent twice without need, nobody is bothered for ever."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from alliance.employing import disable_employee, erase_employee
from alliance.instance import Instance
from alliance.mail_queue import MOST_BOUNCES, lease_mails, pause_after, trouble_of
from alliance.mailing import CALM, post_secret
from alliance.models import Mail, MailTrouble
from alliance.settings import Settings
from federation.wiring import Federation
from federation.worker import Worker
from tests.alliance.stage import TOMORROW
from tests.support.authority import Authority
from tests.support.clock import FrozenClock
from tests.support.eventually import eventually
from tests.support.post_office import PostOffice, post_office
from tests.web.mail.conftest import Mailroom
from tests.web.mail.messages import message_of
from web.mail.sending import MAIL_CHORES, send_mails, tidy_mails


async def rows(instance: Instance) -> list[Mail]:
    """The whole queue, oldest first."""
    async with instance.reading() as db:
        return list((await db.scalars(select(Mail).order_by(Mail.id))).all())


async def test_a_mail_is_sent_once(room: Mailroom) -> None:
    session, guest = await room.publish(), await room.colleague()
    await room.join(session, guest)

    assert len(await room.sent()) == 1
    assert await room.sent() == []
    assert [row.state for row in await rows(room.instance)] == ["sent"]


async def test_what_is_sent_again_after_a_crash_is_the_same_mail(room: Mailroom, clock: FrozenClock) -> None:
    session, guest = await room.publish(), await room.colleague()
    await room.join(session, guest)
    first = await room.only()
    async with room.instance.unit_of_work() as uow:
        (await uow.db.scalars(select(Mail))).one().state = "waiting"

    clock.advance(minutes=10)
    second = await room.only()

    assert first.letter["Message-ID"] == second.letter["Message-ID"]
    assert first.event["SEQUENCE"] == second.event["SEQUENCE"]
    assert first.event["UID"] == second.event["UID"]


async def test_two_workers_never_take_the_same_mail(room: Mailroom) -> None:
    session = await room.publish()
    for name in ("Lena Vogt", "Tom Ott", "Ida Kurz"):
        await room.join(session, await room.colleague(name))

    async with room.instance.unit_of_work() as uow:
        first = await lease_mails(uow, 2)
    async with room.instance.unit_of_work() as uow:
        second = await lease_mails(uow, 2)

    assert (len(first), len(second), set(first) & set(second)) == (2, 1, set())


async def test_what_a_dead_worker_had_taken_is_taken_again_after_a_while(
    room: Mailroom, clock: FrozenClock
) -> None:
    session, guest = await room.publish(), await room.colleague()
    await room.join(session, guest)
    async with room.instance.unit_of_work() as uow:
        await lease_mails(uow, 10)

    at_once = await room.sent()
    clock.advance(minutes=6)

    assert (at_once, len(await room.sent())) == ([], 1)


async def test_a_refusal_for_now_is_tried_again_later(room: Mailroom, clock: FrozenClock) -> None:
    session, guest = await room.publish(), await room.colleague()
    await room.join(session, guest)
    assert room.office is not None
    room.office.rcpt_answers.append("450 4.2.1 come back later")

    at_once = await room.sent()
    clock.advance(seconds=30)
    too_early = await room.sent()
    clock.advance(minutes=2)

    assert (at_once, too_early, len(await room.sent())) == ([], [], 1)
    async with room.instance.reading() as db:
        assert await trouble_of(db, guest.id) is None


@pytest.mark.parametrize("answer", ["451 4.7.1 greylisted", "554 5.7.1 spam, we think"])
async def test_a_refusal_of_the_text_is_tried_again_and_is_no_bounce(
    room: Mailroom, clock: FrozenClock, answer: str
) -> None:
    session, guest = await room.publish(), await room.colleague()
    await room.join(session, guest)
    assert room.office is not None
    room.office.data_answers.append(answer)

    at_once = await room.sent()
    clock.advance(minutes=2)

    assert (at_once, len(await room.sent())) == ([], 1)


async def test_an_address_that_is_not_there_is_counted_and_left_alone_in_the_end(
    room: Mailroom, clock: FrozenClock
) -> None:
    guest = await room.colleague()
    assert room.office is not None
    for number in range(MOST_BOUNCES):
        room.office.rcpt_answers.append("550 5.1.1 no such user")
        await room.join(await room.publish(title=f"Session {number}"), guest)
        await room.sent()

    await room.join(await room.publish(title="One more"), guest)

    assert await room.sent() == []
    assert [row.state for row in await rows(room.instance)] == ["failed"] * MOST_BOUNCES + ["dropped"]
    async with room.instance.reading() as db:
        trouble = (await db.scalars(select(MailTrouble))).one()
    assert (trouble.bounces, trouble.last_error) == (MOST_BOUNCES, "550 5.1.1 no such user")


async def test_a_mail_server_that_is_away_costs_no_mail_anything(
    room: Mailroom, federation: Federation, settings: Settings, clock: FrozenClock
) -> None:
    session, guest = await room.publish(), await room.colleague()
    await room.join(session, guest)
    assert settings.smtp is not None
    room.instance.settings = replace(settings, smtp=replace(settings.smtp, port=1))

    await send_mails(federation)
    (row,) = await rows(room.instance)
    room.instance.settings = settings
    clock.advance(minutes=2)

    assert (row.state, row.attempts) == ("waiting", 0)
    assert len(await room.sent()) == 1


async def test_after_three_days_it_is_given_up(room: Mailroom, clock: FrozenClock) -> None:
    session = await room.publish(
        starts_at=TOMORROW.replace(day=27), ends_at=TOMORROW.replace(day=27, hour=11)
    )
    guest = await room.colleague()
    await room.join(session, guest)
    assert room.office is not None

    for _ in range(40):
        room.office.rcpt_answers[:] = ["450 later"]
        await room.sent()
        clock.advance(hours=4)

    (row,) = [row for row in await rows(room.instance) if row.kind == "joined"]
    assert (row.state, row.attempts < 30) == ("failed", True)


def test_pauses_grow_up_to_some_hours() -> None:
    minutes = [pause_after(attempts).total_seconds() / 60 for attempts in (1, 2, 3, 4, 5, 50)]

    assert minutes == sorted(minutes[:5]) + minutes[5:]
    assert minutes[0] < 1.3
    assert minutes[-1] < 220


async def test_what_was_overtaken_before_it_left_is_not_sent(room: Mailroom) -> None:
    session, guest = await room.publish(), await room.colleague()
    await room.join(session, guest)
    await room.edit(session, title="Polishing lenses by machine")
    await room.cancel(session)

    mail = await room.only()

    assert (mail.method, mail.event["SEQUENCE"]) == ("CANCEL", 2)


async def test_whoever_is_flooded_with_changes_hears_of_them_once_an_hour(
    room: Mailroom, clock: FrozenClock
) -> None:
    company, guest = await room.ally(), await room.colleague()
    theirs = await room.theirs(company, sequence=0)
    await room.join(theirs, guest)
    await room.answer(theirs, guest, "going")
    arrived = len(await room.sent())

    for number in range(1, 121):
        now = clock.advance(minutes=1)
        await room.theirs(company, title=f"Welding {number}", updated_at=now, sequence=number)
        arrived += len(await room.sent())

    assert arrived <= 5 + 120 / (CALM.total_seconds() / 60) + 1
    clock.advance(hours=1)
    last = await room.sent()
    assert [mail.event["SEQUENCE"] for mail in last][-1:] in ([120], [])


async def test_closed_accounts_get_nothing_and_erased_ones_leave_nothing(room: Mailroom) -> None:
    session, closed, erased = await room.publish(), await room.colleague(), await room.colleague("Tom Ott")
    await room.join(session, closed)
    await room.join(session, erased)
    async with room.instance.unit_of_work() as uow:
        await disable_employee(uow, closed.id)
        await erase_employee(uow, erased.id)

    assert await room.sent() == []
    assert erased.id not in [row.employee_id for row in await rows(room.instance)]


async def test_secrets_are_sealed_while_they_wait_and_forgotten_afterwards(room: Mailroom) -> None:
    guest, address = await room.colleague(), "https://nordlicht.example/sign-in/link/abc123"
    async with room.instance.unit_of_work() as uow:
        await post_secret(uow, "reset", guest.id, address)
    (waiting,) = await rows(room.instance)

    mail = await room.only()

    (sent,) = await rows(room.instance)
    assert address in mail.text
    assert address in mail.html
    assert waiting.sealed is not None
    assert b"abc123" not in waiting.sealed
    assert sent.sealed is None
    assert "List-Unsubscribe" not in mail.letter


async def test_whoever_asks_for_passwords_again_and_again_fills_nobodys_mailbox(
    room: Mailroom, clock: FrozenClock
) -> None:
    guest, arrived = await room.colleague(), 0

    for number in range(60):
        async with room.instance.unit_of_work() as uow:
            await post_secret(uow, "reset", guest.id, f"https://nordlicht.example/sign-in/link/{number}")
        arrived += len(await room.sent())
        clock.advance(minutes=1)

    assert arrived == 5
    assert len(await rows(room.instance)) == 6


async def test_a_worker_sends_what_waits(room: Mailroom, federation: Federation, office: PostOffice) -> None:
    worker = Worker(federation, chores=MAIL_CHORES)
    working = asyncio.create_task(worker.run())

    await room.join(await room.publish(), await room.colleague())
    arrived = await eventually(lambda: office.letters)

    worker.stop()
    await working
    assert [message_of(letter).method for letter in arrived] == ["REQUEST"]


async def test_a_mail_that_can_not_be_written_holds_nobody_else_up(room: Mailroom) -> None:
    session, first, second = await room.publish(), await room.colleague(), await room.colleague("Tom Ott")
    await room.join(session, first)
    await room.join(session, second)
    async with room.instance.unit_of_work() as uow:
        broken = (await uow.db.scalars(select(Mail).order_by(Mail.id))).first()
        assert broken is not None
        broken.data = {"moved_from": "not a moment"}

    letters = await room.sent()

    assert [mail.to for mail in letters] == [second.email]
    assert [row.state for row in await rows(room.instance)] == ["waiting", "sent"]


async def test_done_mail_is_forgotten_after_a_month(
    room: Mailroom, federation: Federation, clock: FrozenClock
) -> None:
    session, guest = await room.publish(), await room.colleague()
    await room.join(session, guest)
    await room.sent()

    clock.advance(days=29)
    await tidy_mails(federation)
    kept = len(await rows(room.instance))
    clock.advance(days=2)
    await tidy_mails(federation)

    assert (kept, await rows(room.instance)) == (1, [])


async def test_without_a_mail_server_nothing_piles_up(room: Mailroom, settings: Settings) -> None:
    room.instance.settings = replace(settings, smtp=None)
    session, guest = await room.publish(), await room.colleague()

    await room.join(session, guest)

    assert await rows(room.instance) == []


@pytest.fixture(params=[False, True], ids=["STARTTLS", "TLS"])
async def company_server(
    request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[tuple[object, Authority]]:
    """A mail server with a certificate of the company's own authority, for whoever signs in."""
    authority = Authority(tmp_path)
    tls = authority.certificate("localhost").server()
    async with post_office(tls=tls, implicit=request.param, user="alliance") as opened:
        yield opened, authority


async def test_mail_goes_encrypted_with_a_password_from_a_file(
    room: Mailroom, settings: Settings, company_server: tuple[object, Authority], tmp_path: Path
) -> None:
    office, authority = company_server
    secret = tmp_path / "password"
    secret.write_text("geheim42\n")
    room.office = office  # type: ignore[assignment]
    assert room.office is not None
    assert room.office.server is not None
    server = replace(room.office.server, password=None)
    room.instance.settings = replace(
        settings, smtp=server, smtp_password_file=secret, extra_ca_file=authority.file
    )
    await room.join(await room.publish(), await room.colleague())

    assert len(await room.sent()) == 1
    assert room.office.sign_ins == [(b"alliance", b"geheim42")]


async def test_a_certificate_that_nobody_vouches_for_gets_no_mail_and_no_password(
    room: Mailroom, settings: Settings, company_server: tuple[object, Authority]
) -> None:
    office, _ = company_server
    room.office = office  # type: ignore[assignment]
    assert room.office is not None
    room.instance.settings = replace(settings, smtp=room.office.server, extra_ca_file=None)
    await room.join(await room.publish(), await room.colleague())

    assert await room.sent() == []
    assert room.office.sign_ins == []
    (row,) = await rows(room.instance)
    assert row.state == "waiting"
