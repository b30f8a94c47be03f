"""TentativeAccept: one of our people is on a waiting list, or somebody only may come to a session of ours."""

from dataclasses import replace
from typing import TYPE_CHECKING

from alliance.joining import Voice
from alliance.unit_of_work import UnitOfWork
from federation.fetch import Budget
from federation.handlers.accept import Accepted
from federation.handlers.attending import authorise_place, place_asked, receive_place_asked
from federation.handlers.handling import Incoming, Outcome, ignored
from federation.handlers.requests import answered, authorise_answer, receive_place

if TYPE_CHECKING:
    from federation.wiring import Federation


async def prepare(incoming: Incoming, federation: "Federation", budget: Budget) -> Accepted:
    """Reads what it is about. Raises Malformed, FetchFailed."""
    answer = await answered(incoming, federation)
    if answer.session_id is None:
        return Accepted(answer)
    asked = await place_asked(federation, incoming, budget, answer.session_id, answer.activity.id)
    return Accepted(answer, replace(asked, wish="maybe", voice=Voice("accept")))


def authorise(incoming: Incoming, prepared: Accepted) -> None:
    """Only who was asked may answer, and only people an invitation. Raises Refused."""
    authorise_answer(incoming, prepared.answer)
    if prepared.place is not None:
        authorise_place(incoming, prepared.place)


async def receive(
    uow: UnitOfWork, federation: "Federation", incoming: Incoming, prepared: Accepted
) -> Outcome:
    """Waiting. Who only may come takes no place from others, and gives back one taken before."""
    if prepared.place is not None:
        return await receive_place_asked(uow, incoming, prepared.place)
    request = prepared.answer.request
    if request is None or request.kind != "Join":
        return ignored("nothing that was asked")
    return await receive_place(uow, incoming, request, "waiting")
