"""Opens the mailbox in which answers arrive (IMAP, RFC 3501), and puts away what was read.

The library waits for the server in the way of threads, so each step is done in one. Mail stays in the inbox
until it has been followed: whoever is killed in between reads it once more.
"""

import asyncio
import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from alliance.settings import MailServer, Settings
from web.mail.handing_over import password_of, trust

READ, UNUSED = "Alliance-read", "Alliance-unused"
MOST_BYTES = 512 * 1024
"""Of a longer mail only the beginning is fetched: what calendars and mail servers answer stands there."""
_SECONDS = 20.0
_WRONG = (IMAPClientError, OSError, ssl.SSLError, ValueError, LookupError)


class MailboxAway(Exception):
    """The mailbox can't be reached, does not let us in, or does not do what it was asked for."""


class Mailbox:
    """The inbox, selected; every method blocks and raises what the library raises."""

    def __init__(self, client: IMAPClient) -> None:
        self._client = client
        self._prefix = _prefix(client)
        for folder in (READ, UNUSED):
            if not client.folder_exists(self._prefix + folder):
                client.create_folder(self._prefix + folder)
        self.waiting = int(client.select_folder("INBOX")[b"EXISTS"])

    def oldest(self, most: int) -> list[int]:
        """The numbers of the oldest mails that are there."""
        some = min(most, self.waiting)
        return sorted(self._client.search([f"1:{some}", "UNDELETED"])) if some else []

    def named(self, message_id: str) -> list[int]:
        """The numbers of mails with this Message-ID that have arrived by now."""
        self._client.noop()
        return sorted(self._client.search(["HEADER", "Message-ID", message_id]))

    def open(self, number: int) -> bytes:
        """The beginning of a mail, which stays unread; nothing if it is gone."""
        found = self._client.fetch([number], [f"BODY.PEEK[]<0.{MOST_BYTES}>"]).get(number, {})
        return next((bytes(value) for name, value in found.items() if name.startswith(b"BODY[]")), b"")

    def put_away(self, number: int, folder: str) -> None:
        """Moves a mail out of the inbox; nothing happens for one that is gone."""
        if self._client.has_capability("MOVE"):
            self._client.move([number], self._prefix + folder)
            return
        self._client.copy([number], self._prefix + folder)
        self._client.delete_messages([number], silent=True)
        if self._client.has_capability("UIDPLUS"):
            self._client.uid_expunge([number])
        else:
            self._client.expunge()


@asynccontextmanager
async def mailbox(settings: Settings) -> AsyncIterator[Mailbox]:
    """The mailbox, opened as the settings say. Raises MailboxAway, also for what goes wrong inside."""
    server = settings.imap
    if server is None:
        raise MailboxAway("ALLIANCE_IMAP is not set")
    client: IMAPClient | None = None
    try:
        client = await asyncio.to_thread(_connected, settings, server)
        yield await asyncio.to_thread(Mailbox, client)
    except _WRONG as error:
        raise MailboxAway(_said(error)) from error
    finally:
        if client is not None:
            await asyncio.to_thread(_say_goodbye, client)


def _connected(settings: Settings, server: MailServer) -> IMAPClient:
    password = password_of(settings.imap_password_file, "ALLIANCE_IMAP_PASSWORD_FILE", server)
    context = trust(settings.extra_ca_file) if server.security != "none" else None
    is_tls = server.security == "tls"
    client = IMAPClient(server.host, server.port, ssl=is_tls, ssl_context=context, timeout=_SECONDS)
    try:
        if server.security == "starttls":
            client.starttls(context)
        client.login(server.user or "", password)
    except BaseException:
        _hang_up(client)
        raise
    return client


def _prefix(client: IMAPClient) -> str:
    """What names of folders begin with here (RFC 2342): some servers keep them below the inbox."""
    if not client.has_capability("NAMESPACE"):
        return ""
    personal = client.namespace().personal
    return str(personal[0][0]) if personal else ""


def _say_goodbye(client: IMAPClient) -> None:
    try:
        client.logout()
    except (IMAPClientError, OSError):
        _hang_up(client)


def _hang_up(client: IMAPClient) -> None:
    # After a handshake that failed there is nothing left to shut.
    with suppress(OSError):
        client.shutdown()


def _said(error: Exception) -> str:
    """What the server said, in one line; passwords are in none of it."""
    # imaplib raises what the server said as bytes, IMAPClient that as text: b'[AUTHENTICATIONFAILED] ...'
    words = re.sub(r"^b(['\"])(.*)\1$", r"\2", str(error)) or type(error).__name__
    return " ".join(words.split())[:250]
