"""Announce: an ally or a source points at a session; only its origin is believed about what that is."""

from typing import TYPE_CHECKING

from alliance.unit_of_work import UnitOfWork
from federation.failures import GoneThere, MissingThere
from federation.fetch import Budget
from federation.handlers.external import authorise_external, external_announced
from federation.handlers.handling import Incoming, Outcome, Refused, ignored
from federation.handlers.sessions import SessionTold, receive_told
from federation.handlers.standing import home_of, not_allied, standing_of
from federation.uris import host_of
from federation.vocabulary.activities import parse_activity
from federation.vocabulary.event import parse_event

if TYPE_CHECKING:
    from federation.wiring import Federation


async def prepare(incoming: Incoming, federation: "Federation", budget: Budget) -> SessionTold:
    """Fetches the original, for allies from allies, for a source from its own server; from nobody else.

    Raises Malformed, FetchFailed.
    """
    activity = parse_activity(incoming.activity)
    async with federation.instance.reading() as db:
        standing = await standing_of(db, activity.actor)
        author = await home_of(db, host_of(activity.object))
    if federation.uris.is_ours(activity.object):
        return Passed(activity)
    if (refusal := not_allied(standing)) is not None:
        return SessionTold(outcome=refusal, external=await external_announced(federation, activity, budget))
    if federation.uris.is_ours(activity.object):
        return SessionTold(outcome=ignored("our own"))
    if (refusal := not_allied(author)) is not None:
        return SessionTold(outcome=refusal)
    try:
        document = await federation.fetcher.document(activity.object, budget)
    except (MissingThere, GoneThere):
        return SessionTold(outcome=ignored("gone already"))
    if is_note(document.data):
        return await note_announced(federation, activity, document, budget)
    if (refusal := not_allied(author)) is not None:
        return SessionTold(outcome=refusal)
    if document.data.get("type") != "Event":
        return SessionTold(outcome=ignored("not an Event"))
    return SessionTold(parse_event(dict(document.data)))


def authorise(incoming: Incoming, prepared: SessionTold) -> None:
    """Whoever announces, the author must be at home where the session is. Raises Refused."""
    if prepared.external is not None:
        authorise_external(incoming, prepared.external)
    event = prepared.event
    if event is not None and host_of(event.attributed_to) != host_of(event.id):
        raise Refused("the author is on another host than the session")


async def receive(
    uow: UnitOfWork, federation: "Federation", incoming: Incoming, prepared: SessionTold
) -> Outcome:
    """Stores the session, if its own company is allied."""
    return await receive_told(uow, prepared)
