"""Counts who finds a session of ours interesting and who passed it on; shared by Like and Announce."""

from typing import TYPE_CHECKING

from sqlalchemy import select

from alliance.models import Session
from alliance.receiving_comments import (
    forget_reaction,
    receive_reaction,
    restore_comment,
    retract_comment,
)
from alliance.unit_of_work import UnitOfWork
from alliance.visibility import partner_viewer, visible_sessions
from federation.handlers.block import unblock
from federation.handlers.handling import PROCESSED, Incoming, Outcome, ignored
from federation.handlers.places_of_notes import place_of
from federation.handlers.standing import home_of, not_allied, publisher
from federation.vocabulary.activities import Activity

if TYPE_CHECKING:
    from federation.wiring import Federation

KINDS = {"Like": "like", "EmojiReact": "like", "Announce": "announce"}


async def receive_liked(
    uow: UnitOfWork, federation: "Federation", incoming: Incoming, about: str, activity_uri: str
) -> Outcome:
    """Counts it once for each actor, where the sender may know of the session."""
    session_id = federation.uris.session_id(about)
    if session_id is None:
        return ignored("no session of ours")
    standing = await home_of(uow.db, incoming.host)
    if standing is not None and standing.state in ("paused", "blocked"):
        return ignored(standing.state)
    viewer = partner_viewer(standing.company.id if standing is not None else None)
    seen = select(Session.id).where(Session.id == session_id, visible_sessions(viewer))
    if await uow.db.scalar(seen) is None:
        return ignored("no session that they may see")
    kind = KINDS[str(incoming.activity["type"])] if incoming.activity["type"] in KINDS else "like"
    counted = await receive_reaction(uow, session_id, kind, incoming.actor_uri, incoming.host, activity_uri)
    return PROCESSED if counted else ignored("counted enough")


async def take_back(
    uow: UnitOfWork, federation: "Federation", incoming: Incoming, undo: Activity, about: str | None
) -> Outcome:
    """Undoes a Like, an Announce or a Block of the sender; by its id, or by what it was about.

    An ally that takes back the Announce of a comment has taken it out of the conversation of its session.
    """
    actor = incoming.actor_uri
    kinds = {KINDS[undo.embedded_type]} if undo.embedded_type in KINDS else set(KINDS.values())
    session_id = federation.uris.session_id(about or "")
    for kind in sorted(kinds if undo.embedded_type != "Block" else ()):
        if await forget_reaction(uow, actor, kind=kind, session_id=session_id, activity_uri=undo.object):
            return PROCESSED
    if undo.embedded_type == "Announce" and await _retracted(uow, federation, about, actor):
        return PROCESSED
    if undo.embedded_type in ("", "Block") and await unblock(uow, federation, actor, undo.object, about):
        return PROCESSED
    return ignored("nothing to undo")


async def receive_shown(
    uow: UnitOfWork, federation: "Federation", incoming: Incoming, about: str
) -> Outcome | None:
    """An ally has put back what one of our people said about a session of its own; None for anything else."""
    place = await place_of(uow.db, federation.uris, about)
    if place is None or place.parent is None:
        return None
    if (refusal := not_allied(await publisher(uow.db, incoming.actor_uri))) is not None:
        return refusal
    restored = await restore_comment(uow, place.parent.id, incoming.actor_uri)
    return PROCESSED if restored else ignored("about no session of theirs")


async def _retracted(uow: UnitOfWork, federation: "Federation", about: str | None, actor: str) -> bool:
    place = await place_of(uow.db, federation.uris, about)
    if place is None or place.parent is None:
        return False
    return await retract_comment(uow, place.parent.id, actor)
