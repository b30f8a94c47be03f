"""What an employee chooses to hear of, by mail and on the page of notifications."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.errors import NotFound
from alliance.mail_queue import forgive_bounces
from alliance.models import Employee, NotificationChoice
from alliance.notice_kinds import CHOICES, Defaults
from alliance.queries.newsletter import KIND, is_for_everybody
from alliance.unit_of_work import UnitOfWork
from alliance.upserts import insert


async def choices_of(db: AsyncSession, employee_id: int) -> dict[str, Defaults]:
    """Every choice as it stands, in the order in which people are asked."""
    rows = await db.scalars(select(NotificationChoice).where(NotificationChoice.employee_id == employee_id))
    made = {row.kind: Defaults(by_mail=row.by_mail, in_app=row.in_app) for row in rows.all()}
    digest = Defaults(by_mail=await is_for_everybody(db), in_app=False)
    return {kind: made.get(kind, usual) for kind, usual in (CHOICES | {KIND: digest}).items()}


async def choose_notices(uow: UnitOfWork, employee_id: int, wishes: Mapping[str, Defaults]) -> None:
    """Writes what is wished; mail that came back is forgotten, so that it is tried again."""
    for kind, wish in wishes.items():
        if kind in CHOICES:
            await _write(uow, employee_id, kind, wish)
    await forgive_bounces(uow, employee_id)


async def stop_mail(uow: UnitOfWork, employee_id: int, kind: str) -> None:
    """No more mail of one kind; twice is the same as once. Raises NotFound."""
    if kind not in CHOICES or await uow.db.get(Employee, employee_id) is None:
        raise NotFound
    known = (await choices_of(uow.db, employee_id))[kind]
    await _write(uow, employee_id, kind, Defaults(by_mail=False, in_app=known.in_app))


async def _write(uow: UnitOfWork, employee_id: int, kind: str, wish: Defaults) -> None:
    values = {"by_mail": wish.by_mail, "in_app": wish.in_app}
    row = insert(uow.db, NotificationChoice).values(employee_id=employee_id, kind=kind, **values)
    await uow.db.execute(row.on_conflict_do_update(index_elements=["employee_id", "kind"], set_=values))
