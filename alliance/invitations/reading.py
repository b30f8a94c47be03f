"""Reads an invitation, whatever was pasted or dropped: a calendar file, a mail, or some lines of text."""

import re
from datetime import datetime

from alliance.invitations.invitation import Invitation
from alliance.invitations.mail_file import is_mail_file, text_of_mail_file
from alliance.invitations.mail_text import read_mail
from alliance.text import clean_text, plain_text
from alliance.times import is_zone

# What is left of a calendar file that nothing can read; its title is still a title.
_PROPERTY = re.compile(r"(?m)^(?!SUMMARY)[A-Z][A-Z-]{2,40}(?:;[^:\n]*)?:.*$")
INVITATION_LIMIT = 100_000
"""Characters; what is longer is cut."""


def read_invitation(text: str, *, now: datetime, zone: str) -> Invitation:
    """What `text` says, read at `now` (aware) by somebody in `zone` (IANA).

    Deterministic. Whatever is pasted, nothing is raised; what was not understood stays empty.
    """
    zone = zone if is_zone(zone) else "UTC"
    text = clean_text(text[:INVITATION_LIMIT])
    if is_mail_file(text):
        text = clean_text(text_of_mail_file(text)[:INVITATION_LIMIT])
    if "BEGIN:VCALENDAR" in text.upper():
        from alliance.invitations.calendar_file import read_calendar

        found = read_calendar(text, now, zone)
        if found is not None:
            return found
        text = _PROPERTY.sub("", text)
    if text.lstrip()[:200].lower().startswith(("<html", "<!doctype")):
        text = plain_text(text)
    return read_mail(text, now, zone)
