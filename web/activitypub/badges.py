"""Who issues badges here, and which of them are void: for whoever verifies one, without being asked who."""

from starlette.requests import Request
from starlette.responses import Response

from alliance.instance import Instance
from federation.badges import issuer_document, revocation_list
from web.activitypub.answers import json_document


async def issuer(request: Request) -> Response:
    """GET /badges/issuer: name and keys."""
    instance: Instance = request.app.state.instance
    async with instance.reading() as db:
        return json_document(request, await issuer_document(db, instance.settings.origin))


async def revoked(request: Request) -> Response:
    """GET /badges/revoked: numbers alone."""
    instance: Instance = request.app.state.instance
    async with instance.reading() as db:
        return json_document(request, await revocation_list(db, instance.settings.origin))
