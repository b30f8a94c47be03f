"""What a signature says about itself before anything is proved."""

import re
from typing import Protocol
from urllib.parse import urlsplit

from federation.signatures.material import PublicKey
from federation.signatures.policy import Policy
from federation.signatures.rejection import Reason, rejection
from federation.signatures.request import Dialect, SignedRequest

_KEY_ID = re.compile(r"https?://[!-~]{1,2000}", re.ASCII)


class Claim(Protocol):
    """One signature of a request, in either dialect."""

    @property
    def dialect(self) -> Dialect:
        """The way it was signed."""
        ...

    @property
    def key_id(self) -> str:
        """The key that is said to have signed: an http(s) address."""
        ...

    def covers(self, field: str) -> bool:
        """Whether a header field (its name in lower case) is part of what was signed."""
        ...

    def check(self, request: SignedRequest, now: float, policy: Policy) -> None:
        """Coverage, times and digest. Raises Rejection."""
        ...

    def holds(self, request: SignedRequest, key: PublicKey, policy: Policy) -> bool:
        """Whether the signature was made with `key`. Raises Rejection when it can't even be tried."""
        ...


def checked_key_id(value: object) -> str:
    """A key id with or without fragment (`#main-key`, `/main-key`). Raises Rejection(KEY_ID_MALFORMED)."""
    if type(value) is not str or _KEY_ID.fullmatch(value) is None:
        raise rejection(Reason.KEY_ID_MALFORMED, str(value))
    try:
        host = urlsplit(value).hostname
    except ValueError as error:
        raise rejection(Reason.KEY_ID_MALFORMED, value) from error
    if not host:
        raise rejection(Reason.KEY_ID_MALFORMED, value)
    return value
