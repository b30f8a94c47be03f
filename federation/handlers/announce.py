"""Announce: an ally, a source or an ally's community points at a session; its origin says what that is."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from alliance.unit_of_work import UnitOfWork
from federation.failures import GoneThere, MissingThere
from federation.fetch import Budget
from federation.handlers.co_hosts import believed
from federation.handlers.communities import Shown, authorise_shown, receive_shown_there, shown
from federation.handlers.external import authorise_external, external_announced
from federation.handlers.handling import Incoming, Outcome, Refused, ignored
from federation.handlers.notes import NoteTold, authorise_note, is_told, note_announced, receive_note
from federation.handlers.reactions import receive_liked, receive_shown
from federation.handlers.sessions import SessionTold, receive_told
from federation.handlers.standing import home_of, not_allied, standing_of
from federation.uris import host_of
from federation.vocabulary.activities import Activity, parse_activity
from federation.vocabulary.event import parse_event
from federation.vocabulary.values import id_of

if TYPE_CHECKING:
    from federation.wiring import Federation


@dataclass(frozen=True)
class PassedOn:
    """Somebody shows a session of ours to their followers; only that it happened is of interest."""

    activity: Activity


Told = SessionTold | NoteTold | PassedOn | Shown


async def prepare(incoming: Incoming, federation: "Federation", budget: Budget) -> Told:
    """Fetches the original, for allies from allies, for a source from its own server; from nobody else.

    A comment that an ally passes on because it belongs to a session of its own may come from anywhere.

    Raises Malformed, FetchFailed.
    """
    activity = unwrapped(parse_activity(incoming.activity))
    if (there := await shown(federation, activity, budget)) is not None:
        return there
    async with federation.instance.reading() as db:
        standing = await standing_of(db, activity.actor)
        author = await home_of(db, host_of(activity.object))
    if federation.uris.is_ours(activity.object):
        return PassedOn(activity)
    if (refusal := not_allied(standing)) is not None:
        return SessionTold(outcome=refusal, external=await external_announced(federation, activity, budget))
    if is_told(activity):
        return await note_announced(federation, activity, budget)
    if (refusal := not_allied(author)) is not None:
        return SessionTold(outcome=refusal)
    try:
        document = await federation.fetcher.document(activity.object, budget)
    except (MissingThere, GoneThere):
        return SessionTold(outcome=ignored("gone already"))
    if document.data.get("type") != "Event":
        return SessionTold(outcome=ignored("not an Event"))
    return SessionTold(await believed(federation, parse_event(dict(document.data)), budget))


def unwrapped(announced: Activity) -> Activity:
    """What groups announce as activities (FEP-1b12: Announce of a Create) is about what those are about."""
    inner = announced.embedded
    if inner is None or announced.embedded_type not in ("Create", "Update"):
        return announced
    about = inner.get("object")
    return replace(
        announced, object=id_of(about, "object"), embedded=about if isinstance(about, dict) else None
    )


def authorise(incoming: Incoming, prepared: Told) -> None:
    """Whoever announces, the author must be at home where session or comment are. Raises Refused."""
    if isinstance(prepared, PassedOn):
        return
    if isinstance(prepared, Shown):
        authorise_shown(incoming, prepared)
        return
    if isinstance(prepared, NoteTold):
        authorise_note(incoming, prepared)
        return
    if prepared.external is not None:
        authorise_external(incoming, prepared.external)
    event = prepared.event
    if event is not None and host_of(event.attributed_to) != host_of(event.id):
        raise Refused("the author is on another host than the session")


async def receive(uow: UnitOfWork, federation: "Federation", incoming: Incoming, prepared: Told) -> Outcome:
    """Stores the session, if its own company is allied, or the comment; counts who passes ours on."""
    if isinstance(prepared, Shown):
        return await receive_shown_there(uow, federation.uris, incoming, prepared)
    if isinstance(prepared, PassedOn):
        activity = prepared.activity
        known = await receive_shown(uow, federation, incoming, activity.object)
        return known or await receive_liked(uow, federation, incoming, activity.object, activity.id)
    if isinstance(prepared, NoteTold):
        return await receive_note(uow, federation, incoming, prepared)
    return await receive_told(uow, prepared)
