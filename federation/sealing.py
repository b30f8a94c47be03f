"""Keeps what is for one person alone unreadable in the database, also while it is on its way."""

from alliance.vault import Vault

PURPOSE = "outbox_activity.body"
# JSON begins with a brace, perhaps after white space; what the vault has sealed with its version.
_PLAIN = (b"{", b" ", b"\t", b"\r", b"\n")


def sealed(vault: Vault, body: bytes) -> bytes:
    """The bytes of an activity as they are stored when nobody but its addressee may read them."""
    return vault.seal(body.decode(), PURPOSE)


def is_sealed(stored: bytes) -> bool:
    """Whether the bytes of an activity are for its addressee alone."""
    return not stored.startswith(_PLAIN)


def opened(vault: Vault, stored: bytes) -> bytes:
    """The exact bytes as they travel, whether they were sealed or not. Raises WrongConfiguration."""
    return vault.open(stored, PURPOSE).encode() if is_sealed(stored) else stored
