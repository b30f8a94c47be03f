"""Public keys of other servers: remembered in memory, in the database, or fetched under limits."""

import asyncio
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from alliance.instance import Instance
from federation.actor_keys import (
    is_key_document,
    key_from_row,
    listed_key,
    owner_named_by,
    separate_key,
)
from federation.failures import BadDocument, FetchFailed, GoneThere
from federation.fetch import Budget, Document, Fetcher
from federation.models import RemoteActor
from federation.recent import Recent
from federation.remote_actors import store_actor
from federation.signatures import PublicKey, Reason, Rejection, rejection
from federation.uris import host_of, origin_of

MAX_REMEMBERED = 10_000
REMEMBERED_FOR = timedelta(hours=24)
BELIEVED_FOR = timedelta(days=7)
REFETCH_EVERY = timedelta(minutes=5)
FAILURE_REMEMBERED_FOR = timedelta(minutes=1)
MAX_FETCHES_A_MINUTE = 120
_FETCHES_AT_ONCE = 32

Place = AbstractAsyncContextManager[None]
"""What a fetch has to wait for on behalf of whoever caused it; may refuse it."""


class RemoteKeys:
    """Finds keys for `signatures.verify`; one per process.

    However many requests name a key, its owner is asked once; failures are remembered for a minute, and one
    host is asked for at most 120 keys a minute, whatever key ids strangers invent.
    """

    def __init__(self, instance: Instance, fetcher: Fetcher) -> None:
        self._instance = instance
        self._fetcher = fetcher
        clock = instance.clock
        self._known: Recent[str, PublicKey] = Recent(MAX_REMEMBERED, REMEMBERED_FOR, clock)
        self._failed: Recent[str, Reason] = Recent(MAX_REMEMBERED, FAILURE_REMEMBERED_FOR, clock)
        self._refetched: Recent[str, bool] = Recent(MAX_REMEMBERED, REFETCH_EVERY, clock)
        self._asked: Recent[str, list[int]] = Recent(MAX_REMEMBERED, timedelta(minutes=1), clock)
        self._under_way: dict[str, asyncio.Task[PublicKey]] = {}
        self._places = asyncio.Semaphore(_FETCHES_AT_ONCE)

    async def find(self, key_id: str, place: Place | None = None) -> PublicKey:
        """The key. Raises Rejection: KEY_NOT_FOUND, KEY_GONE, KEY_REFUSED or KEY_OWNER.

        When nothing but a fetch helps, that takes `place` first, and what `place` raises goes through.
        """
        key = self._known.get(key_id)
        if key is not None:
            return key
        failed = self._failed.get(key_id)
        if failed is not None:
            raise rejection(failed, "remembered")
        return await self._once(key_id, place, stored_will_do=True)

    async def refetch(self, stale: PublicKey) -> PublicKey:
        """The key as its owner publishes it now; `stale` itself if that can't be had or was asked lately."""
        if self._refetched.get(stale.key_id):
            return stale
        self._refetched.put(stale.key_id, True)
        try:
            fresh = await self._once(stale.key_id, None, stored_will_do=False)
        except Rejection:
            return stale
        return stale if fresh.material == stale.material and fresh.owner == stale.owner else fresh

    def remembered(self, key_id: str) -> PublicKey | None:
        """The key if a signature with it can be verified without asking anybody."""
        return self._known.get(key_id)

    def forget(self, key_id: str) -> None:
        """Drops a key from memory, for instance when its actor was deleted."""
        self._known.forget(key_id)
        self._failed.forget(key_id)

    async def _stored(self, key_id: str) -> PublicKey | None:
        """The key in the actor's row, if that is not too old."""
        document = key_id.partition("#")[0]
        candidates = (document, document.rpartition("/")[0])
        oldest = self._instance.clock.now() - BELIEVED_FOR
        async with self._instance.reading() as db:
            rows = await db.scalars(
                select(RemoteActor).where(RemoteActor.uri.in_(candidates), RemoteActor.fetched_at > oldest)
            )
            for actor in rows:
                for row in actor.keys:
                    if row["id"] == key_id:
                        return key_from_row(row, actor.uri)
        return None

    async def _once(self, key_id: str, place: Place | None, *, stored_will_do: bool) -> PublicKey:
        """Obtains a key; everybody who asks for it meanwhile waits for the same answer."""
        task = self._under_way.get(key_id)
        if task is None:
            task = asyncio.create_task(self._obtain(key_id, place, stored_will_do))
            self._under_way[key_id] = task
            task.add_done_callback(lambda done: self._finished(key_id, done))
        return await asyncio.shield(task)

    def _finished(self, key_id: str, task: asyncio.Task[PublicKey]) -> None:
        self._under_way.pop(key_id, None)
        if not task.cancelled():
            task.exception()  # seen, also when everybody who waited has gone

    async def _obtain(self, key_id: str, place: Place | None, stored_will_do: bool) -> PublicKey:
        try:
            key = await self._stored(key_id) if stored_will_do else None
            if key is None:
                async with place or nullcontext():
                    key = await self._fetched(key_id)
        except Rejection as refusal:
            self._failed.put(key_id, refusal.reason)
            raise
        self._failed.forget(key_id)
        self._known.put(key_id, key)
        return key

    async def _fetched(self, key_id: str) -> PublicKey:
        try:
            async with self._places:
                self._count(host_of(key_id))
                return await self._fetch(key_id)
        except FetchFailed as failure:
            reason = Reason.KEY_GONE if isinstance(failure, GoneThere) else Reason.KEY_NOT_FOUND
            raise rejection(reason, f"{type(failure).__name__}: {failure.detail}") from failure

    def _count(self, host: str) -> None:
        asked = self._asked.get(host)
        if asked is None:
            asked = [0]
            self._asked.put(host, asked)
        asked[0] += 1
        if asked[0] > MAX_FETCHES_A_MINUTE:
            raise rejection(Reason.KEY_NOT_FOUND, f"too many keys of {host}")

    async def _fetch(self, key_id: str) -> PublicKey:
        """The actor document, or the key's own and then its actor's, which must list it back."""
        budget, now = Budget(4), self._instance.clock.now()
        document = await self._fetcher.document(key_id, budget)
        if not is_key_document(document.data):
            key = listed_key(document.data, key_id, now).key
            await self._store(document)
            return key
        owner = owner_named_by(document.data)
        if origin_of(owner) != origin_of(key_id):
            raise rejection(Reason.KEY_OWNER, f"{owner} lives on another host than {key_id}")
        actor = await self._fetcher.document(owner, budget)
        listed = separate_key(document.data, actor.data, key_id, now)
        await self._store(actor, also=listed.as_row())
        return listed.key

    async def _store(self, actor: Document, also: Mapping[str, str] | None = None) -> None:
        """Keeps the actor for the next start; a key works without, so nothing here refuses it."""
        try:
            async with self._instance.unit_of_work() as uow:
                row = await store_actor(uow, actor)
                if also is not None:
                    row.keys = [*(key for key in row.keys if key["id"] != also["id"]), dict(also)]
        except (BadDocument, IntegrityError):
            return  # no inbox to send to, or another process has stored the same actor just now
