"""Turns the time on somebody's wall into a moment, and refuses times that no clock there shows."""

from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from alliance.errors import Invalid


@cache
def _known_zones() -> frozenset[str]:
    return frozenset(available_timezones())


def is_zone(name: str) -> bool:
    """Whether `name` is an IANA time zone that this machine knows."""
    return name in _known_zones()


def zone_named(name: str) -> ZoneInfo:
    """The IANA time zone of that name. Raises Invalid."""
    if not is_zone(name):
        raise Invalid("There is no time zone “{zone}”.", field="timezone", zone=name[:64])
    return ZoneInfo(name)


def moment_at(local: datetime, zone: str, fold: int | None = None) -> datetime:
    """The moment (aware, UTC) at which clocks in `zone` show `local` (naive).

    An hour that a clock change repeats means its first round unless `fold` is 1. Raises Invalid for an hour
    that a clock change skips, for a zone that does not exist and for moments outside of the calendar.
    """
    place = zone_named(zone)
    wall = local.replace(tzinfo=place, fold=local.fold if fold is None else fold)
    try:
        moment = wall.astimezone(UTC)
        shown = moment.astimezone(place).replace(tzinfo=None, fold=0)
    except OverflowError as error:
        raise Invalid("This date is outside of the calendar.") from error
    if shown != local.replace(fold=0):
        raise Invalid(
            "On this day the clocks in {zone} are put forward: {time} does not exist there.",
            zone=zone,
            time=f"{local:%H:%M}",
        )
    return moment


def rfc3339(moment: datetime) -> str:
    """A moment (aware) in UTC to the second, as other programs read it: `2026-03-16T08:00:00Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def is_repeated(local: datetime, zone: str) -> bool:
    """Whether clocks in `zone` show `local` (naive) twice because they are put back."""
    place = zone_named(zone)
    first, second = (local.replace(tzinfo=place, fold=fold).utcoffset() for fold in (0, 1))
    return first is not None and second is not None and first > second


def wall_time(moment: datetime, zone: str) -> datetime:
    """What clocks in `zone` show at `moment` (aware): naive, with `fold` set in a repeated hour."""
    return moment.astimezone(zone_named(zone)).replace(tzinfo=None)
