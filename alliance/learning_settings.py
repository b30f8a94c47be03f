"""How the company goes on with what is learned: who confirms, which record store, who reads the catalogue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.errors import Conflict, Forbidden, Invalid, NotFound
from alliance.identifiers import new_token
from alliance.models import XAPI_VERSIONS, Employee, IntegrationToken, LearningSetting
from alliance.problems import Problems
from alliance.signing_in import digest_of
from alliance.text import clean_line
from alliance.unit_of_work import UnitOfWork
from alliance.vault import Vault

CREDENTIALS_PURPOSE = "learning_setting.credentials"
MOST_TOKENS = 20
NAME_LIMIT = 100
LONGEST_TOKEN = 100
_ONLY = 1
_MOST_COUNTED = 1000
_ENDPOINT_LIMIT = 400
_SECRET_LIMIT = 500


@dataclass(frozen=True, kw_only=True)
class StoreDraft:
    """The record store as typed; an empty `secret` leaves the one that is stored."""

    is_on: bool
    endpoint: str
    is_inside: bool
    key: str
    secret: str
    version: str


async def learning_setting(db: AsyncSession) -> LearningSetting:
    """The company's choices; while none have been made: nobody confirms but people themselves, no store."""
    found = await db.get(LearningSetting, _ONLY)
    return found or LearningSetting(
        id=_ONLY,
        hosts_confirm=False,
        is_on=False,
        endpoint="",
        is_inside=False,
        version=XAPI_VERSIONS[0],
        failures=0,
        last_error="",
    )


async def keep_hosts_confirm(uow: UnitOfWork, *, allowed: bool) -> None:
    """Whether hosts may say who of the company was there; in the console two administrators decide."""
    setting = await _the_setting(uow)
    setting.hosts_confirm, setting.changed_at = allowed, uow.now
    await uow.db.flush()


async def change_store(uow: UnitOfWork, draft: StoreDraft, by: Employee) -> LearningSetting:
    """Another record store, or none. Another address needs its key and secret anew.

    Whether the address may be called, the caller has asked. Raises Forbidden, Invalid for each field.
    """
    _check_admin(by)
    setting = await _the_setting(uow)
    endpoint, key, secret = _endpoint(draft.endpoint), draft.key.strip(), draft.secret.strip()
    known = stored_key(uow.vault, setting) if endpoint == setting.endpoint else ("", "")
    secret = secret or (known[1] if key == known[0] else "")
    _check(draft, endpoint, key, secret)
    setting.is_on, setting.endpoint, setting.is_inside = draft.is_on, endpoint, draft.is_inside
    setting.version = draft.version
    setting.credentials = uow.vault.seal(f"{key}:{secret}", CREDENTIALS_PURPOSE) if key else None
    setting.failures, setting.next_at, setting.last_error = 0, None, ""
    setting.changed_at = uow.now
    await uow.db.flush()
    uow.audit("setting.changed", by=by, setting="learning.store", allowed=draft.is_on)
    return setting


def stored_key(vault: Vault, setting: LearningSetting) -> tuple[str, str]:
    """Key and secret for the record store; empty while there are none."""
    if not setting.credentials:
        return "", ""
    key, _, secret = vault.open(setting.credentials, CREDENTIALS_PURPOSE).partition(":")
    return key, secret


async def make_token(
    uow: UnitOfWork, name: str, by: Employee | None = None, *, scope: str = "catalogue"
) -> str:
    """A token for another system: it reads the catalogue as our own people do, or says who works here.

    It is shown once. Without `by` an operator makes it. Raises Forbidden, Invalid, Conflict when there are
    twenty.
    """
    if by is not None:
        _check_admin(by)
    name = clean_line(name)
    if not 1 <= len(name) <= NAME_LIMIT:
        raise Invalid(
            "Please say what it is for, in up to {limit} characters.", field="name", limit=NAME_LIMIT
        )
    if (await uow.db.scalar(select(func.count()).select_from(IntegrationToken)) or 0) >= MOST_TOKENS:
        raise Conflict("There are {limit} tokens. Please take one back that nobody uses.", limit=MOST_TOKENS)
    token = new_token()
    uow.db.add(
        IntegrationToken(
            id=uow.new_id(),
            name=name,
            scope=scope,
            token_hash=digest_of(token),
            created_at=uow.now,
        )
    )
    await uow.db.flush()
    uow.audit("token.made", by=by, scopes=scope)
    return token


async def end_token(
    uow: UnitOfWork, token_id: int, by: Employee | None = None, *, scope: str = "catalogue"
) -> None:
    """It opens nothing any more. Without `by` an operator ends it. Raises Forbidden, NotFound."""
    if by is not None:
        _check_admin(by)
    which = (IntegrationToken.id == token_id, IntegrationToken.scope == scope)
    gone = delete(IntegrationToken).where(*which).returning(IntegrationToken.id)
    if (await uow.db.scalar(gone)) is None:
        raise NotFound
    uow.audit("token.ended", by=by)


async def tokens(db: AsyncSession, scope: str = "catalogue") -> Sequence[IntegrationToken]:
    """All of them that may do this, the oldest first."""
    found = select(IntegrationToken).where(IntegrationToken.scope == scope)
    return (await db.scalars(found.order_by(IntegrationToken.id).limit(MOST_TOKENS))).all()


async def token_in_force(db: AsyncSession, secret: str, scope: str) -> IntegrationToken | None:
    """The token, if it was made for `scope` and not taken back."""
    if not 1 <= len(secret) <= LONGEST_TOKEN:
        return None
    return await db.scalar(
        select(IntegrationToken).where(
            IntegrationToken.token_hash == digest_of(secret), IntegrationToken.scope == scope
        )
    )


async def note_use(uow: UnitOfWork, token: IntegrationToken) -> None:
    """By day and no finer, so that admins see which ones nobody uses."""
    today = uow.now.date()
    used = update(IntegrationToken).where(IntegrationToken.id == token.id).values(used_on=today)
    await uow.db.execute(used)


async def note_success(uow: UnitOfWork) -> None:
    """The record store took something."""
    row = update(LearningSetting).where(LearningSetting.id == _ONLY)
    await uow.db.execute(row.values(failures=0, next_at=None, last_error="", last_success_at=uow.now))


async def note_failure(uow: UnitOfWork, error: str, next_at: datetime) -> None:
    """The record store took nothing; nothing is tried before `next_at`."""
    row = update(LearningSetting).where(LearningSetting.id == _ONLY)
    one_more = case(
        (LearningSetting.failures < _MOST_COUNTED, LearningSetting.failures + 1), else_=_MOST_COUNTED
    )
    await uow.db.execute(row.values(failures=one_more, next_at=next_at, last_error=error[:300]))


async def _the_setting(uow: UnitOfWork) -> LearningSetting:
    found = await uow.db.scalar(select(LearningSetting).where(LearningSetting.id == _ONLY).with_for_update())
    if found is None:
        found = await learning_setting(uow.db)
        found.changed_at = uow.now
        uow.db.add(found)
        await uow.db.flush()
    return found


def _check_admin(by: Employee) -> None:
    if by.disabled_at is not None or not by.has_role("admin"):
        raise Forbidden


def _endpoint(typed: str) -> str:
    """With the slash at its end to which `statements` is added."""
    address = typed.strip()
    return address if not address or address.endswith("/") else f"{address}/"


def _check(draft: StoreDraft, endpoint: str, key: str, secret: str) -> None:
    problems = Problems()
    if draft.is_on and not endpoint:
        problems.add("endpoint", "Please give the address of the record store.")
    if len(endpoint) > _ENDPOINT_LIMIT or "?" in endpoint or "#" in endpoint:
        problems.add("endpoint", "This is not the address of a record store.")
    if draft.version not in XAPI_VERSIONS:
        problems.add("version", "Please choose one of the two versions.")
    if ":" in key or len(key) > _SECRET_LIMIT or not key.isprintable():
        problems.add("key", "A key is up to 500 characters without a colon.")
    if draft.is_on and not key:
        problems.add("key", "Please give the key that the record store gave you.")
    if key and not secret:
        problems.add("secret", "Please give the secret that belongs to the key.")
    if len(secret) > _SECRET_LIMIT or not secret.isprintable():
        problems.add("secret", "A secret is up to 500 characters.")
    problems.raise_if_any()
