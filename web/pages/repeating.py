"""What the form of a session says about repeating: from the choice to a rhythm, and back."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time
from itertools import islice

from alliance.errors import Invalid
from alliance.models import Series
from alliance.natural_rhythm import read_rhythm
from alliance.recurrence import Kind, Rhythm, checked_rhythm, positions_of, rhythm_of, slots_of
from alliance.rhythm_words import rhythm_in_words
from alliance.times import is_zone, wall_time, zone_named
from web.pages.views import SeriesPreview
from web.texts import Texts
from web.times import Reader

SHOWN_AHEAD = 5
# The kinds that people choose from; the day of the month or of the week is that of the first date.
REPEAT_LABELS = {
    "": "No, once",
    "weekly:1": "Every week",
    "weekly:2": "Every two weeks",
    "weekly:3": "Every three weeks",
    "weekly:4": "Every four weeks",
    "weekday:1": "Every month, same weekday (such as the second Tuesday)",
    "weekday:2": "Every two months, same weekday",
    "weekday:3": "Every three months, same weekday",
    "last:1": "Every month, last weekday (such as the last Friday)",
    "day:1": "Every month, same day (such as the 15th)",
}
FIELDS = {"repeats": 12, "repeats_until": 10, "repeats_count": 4, "is_leaders": 5, "scope": 10}


def choices(texts: Texts, chosen: str, rhythm: Rhythm | None = None) -> list[tuple[str, str]]:
    """What can be chosen, with what is chosen already, however seldom that is."""
    found = [(value, texts.gettext(label)) for value, label in REPEAT_LABELS.items()]
    if chosen not in REPEAT_LABELS and rhythm is not None:
        said = rhythm_in_words(replace(rhythm, count=None, until=None), time(), texts.language)
        found.append((chosen, said.rpartition(",")[0]))
    return found


def rhythm_from(values: Mapping[str, str], first: date) -> Rhythm | None:
    """The rhythm that the form asks for, its weekday or day taken from the first date. Raises Invalid."""
    if not values["repeats"]:
        return None
    kind, _, every = values["repeats"].partition(":")
    if not every.isascii() or not every.isdecimal():
        raise Invalid("Please choose one of the options.", field="repeats")
    position, is_last = positions_of(first)
    known: dict[str, Kind] = {"weekly": "weekly", "weekday": "weekday", "last": "weekday", "day": "day"}
    if kind not in known:
        raise Invalid("Please choose one of the options.", field="repeats")
    if kind == "last" and not is_last:
        raise Invalid("The first date is none of this rhythm.", field="repeats")
    rhythm = Rhythm(
        kind=known[kind],
        every=int(every),
        weekday=first.weekday() if kind != "day" else 0,
        position=1 if kind in ("weekly", "day") else -1 if kind == "last" or position == 5 else position,
        day=first.day if kind == "day" else 1,
        count=_count(values["repeats_count"]),
        until=_until(values["repeats_until"]),
    )
    return checked_rhythm(rhythm)


def _count(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdecimal()):
        raise Invalid("Please write the number of dates in digits.", field="repeats_count")
    return int(text)


def _until(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Invalid("There is no such day in the calendar.", field="repeats_until") from error


def values_of_series(series: Series | None) -> dict[str, str]:
    """How the fields of the form stand for a series of ours; for none they are empty."""
    empty = dict.fromkeys(("repeats", "repeats_until", "repeats_count"), "")
    if series is None or series.rule is None:
        return empty
    rhythm = rhythm_of(series.rule)
    kind = "last" if rhythm.kind == "weekday" and rhythm.position == -1 else rhythm.kind
    return {
        "repeats": f"{kind}:{rhythm.every}",
        "repeats_until": rhythm.until.isoformat() if rhythm.until else "",
        "repeats_count": str(rhythm.count or ""),
    }


def spelled_out(values: Mapping[str, str], now: datetime) -> dict[str, str]:
    """The same, where "every first Monday 16:00" has become a choice and a first date. Raises Invalid."""
    given = dict(values)
    if not given["when"] or not is_zone(given["timezone"]):
        return given
    read = read_rhythm(given["when"], now, zone_named(given["timezone"]))
    if read is None:
        return given
    rhythm, when = read
    kind = "last" if rhythm.position == -1 else rhythm.kind
    return given | {"repeats": f"{kind}:{rhythm.every}", "when": when}


def preview_of_series(
    rhythm: Rhythm | None, starts_at: datetime, zone: str, reader: Reader
) -> SeriesPreview | None:
    """How often in words, and the next five dates; None for what takes place once."""
    if rhythm is None:
        return None
    first = wall_time(starts_at, zone)
    slots = slots_of(rhythm, first.date(), first.time(), zone)
    return SeriesPreview(
        rhythm_in_words(rhythm, first.time(), reader.language),
        tuple(reader.day(slot.starts_at) for slot in islice(slots, SHOWN_AHEAD)),
    )


def first_day(starts_at: datetime, zone: str) -> date:
    """The day on which the first date begins, where the host is."""
    return wall_time(starts_at, zone).date()


__all__ = [
    "FIELDS",
    "REPEAT_LABELS",
    "choices",
    "first_day",
    "preview_of_series",
    "rhythm_from",
    "spelled_out",
    "values_of_series",
]
