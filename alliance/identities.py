"""Signs employees in whom the company's own provider has proved: finds, makes and links their accounts.

The key is issuer and subject, never the e-mail address: addresses are given to the next person, subjects
are not (OpenID Connect Core 1.0, section 5.7). Roles come from groups at every sign-in.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from alliance.acts import SYSTEM, person
from alliance.apps import end_apps_of, keep_apps
from alliance.employing import add_employee
from alliance.errors import Conflict, Invalid
from alliance.models import Employee, Identity, ProvisionedGroup, ProvisionedMember, ProvisionedUser, SignIn
from alliance.settings import Settings
from alliance.signing_in import Manner, NewSignIn, end_every_sign_in, start_sign_in
from alliance.times import is_zone
from alliance.unit_of_work import UnitOfWork

# The provider's clock may be ahead of ours by this much when it says that somebody has left.
_CLOCKS_APART = timedelta(seconds=60)


@dataclass(frozen=True, kw_only=True)
class Proven:
    """Somebody whom the provider has just vouched for; everything but issuer and subject may be empty."""

    issuer: str
    subject: str
    email: str = ""
    name: str = ""
    timezone: str = ""
    object_id: str = ""
    """Entra's own key of the account (`oid`); its `sub` is another one for each application."""
    groups: tuple[str, ...] = ()
    provider_session: str | None = None
    id_token: str = ""


class Refusal(StrEnum):
    """Why somebody who is proven does not come in."""

    NOT_A_MEMBER = "not-a-member"
    CLOSED = "closed"
    WITHOUT_EMAIL = "without-email"
    HAS_ACCOUNT = "has-account"
    """There is an account with that address, which nobody has linked yet."""


@dataclass(frozen=True)
class Entered:
    """A browser that was signed in by the provider; `former_roles` None for an account that is new."""

    made: NewSignIn
    former_roles: tuple[str, ...] | None


def roles_from(
    groups: tuple[str, ...], settings: Settings, former: Sequence[str] = ()
) -> tuple[str, ...] | None:
    """The roles that groups give; None when the settings name no such groups, so roles are given here.

    Who reads for the works council keeps that of their `former` roles where no group is named for it.
    """
    if not (settings.oidc_admin_groups or settings.oidc_moderator_groups or settings.oidc_council_groups):
        return None
    given = {
        "council": settings.oidc_council_groups,
        "moderator": settings.oidc_moderator_groups,
        "admin": settings.oidc_admin_groups,
    }
    kept = () if settings.oidc_council_groups or "council" not in former else ("council",)
    return ("employee", *kept, *(role for role, names in given.items() if set(names) & set(groups)))


def may_come_in(groups: tuple[str, ...], settings: Settings) -> bool:
    """Whether somebody in these groups may sign in at all."""
    if not settings.oidc_employee_groups:
        return True
    all_named = (
        settings.oidc_employee_groups
        + settings.oidc_council_groups
        + settings.oidc_moderator_groups
        + settings.oidc_admin_groups
    )
    return bool(set(all_named) & set(groups))


async def sign_in_proven(
    uow: UnitOfWork, proven: Proven, *, device: str = "", language: str | None = None
) -> Entered | Refusal:
    """Signs the browser of somebody in whom the provider vouches for, making their account when it is new.

    Whoever is no longer in a group that may sign in loses roles and every sign-in, at once.
    """
    identity = await identity_of(uow, proven.issuer, proven.subject)
    if identity is None:
        identity = await _provisioned(uow, proven)
    if identity is not None:
        proven = await _with_groups(uow, identity.employee_id, proven)
    if not may_come_in(proven.groups, uow.settings):
        if identity is not None:
            await _take_roles(uow, identity.employee)
        return Refusal.NOT_A_MEMBER
    if identity is None:
        return await _newcomer(uow, proven, device, language)
    if identity.employee.disabled_at is not None:
        return Refusal.CLOSED
    await _follow_address(uow, identity.employee, proven.email)
    return await _enter(uow, identity, proven, device)


async def link_identity(uow: UnitOfWork, employee: Employee, issuer: str, subject: str) -> Identity:
    """Remembers that this account is that person at the provider; somebody has proved or decided it.

    Raises Conflict when either of them is linked already.
    """
    if await identity_of(uow, issuer, subject) is not None:
        raise Conflict("This company account is connected to an account here already.")
    taken = select(Identity.id).where(Identity.employee_id == employee.id, Identity.issuer == issuer)
    if await uow.db.scalar(taken) is not None:
        raise Conflict("This account is connected to another company account already.")
    identity = Identity(
        id=uow.new_id(), employee_id=employee.id, issuer=issuer, subject=subject, created_at=uow.now
    )
    identity.employee = employee
    uow.db.add(identity)
    await uow.db.flush()
    uow.audit("employee.connected", person(employee.id))
    return identity


async def connect(
    uow: UnitOfWork, employee_id: int, proven: Proven, *, device: str = ""
) -> Entered | Refusal:
    """Links an account whose owner has just proved to be that, and signs in. Raises Conflict."""
    employee = await uow.db.get_one(Employee, employee_id)
    proven = await _with_groups(uow, employee_id, proven)
    if not may_come_in(proven.groups, uow.settings):
        return Refusal.NOT_A_MEMBER
    if employee.disabled_at is not None:
        return Refusal.CLOSED
    identity = await link_identity(uow, employee, proven.issuer, proven.subject)
    return await _enter(uow, identity, proven, device)


async def end_provider_session(
    uow: UnitOfWork, issuer: str, *, subject: str | None, provider_session: str | None, said_at: datetime
) -> int:
    """Ends the sign-ins that the provider has ended (OpenID Connect Back-Channel Logout 1.0); how many.

    Whoever has signed in since `said_at` stays, so a notice that is played again ends nothing new.
    """
    ended = select(Identity.id).where(Identity.issuer == issuer)
    if subject is not None:
        ended = ended.where(Identity.subject == subject)
    which = [SignIn.identity_id.in_(ended), SignIn.created_at <= said_at + _CLOCKS_APART]
    if provider_session is not None:
        which.append(SignIn.provider_session == provider_session)
    else:
        # Not one browser but the whole account: apps stop as well, as with a token that is revoked.
        owners = select(Identity.employee_id).where(Identity.id.in_(ended))
        await end_apps_of(uow, (await uow.db.scalars(owners)).all(), said_at + _CLOCKS_APART)
    gone = await uow.db.scalars(delete(SignIn).where(*which).returning(SignIn.token_hash))
    return len(gone.all())


async def change_roles(
    uow: UnitOfWork, employee: Employee, roles: tuple[str, ...], by: Employee | None = None
) -> bool:
    """Gives an account exactly these roles; other than before signs it out everywhere. Whether it did."""
    if set(employee.roles) == set(roles):
        return False
    _note_roles(uow, employee, roles, by)
    employee.roles = list(roles)
    await end_every_sign_in(uow, employee.id)
    await uow.db.flush()
    return True


def _note_roles(
    uow: UnitOfWork, employee: Employee, roles: Sequence[str], by: Employee | None = None
) -> None:
    """Where nobody decides it here, the company's provider has."""
    before, after = ",".join(employee.roles), ",".join(roles)
    if before != after:
        on = person(employee.id)
        uow.audit("employee.roles-changed", on, by=by or uow.who or SYSTEM, before=before, after=after)


async def identity_of(uow: UnitOfWork, issuer: str, subject: str) -> Identity | None:
    """The identity with its employee, or None."""
    return await uow.db.scalar(
        select(Identity)
        .where(Identity.issuer == issuer, Identity.subject == subject)
        .options(joinedload(Identity.employee))
    )


async def _provisioned(uow: UnitOfWork, proven: Proven) -> Identity | None:
    """Whom the directory has sent ahead (SCIM) comes in without being asked: its key is the one just proved.

    The address would not do, as addresses are given to the next person.
    """
    keys = [key for key in (proven.subject, proven.object_id) if key]
    ahead = select(Employee).join(ProvisionedUser, ProvisionedUser.employee_id == Employee.id)
    found = ahead.where(ProvisionedUser.external_id.in_(keys), ProvisionedUser.left_at.is_(None))
    employee = (await uow.db.scalars(found.limit(2))).all()
    if len(employee) != 1:
        return None
    linked = select(Identity.id).where(
        Identity.employee_id == employee[0].id, Identity.issuer == proven.issuer
    )
    if await uow.db.scalar(linked) is not None:
        return None
    return await link_identity(uow, employee[0], proven.issuer, proven.subject)


async def _with_groups(uow: UnitOfWork, employee_id: int, proven: Proven) -> Proven:
    """With the groups that the directory has named besides those of this sign-in."""
    named = (
        select(ProvisionedGroup.name)
        .join(ProvisionedMember, ProvisionedMember.group_id == ProvisionedGroup.id)
        .where(ProvisionedMember.employee_id == employee_id)
    )
    return replace(proven, groups=tuple({*proven.groups, *await uow.db.scalars(named)}))


async def _newcomer(uow: UnitOfWork, proven: Proven, device: str, language: str | None) -> Entered | Refusal:
    email = proven.email.strip().lower()
    if email and await uow.db.scalar(select(Employee.id).where(Employee.email == email)) is not None:
        return Refusal.HAS_ACCOUNT
    roles = roles_from(proven.groups, uow.settings) or ("employee",)
    try:
        employee = await add_employee(uow, email, proven.name or email.partition("@")[0], roles)
    except Invalid:
        return Refusal.WITHOUT_EMAIL
    if len(employee.roles) > 1:
        uow.audit("employee.added", person(employee.id), by=SYSTEM, roles=",".join(employee.roles))
    employee.language = language
    employee.timezone = proven.timezone if is_zone(proven.timezone) else None
    identity = await link_identity(uow, employee, proven.issuer, proven.subject)
    entered = await _enter(uow, identity, proven, device)
    return Entered(entered.made, None)


async def _enter(uow: UnitOfWork, identity: Identity, proven: Proven, device: str) -> Entered:
    employee = identity.employee
    former = tuple(employee.roles)
    roles = roles_from(proven.groups, uow.settings, former)
    if roles is not None:
        await change_roles(uow, employee, roles)
    manner = Manner(
        method="oidc",
        device=device,
        identity_id=identity.id,
        provider_session=proven.provider_session,
        id_token=proven.id_token,
    )
    await keep_apps(uow, employee.id)
    return Entered(await start_sign_in(uow, employee, manner), former)


async def _take_roles(uow: UnitOfWork, employee: Employee) -> None:
    """Whoever may not come in any more is signed out; roles that groups give are gone as well."""
    if roles_from((), uow.settings) is not None:
        _note_roles(uow, employee, ("employee",))
        employee.roles = ["employee"]
    await end_every_sign_in(uow, employee.id)
    await uow.db.flush()


async def _follow_address(uow: UnitOfWork, employee: Employee, email: str) -> None:
    """The provider knows when somebody's address changes; one that somebody else has here stays theirs."""
    email = email.strip().lower()
    if not email or email == employee.email or len(email) > 320:
        return
    if await uow.db.scalar(select(Employee.id).where(Employee.email == email)) is None:
        employee.email = email
