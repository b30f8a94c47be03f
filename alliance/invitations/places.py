"""Tells the room of a meeting from the words that programs write where there is none."""

import re

from alliance.text import clean_line

_NO_ROOM = re.compile(
    r"^\W*(?:(?:besprechung über )?(?:microsoft|ms)?[ -]?teams(?:[- ](?:besprechung|meeting|sitzung))?"
    r"|online(?:[- ]?(?:meeting|besprechung))?|zoom(?:[- ]meeting)?|(?:cisco )?webex(?:[- ]meeting)?"
    r"|google meet|video(?:konferenz|call| conference)?|virtuell|virtual|remote|jitsi(?: meet)?"
    r"|bigbluebutton|bbb|tbd|n/?a|siehe unten|see below)\W*$",
    re.IGNORECASE,
)


def place_without_meeting(place: str) -> str:
    """The rooms in a LOCATION such as "Raum Elbe; Microsoft Teams-Besprechung"; empty for none."""
    parts = (clean_line(part) for part in re.split(r"[;|\n]|\s/\s", place[:1000])[:20])
    rooms = [part for part in parts if part and not _NO_ROOM.match(part) and not _holds_address(part)]
    return clean_line("; ".join(rooms).rstrip(" .,"), 200)


def _holds_address(part: str) -> bool:
    return "://" in part or bool(re.search(r"\btel:|\bsip:|\+\d[\d\s]{6,}", part))
