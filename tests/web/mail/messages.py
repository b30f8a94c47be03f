"""Takes a mail apart as mail programs do, and holds its invitation against RFC 5545, 5546 and 6047."""

import re
from dataclasses import dataclass
from email.message import EmailMessage

from icalendar import Calendar, Event


@dataclass(frozen=True)
class Message:
    """A mail as its reader has it."""

    letter: EmailMessage
    subject: str
    to: str
    text: str
    html: str
    calendar: bytes | None
    attached: bytes | None

    @property
    def method(self) -> str | None:
        """METHOD of the invitation."""
        return str(Calendar.from_ical(self.calendar)["METHOD"]) if self.calendar else None

    @property
    def event(self) -> Event:
        """The only event of the invitation."""
        assert self.calendar is not None
        (event,) = Calendar.from_ical(self.calendar).events
        return event


def message_of(letter: EmailMessage) -> Message:
    """The mail, with every part that it has."""
    parts = {part.get_content_type(): part for part in letter.walk() if not part.is_multipart()}
    calendar, attached = parts.get("text/calendar"), parts.get("application/ics")
    return Message(
        letter=letter,
        subject=str(letter["Subject"]),
        to=str(letter["To"].addresses[0].addr_spec),
        text=parts["text/plain"].get_content(),
        html=parts["text/html"].get_content(),
        calendar=calendar.get_payload(decode=True) if calendar else None,  # type: ignore[arg-type]
        attached=attached.get_payload(decode=True) if attached else None,  # type: ignore[arg-type]
    )


def faults_of(message: Message) -> list[str]:
    """What Outlook, Google or Apple would stumble over; written from the standards, not from our code."""
    if message.calendar is None:
        return ["no text/calendar part"]
    return [*_mime_faults(message), *line_faults(message.calendar), *_itip_faults(message)]


def shape(part: EmailMessage) -> object:
    """The tree of a mail: content types, nested as the parts are."""
    if not part.is_multipart():
        return part.get_content_type()
    return (part.get_content_type(), *(shape(inner) for inner in part.iter_parts()))  # type: ignore[arg-type]


def _mime_faults(message: Message) -> list[str]:
    wanted = (
        "multipart/mixed",
        ("multipart/alternative", "text/plain", "text/html", "text/calendar"),
        "application/ics",
    )
    faults = [] if shape(message.letter) == wanted else [f"shape is {shape(message.letter)}"]
    for part in message.letter.walk():
        if part.get_content_type() == "text/calendar":
            given = (part.get_param("method"), part.get_param("charset"))
            if given != (message.method, "utf-8"):  # RFC 6047 section 2.4
                faults.append(f"Content-Type says {given}")
    if message.attached != message.calendar:
        faults.append("invite.ics differs from the part")
    return faults


def line_faults(calendar: bytes) -> list[str]:
    """RFC 5545 section 3.1: CRLF, and at most 75 octets in a line, none of them half a character."""
    faults = []
    if calendar.count(b"\n") != calendar.count(b"\r\n") or not calendar.endswith(b"\r\n"):
        faults.append("a line does not end with CRLF")
    for line in calendar.split(b"\r\n"):
        if len(line) > 75:
            faults.append(f"{len(line)} octets in a line")
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            faults.append("a character is broken in two")
    return faults


def _itip_faults(message: Message) -> list[str]:
    assert message.calendar is not None
    text = message.calendar.decode().replace("\r\n ", "")
    lines = text.split("\r\n")
    event = lines[lines.index("BEGIN:VEVENT") + 1 : lines.index("END:VEVENT")]
    names = [re.split("[:;]", line, maxsplit=1)[0] for line in event]
    faults = [
        f"{name} stands there {names.count(name)} times"
        for name in ("UID", "DTSTAMP", "SEQUENCE", "ORGANIZER", "ATTENDEE", "DTSTART", "DTEND", "SUMMARY")
        if names.count(name) != 1
    ]
    faults += [f"no {line}" for line in ("BEGIN:VCALENDAR", "VERSION:2.0") if lines.count(line) != 1]
    faults += [f"{name} on the wire" for name in ("RRULE", "RDATE", "EXDATE", "DURATION") if name in names]
    return faults + _people_faults(message, event) + _time_faults(lines, event) + _status_faults(lines, event)


def _people_faults(message: Message, event: list[str]) -> list[str]:
    attendee = next((line for line in event if line.startswith("ATTENDEE")), "")
    organizer = next((line for line in event if line.startswith("ORGANIZER")), "")
    faults = []
    if not attendee.lower().endswith(f":mailto:{message.to.lower()}"):
        faults.append("ATTENDEE is not the recipient")
    if organizer.lower().endswith(f":mailto:{message.to.lower()}"):
        faults.append("ORGANIZER is the recipient")
    faults += [f"no {said}" for said in ("PARTSTAT=ACCEPTED", "RSVP=FALSE", "CN=") if said not in attendee]
    return faults + ([] if "CN=" in organizer else ["ORGANIZER without a name"])


def _time_faults(lines: list[str], event: list[str]) -> list[str]:
    """RFC 5545 sections 3.3.5 and 3.6.5: UTC, or a zone that is described; never floating."""
    faults = []
    zones = {line.partition(":")[2] for line in lines if line.startswith("TZID:")}
    for line in event:
        if not line.startswith(("DTSTART", "DTEND")):
            continue
        match = re.fullmatch(r"(?:DTSTART|DTEND)(?:;TZID=([^:;]+))?:\d{8}T\d{6}(Z?)", line)
        if match is None or bool(match[1]) == bool(match[2]):
            faults.append(f"floating or malformed: {line}")
        elif match[1] and (match[1] not in zones or "/" not in match[1]):
            faults.append(f"zone is not described: {match[1]}")
    stamp = [line for line in event if line.startswith("DTSTAMP")]
    return faults + [f"not UTC: {line}" for line in stamp if not re.fullmatch(r"DTSTAMP:\d{8}T\d{6}Z", line)]


def _status_faults(lines: list[str], event: list[str]) -> list[str]:
    """RFC 5546 section 3.2.5: a CANCEL of the whole event has STATUS:CANCELLED; a REQUEST never (3.2.2)."""
    cancels, is_off = "METHOD:CANCEL" in lines, "STATUS:CANCELLED" in event
    return [] if cancels == is_off else ["METHOD and STATUS do not agree"]
