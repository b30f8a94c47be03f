"""Leave: somebody from elsewhere gives back a place in a session of ours."""

from typing import TYPE_CHECKING

from alliance.unit_of_work import UnitOfWork
from federation.fetch import Budget
from federation.handlers.attending import give_back
from federation.handlers.handling import Incoming, Outcome
from federation.vocabulary.activities import Activity, parse_activity

if TYPE_CHECKING:
    from federation.wiring import Federation


async def prepare(incoming: Incoming, federation: "Federation", budget: Budget) -> Activity:
    """Reads which session. Raises Malformed."""
    return parse_activity(incoming.activity)


def authorise(incoming: Incoming, prepared: Activity) -> None:
    """Only the sender's own place is looked for, so there is nobody else to compare with."""


async def receive(
    uow: UnitOfWork, federation: "Federation", incoming: Incoming, prepared: Activity
) -> Outcome:
    """Frees the place; the next in line moves up."""
    return await give_back(uow, incoming, federation.uris.session_id(prepared.object))
