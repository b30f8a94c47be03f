"""Codes become tokens, and tokens end."""

from typing import Any

from alliance.app_scopes import includes, scopes_from
from alliance.apps import NewToken, Refusal, end_token, redeem, token_without_employee
from alliance.models import App
from alliance.unit_of_work import UnitOfWork
from web.mastodon.door import Call, Endpoint
from web.mastodon.errors import OAuthError
from web.mastodon.oauth.clients import proven_app
from web.mastodon.params import Params


class NotYours(OAuthError):
    """A token of another app, which is that app's to end."""

    status = 403

    def __init__(self) -> None:
        super().__init__("unauthorized_client", "You are not authorized to revoke this token")


_REFUSED = {
    Refusal.UNKNOWN: "The code is unknown, too old, or was given to another app.",
    Refusal.USED: "The code was used before; what was got for it has ended.",
    Refusal.OTHER_ADDRESS: "The redirect_uri is not the one that the code was given to.",
    Refusal.NO_PROOF: "The code_verifier does not fit the code_challenge.",
}


async def token(call: Call) -> dict[str, Any]:
    """POST /oauth/token."""
    params = _sent_in_body(call)
    async with call.unit_of_work() as uow:
        app = await proven_app(uow.db, call.request, params)
        outcome = await _granted(uow, app, params)
    if isinstance(outcome, Refusal):
        raise OAuthError("invalid_grant", _REFUSED[outcome])
    return {
        "access_token": outcome.token,
        "token_type": "Bearer",
        "scope": " ".join(outcome.scopes),
        "created_at": int(outcome.created_at.timestamp()),
    }


async def _granted(uow: UnitOfWork, app: App, params: Params) -> NewToken | Refusal:
    match params.secret("grant_type"):
        case "authorization_code":
            return await redeem(
                uow,
                app,
                params.secret("code"),
                redirect_uri=params.secret("redirect_uri", 2000),
                verifier=params.secret("code_verifier"),
            )
        case "client_credentials":
            scopes = scopes_from(params.text("scope", most=2000))
            if scopes is None or not includes(app.scopes, scopes):
                raise OAuthError("invalid_scope", "The scope is unknown or more than the app registered for.")
            return await token_without_employee(uow, app, scopes)
        case "password":
            raise OAuthError(
                "unsupported_grant_type",
                "No app sees a password here: use authorization_code, with a browser or with a code to copy.",
            )
        case "":
            raise OAuthError("invalid_request", "Missing required parameter: grant_type.")
        case _:
            raise OAuthError("unsupported_grant_type", "Use authorization_code or client_credentials.")


async def revoke(call: Call) -> dict[str, Any]:
    """POST /oauth/revoke: ends a token of the app that asks (RFC 7009)."""
    params = _sent_in_body(call)
    async with call.unit_of_work() as uow:
        app = await proven_app(uow.db, call.request, params)
        if not await end_token(uow, app, params.secret("token")):
            raise NotYours
    return {}


def _sent_in_body(call: Call) -> Params:
    """What was sent; never in the address, from where secrets get into logs (RFC 6749, 2.3.1)."""
    if any(name in call.request.query_params for name in ("client_secret", "code", "token", "code_verifier")):
        raise OAuthError("invalid_request", "Secrets belong into the body of the request.")
    return call.params


ENDPOINTS = (
    Endpoint("POST", "/oauth/token", token, "none"),
    Endpoint("POST", "/oauth/revoke", revoke, "none"),
)
