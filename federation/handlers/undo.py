"""Undo: a partner leaves, a follower goes, or somebody takes back a Join, a Like, an Announce or a Block."""

from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from alliance.receiving import partner_ended
from alliance.unit_of_work import UnitOfWork
from federation.announcing.partnerships import forget_follows
from federation.fetch import Budget
from federation.follower_digests import FollowersChanged
from federation.handlers.attending import give_back, session_of_request
from federation.handlers.communities import receive_taken_back
from federation.handlers.handling import PROCESSED, Incoming, Outcome, Refused, ignored
from federation.handlers.hosting import hosting_answered, hosting_ended, invitation_of
from federation.handlers.reactions import take_back
from federation.handlers.standing import standing_of
from federation.handlers.wishes import take_voice_back
from federation.models import Follow
from federation.vocabulary.activities import Activity, parse_activity
from federation.vocabulary.values import Malformed, id_of

if TYPE_CHECKING:
    from federation.wiring import Federation

_TAKEN_BACK = ("Like", "EmojiReact", "Announce", "Block")
_YES = ("Join", "Accept", "TentativeAccept")


async def prepare(incoming: Incoming, federation: "Federation", budget: Budget) -> Activity:
    """Reads what is undone. Raises Malformed."""
    return parse_activity(incoming.activity)


def authorise(incoming: Incoming, prepared: Activity) -> None:
    """Everybody undoes only what they did themselves. Raises Refused."""
    undone = prepared.embedded
    if undone is not None and "actor" in undone and id_of(undone["actor"], "actor") != incoming.actor_uri:
        raise Refused("somebody else did it")


async def receive(
    uow: UnitOfWork, federation: "Federation", incoming: Incoming, prepared: Activity
) -> Outcome:
    """Ends the Follow or the attendance; by the id of what is undone, or by what that was about."""
    about = _about(prepared)
    if prepared.embedded_type in ("Like", "EmojiReact") and about is not None:
        voiced = await take_voice_back(uow, federation, incoming, about)
        if voiced is not None:
            return voiced
    if prepared.embedded_type in _TAKEN_BACK:
        return await _take_back(uow, federation, incoming, prepared, about)
    if prepared.embedded_type == "Invite":
        return await hosting_ended(uow, incoming, prepared.object)
    if (invitation := invitation_of(prepared)) is not None:
        return await hosting_answered(uow, incoming, invitation, prepared.id, yes=False)
    if prepared.embedded_type in _YES:
        return await give_back(uow, incoming, federation.uris.session_id(about or ""))
    follow = await uow.db.scalar(
        select(Follow).where(
            Follow.follower_uri == incoming.actor_uri,
            or_(Follow.activity_uri == prepared.object, Follow.followed_uri == about),
        )
    )
    if follow is not None:
        return await _end(uow, federation, incoming, follow)
    if prepared.embedded is None and await take_back(uow, federation, incoming, prepared, None) == PROCESSED:
        return PROCESSED
    if prepared.embedded is None and await hosting_ended(uow, incoming, prepared.object) == PROCESSED:
        return PROCESSED
    asked = await session_of_request(uow, incoming, prepared.object)
    return await give_back(uow, incoming, asked) if asked is not None else ignored("nothing to undo")


async def _take_back(
    uow: UnitOfWork, federation: "Federation", incoming: Incoming, undone: Activity, about: str | None
) -> Outcome:
    """What an ally's community announced stands in it no more; of others it is one of their reactions."""
    if undone.embedded_type == "Announce":
        taken_out = await receive_taken_back(uow, federation.uris, incoming, about)
        if taken_out is not None:
            return taken_out
    return await take_back(uow, federation, incoming, undone, about)


def _about(undone: Activity) -> str | None:
    """What the undone activity was about, if it was sent along and is of a kind that we know."""
    if undone.embedded is None or undone.embedded_type not in ("Follow", *_YES, *_TAKEN_BACK):
        return None
    try:
        return id_of(undone.embedded.get("object"), "object")
    except Malformed:
        return None


async def _end(uow: UnitOfWork, federation: "Federation", incoming: Incoming, follow: Follow) -> Outcome:
    """Also during a pause: somebody who has left is not kept."""
    followed = follow.followed_uri
    await uow.db.delete(follow)
    uow.record(FollowersChanged(followed))
    standing = await standing_of(uow.db, incoming.actor_uri)
    is_partner = standing is not None and standing.company.instance_uri == incoming.actor_uri
    if standing is not None and is_partner and followed == federation.uris.instance:
        await forget_follows(uow, standing.company)
        await partner_ended(uow, standing.company.id)
    return PROCESSED
