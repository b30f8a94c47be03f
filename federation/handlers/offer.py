"""Offer: an allied company answers a request of one of our people with a session of its own."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from alliance.unit_of_work import UnitOfWork
from federation.fetch import Budget
from federation.handlers.handling import Incoming, Outcome
from federation.handlers.wishes import receive_offered
from federation.vocabulary.activities import parse_activity
from federation.vocabulary.values import id_of

if TYPE_CHECKING:
    from federation.wiring import Federation


@dataclass(frozen=True)
class Offered:
    """Which session is offered to which request."""

    session_uri: str
    target: str


async def prepare(incoming: Incoming, federation: "Federation", budget: Budget) -> Offered:
    """Reads both; asks nobody. Raises Malformed."""
    activity = parse_activity(incoming.activity)
    return Offered(activity.object, id_of(incoming.activity.get("target"), "target"))


def authorise(incoming: Incoming, prepared: Offered) -> None:
    """Whose the session is, `receive` compares with what we know: there is nothing else to compare."""


async def receive(
    uow: UnitOfWork, federation: "Federation", incoming: Incoming, prepared: Offered
) -> Outcome:
    """Remembers it, and invites whoever asked."""
    return await receive_offered(uow, federation, incoming, prepared.session_uri, prepared.target)
