"""Mastodon's API as tables: names, types and numbers of its addresses and entities, as of 4.6."""

from functools import cache
from importlib.resources import files
from typing import Any

import orjson


@cache
def endpoints() -> list[dict[str, Any]]:
    """Every documented address: method, path, named path, token, scopes, params, what it returns."""
    found: list[dict[str, Any]] = orjson.loads(files(__name__).joinpath("endpoints.json").read_bytes())
    return found


@cache
def entities() -> dict[str, Any]:
    """Every entity by name: `parent`, and `attributes` as `[path, type, marks, format]`.

    Marks: `?` may be null, `-` may be absent.
    """
    found: dict[str, Any] = orjson.loads(files(__name__).joinpath("entities.json").read_bytes())
    return found


def without_names(path: str) -> str:
    """A path whose variables have no names, as both our table and theirs can be compared: `/accounts/{}`."""
    return "/".join("{}" if part.startswith("{") else part for part in path.split("/"))


@cache
def by_address() -> dict[tuple[str, str], dict[str, Any]]:
    """The same addresses by method and path without names."""
    return {(row["method"], row["path"]): row for row in endpoints()}
