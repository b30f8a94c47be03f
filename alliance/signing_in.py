"""Signs employees in, keeps them signed in for a while, and slows guessing of passwords down."""

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

import structlog
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Select, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import contains_eager

from alliance.errors import Forbidden, Invalid, NotSignedIn, TooMany
from alliance.identifiers import new_token
from alliance.instance import Instance
from alliance.models import AppCode, AppToken, Employee, Person, SignIn, SignInAttempt, SignInLink
from alliance.queries.given import at_once, given_moment, given_text
from alliance.unit_of_work import UnitOfWork
from alliance.upserts import insert

SIGNED_IN_FOR = timedelta(hours=12)
PASSWORD_LENGTH = (10, 200)
_FREE_FAILURES = 5
_FIRST_PAUSE = timedelta(seconds=30)
_LONGEST_PAUSE = timedelta(minutes=15)
_FORGET_FAILURES_AFTER = timedelta(hours=24)
SEALED_FOR = "sign_in.id_token"
"""For what an ID token is sealed."""
_WRONG = "This e-mail address and this password do not fit together."

security = structlog.get_logger("alliance.security")


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How somebody proved who they are, on which device; the rest is of the company's provider."""

    method: str = "password"
    device: str = ""
    identity_id: int | None = None
    provider_session: str | None = None
    id_token: str = ""


@dataclass(frozen=True)
class NewSignIn:
    """A browser that was just signed in; `token` is for its cookie and is stored nowhere."""

    token: str
    employee: Employee
    expires_at: datetime


def check_password(password: str) -> None:
    """Raises Invalid for a password that is too short to be one, or absurdly long."""
    shortest, longest = PASSWORD_LENGTH
    if len(password) < shortest:
        raise Invalid("A password needs at least {limit} characters.", field="password", limit=shortest)
    if len(password) > longest:
        raise Invalid("A password can have {limit} characters.", field="password", limit=longest)


def hash_password(password: str) -> str:
    """argon2id; takes some 20 ms of computing, so call it in a thread. Raises Invalid."""
    check_password(password)
    return _hasher().hash(password)


def is_password(password_hash: str | None, password: str) -> bool:
    """Whether the password fits; takes as long for an account that does not exist. Call it in a thread."""
    try:
        _hasher().verify(password_hash or _nobodys_hash(), password[: PASSWORD_LENGTH[1] + 1])
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


async def sign_in(
    instance: Instance, *, email: str, password: str, address: str, device: str = ""
) -> NewSignIn:
    """Signs a browser in that comes from `address` (an IP address, stored only as part of a keyed digest).

    Raises NotSignedIn when account and password do not fit, TooMany after too many failures, Forbidden where
    passwords are turned off.
    """
    account = await prove_password(instance, email=email, password=password, address=address)
    async with instance.unit_of_work() as uow:
        return await start_sign_in(uow, account, Manner(device=device))


async def prove_password(instance: Instance, *, email: str, password: str, address: str) -> Employee:
    """The open account that this password belongs to; failures are counted. Raises as `sign_in` does."""
    if not instance.settings.passwords:
        raise Forbidden("Passwords are turned off here. Please sign in with your company account.")
    email = email.strip().lower()[:320]
    key = attempt_key(instance, email, address)
    async with instance.reading() as db:
        await _refuse_while_locked(db, key, instance.clock.now())
        account = await db.scalar(select(Employee).where(Employee.email == email))
    usable = account is not None and account.disabled_at is None
    stored = account.password_hash if account is not None and usable else None
    fits = await asyncio.to_thread(is_password, stored, password)
    async with instance.unit_of_work() as uow:
        if fits and account is not None:
            await uow.db.execute(delete(SignInAttempt).where(SignInAttempt.key == key))
            return account
        await note_failure(uow, key)
    # By the key one tells whether it was one account and address again; it tells neither.
    security.warning("sign-in failed", attempts=key[:16])
    raise NotSignedIn(_WRONG)


def attempt_key(instance: Instance, email: str, address: str) -> str:
    """Under what failed attempts of this account from this address are counted; tells neither."""
    return instance.vault.mark(f"sign-in:{address}:{email}")


async def start_sign_in(uow: UnitOfWork, employee: Employee, manner: Manner = Manner()) -> NewSignIn:
    """A new sign-in for `employee`, who has proved to be that; valid for 12 hours."""
    token = new_token()
    expires_at = uow.now + SIGNED_IN_FOR
    uow.db.add(
        SignIn(
            token_hash=digest_of(token),
            employee_id=employee.id,
            created_at=uow.now,
            expires_at=expires_at,
            method=manner.method,
            device=manner.device[:60],
            identity_id=manner.identity_id,
            provider_session=manner.provider_session,
            id_token=uow.vault.seal(manner.id_token, SEALED_FOR) if manner.id_token else None,
        )
    )
    await uow.db.flush()
    security.info("signed in", employee=employee.id, method=manner.method)
    return NewSignIn(token, employee, expires_at)


async def end_sign_in(uow: UnitOfWork, token: str) -> None:
    """Signs this browser out. Twice is the same as once."""
    await uow.db.execute(delete(SignIn).where(SignIn.token_hash == digest_of(token)))


async def provider_token(uow: UnitOfWork, token: str) -> str | None:
    """The ID token with which this browser was signed in by the company's provider ("" when it was not kept).

    None for sign-ins of any other kind.
    """
    row = await uow.db.get(SignIn, digest_of(token))
    if row is None or row.method != "oidc":
        return None
    return uow.vault.open(row.id_token, SEALED_FOR) if row.id_token else ""


async def end_other_sign_ins(uow: UnitOfWork, employee_id: int, token: str) -> None:
    """Signs an employee out of every browser but this one."""
    await uow.db.execute(
        delete(SignIn).where(SignIn.employee_id == employee_id, SignIn.token_hash != digest_of(token))
    )


async def end_every_sign_in(uow: UnitOfWork, employee_id: int) -> None:
    """Signs an employee out everywhere, at once; apps that act for them stop, password links are void."""
    for kind in (SignIn, SignInLink, AppCode, AppToken):
        await uow.db.execute(delete(kind).where(kind.employee_id == employee_id))


async def change_password(uow: UnitOfWork, employee_id: int, password_hash: str) -> None:
    """Stores a new hash from `hash_password` and signs the employee out everywhere."""
    await uow.db.execute(
        update(Employee).where(Employee.id == employee_id).values(password_hash=password_hash)
    )
    await end_every_sign_in(uow, employee_id)


async def signed_in(db: AsyncSession, token: str, now: datetime) -> Employee | None:
    """The employee (with person, company and profile) whose browser holds `token`, or None; one query."""
    if len(token) > 100:
        return None
    return await db.scalar(_signed_in(), {"digest": digest_of(token), "now": now})


@cache
def _signed_in() -> Select[Employee]:
    digest, now = given_text("digest"), given_moment("now")
    return at_once(
        select(Employee)
        .join(SignIn, SignIn.employee_id == Employee.id)
        .join(Employee.person)
        .where(SignIn.token_hash == digest, SignIn.expires_at > now, Employee.disabled_at.is_(None))
        .options(
            contains_eager(Employee.person).joinedload(Person.company, innerjoin=True),
            contains_eager(Employee.person).joinedload(Person.profile),
        )
    )


async def note_failure(uow: UnitOfWork, key: str) -> None:
    """Counts a failed attempt; from the fifth on, the next one has to wait, each time twice as long."""
    new = insert(uow.db, SignInAttempt).values(key=key, failures=1, last_at=uow.now)
    await uow.db.execute(
        new.on_conflict_do_update(
            index_elements=["key"], set_={"failures": SignInAttempt.failures + 1, "last_at": uow.now}
        )
    )
    failures = await uow.db.scalar(select(SignInAttempt.failures).where(SignInAttempt.key == key)) or 0
    if failures >= _FREE_FAILURES:
        doublings = min(failures - _FREE_FAILURES, 10)
        until = uow.now + min(_FIRST_PAUSE * 2**doublings, _LONGEST_PAUSE)
        await uow.db.execute(update(SignInAttempt).where(SignInAttempt.key == key).values(locked_until=until))
        security.warning("sign-in locked", attempts=key[:16], failures=failures, until=until.isoformat())


async def forget_old_sign_ins(uow: UnitOfWork) -> None:
    """Deletes expired sign-ins and links, and failures of more than a day ago; for the worker."""
    await uow.db.execute(delete(SignIn).where(SignIn.expires_at <= uow.now))
    await uow.db.execute(delete(SignInLink).where(SignInLink.expires_at <= uow.now))
    oldest = uow.now - _FORGET_FAILURES_AFTER
    await uow.db.execute(delete(SignInAttempt).where(SignInAttempt.last_at < oldest))


async def _refuse_while_locked(db: AsyncSession, key: str, now: datetime) -> None:
    until = await db.scalar(select(SignInAttempt.locked_until).where(SignInAttempt.key == key))
    if until is not None and until > now:
        seconds = int((until - now).total_seconds()) + 1
        raise TooMany("Too many failed attempts. Please wait a little.", retry_after=seconds)


def digest_of(token: str) -> str:
    """Under what a token is stored."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


@cache
def _hasher() -> PasswordHasher:
    # OWASP's second choice: as strong as 46 MiB with one pass, but many can sign in at once.
    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


@cache
def _nobodys_hash() -> str:
    return _hasher().hash(new_token())
