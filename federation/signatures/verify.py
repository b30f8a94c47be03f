"""Proves who sent a request; only here a Signer can come into being."""

from dataclasses import InitVar, dataclass
from datetime import datetime
from typing import Any, Protocol

from federation.signatures.cavage import cavage_claim
from federation.signatures.claim import Claim
from federation.signatures.material import KeyKind, PublicKey
from federation.signatures.policy import Policy
from federation.signatures.rejection import Reason, Rejection, rejection
from federation.signatures.request import Dialect, SignedRequest
from federation.signatures.rfc9421 import message_claims

_SEAL = object()


@dataclass(frozen=True, slots=True)
class Signer:
    """The proof that an actor sent this request; a function that takes one can't be called without it."""

    key_id: str
    actor_id: str
    kind: KeyKind
    dialect: Dialect
    seal: InitVar[object]

    def __post_init__(self, seal: object) -> None:
        if seal is not _SEAL:
            raise TypeError("a Signer comes from signatures.verify alone")

    def __init_subclass__(cls, **kwargs: Any) -> None:
        raise TypeError("a Signer comes from signatures.verify alone")


class Keys(Protocol):
    """Where public keys come from; federation.keys.RemoteKeys in the running program."""

    async def find(self, key_id: str) -> PublicKey:
        """The key, remembered or fetched. Raises Rejection (KEY_NOT_FOUND, _GONE, _REFUSED or _OWNER)."""
        ...

    async def refetch(self, stale: PublicKey) -> PublicKey:
        """The key as its owner publishes it now, or `stale` itself if it was fetched a moment ago."""
        ...


def peek(request: SignedRequest) -> tuple[Claim, ...]:
    """The signatures of a request as they describe themselves, nothing proved; at least one.

    The door reads `key_id` here to turn blocked hosts away before any key is fetched. Raises Rejection when
    there is no signature (401) or it is not well-formed (400).
    """
    if "signature-input" in request.headers:
        return message_claims(request.headers)
    header = request.headers.get("signature")
    if header is None:
        scheme, _, header = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "signature":
            raise rejection(Reason.NO_SIGNATURE)
    return (cavage_claim(header),)


async def verify(
    request: SignedRequest,
    keys: Keys,
    now: datetime,
    policy: Policy,
    claims: tuple[Claim, ...] | None = None,
) -> Signer:
    """The actor that signed `request`; of several signatures one valid one is enough.

    `claims` saves parsing again what `peek` returned. Raises Rejection with a named reason, nothing else.
    """
    policy.origin_of(request)
    moment = now.timestamp()
    first: Rejection | None = None
    for claim in claims if claims is not None else peek(request):
        try:
            claim.check(request, moment, policy)
            return await _signer(claim, request, keys, policy)
        except Rejection as refusal:
            first = first or refusal
    raise first or rejection(Reason.NO_SIGNATURE)


async def _signer(claim: Claim, request: SignedRequest, keys: Keys, policy: Policy) -> Signer:
    key = await keys.find(claim.key_id)
    if not claim.holds(request, key, policy):
        key = await _replacement(claim, key, request, keys, policy)
    return Signer(claim.key_id, key.owner, key.kind, claim.dialect, _SEAL)


async def _replacement(
    claim: Claim, stale: PublicKey, request: SignedRequest, keys: Keys, policy: Policy
) -> PublicKey:
    """The key that its owner has published since, if the signature holds with it."""
    fresh = await keys.refetch(stale)
    if fresh is stale or not claim.holds(request, fresh, policy):
        raise rejection(Reason.SIGNATURE_WRONG, claim.key_id)
    return fresh
