"""The token in a request, and who holds it."""

from starlette.requests import Request

from alliance.app_holders import token_with
from alliance.apps import note_use
from alliance.database import ReadingSession
from alliance.instance import Instance
from alliance.models import AppToken

_LISTENING = "/api/v1/streaming/"


def secret_in(request: Request) -> str:
    """The token of the Authorization header (RFC 6750, 2.1); not of an address, which gets into logs.

    But browsers can send no header with what they listen to, so there the address may have it.
    """
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" and request.url.path.startswith(_LISTENING):
        return request.query_params.get("access_token", "")
    return secret.strip() if scheme.lower() == "bearer" else ""


async def holder_of(instance: Instance, db: ReadingSession, secret: str) -> AppToken | None:
    """The token with its employee; the first use in a month is noted."""
    now = instance.clock.now()
    token = await token_with(db, secret, now)
    if token is not None and token.used_in != now.date().replace(day=1):
        await db.commit()
        async with instance.unit_of_work() as uow:
            await note_use(uow, token.id)
    return token
