"""The door of SCIM: who may come in, what is read from them, and how they are told what went wrong."""

from collections.abc import Awaitable, Callable
from typing import Any

import orjson
import structlog
from sqlalchemy.exc import IntegrityError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from alliance.acts import SYSTEM
from alliance.errors import AllianceError, Conflict, Invalid, NotFound
from alliance.instance import Instance
from alliance.learning_settings import note_use, token_in_force
from alliance.unit_of_work import UnitOfWork
from federation.bounded_json import Unreadable, read_object
from federation.uris import LARGEST_ID

MEDIA_TYPE = "application/scim+json"
_ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
_KINDS = {400: "invalidValue", 409: "uniqueness"}
_MOST_BYTES = 1_000_000

security = structlog.get_logger("alliance.security")
Handler = Callable[["Asked"], Awaitable[Response]]


class Asked:
    """What the directory asks for; `payload` is the JSON object that it sent, empty without one."""

    def __init__(self, request: Request, instance: Instance, payload: dict[str, Any]) -> None:
        self.request = request
        self.instance = instance
        self.payload = payload

    @property
    def base(self) -> str:
        """The address of the service."""
        return f"{self.instance.settings.origin}/scim/v2"

    def question(self) -> dict[str, Any]:
        """What is asked of a list: in the address, or in a message (RFC 7644, section 3.4.3)."""
        return self.payload if self.request.method == "POST" else dict(self.request.query_params)

    def number(self) -> int:
        """The identifier in the address. Raises NotFound for what is none of ours."""
        number = number_of(self.request.path_params["id"])
        if number is None:
            raise NotFound
        return number

    def changing(self) -> UnitOfWork:
        """A transaction in which the directory changes something."""
        return self.instance.unit_of_work(SYSTEM)


def number_of(text: str) -> int | None:
    """An identifier of ours, or None for what can't be one."""
    if not (text.isascii() and text.isdecimal() and len(text) < 20):
        return None
    return number if (number := int(text)) <= LARGEST_ID else None


def answer(content: Any, status: int = 200, **headers: str) -> Response:
    """A resource or a message of SCIM."""
    given = {"Cache-Control": "no-store", **headers}
    return Response(orjson.dumps(content), status, given, media_type=MEDIA_TYPE)


def trouble(status: int, detail: str, kind: str | None = None) -> Response:
    """An error as RFC 7644, section 3.12, has it."""
    content: dict[str, Any] = {"schemas": [_ERROR], "status": str(status), "detail": detail[:500]}
    if kind := kind or _KINDS.get(status):
        content["scimType"] = kind
    return answer(content, status)


def for_directories(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint for whoever holds a token for provisioning; everything that goes wrong is told as SCIM."""

    async def endpoint(request: Request) -> Response:
        from web.scim.endpoints import told

        instance: Instance = request.app.state.instance
        if (refused := await _refused(request, instance)) is not None:
            return refused
        try:
            return await handler(Asked(request, instance, await _payload(request)))
        except AllianceError as error:
            return _said(error)
        except IntegrityError:
            # Two requests at once for the same name, key or membership: the other one was quicker.
            return trouble(409, "This was changed at the same moment. Please ask again.")
        except Exception as error:
            if (known := told(error)) is not None:
                return trouble(*known)
            raise

    return endpoint


async def _refused(request: Request, instance: Instance) -> Response | None:
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    async with instance.reading() as db:
        known = scheme.lower() == "bearer"
        token = await token_in_force(db, secret.strip(), "provisioning") if known else None
    if token is None:
        security.info("provisioning refused", path=request.url.path)
        response = trouble(401, "Please send a token for provisioning.")
        response.headers["WWW-Authenticate"] = 'Bearer realm="provisioning"'
        return response
    if token.used_on != instance.clock.now().date():
        async with instance.unit_of_work() as uow:
            await note_use(uow, token)
    return None


async def _payload(request: Request) -> dict[str, Any]:
    if request.method in ("GET", "DELETE"):
        return {}
    body = await request.body()
    if len(body) > _MOST_BYTES:
        raise HTTPException(413)
    try:
        return read_object(body)
    except Unreadable as error:
        raise Invalid("This can't be read: {why}.", why=str(error)) from error


def _said(error: AllianceError) -> Response:
    wrong = [*error.problems.values()] if isinstance(error, Invalid) else []
    first = wrong[0] if wrong else error
    detail = first.sentence.format(**first.parameters) if first.parameters else first.sentence
    if isinstance(error, Conflict):
        return trouble(409, detail)
    status = 400 if isinstance(error, Invalid) else error.status
    return trouble(status, detail)
