"""Answers to our invitations, ends of theirs, and the way into a meeting that one of our people holds too."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from alliance.errors import Conflict, NotFound
from alliance.receiving_hosting import (
    receive_hosting_answer,
    receive_hosting_end,
    receive_hosting_link,
)
from alliance.unit_of_work import UnitOfWork
from federation.handlers.handling import PROCESSED, Incoming, Outcome, ignored
from federation.handlers.requests import forget_body
from federation.handlers.standing import not_allied, publisher
from federation.uris import person_id_of
from federation.vocabulary.activities import Activity, parse_activity
from federation.vocabulary.values import id_of, uri_or_none

if TYPE_CHECKING:
    from federation.wiring import Federation

_HOSTS = "#organizers"


@dataclass(frozen=True)
class LetIn:
    """One of our people is among those who hold an ally's session; `link` is their way into the meeting."""

    session_uri: str
    person_id: int
    link: str | None


async def hosting_answered(
    uow: UnitOfWork, incoming: Incoming, request_uri: str, answer_uri: str, *, yes: bool
) -> Outcome:
    """The sender says yes or no to what we asked them, and to nothing else."""
    try:
        await receive_hosting_answer(
            uow, request_uri=request_uri, person_uri=incoming.actor_uri, answer_uri=answer_uri, yes=yes
        )
    except (NotFound, Conflict):
        return ignored("nothing that was asked, or no longer")
    return PROCESSED


async def hosting_ended(uow: UnitOfWork, incoming: Incoming, request_uri: str) -> Outcome:
    """A company takes back what it asked one of our people."""
    standing = await publisher(uow.db, incoming.actor_uri)
    if standing is None:
        return ignored("nothing to undo")
    try:
        await receive_hosting_end(uow, company_id=standing.company.id, request_uri=request_uri)
    except NotFound:
        return ignored("nothing to undo")
    return PROCESSED


def let_in(incoming: Incoming, federation: "Federation") -> LetIn | None:
    """What an Add says, if it adds one of our people to those who hold a session. Raises Malformed."""
    activity = parse_activity(incoming.activity)
    target = uri_or_none(incoming.activity.get("target")) or ""
    key = federation.uris.actor_key(activity.object)
    person_id = person_id_of(key) if key is not None else None
    if person_id is None or not target.endswith(_HOSTS):
        return None
    return LetIn(target.removesuffix(_HOSTS), person_id, activity.result)


async def receive_let_in(uow: UnitOfWork, incoming: Incoming, told: LetIn) -> Outcome:
    """Keeps the link, sealed; it then is nowhere in the clear."""
    await forget_body(uow, incoming)
    standing = await publisher(uow.db, incoming.actor_uri)
    refusal = not_allied(standing)
    if standing is None or refusal is not None:
        return refusal or ignored("not allied")
    try:
        await receive_hosting_link(
            uow,
            company_id=standing.company.id,
            session_uri=told.session_uri,
            person_id=told.person_id,
            link=told.link,
        )
    except NotFound:
        return ignored("nobody of ours holds that")
    return PROCESSED


def invitation_of(undone: Activity) -> str | None:
    """The Invite whose Accept is undone, or None."""
    inner = (undone.embedded or {}).get("object")
    if undone.embedded_type != "Accept" or not isinstance(inner, dict) or inner.get("type") != "Invite":
        return None
    return id_of(inner, "object")
