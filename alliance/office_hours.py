"""When one can simply come by: weekly hours of an expert, and a sentence about how."""

import re
from dataclasses import dataclass

from alliance.errors import Invalid
from alliance.problems import Problems
from alliance.profiling import own_profile
from alliance.text import clean_line
from alliance.times import is_zone
from alliance.unit_of_work import UnitOfWork

MOST_SLOTS = 5
NOTE_LIMIT = 300
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


@dataclass(frozen=True)
class OfficeHour:
    """One hour or two each week: 0 is Monday; times as clocks show them in the person's zone."""

    day: int
    start: str
    end: str


def checked_hours(slots: tuple[OfficeHour, ...]) -> list[OfficeHour]:
    """In the order of the week, each once. Raises Invalid beside `slot1`, `slot2` and so on."""
    problems = Problems()
    for number, slot in enumerate(slots, 1):
        is_time = all(_TIME.fullmatch(time) for time in (slot.start, slot.end))
        if not 0 <= slot.day <= 6 or not is_time:
            problems.add(f"slot{number}", "Please give a day, a beginning and an end.")
        elif slot.start >= slot.end:
            problems.add(f"slot{number}", "The end must come after the beginning.")
    problems.raise_if_any()
    unique = {(slot.day, slot.start, slot.end): slot for slot in slots}
    return [unique[key] for key in sorted(unique)][:MOST_SLOTS]


def checked_note(note: str) -> str:
    """The sentence on one line. Raises Invalid."""
    line = clean_line(note)
    if len(line) > NOTE_LIMIT:
        raise Invalid("This is longer than {limit} characters.", field="note", limit=NOTE_LIMIT)
    return line


async def set_office_hours(
    uow: UnitOfWork, employee_id: int, note: str, slots: tuple[OfficeHour, ...], zone: str
) -> None:
    """Writes them beside the profile, published or not. Raises Invalid, Forbidden.

    They stay in the company: whoever comes by is a colleague.
    """
    line, hours = checked_note(note), checked_hours(slots)
    profile = await own_profile(uow, employee_id)
    profile.office_hours_note = line
    profile.office_hours = [
        {"day": str(slot.day), "from": slot.start, "to": slot.end, "zone": zone if is_zone(zone) else "UTC"}
        for slot in hours
    ]
    profile.updated_at = uow.now
    await uow.db.flush()
