"""Checks what the company's provider has signed: ID tokens and logout tokens."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from web.sign_in.unproven import MOST_CHARACTERS, NotProven, UnknownKey

# Asymmetric only: "none" and keys that both sides share prove nothing about who signed.
ALGORITHMS = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
    "Ed25519",
)
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
_MOST_KEYS = 20
LEEWAY_SECONDS = 60
LOGOUT_SECONDS = 600
"""How long after it was made a logout token counts, when it does not say so itself."""


@dataclass(frozen=True)
class Ended:
    """Whom the provider has signed out, at least one of both: a person, or one session of theirs."""

    subject: str | None
    provider_session: str | None
    said_at: datetime


def read_id_token(
    token: str, keys: KeySet, *, issuer: str, client_id: str, nonce: str, access_token: str, now: datetime
) -> Mapping[str, Any]:
    """The claims of an ID token (OpenID Connect Core 1.0, section 3.1.3.7). Raises NotProven, UnknownKey."""
    decoded = _decoded(token, keys)
    claims = CodeIDToken(
        decoded.claims,
        decoded.header,
        {"iss": {"essential": True, "value": issuer}, "aud": {"essential": True, "value": client_id}},
        {"nonce": nonce, "client_id": client_id, "access_token": access_token},
    )
    try:
        claims.validate(int(now.timestamp()), LEEWAY_SECONDS)
    except (JoseError, TypeError, ValueError) as error:
        raise NotProven(detail=f"ID token: {error}"[:300]) from error
    _text(claims, "sub", 255)
    return dict(claims)


def read_logout_token(token: str, keys: KeySet, *, issuer: str, client_id: str, now: datetime) -> Ended:
    """What a logout token says (OpenID Connect Back-Channel Logout 1.0, section 2.6). Raises NotProven."""
    decoded = _decoded(token, keys)
    claims, moment = decoded.claims, int(now.timestamp())
    registry = jwt.JWTClaimsRegistry(
        moment,
        LEEWAY_SECONDS,
        iss={"essential": True, "value": issuer},
        aud={"essential": True, "value": client_id},
        iat={"essential": True},
        jti={"essential": True},
    )
    try:
        registry.validate(claims)
    except (JoseError, TypeError, ValueError) as error:
        raise NotProven(detail=f"logout token: {error}"[:300]) from error
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(LOGOUT_EVENT), dict):
        raise NotProven(detail="logout token: not the event of a logout")
    if "nonce" in claims:
        raise NotProven(detail="logout token: an ID token could be passed off as one (nonce)")
    made = claims["iat"]
    if not isinstance(made, int | float) or made < moment - LOGOUT_SECONDS:
        raise NotProven(detail="logout token: too old")
    ended = Ended(_maybe(claims, "sub"), _maybe(claims, "sid"), datetime.fromtimestamp(made, UTC))
    if ended.subject is None and ended.provider_session is None:
        raise NotProven(detail="logout token: neither sub nor sid")
    return ended


def _decoded(token: str, keys: KeySet) -> jwt.Token:
    if len(token) > MOST_CHARACTERS or not token.isascii():
        raise NotProven(detail="a token that is too long")
    try:
        kid = jws.extract_compact(token.encode()).headers().get("kid")
        fitting = [key for key in keys.keys if kid is None or key.kid == kid][:_MOST_KEYS]
        if not fitting:
            raise UnknownKey(detail=f"signed with a key that the provider does not list: {str(kid)[:100]}")
        for key in fitting[:-1]:
            # Without a name any of them may be the one.
            with suppress(JoseError):
                return jwt.decode(token, key, algorithms=ALGORITHMS)
        return jwt.decode(token, fitting[-1], algorithms=ALGORITHMS)
    except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise NotProven(detail=f"token: {type(error).__name__} {error}"[:300]) from error


def _text(claims: Mapping[str, Any], name: str, most: int) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not 1 <= len(value) <= most or not value.isprintable():
        raise NotProven(detail=f"{name} is no text of 1 to {most} characters")
    return value


def _maybe(claims: Mapping[str, Any], name: str) -> str | None:
    return _text(claims, name, 255) if name in claims else None
