"""Whoever asks a hundred times is looked up a hundred times, but put together once."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, bindparam, or_, select

from alliance.database import UtcDateTime
from alliance.instance import Instance
from alliance.models import App, AppToken, Company, Employee, ExpertProfile, Person
from alliance.queries.asking import Question
from alliance.signing_in import digest_of
from web.mastodon.holders import holder_of

MOST_KNOWN = 2_000
_TABLES: tuple[Any, ...] = (AppToken, App, Employee, Person, Company, ExpertProfile)


class Outdated(Exception):
    """A token was presumed to hold as it was known, and does not."""


@dataclass(frozen=True, slots=True)
class Presumed:
    """A token as it was when it was last looked up; nothing is answered before `holds` has said so."""

    token: AppToken
    digest: str
    now: datetime
    source: tuple[Any, ...]

    def holds(self, db: Connection) -> bool:
        """Whether the rows it was made of are still the same. One query."""
        rows = _rows().rows(db, {"digest": self.digest, "now": self.now})
        return bool(rows) and rows[0] == self.source


class KnownHolders:
    """Tokens with their employees, each beside the rows it was made of.

    These rows are read for every request: a token that has ended is gone at once, and whoever has changed is
    put together anew. Only the time that takes is saved.
    """

    def __init__(self, most: int = MOST_KNOWN) -> None:
        self._most = most
        self._known: dict[str, tuple[tuple[int, int], tuple[Any, ...], AppToken]] = {}

    def presumed(self, instance: Instance, secret: str) -> Presumed | None:
        """What is known of a token without asking; None when it has to be put together."""
        digest, now = digest_of(secret[:200]), instance.clock.now()
        month, source, token = self._known.get(digest, (None, (), None))
        return Presumed(token, digest, now, source) if token and month == (now.year, now.month) else None

    async def holder_of(self, instance: Instance, secret: str) -> AppToken | None:
        """The same as `holders.holder_of`; what it gives is for reading alone."""
        digest, now = digest_of(secret[:200]), instance.clock.now()
        values = {"digest": digest, "now": now}
        rows = await instance.look(lambda db: _rows().rows(db, values))
        if not rows:
            self._known.pop(digest, None)
            return None
        month, source = (now.year, now.month), rows[0]
        known = self._known.get(digest)
        if known is not None and known[:2] == (month, source):
            return known[2]
        async with instance.reading() as db:
            token = await holder_of(instance, db, secret)
        if token is None:
            return None
        if len(self._known) >= self._most:
            self._known.pop(next(iter(self._known)))
        self._known[digest] = (month, source, token)
        return token


@lru_cache
def _rows() -> Question:
    names = [
        column.label(f"{model.__tablename__}_{column.name}")
        for model in _TABLES
        for column in model.__table__.columns
    ]
    query: Any = (
        select(*names)
        .select_from(AppToken)
        .join(App, App.id == AppToken.app_id)
        .outerjoin(Employee, Employee.id == AppToken.employee_id)
        .outerjoin(Person, Person.id == Employee.id)
        .outerjoin(Company, Company.id == Person.company_id)
        .outerjoin(ExpertProfile, ExpertProfile.person_id == Person.id)
        .where(
            AppToken.token_hash == bindparam("digest"),
            or_(AppToken.expires_at.is_(None), AppToken.expires_at > bindparam("now", type_=UtcDateTime)),
            Employee.disabled_at.is_(None),
        )
    )
    return Question(lambda dialect: query)
