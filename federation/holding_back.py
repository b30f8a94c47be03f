"""What a company holds back of the fields that may leave: from everybody, or from one partner."""

import orjson
from sqlalchemy import delete, select

from alliance.database import ReadingSession
from alliance.errors import Invalid
from alliance.instance import Instance
from alliance.models import Company, OutboundRule
from alliance.unit_of_work import UnitOfWork
from federation.outbound import OPTIONAL, Held, only_allowed
from federation.remembering import Remembered

NOTHING: Held = frozenset()


class HeldBack(Remembered):
    """The rules, remembered for a few seconds."""

    def __init__(self, instance: Instance) -> None:
        super().__init__(instance)
        self._from_all: Held = NOTHING
        self._from_host: dict[str, Held] = {}
        self._from_company: dict[int, Held] = {}

    async def look(self, db: ReadingSession) -> None:
        """Reads all rules."""
        rows = await db.execute(
            select(OutboundRule.kind, OutboundRule.field, Company.id, Company.host).join(
                Company, Company.id == OutboundRule.company_id, isouter=True
            )
        )
        self._take([(row.kind, row.field, row.id, row.host) for row in rows])

    def from_host(self, host: str) -> Held:
        """What this host does not get."""
        return self._from_all | self._from_host.get(host, NOTHING)

    def from_company(self, company_id: int | None) -> Held:
        """What this partner does not get; None for strangers."""
        return self._from_all | self._from_company.get(company_id or 0, NOTHING)

    def is_different_for(self, company_id: int | None) -> bool:
        """Whether this partner gets less than strangers do."""
        return bool(self._from_company.get(company_id or 0))

    async def narrowed(self, host: str, body: bytes) -> bytes:
        """The bytes of an activity for this host; the same bytes where nothing is held back."""
        await self.refresh()
        held = self.from_host(host)
        return orjson.dumps(only_allowed(orjson.loads(body), held)) if held else body

    def _take(self, rows: list[tuple[str, str, int | None, str | None]]) -> None:
        self._from_all = frozenset((kind, field) for kind, field, company, _ in rows if company is None)
        self._from_host, self._from_company = {}, {}
        for kind, field, company_id, host in rows:
            if company_id is not None and host is not None:
                one = frozenset({(kind, field)})
                self._from_host[host] = self._from_host.get(host, NOTHING) | one
                self._from_company[company_id] = self._from_company.get(company_id, NOTHING) | one


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
