"""Decides whether what arrived is accepted, and answers only when it is on disk.

The order of the checks: limits, content type, signature header, blocked hosts, time, digest, key, signature,
owner of the key, JSON, id, partner. Nothing is stored before the last of them, and every no has a reason
that is counted.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.exc import SQLAlchemyError

from federation.asking import Asking
from federation.envelope import Envelope, opened
from federation.follower_drift import FIELD, Drift
from federation.grouping import Full, Grouped
from federation.inbox_keys import KeysOfRequest, NothingToForget, leaver
from federation.rates import Windows
from federation.refusals import InboxReason, NotAccepted
from federation.signatures import (
    Claim,
    Policy,
    Reason,
    Rejection,
    SignedRequest,
    peek,
    rejection,
    verify,
)
from federation.storing import Arrival, Storage
from federation.tallies import Tallies
from federation.uris import host_of

if TYPE_CHECKING:
    from federation.wiring import Federation

MAX_BODY_BYTES = 1_000_000
_CONTENT_TYPES = frozenset({"application/activity+json", "application/ld+json"})
_BUSY_SECONDS = 5
# An address that sends nothing but what is refused gets a tenth of what a partner gets.
_SHARE_OF_STRANGERS = 10
_LEAST_OF_STRANGERS = 30

log = structlog.get_logger("alliance.inbox")
_level = logging.getLogger("alliance.inbox")
security = structlog.get_logger("alliance.security")


@dataclass(frozen=True, slots=True)
class Accepted:
    """To be answered with 202. `is_stored` is False for what there is nothing to do about."""

    is_stored: bool = True


class Inbox:
    """The inboxes of one instance, personal and shared alike, in one process."""

    def __init__(self, federation: "Federation") -> None:
        settings = federation.instance.settings
        self._federation = federation
        self._clock = federation.instance.clock
        self._policy = Policy.of(settings.origin, max_age=settings.signature_max_age)
        self._domains = Windows(settings.inbox_rate)
        strangers = max(settings.inbox_rate // _SHARE_OF_STRANGERS, _LEAST_OF_STRANGERS)
        strangers = strangers if settings.inbox_rate else 0
        self._addresses = Windows(strangers)
        self._asking = Asking(strangers, self._clock)
        self._goodbyes = Windows(settings.inbox_rate)
        admission = federation.admission
        self._tallies = Tallies(
            federation.instance, lambda host: admission.is_partner(host) or admission.is_blocked(host)
        )
        self._storage: Grouped[Arrival, None] = Grouped(Storage(federation).write)
        self._drift = Drift(federation)
        # Bound once: a logger of the module finds out how logs are written with every line anew.
        self._log = log.bind()

    async def accept(self, request: SignedRequest, address: str) -> Accepted:
        """Verifies and stores; `address` is where the request came from.

        Raises Rejection (signatures, blocked hosts) or NotAccepted (everything else).
        """
        now = self._clock.now()
        wait = self._addresses.wait(address, now)
        try:
            if wait is not None and not self._names_known_key(request):
                # Keys that we know are heard all the same: behind a proxy that nobody told us of, every
                # sender has the same address, and one stranger must not close the door for all partners.
                raise NotAccepted(InboxReason.ADDRESS_TOO_BUSY, address, retry_after=wait)
            return await self._accept(request, address, now)
        except (Rejection, NotAccepted) as refusal:
            self.note(refusal, address, request)
            if wait is not None and refusal.reason.status not in (429, 503):
                # The same for those who name a known key in vain, or they could find out which ones we know.
                busy = InboxReason.ADDRESS_TOO_BUSY
                raise NotAccepted(busy, address, retry_after=wait) from refusal
            raise

    def _names_known_key(self, request: SignedRequest) -> bool:
        try:
            return any(self._federation.remote_keys.remembered(claim.key_id) for claim in peek(request))
        except Rejection:
            return False

    def note(
        self, refusal: Rejection | NotAccepted, address: str, request: SignedRequest | None = None
    ) -> None:
        """Counts a refusal, also one that the door made while it was still reading the request."""
        self._tallies.count(refusal, request)
        if refusal.reason.status not in (429, 503):
            self._addresses.count(address, self._clock.now())
        self._federation.watcher.received(refusal.reason.word)
        # A signature that is not believed is an attempt at something; the rest is disorder.
        teller = security if isinstance(refusal, Rejection) else log
        teller.info("refused", reason=refusal.reason.word, detail=refusal.detail)

    async def close(self) -> None:
        """Stores what has been accepted and writes the tallies."""
        await self._storage.close()
        await self._tallies.close()

    async def _accept(self, request: SignedRequest, address: str, now: datetime) -> Accepted:
        if not _is_activity(request.headers.get("content-type", "")):
            raise NotAccepted(InboxReason.CONTENT_TYPE, request.headers.get("content-type", ""))
        claims = peek(request)
        await self._check_hosts(sorted({host_of(claim.key_id) for claim in claims}), now)
        keys = KeysOfRequest(self._federation, request.body, address, self._asking, self._goodbyes)
        try:
            envelope, host = await self._verified(request, claims, keys)
        except NothingToForget:
            return Accepted(is_stored=False)
        except (Rejection, NotAccepted) as refusal:
            if not keys.is_goodbye or refusal.reason.status != 401:
                raise
            # Strangers are told the same whether we know the one who is said to leave or not.
            self.note(refusal, address, request)
            return Accepted(is_stored=False)
        await self._store(request, envelope, host, now)
        if FIELD in request.headers:
            await self._compare_followers(request, claims, envelope)
        return Accepted()

    async def _compare_followers(
        self, request: SignedRequest, claims: tuple[Claim, ...], envelope: Envelope
    ) -> None:
        """What the sender says about its followers here (FEP-8fcf); the activity is stored in any case."""
        try:
            await self._drift.note(request, claims, envelope.actor)
        except SQLAlchemyError as error:
            log.warning("followers were not compared", why=type(error).__name__)

    async def _check_hosts(self, hosts: list[str], now: datetime) -> None:
        """Turns away whom we would refuse anyway before a key is fetched or a signature verified.

        Of several signatures all count: who is asked to wait must not hide behind somebody else's name.
        """
        admission = self._federation.admission
        await admission.refresh()
        for host in hosts:
            if admission.is_blocked(host):
                raise rejection(Reason.BLOCKED, host)
        for host in hosts:
            wait = self._domains.wait(host, now)
            if wait is not None:
                raise NotAccepted(InboxReason.DOMAIN_TOO_BUSY, host, retry_after=wait)

    async def _verified(
        self, request: SignedRequest, claims: tuple[Claim, ...], keys: KeysOfRequest
    ) -> tuple[Envelope, str]:
        """The envelope of a request whose sender is proved, and the host that it came from."""
        now = self._clock.now()
        try:
            signer = await verify(request, keys, now, self._policy, claims)
            actor, key_host = signer.actor_id, host_of(signer.key_id)
        except Rejection as refusal:
            # The host itself says that the key of the one who is leaving no longer exists: proof enough.
            gone = leaver(request.body) if refusal.reason is Reason.KEY_GONE else None
            if gone is None or claims[0].key_id.partition("#")[0] != gone.actor:
                raise
            actor, key_host = gone.actor, host_of(gone.actor)
        self._domains.count(key_host, now)
        envelope = opened(request.body)
        if envelope.actor != actor:
            raise NotAccepted(InboxReason.OTHER_ACTOR, f"{actor} signed for {envelope.actor}")
        self._check_envelope(envelope)
        return envelope, host_of(actor)

    def _check_envelope(self, envelope: Envelope) -> None:
        host = host_of(envelope.actor)
        if self._federation.uris.is_ours(envelope.id):
            raise NotAccepted(InboxReason.ID_IS_OURS, envelope.id)
        if not _lies_on(envelope.id, host):
            raise NotAccepted(InboxReason.ID_ELSEWHERE, f"{envelope.id} by {envelope.actor}")
        admission = self._federation.admission
        if admission.is_blocked(host) or admission.refuses(envelope.actor):
            raise rejection(Reason.BLOCKED, envelope.actor)
        if not self._federation.admission.may_send(host, envelope.type):
            raise NotAccepted(InboxReason.NOT_ADMITTED, host)

    async def _store(self, request: SignedRequest, envelope: Envelope, host: str, now: datetime) -> None:
        arrival = Arrival(envelope.id, envelope.type, envelope.actor, host, request.body, now)
        try:
            await self._storage.put(arrival)
        except (Full, SQLAlchemyError) as error:
            raise NotAccepted(
                InboxReason.TOO_BUSY, type(error).__name__, retry_after=_BUSY_SECONDS
            ) from error
        self._federation.watcher.received("accepted")
        # Asked first: a line that nobody wants to read costs as much as reading the signature's header.
        if _level.isEnabledFor(logging.INFO):
            self._log.info("received", activity=envelope.id, partner=host, type=envelope.type)


def _lies_on(uri: str, host: str) -> bool:
    # Ids are new each time, so no memory of parsed ones helps; most are decided without parsing.
    return uri.partition("://")[2].partition("/")[0] == host or host_of(uri) == host


@lru_cache(maxsize=256)
def _is_activity(content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower() in _CONTENT_TYPES
