"""Join: somebody from elsewhere asks for a place in a session of ours."""

from typing import TYPE_CHECKING

from alliance.unit_of_work import UnitOfWork
from federation.fetch import Budget
from federation.handlers.attending import PlaceAsked, authorise_place, place_asked, receive_place_asked
from federation.handlers.handling import Incoming, Outcome
from federation.vocabulary.activities import parse_activity

if TYPE_CHECKING:
    from federation.wiring import Federation


async def prepare(incoming: Incoming, federation: "Federation", budget: Budget) -> PlaceAsked:
    """Reads which session, and learns who asks. Raises Malformed, FetchFailed."""
    asked = parse_activity(incoming.activity)
    session_id = federation.uris.session_id(asked.object)
    return await place_asked(federation, incoming, budget, session_id, asked.id)


def authorise(incoming: Incoming, prepared: PlaceAsked) -> None:
    """People ask for themselves. Raises Refused."""
    authorise_place(incoming, prepared)


async def receive(
    uow: UnitOfWork, federation: "Federation", incoming: Incoming, prepared: PlaceAsked
) -> Outcome:
    """Gives the place, in the same transaction."""
    return await receive_place_asked(uow, incoming, prepared)
