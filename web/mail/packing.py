"""Packs a letter as MIME: text, HTML and calendar as alternatives, the calendar once more as a file.

multipart/mixed( multipart/alternative( text/plain, text/html, text/calendar; method=... ), invite.ics ): the
shape that Outlook, Gmail and Apple Mail all read as an invitation.
"""

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What one person gets. `calendar` is an iTIP message, `method` what it says (RFC 5546)."""

    message_id: str
    to: tuple[str, str]
    """Name and address."""
    sender: tuple[str, str]
    reply_to: str = ""
    subject: str
    text: str
    html: str
    language: str
    calendar: bytes | None = None
    method: str | None = None
    unsubscribe: str | None = None
    """An address that takes a POST (RFC 8058)."""


class _Policy(EmailPolicy):
    """Never breaks an address in a header: the library would encode what is longer than a line."""

    def fold(self, name: str, value: str) -> str:
        if name.lower() in ("list-unsubscribe", "message-id"):
            return f"{name}: {value}\r\n"
        return str(super().fold(name, value))

    def fold_binary(self, name: str, value: str) -> bytes:
        if name.lower() in ("list-unsubscribe", "message-id"):
            return f"{name}: {value}\r\n".encode("ascii")
        return bytes(super().fold_binary(name, value))


_POLICY = _Policy(linesep=SMTP.linesep, max_line_length=78)


def packed(letter: Letter, date: datetime) -> EmailMessage:
    """The message, ready to be handed over."""
    message = EmailMessage(policy=_POLICY)
    message["From"] = _address(*letter.sender)
    message["To"] = _address(*letter.to)
    if letter.reply_to:
        message["Reply-To"] = Address(addr_spec=letter.reply_to)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(date)
    message["Message-ID"] = letter.message_id
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notice wanted
    message["X-Auto-Response-Suppress"] = "All"  # the same for Exchange
    if letter.unsubscribe:
        message["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    if letter.calendar is not None and letter.method is not None:
        _add_calendar(message, letter.calendar, letter.method)
    message["Content-Language"] = letter.language
    return message


def _add_calendar(message: EmailMessage, calendar: bytes, method: str) -> None:
    part = EmailMessage(policy=_POLICY)
    # As bytes: text would be given other line ends than CRLF on some ways.
    said = {"method": method, "charset": "utf-8"}
    part.set_content(calendar, "text", "calendar", cte="base64", params=said)
    del part["MIME-Version"]
    message.attach(part)
    message.add_attachment(
        calendar, "application", "ics", cte="base64", filename="invite.ics", params={"name": "invite.ics"}
    )


def _address(name: str, address: str) -> Address:
    return Address(display_name=name, addr_spec=address)
