"""Key pairs that every test takes in the same order: making thousands of RSA keys takes minutes."""

from threading import Lock

from federation.keys import KeyPairs, make_key_pairs

_ENOUGH = 48
"""So many actors of one test have keys of their own; the next ones begin again."""


class KeyStore:
    """Real pairs, made when they are first needed and kept as long as the process."""

    def __init__(self) -> None:
        self._pairs: list[KeyPairs] = []
        self._next = 0
        self._lock = Lock()

    def take(self) -> KeyPairs:
        """A pair that this test has not had."""
        with self._lock:
            number, self._next = self._next % _ENOUGH, self._next + 1
            while len(self._pairs) <= number:
                self._pairs.append(make_key_pairs())
            return self._pairs[number]

    def rewind(self) -> None:
        """For the next test."""
        self._next = 0
