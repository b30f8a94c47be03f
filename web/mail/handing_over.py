"""Hands mail over to the company's mail server (RFC 5321), and says in one word what came of it."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING

from alliance.settings import MailServer, Settings

if TYPE_CHECKING:
    import aiosmtplib

SECONDS = 30


class MailFailed(Exception):
    """It could not be handed over; tried again later."""


class ServerAway(MailFailed):
    """The mail server can't be reached, or does not let us in: no mail is to blame."""


class Bounced(MailFailed):
    """The mail server knows for good that this address takes nothing."""


@asynccontextmanager
async def mail_server(settings: Settings) -> "AsyncIterator[aiosmtplib.SMTP]":
    """A connection to the mail server, encrypted and signed in as the settings say. Raises ServerAway."""
    import aiosmtplib

    server = settings.smtp
    if server is None:
        raise ServerAway("ALLIANCE_SMTP is not set")
    try:
        password = password_of(settings.smtp_password_file, "ALLIANCE_SMTP_PASSWORD_FILE", server)
    except OSError as error:
        raise ServerAway(str(error)) from error
    client = aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        use_tls=server.security == "tls",
        start_tls=server.security == "starttls",
        tls_context=trust(settings.extra_ca_file) if server.security != "none" else None,
        local_hostname=settings.host.partition(":")[0],
        timeout=SECONDS,
    )
    try:
        await client.connect()
        if server.user is not None:
            await client.login(server.user, password)
    except (aiosmtplib.SMTPException, OSError, ssl.SSLError, ValueError) as error:
        client.close()
        raise ServerAway(_said(error)) from error
    try:
        yield client
    finally:
        await _say_goodbye(client)


async def hand_over(client: "aiosmtplib.SMTP", message: EmailMessage, sender: str, recipient: str) -> None:
    """Gives one message to the server. Raises Bounced, ServerAway, or MailFailed for what may work later."""
    import aiosmtplib

    try:
        await client.sendmail(sender, [recipient], message.as_bytes())
    except aiosmtplib.SMTPRecipientsRefused as error:
        refusal = error.recipients[0]
        # RFC 5321 section 4.2.1: 5yz is for good. 550 to 553 are about the mailbox, the rest about us.
        raise (Bounced if refusal.code in _NO_SUCH_MAILBOX else MailFailed)(_said(refusal)) from error
    except (aiosmtplib.SMTPServerDisconnected, aiosmtplib.SMTPTimeoutError, OSError) as error:
        raise ServerAway(_said(error)) from error
    except aiosmtplib.SMTPSenderRefused as error:
        raise ServerAway(_said(error)) from error
    except aiosmtplib.SMTPException as error:
        raise MailFailed(_said(error)) from error


_NO_SUCH_MAILBOX = (550, 551, 553)


async def _say_goodbye(client: "aiosmtplib.SMTP") -> None:
    import aiosmtplib

    try:
        async with asyncio.timeout(5):
            await client.quit()
    except (aiosmtplib.SMTPException, OSError, TimeoutError):
        client.close()


def password_of(file: Path | None, setting: str, server: MailServer) -> str:
    """What stands in the file that a setting names, else in the address of the server. Raises OSError."""
    if file is None:
        return server.password or ""
    try:
        return file.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise OSError(f"{setting} can't be read: {error}") from error


def trust(extra_ca_file: Path | None) -> ssl.SSLContext:
    """The authorities of the system and those of the company."""
    trust = ssl.create_default_context()
    if extra_ca_file is not None:
        # OpenSSL lets SSL_CERT_FILE replace the system's own file; here it adds to it.
        system = ssl.get_default_verify_paths().openssl_cafile
        if Path(system).is_file():
            trust.load_verify_locations(cafile=system)
        trust.load_verify_locations(cafile=extra_ca_file)
    return trust


def _said(error: Exception) -> str:
    """What the server said, in one line; passwords are in none of it."""
    code = getattr(error, "code", None)
    message = getattr(error, "message", None) or str(error) or type(error).__name__
    line = " ".join(str(message).split())[:250]
    return f"{code} {line}" if code else line
