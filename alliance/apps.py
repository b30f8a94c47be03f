"""Lets apps register, lets employees allow them something, and ends what was allowed.

Whoever wants may register an app (RFC 7591), so what is kept of apps that nobody uses is bounded.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import structlog
from sqlalchemy import ColumnElement, and_, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from alliance.acts import person
from alliance.app_scopes import includes
from alliance.errors import NotFound
from alliance.identifiers import new_token
from alliance.models import App, AppCode, AppToken, Employee, Identity
from alliance.signing_in import digest_of
from alliance.unit_of_work import UnitOfWork

CODE_TIME = timedelta(minutes=5)
PROVED_FOR = timedelta(days=30)
"""How long a token outlives the last time at which the company's provider vouched for its owner."""
MOST_UNUSED_APPS = 5_000
UNUSED_FOR = timedelta(days=7)
MOST_TOKENS = 100
MOST_WITHOUT_EMPLOYEE = 10
_COMMAND_LINE = "command-line"
_CLIENT_ID = re.compile(r"[\w-]{1,64}", re.ASCII)
"""As `new_token` makes them; nothing else is looked for, as databases do not take every sign."""

security = structlog.get_logger("alliance.security")


@dataclass(frozen=True)
class NewApp:
    """An app that has just registered; `secret` is stored nowhere."""

    app: App
    secret: str


@dataclass(frozen=True)
class NewToken:
    """A token that was just made; `token` is stored nowhere."""

    token: str
    scopes: tuple[str, ...]
    created_at: datetime


class Refusal(StrEnum):
    """Why a code is not exchanged for a token."""

    UNKNOWN = "unknown"
    """No such code, too old, or that of another app."""
    USED = "used"
    """It was exchanged before, so somebody else knows it: what was got for it has ended."""
    OTHER_ADDRESS = "other-address"
    NO_PROOF = "no-proof"
    """The verifier does not fit the challenge (RFC 7636, 4.6), or there should be none."""


async def register_app(
    uow: UnitOfWork, name: str, redirect_uris: list[str], scopes: tuple[str, ...], website: str | None
) -> NewApp:
    """A new app, with values that the door has checked; when there is no room the oldest unused one goes."""
    unused = select(App.id).where(App.first_used_at.is_(None))
    count = await uow.db.scalar(select(func.count()).select_from(unused.subquery())) or 0
    if count >= MOST_UNUSED_APPS:
        oldest = unused.order_by(App.created_at, App.id).limit(count - MOST_UNUSED_APPS + 1)
        await uow.db.execute(delete(App).where(App.id.in_(oldest.scalar_subquery())))
    secret = new_token()
    app = App(
        id=uow.new_id(),
        client_id=new_token(),
        secret_hash=digest_of(secret),
        name=name,
        website=website,
        redirect_uris=redirect_uris,
        scopes=list(scopes),
        created_at=uow.now,
    )
    uow.db.add(app)
    await uow.db.flush()
    return NewApp(app, secret)


async def app_with(db: AsyncSession, client_id: str) -> App | None:
    """The app that is registered under this name."""
    if not _CLIENT_ID.fullmatch(client_id):
        return None
    return await db.scalar(select(App).where(App.client_id == client_id))


def is_secret_of(app: App, secret: str) -> bool:
    """Whether an app has proved to be itself; takes the same time either way."""
    return hmac.compare_digest(app.secret_hash, digest_of(secret[:200]))


async def allow(
    uow: UnitOfWork,
    app_id: int,
    employee_id: int,
    *,
    scopes: tuple[str, ...],
    redirect_uri: str,
    challenge: str | None,
) -> str:
    """What the app exchanges for a token: the employee has just allowed it these scopes.

    That `redirect_uri` is one of the app's the door has checked, which knows how ports may differ. Raises
    NotFound when the app is gone or may not ask for these scopes.
    """
    app = await uow.db.get(App, app_id)
    if app is None or not includes(app.scopes, scopes):
        raise NotFound
    app.first_used_at = app.first_used_at or uow.now
    code = new_token()
    uow.db.add(
        AppCode(
            code_hash=digest_of(code),
            app_id=app.id,
            employee_id=employee_id,
            redirect_uri=redirect_uri,
            scopes=list(scopes),
            challenge=challenge,
            expires_at=uow.now + CODE_TIME,
        )
    )
    await uow.db.flush()
    return code


async def redeem(
    uow: UnitOfWork, app: App, code: str, *, redirect_uri: str, verifier: str
) -> NewToken | Refusal:
    """Exchanges a code for a token, once. Whoever comes second ends the token that the first one got."""
    row = await uow.db.get(AppCode, digest_of(code[:200]), with_for_update=True)
    if row is None or row.app_id != app.id or row.expires_at <= uow.now:
        return Refusal.UNKNOWN
    if row.token_id is not None:
        await uow.db.execute(delete(AppToken).where(AppToken.id == row.token_id))
        return Refusal.USED
    if row.redirect_uri != redirect_uri:
        return Refusal.OTHER_ADDRESS
    if not _proves(row.challenge, verifier):
        return Refusal.NO_PROOF
    made = await give_token(uow, app, row.employee_id, tuple(row.scopes))
    row.token_id = made.id
    await uow.db.flush()
    return NewToken(made.secret, tuple(row.scopes), uow.now)


def _proves(challenge: str | None, verifier: str) -> bool:
    if challenge is None:
        return not verifier
    digest = hashlib.sha256(verifier[:200].encode(errors="replace")).digest()
    made = base64.urlsafe_b64encode(digest).rstrip(b"=")
    return hmac.compare_digest(made, challenge.encode(errors="replace"))


@dataclass(frozen=True)
class _Made:
    id: int
    secret: str


async def give_token(uow: UnitOfWork, app: App, employee_id: int | None, scopes: tuple[str, ...]) -> _Made:
    """A token for an employee, or for the app alone; the oldest of too many ends."""
    secret, token_id = new_token(), uow.new_id()
    uow.db.add(
        AppToken(
            id=token_id,
            token_hash=digest_of(secret),
            app_id=app.id,
            employee_id=employee_id,
            scopes=list(scopes),
            created_at=uow.now,
            expires_at=await _end_of(uow, employee_id),
        )
    )
    await uow.db.flush()
    security.info("token made", app=app.id, employee=employee_id, scopes=" ".join(scopes))
    await _end_surplus(uow, app.id, employee_id)
    return _Made(token_id, secret)


async def token_without_employee(uow: UnitOfWork, app: App, scopes: tuple[str, ...]) -> NewToken:
    """The client credentials grant (RFC 6749, 4.4): a token that opens what is nobody's own."""
    made = await give_token(uow, app, None, scopes)
    return NewToken(made.secret, scopes, uow.now)


async def token_by_operator(uow: UnitOfWork, email: str, scopes: tuple[str, ...]) -> str:
    """A token for a program of the operator. Raises NotFound for an address without an open account."""
    employee = await uow.db.scalar(select(Employee).where(Employee.email == email.strip().lower()))
    if employee is None or employee.disabled_at is not None:
        raise NotFound("There is no open account for {email}.", email=email)
    app = await app_with(uow.db, _COMMAND_LINE)
    if app is None:
        app = (await register_app(uow, "alliance token", [], scopes, None)).app
        app.client_id, app.first_used_at = _COMMAND_LINE, uow.now
        await uow.db.flush()
    uow.audit("token.made", person(employee.id), scopes=" ".join(scopes))
    return (await give_token(uow, app, employee.id, scopes)).secret


async def end_token(uow: UnitOfWork, app: App, token: str) -> bool:
    """Revokes a token of this app (RFC 7009); False for one of another app. What is unknown has ended."""
    row = await uow.db.scalar(select(AppToken).where(AppToken.token_hash == digest_of(token[:200])))
    if row is None:
        return True
    if row.app_id != app.id:
        return False
    await uow.db.delete(row)
    return True


async def tokens_of(db: AsyncSession, employee_id: int) -> list[AppToken]:
    """What apps hold for an employee, with the apps, newest first."""
    found = await db.scalars(
        select(AppToken)
        .where(AppToken.employee_id == employee_id)
        .order_by(AppToken.id.desc())
        .options(joinedload(AppToken.app))
    )
    return list(found.all())


async def end_app(uow: UnitOfWork, employee_id: int, app_id: int) -> None:
    """Takes everything back that an employee has allowed an app. Raises NotFound when that is nothing."""
    of_both = (AppToken.employee_id == employee_id, AppToken.app_id == app_id)
    gone = await uow.db.scalars(delete(AppToken).where(*of_both).returning(AppToken.id))
    await uow.db.execute(delete(AppCode).where(AppCode.employee_id == employee_id, AppCode.app_id == app_id))
    if not gone.all():
        raise NotFound


async def keep_apps(uow: UnitOfWork, employee_id: int) -> None:
    """The company's provider has just vouched for somebody: what their apps hold lasts again as long."""
    of_theirs = AppToken.employee_id == employee_id, AppToken.expires_at.is_not(None)
    await uow.db.execute(update(AppToken).where(*of_theirs).values(expires_at=uow.now + PROVED_FOR))


async def end_apps_of(uow: UnitOfWork, employee_ids: Sequence[int], made_before: datetime) -> None:
    """Ends what apps hold for these people, but for what they have allowed since."""
    of_them = AppToken.employee_id.in_(employee_ids), AppToken.created_at <= made_before
    await uow.db.execute(delete(AppToken).where(*of_them))
    await uow.db.execute(delete(AppCode).where(AppCode.employee_id.in_(employee_ids)))


async def forget_apps(uow: UnitOfWork) -> None:
    """Deletes old codes, tokens that have ended, and apps that nobody has used for a week; for the worker."""
    await uow.db.execute(delete(AppCode).where(AppCode.expires_at <= uow.now))
    await uow.db.execute(delete(AppToken).where(AppToken.expires_at <= uow.now))
    unused = App.first_used_at.is_(None), App.created_at < uow.now - UNUSED_FOR
    await uow.db.execute(delete(App).where(*unused))


async def note_use(uow: UnitOfWork, token_id: int) -> None:
    """Remembers the month in which a token was used."""
    month = uow.now.date().replace(day=1)
    await uow.db.execute(update(AppToken).where(AppToken.id == token_id).values(used_in=month))


async def _end_of(uow: UnitOfWork, employee_id: int | None) -> datetime | None:
    issuer = uow.settings.oidc_issuer
    if employee_id is None or issuer is None:
        return None
    linked = select(Identity.id).where(Identity.employee_id == employee_id, Identity.issuer == issuer)
    return None if await uow.db.scalar(linked) is None else uow.now + PROVED_FOR


async def _end_surplus(uow: UnitOfWork, app_id: int, employee_id: int | None) -> None:
    whose: ColumnElement[bool] = AppToken.employee_id == employee_id
    most = MOST_TOKENS
    if employee_id is None:
        whose, most = and_(AppToken.app_id == app_id, AppToken.employee_id.is_(None)), MOST_WITHOUT_EMPLOYEE
    kept = select(AppToken.id).where(whose).order_by(AppToken.id.desc()).limit(most)
    ids = (await uow.db.scalars(kept)).all()
    if len(ids) == most:
        await uow.db.execute(delete(AppToken).where(whose, AppToken.id < ids[-1]))
