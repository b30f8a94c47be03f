"""Followers as two servers compare them (FEP-8fcf): the digest, and the header field that carries it."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

HEADER = "Collection-Synchronization"
PARTIAL = "followers_synchronization"
NOBODY = "0" * 64
MAX_HEADER_CHARACTERS = 2_000
_PARAMETER = re.compile(r'[ \t]*([A-Za-z]{1,20})="([^"\\]{1,600})"[ \t]*(?:,|$)')
_DIGEST = re.compile(r"[0-9a-fA-F]{64}")


@dataclass(frozen=True, slots=True)
class Synchronisation:
    """The collection of followers, where the receiver's part of it is, and the digest of that part."""

    collection: str
    url: str
    digest: str

    @classmethod
    def of(cls, actor: str, digest: str) -> Self:
        """What is said about the followers of an actor of ours."""
        return cls(f"{actor}/followers", f"{actor}/{PARTIAL}", digest)

    def __str__(self) -> str:
        return f'collectionId="{self.collection}", url="{self.url}", digest="{self.digest}"'


def digest_of(followers: Iterable[str]) -> str:
    """SHA-256 of each identity, all of them XORed, in hexadecimal (FEP-8fcf, "digest")."""
    total = 0
    for follower in followers:
        total ^= int.from_bytes(hashlib.sha256(follower.encode()).digest())
    return f"{total:064x}"


def read_header(value: str) -> Synchronisation | None:
    """What another server says, or None when it can't be read; parameters in any order, each once."""
    if len(value) > MAX_HEADER_CHARACTERS:
        return None
    found: dict[str, str] = {}
    position = 0
    while match := _PARAMETER.match(value, position):
        name = match[1].lower()
        if name in found:
            return None
        found[name] = match[2]
        position = match.end()
    if position != len(value):
        return None
    collection, url, digest = found.get("collectionid"), found.get("url"), found.get("digest", "")
    if collection is None or url is None or _DIGEST.fullmatch(digest) is None:
        return None
    return Synchronisation(collection, url, digest.lower())
