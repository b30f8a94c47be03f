"""TentativeAccept: one of our people is on a waiting list, or somebody only may come to a session of ours."""

from typing import TYPE_CHECKING

from alliance.unit_of_work import UnitOfWork
from federation.fetch import Budget
from federation.handlers.attending import give_back
from federation.handlers.handling import Incoming, Outcome, ignored
from federation.handlers.requests import Answered, answered, authorise_answer, receive_place

if TYPE_CHECKING:
    from federation.wiring import Federation


async def prepare(incoming: Incoming, federation: "Federation", budget: Budget) -> Answered:
    """Reads what it is about. Raises Malformed."""
    return await answered(incoming, federation)


def authorise(incoming: Incoming, prepared: Answered) -> None:
    """Only who was asked may answer. Raises Refused."""
    authorise_answer(incoming, prepared)


async def receive(
    uow: UnitOfWork, federation: "Federation", incoming: Incoming, prepared: Answered
) -> Outcome:
    """Waiting. Who only may come takes no place from others, and gives back one taken before."""
    if prepared.session_id is not None:
        return await give_back(uow, incoming, prepared.session_id)
    if prepared.request is None or prepared.request.kind != "Join":
        return ignored("nothing that was asked")
    return await receive_place(uow, incoming, prepared.request, "waiting")
