"""Compares what every partner holds with what the origin says, straight from the databases."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from tests.support.companies import CompanyProcess

_FIELDS = "title, description_html, starts_at, ends_at, timezone, audience, status, language"

Sessions = dict[str, tuple[object, ...]]


@dataclass(frozen=True)
class Verdict:
    """What is wrong; all empty means that nothing was lost, doubled or overtaken."""

    missing: tuple[str, ...]
    different: tuple[str, ...]
    left_over: tuple[str, ...]
    out_of_order: tuple[str, ...]
    unfinished: int
    failed: int

    @property
    def is_good(self) -> bool:
        return not (
            self.missing
            or self.different
            or self.left_over
            or self.out_of_order
            or self.unfinished
            or self.failed
        )


def judge(companies: list[CompanyProcess]) -> Verdict:
    """Holds every pair of companies against each other."""
    missing, different, left_over, disorder = [], [], [], []
    for origin in companies:
        told = _own_sessions(origin)
        for partner in companies:
            if partner is origin:
                continue
            known = _sessions_from(partner, origin)
            label = f"{origin.name} at {partner.name}: "
            missing += [label + uri for uri in told.keys() - known.keys()]
            left_over += [label + uri for uri in known.keys() - told.keys()]
            different += [
                f"{label}{uri}: {told[uri]} != {known[uri]}"
                for uri in told.keys() & known.keys()
                if told[uri] != known[uri]
            ]
            disorder += [label + pair for pair in _overtaken(partner, origin)]
    return Verdict(
        tuple(missing),
        tuple(different),
        tuple(left_over),
        tuple(disorder),
        unfinished=sum(waiting(company) for company in companies),
        failed=sum(_failed(company) for company in companies),
    )


def waiting(company: CompanyProcess) -> int:
    """Deliveries and received activities that are not through yet."""
    return _number(company, "SELECT count(*) FROM delivery WHERE state = 'waiting'") + _number(
        company, "SELECT count(*) FROM received_activity WHERE state = 'waiting'"
    )


def outcomes(company: CompanyProcess) -> Counter[str]:
    """How many received activities ended in each state."""
    with _open(company.database) as db:
        return Counter(
            dict(db.execute("SELECT state, count(*) FROM received_activity GROUP BY state").fetchall())
        )


def _failed(company: CompanyProcess) -> int:
    return _number(company, "SELECT count(*) FROM delivery WHERE state IN ('dead', 'dropped')") + _number(
        company, "SELECT count(*) FROM received_activity WHERE state IN ('failed', 'refused')"
    )


def _own_sessions(company: CompanyProcess) -> Sessions:
    query = f"""SELECT '{company.origin}/sessions/' || id, {_FIELDS} FROM session
        WHERE uri IS NULL AND withdrawn_at IS NULL AND status != 'draft' AND audience != 'company'"""  # noqa: S608
    return _sessions(company, query)


def _sessions_from(company: CompanyProcess, origin: CompanyProcess) -> Sessions:
    query = f"""SELECT uri, {_FIELDS} FROM session
        WHERE uri LIKE '{origin.origin}/%' AND withdrawn_at IS NULL"""  # noqa: S608
    return _sessions(company, query)


def _sessions(company: CompanyProcess, query: str) -> Sessions:
    with _open(company.database) as db:
        return {row[0]: tuple(row[1:]) for row in db.execute(query)}


def _overtaken(partner: CompanyProcess, origin: CompanyProcess) -> Iterator[str]:
    """Activities of one sender that were taken in before an older one of the same sender."""
    with _open(partner.database) as db:
        rows = db.execute(
            "SELECT actor_uri, uri FROM received_activity WHERE uri LIKE ? ORDER BY id",
            (f"{origin.origin}/%",),
        ).fetchall()
    by_actor: dict[str, list[int]] = {}
    for actor, uri in rows:
        by_actor.setdefault(actor, []).append(int(uri.rsplit("/", 1)[1]))
    for actor, numbers in by_actor.items():
        yield from (
            f"{actor}: {later} before {earlier}" for later, earlier in pairwise(numbers) if later >= earlier
        )


def _number(company: CompanyProcess, query: str) -> int:
    with _open(company.database) as db:
        count: int = db.execute(query).fetchone()[0]
        return count


def _open(path: Path) -> closing[sqlite3.Connection]:
    return closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30))
