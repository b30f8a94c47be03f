"""Administrators decide about the accounts of employees: roles, closing, ending sign-ins, handing over."""

from collections.abc import Sequence

from sqlalchemy import Select, String, cast, select
from sqlalchemy.orm import selectinload

from alliance.acts import person
from alliance.co_hosts import co_host_rows, settle_co_hosts
from alliance.employing import disable_employee, enable_employee
from alliance.errors import Conflict, Forbidden, Invalid, NotFound
from alliance.facts import SessionChanged, SessionHandedOver
from alliance.identities import change_roles, roles_from
from alliance.models import ROLES, CoHost, Employee, Person, Session
from alliance.queries.sessions import locked_session
from alliance.settings import Settings
from alliance.signing_in import end_every_sign_in
from alliance.unit_of_work import UnitOfWork

MOST_HANDED_OVER = 200


async def give_roles(
    uow: UnitOfWork, employee_id: int, roles: Sequence[str], by: Employee | None
) -> Employee:
    """Gives an account exactly these roles, besides `employee`; other than before signs it out everywhere.

    `by` is the administrator, or None for the operator at the command line; so for every verb here. Raises
    Forbidden, NotFound, Invalid, and Conflict for the last administrator, or where groups of the company's
    sign-in give the roles.
    """
    _refuse_unless_admin(by)
    employee = await _account(uow, employee_id)
    if unknown := set(roles) - set(ROLES):
        raise Invalid("There is no role “{role}”.", field="roles", role=min(unknown)[:40])
    if are_given_by_groups(uow.settings):
        raise Conflict("Roles come from the groups of your company's sign-in. Please change them there.")
    if "admin" not in roles:
        await refuse_last_admin(uow, employee)
    wanted = tuple(role for role in ROLES if role == "employee" or role in roles)
    await change_roles(uow, employee, wanted, by)
    return employee


async def close_account(uow: UnitOfWork, employee_id: int, by: Employee | None) -> Employee:
    """Closes it at once. Raises Forbidden, NotFound, and Conflict for the last administrator."""
    _refuse_unless_admin(by)
    await refuse_last_admin(uow, await _account(uow, employee_id))
    return await disable_employee(uow, employee_id)


async def open_account(uow: UnitOfWork, employee_id: int, by: Employee | None) -> Employee:
    """Opens a closed account again. Raises Forbidden, NotFound."""
    _refuse_unless_admin(by)
    return await enable_employee(uow, employee_id)


async def sign_out_everywhere(uow: UnitOfWork, employee_id: int, by: Employee | None) -> None:
    """Ends every sign-in, link and app of an account, which stays open. Raises Forbidden, NotFound."""
    _refuse_unless_admin(by)
    employee = await _account(uow, employee_id)
    await end_every_sign_in(uow, employee.id)
    uow.audit("employee.signed-out", person(employee.id), by=by)


async def hand_over_sessions(uow: UnitOfWork, employee_id: int, username: str, by: Employee | None) -> int:
    """Makes a colleague host of every session to come of somebody; how many. The colleague is told.

    Raises Forbidden, NotFound, and Invalid for somebody who is no colleague with an open account.
    """
    _refuse_unless_admin(by)
    giver = await _account(uow, employee_id)
    heir = await _heir(uow, username, giver)
    hosted = select(Session.id).where(
        Session.host_id == giver.id,
        Session.uri.is_(None),
        Session.status != "draft",
        Session.withdrawn_at.is_(None),
        Session.ends_at > uow.now,
    )
    count = 0
    for session_id in (await uow.db.scalars(hosted.order_by(Session.id).limit(MOST_HANDED_OVER))).all():
        session = await locked_session(uow.db, session_id)
        if session is not None:
            await _give(uow, session, heir)
            count += 1
    if count:
        uow.audit("employee.handed-over", person(giver.id), by=by, to=str(heir.id), count=count)
    return count


async def refuse_last_admin(uow: UnitOfWork, employee: Employee) -> None:
    """Raises Conflict where nobody else could administer the instance any more.

    Whoever asks at the same time waits: two administrators can't take each other's role at once.
    """
    if "admin" not in employee.roles or employee.disabled_at is not None:
        return
    others = await uow.db.scalars(open_administrators().with_for_update(of=Employee))
    if not [one for one in others if one.id != employee.id]:
        raise Conflict("This is the only administrator. Make somebody else one first.")


def open_administrators() -> Select[Employee]:
    """Open accounts with the role."""
    # A JSON list as text is the same in both databases, and no other role has these letters.
    is_admin = cast(Employee.roles, String).like('%"admin"%')
    return select(Employee).where(is_admin, Employee.disabled_at.is_(None)).order_by(Employee.id)


def are_given_by_groups(settings: Settings) -> bool:
    """Whether the company's provider decides about roles at each sign-in."""
    return roles_from((), settings) is not None


async def _give(uow: UnitOfWork, session: Session, heir: Person) -> None:
    for co_host in await co_host_rows(uow, session, CoHost.person_id == heir.id):
        await uow.db.delete(co_host)
    session.host_id, session.host = heir.id, heir
    await settle_co_hosts(uow, session)
    session.updated_at = uow.now
    await uow.db.flush()
    uow.record(SessionChanged(session, previous_audience=session.audience))
    uow.record(SessionHandedOver(session, heir))


async def _heir(uow: UnitOfWork, username: str, giver: Employee) -> Person:
    heir = await uow.db.scalar(
        select(Person)
        .join(Employee, Employee.id == Person.id)
        .where(
            Person.username == username.strip().lstrip("@").lower()[:64],
            Person.host.is_(None),
            Employee.disabled_at.is_(None),
            Employee.id != giver.id,
        )
        .options(selectinload(Person.company))
    )
    if heir is None:
        raise Invalid("There is no other open account with this name.", field="username")
    return heir


async def _account(uow: UnitOfWork, employee_id: int) -> Employee:
    employee = await uow.db.scalar(select(Employee).where(Employee.id == employee_id))
    if employee is None:
        raise NotFound("There is no such account.")
    return employee


def _refuse_unless_admin(by: Employee | None) -> None:
    if by is not None and (by.disabled_at is not None or not by.has_role("admin")):
        raise Forbidden("Only administrators decide about accounts.")
