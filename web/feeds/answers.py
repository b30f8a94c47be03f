"""How feeds are answered: with an ETag, an honest Last-Modified, and nothing on the way that changes bytes.

Rule 12 of the design: no attachment, no redirect, no compression (Outlook fails on it). `no-transform`
(RFC 9111 section 5.2.2.6) keeps proxies from compressing; our own application never does.
"""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import format_datetime

from starlette.requests import Request
from starlette.responses import Response

PUBLIC_SECONDS = 900


def feed(
    request: Request, body: bytes, content_type: str, changes: Iterable[datetime], *, is_public: bool
) -> Response:
    """The feed, or 304 for whoever has these very bytes already.

    If-Modified-Since alone is not answered by 304: that something was taken out has no date.
    """
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {
        "ETag": tag,
        "Cache-Control": f"public, max-age={PUBLIC_SECONDS}, no-transform"
        if is_public
        else "private, no-cache, no-transform",
        "Referrer-Policy": "no-referrer",
    }
    latest = max(changes, default=None)
    if latest is not None:
        headers["Last-Modified"] = format_datetime(latest.astimezone(UTC).replace(microsecond=0), usegmt=True)
    if is_public:
        headers["Access-Control-Allow-Origin"] = "*"
    else:
        headers["X-Robots-Tag"] = "noindex"
    known = [part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")]
    if tag in known:
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers | {"Content-Type": content_type})
