"""Add: an allied company points a session out (`featured`), puts one into a community of ours, or lets one of
our people in as a host.
"""

from typing import TYPE_CHECKING

from alliance.unit_of_work import UnitOfWork
from federation.fetch import Budget
from federation.handlers import announce
from federation.handlers.communities import Placed, authorise_placed, placed, placed_in, receive_placed
from federation.handlers.handling import Incoming, Outcome, Refused, ignored
from federation.handlers.hosting import LetIn, let_in, receive_let_in
from federation.handlers.sessions import SessionTold
from federation.uris import host_of
from federation.vocabulary.values import id_of

if TYPE_CHECKING:
    from federation.wiring import Federation

Told = SessionTold | LetIn | Placed


async def prepare(incoming: Incoming, federation: "Federation", budget: Budget) -> Told:
    """Fetches the session as for an Announce. Raises Malformed, FetchFailed, and Refused for other lists."""
    if (community_id := placed_in(incoming, federation)) is not None:
        return await placed(federation, incoming, community_id, budget, wanted=True)
    check_target(incoming)
    if (admitted := let_in(incoming, federation)) is not None:
        return admitted
    told = await announce.prepare(incoming, federation, budget)
    return told if isinstance(told, SessionTold) else SessionTold(outcome=ignored("no session of theirs"))


def authorise(incoming: Incoming, prepared: Told) -> None:
    """The session must be at home where its author is. Raises Refused."""
    if isinstance(prepared, LetIn):
        return
    if isinstance(prepared, Placed):
        authorise_placed(incoming, prepared)
        return
    announce.authorise(incoming, prepared)


async def receive(uow: UnitOfWork, federation: "Federation", incoming: Incoming, prepared: Told) -> Outcome:
    """Stores the session, if its own company is allied; or the way into a meeting."""
    if isinstance(prepared, Placed):
        return await receive_placed(uow, incoming, prepared, wanted=True)
    if isinstance(prepared, LetIn):
        return await receive_let_in(uow, incoming, prepared)
    return await announce.receive(uow, federation, incoming, prepared)


def check_target(incoming: Incoming) -> None:
    """The list must lie where its owner does (FEP-fe34, ownership). Raises Malformed, Refused."""
    if host_of(id_of(incoming.activity.get("target"), "target")) != host_of(incoming.actor_uri):
        raise Refused("the list is somebody else's")
