"""Signs requests that we send, in the dialect that the receiver understands."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from urllib.parse import urlsplit

from federation.signatures.cavage import GET_HEADERS, POST_HEADERS, cavage_signature
from federation.signatures.digest import content_digest_header, digest_header
from federation.signatures.freshness import http_date
from federation.signatures.material import SecretKey
from federation.signatures.request import Dialect
from federation.signatures.rfc9421 import BARE_COMPONENTS, BODY_COMPONENTS, message_signature

ACTIVITY_JSON = "application/activity+json"


def sign(
    method: str,
    url: str,
    body: bytes | None,
    key: SecretKey,
    dialect: Dialect,
    now: datetime,
    content_type: str = ACTIVITY_JSON,
    also: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """The header fields to send with the request: Host, Date, Signature and, with a body, digest and type.

    `url` must be absolute and already percent-encoded; `body` is None for GET. Draft-cavage needs an RSA key.
    What is in `also` is sent and signed as well.
    """
    host, target = _parts(url)
    headers = {"Host": host, "Date": http_date(int(now.timestamp())), **(also or {})}
    if dialect is Dialect.CAVAGE:
        return _sign_cavage(method, target, headers, body, key, content_type)
    return _sign_rfc9421(method, url, headers, body, key, now, content_type)


@lru_cache(maxsize=4096)
def _parts(url: str) -> tuple[str, str]:
    """Host (with port, if any) and raw target of an address."""
    parts = urlsplit(url)
    target = parts.path or "/"
    return parts.netloc, f"{target}?{parts.query}" if parts.query else target


def _sign_cavage(
    method: str, target: str, headers: dict[str, str], body: bytes | None, key: SecretKey, content_type: str
) -> dict[str, str]:
    fields = {name.lower(): value for name, value in headers.items()}
    covered: tuple[str, ...] = GET_HEADERS
    also = tuple(name for name in fields if name not in GET_HEADERS)
    if body is not None:
        covered = POST_HEADERS
        headers["Digest"] = fields["digest"] = digest_header(body)
        headers["Content-Type"] = fields["content-type"] = content_type
    headers["Signature"] = cavage_signature(key, method, target, covered + also, fields)
    return headers


def _sign_rfc9421(
    method: str,
    url: str,
    headers: dict[str, str],
    body: bytes | None,
    key: SecretKey,
    now: datetime,
    content_type: str,
) -> dict[str, str]:
    components: tuple[str, ...] = BARE_COMPONENTS
    also = tuple(name.lower() for name in headers if name not in ("Host", "Date"))
    if body is not None:
        components = BODY_COMPONENTS
        headers["Content-Digest"] = content_digest_header(body)
        headers["Content-Type"] = content_type
    return headers | message_signature(key, method, url, components + also, headers, now)
