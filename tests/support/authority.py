"""A certificate authority of a company's own: whoever is told of it trusts its servers, nobody else does."""

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

# RFC 5280, 4.2.1.3: an authority says that its key signs certificates; Python 3.13 refuses one that does not.
_SIGNS_CERTIFICATES = x509.KeyUsage(
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=False,
    encipher_only=False,
    decipher_only=False,
)


@dataclass(frozen=True)
class Certificate:
    """What a server shows: two PEM files."""

    chain: Path
    key: Path

    def server(self) -> ssl.SSLContext:
        """The context of a server that shows it."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.chain, self.key)
        return context


class Authority:
    """Made for one run of the tests; `file` is what others are told to trust."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = generate_private_key(SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "A company's own authority")])
        self.file = folder / "authority.pem"
        itself = self._built(
            "A company's own authority", self._key, x509.BasicConstraints(True, 0), _SIGNS_CERTIFICATES
        )
        self.file.write_bytes(itself.public_bytes(Encoding.PEM))

    def certificate(self, *names: str, days: float = 1) -> Certificate:
        """A certificate for servers of these names, good for a day; `days` below 0: expired."""
        key = generate_private_key(SECP256R1())
        alternatives = x509.SubjectAlternativeName([x509.DNSName(name) for name in names])
        made = self._built(names[0], key, x509.BasicConstraints(False, None), alternatives, days=days)
        paths = Certificate(self._folder / f"{names[0]}.pem", self._folder / f"{names[0]}.key")
        paths.chain.write_bytes(made.public_bytes(Encoding.PEM))
        paths.key.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        return paths

    def trust(self) -> ssl.SSLContext:
        """A client's context that trusts this authority alone."""
        return ssl.create_default_context(cafile=str(self.file))

    def _built(
        self, subject: str, key: EllipticCurvePrivateKey, *extensions: x509.ExtensionType, days: float = 1
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        until = now + timedelta(days=days)
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(min(now, until) - timedelta(minutes=5))
            .not_valid_after(until)
        )
        for extension in extensions:
            is_critical = isinstance(extension, x509.BasicConstraints | x509.KeyUsage)
            builder = builder.add_extension(extension, is_critical)
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        builder = builder.add_extension(identifier, False)
        own = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        return builder.add_extension(own, False).sign(self._key, hashes.SHA256())
