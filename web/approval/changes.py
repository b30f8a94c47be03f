"""What changed between two configurations, line by line: what has to be told before an upgrade."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from alliance.errors import Invalid

UNSAID = frozenset({"made_at"})
MOST_BYTES = 5_000_000
# Deeper than any configuration of ours: what somebody else made of a file is not followed further.
_DEEPEST = 10


@dataclass(frozen=True)
class Change:
    """One thing that is new, gone or different; `where` is its path."""

    where: str
    before: str
    after: str


def read_configuration(content: bytes) -> dict[str, Any]:
    """A configuration that somebody kept. Raises Invalid for a file that is none."""
    try:
        found = orjson.loads(content[:MOST_BYTES])
    except orjson.JSONDecodeError as error:
        raise Invalid("This is no configuration of an approval pack.") from error
    if not isinstance(found, dict) or not isinstance(found.get("form"), int):
        raise Invalid("This is no configuration of an approval pack.")
    return found


def changes(old: Any, new: Any) -> list[Change]:
    """Everything that differs, in order. Lists are compared as sets: what was added, what was taken away."""
    return [one for one in _compared("", old, new) if one.where not in UNSAID]


def _compared(where: str, old: Any, new: Any) -> Iterator[Change]:
    if isinstance(old, dict) and isinstance(new, dict):
        for name in sorted(old.keys() | new.keys()):
            yield from _compared(f"{where} / {name}" if where else name, old.get(name), new.get(name))
    elif isinstance(old, list) and isinstance(new, list):
        before, after = ({_said(one) for one in side} for side in (old, new))
        yield from (Change(where, one, "") for one in sorted(before - after))
        yield from (Change(where, "", one) for one in sorted(after - before))
    elif old != new:
        yield Change(where, _said(old), _said(new))


def _said(value: Any, depth: int = 0) -> str:
    if value is None:
        return ""
    if isinstance(value, dict | list) and depth == _DEEPEST:
        return "…"
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_said(part, depth + 1)}" for name, part in sorted(value.items()))[:500]
    if isinstance(value, list):
        return ", ".join(_said(part, depth + 1) for part in value)[:500]
    return str(value)[:500]
