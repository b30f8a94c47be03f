"""Remove: an allied company no longer points a session out, or takes one out of a community of ours."""

from typing import TYPE_CHECKING

from alliance.unit_of_work import UnitOfWork
from federation.fetch import Budget
from federation.handlers.add import check_target
from federation.handlers.communities import Placed, authorise_placed, placed, placed_in, receive_placed
from federation.handlers.handling import Incoming, Outcome, ignored
from federation.vocabulary.activities import Activity, parse_activity

if TYPE_CHECKING:
    from federation.wiring import Federation


async def prepare(incoming: Incoming, federation: "Federation", budget: Budget) -> Activity | Placed:
    """Reads it; asks nobody. Raises Malformed, and Refused for other lists than the sender's."""
    if (community_id := placed_in(incoming, federation)) is not None:
        return await placed(federation, incoming, community_id, budget, wanted=False)
    check_target(incoming)
    return parse_activity(incoming.activity)


def authorise(incoming: Incoming, prepared: Activity | Placed) -> None:
    """Whose list it is has been compared; from communities companies take out their own. Raises Refused."""
    if isinstance(prepared, Placed):
        authorise_placed(incoming, prepared)


async def receive(
    uow: UnitOfWork, federation: "Federation", incoming: Incoming, prepared: Activity | Placed
) -> Outcome:
    """Only Delete takes a session away; what a company points out is not kept here."""
    if isinstance(prepared, Placed):
        return await receive_placed(uow, incoming, prepared, wanted=False)
    return ignored("nothing is pinned here")
