"""Create: an allied company has published a session."""

from typing import TYPE_CHECKING

from alliance.unit_of_work import UnitOfWork
from federation.fetch import Budget
from federation.handlers.handling import Incoming, Outcome, ignored
from federation.handlers.sessions import SessionTold, authorise_session, receive_told, session_told
from federation.vocabulary.activities import parse_activity

if TYPE_CHECKING:
    from federation.wiring import Federation


async def prepare(incoming: Incoming, federation: "Federation", budget: Budget) -> SessionTold:
    """Reads the Event; other objects are none of ours. Raises Malformed, FetchFailed."""
    activity = parse_activity(incoming.activity)
    if activity.embedded is not None and activity.embedded_type != "Event":
        return SessionTold(outcome=ignored("not an Event"))
    return await session_told(federation, activity, budget)


def authorise(incoming: Incoming, prepared: SessionTold) -> None:
    """The author of the Event is the sender. Raises Refused."""
    authorise_session(incoming, prepared)


async def receive(
    uow: UnitOfWork, federation: "Federation", incoming: Incoming, prepared: SessionTold
) -> Outcome:
    """Stores the session."""
    return await receive_told(uow, prepared)
