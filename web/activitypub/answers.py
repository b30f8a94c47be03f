"""Answers for machines: the right content type, caching, validators and who may read them from a browser."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from alliance.errors import NotFound
from web.requests import ACTIVITY_JSON, AS2_PROFILE, LD_JSON, best_type, header

Endpoint = Callable[[Request], Awaitable[Response]]

LD_JSON_WITH_PROFILE = f'{LD_JSON}; profile="{AS2_PROFILE}"'
MACHINES = (ACTIVITY_JSON, LD_JSON, "application/json")
PUBLIC_SECONDS = 60
LARGEST_ID = (1 << 63) - 1
ANYBODY = {"Access-Control-Allow-Origin": "*"}


def number(request: Request) -> int:
    """The `id` in the address. Raises NotFound for one that no database holds."""
    found: int = request.path_params["id"]
    if found > LARGEST_ID:
        raise NotFound
    return found


def is_for_machines(request: Request) -> bool:
    """Whether a document is wanted rather than the page at the same address.

    A named ActivityStreams type wins a tie with a page; a bare `*/*` or no header at all gets the page.
    """
    accept = request.headers.get("accept", "")
    if not any(named in accept.lower() for named in MACHINES):
        return False
    return best_type(accept, (*MACHINES, "text/html")) in MACHINES


def content_type(request: Request) -> str:
    """The content type to answer with. Raises 406 when none of ours is acceptable."""
    chosen = best_type(request.headers.get("accept", ""), MACHINES)
    if chosen is None:
        raise HTTPException(406)
    return LD_JSON_WITH_PROFILE if chosen == LD_JSON else ACTIVITY_JSON


def document(
    request: Request,
    body: Mapping[str, Any] | bytes,
    *,
    is_public: bool = True,
    status: int = 200,
    vary: str = "Accept",
) -> Response:
    """An ActivityStreams document, or 304 when the reader has it already (RFC 9110 section 13.1.2)."""
    media_type = content_type(request)
    content = body if isinstance(body, bytes) else orjson.dumps(body)
    return _validated(request, content, media_type, is_public=is_public, status=status, vary=vary)


def json_document(
    request: Request, body: Mapping[str, Any], media_type: str = "application/json"
) -> Response:
    """A public document of another kind, such as a JRD; it is what it is whatever the reader accepts."""
    return _validated(request, orjson.dumps(body), media_type, is_public=True, status=200, vary="")


def _validated(
    request: Request, content: bytes, media_type: str, *, is_public: bool, status: int, vary: str
) -> Response:
    tag = f'"{hashlib.sha256(media_type.encode() + content).hexdigest()[:32]}"'
    headers = {
        "ETag": tag,
        "Cache-Control": f"public, max-age={PUBLIC_SECONDS}" if is_public else "private, no-store",
        **({"Vary": vary} if vary else {}),
        **(ANYBODY if is_public else {}),
    }
    if status == 200 and _has(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=headers)
    return Response(content, status, headers, media_type)


def _has(if_none_match: str, tag: str) -> bool:
    known = {candidate.strip().removeprefix("W/") for candidate in if_none_match[:2000].split(",")}
    return tag in known or "*" in known


class Negotiated:
    """One address with a page for people and a document for machines; either answer says that it varies."""

    def __init__(self, page: Endpoint, machine: Endpoint) -> None:
        self.page = page
        self.machine = machine

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        chosen = self.machine if is_for_machines(request) else self.page
        response = await chosen(request)
        if "accept" not in response.headers.get("vary", "").lower():
            response.headers.add_vary_header("Accept")
        await response(scope, receive, send)


def has_signature(request: Request) -> bool:
    """Whether the request claims to be signed, in either dialect."""
    if header(request.scope, b"signature") or header(request.scope, b"signature-input"):
        return True
    return header(request.scope, b"authorization").lower().startswith("signature ")
