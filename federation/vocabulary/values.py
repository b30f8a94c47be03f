"""Reads single values out of foreign JSON: bounded, scalar or array, string or object."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from alliance.errors import AllianceError
from federation.uris import PUBLIC, PUBLIC_ALIASES

Json = dict[str, Any]

MAX_URI = 500
MAX_ITEMS = 200
MAX_WHOLE = 1_000_000_000

# Without quotation marks, angles and backslashes, which no address has (RFC 3986, 2) and markup is made of.
_URI = re.compile(r"https?://[!#-;=?-\[\]-_a-~]+")
# JSON may carry what neither SQLite nor PostgreSQL stores as text: NUL and lone surrogates.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_SPACES = re.compile(r"\s+")


class Malformed(AllianceError):
    """A document or activity that is not of the form it must have; `reason` says which part."""

    status: ClassVar[int] = 400
    default_sentence = "The other server sent something that can't be read."

    def __init__(self, reason: str) -> None:
        super().__init__(None, detail=reason)
        self.reason = reason


def an_object(value: object, what: str) -> Json:
    """`value` if it is a JSON object. Raises Malformed."""
    if not isinstance(value, dict):
        raise Malformed(f"{what} is not an object")
    return value


def listed(value: object) -> list[Any]:
    """A scalar, an array or nothing as a list of at most 200 items. Raises Malformed for more."""
    if value is None:
        return []
    items = value if isinstance(value, list) else [value]
    if len(items) > MAX_ITEMS:
        raise Malformed("an array is too long")
    return items


def uri(value: object, what: str) -> str:
    """An http(s) address of at most 500 of the signs that addresses have. Raises Malformed."""
    if not isinstance(value, str) or len(value) > MAX_URI or _URI.fullmatch(value) is None:
        raise Malformed(f"{what} is not an address")
    return value


def is_uri(value: object) -> bool:
    """Whether `uri` would take it."""
    return isinstance(value, str) and len(value) <= MAX_URI and _URI.fullmatch(value) is not None


def uri_or_none(value: object) -> str | None:
    """The address in `value`, or None when it holds none."""
    return value if isinstance(value, str) and is_uri(value) else None


def id_of(value: object, what: str) -> str:
    """The id of something given as a string, an object, a Link or an array of one. Raises Malformed."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, dict):
        value = value.get("id") or value.get("href")
    return uri(value, what)


def link_of(value: object) -> str | None:
    """The first address among strings, Links and objects with `url`; None when there is none."""
    for item in listed(value):
        found = item
        if isinstance(item, dict):
            found = item.get("href") or item.get("url") or item.get("id")
        if is_uri(found):
            return str(found)
    return None


def recipients(value: object) -> tuple[str, ...]:
    """The addressees of `to`, `cc` or `audience`; every spelling of Public becomes the full IRI."""
    found = (item.get("id") if isinstance(item, dict) else item for item in listed(value))
    named = (PUBLIC if item in PUBLIC_ALIASES else str(item) for item in found if _is_address(item))
    return tuple(dict.fromkeys(named))


def _is_address(value: object) -> bool:
    return isinstance(value, str) and (value in PUBLIC_ALIASES or is_uri(value))


def is_public(*groups: Iterable[str]) -> bool:
    """Whether the public is among the addressees."""
    return any(PUBLIC in group for group in groups)


def kind_of(value: Json) -> str:
    """The `type`, the first one when there are several. Raises Malformed."""
    for item in listed(value.get("type")):
        if isinstance(item, str) and 0 < len(item) <= 100:
            return item
    raise Malformed("type is missing")


def text(value: object, limit: int) -> str:
    """Text of at most `limit` characters (cut), without control characters; empty for anything else."""
    return _UNPRINTABLE.sub("", value[: limit + 100])[:limit] if isinstance(value, str) else ""


def line(value: object, limit: int) -> str:
    """Text as one line: white space folded, ends trimmed."""
    return _SPACES.sub(" ", text(value, limit * 2)).strip()[:limit].rstrip()


def natural(value: Json, name: str, limit: int) -> str:
    """A natural-language property such as `name`, or the first entry of its map (`nameMap`)."""
    plain = text(value.get(name), limit)
    translations = value.get(f"{name}Map")
    if plain or not isinstance(translations, dict):
        return plain or text(_spoken(value.get(name)), limit)
    return next((text(entry, limit) for entry in translations.values() if isinstance(entry, str)), "")


def _spoken(value: object) -> object:
    """The first of several texts."""
    return value[0] if isinstance(value, list) and value else value


def local_moment(value: object, zone: ZoneInfo | None) -> datetime | None:
    """The same as `moment`, but without an offset the time is meant where the document says it happens."""
    found = moment(value)
    if found is None or zone is None or _has_offset(str(value)):
        return found
    # With a plain offset, as if it had been written: hours that a clock change repeats compare as equal then.
    return datetime.fromisoformat(found.replace(tzinfo=zone).isoformat())


def _has_offset(value: str) -> bool:
    return datetime.fromisoformat(value).tzinfo is not None


def day(value: object, zone: ZoneInfo | None) -> datetime | None:
    """The midnight with which a date without a time begins, or None."""
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return None
    return local_moment(f"{value}T00:00:00", zone)


def moment(value: object) -> datetime | None:
    """A date and time with offset (RFC 3339), or None; one without an offset means UTC."""
    if not isinstance(value, str) or not 10 < len(value) <= 40 or not value.isprintable():
        return None
    try:
        parsed = datetime.fromisoformat(value)
    except ValueError:
        return None
    aware = parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    return aware if 1971 < aware.year < 9000 else None


def whole(value: object) -> int | None:
    """A whole number from 0 to a billion, or None."""
    is_whole = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_WHOLE
    return int(value) if is_whole else None  # type: ignore[call-overload]


def flag(value: object, default: bool) -> bool:
    """A boolean, or `default` for anything else."""
    return value if isinstance(value, bool) else default


def one_of(value: object, words: Iterable[str], default: str) -> str:
    """`value` if it is one of the words, with or without a prefix before the last `:`, `/` or `#`."""
    if not isinstance(value, str):
        return default
    word = re.split(r"[:/#]", value[:200])[-1]
    return word if word in words else default


def compact(value: Json) -> Json:
    """The object without the entries that are None."""
    return {name: entry for name, entry in value.items() if entry is not None}


def written(value: datetime) -> str:
    """A moment in UTC as it is written: `2026-08-20T09:00:00Z`, with a fraction only when there is one."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
