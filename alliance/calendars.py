"""What the calendars of our own people are told about a session: each word with a higher SEQUENCE.

RFC 5545 section 3.8.7.4 and RFC 5546: a calendar takes what has the same UID and a higher SEQUENCE. The
session has one, raised by whoever holds it; leaving and coming back concern one calendar alone and raise only
what was told there.
"""

import hashlib
import re
from urllib.parse import urlsplit

from alliance.models import Attendance, CalendarEntry, Session
from alliance.unit_of_work import UnitOfWork

_PATH = re.compile(r"/sessions/([0-9]{1,19})")


def calendar_uid(session: Session, host: str) -> str:
    """The UID of a session, the same for life and in every company: its number @ the host that holds it.

    `host` is ours. Sessions of other software get a digest of their identity instead of a number.
    """
    if session.uri is None:
        return f"{session.id}@{host}"
    parts = urlsplit(session.uri)
    match = _PATH.fullmatch(parts.path)
    name = match[1] if match and not parts.query else hashlib.sha256(session.uri.encode()).hexdigest()[:32]
    return f"{name}@{parts.netloc}"


def invite(uow: UnitOfWork, session: Session, attendance: Attendance, entry: CalendarEntry | None) -> int:
    """Notes that the session is to stand in this person's calendar; the SEQUENCE to say it with."""
    if entry is None:
        entry = CalendarEntry(attendance_id=attendance.id, sequence=-1)
        uow.db.add(entry)
    entry.sequence = max(session.sequence, entry.sequence + 1)
    entry.session_sequence, entry.is_there = session.sequence, True
    return entry.sequence


def uninvite(session: Session, entry: CalendarEntry | None) -> int | None:
    """Notes that it no longer stands there; the SEQUENCE to say it with, None where it did not stand."""
    if entry is None or not entry.is_there:
        return None
    entry.sequence = max(session.sequence, entry.sequence + 1)
    entry.session_sequence, entry.is_there = session.sequence, False
    return entry.sequence
