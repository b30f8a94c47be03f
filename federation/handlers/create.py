"""Create: an allied company has published a session, or somebody has said something about one of ours."""

from typing import TYPE_CHECKING

from alliance.unit_of_work import UnitOfWork
from federation.fetch import Budget
from federation.handlers.handling import Incoming, Outcome, ignored
from federation.handlers.notes import NoteTold, authorise_note, is_told, note_told, receive_note
from federation.handlers.sessions import SessionTold, authorise_session, receive_told, session_told
from federation.vocabulary.activities import parse_activity

if TYPE_CHECKING:
    from federation.wiring import Federation

Told = SessionTold | NoteTold


async def prepare(incoming: Incoming, federation: "Federation", budget: Budget) -> Told:
    """Reads the Event or the Note; other objects are none of ours. Raises Malformed, FetchFailed."""
    activity = parse_activity(incoming.activity)
    if is_told(activity):
        return await note_told(federation, activity, budget)
    if activity.embedded is not None and activity.embedded_type != "Event":
        return SessionTold(outcome=ignored("not an Event"))
    return await session_told(federation, activity, budget)


def authorise(incoming: Incoming, prepared: Told) -> None:
    """The author of Event or Note is the sender. Raises Refused."""
    if isinstance(prepared, NoteTold):
        authorise_note(incoming, prepared)
    else:
        authorise_session(incoming, prepared)


async def receive(uow: UnitOfWork, federation: "Federation", incoming: Incoming, prepared: Told) -> Outcome:
    """Stores the session or the comment."""
    if isinstance(prepared, NoteTold):
        return await receive_note(uow, federation, incoming, prepared)
    return await receive_told(uow, prepared)
