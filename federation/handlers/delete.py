"""Delete: a company has withdrawn a session, somebody a comment, or somebody is to be forgotten."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete as delete_rows
from sqlalchemy import exists, or_, select, update

from alliance.errors import Forbidden
from alliance.models import Company, Person, Session
from alliance.receiving import forget_person, forget_session, partner_ended
from alliance.receiving_comments import forget_reactions_of, withdraw_comment
from alliance.receiving_communities import forget_community
from alliance.sources import source_answered
from alliance.unit_of_work import UnitOfWork
from federation.fetch import Budget
from federation.follower_digests import FollowersChanged
from federation.handlers.circles import forget_in_circles
from federation.handlers.external import ExternalTold, external_gone, receive_external_told
from federation.handlers.handling import PROCESSED, Incoming, Outcome, Refused, ignored, refused
from federation.handlers.letters import forget_letter
from federation.handlers.standing import publisher, standing_of
from federation.handlers.stories import bury_story, forget_story
from federation.handlers.tombstones import bury
from federation.handlers.wishes import forget_wish
from federation.models import Follow, RemoteActor
from federation.moves import forget_old_words, names_of
from federation.rsvp_messages import forget_messages_to
from federation.uris import host_of
from federation.vocabulary.activities import parse_activity
from federation.vocabulary.values import moment

if TYPE_CHECKING:
    from federation.wiring import Federation


@dataclass(frozen=True)
class Deleted:
    """What is gone, and since when as the sender says."""

    object: str
    at: datetime | None
    external: ExternalTold | None = None


async def prepare(incoming: Incoming, federation: "Federation", budget: Budget) -> Deleted:
    """Reads which object it is; asks nobody, except an external source whose event somebody else deletes.

    Raises Malformed, FetchFailed.
    """
    activity = parse_activity(incoming.activity)
    told = moment((activity.embedded or {}).get("deleted"))
    external = await external_gone(federation, activity, budget)
    return Deleted(activity.object, told or activity.published, external)


def authorise(incoming: Incoming, prepared: Deleted) -> None:
    """Only what lies on the sender's own host; whose it is there, `receive` compares with what we know."""
    if host_of(prepared.object) != host_of(incoming.actor_uri):
        raise Refused("not on the sender's host")


async def receive(
    uow: UnitOfWork, federation: "Federation", incoming: Incoming, prepared: Deleted
) -> Outcome:
    """Forgets the session or the actor. Also during a pause: less is known afterwards, not more."""
    if prepared.object == incoming.actor_uri:
        return await _forget_actor(uow, incoming.actor_uri)
    if prepared.external is not None:
        return await receive_external_told(uow, prepared.external)
    if (said := await _forget_comment(uow, prepared.object, incoming.actor_uri)) is not None:
        return said
    for forget in (forget_story, forget_letter, forget_wish, forget_in_circles):
        if (outcome := await forget(uow, prepared.object, incoming)) is not None:
            return outcome
    owner = await uow.db.scalar(
        select(Company.uri)
        .join(Session, Session.company_id == Company.id)
        .where(Session.uri == prepared.object)
    )
    if owner is not None and owner != incoming.actor_uri:
        return refused("the session is somebody else's")
    if owner is None and await _is_actor(uow, prepared.object):
        return refused("an actor deletes only itself")  # a neighbour on the same host is somebody else
    if owner is None and await publisher(uow.db, incoming.actor_uri) is None:
        return await bury_story(uow, prepared.object, incoming, prepared.at) or ignored("unknown")
    await bury(uow, prepared.object, prepared.at)
    await forget_session(uow, prepared.object)
    return PROCESSED


async def _forget_comment(uow: UnitOfWork, uri: str, actor_uri: str) -> Outcome | None:
    """None when it is no comment."""
    try:
        return PROCESSED if await withdraw_comment(uow, uri, await names_of(uow.db, actor_uri)) else None
    except Forbidden:
        return refused("somebody else wrote it")


async def _is_actor(uow: UnitOfWork, uri: str) -> bool:
    """Whether we know an actor by this address: a person, a company, or whoever has sent us something."""
    company = exists().where(or_(Company.uri == uri, Company.instance_uri == uri))
    known = or_(exists().where(Person.uri == uri), exists().where(RemoteActor.uri == uri), company)
    return bool(await uow.db.scalar(select(known)))


async def _forget_actor(uow: UnitOfWork, actor_uri: str) -> Outcome:
    standing = await standing_of(uow.db, actor_uri)
    if standing is not None and standing.state != "none" and standing.company.instance_uri == actor_uri:
        await partner_ended(uow, standing.company.id)
    await source_answered(uow, actor_uri, yes=False)
    await forget_person(uow, actor_uri)
    await forget_community(uow, actor_uri)
    await forget_old_words(uow, actor_uri)
    await forget_messages_to(uow, actor_uri)
    await forget_reactions_of(uow, actor_uri)
    await uow.db.execute(update(RemoteActor).where(RemoteActor.uri == actor_uri).values(gone_at=uow.now))
    named = or_(Follow.follower_uri == actor_uri, Follow.followed_uri == actor_uri)
    await uow.db.execute(delete_rows(Follow).where(named))
    uow.record(FollowersChanged(actor_uri))
    return PROCESSED
