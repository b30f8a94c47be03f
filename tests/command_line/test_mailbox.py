"""`alliance mail mailbox` and `alliance check` say what is wrong with the mailbox for answers."""

import asyncio
from pathlib import Path

import pytest

from tests.command_line.running import alliance
from tests.support.dovecot import MailboxServer, mailbox_server
from tests.support.eventually import eventually
from tests.support.post_office import PostOffice, post_office

MAILBOX = {
    "ALLIANCE_ORIGIN": "https://nordlicht.example",
    "ALLIANCE_IMAP_ADDRESS": "answers@nordlicht.example",
}


async def test_a_mail_is_sent_and_arrives_at_an_address_with_a_plus(tmp_path: Path) -> None:
    folder = tmp_path / "dovecot"
    folder.mkdir()
    async with mailbox_server(folder) as box, post_office() as office:
        settings = {**MAILBOX, "ALLIANCE_IMAP": url(box.server.port), "ALLIANCE_SMTP": smtp(office)}
        passing_on = asyncio.create_task(pass_on(office, box))

        done = await asyncio.to_thread(alliance, tmp_path, "mail", "mailbox", "--try", **settings)
        await passing_on

        assert (done.error, done.code) == ("", 0)
        assert "lets us in as answers; 0 mails wait" in done.out
        assert "what is mailed to answers@nordlicht.example with + and more before the @ arrives" in done.out
        assert office.envelopes[0].rcpt_tos[0].startswith("answers+")
        assert (len(box.inbox()), len(box.folder("Alliance-unused"))) == (0, 1)


async def pass_on(office: PostOffice, box: MailboxServer) -> None:
    """The company's mail server puts what was handed over into the mailbox."""
    envelope = await eventually(lambda: office.envelopes[0] if office.envelopes else None, within=30)
    assert isinstance(envelope.content, bytes)
    box.deliver(envelope.content)


def test_without_a_mailbox_there_is_nothing_to_open(tmp_path: Path) -> None:
    done = alliance(tmp_path, "mail", "mailbox", ALLIANCE_ORIGIN="https://nordlicht.example")

    assert (done.code, done.error) == (2, "ALLIANCE_IMAP is not set.\n")


def test_check_names_a_mailbox_that_is_not_there(tmp_path: Path) -> None:
    done = alliance(tmp_path, "check", **MAILBOX, ALLIANCE_IMAP=url(1))

    (line,) = [line for line in done.out.splitlines() if "mailbox" in line]
    assert line.startswith("WRONG")
    assert "127.0.0.1:1" in line
    assert "refused" in line
    assert "geheim" not in done.out + done.error


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALLIANCE_IMAP", "imap+plain://answers@mail.example"),
        ("ALLIANCE_IMAP", "imaps://mail.example"),
        ("ALLIANCE_IMAP", "imaps://answers@mail.example/INBOX"),
        ("ALLIANCE_IMAP", "https://answers@mail.example"),
        ("ALLIANCE_IMAP_ADDRESS", "a-name-that-is-far-too-long@nordlicht.example"),
    ],
)
def test_a_wrong_setting_stops_the_start_and_is_named(tmp_path: Path, name: str, value: str) -> None:
    settings = {**MAILBOX, "ALLIANCE_IMAP": "imaps://answers@mail.example", name: value}

    done = alliance(tmp_path, "mail", "status", **settings)

    assert done.code == 2
    assert name in done.error


def url(port: int) -> str:
    """A mailbox on this machine, as settings name it."""
    return f"imap+plain://answers:geheim42@127.0.0.1:{port}"


def smtp(office: PostOffice) -> str:
    assert office.server is not None
    return f"smtp+plain://{office.server.host}:{office.server.port}"
