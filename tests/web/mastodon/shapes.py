"""Compares answers with the shapes of Mastodon's entities: names, types, what may be null or absent.

`web/mastodon/reference/entities.json` has them as `[path, type, marks, format]`: `?` may be null, `-` may
be absent (also what only servers from 4.6 on have). A name that is not in there is an error.
"""

import re
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from web.mastodon.reference import entities

_ANYTHING_IN = frozenset({"redirect_uris"})
_FORMATS = {
    "numeric-string": r"[0-9]+",
    "unix-timestamp": r"[0-9]+",
    "iso-639-1": r"[a-z]{2,3}(-[A-Za-z]+)?",
    "WxH": r"[0-9]+x[0-9]+",
    "blurhash": r"[0-9A-Za-z#$%*+,\-.:;=?@\[\]^_{|}~]{6,}",
    "email": r"[^@\s]+@[^@\s]+|",
    "sha256": r"[0-9a-f]{64}",
}


def attributes_of(name: str) -> list[list[Any]]:
    """The attributes of an entity, those of its parent first."""
    entity = entities()[name]
    inherited = attributes_of(entity["parent"]) if entity["parent"] else []
    own: list[list[Any]] = entity["attributes"]
    named = {tuple(attribute[0]) for attribute in own}
    return [a for a in inherited if tuple(a[0]) not in named] + own


def assert_entity(name: str, value: Any) -> None:
    """Fails, saying where, when `value` is not exactly an entity of this name (`Status`, `Status[]`)."""
    if name.endswith("[]"):
        assert isinstance(value, list), f"{name}: not a list"
        for one in value:
            assert_entity(name[:-2], one)
        return
    wrong = wrong_in(name, value)
    assert not wrong, "\n".join(wrong)


def wrong_in(name: str, value: Any) -> list[str]:
    """Everything that is wrong with a value that should be an entity."""
    return _object(value, attributes_of(name), name)


def _object(value: Any, attributes: list[list[Any]], where: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{where}: not an object"]
    known = {attribute[0][0] for attribute in attributes}
    wrong = [f"{where}.{name}: unknown" for name in value if name not in known]
    for path, kind, marks, *form in attributes:
        if len(path) == 1:
            inner = [[p[1:], *rest] for p, *rest in attributes if len(p) > 1 and p[0] == path[0]]
            wrong += _attribute(value, path[0], (kind, marks, form[0] if form else ""), inner, where)
    return wrong


def _attribute(
    holder: dict[str, Any], name: str, spec: tuple[str, str, str], inner: list[list[Any]], where: str
) -> list[str]:
    kind, marks, form = spec
    here = f"{where}.{name}"
    if name not in holder:
        return [] if "-" in marks else [f"{here}: missing"]
    value = holder[name]
    if value is None:
        return [] if "?" in marks else [f"{here}: null"]
    if inner and inner[0][0][0] == "[]":
        inside = [[path[1:], *rest] for path, *rest in inner if len(path) > 1]
        return [w for one in value for w in _object(one, inside, f"{here}[]")]
    if inner:
        return _object(value, inner, here)
    return _value(value, kind, "" if name in _ANYTHING_IN else form, here, name)


def _value(value: Any, kind: str, form: str, where: str, name: str) -> list[str]:
    if kind.startswith("array<"):
        if not isinstance(value, list):
            return [f"{where}: not a list"]
        return [w for one in value for w in _value(one, kind[6:-1], form, f"{where}[]", name)]
    if kind.startswith("entity:"):
        names = [part.strip().removeprefix("entity:") for part in kind.split("|")]
        found = [wrong_in(one, value) for one in names]
        return min(([w.replace(n, where, 1) for w in f] for n, f in zip(names, found, strict=True)), key=len)
    if kind.startswith("enum:"):
        return [] if value in kind[5:].split("|") else [f"{where}: {value!r} is not one of {kind[5:]}"]
    fits = _fits(value, kind, name)
    if fits and form in _FORMATS and isinstance(value, str):
        fits = re.fullmatch(_FORMATS[form], value) is not None
    return [] if fits else [f"{where}: {value!r} is no {form or kind}"]


def _fits(value: Any, kind: str, name: str) -> bool:
    match kind:
        case "boolean":
            return isinstance(value, bool)
        case "integer":
            return isinstance(value, int) and not isinstance(value, bool)
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "object":
            return isinstance(value, dict)
        case "datetime":
            return _is_moment(value)
        case "date":
            return isinstance(value, str) and bool(date.fromisoformat(value))
        case "datetime|date":
            return isinstance(value, str) and bool(datetime.fromisoformat(value))
        case "url":
            return isinstance(value, str) and (name in _ANYTHING_IN or bool(_is_url(value)))
        case _:
            return isinstance(value, str)


def _is_moment(value: Any) -> bool:
    form = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{1,3}(Z|[+-][0-9]{2}:[0-9]{2})"
    return isinstance(value, str) and re.fullmatch(form, value) is not None


def _is_url(value: str) -> bool:
    parts = urlsplit(value)
    return parts.scheme in ("https", "http", "wss", "ws") and bool(parts.netloc)
