"""Accept: a partner confirms an alliance, a host gives one of our people a place, or somebody says yes:
to a session of ours, or to holding one with us.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from alliance.joining import Voice
from alliance.sources import source_answered
from alliance.unit_of_work import UnitOfWork
from federation.announcing.partnerships import ally_if_both_agreed
from federation.fetch import Budget
from federation.handlers.attending import PlaceAsked, authorise_place, place_asked, receive_place_asked
from federation.handlers.handling import PROCESSED, Incoming, Outcome, ignored
from federation.handlers.hosting import hosting_answered
from federation.handlers.requests import (
    Answered,
    Request,
    answered,
    authorise_answer,
    pending_follow,
    receive_place,
)
from federation.handlers.standing import standing_of

if TYPE_CHECKING:
    from federation.wiring import Federation


@dataclass(frozen=True)
class Accepted:
    """A yes: to a request of ours, or to a session of ours as to an invitation (Friendica, gathio)."""

    answer: Answered
    place: PlaceAsked | None = None


async def prepare(incoming: Incoming, federation: "Federation", budget: Budget) -> Accepted:
    """Reads what is accepted. Raises Malformed, FetchFailed."""
    answer = await answered(incoming, federation)
    if answer.session_id is None:
        return Accepted(answer)
    asked = await place_asked(federation, incoming, budget, answer.session_id, answer.activity.id)
    return Accepted(answer, replace(asked, voice=Voice("accept")))


def authorise(incoming: Incoming, prepared: Accepted) -> None:
    """Only who was asked may say yes, and only people to an invitation. Raises Refused."""
    authorise_answer(incoming, prepared.answer)
    if prepared.place is not None:
        authorise_place(incoming, prepared.place)


async def receive(
    uow: UnitOfWork, federation: "Federation", incoming: Incoming, prepared: Accepted
) -> Outcome:
    """Confirms the alliance or the place."""
    if prepared.place is not None:
        return await receive_place_asked(uow, incoming, prepared.place)
    request = prepared.answer.request
    if request is None:
        return ignored("nothing that was asked")
    if request.kind == "Invite":
        return await hosting_answered(uow, incoming, request.uri, prepared.answer.activity.id, yes=True)
    if request.kind == "Add":
        return ignored("an Announce says that")
    if request.kind == "Join":
        link = prepared.answer.activity.result
        return await receive_place(uow, incoming, request, "going", link)
    return await _receive_yes(uow, incoming, request)


async def _receive_yes(uow: UnitOfWork, incoming: Incoming, request: Request) -> Outcome:
    """They accepted our Follow; allied if we have accepted theirs."""
    follow = await pending_follow(uow, incoming, request)
    if follow is None:
        return ignored("the question was taken back")
    follow.state = "accepted"
    await uow.db.flush()
    await source_answered(uow, incoming.actor_uri, yes=True)
    standing = await standing_of(uow.db, incoming.actor_uri)
    if standing is not None and standing.company.instance_uri == incoming.actor_uri:
        await ally_if_both_agreed(uow, standing.company)
    return PROCESSED
