"""Passkeys of employees (WebAuthn level 2): adding, using, renaming and removing them."""

from dataclasses import dataclass
from urllib.parse import urlsplit

import orjson
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from alliance.database import ReadingSession
from alliance.errors import Conflict, Invalid, NotFound, NotSignedIn
from alliance.models import Employee, Passkey, SignInAttempt
from alliance.settings import Settings
from alliance.signing_in import digest_of
from alliance.text import clean_line
from alliance.unit_of_work import UnitOfWork
from alliance.upserts import insert
from alliance.vault import Vault

MOST_PASSKEYS = 20
NAME_LIMIT = 60
MOST_CHARACTERS = 20_000
"""Of what a browser says about one."""
_UNREADABLE_SENTENCE = "This passkey could not be checked. Please try again."
_NOBODYS_SENTENCE = "This passkey opens no account here."
# What the library raises for nonsense that a browser would not send, besides its own.
_NONSENSE = (WebAuthnException, ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError)


@dataclass(frozen=True)
class Question:
    """What a browser is asked to sign: `options` is JSON for it, `challenge` is what must come back."""

    options: str
    challenge: str


async def passkeys_of(db: ReadingSession, employee_id: int) -> list[Passkey]:
    """Somebody's passkeys, in the order in which they were added."""
    found = await db.scalars(select(Passkey).where(Passkey.employee_id == employee_id).order_by(Passkey.id))
    return list(found.all())


async def question_for_new(
    db: ReadingSession, settings: Settings, vault: Vault, employee: Employee, company: str
) -> Question:
    """Asks a device to make a passkey that it can be found by, and to check who holds it."""
    known = await passkeys_of(db, employee.id)
    options = generate_registration_options(
        rp_id=_relying_party(settings),
        rp_name=company,
        # Not the number that is in public addresses: password managers hand it to whoever asks.
        user_id=vault.mark(f"passkey:{employee.id}").encode(),
        user_name=employee.email,
        user_display_name=employee.person.name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(base64url_to_bytes(k.credential)) for k in known],
    )
    return Question(options_to_json(options), bytes_to_base64url(options.challenge))


def question_for_known(settings: Settings) -> Question:
    """Asks any device that has a passkey for us; which account it opens, it says itself."""
    options = generate_authentication_options(
        rp_id=_relying_party(settings), user_verification=UserVerificationRequirement.REQUIRED
    )
    return Question(options_to_json(options), bytes_to_base64url(options.challenge))


async def add_passkey(uow: UnitOfWork, employee_id: int, challenge: str, said: str, name: str) -> Passkey:
    """Keeps a passkey that a device has just made. Raises Invalid, Conflict."""
    name = _checked_name(name)
    count = select(func.count()).select_from(Passkey).where(Passkey.employee_id == employee_id)
    if (await uow.db.scalar(count) or 0) >= MOST_PASSKEYS:
        raise Invalid("You can have {limit} passkeys.", limit=MOST_PASSKEYS)
    try:
        proved = verify_registration_response(
            credential=_read(said),
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=_relying_party(uow.settings),
            expected_origin=uow.settings.origin,
            require_user_verification=True,
        )
    except _NONSENSE as error:
        raise Invalid(_UNREADABLE_SENTENCE, detail=f"{type(error).__name__}: {error}"[:300]) from error
    await _spend(uow, challenge)
    credential = bytes_to_base64url(proved.credential_id)
    if len(credential) > 1400:
        raise Invalid(_UNREADABLE_SENTENCE)
    if await uow.db.scalar(select(Passkey.id).where(Passkey.credential == credential)) is not None:
        raise Conflict("This passkey is known here already.")
    passkey = Passkey(
        id=uow.new_id(),
        employee_id=employee_id,
        credential=credential,
        public_key=proved.credential_public_key,
        sign_count=proved.sign_count,
        name=name,
        created_at=uow.now,
    )
    uow.db.add(passkey)
    await uow.db.flush()
    return passkey


async def prove_passkey(uow: UnitOfWork, challenge: str, said: str) -> Employee:
    """The open account that a passkey has just opened. Raises NotSignedIn."""
    passkey = await _named(uow, said)
    try:
        proved = verify_authentication_response(
            credential=_read(said),
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=_relying_party(uow.settings),
            expected_origin=uow.settings.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except _NONSENSE as error:
        raise NotSignedIn(_UNREADABLE_SENTENCE, detail=f"{type(error).__name__}: {error}"[:300]) from error
    await _spend(uow, challenge)
    passkey.sign_count = proved.new_sign_count
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
    except _NONSENSE as error:
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


def _relying_party(settings: Settings) -> str:
    return urlsplit(settings.origin).hostname or ""
