"""Puts the parts of federation together for one process; the only place that knows all of them."""

from collections.abc import Sequence
from typing import Self

from alliance import (
    answering_wishes,
    facts,
    keeping_postings,
    keeping_words,
    learning_records,
    messaging,
    searching,
    series_joining,
    transcribing,
    webhook_news,
)
from alliance.identifiers import Clock
from alliance.instance import Instance
from alliance.run_time_settings import refresh
from alliance.settings import Settings
from alliance.telling_people import TELLING
from alliance.unit_of_work import Listener
from federation.admission import Admission
from federation.announcements import LISTENERS
from federation.badge_issuers import Issuers
from federation.client import Client
from federation.fetch import Fetcher
from federation.follower_digests import FollowerDigests, FollowersChanged
from federation.holding_back import HeldBack
from federation.inbox import Inbox
from federation.keys import KeyRing
from federation.proving import Prover
from federation.remote_keys import RemoteKeys
from federation.shelf import shelf_of
from federation.signatures import SecretKey
from federation.transactions import Transactions
from federation.uris import INSTANCE, Uris
from federation.wakeups import LanesFilled, Wakeups
from federation.watching import Watcher, Watchers

_CHANGES_OF_PARTNERS: tuple[type[facts.Fact], ...] = (
    facts.PartnerInvited,
    facts.PartnerAccepted,
    facts.PartnerDeclined,
    facts.PartnerAllied,
    facts.PartnerLeft,
    facts.PartnerResumed,
    facts.DomainTreated,
    facts.ActorBlocked,
    facts.SourceAdded,
    facts.SourceRemoved,
)


class Federation:
    """Everything that doors, handlers and the worker share in one process, the shelf for pictures included.

    Built on an open instance; `close` it before the instance.
    """

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.uris = Uris(instance.settings.origin)
        self.wakeups = Wakeups()
        self.watcher: Watcher = Watchers()
        self.transactions = Transactions(instance.database)
        self.admission = Admission(instance)
        self.keyring = KeyRing(instance)
        self.digests = FollowerDigests(instance)
        self.client = Client.from_settings(
            instance.settings, is_admitted=self.admission.is_partner, treatment=self.admission.treatment
        )
        self.fetcher = Fetcher(self.client, self._instance_key, instance.clock, instance.settings.origin)
        self.remote_keys = RemoteKeys(instance, self.fetcher)
        self.prover = Prover(self.keyring, self.uris, instance.clock)
        self.issuers = Issuers(self)
        self.held_back = HeldBack(instance)
        self.inbox = Inbox(self)
        instance.shelf = shelf_of(instance.settings, self._stored)

    @classmethod
    async def open(cls, instance: Instance) -> Self:
        """Federation for `instance`, which from now on tells it what happens."""
        federation = cls(instance)
        instance.listeners = federation._listeners()
        return federation

    async def close(self) -> None:
        """Writes what is waiting to be written and closes every connection."""
        await self.inbox.close()
        await self.client.close()
        await self.instance.shelf.close()
        self.transactions.close()

    def _stored(self, act: str, outcome: str, took: float) -> None:
        self.watcher.stored(act, outcome, took)

    async def _instance_key(self) -> SecretKey:
        return await self.keyring.secret(INSTANCE)

    def _listeners(self) -> dict[type[facts.Fact], Sequence[Listener]]:
        # The rows of what apps show come first: whoever tells of them needs their numbers.
        listeners = {kind: [*keep] for kind, keep in keeping_postings.LISTENERS.items()}
        others_too = (LISTENERS, searching.LISTENERS, answering_wishes.LISTENERS, series_joining.LISTENERS)
        later = (transcribing.LISTENERS, webhook_news.LISTENERS, learning_records.LISTENERS)
        for others in (keeping_words.LISTENERS, messaging.LISTENERS, *others_too, *later):
            for kind, hear in others.items():
                listeners.setdefault(kind, []).extend(hear)
        for kind, tell in TELLING.items():
            listeners.setdefault(kind, []).append(tell)
        for kind in (*keeping_postings.LISTENERS, *keeping_words.LISTENERS, *messaging.LISTENERS):
            listeners[kind].append(self.wakeups.hear_told)
        listeners[LanesFilled] = [self.wakeups.hear]
        listeners.setdefault(FollowersChanged, []).append(self.digests.hear)
        for kind in _CHANGES_OF_PARTNERS:
            listeners.setdefault(kind, []).append(self.admission.hear)
        return dict(listeners)


async def open_instance(settings: Settings, clock: Clock | None = None) -> tuple[Instance, Federation]:
    """An instance and its federation, ready to act; the caller closes both, federation first."""
    instance = Instance(settings, clock=clock)
    try:
        federation = await Federation.open(instance)
        await refresh(instance)
        return instance, federation
    except BaseException:
        await instance.close()
        raise
