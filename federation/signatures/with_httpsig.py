"""httpsig over OpenSSL: its templates and parsing, without PyCryptodome doing the arithmetic."""

import warnings
from collections.abc import Sequence
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from federation.signatures.material import SecretKey, signature_of

with warnings.catch_warnings():
    # httpsig 1.3.0 asks pkg_resources for its own version number; setuptools < 81 still has that module.
    warnings.filterwarnings("ignore", "pkg_resources is deprecated", UserWarning)
    warnings.filterwarnings("ignore", "Deprecated call to `pkg_resources", DeprecationWarning)
    from httpsig.sign import HeaderSigner
    from httpsig.utils import build_signature_template, generate_message, parse_signature_header

__all__ = ["Signer", "parse_signature_header", "signing_layout"]

_VALUE = "\0"  # in no name of a header field


def signing_layout(covered: Sequence[str]) -> str:
    """The signing string over these fields with `%s` for method (lower case), target and each value.

    httpsig lays it out once for all requests that cover the same fields: it lowers every name anew each time.
    """
    fields = dict.fromkeys(covered, _VALUE)
    message: bytes = generate_message(covered, fields, method=_VALUE, path=_VALUE)
    return message.decode("ascii").replace("%", "%%").replace(_VALUE, "%s")


class Signer(HeaderSigner):
    """httpsig's signer for one key and one list of headers, with OpenSSL in place of PyCryptodome."""

    def __init__(self, key: SecretKey, headers: tuple[str, ...]) -> None:
        # Not calling super: it imports the PEM with PyCryptodome on every construction.
        if not isinstance(key.material, RSAPrivateKey):
            raise TypeError("draft-cavage signatures are made with RSA keys")
        self._key = key
        self._rsa: Any = True
        self._hash = None
        self.sign_algorithm, self.hash_algorithm = "rsa", "sha256"
        self.headers = headers
        self.sign_header = "Signature"
        # The template goes through the % operator, and a key id may hold a percent sign.
        self.signature_template = build_signature_template(
            key.key_id.replace("%", "%%"), "rsa-sha256", headers, self.sign_header
        )

    def _sign_rsa(self, data: bytes) -> bytes:
        return signature_of(self._key, data)
