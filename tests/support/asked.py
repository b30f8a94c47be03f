"""What tests ask of their database, noted in one run so that a run on another database asks nothing twice."""

import hashlib
import json
import os
import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

# `IN (?, ?, ?)` is the same question however many there are, and so is an insertion of several rows.
_LIST = re.compile(r"\(\?(?:, \?)+\)")
_ROWS = re.compile(r"\(\?\)(?:, \(\?\))+")
_KIND = re.compile(r"(?<=[\[-])(?:sqlite|postgresql)(?=[\]-])")
# What happens at the same time, or in another process, is another thing on every database.
_APART = re.compile(r"\bgather\(|TaskGroup|task_group|two_workers|worker_process|postgresql")


@dataclass(frozen=True)
class Asked:
    """One test: its name on whichever database, how long it took in seconds, and what it asked."""

    test: str
    seconds: float
    statements: frozenset[str]


class Recorder:
    """Notes what the test of the moment asks; one file below `folder` for each process of the run."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / f"{os.getpid()}.jsonl"
        self._now: set[str] = set()
        event.listen(Engine, "before_cursor_execute", self._hear)

    @contextmanager
    def during(self, item: pytest.Item) -> Iterator[None]:
        """What is asked while this lasts, fixtures included, is asked by `item`."""
        self._now.clear()
        began = time.monotonic()
        yield
        noted = [name(item), time.monotonic() - began, sorted(self._now)]
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(noted) + "\n")

    def close(self) -> None:
        """Hears nothing more."""
        event.remove(Engine, "before_cursor_execute", self._hear)

    def _hear(self, _connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
        self._now.add(_shape(statement))


def name(item: pytest.Item) -> str:
    """The test's name without that of its database."""
    return _KIND.sub("*", item.nodeid)


def read(folder: Path) -> list[Asked]:
    """What a run noted, all of its processes together."""
    lines = (line for path in sorted(folder.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines())
    return [Asked(test, seconds, frozenset(asked)) for test, seconds, asked in map(json.loads, lines)]


def needless(asked: Iterable[Asked], kept: Iterable[str]) -> set[str]:
    """Tests that a second database can do without: the others ask it every statement that was noted.

    Those in `kept` stay whatever they ask. What few tests ask is given to the quickest of them first.
    """
    tests = sorted(asked, key=lambda one: (one.seconds, one.test))
    by_name = {one.test: one for one in tests}
    chosen = set(kept)
    covered: set[str] = set().union(*(by_name[test].statements for test in chosen if test in by_name))
    times = Counter(statement for one in tests for statement in one.statements)
    quickest: dict[str, Asked] = {}
    for one in tests:
        for statement in one.statements:
            quickest.setdefault(statement, one)
    for statement in sorted(times, key=lambda each: (times[each], each)):
        if statement not in covered:
            chosen.add(quickest[statement].test)
            covered |= quickest[statement].statements
    return by_name.keys() - chosen


def leave_out(items: list[pytest.Item], folder: Path) -> list[pytest.Item]:
    """Takes what is needless from `items`, which all need a database or none; returns what was taken.

    What the run before did not see stays, and so does what is about several processes or things at once.
    """
    asked = [one for one in read(folder) if one.statements]
    kept = {name(item) for item in items if _stands_apart(item.path)}
    without = needless(asked, kept)
    left_out = [item for item in items if "databases" in _fixtures(item) and name(item) in without]
    gone = set(left_out)
    items[:] = [item for item in items if item not in gone]
    return left_out


def _fixtures(item: pytest.Item) -> list[str]:
    return getattr(item, "fixturenames", [])


@cache
def _stands_apart(path: Path) -> bool:
    return _APART.search(path.read_text("utf-8")) is not None


@cache
def _shape(statement: str) -> str:
    same = _ROWS.sub("(?)", _LIST.sub("(?)", statement))
    return hashlib.sha256(same.encode()).hexdigest()[:16]
