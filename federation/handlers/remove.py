"""Remove: an allied company no longer points a session out; the session itself stays."""

from typing import TYPE_CHECKING

from alliance.unit_of_work import UnitOfWork
from federation.fetch import Budget
from federation.handlers.add import check_target
from federation.handlers.handling import Incoming, Outcome, ignored
from federation.vocabulary.activities import Activity, parse_activity

if TYPE_CHECKING:
    from federation.wiring import Federation


async def prepare(incoming: Incoming, federation: "Federation", budget: Budget) -> Activity:
    """Reads it; asks nobody. Raises Malformed, and Refused for other lists than the sender's."""
    check_target(incoming)
    return parse_activity(incoming.activity)


def authorise(incoming: Incoming, prepared: Activity) -> None:
    """Whose list it is has been compared."""


async def receive(
    uow: UnitOfWork, federation: "Federation", incoming: Incoming, prepared: Activity
) -> Outcome:
    """Only Delete takes a session away; what a company points out is not kept here."""
    return ignored("nothing is pinned here")
