"""What is remembered while somebody is away at the company's provider: sealed, in that browser alone.

Nothing is written here for it, so nobody can fill our disk by beginning to sign in.
"""

import base64
import binascii
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from starlette.responses import Response

from alliance.errors import WrongConfiguration
from alliance.identifiers import new_token
from alliance.identities import Proven
from alliance.settings import Settings
from alliance.vault import Vault

ATTEMPT_TIME = timedelta(minutes=10)
_MOST_CHARACTERS = 3800
"""Browsers drop cookies of more than 4,096 bytes."""


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One way to the provider and back; the state binds the answer to this browser (RFC 6749, 10.12)."""

    state: str
    nonce: str
    verifier: str
    onwards: str
    silent: bool = False


def new_attempt(onwards: str, *, silent: bool = False) -> Attempt:
    """An attempt with fresh secrets."""
    return Attempt(
        state=new_token(),
        nonce=new_token(),
        verifier=new_token() + new_token(),
        onwards=onwards,
        silent=silent,
    )


class SealedCookie:
    """A cookie that only we can read and write, for ten minutes."""

    def __init__(self, name: str, settings: Settings, vault: Vault) -> None:
        self.name = f"__Host-{name}" if settings.is_https else name
        self._purpose = f"cookie.{name}"
        self._secure = settings.is_https
        self._vault = vault

    def keep(self, response: Response, content: dict[str, Any], now: datetime) -> None:
        """Puts it into a response."""
        until = int((now + ATTEMPT_TIME).timestamp())
        sealed = self._vault.seal(orjson.dumps({**content, "until": until}).decode(), self._purpose)
        text = base64.urlsafe_b64encode(sealed).decode()
        if len(text) <= _MOST_CHARACTERS:
            response.set_cookie(
                self.name,
                text,
                max_age=int(ATTEMPT_TIME.total_seconds()),
                secure=self._secure,
                httponly=True,
                samesite="lax",
            )

    def read(self, text: str, now: datetime) -> dict[str, Any] | None:
        """What was kept; None for anything that is old or not ours."""
        try:
            sealed = base64.b64decode(text[:_MOST_CHARACTERS], altchars=b"-_", validate=True)
            found: dict[str, Any] = orjson.loads(self._vault.open(sealed, self._purpose))
        except (binascii.Error, ValueError, WrongConfiguration):
            return None
        return found if found.pop("until") > now.timestamp() else None

    def drop(self, response: Response) -> None:
        """Has the browser forget it."""
        response.delete_cookie(self.name, secure=self._secure, httponly=True, samesite="lax")


def content_of(what: Attempt | Proven) -> dict[str, Any]:
    """As it is kept; the ID token would not fit into a cookie and is only of use when signing out."""
    return {name: value for name, value in asdict(what).items() if name != "id_token"}


def attempt_from(found: dict[str, Any] | None) -> Attempt | None:
    """The attempt that was kept."""
    return None if found is None else Attempt(**found)


def proven_from(found: dict[str, Any] | None) -> tuple[Proven, str] | None:
    """Whom the provider had vouched for when it was kept, and where they wanted to go."""
    if found is None:
        return None
    onwards = found.pop("onwards")
    return Proven(**{**found, "groups": tuple(found["groups"])}), onwards
