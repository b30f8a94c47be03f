"""Passkeys of employees (WebAuthn level 2): adding, using, renaming and removing them."""

from typing import TYPE_CHECKING

import orjson
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from alliance.database import ReadingSession
from alliance.errors import Conflict, Invalid, NotFound, NotSignedIn
from alliance.models import Employee, Passkey, SignInAttempt
from alliance.settings import Settings
from alliance.signing_in import digest_of
from alliance.text import clean_line
from alliance.unit_of_work import UnitOfWork
from alliance.upserts import insert
from alliance.vault import Vault

if TYPE_CHECKING:
    from alliance.ceremonies import Question

MOST_PASSKEYS = 20
NAME_LIMIT = 60
MOST_CHARACTERS = 20_000
"""Of what a browser says about one."""
_UNREADABLE_SENTENCE = "This passkey could not be checked. Please try again."
_NOBODYS_SENTENCE = "This passkey opens no account here."


async def passkeys_of(db: ReadingSession, employee_id: int) -> list[Passkey]:
    """Somebody's passkeys, in the order in which they were added."""
    found = await db.scalars(select(Passkey).where(Passkey.employee_id == employee_id).order_by(Passkey.id))
    return list(found.all())


async def question_for_new(
    db: ReadingSession, settings: Settings, vault: Vault, employee: Employee, company: str
) -> "Question":
    """Asks a device to make a passkey that it can be found by, and to check who holds it."""
    from alliance import ceremonies

    return ceremonies.question_for_new(
        settings,
        # Not the number that is in public addresses: password managers hand it to whoever asks.
        vault.mark(f"passkey:{employee.id}").encode(),
        (employee.email, employee.person.name),
        company,
        [passkey.credential for passkey in await passkeys_of(db, employee.id)],
    )


def question_for_known(settings: Settings) -> "Question":
    """Asks any device that has a passkey for us; which account it opens, it says itself."""
    from alliance import ceremonies

    return ceremonies.question_for_known(settings)


async def add_passkey(uow: UnitOfWork, employee_id: int, challenge: str, said: str, name: str) -> Passkey:
    """Keeps a passkey that a device has just made. Raises Invalid, Conflict."""
    from alliance import ceremonies

    name = _checked_name(name)
    count = select(func.count()).select_from(Passkey).where(Passkey.employee_id == employee_id)
    if (await uow.db.scalar(count) or 0) >= MOST_PASSKEYS:
        raise Invalid("You can have {limit} passkeys.", limit=MOST_PASSKEYS)
    try:
        made = ceremonies.made(uow.settings, challenge, _read(said))
    except ceremonies.NONSENSE as error:
        raise Invalid(_UNREADABLE_SENTENCE, detail=f"{type(error).__name__}: {error}"[:300]) from error
    await _spend(uow, challenge)
    credential = made.credential
    if len(credential) > 1400:
        raise Invalid(_UNREADABLE_SENTENCE)
    if await uow.db.scalar(select(Passkey.id).where(Passkey.credential == credential)) is not None:
        raise Conflict("This passkey is known here already.")
    passkey = Passkey(
        id=uow.new_id(),
        employee_id=employee_id,
        credential=credential,
        public_key=made.public_key,
        sign_count=made.sign_count,
        name=name,
        created_at=uow.now,
    )
    uow.db.add(passkey)
    await uow.db.flush()
    return passkey


async def prove_passkey(uow: UnitOfWork, challenge: str, said: str) -> Employee:
    """The open account that a passkey has just opened. Raises NotSignedIn."""
    from alliance import ceremonies

    passkey = await _named(uow, said)
    try:
        sign_count = ceremonies.used(
            uow.settings, challenge, _read(said), passkey.public_key, passkey.sign_count
        )
    except ceremonies.NONSENSE as error:
        raise NotSignedIn(_UNREADABLE_SENTENCE, detail=f"{type(error).__name__}: {error}"[:300]) from error
    await _spend(uow, challenge)
    passkey.sign_count = sign_count
    return passkey.employee


async def rename_passkey(uow: UnitOfWork, employee_id: int, passkey_id: int, name: str) -> None:
    """Calls a passkey something else. Raises Invalid, NotFound for one of somebody else."""
    (await _own(uow, employee_id, passkey_id)).name = _checked_name(name)


async def remove_passkey(uow: UnitOfWork, employee_id: int, passkey_id: int) -> None:
    """Makes a passkey worthless. Raises NotFound for one of somebody else."""
    await uow.db.delete(await _own(uow, employee_id, passkey_id))
    await uow.db.flush()


async def _own(uow: UnitOfWork, employee_id: int, passkey_id: int) -> Passkey:
    found = await uow.db.scalar(
        select(Passkey).where(Passkey.id == passkey_id, Passkey.employee_id == employee_id)
    )
    if found is None:
        raise NotFound
    return found


async def _named(uow: UnitOfWork, said: str) -> Passkey:
    """The passkey that an answer names, with its employee."""
    try:
        credential = str(_read(said)["id"])[:1400]
    except (ValueError, TypeError, KeyError) as error:
        raise NotSignedIn(_UNREADABLE_SENTENCE) from error
    found = await uow.db.scalar(
        select(Passkey).where(Passkey.credential == credential).options(joinedload(Passkey.employee))
    )
    if found is None or found.employee.disabled_at is not None:
        raise NotSignedIn(_NOBODYS_SENTENCE)
    return found


async def _spend(uow: UnitOfWork, challenge: str) -> None:
    """A challenge is good for one answer; the row goes with those of failed attempts, after a day."""
    key = digest_of(f"challenge:{challenge}")
    new = insert(uow.db, SignInAttempt).values(key=key, failures=0, last_at=uow.now)
    spent = await uow.db.scalars(new.on_conflict_do_nothing().returning(SignInAttempt.key))
    if not spent.all():
        raise NotSignedIn(_UNREADABLE_SENTENCE, detail="an answer that was given before")


def _checked_name(name: str) -> str:
    name = clean_line(name)
    if not 1 <= len(name) <= NAME_LIMIT:
        raise Invalid(
            "Please give the passkey a name of up to {limit} characters.", field="name", limit=NAME_LIMIT
        )
    return name


def _read(said: str) -> dict[str, object]:
    if len(said) > MOST_CHARACTERS:
        raise ValueError("too long")
    found = orjson.loads(said)
    if not isinstance(found, dict):
        raise TypeError("not an object")
    return found
