"""The newsletter goes out when it is due, in portions, once to each; killed anywhere, it goes on."""

import asyncio
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from alliance.choosing_notices import choices_of
from alliance.employing import add_employee
from alliance.errors import Conflict, Forbidden, Unavailable
from alliance.mail_queue import finish, lease_mails, reopen
from alliance.models import Mail
from alliance.newsletter import (
    begin_when_due,
    change_plan,
    fill_queue,
    send_now,
    send_test,
    stop,
    write_note,
)
from alliance.queries.newsletter import progress_of
from alliance.settings import Settings
from federation.wiring import Federation
from tests.alliance.stage import TOMORROW
from tests.support.clock import FrozenClock
from tests.support.eventually import eventually
from tests.web.mail.conftest import Mailroom
from tests.web.mail.newsroom import edition, go, guest, note, states, switch_on, turns, wants_it
from tests.worker_process import as_text
from web.mail.newsletter_chores import portion_of, send_newsletter
from web.mail.sending import send_mails


async def crowd(room: Mailroom, count: int) -> None:
    """Some colleagues who get it, and something to tell them every week."""
    await switch_on(room, everybody=True)
    async with room.instance.unit_of_work() as uow:
        for number in range(count):
            await add_employee(uow, f"nr{number}@nordlicht.example", f"Nr {number}")
    for week in range(4):
        starts = TOMORROW + timedelta(days=3, weeks=week)
        await room.publish(starts_at=starts, ends_at=starts + timedelta(hours=1))


async def fill_and_die(room: Mailroom) -> None:
    """Killed before the commit."""
    async with room.instance.unit_of_work() as uow:
        await fill_queue(uow, 3)
        raise RuntimeError


async def test_it_goes_out_once_a_week_at_its_hour(
    room: Mailroom, federation: Federation, clock: FrozenClock
) -> None:
    await crowd(room, 0)
    # Mondays at nine in Berlin: before and after the clocks go forward on March 29.
    due = [datetime(2026, 3, 23, 8, tzinfo=UTC), datetime(2026, 3, 30, 7, tzinfo=UTC)]
    arrived = []

    for moment in due:
        for minutes in (-4 * 24 * 60, -1, 0, 1, 60):
            clock.set(moment + timedelta(minutes=minutes))
            arrived.append(len(await turns(room, 3)))

    assert arrived == [0, 0, 2, 0, 0] * 2


async def test_what_was_due_while_nobody_worked_is_caught_up_within_a_day(
    room: Mailroom, federation: Federation, clock: FrozenClock
) -> None:
    await crowd(room, 0)

    clock.advance(days=7, hours=5)
    within = len(await turns(room))
    clock.advance(days=7 + 3)
    too_late = len(await turns(room))

    assert (within, too_late) == (2, 0)


async def test_a_week_has_one_edition(room: Mailroom, clock: FrozenClock) -> None:
    await crowd(room, 0)
    by_hand = len(await go(room))

    with pytest.raises(Conflict):
        await go(room)
    async with room.instance.unit_of_work() as uow:
        await change_plan(uow, room.admin, is_on=True, weekday=2, hour=9, for_everybody=True)
    clock.advance(days=3)

    assert (by_hand, await turns(room)) == (2, [])


async def test_killed_anywhere_it_goes_on_and_nobody_gets_it_twice(
    room: Mailroom, federation: Federation, clock: FrozenClock
) -> None:
    """What is written is written in one transaction, so dying at any point leaves one of these states."""
    await crowd(room, 7)
    await guest(room)
    async with room.instance.unit_of_work() as uow:
        await send_now(uow, room.admin)
    arrived = []

    for _ in range(4):
        with pytest.raises(RuntimeError):
            await fill_and_die(room)
        async with room.instance.unit_of_work() as uow:
            await fill_queue(uow, 3)
        async with room.instance.unit_of_work() as uow:
            taken = await lease_mails(uow, 1)  # and killed before anything is sent
        arrived += [mail.to for mail in await room.sent()]
        clock.advance(minutes=6)
        arrived += [mail.to for mail in await room.sent()]
        assert taken
    arrived += [mail.to for mail in await turns(room)]

    assert len(arrived) == len(set(arrived)) == 2 + 7 + 1
    assert (await edition(room)).sent == 10


async def test_killed_while_the_mail_server_has_it_one_is_left_out_and_none_doubled(
    room: Mailroom, federation: Federation, clock: FrozenClock
) -> None:
    await crowd(room, 1)
    async with room.instance.unit_of_work() as uow:
        await send_now(uow, room.admin)
    await send_newsletter(federation)
    async with room.instance.unit_of_work() as uow:
        first, *_ = await lease_mails(uow, 1)
        await finish(uow, first, "sent")  # as is written before it is handed over

    clock.advance(minutes=6)
    mails = await turns(room)

    assert len({mail.to for mail in mails}) == len(mails) == 2


async def test_a_worker_that_is_killed_in_the_middle_leaves_nobody_with_two(
    room: Mailroom, settings: Settings, clock: FrozenClock
) -> None:
    """SIGKILL while it sends: whoever takes over finishes, and at most the one on its way is left out."""
    await crowd(room, 18)
    await note(room, "Etwas für alle.")
    async with room.instance.unit_of_work() as uow:
        await send_now(uow, room.admin)
        await fill_queue(uow, 10)
    office = room.office
    assert office is not None
    assert office.server is not None
    command = (
        sys.executable,
        "-m",
        "tests.web.mail.killed_worker",
        as_text(settings),
        str(office.server.port),
    )
    process = await asyncio.create_subprocess_exec(*command)
    await eventually(lambda: len(office.letters) >= 3, within=30, every=0.002)

    process.kill()
    await process.wait()
    before = len(office.letters)
    clock.set(datetime.now(UTC) + timedelta(minutes=6))
    rest = await turns(room)

    people = [str(envelope.rcpt_tos[0]) for envelope in office.envelopes]
    assert 3 <= before < 20
    assert len(people) == len(set(people)) >= 19
    assert len(rest) >= 20 - before - 1
    assert (await edition(room)).state == "sent"


async def test_a_server_that_does_not_take_it_now_gets_it_later(room: Mailroom, clock: FrozenClock) -> None:
    await crowd(room, 0)
    assert room.office is not None
    room.office.rcpt_answers.append("450 4.2.1 come back later")
    room.office.data_answers.append("451 4.7.1 greylisted")

    at_once = await go(room)
    clock.advance(minutes=2)

    assert (at_once, len({mail.to for mail in await turns(room)})) == ([], 2)


async def test_a_mail_server_that_is_away_loses_nothing(
    room: Mailroom, federation: Federation, settings: Settings, clock: FrozenClock
) -> None:
    await crowd(room, 0)
    assert settings.smtp is not None
    async with room.instance.unit_of_work() as uow:
        await send_now(uow, room.admin)
    await send_newsletter(federation)
    room.instance.settings = replace(settings, smtp=replace(settings.smtp, port=1))
    await send_mails(federation)
    waiting = await states(room)

    room.instance.settings = settings
    clock.advance(minutes=2)

    assert waiting == ["waiting"] * 2
    assert len(await turns(room)) == 2


async def test_the_last_mail_may_have_to_wait_although_its_edition_has_ended(
    room: Mailroom, federation: Federation
) -> None:
    """While it is handed over nothing waits any more, so an edition ends; then the server says: later."""
    await crowd(room, 0)
    async with room.instance.unit_of_work() as uow:
        await send_now(uow, room.admin)
    await send_newsletter(federation)
    async with room.instance.unit_of_work() as uow:
        taken = await lease_mails(uow, 10)
        for one in taken:
            await finish(uow, one, "sent")
    await send_newsletter(federation)
    ended = (await edition(room)).state
    async with room.instance.unit_of_work() as uow:
        for one in taken:
            await reopen(uow, one)

    assert (ended, len({mail.to for mail in await turns(room)})) == ("sent", 2)


async def test_saying_who_gets_it_puts_nothing_off_that_is_due(room: Mailroom, clock: FrozenClock) -> None:
    await crowd(room, 0)
    clock.advance(days=7, minutes=1)

    async with room.instance.unit_of_work() as uow:
        await change_plan(uow, room.admin, is_on=True, weekday=0, hour=9, for_everybody=True)

    assert len(await turns(room)) == 2


async def test_other_mail_does_not_stand_behind_thousands(
    room: Mailroom, federation: Federation, settings: Settings
) -> None:
    room.instance.settings = replace(settings, mail_rate=60)
    await crowd(room, 30)
    session = await room.publish(title="Join me")
    async with room.instance.unit_of_work() as uow:
        await send_now(uow, room.admin)
    await send_newsletter(federation)
    await send_newsletter(federation)

    waiting = await states(room)
    await room.join(session, room.admin)
    ahead = 0
    arrived = await room.sent()
    while not any("Join me" in mail.subject for mail in arrived):
        ahead += len(arrived)
        arrived = await room.sent()

    assert len(waiting) == portion_of(60) == 10
    assert ahead <= 10


async def test_an_administrator_sees_how_far_it_is_and_stops_it(
    room: Mailroom, federation: Federation, settings: Settings
) -> None:
    room.instance.settings = replace(settings, mail_rate=60)
    await crowd(room, 18)
    async with room.instance.unit_of_work() as uow:
        begun = await send_now(uow, room.admin)
    await send_newsletter(federation)
    arrived = await room.sent()
    async with room.instance.reading() as db:
        half = await progress_of(db, begun)

    async with room.instance.unit_of_work() as uow:
        await stop(uow, room.admin, begun.id)
    rest = await turns(room)

    assert (half.expected, half.done, half.waiting) == (20, len(arrived), 10 - len(arrived))
    assert rest == []
    done = await edition(room)
    assert (done.state, done.sent, done.dropped) == ("stopped", len(arrived), 10 - len(arrived))


async def test_colleagues_get_it_if_they_want_or_if_the_company_says_so(room: Mailroom) -> None:
    wants, not_asked, not_any_more = [await room.colleague(f"{name} Ott") for name in ("Ida", "Tom", "Pia")]
    await room.publish()
    await wants_it(room, wants)
    await wants_it(room, not_any_more, yes=False)
    await switch_on(room)
    async with room.instance.reading() as db:
        shown = [(await choices_of(db, one.id))["digest"].by_mail for one in (wants, not_asked)]

    quiet = {mail.to for mail in await go(room)}

    assert (quiet, shown) == ({wants.email}, [True, False])


async def test_everybody_is_everybody_but_who_said_no(room: Mailroom) -> None:
    not_asked, no = await room.colleague("Tom Ott"), await room.colleague("Pia Ott")
    await room.publish()
    await wants_it(room, no, yes=False)
    await switch_on(room, everybody=True)

    loud = {mail.to for mail in await go(room)}

    assert loud == {not_asked.email, room.admin.email, room.host.email}


async def test_a_test_goes_to_the_editor_alone_and_begins_nothing(room: Mailroom) -> None:
    await crowd(room, 2)
    await note(room, "Noch nicht fertig.", audience="company")

    async with room.instance.unit_of_work() as uow:
        await send_test(uow, room.admin)
    (mail,) = await room.sent()

    assert (mail.to, "Noch nicht fertig." in mail.text) == (room.admin.email, True)
    assert "List-Unsubscribe" not in mail.letter
    assert await states(room) == []


async def test_only_administrators_decide_and_without_a_mail_server_nobody_does(
    room: Mailroom, settings: Settings
) -> None:
    await switch_on(room)
    for forbidden in (
        lambda uow: send_now(uow, room.host),
        lambda uow: send_test(uow, room.host),
        lambda uow: stop(uow, room.host, 1),
        lambda uow: write_note(uow, room.host, "", "", "public"),
        lambda uow: change_plan(uow, room.host, is_on=True, weekday=0, hour=0, for_everybody=True),
    ):
        with pytest.raises(Forbidden):
            async with room.instance.unit_of_work() as uow:
                await forbidden(uow)
    room.instance.settings = replace(settings, smtp=None)
    for unavailable in (send_now, send_test):
        with pytest.raises(Unavailable):
            async with room.instance.unit_of_work() as uow:
                await unavailable(uow, room.admin)


async def test_two_workers_begin_one_edition(room: Mailroom, clock: FrozenClock) -> None:
    await crowd(room, 0)
    clock.advance(days=7)

    begun = []
    for _ in range(2):
        async with room.instance.unit_of_work() as uow:
            begun.append(await begin_when_due(uow))

    assert [one is not None for one in begun] == [True, False]
    assert len(await turns(room)) == 2
    async with room.instance.reading() as db:
        assert await db.scalar(select(func.count()).select_from(Mail)) == 2
