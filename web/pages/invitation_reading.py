"""Fills the form with what a pasted invitation says, and says what has to be looked at."""

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from alliance.errors import Invalid
from alliance.invitations import Invitation, read_invitation
from alliance.natural_time import written
from alliance.problems import Problems
from web.times import Reader

READ_TEXT = (
    "The form is filled with what the invitation says; passcodes and dial-in numbers stay out of the text. "
    "Please have a look at it."
)
REMARK_TEXTS = {
    "recurring": "It is a series: the form takes the first date. Duplicate the session for the others.",
    "several": "There is more than one date in it: the form takes the first.",
    "cancelled": "This invitation calls the meeting off.",
    "all_day": "It names a day and no time. Please add when it begins.",
    "no_end": "It names no end, so one hour is assumed.",
    "too_long": "It lasts longer than a session can, so one hour is assumed.",
    "unknown_zone": "Its time zone is not known here. Please check the time.",
    "past": "The time that it names is over. Please choose another one.",
    "no_link": "There is no link to a meeting in it.",
}


@dataclass(frozen=True)
class Reading:
    """The form after an invitation was read into it, and what to say about that, in the reader's language."""

    values: dict[str, str]
    sentences: tuple[str, ...]


def read_into(values: Mapping[str, str], reader: Reader) -> Reading:
    """The form with what its field `invitation` says; what is not found there stays as it was typed.

    Raises Invalid for a text that says nothing.
    """
    text = values["invitation"]
    found = read_invitation(text, now=reader.now, zone=reader.zone.key)
    if not text or found.is_empty:
        problems = Problems()
        problems.add("invitation", "Neither a time nor a link nor a title was found in this text.")
        problems.raise_if_any()
    filled = dict(values) | _fields(found) | {"invitation": ""}
    sentences = (READ_TEXT, *(REMARK_TEXTS[name] for name in REMARK_TEXTS if name in _remarks(found, reader)))
    return Reading(filled, tuple(reader.texts.gettext(sentence) for sentence in sentences))


def _fields(found: Invitation) -> dict[str, str]:
    given = {
        "title": found.title,
        "description": found.description,
        "meeting_link": found.meeting_link,
        "place_name": found.place_name,
    }
    fields = {name: value for name, value in given.items() if value}
    if found.starts_at and found.ends_at:
        when = _written(found)
        fields |= {"when": when, "timezone": found.timezone} if when else {}
    elif found.day:
        fields["when"] = found.day.isoformat()
    return fields | ({"date": "", "time": ""} if "when" in fields else {})


def _written(found: Invitation) -> str:
    assert found.starts_at is not None  # noqa: S101 - asked by whoever calls
    assert found.ends_at is not None  # noqa: S101
    try:
        return written(found.starts_at, found.ends_at, ZoneInfo(found.timezone))
    except (Invalid, OverflowError):
        # The end lies in an hour that the clocks skip, or outside of the calendar.
        return ""


def _remarks(found: Invitation, reader: Reader) -> set[str]:
    remarks = set(found.remarks)
    if found.starts_at is not None and found.starts_at < reader.now:
        remarks.add("past")
    if not found.meeting_link and not found.place_name:
        remarks.add("no_link")
    return remarks
