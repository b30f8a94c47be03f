"""Lets activities arrive as the worker lets them: prepared, authorised and applied in one transaction.

Signatures and the rest of the door are tested where the door is; here the sender is taken as proved.
"""

from dataclasses import dataclass, field
from itertools import count
from typing import Any

from sqlalchemy import select

from alliance.errors import AllianceError
from alliance.models import Session
from federation.fetch import Budget
from federation.handlers import HANDLERS, Incoming, Outcome, Refused, refused
from federation.translate.session_event import event_of
from federation.uris import Uris, host_of
from federation.vocabulary.values import Malformed
from federation.wiring import Federation
from tests.alliance.stage import Stage
from tests.federation.documents.written_sessions import written_session

OURS = "https://nordlicht.example"
THEIRS = "https://alpenwerk.example"


@dataclass
class Arriving:
    """A stage and a federation that activities arrive at."""

    stage: Stage
    federation: Federation
    numbers: Any = field(default_factory=lambda: count(1))

    async def take(self, activity: dict[str, Any]) -> Outcome:
        """What comes of it. Raises FetchFailed for what would be tried again."""
        incoming = Incoming(activity, activity["actor"], 1, host_of(activity["actor"]))
        handler = HANDLERS[activity["type"]]
        try:
            prepared = await handler.prepare(incoming, self.federation, Budget())
            handler.authorise(incoming, prepared)
        except (Refused, Malformed) as error:
            return refused(error.reason)
        try:
            async with self.federation.instance.unit_of_work() as uow:
                return await handler.receive(uow, self.federation, incoming, prepared)
        except AllianceError as error:
            if error.status >= 500:
                raise
            return refused(f"{type(error).__name__}: {error.detail or error}")

    def says(self, kind: str, about: Any, actor: str = f"{THEIRS}/company", **more: Any) -> dict[str, Any]:
        """An activity with an id of its own."""
        origin = f"https://{host_of(actor)}"
        return {
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": f"{origin}/activities/{next(self.numbers)}",
            "type": kind,
            "actor": actor,
            "object": about,
            **more,
        }

    async def stored(self, uri: str) -> Session | None:
        """What we hold under this identity."""
        async with self.stage.instance.reading() as db:
            return await db.scalar(select(Session).where(Session.uri == uri))


def event(kind: str = "alliance_only", origin: str = THEIRS, **changes: Any) -> dict[str, Any]:
    """An Event of Alpenwerk, as its own server writes it."""
    return event_of(written_session(kind), Uris(origin)).as_json() | changes
