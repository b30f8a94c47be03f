"""What an app sends along: query, form, multipart and JSON alike, as one tree of bounded values.

Names are nested as Rails nests them (`source[privacy]=x`, `types[]=a&types[]=b`); JSON uses plain names.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request

from alliance.errors import Invalid
from alliance.text import clean_text

Tree = dict[str, Any]
MOST_FIELDS = 500
MOST_FILES = 2
MOST_IDS = 100
_DEEPEST = 5
_FALSE = frozenset({"0", "f", "F", "false", "FALSE", "off", "OFF"})
_NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_PART = re.compile(r"\[([^\[\]]*)\]")
_LARGEST_ID = (1 << 63) - 1
_LONGEST_FIELD = 100_000


def blank(name: str) -> Invalid:
    """What is said when something that is needed is missing."""
    return Invalid("Validation failed: {name} can't be blank", name=name)


def unusable(name: str) -> Invalid:
    """What is said when something has the wrong shape."""
    return Invalid("Validation failed: {name} is invalid", name=name)


def identifier(text: str) -> int | None:
    """An identifier as apps know it, decimal digits; None for anything that none of ours looks like."""
    if not (1 <= len(text) <= 19 and text.isascii() and text.isdecimal()):
        return None
    number = int(text)
    return number if number <= _LARGEST_ID else None


class Params:
    """A tree of values, read by name. What is given but has the wrong shape raises Invalid (422)."""

    def __init__(self, tree: Mapping[str, Any]) -> None:
        self._tree = tree

    def has(self, name: str) -> bool:
        """Whether something was given under this name, be it empty."""
        return name in self._tree

    def names(self) -> Iterable[str]:
        """What was given."""
        return self._tree.keys()

    def text(self, name: str, default: str = "", *, most: int = 5000) -> str:
        """Text as it may be stored, of at most `most` characters; longer text is refused, never cut."""
        found = _scalar(name, self._tree.get(name))
        if found is None:
            return default
        text = clean_text(found, most + 1)
        if len(text) > most:
            raise Invalid("Validation failed: {name} is too long", name=name)
        return text

    def needed(self, name: str, *, most: int = 5000) -> str:
        """Text that must be there. Raises Invalid."""
        text = self.text(name, most=most)
        if not text:
            raise blank(name)
        return text

    def secret(self, name: str, most: int = 500) -> str:
        """Text that is compared and never stored: as it was sent, cut."""
        return (_scalar(name, self._tree.get(name)) or "")[:most]

    def flag(self, name: str, default: bool = False) -> bool:
        """Yes or no in the words that Mastodon knows; empty is not given."""
        found = _scalar(name, self._tree.get(name))
        return default if found is None or found == "" else found not in _FALSE

    def number(self, name: str, default: int, *, least: int = 0, most: int = 1 << 31) -> int:
        """A whole number, moved into its bounds. Raises Invalid for what is none."""
        found = _scalar(name, self._tree.get(name))
        if found is None or found == "":
            return default
        if not re.fullmatch(r"-?[0-9]{1,15}", found):
            raise unusable(name)
        return min(max(int(found), least), most)

    def id(self, name: str) -> int | None:
        """One identifier; None when it is not given or none of ours looks like it."""
        return identifier(_scalar(name, self._tree.get(name)) or "")

    def ids(self, name: str, *, most: int = MOST_IDS) -> list[int]:
        """Identifiers, without repetition; what none of ours looks like is left out."""
        found = (identifier(text) for text in self.texts(name, most=MOST_FIELDS))
        return list(dict.fromkeys(number for number in found if number is not None))[:most]

    def texts(self, name: str, *, most: int = 100, longest: int = 500) -> list[str]:
        """A list of texts; one that stands alone is a list of one. Empty ones are left out."""
        given = self._tree.get(name)
        given = given if isinstance(given, list) else [] if given is None else [given]
        found = (clean_text(_scalar(name, one) or "", longest + 1) for one in given[: most + 1])
        texts = [text for text in found if text]
        if len(texts) > most or any(len(text) > longest for text in texts):
            raise Invalid("Validation failed: {name} is too long", name=name)
        return texts

    def nested(self, name: str) -> "Params":
        """What stands under a name; empty when nothing does."""
        given = self._tree.get(name)
        if given is None or given == "":
            return Params({})
        if not isinstance(given, dict):
            raise unusable(name)
        return Params(given)

    def each(self, name: str, *, most: int = 100) -> list["Params"]:
        """A list of hashes: `keywords[][word]`, `fields_attributes[0][name]`, or JSON of both."""
        given = self._tree.get(name)
        if isinstance(given, dict):
            given = list(given.values())
        if given is None or given == "":
            return []
        if (
            not isinstance(given, list)
            or len(given) > most
            or not all(isinstance(one, dict) for one in given)
        ):
            raise unusable(name)
        return [Params(one) for one in given]

    def file(self, name: str) -> UploadFile | None:
        """A file of a multipart form."""
        given = self._tree.get(name)
        return given if isinstance(given, UploadFile) else None

    def moment(self, name: str) -> datetime | None:
        """A moment of RFC 3339, in UTC, also if it names no zone. Raises Invalid for anything else."""
        found = _scalar(name, self._tree.get(name))
        if not found:
            return None
        try:
            moment = datetime.fromisoformat(found[:40])
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise unusable(name) from error


def _scalar(name: str, value: Any) -> str | None:
    match value:
        case None:
            return None
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case _:
            raise unusable(name)


async def read_params(request: Request) -> Params:
    """Query and body of a request; where both give a name the body counts. Raises HTTPException 400."""
    tree = tree_of(parse_query(request.url.query))
    if request.method not in ("GET", "HEAD"):
        tree.update(await _body_of(request))
    return Params(tree)


def parse_query(query: str) -> list[tuple[str, str]]:
    """The pairs of a query or of a form. Raises HTTPException for more than anybody needs."""
    try:
        return parse_qsl(query, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="replace")
    except ValueError as error:
        raise HTTPException(400) from error


async def _body_of(request: Request) -> Tree:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        return await _multipart_of(request)
    body = await request.body()
    if not body:
        return {}
    if kind == "application/json" or kind.endswith("+json"):
        return _json_of(body)
    if kind in ("", "application/x-www-form-urlencoded"):
        return tree_of(parse_query(body.decode("utf-8", "replace")))
    return {}


async def _multipart_of(request: Request) -> Tree:
    try:
        form = await request.form(max_files=MOST_FILES, max_fields=MOST_FIELDS, max_part_size=_LONGEST_FIELD)
    except (MultiPartException, UnicodeDecodeError, ValueError, LookupError) as error:
        raise HTTPException(400) from error
    return tree_of(form.multi_items())


def _json_of(body: bytes) -> Tree:
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise HTTPException(400) from error
    if not isinstance(found, dict):
        raise HTTPException(400)
    return found


def tree_of(pairs: Iterable[tuple[str, Any]]) -> Tree:
    """Pairs of names and values as a tree; a name that contradicts an earlier one is ignored."""
    tree: Tree = {}
    for name, value in pairs:
        if match := _NAME.fullmatch(name):
            parts = [match[1], *_PART.findall(match[2])]
            if len(parts) <= _DEEPEST:
                _put(tree, parts, value)
    return tree


def _put(tree: Tree, parts: list[str], value: Any) -> None:
    name, rest = parts[0], parts[1:]
    if not rest:
        tree[name] = value
    elif rest[0] == "":
        items = tree.setdefault(name, [])
        if isinstance(items, list):
            _append(items, rest[1:], value)
    else:
        inner = tree.setdefault(name, {})
        if isinstance(inner, dict):
            _put(inner, rest, value)


def _append(items: list[Any], rest: list[str], value: Any) -> None:
    if not rest:
        items.append(value)
        return
    # `a[][x]=1&a[][y]=2&a[][x]=3` are two hashes: a name that is there already begins the next one.
    if not items or not isinstance(items[-1], dict) or (len(rest) == 1 and rest[0] in items[-1]):
        items.append({})
    _put(items[-1], rest, value)
