"""Keeps what is for one person alone unreadable in the database, also while it waits to be delivered."""

from alliance.vault import Vault

PURPOSE = "outbox_activity.body"
# JSON begins with a brace, what the vault has sealed with its version.
_PLAIN = b"{"


def sealed(vault: Vault, body: bytes) -> bytes:
    """The bytes of an activity as they are stored when nobody but its addressee may read them."""
    return vault.seal(body.decode(), PURPOSE)


def opened(vault: Vault, stored: bytes) -> bytes:
    """The exact bytes that go out, whether they were sealed or not. Raises WrongConfiguration."""
    return stored if stored.startswith(_PLAIN) else vault.open(stored, PURPOSE).encode()
