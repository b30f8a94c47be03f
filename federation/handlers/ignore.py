"""Ignore (FEP-8a8e): somebody does not want to hear of a session; there is nothing to do."""

from typing import TYPE_CHECKING

from alliance.unit_of_work import UnitOfWork
from federation.fetch import Budget
from federation.handlers.handling import Incoming, Outcome, ignored
from federation.vocabulary.activities import Activity, parse_activity

if TYPE_CHECKING:
    from federation.wiring import Federation


async def prepare(incoming: Incoming, federation: "Federation", budget: Budget) -> Activity:
    """Reads the activity. Raises Malformed."""
    return parse_activity(incoming.activity)


def authorise(incoming: Incoming, prepared: Activity) -> None:
    """Everybody may ignore everything."""


async def receive(
    uow: UnitOfWork, federation: "Federation", incoming: Incoming, prepared: Activity
) -> Outcome:
    """Records that it came."""
    return ignored("noted")
