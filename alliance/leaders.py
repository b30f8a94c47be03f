"""Leaders share: who may mark a session as one in which somebody who leads people opens doors.

That one leads people everybody says of themselves on their profile. The mark on sessions and series is a
format that people look for, so a moderator agrees once to each person who says so; moderators mark whatever
session they like.
"""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.acts import person
from alliance.errors import Forbidden, NotFound
from alliance.models import Employee, ExpertProfile, Person
from alliance.unit_of_work import UnitOfWork


async def may_mark_leaders(db: AsyncSession, employee: Employee) -> bool:
    """Whether this employee may mark a session that they change: a moderator, or a leader as agreed."""
    if employee.disabled_at is not None:
        return False
    if employee.has_role("moderator"):
        return True
    agreed = select(ExpertProfile.person_id).where(
        ExpertProfile.person_id == employee.id,
        ExpertProfile.is_leader,
        ExpertProfile.leads_since.is_not(None),
    )
    return await db.scalar(agreed) is not None


async def agree_to_leader(uow: UnitOfWork, person_id: int, by: Employee | None, *, yes: bool) -> None:
    """A moderator agrees that somebody leads people, or no longer; None is the operator.

    Sessions keep the mark that they have. Raises Forbidden, and NotFound for whoever does not say so.
    """
    if by is not None and (by.disabled_at is not None or not by.has_role("moderator")):
        raise Forbidden
    profile = await uow.db.scalar(
        select(ExpertProfile)
        .join(Person, Person.id == ExpertProfile.person_id)
        .join(Employee, Employee.id == Person.id)
        .where(ExpertProfile.person_id == person_id, ExpertProfile.is_leader, Person.uri.is_(None))
    )
    if profile is None:
        raise NotFound
    if yes != (profile.leads_since is not None):
        profile.leads_since = uow.now if yes else None
        await uow.db.flush()
        uow.audit("leader.agreed" if yes else "leader.ended", person(person_id), by=by)
