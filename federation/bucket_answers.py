"""Reads what an S3-compatible store says: XML without document types, of the little that we ask for.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from xml.parsers import expat

_CODE = re.compile(r"[A-Za-z][A-Za-z0-9.]{1,60}")
_MOST_TEXT = 2000
_KEPT = {"Key", "Size", "LastModified", "IsTruncated", "NextContinuationToken", "Code", "Region"}


class UnreadableAnswer(ValueError):
    """No XML, or XML that declares things."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One object: its key, bytes, and when it was written, aware."""

    key: str
    size: int
    written_at: datetime


@dataclass(slots=True)
class Page:
    """One page of a list; `next` asks for the one after it, empty at the end."""

    entries: list[Entry] = field(default_factory=list)
    next: str = ""


def page_in(body: bytes) -> Page:
    """A page of a list of objects (ListBucketResult). Raises UnreadableAnswer."""
    found = _Elements()
    _read(body, found)
    if found.root != "ListBucketResult":
        raise UnreadableAnswer(f"{found.root[:40]} is no list")
    page = Page([_entry(one) for one in found.rows])
    if found.of_root.get("IsTruncated") == "true":
        page.next = found.of_root.get("NextContinuationToken", "")
        if not page.next:
            raise UnreadableAnswer("a list that goes on nowhere")
    return page


def code_in(body: bytes) -> str:
    """The word for what went wrong (`NoSuchBucket`), empty where there is none that we read."""
    found = _Elements()
    try:
        _read(body, found)
    except UnreadableAnswer:
        return ""
    code = found.of_root.get("Code", "")
    return code if found.root == "Error" and _CODE.fullmatch(code) else ""


class _Elements:
    """What stands directly in the root, and in each `Contents` below it."""

    def __init__(self) -> None:
        self.root = ""
        self.of_root: dict[str, str] = {}
        self.rows: list[dict[str, str]] = []
        self._path: list[str] = []
        self._text = ""

    def opens(self, name: str, _attributes: object) -> None:
        name = name.rpartition(":")[2]
        self.root = self.root or name
        self._path.append(name)
        self._text = ""
        if len(self._path) == 2 and name == "Contents":
            self.rows.append({})

    def says(self, text: str) -> None:
        self._text += text
        if len(self._text) > _MOST_TEXT:
            raise UnreadableAnswer("a text that does not end")

    def closes(self, _name: str) -> None:
        name = self._path.pop()
        if name in _KEPT:
            if len(self._path) == 1:
                self.of_root[name] = self._text
            elif self._path[1:] == ["Contents"]:
                self.rows[-1][name] = self._text
        self._text = ""


def _read(body: bytes, found: _Elements) -> None:
    parser = expat.ParserCreate()
    parser.StartElementHandler = found.opens
    parser.EndElementHandler = found.closes
    parser.CharacterDataHandler = found.says
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(body, True)
    except expat.ExpatError as error:
        raise UnreadableAnswer(f"no XML: {error}") from error


def _refuse(*_declared: object) -> None:
    # Entities that grow, and files that are read along, are declared here; no store needs it.
    raise UnreadableAnswer("it declares a document type")


def _entry(row: dict[str, str]) -> Entry:
    try:
        moment = datetime.fromisoformat(row["LastModified"])
        size = int(row["Size"])
    except (KeyError, ValueError) as error:
        raise UnreadableAnswer("an object without size or date") from error
    if moment.tzinfo is None:
        raise UnreadableAnswer("a date without a zone")
    return Entry(row.get("Key", ""), size, moment)
