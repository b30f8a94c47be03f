"""Answers as calendars mail them: written after what Outlook, Google and Apple send, from nothing of ours."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP

from tests.support.clock import MONDAY
from tests.web.mail.messages import Message

LATER = timedelta(seconds=30)


def organizer_of(invitation: Message) -> str:
    """The address that a calendar answers to: the ORGANIZER of the invitation (RFC 6047 section 2.2.1)."""
    return str(invitation.event["ORGANIZER"]).removeprefix("mailto:")


def reply_calendar(
    invitation: Message,
    said: str = "DECLINED",
    *,
    stamped_at: datetime = MONDAY + LATER,
    lines: Mapping[str, str | None] | None = None,
) -> str:
    """A METHOD:REPLY (RFC 5546 section 3.2.3) to an invitation; `lines` replace some, None leaves one out."""
    event = invitation.event
    told: dict[str, str | None] = {
        "UID": f"UID:{event['UID']}",
        "SEQUENCE": f"SEQUENCE:{event['SEQUENCE']}",
        "DTSTAMP": f"DTSTAMP:{stamped_at:%Y%m%dT%H%M%SZ}",
        "ATTENDEE": f"ATTENDEE;CUTYPE=INDIVIDUAL;PARTSTAT={said};X-NUM-GUESTS=0:mailto:{invitation.to}",
        "ORGANIZER": f"ORGANIZER;CN=Organizer:mailto:{organizer_of(invitation)}",
        "SUMMARY": f"SUMMARY:{said.title()}: {event['SUMMARY']}",
        "X-MICROSOFT-CDO-BUSYSTATUS": "X-MICROSOFT-CDO-BUSYSTATUS:BUSY",
    }
    told |= lines or {}
    head = ["BEGIN:VCALENDAR", "PRODID:-//Microsoft Corporation//Outlook 16.0 MIMEDIR//EN", "VERSION:2.0"]
    body = [line for line in told.values() if line is not None]
    return "\r\n".join([*head, "METHOD:REPLY", "BEGIN:VEVENT", *body, "END:VEVENT", "END:VCALENDAR", ""])


def reply_mail(
    invitation: Message, calendar: str, *, to: str | None = None, name: str = "one", charset: str = "utf-8"
) -> bytes:
    """The mail in which a calendar sends it."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = f"Lena Vogt <{invitation.to}>"
    mail["To"] = to or organizer_of(invitation)
    mail["Subject"] = "Declined"
    mail["Message-ID"] = f"<{name}@mail.nordlicht.example>"
    mail.set_content("Lena Vogt has declined this invitation.")
    mail.add_alternative("<p>Lena Vogt has declined this invitation.</p>", subtype="html")
    said = {"method": "REPLY", "charset": charset}
    part = EmailMessage(policy=SMTP)
    part.set_content(calendar.encode(charset), "text", "calendar", cte="base64", params=said)
    del part["MIME-Version"]
    mail.attach(part)
    return mail.as_bytes()


def bounced(
    letter: EmailMessage, *, action: str = "failed", status: str = "5.1.1", name: str = "dsn"
) -> bytes:
    """The report (RFC 3464) in which a mail server sends a letter of ours back."""
    returned = "".join(f"{key}: {value}\r\n" for key, value in letter.items())
    text = f"""From: MAILER-DAEMON@mail.nordlicht.example
To: alliance@nordlicht.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
Message-ID: <{name}@mail.nordlicht.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="xyz"

--xyz
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.

--xyz
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.nordlicht.example

Final-Recipient: rfc822; {letter["To"].addresses[0].addr_spec}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 no such user here

--xyz
Content-Type: text/rfc822-headers

{returned}
--xyz--
"""
    return text.replace("\r\n", "\n").replace("\n", "\r\n").encode()
