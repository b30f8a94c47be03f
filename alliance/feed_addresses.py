"""The secret address of an employee's own feeds: opened, replaced, closed; it dies with the account.

The token is derived from a version, so a stolen database opens no feed.
"""

import re

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from alliance.models import Employee, FeedAddress
from alliance.unit_of_work import UnitOfWork
from alliance.vault import Vault

_TOKEN = re.compile(r"([0-9]{1,19})-([A-Za-z0-9_-]{32})")
_LARGEST_ID = (1 << 63) - 1


async def open_feeds(uow: UnitOfWork, employee_id: int) -> FeedAddress:
    """A new address for this employee's feeds; the one before, if any, is void from now on."""
    address = await uow.db.get(FeedAddress, employee_id)
    if address is None:
        address = FeedAddress(employee_id=employee_id, version=0)
        uow.db.add(address)
    address.version += 1
    address.is_open, address.changed_at = True, uow.now
    await uow.db.flush()
    return address


async def close_feeds(uow: UnitOfWork, employee_id: int) -> None:
    """No address leads to this employee's feeds any more."""
    address = await uow.db.get(FeedAddress, employee_id)
    if address is not None:
        address.is_open, address.changed_at = False, uow.now
        await uow.db.flush()


async def feed_token(db: AsyncSession, vault: Vault, employee_id: int) -> str | None:
    """What stands in the address `/feeds/<token>/calendar.ics`; None while there is none."""
    address = await db.scalar(select(FeedAddress).where(FeedAddress.employee_id == employee_id))
    if address is None or not address.is_open:
        return None
    return f"{employee_id}-{vault.mark(_message(employee_id, address.version))}"


async def reader_of_feeds(db: AsyncSession, vault: Vault, token: str) -> Employee | None:
    """Whose feeds these are, with person and company; None for a void address or a closed account."""
    match = _TOKEN.fullmatch(token)
    if match is None or int(match[1]) > _LARGEST_ID:
        return None
    address = await db.scalar(
        select(FeedAddress)
        .where(FeedAddress.employee_id == int(match[1]), FeedAddress.is_open)
        .options(joinedload(FeedAddress.employee).joinedload(Employee.person))
    )
    if address is None or not vault.is_mark(_message(address.employee_id, address.version), match[2]):
        return None
    return address.employee if address.employee.disabled_at is None else None


def _message(employee_id: int, version: int) -> str:
    return f"feeds:{employee_id}:{version}"
