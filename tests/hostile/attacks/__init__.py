"""The attacks, a few classes a file; importing this fills the catalogue."""

from tests.hostile.attacks import (
    addresses,
    audiences,
    blocks,
    bodies,
    forgeries,
    identities,
    keys,
    names,
    network,
    places,
    proofs,
    requests,
    sockets,
    votes,
    words,
)

__all__ = [
    "addresses",
    "audiences",
    "blocks",
    "bodies",
    "forgeries",
    "identities",
    "keys",
    "names",
    "network",
    "places",
    "proofs",
    "requests",
    "sockets",
    "votes",
    "words",
]
