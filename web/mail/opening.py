"""Opens what others mail to us: finds the answer of a calendar, or that a mail of ours came back.

Anybody can write to a mailbox, so everything is bounded: bytes, parts, lines, depth. Nothing is believed and
nothing is answered here; what can't be read is simply of no use.
"""

import hashlib
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message
from email.utils import parseaddr
from itertools import islice, takewhile
from typing import Any, cast, get_args

from icalendar import Calendar

from alliance.replying import Answer, Said

_MOST_PARTS = 50
_MOST_BOUNDARIES = 30
_MOST_DASHES = 500
_MOST_CALENDARS = 4
_MOST_HEADERS = 64 * 1024
_MOST_TEXT = 64 * 1024
_MOST_LINES = 300
_LONGEST_LINE = 2000
_READ = ("BEGIN", "END", "METHOD", "UID", "SEQUENCE", "DTSTAMP", "ATTENDEE", "ORGANIZER", "RECURRENCE-ID")
_CALENDARS = ("text/calendar", "application/ics")
_FRAMES = ("VCALENDAR", "VEVENT")
_CHARSETS = ("utf-8", "us-ascii", "iso-8859-1", "iso-8859-15", "windows-1252", "utf-16", "utf-16le")
_BY_PROGRAMS = (
    *("Auto-Submitted", "Precedence", "List-Id"),
    *("X-Autoreply", "X-Autorespond", "X-Failed-Recipients"),
)
# Signatures and quotations as Outlook, Gmail, Apple and Thunderbird begin them, in English and German.
_QUOTED = re.compile(
    r"-- ?$|>|_{10}|-{3,} ?(?:Original|Urspr)|\*?(?:From|Von):\*? "
    r"|(?:On|Am) .{4,120}(?:wrote|schrieb)\b.{0,80}:$"
    r"|(?:On|Am) (?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|Mo|Di|Mi|Do|Fr|Sa|So)[.,a-z]"
)
# RFC 3463: no such mailbox or host, moved, closed. Not: full, too large, against a rule.
_FOR_GOOD = ("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1")
# What icalendar and email raise for what is neither; there are many ways to be wrong.
_WRONG = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError, AssertionError)


@dataclass(frozen=True)
class Opened:
    """What stands in a mail: `addresses` is where our own addresses are looked for."""

    key: str
    addresses: str = ""
    answer: Answer | None = None
    bounce: str = ""
    """What a mail server says of an address that takes nothing for good; "" where none does."""
    words: str = ""
    """What somebody wrote by hand, without what they quote; "" for everything that programs send."""
    sender: str = ""
    """Who it says to be from."""
    returned: str = ""
    """What came back with it."""


def open_mail(raw: bytes) -> Opened:
    """Reads the beginning of a mail; never raises."""
    key = hashlib.sha256(raw).hexdigest()
    folded = raw.lower()
    too_much = (
        folded.count(b"boundary") + folded.count(b"message/") > _MOST_BOUNDARIES
        or raw.count(b"\n--") > _MOST_DASHES
    )
    if too_much:
        return Opened(key)
    try:
        return _opened(message_from_bytes(raw), raw, key)
    except _WRONG:
        return Opened(key)


def _opened(message: Message, raw: bytes, key: str) -> Opened:
    if name := str(message.get("Message-ID", "")).strip():
        key = hashlib.sha256(f"id {name}".encode(errors="replace")).hexdigest()
    headers = re.split(rb"\r?\n\r?\n", raw[:_MOST_HEADERS], maxsplit=1)[0].decode("latin-1")
    if bounce := _bounce(message):
        return Opened(key, bounce=bounce, returned=raw.decode("latin-1"))
    for text in islice(_calendars(message), _MOST_CALENDARS):
        if answer := read_answer(text):
            return Opened(key, addresses=f"{headers}\n{text}", answer=answer)
    if words := _words(message):
        sender = parseaddr(str(message.get("From", ""))[:_LONGEST_LINE])[1]
        return Opened(key, addresses=headers, words=words, sender=sender)
    return Opened(key)


def _words(message: Message) -> str:
    """The text above the first thing that looks like the mail it answers; "" where no person wrote it."""
    # RFC 3834, and what programs said before it.
    said = {name: str(message.get(name, "")).strip().lower() for name in _BY_PROGRAMS}
    is_calendar = any(part.get_content_type() in _CALENDARS for part in _parts(message))
    if said.pop("Auto-Submitted") not in ("", "no") or any(said.values()) or is_calendar:
        return ""
    for part in _parts(message):
        if part.get_content_type() == "text/plain" and (text := _decoded(part)):
            lines = text[:_MOST_TEXT].splitlines()[:_MOST_LINES]
            return "\n".join(takewhile(lambda line: not _QUOTED.match(line[:200]), lines)).strip()
    return ""


def _decoded(part: Message) -> str:
    body = part.get_payload(decode=True)
    if not isinstance(body, bytes):
        return ""
    said = (part.get_content_charset("utf-8") or "").lower()
    return body[:_MOST_TEXT].decode(said if said in _CHARSETS else "utf-8", "replace")


def _parts(message: Message) -> Iterator[Message]:
    parts = islice(message.walk(), _MOST_PARTS)
    return (part for part in parts if len(str(part.get("Content-Type", ""))) <= _LONGEST_LINE)


def _calendars(message: Message) -> Iterator[str]:
    """The calendars in a mail, unfolded."""
    for part in _parts(message):
        if part.get_content_type() not in _CALENDARS:
            continue
        if text := _decoded(part):
            yield re.sub(r"\r?\n[ \t]", "", text)


def read_answer(text: str) -> Answer | None:
    """The answer in an unfolded calendar; None for anything but METHOD:REPLY about one event."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            calendar = Calendar.from_ical("\r\n".join(_wanted_lines(text)))
        events = calendar.walk("VEVENT")
        if str(calendar.get("METHOD", "")).upper() != "REPLY" or len(events) != 1:
            return None
        return None if "RECURRENCE-ID" in events[0] else _answer(events[0])
    except _WRONG:
        return None


def _wanted_lines(text: str) -> Iterator[str]:
    """The few lines that count, of the calendar and its events alone."""
    foreign = 0
    for line in islice(text.splitlines(), _MOST_LINES):
        name = re.split("[:;]", line, maxsplit=1)[0].strip().upper()
        if name not in _READ or len(line) > _LONGEST_LINE:
            continue
        if name in ("BEGIN", "END") and line.partition(":")[2].strip().upper() not in _FRAMES:
            foreign += 1 if name == "BEGIN" else -1
        elif foreign <= 0:
            yield line


def _answer(event: Any) -> Answer | None:
    """`event` with exactly one ATTENDEE; outlook.com leaves ORGANIZER out, which is fine."""
    attendee, stamp = event.get("ATTENDEE"), event["DTSTAMP"].dt
    if isinstance(attendee, list) or attendee is None or not isinstance(stamp, datetime):
        return None
    said, sequence = str(attendee.params.get("PARTSTAT", "")).lower(), int(event.get("SEQUENCE", 0))
    scheme, _, address = str(attendee).partition(":")
    if said not in get_args(Said) or scheme.lower() != "mailto" or not 0 <= sequence < 1 << 31:
        return None
    return Answer(
        uid=str(event["UID"]),
        attendee=address.strip(),
        said=cast(Said, said),
        sequence=sequence,
        stamped_at=(stamp.replace(tzinfo=UTC) if stamp.tzinfo is None else stamp).astimezone(UTC),
    )


def _bounce(message: Message) -> str:
    """What a report of RFC 3464 says for good of one address; "" for delays and everything else."""
    if message.get_content_type() != "multipart/report":
        return ""
    for part in _parts(message):
        if part.get_content_type() != "message/delivery-status":
            continue
        blocks = part.get_payload()
        for block in islice(blocks if isinstance(blocks, list) else [], _MOST_PARTS):
            action, status = (str(block.get(name, "")).strip().lower() for name in ("Action", "Status"))
            if action == "failed" and status.split(maxsplit=1)[:1] in ([code] for code in _FOR_GOOD):
                return f"{status} {' '.join(str(block.get('Diagnostic-Code', '')).split())}"[:300]
    return ""
