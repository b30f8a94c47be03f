"""The request value that signatures are made over and checked against."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from federation.signatures.rejection import Reason, rejection

MAX_FIELDS = 100
MAX_FIELD_BYTES = 8192
MAX_HEADER_BYTES = 32768
_ONCE = frozenset({"host", "date", "authorization", "content-type", "content-length"})
_SENT_BY_MOST = ("accept", "accept-encoding", "connection", "digest", "signature", "user-agent")
_USUAL = {name.encode(): name for name in (*_ONCE, *_SENT_BY_MOST)}


class Dialect(StrEnum):
    """The two ways to sign a request that the fediverse knows."""

    CAVAGE = "cavage"
    RFC9421 = "rfc9421"


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """What arrived: `target` is the raw path with query, names in `headers` are lower-case, `body` is raw."""

    method: str
    target: str
    host: str
    scheme: str
    headers: Mapping[str, str]
    body: bytes

    @classmethod
    def received(
        cls, method: str, target: str, scheme: str, fields: Iterable[tuple[bytes, bytes]], body: bytes
    ) -> "SignedRequest":
        """Builds the value from raw header fields (as ASGI has them). Raises Rejection beyond the limits.

        Repeated fields are joined with a comma (RFC 9110, 5.2), except those that must occur once.
        """
        headers: dict[str, str] = {}
        total = 0
        for count, (raw_name, raw_value) in enumerate(fields, start=1):
            total += len(raw_name) + len(raw_value)
            if count > MAX_FIELDS or total > MAX_HEADER_BYTES or len(raw_value) > MAX_FIELD_BYTES:
                raise rejection(Reason.HEADERS_TOO_LARGE)
            name = _USUAL.get(raw_name) or raw_name.decode("latin-1").lower()
            value = raw_value.decode("latin-1").strip(" \t")
            if name in headers:
                if name in _ONCE:
                    raise rejection(Reason.DUPLICATE_HEADER, name)
                value = f"{headers[name]}, {value}"
            headers[name] = value
        return cls(method, target, headers.get("host", ""), scheme, headers, body)

    @property
    def has_body(self) -> bool:
        """Whether a digest is due: every method but GET and HEAD, and anything that brings bytes."""
        return bool(self.body) or self.method not in ("GET", "HEAD")
