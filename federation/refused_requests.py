"""Remembers what the inbox turned away, by host and reason: a bounded number of rows, written now and then.

A flood costs a few rows every few seconds, whoever it claims to come from, and strangers never push out
what is remembered of partners.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from alliance.unit_of_work import UnitOfWork
from alliance.upserts import insert
from federation.explaining import Explanation, claim_of, explain
from federation.models import RefusedRequest
from federation.refusals import NotAccepted
from federation.signatures import Rejection, SignedRequest
from federation.uris import host_of

MOST_ROWS = 200
"""Of hosts that we know, and once more of all others."""
KEEP = timedelta(days=14)
MOST_WRITTEN = {True: 20, False: 10}
"""Rows at a time, of hosts that we know and of others; a request more than that is not explained."""
MOST_LOOKED_AT = 200
"""Requests at a time; what is more is only counted by the tallies."""


@dataclass(slots=True)
class Noted:
    """What was turned away since the last time for one reason, from one host."""

    explanation: Explanation
    is_known: bool
    first_at: datetime
    last_at: datetime
    count: int = 1


Key = tuple[date, str, str]


class RefusedRequests:
    """The latest of one process; `is_known` tells whether a host is a partner of ours, or was."""

    def __init__(self, is_known: Callable[[str], bool]) -> None:
        self._is_known = is_known
        self._noted: dict[Key, Noted] = {}
        self._looked_at = 0
        self._rows = {True: 0, False: 0}

    def note(self, refusal: Rejection | NotAccepted, request: SignedRequest | None, now: datetime) -> None:
        """Remembers a refusal, and explains it if it is the first of its kind since the last time."""
        if self._looked_at >= MOST_LOOKED_AT:
            return
        self._looked_at += 1
        claim = claim_of(request) if request is not None else None
        host = host_of(claim.key_id)[:260] if claim else ""
        key = (now.astimezone(UTC).date(), host, refusal.reason.word)
        known = self._noted.get(key)
        if known is not None:
            known.count, known.last_at = known.count + 1, now
            return
        is_known = bool(host) and self._is_known(host)
        if self._rows[is_known] < MOST_WRITTEN[is_known]:
            self._rows[is_known] += 1
            self._noted[key] = Noted(explain(refusal, request, now), is_known, now, now)

    def take(self) -> dict[Key, Noted]:
        """What was noted since the last time; from now on it is for the caller to write down."""
        taken, self._noted = self._noted, {}
        self._looked_at, self._rows = 0, {True: 0, False: 0}
        return taken


async def write_down(uow: UnitOfWork, noted: dict[Key, Noted]) -> None:
    """Adds to the rows of the same day, host and reason, and forgets what is old or too much."""
    if not noted:
        return
    statement = insert(uow.db, RefusedRequest).values(list(_rows(uow, noted)))
    new = statement.excluded
    await uow.db.execute(
        statement.on_conflict_do_update(
            index_elements=["day", "host", "reason"],
            set_={
                "count": RefusedRequest.count + new.count,
                "last_at": new.last_at,
                "is_known": new.is_known,
                "explanation": new.explanation,
            },
        )
    )
    await _forget(uow)


def _rows(uow: UnitOfWork, noted: dict[Key, Noted]) -> Iterable[dict[str, Any]]:
    for (day, host, reason), one in sorted(noted.items()):
        yield {
            "id": uow.new_id(),
            "day": day,
            "host": host,
            "reason": reason,
            "is_known": one.is_known,
            "count": one.count,
            "first_at": one.first_at,
            "last_at": one.last_at,
            "explanation": one.explanation.stored(),
        }


async def _forget(uow: UnitOfWork) -> None:
    old = uow.now.astimezone(UTC).date() - KEEP
    await uow.db.execute(delete(RefusedRequest).where(RefusedRequest.day < old))
    for is_known in (True, False):
        too_many = (
            select(RefusedRequest.id)
            .where(RefusedRequest.is_known == is_known)
            .order_by(RefusedRequest.last_at.desc(), RefusedRequest.id.desc())
            .offset(MOST_ROWS)
        )
        await uow.db.execute(
            delete(RefusedRequest)
            .where(RefusedRequest.id.in_(too_many.scalar_subquery()))
            .execution_options(synchronize_session=False)
        )
