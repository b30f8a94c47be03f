"""What the picture beside a link to a session says."""

from dataclasses import astuple, dataclass
from hashlib import sha256

# Raised when covers look different, so that those on disk are drawn anew.
_VERSION = 1


@dataclass(frozen=True)
class Cover:
    """What a cover says. `hue` is one of 24; `struck` stands before the date: "Cancelled"."""

    seed: str
    title: str
    when: str
    company: str
    hue: int
    struck: str = ""

    @property
    def digest(self) -> str:
        """Changes with everything that is drawn."""
        return sha256(repr((_VERSION, *astuple(self))).encode()).hexdigest()[:32]
