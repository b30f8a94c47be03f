"""httpsig over OpenSSL: its templates and parsing, without PyCryptodome doing the arithmetic."""

import warnings
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from federation.signatures.material import PublicKey, RsaScheme, SecretKey, is_signed_by, signature_of

with warnings.catch_warnings():
    # httpsig 1.3.0 asks pkg_resources for its own version number; setuptools < 81 still has that module.
    warnings.filterwarnings("ignore", "pkg_resources is deprecated", UserWarning)
    warnings.filterwarnings("ignore", "Deprecated call to `pkg_resources", DeprecationWarning)
    from httpsig.sign import HeaderSigner
    from httpsig.utils import build_signature_template, parse_signature_header
    from httpsig.verify import HeaderVerifier

__all__ = ["Signer", "Verifier", "parse_signature_header"]


class Verifier(HeaderVerifier):
    """httpsig's verifier over a parse that is cached, with OpenSSL in place of PyCryptodome."""

    def __init__(
        self,
        parameters: Mapping[str, str],
        signature: bytes,
        fields: Mapping[str, str],
        method: str,
        target: str,
        key: PublicKey,
        scheme: RsaScheme,
    ) -> None:
        # Not calling super: it parses the header again and imports the key with PyCryptodome.
        self.auth_dict = parameters
        self.required_headers: list[str] = []
        self.headers: Any = fields
        self.host: str | None = None
        self.method = method
        self.path = target
        self._claimed = signature
        self._key = key
        self._scheme = scheme

    def _verify(self, data: bytes, signature: str) -> bool:
        return is_signed_by(self._key, self._claimed, data, self._scheme)


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
