"""What the provider signs is believed only when all of it is right; each forgery that is known is tried."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from web.sign_in.tokens import LOGOUT_EVENT, read_id_token, read_logout_token
from web.sign_in.unproven import NotProven, UnknownKey

NOW = datetime(2026, 9, 7, 8, 0, tzinfo=UTC)
SECOND = int(NOW.timestamp())
ISSUER, CLIENT, NONCE = "https://login.birke.example", "alliance", "n-0S6_WzA2Mj"
KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
OTHER = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
KEYS = KeySet.import_key_set({"keys": [KEY.as_dict(private=False)]})
GONE: Any = Ellipsis


def signed(claims: dict[str, Any], header: dict[str, Any] | None = None, key: Any = KEY) -> str:
    said = {name: value for name, value in claims.items() if value is not GONE}
    header = header or {"alg": "RS256", "kid": "one"}
    return jwt.encode(header, said, key, algorithms=["RS256"])


def part(header: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(header).encode()).decode().rstrip("=")


def id_token(**changes: Any) -> dict[str, Any]:
    usual = {
        "iss": ISSUER,
        "sub": "mara-1",
        "aud": CLIENT,
        "exp": SECOND + 300,
        "iat": SECOND,
        "nonce": NONCE,
    }
    return {**usual, **changes}


def read(token: str) -> Any:
    return read_id_token(
        token, KEYS, issuer=ISSUER, client_id=CLIENT, nonce=NONCE, access_token="opaque", now=NOW
    )


def test_a_token_that_is_right_is_believed() -> None:
    assert read(signed(id_token()))["sub"] == "mara-1"
    assert read(signed(id_token(aud=[CLIENT])))["sub"] == "mara-1"
    assert read(signed(id_token(), {"alg": "RS256"}))["sub"] == "mara-1"


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://login.evil.example"},
        {"iss": f"{ISSUER}/"},
        {"iss": GONE},
        {"aud": "another-app"},
        {"aud": ["another-app"]},
        {"aud": [CLIENT, "another-app"], "azp": "another-app"},
        {"aud": GONE},
        {"exp": SECOND - 3600},
        {"exp": GONE},
        {"exp": "soon"},
        {"iat": SECOND + 3600},
        {"iat": GONE},
        {"nonce": "another"},
        {"nonce": GONE},
        {"sub": GONE},
        {"sub": ""},
        {"sub": 7},
        {"sub": "x" * 300},
        {"sub": "a\nb"},
        {"at_hash": "wrong"},
    ],
    ids=str,
)
def test_one_wrong_claim_is_enough_to_refuse(changes: dict[str, Any]) -> None:
    with pytest.raises(NotProven):
        read(signed(id_token(**changes)))


def test_other_signatures_prove_nothing() -> None:
    head, body, signature = signed(id_token()).split(".")
    shared = f"{part({'alg': 'HS256', 'kid': 'one'})}.{body}"
    mac = hmac.new(KEY.as_pem(private=False), shared.encode(), hashlib.sha256).digest()
    forged = [
        signed(id_token(), key=OTHER),
        f"{shared}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}",
        f"{part({'alg': 'none', 'kid': 'one'})}.{body}.",
        f"{head}.{body}.",
        f"{head}.{body}x.{signature}",
        "",
        "a.b.c",
        "x" * 20_000,
        "ä.ö.ü",
    ]

    for token in forged:
        with pytest.raises(NotProven):
            read(token)


def test_a_key_that_is_not_listed_is_worth_asking_for_once_more() -> None:
    with pytest.raises(UnknownKey):
        read(signed(id_token(), {"alg": "RS256", "kid": "two"}))


def logout(**changes: Any) -> dict[str, Any]:
    usual = {
        "iss": ISSUER,
        "aud": CLIENT,
        "iat": SECOND,
        "exp": SECOND + 120,
        "jti": "bWJq",
        "sub": "mara-1",
        "sid": "08a5019c",
        "events": {LOGOUT_EVENT: {}},
    }
    return {**usual, **changes}


def read_logout(token: str, now: datetime = NOW) -> Any:
    return read_logout_token(token, KEYS, issuer=ISSUER, client_id=CLIENT, now=now)


def test_a_logout_token_names_a_person_a_session_or_both() -> None:
    both = read_logout(signed(logout()))
    person = read_logout(signed(logout(sid=GONE)))
    session = read_logout(signed(logout(sub=GONE, exp=GONE)))

    assert (both.subject, both.provider_session, both.said_at) == ("mara-1", "08a5019c", NOW)
    assert (person.subject, person.provider_session) == ("mara-1", None)
    assert (session.subject, session.provider_session) == (None, "08a5019c")


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://login.evil.example"},
        {"aud": "another-app"},
        {"iat": GONE},
        {"iat": SECOND - 3600, "exp": GONE},
        {"exp": SECOND - 3600},
        {"jti": GONE},
        {"sub": GONE, "sid": GONE},
        {"sub": ""},
        {"sid": ["a"]},
        {"events": GONE},
        {"events": {}},
        {"events": [LOGOUT_EVENT]},
        {"events": {LOGOUT_EVENT: "yes"}},
        {"nonce": NONCE},
    ],
    ids=str,
)
def test_a_logout_token_with_anything_wrong_ends_nothing(changes: dict[str, Any]) -> None:
    """OpenID Connect Back-Channel Logout 1.0, section 2.6, point by point."""
    with pytest.raises(NotProven):
        read_logout(signed(logout(**changes)))


def test_an_id_token_is_no_logout_token_and_an_old_one_is_none_any_more() -> None:
    with pytest.raises(NotProven):
        read_logout(signed(id_token(sid="08a5019c", jti="x")))
    with pytest.raises(NotProven):
        read_logout(signed(logout()), NOW + timedelta(hours=1))
