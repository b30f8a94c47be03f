"""Reads JSON that strangers send: an object, not too deep, without what JSON-LD could smuggle in."""

from typing import Any

import orjson

MAX_DEPTH = 32
# @graph and @included smuggle objects past every check of `id`, @reverse turns a statement around.
FORBIDDEN_KEYS = frozenset({"@graph", "@included", "@reverse"})

_CONTAINERS = frozenset({dict, list})  # the parser makes no subclasses


class Unreadable(ValueError):
    """The bytes are not a JSON object that we accept; the text says why."""


def read_object(raw: bytes) -> dict[str, Any]:
    """The JSON object in `raw` (UTF-8). Raises Unreadable: no JSON, no object, too deep, a forbidden key."""
    try:
        document = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise Unreadable(f"not JSON: {str(error)[:100]}") from error
    if not isinstance(document, dict):
        raise Unreadable("not an object")
    _check(document)
    return document


def _check(document: dict[str, Any]) -> None:
    level: list[Any] = [document]
    for _ in range(MAX_DEPTH):
        below: list[Any] = []
        for value in level:
            if type(value) is dict:
                if not FORBIDDEN_KEYS.isdisjoint(value):
                    raise Unreadable("@graph, @included and @reverse are refused")
                below.extend(value.values())
            else:
                below.extend(value)
        level = [value for value in below if type(value) in _CONTAINERS]
        if not level:
            return
    raise Unreadable(f"deeper than {MAX_DEPTH} levels")
