"""A company with a mailbox for answers."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from alliance.settings import MailServer, Settings
from tests.support.dovecot import MailboxServer, mailbox_server
from tests.support.post_office import PostOffice

NOWHERE = MailServer("127.0.0.1", 1, "none", "answers", "geheim42")


@pytest.fixture
async def settings(settings: Settings, office: PostOffice) -> Settings:
    """Nordlicht with a mailbox, which need not be there: most tests hand mails over themselves."""
    return replace(settings, smtp=office.server, imap=NOWHERE)


@pytest.fixture
async def box(tmp_path: Path) -> AsyncIterator[MailboxServer]:
    """A real mailbox."""
    folder = tmp_path / "dovecot"
    folder.mkdir()
    async with mailbox_server(folder) as opened:
        yield opened
