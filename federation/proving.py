"""Integrity proofs (FEP-8b32) on activities: made once for all inboxes, and checked on what allies send."""

from collections import OrderedDict
from typing import TYPE_CHECKING

import orjson

from alliance.errors import Unavailable
from alliance.identifiers import Clock, moment_of
from federation.handlers.handling import Incoming, Refused
from federation.keys import KeyRing
from federation.signatures import KeyKind, PublicKey, Reason, Rejection, rejection
from federation.signatures.proofs import proof_key_id, sign_document, verify_document
from federation.uris import Uris, host_of
from federation.vocabulary.contexts import with_proof_terms
from federation.vocabulary.values import Json

if TYPE_CHECKING:
    from federation.wiring import Federation

# Lanes are worked side by side, so an activity goes to all its inboxes at about the same time.
KEPT = 64


class Prover:
    """Adds proofs to what leaves; one for each process.

    A proof depends on the activity and its actor's key alone, so every worker makes the same bytes at any
    time, and nothing of it is stored.
    """

    def __init__(self, keyring: KeyRing, uris: Uris, clock: Clock) -> None:
        self._keyring = keyring
        self._uris = uris
        self._clock = clock
        self._made: OrderedDict[bytes, bytes] = OrderedDict()

    async def proven(self, actor: str, body: bytes, *, keep: bool) -> bytes:
        """`body`, an activity of our `actor` (its key in uris), with a proof by the actor's Ed25519 key.

        With `keep` it is remembered for the next inbox. Raises NotFound when the actor has no keys.
        """
        known = self._made.get(body)
        if known is not None:
            self._made.move_to_end(body)
            return known
        key = await self._keyring.secret(actor, KeyKind.ED25519)
        activity: Json = orjson.loads(body)
        number = self._uris.activity_id(str(activity.get("id")))
        created = moment_of(number) if number is not None else self._clock.now()
        made = orjson.dumps(sign_document(with_proof_terms(activity), key, created))
        if keep:
            self._made[body] = made
            if len(self._made) > KEPT:
                self._made.popitem(last=False)
        return made


async def check_proof(federation: "Federation", incoming: Incoming) -> None:
    """Holds what an ally sends to its proof; without one, and from others, the HTTP signature has decided.

    Raises Refused with the reason, and Unavailable when the key can't be had just now.
    """
    if incoming.activity.get("proof") is None:
        return
    await federation.admission.refresh()
    if not federation.admission.is_allied(incoming.host):
        return
    try:
        key_id = proof_key_id(incoming.activity)
        if host_of(key_id) != incoming.host:
            raise rejection(Reason.KEY_OWNER, "a key on another host")
        key = await federation.remote_keys.find(key_id)
        await _verify(federation, incoming.activity, key)
    except Rejection as refusal:
        # Whoever has just been erased there has no key any more; the host itself said so at the door.
        if refusal.reason is Reason.KEY_GONE:
            return
        if refusal.reason is Reason.KEY_NOT_FOUND:
            raise Unavailable(detail="the key of the proof can't be fetched") from refusal
        raise Refused(f"proof: {refusal.reason.word}") from refusal


async def _verify(federation: "Federation", activity: Json, key: PublicKey) -> None:
    """With the key as it is known, else as its owner publishes it now. Raises Rejection."""
    try:
        verify_document(activity, key)
    except Rejection as refusal:
        if refusal.reason is not Reason.SIGNATURE_WRONG:
            raise
        fresh = await federation.remote_keys.refetch(key)
        if fresh is key:
            raise
        verify_document(activity, fresh)
