"""Signs requests to an S3-compatible store (AWS Signature Version 4): a pure function.

https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from yarl import URL

_ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True)
class AccessKey:
    """Both halves of a key, and the region that its signatures are for."""

    id: str
    secret: str = field(repr=False)
    region: str


def signed(
    method: str, url: URL, headers: Mapping[str, str], body: bytes, key: AccessKey, now: datetime
) -> dict[str, str]:
    """The headers of a request with those that prove it; host, time and body are covered.

    Path and query of `url` are percent-encoded as they will be sent; `now` is aware.
    """
    stamp, digest = f"{now:%Y%m%dT%H%M%SZ}", hashlib.sha256(body).hexdigest()
    told = {**headers, "x-amz-content-sha256": digest, "x-amz-date": stamp}
    covered = {name.lower(): value.strip() for name, value in told.items()}
    covered["host"] = url.host_port_subcomponent or ""
    names = ";".join(sorted(covered))
    request = "\n".join(
        [
            method,
            url.raw_path,
            _canonical_query(url.raw_query_string),
            *(f"{name}:{covered[name]}" for name in sorted(covered)),
            "",
            names,
            digest,
        ]
    )
    scope = f"{stamp[:8]}/{key.region}/s3/aws4_request"
    hashed = hashlib.sha256(request.encode()).hexdigest()
    proof = _hmac(_signing_key(key, scope), "\n".join([_ALGORITHM, stamp, scope, hashed])).hex()
    told["Authorization"] = (
        f"{_ALGORITHM} Credential={key.id}/{scope}, SignedHeaders={names}, Signature={proof}"
    )
    return told


def _canonical_query(query: str) -> str:
    """Sorted by name; a name without a value gets an empty one."""
    pairs = sorted(part.partition("=")[::2] for part in query.split("&") if part)
    return "&".join(f"{name}={value}" for name, value in pairs)


def _signing_key(key: AccessKey, scope: str) -> bytes:
    made = f"AWS4{key.secret}".encode()
    for part in scope.split("/"):
        made = _hmac(made, part)
    return made


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
