"""What a company holds back of the fields that may leave: from everybody, or from one partner."""

from collections.abc import Mapping
from dataclasses import dataclass

import orjson
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.database import ReadingSession
from alliance.errors import Invalid
from alliance.instance import Instance
from alliance.models import Company, OutboundRule
from alliance.unit_of_work import UnitOfWork
from federation.outbound import OPTIONAL, Held, only_allowed
from federation.remembering import Remembered

NOTHING: Held = frozenset()


@dataclass(frozen=True)
class Rules:
    """All of them: from everybody, and from partners by host and by company."""

    from_all: Held
    by_host: Mapping[str, Held]
    by_company: Mapping[int, Held]

    def from_host(self, host: str) -> Held:
        """What this host does not get."""
        return self.from_all | self.by_host.get(host, NOTHING)

    def from_company(self, company_id: int | None) -> Held:
        """What this partner does not get; None for strangers."""
        return self.from_all | self.by_company.get(company_id or 0, NOTHING)


async def read_rules(db: AsyncSession) -> Rules:
    """The rules as they are now."""
    rows = await db.execute(
        select(OutboundRule.kind, OutboundRule.field, Company.id, Company.host).join(
            Company, Company.id == OutboundRule.company_id, isouter=True
        )
    )
    from_all, by_host, by_company = NOTHING, dict[str, Held](), dict[int, Held]()
    for row in rows:
        one = frozenset({(row.kind, row.field)})
        if row.id is None:
            from_all |= one
        else:
            by_host[row.host] = by_host.get(row.host, NOTHING) | one
            by_company[row.id] = by_company.get(row.id, NOTHING) | one
    return Rules(from_all, by_host, by_company)


class HeldBack(Remembered):
    """The rules, remembered for a few seconds."""

    def __init__(self, instance: Instance) -> None:
        super().__init__(instance)
        self._rules = Rules(NOTHING, {}, {})

    async def look(self, db: ReadingSession) -> None:
        """Reads all rules."""
        self._rules = await read_rules(db)

    def from_company(self, company_id: int | None) -> Held:
        """What this partner does not get; None for strangers."""
        return self._rules.from_company(company_id)

    def is_different_for(self, company_id: int | None) -> bool:
        """Whether this partner gets less than strangers do."""
        return bool(self._rules.by_company.get(company_id or 0))

    async def narrowed(self, host: str, body: bytes) -> bytes:
        """The bytes of an activity for this host; the same bytes where nothing is held back."""
        await self.refresh()
        held = self._rules.from_host(host)
        return orjson.dumps(only_allowed(orjson.loads(body), held)) if held else body


async def choose_held_back(uow: UnitOfWork, company_id: int | None, held: Held, by_id: int | None) -> None:
    """From now on exactly these fields are held back, from everybody (None) or from one company.

    What has been sent before stays where it is. Raises Invalid for a field that can't be held back.
    """
    known = {(kind, field) for kind, fields in OPTIONAL.items() for field in fields}
    if not held <= known:
        raise Invalid("This field can't be held back.")
    of_them = (
        OutboundRule.company_id.is_(None) if company_id is None else OutboundRule.company_id == company_id
    )
    await uow.db.execute(delete(OutboundRule).where(of_them))
    for kind, field in sorted(held):
        uow.db.add(
            OutboundRule(
                id=uow.new_id(),
                company_id=company_id,
                kind=kind,
                field=field,
                by_id=by_id,
                created_at=uow.now,
            )
        )
    await uow.db.flush()
    uow.audit("setting.changed", setting="outbound", company=company_id or 0, held=len(held))
