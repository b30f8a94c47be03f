"""The keys of one request at the inbox, and what is special when somebody says goodbye."""

from typing import TYPE_CHECKING

from sqlalchemy import exists, or_, select

from alliance.models import Person
from federation.asking import Asking
from federation.envelope import Envelope, opened
from federation.models import RemoteActor
from federation.rates import Windows
from federation.refusals import InboxReason, NotAccepted
from federation.signatures import PublicKey

if TYPE_CHECKING:
    from federation.wiring import Federation


class NothingToForget(Exception):
    """Somebody we have never heard of is gone."""


class KeysOfRequest:
    """Where keys come from, unless somebody unknown says goodbye: then nothing is fetched.

    Large servers tell everybody they know of that an account is gone, most of whom never knew it.
    """

    def __init__(
        self, federation: "Federation", body: bytes, address: str, asking: Asking, goodbyes: Windows
    ) -> None:
        self._federation = federation
        self._address = address
        self._asking = asking
        self._goodbyes = goodbyes
        self._leaver = leaver(body)
        self.is_goodbye = False
        """Whether keys were asked for because somebody whom we know says goodbye."""

    async def find(self, key_id: str) -> PublicKey:
        """The key. Raises Rejection, NotAccepted or NothingToForget."""
        if self._leaver is not None:
            self._count_goodbye()
            if not await self._is_known(self._leaver.actor):
                raise NothingToForget
            self.is_goodbye = True
        key = self._federation.remote_keys.remembered(key_id)
        if key is not None:
            return key
        place = self._asking.on_behalf_of(self._address)
        return await self._federation.remote_keys.find(key_id, place)

    async def refetch(self, stale: PublicKey) -> PublicKey:
        """The key as its owner publishes it now."""
        return await self._federation.remote_keys.refetch(stale)

    def _count_goodbye(self) -> None:
        """A goodbye costs a look into the database, whoever says it. Raises NotAccepted beyond the limit."""
        now = self._federation.instance.clock.now()
        wait = self._goodbyes.wait(self._address, now)
        if wait is not None:
            busy = InboxReason.ADDRESS_TOO_BUSY
            raise NotAccepted(busy, f"goodbyes of {self._address}", retry_after=wait)
        self._goodbyes.count(self._address, now)

    async def _is_known(self, actor: str) -> bool:
        async with self._federation.instance.reading() as db:
            found = await db.scalar(
                select(or_(exists().where(RemoteActor.uri == actor), exists().where(Person.uri == actor)))
            )
        return bool(found)


def leaver(body: bytes) -> Envelope | None:
    """The envelope if this is an actor's Delete of itself."""
    if b'"Delete"' not in body:
        return None
    try:
        envelope = opened(body)
    except NotAccepted:
        return None
    return envelope if envelope.is_self_deletion else None
