"""The mailbox for answers, read by the worker from a real server."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from alliance.models import Attendance, ReceivedMail
from alliance.settings import Settings
from federation.wiring import Federation
from tests.support.authority import Authority
from tests.support.clock import FrozenClock
from tests.support.dovecot import MailboxServer, mailbox_server
from tests.web.mail.answers.invited import arrives, invited
from tests.web.mail.conftest import Mailroom
from tests.web.mail.replies import reply_calendar, reply_mail
from web.mail.mailbox import READ, UNUSED, MailboxAway, mailbox
from web.mail.mailbox_chores import forget_read_mails, read_mails


async def test_the_worker_reads_a_real_mailbox_and_puts_each_mail_away(
    room: Mailroom, federation: Federation, box: MailboxServer
) -> None:
    session, guest, invitation = await invited(room)
    room.instance.settings = replace(room.instance.settings, imap=box.server)
    box.deliver(reply_mail(invitation, reply_calendar(invitation)))
    box.deliver(b"From: somebody@else.example\r\nSubject: Cheap lenses\r\n\r\nBuy now\r\n")

    used = [await read_mails(federation) for _ in range(2)]

    assert (used, await room.state(session, guest)) == ([1, 0], "left")
    assert (len(box.inbox()), len(box.folder(READ)), len(box.folder(UNUSED))) == (0, 1, 1)


async def test_killed_before_a_mail_was_put_away_the_next_worker_only_puts_it_away(
    room: Mailroom, federation: Federation, box: MailboxServer
) -> None:
    session, guest, invitation = await invited(room)
    room.instance.settings = replace(room.instance.settings, imap=box.server)
    mail = reply_mail(invitation, reply_calendar(invitation))
    assert await arrives(room, mail) == "followed"
    await room.join(session, guest)
    box.deliver(mail)

    assert await read_mails(federation) == 0

    assert await room.state(session, guest) == "going"
    assert (len(box.inbox()), len(box.folder(READ))) == (0, 1)


async def test_a_mailbox_that_is_away_stops_nothing(room: Mailroom, federation: Federation) -> None:
    assert await read_mails(federation) == 0


@pytest.mark.parametrize("options", [{"without": "MOVE"}, {"prefix": "INBOX."}])
async def test_servers_without_move_or_with_folders_below_the_inbox(
    settings: Settings, tmp_path: Path, options: dict[str, Any]
) -> None:
    async with mailbox_server(tmp_path, **options) as server:
        server.deliver(b"Subject: one\r\n\r\n")
        async with mailbox(replace(settings, imap=server.server)) as opened:
            (number,) = opened.oldest(50)
            opened.put_away(number, UNUSED)
            opened.put_away(number, UNUSED)

        assert (len(server.inbox()), len(server.folder(UNUSED))) == (0, 1)


async def test_the_mailbox_is_reached_over_tls_alone_and_the_password_stands_in_a_file(
    settings: Settings, tmp_path: Path
) -> None:
    authority, password = Authority(tmp_path), tmp_path / "password"
    async with mailbox_server(tmp_path, authority.certificate("localhost")) as server:
        said = []
        for where in (server.server, server.tls):
            secret = replace(settings, imap=replace(where, password=None), imap_password_file=password)
            password.write_text("geheim42\n")
            async with mailbox(replace(secret, extra_ca_file=authority.file)) as opened:
                assert opened.waiting == 0
            for wrong, trusted in (("geheim43", authority.file), ("geheim42", None)):
                password.write_text(wrong)
                with pytest.raises(MailboxAway) as refusal:
                    async with mailbox(replace(secret, extra_ca_file=trusted)):
                        pass
                said.append(str(refusal.value))

    assert [said[0].startswith("[AUTHENTICATIONFAILED]"), "CERTIFICATE_VERIFY_FAILED" in said[1]] == [
        True,
        True,
    ], said
    assert all("geheim" not in one for one in said)


async def test_what_was_read_is_forgotten_after_a_month(
    room: Mailroom, federation: Federation, clock: FrozenClock
) -> None:
    _, _, invitation = await invited(room)
    await arrives(room, reply_mail(invitation, reply_calendar(invitation)))

    kept = await forget_read_mails(federation)
    clock.advance(days=31)
    gone = await forget_read_mails(federation)

    assert (kept, gone) == (0, 1)
    async with room.instance.reading() as db:
        assert list(await db.scalars(select(ReceivedMail))) == []
        assert len(list(await db.scalars(select(Attendance)))) == 1
