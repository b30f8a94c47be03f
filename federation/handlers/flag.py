"""Flag: another server asks our moderators to look at something of ours."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from alliance.errors import TooMany
from alliance.models import Comment, Person, Session, Story, Wish
from alliance.moderating import receive_report
from alliance.text import plain_text
from alliance.unit_of_work import UnitOfWork
from federation.fetch import Budget
from federation.handlers.handling import PROCESSED, Incoming, Outcome, Refused, ignored, refused
from federation.uris import Uris, person_id_of
from federation.vocabulary.values import Malformed, id_of, listed, natural

if TYPE_CHECKING:
    from federation.wiring import Federation

MAX_OBJECTS = 20
_MAX_REASON = 8000


@dataclass(frozen=True)
class Flagged:
    """What is reported, by address, and why."""

    objects: tuple[str, ...]
    reason: str


async def prepare(incoming: Incoming, federation: "Federation", budget: Budget) -> Flagged:
    """Reads what it is about, at most twenty things; asks nobody. Raises Malformed."""
    named = listed(incoming.activity.get("object"))[:MAX_OBJECTS]
    objects = dict.fromkeys(id_of(item, "object") for item in named)
    if not objects:
        raise Malformed("object is missing")
    return Flagged(tuple(objects), plain_text(natural(incoming.activity, "content", _MAX_REASON)))


def authorise(incoming: Incoming, prepared: Flagged) -> None:
    """Only about what lies here; whoever sends it, it is the other server that speaks. Raises Refused."""
    if incoming.actor_uri in prepared.objects:
        raise Refused("nobody reports themselves")


async def receive(
    uow: UnitOfWork, federation: "Federation", incoming: Incoming, prepared: Flagged
) -> Outcome:
    """One report, about the most precise thing that is named, from a comment to a person."""
    subject = await _subject(uow, federation.uris, prepared.objects)
    if subject is None:
        return ignored("nothing of ours")
    try:
        await receive_report(uow, incoming.host, prepared.reason, **subject)
    except TooMany:
        return refused("too many open reports")
    return PROCESSED


async def _subject(uow: UnitOfWork, uris: Uris, objects: tuple[str, ...]) -> dict[str, int] | None:
    for find in (_comment, _story, _wish, _session, _person):
        for address in objects:
            found = await find(uow, uris, address)
            if found is not None:
                return found
    return None


async def _comment(uow: UnitOfWork, uris: Uris, address: str) -> dict[str, int] | None:
    key = uris.comment_key(address)
    if key is not None:
        which = (Comment.id == key[0]) & (Comment.token == key[1]) & Comment.uri.is_(None)
    else:
        # What people of third servers said about our sessions is shown here, so it is ours to look at.
        which = (Comment.uri == address) & Comment.session_id.in_(
            select(Session.id).where(Session.uri.is_(None))
        )
    found = await uow.db.scalar(select(Comment.id).where(which, Comment.state != "deleted"))
    return {"comment_id": found} if found is not None else None


async def _story(uow: UnitOfWork, uris: Uris, address: str) -> dict[str, int] | None:
    key = uris.story_key(address)
    if key is None:
        return None
    ours = (Story.id == key[0]) & (Story.token == key[1]) & Story.uri.is_(None)
    found = await uow.db.scalar(
        select(Story.id).where(ours, Story.state != "deleted", Story.audience != "company")
    )
    return {"story_id": found} if found is not None else None


async def _wish(uow: UnitOfWork, uris: Uris, address: str) -> dict[str, int] | None:
    key = uris.wish_key(address)
    if key is None:
        return None
    ours = (Wish.id == key[0]) & (Wish.token == key[1]) & Wish.uri.is_(None)
    found = await uow.db.scalar(
        select(Wish.id).where(ours, Wish.state != "deleted", Wish.audience != "company")
    )
    return {"wish_id": found} if found is not None else None


async def _session(uow: UnitOfWork, uris: Uris, address: str) -> dict[str, int] | None:
    session_id = uris.session_id(address)
    if session_id is None:
        return None
    ours = select(Session.id).where(
        Session.id == session_id, Session.uri.is_(None), Session.audience != "company"
    )
    found = await uow.db.scalar(ours.where(Session.withdrawn_at.is_(None)))
    return {"session_id": found} if found is not None else None


async def _person(uow: UnitOfWork, uris: Uris, address: str) -> dict[str, int] | None:
    key = uris.actor_key(address)
    person_id = person_id_of(key) if key is not None else None
    if person_id is None:
        return None
    ours = select(Person.id).where(Person.id == person_id, Person.uri.is_(None), Person.gone_at.is_(None))
    found = await uow.db.scalar(ours)
    return {"person_id": found} if found is not None else None
