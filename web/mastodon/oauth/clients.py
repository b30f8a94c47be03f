"""Which app asks, proved by a secret in the form or in a header (RFC 6749, 2.3.1)."""

import base64
import binascii
from urllib.parse import unquote_plus

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request

from alliance.apps import app_with, is_secret_of
from alliance.models import App
from web.mastodon.errors import WrongClient
from web.mastodon.params import Params


async def proven_app(db: AsyncSession, request: Request, params: Params) -> App:
    """The app that knows its secret. Raises WrongClient."""
    client_id, secret = _basic(request) or (params.secret("client_id"), params.secret("client_secret"))
    app = await app_with(db, client_id)
    if app is None or not is_secret_of(app, secret):
        raise WrongClient
    return app


def _basic(request: Request) -> tuple[str, str] | None:
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        pair = base64.b64decode(encoded[:1000], validate=True).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        raise WrongClient from error
    name, _, secret = pair.partition(":")
    return unquote_plus(name), unquote_plus(secret)
