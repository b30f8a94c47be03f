"""What an app asks for (RFC 6749, 4.1.1): checked, and kept in the browser while somebody signs in."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from alliance.app_scopes import includes, scopes_from
from alliance.apps import app_with
from alliance.errors import Invalid
from alliance.models import App
from web.mastodon.oauth.redirects import is_registered
from web.sign_in.attempts import SealedCookie

MOST_CHARACTERS = 2400
"""Of everything together: it has to fit into a sealed cookie."""
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
UNKNOWN_APP_SENTENCE = "This server does not know that app any more. Sign out in the app and in again."
WRONG_ADDRESS_SENTENCE = "The app wants to send you to an address that it has not registered."
TOO_MUCH_SENTENCE = "The app sends more than we keep."


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request that may be shown to somebody, or the `refusal` that the app is told instead."""

    client_id: str
    redirect_uri: str
    scopes: tuple[str, ...] = ()
    state: str = ""
    challenge: str | None = None
    refusal: str = ""
    reason: str = ""


async def asked_by(db: AsyncSession, query: Mapping[str, str]) -> tuple[Asked, App]:
    """What stands in the address. Raises Invalid where it is not even clear whom to answer."""
    app = await app_with(db, query.get("client_id", ""))
    if app is None:
        raise Invalid(UNKNOWN_APP_SENTENCE)
    address = query.get("redirect_uri", "") or (app.redirect_uris[0] if len(app.redirect_uris) == 1 else "")
    if not is_registered(address, app.redirect_uris):
        raise Invalid(WRONG_ADDRESS_SENTENCE)
    if sum(map(len, query.values())) > MOST_CHARACTERS:
        raise Invalid(TOO_MUCH_SENTENCE)
    asked = Asked(client_id=app.client_id, redirect_uri=address, state=query.get("state", ""))
    return _checked(asked, app, query), app


def _checked(asked: Asked, app: App, query: Mapping[str, str]) -> Asked:
    scopes = scopes_from(query.get("scope", ""))
    challenge, method = query.get("code_challenge", ""), query.get("code_challenge_method", "")
    known: dict[str, Any] = asdict(asked)
    if query.get("response_type") != "code":
        return Asked(**known | _refused("unsupported_response_type", "response_type must be code."))
    if query.get("response_mode", "query") != "query":
        return Asked(**known | _refused("invalid_request", "response_mode must be query."))
    if scopes is None or not includes(app.scopes, scopes):
        return Asked(**known | _refused("invalid_scope", "The scope is unknown or more than was registered."))
    # RFC 7636, 4.3: without a method it is plain, which a thief of the request could answer as well.
    if (challenge or method) and (method != "S256" or not _CHALLENGE.fullmatch(challenge)):
        return Asked(**known | _refused("invalid_request", "code_challenge_method must be S256."))
    return Asked(**known | {"scopes": scopes, "challenge": challenge or None})


def _refused(code: str, reason: str) -> dict[str, str]:
    return {"refusal": code, "reason": reason}


def keep(cookie: SealedCookie, response: Response, asked: Asked, now: datetime) -> None:
    """Has the browser bring the request back after signing in; no address carries it meanwhile."""
    content = asdict(asked)
    content.pop("refusal"), content.pop("reason")
    cookie.keep(response, content, now)


def kept(cookie: SealedCookie, text: str, now: datetime) -> Asked | None:
    """The request that the browser brings back; None when it is too old."""
    found = cookie.read(text, now)
    return Asked(**{**found, "scopes": tuple(found["scopes"])}) if found else None


def fingerprint(asked: Asked, sign_in: str) -> str:
    """Names this very request in this very sign-in; nothing else is agreed to by pressing the button."""
    return "\n".join(("consent", sign_in, *map(str, asdict(asked).values())))
