"""What we demand of a signature beyond that it verifies."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from federation.signatures.rejection import Reason, rejection
from federation.signatures.request import SignedRequest

_DEFAULT_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class Policy:
    """Which hosts are ours, how old (seconds) a signature may be and how far in the future."""

    origins: Mapping[str, str]
    past_seconds: float = 12 * 3600
    future_seconds: float = 3600

    @classmethod
    def of(
        cls,
        *origins: str,
        max_age: timedelta = timedelta(hours=12),
        max_future: timedelta = timedelta(hours=1),
    ) -> "Policy":
        """The policy of a server that is reachable under `origins` (`https://host`)."""
        table: dict[str, str] = {}
        for origin in origins:
            parts = urlsplit(origin)
            table[parts.netloc.lower()] = origin
            if parts.port is None and parts.scheme in _DEFAULT_PORTS:
                table[f"{parts.netloc.lower()}:{_DEFAULT_PORTS[parts.scheme]}"] = origin
        return cls(table, max_age.total_seconds(), max_future.total_seconds())

    def origin_of(self, request: SignedRequest) -> str:
        """Our origin that the request was addressed to.

        A signature made for another host must not work here, or whoever receives an activity could replay
        it to us. Raises Rejection(WRONG_HOST).
        """
        origin = self.origins.get(request.host.lower())
        if origin is None:
            raise rejection(Reason.WRONG_HOST, request.host)
        return origin
