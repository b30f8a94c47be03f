"""The attacks, a few classes a file; importing this fills the catalogue."""

from tests.hostile.attacks import (
    audiences,
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
    "audiences",
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
