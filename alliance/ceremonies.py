"""What WebAuthn (level 2) asks of a device, and how the answer is checked."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

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

from alliance.settings import Settings

# What the library raises for nonsense that a browser would not send, besides its own.
NONSENSE = (WebAuthnException, ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError)


@dataclass(frozen=True)
class Question:
    """What a browser is asked to sign: `options` is JSON for it, `challenge` is what must come back."""

    options: str
    challenge: str


@dataclass(frozen=True)
class Made:
    """A passkey that a device has just made; `credential` is its name, in base64url."""

    credential: str
    public_key: bytes
    sign_count: int


def question_for_new(
    settings: Settings, user: bytes, called: tuple[str, str], company: str, known: Iterable[str]
) -> Question:
    """Asks a device to make a passkey that it can be found by, and to check who holds it.

    `called` is the address and the name of the person, `known` the credentials that they have already.
    """
    options = generate_registration_options(
        rp_id=_relying_party(settings),
        rp_name=company,
        user_id=user,
        user_name=called[0],
        user_display_name=called[1],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(base64url_to_bytes(one)) for one in known],
    )
    return Question(options_to_json(options), bytes_to_base64url(options.challenge))


def question_for_known(settings: Settings) -> Question:
    """Asks any device that has a passkey for us; which account it opens, it says itself."""
    options = generate_authentication_options(
        rp_id=_relying_party(settings), user_verification=UserVerificationRequirement.REQUIRED
    )
    return Question(options_to_json(options), bytes_to_base64url(options.challenge))


def made(settings: Settings, challenge: str, said: dict[str, object]) -> Made:
    """The passkey in what a device says. Raises one of NONSENSE for whatever does not prove it."""
    proved = verify_registration_response(
        credential=said,
        expected_challenge=base64url_to_bytes(challenge),
        expected_rp_id=_relying_party(settings),
        expected_origin=settings.origin,
        require_user_verification=True,
    )
    return Made(bytes_to_base64url(proved.credential_id), proved.credential_public_key, proved.sign_count)


def used(
    settings: Settings, challenge: str, said: dict[str, object], public_key: bytes, sign_count: int
) -> int:
    """The new count of signatures of a passkey that was used. Raises one of NONSENSE when it was not."""
    proved = verify_authentication_response(
        credential=said,
        expected_challenge=base64url_to_bytes(challenge),
        expected_rp_id=_relying_party(settings),
        expected_origin=settings.origin,
        credential_public_key=public_key,
        credential_current_sign_count=sign_count,
        require_user_verification=True,
    )
    return proved.new_sign_count


def _relying_party(settings: Settings) -> str:
    return urlsplit(settings.origin).hostname or ""
