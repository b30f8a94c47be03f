"""Links with which people choose a password: to begin with, and when they have forgotten theirs."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from alliance.acts import person
from alliance.employing import add_employee
from alliance.errors import Conflict, Forbidden
from alliance.identifiers import new_token
from alliance.mailing import post_secret
from alliance.models import Employee, SignInLink
from alliance.signing_in import change_password, digest_of
from alliance.unit_of_work import UnitOfWork

VALID_FOR = {"invitation": timedelta(hours=24), "reset": timedelta(hours=1)}
_CALM = timedelta(minutes=5)
_SPENT_SENTENCE = "This link has been used already, or it is too old. Ask for a new one."


async def invite_employee(
    uow: UnitOfWork, email: str, name: str, roles: tuple[str, ...] = ("employee",)
) -> tuple[Employee, str]:
    """Makes an account and mails the link to choose its password; tells the link as well, good for 24 hours.

    Raises Invalid with a problem per field, Conflict, Forbidden where passwords are turned off.
    """
    _refuse_without_passwords(uow)
    employee = await add_employee(uow, email, name, roles)
    return employee, await send_link(uow, employee, "invitation")


async def send_link(uow: UnitOfWork, employee: Employee, purpose: str) -> str:
    """Makes a link, mails it where there is a mail server, and tells it; the ones before become void.

    Raises Conflict for a closed account, Forbidden where passwords are turned off.
    """
    _refuse_without_passwords(uow)
    if employee.disabled_at is not None:
        raise Conflict("This account is closed.")
    await uow.db.execute(delete(SignInLink).where(SignInLink.employee_id == employee.id))
    token = new_token()
    uow.db.add(
        SignInLink(
            token_hash=digest_of(token),
            employee_id=employee.id,
            purpose=purpose,
            created_at=uow.now,
            expires_at=uow.now + VALID_FOR[purpose],
        )
    )
    await uow.db.flush()
    uow.audit("employee.link-made", person(employee.id), purpose=purpose)
    address = f"{uow.settings.origin}/sign-in/link/{token}"
    if uow.settings.smtp is not None:
        await post_secret(uow, purpose, employee.id, address)
    return address


async def ask_for_reset(uow: UnitOfWork, email: str) -> None:
    """Mails a link to whoever has an open account there, one in five minutes; tells nobody whether."""
    employee = await uow.db.scalar(select(Employee).where(Employee.email == email.strip().lower()[:320]))
    if employee is None or employee.disabled_at is not None or uow.settings.smtp is None:
        return
    recently = select(SignInLink.token_hash).where(
        SignInLink.employee_id == employee.id, SignInLink.created_at > uow.now - _CALM
    )
    if await uow.db.scalar(recently) is None:
        await send_link(uow, employee, "reset")


async def owner_of_link(db: AsyncSession, token: str, now: datetime) -> Employee:
    """Whose password a link is for. Raises Conflict for one that is used, too old or made up."""
    link = None
    if len(token) <= 100:
        link = await db.scalar(
            select(SignInLink)
            .where(SignInLink.token_hash == digest_of(token), SignInLink.expires_at > now)
            .options(joinedload(SignInLink.employee))
        )
    if link is None or link.employee.disabled_at is not None:
        raise Conflict(_SPENT_SENTENCE)
    return link.employee


async def use_link(uow: UnitOfWork, token: str, password_hash: str) -> Employee:
    """Sets the password (see `signing_in.hash_password`), once; signs out everywhere. Raises Conflict."""
    _refuse_without_passwords(uow)
    owner = await owner_of_link(uow.db, token, uow.now)
    spent = await uow.db.scalars(
        delete(SignInLink).where(SignInLink.token_hash == digest_of(token)).returning(SignInLink.token_hash)
    )
    if not spent.all():
        # Two browsers at once: one of them was faster.
        raise Conflict(_SPENT_SENTENCE)
    await change_password(uow, owner.id, password_hash)
    return owner


def _refuse_without_passwords(uow: UnitOfWork) -> None:
    if not uow.settings.passwords:
        raise Forbidden("Passwords are turned off here. Please sign in with your company account.")
