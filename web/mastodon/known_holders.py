"""Whoever asks a hundred times is looked up a hundred times, but put together once."""

from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, or_, select

from alliance.database import UtcDateTime
from alliance.instance import Instance
from alliance.models import App, AppToken, Company, Employee, ExpertProfile, Person
from alliance.queries.asking import Question
from alliance.signing_in import digest_of
from web.mastodon.holders import holder_of

MOST_KNOWN = 2_000
_TABLES: tuple[Any, ...] = (AppToken, App, Employee, Person, Company, ExpertProfile)


class KnownHolders:
    """Tokens with their employees, each beside the rows it was made of.

    These rows are read for every request: a token that has ended is gone at once, and whoever has changed is
    put together anew. Only the time that takes is saved.
    """

    def __init__(self, most: int = MOST_KNOWN) -> None:
        self._most = most
        self._known: dict[str, tuple[tuple[Any, ...], AppToken]] = {}

    async def holder_of(self, instance: Instance, secret: str) -> AppToken | None:
        """The same as `holders.holder_of`; what it gives is for reading alone."""
        digest, now = digest_of(secret[:200]), instance.clock.now()
        values = {"digest": digest, "now": now}
        rows = await instance.look(lambda db: _rows().rows(db, values))
        if not rows:
            self._known.pop(digest, None)
            return None
        source = (now.year, now.month, *rows[0])
        known = self._known.get(digest)
        if known is not None and known[0] == source:
            return known[1]
        async with instance.reading() as db:
            token = await holder_of(instance, db, secret)
        if token is None:
            return None
        if len(self._known) >= self._most:
            self._known.pop(next(iter(self._known)))
        self._known[digest] = (source, token)
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
