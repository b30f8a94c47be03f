"""Reject: a partner declines or leaves, a host or a community has no place, or somebody says no."""

from typing import TYPE_CHECKING

from alliance.joining import Voice
from alliance.receiving import partner_ended
from alliance.sources import source_answered
from alliance.unit_of_work import UnitOfWork
from federation.announcing.partnerships import forget_follows
from federation.fetch import Budget
from federation.handlers.attending import give_back
from federation.handlers.communities import receive_refusal
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


async def prepare(incoming: Incoming, federation: "Federation", budget: Budget) -> Answered:
    """Reads what is rejected. Raises Malformed."""
    return await answered(incoming, federation)


def authorise(incoming: Incoming, prepared: Answered) -> None:
    """Only who was asked may say no. Raises Refused."""
    authorise_answer(incoming, prepared)


async def receive(
    uow: UnitOfWork, federation: "Federation", incoming: Incoming, prepared: Answered
) -> Outcome:
    """Ends the alliance or the question; also during a pause."""
    if prepared.session_id is not None:
        return await give_back(uow, incoming, prepared.session_id, Voice("accept"), prepared.activity.id)
    if prepared.request is None:
        return ignored("nothing that was asked")
    if prepared.request.kind == "Invite":
        return await hosting_answered(uow, incoming, prepared.request.uri, prepared.activity.id, yes=False)
    if prepared.request.kind == "Add":
        return await receive_refusal(uow, federation.uris, incoming, prepared.request.object)
    if prepared.request.kind == "Join":
        return await receive_place(uow, incoming, prepared.request, "declined")
    return await _receive_no(uow, incoming, prepared.request)


async def _receive_no(uow: UnitOfWork, incoming: Incoming, request: Request) -> Outcome:
    """They do not, or no longer, want us to follow them."""
    follow = await pending_follow(uow, incoming, request)
    if follow is None:
        return ignored("the question was taken back")
    await uow.db.delete(follow)
    await source_answered(uow, incoming.actor_uri, yes=False)
    standing = await standing_of(uow.db, incoming.actor_uri)
    if standing is not None and standing.company.instance_uri == incoming.actor_uri:
        await forget_follows(uow, standing.company)
        await partner_ended(uow, standing.company.id)
    return PROCESSED
