"""Seals what must not lie in the clear in the database, and derives personal links."""

import base64
import hashlib
import hmac
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from alliance.errors import WrongConfiguration

_NONCE = 12
_VERSION = b"\x01"


def create_secret_file(path: Path) -> None:
    """Writes 32 random bytes, readable by the owner alone. Raises FileExistsError."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(base64.b64encode(os.urandom(32)) + b"\n")


def read_secret_file(path: Path) -> bytes:
    """The 32 bytes of a secret file. Raises WrongConfiguration when they can't be had."""
    try:
        secret = base64.b64decode(path.read_bytes(), validate=False)
    except (OSError, ValueError) as error:
        raise WrongConfiguration(
            "The secret file {path} can't be read: {reason}.", path=path, reason=error
        ) from error
    if len(secret) != 32:
        raise WrongConfiguration("The secret file {path} does not hold 32 bytes in base64.", path=path)
    return secret


class Vault:
    """Authenticated encryption at rest (AES-256-GCM) and keyed digests, both from one secret of 32 bytes."""

    def __init__(self, secret: bytes) -> None:
        self._cipher = AESGCM(_derive(secret, b"alliance at rest"))
        self._mac_key = _derive(secret, b"alliance personal links")
        self._chain_key = _derive(secret, b"alliance audit chain")

    def seal(self, text: str, purpose: str) -> bytes:
        """Encrypts `text`, bound to `purpose` (such as "session.meeting_link"): it opens for that alone."""
        nonce = os.urandom(_NONCE)
        return _VERSION + nonce + self._cipher.encrypt(nonce, text.encode(), purpose.encode())

    def open(self, sealed: bytes, purpose: str) -> str:
        """The text that was sealed for `purpose`. Raises WrongConfiguration when the secret does not fit."""
        nonce, body = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
        try:
            return self._cipher.decrypt(nonce, body, purpose.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise WrongConfiguration("The secret file does not belong to this database.") from error

    def mark(self, message: str) -> str:
        """A keyed digest of `message`, 32 characters that are safe in URLs."""
        digest = hmac.new(self._mac_key, message.encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest[:24]).decode()

    def is_mark(self, message: str, mark: str) -> bool:
        """Whether `mark` is ours for `message`; takes the same time either way."""
        return hmac.compare_digest(self.mark(message).encode(), mark.encode(errors="replace"))

    def seal_chain(self, message: str) -> str:
        """A keyed digest for the audit log, with a key for that alone; 64 hexadecimal digits."""
        return hmac.new(self._chain_key, message.encode(), hashlib.sha256).hexdigest()

    def is_chain_seal(self, message: str, seal: str) -> bool:
        """Whether `seal` is ours for `message`; takes the same time either way."""
        return hmac.compare_digest(self.seal_chain(message).encode(), seal.encode(errors="replace"))


def _derive(secret: bytes, label: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=label).derive(secret)
