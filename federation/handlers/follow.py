"""Follow: another instance asks for an alliance, or somebody wants to hear of our sessions."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from alliance.introductions import Introduction
from alliance.models import Partner
from alliance.receiving import partner_asked
from alliance.unit_of_work import UnitOfWork
from alliance.visibility import STRANGER
from federation.actors import FRESH_FOR, find_actor
from federation.announcing.partnerships import ally_if_both_agreed, confirm
from federation.documents import person_document
from federation.failures import FetchFailed
from federation.fetch import Budget
from federation.follower_digests import FollowersChanged
from federation.followers import let_in, turn_away
from federation.followers_here import tell_of_follower
from federation.following import stored_follow
from federation.handlers.communities import follower_joined, may_be_followed
from federation.handlers.handling import PROCESSED, Incoming, Outcome, Refused, ignored
from federation.handlers.standing import home_of
from federation.models import Follow
from federation.our_actors import decided
from federation.partners import introduce_instance
from federation.uris import COMPANY, INSTANCE, PUBLIC_ALIASES, community_id_of, host_of, person_id_of
from federation.vocabulary.activities import Activity, parse_activity
from federation.vocabulary.actor import Actor

if TYPE_CHECKING:
    from federation.wiring import Federation


@dataclass(frozen=True)
class Asked:
    """Who wants to follow whom; `followed` is the key of our actor, None when it is nobody here.

    With an introduction it is another alliance instance that asks for an alliance.
    """

    activity: Activity
    followed: str | None
    follower: Actor | None = None
    introduction: Introduction | None = None


async def prepare(incoming: Incoming, federation: "Federation", budget: Budget) -> Asked:
    """Learns who the follower is; an instance is asked for its company.

    Raises Malformed, FetchFailed, and Refused for what relays are asked: to pass on what everybody says.
    """
    named = incoming.activity.get("object")
    if isinstance(named, str) and named in PUBLIC_ALIASES:
        raise Refused("nobody follows everybody: this is no relay")
    asked = parse_activity(incoming.activity)
    followed = federation.uris.actor_key(asked.object)
    if followed is None:
        return Asked(asked, None)
    # Who joins a community by name was somebody without one a moment ago.
    fresh_for = timedelta(0) if community_id_of(followed) is not None else FRESH_FOR
    follower = await find_actor(federation, asked.actor, budget, fresh_for=fresh_for)
    introduction = None
    if followed == INSTANCE and follower.type == "Application" and follower.card is not None:
        introduction = await _introduction(federation, follower, budget)
    return Asked(asked, followed, follower, introduction)


def authorise(incoming: Incoming, prepared: Asked) -> None:
    """Nobody follows in the name of another. Raises Refused."""
    if prepared.follower is not None and prepared.follower.id != incoming.actor_uri:
        raise Refused("the follower is somebody else")
    if prepared.introduction is not None and prepared.introduction.instance_uri != incoming.actor_uri:
        raise Refused("the instance names another one")


async def receive(uow: UnitOfWork, federation: "Federation", incoming: Incoming, prepared: Asked) -> Outcome:
    """Stores the question of a partner, or the follower."""
    if prepared.followed is None or prepared.follower is None:
        return ignored("nobody here")
    if prepared.introduction is not None:
        return await _receive_partner(uow, prepared, prepared.introduction)
    standing = await home_of(uow.db, incoming.host)
    if standing is not None and standing.state in ("paused", "blocked"):
        return ignored(standing.state)
    is_ally = standing is not None and standing.is_allied
    return await _receive_follower(uow, prepared, prepared.followed, prepared.follower, is_ally=is_ally)


async def _receive_follower(
    uow: UnitOfWork, prepared: Asked, followed: str, follower: Actor, *, is_ally: bool
) -> Outcome:
    """Yes at once, or when somebody has looked at it; who follows already hears yes again."""
    decisions = await decided(uow.db, followed)
    if decisions.moved_to is not None or not await _may_be_followed(uow, followed, is_ally=is_ally):
        await _reject(uow, followed, prepared, follower)
        return PROCESSED
    known = await stored_follow(uow, prepared.activity.actor, prepared.activity.object)
    is_in = known is not None and known.state == "accepted"
    if decisions.approves_followers and not is_in:
        await _store(uow, prepared, follower, "asked")
        await tell_of_follower(uow, followed, follower, asks=True)
        return PROCESSED
    await let_in(uow, followed, await _store(uow, prepared, follower, "accepted"))
    await follower_joined(uow, followed, follower)
    if not is_in:
        await tell_of_follower(uow, followed, follower, asks=False)
    return PROCESSED


async def _introduction(federation: "Federation", follower: Actor, budget: Budget) -> Introduction | None:
    """Who asks; None for one that turns out not to be an alliance instance, but some other server's actor."""
    try:
        return await introduce_instance(federation, follower.id, budget)
    except FetchFailed as failure:
        if failure.is_permanent:
            return None
        raise


async def _receive_partner(uow: UnitOfWork, prepared: Asked, introduction: Introduction) -> Outcome:
    """They have said yes; where we have said so before, that is confirmed at once."""
    host = await home_of(uow.db, introduction.host)
    if host is not None and host.state in ("paused", "blocked"):
        return ignored(host.state)
    partner = await partner_asked(uow, introduction)
    assert prepared.follower is not None  # noqa: S101 - an introduction comes with its follower
    theirs = await _store(uow, prepared, prepared.follower, "asked")
    current = await uow.db.get(Partner, partner.company_id)
    if current is not None and current.we_said_yes:
        company = partner.company
        await confirm(uow, theirs, company)
        await ally_if_both_agreed(uow, company)
    return PROCESSED


async def _store(uow: UnitOfWork, prepared: Asked, follower: Actor, state: str) -> Follow:
    """The newest Follow counts; Accept, Reject and Undo name it."""
    asked = prepared.activity
    row = await stored_follow(uow, asked.actor, asked.object)
    if row is None:
        row = Follow(id=uow.new_id(), follower_uri=asked.actor, followed_uri=asked.object, created_at=uow.now)
        uow.db.add(row)
    row.state, row.activity_uri, row.inbox = state, asked.id, follower.inbox
    shared = follower.shared_inbox
    row.shared_inbox = shared if shared and host_of(shared) == host_of(asked.actor) else None
    await uow.db.flush()
    return row


async def _may_be_followed(uow: UnitOfWork, followed: str, *, is_ally: bool) -> bool:
    """An open instance lets anybody follow what is public; people only if they have a public profile."""
    if uow.settings.federation != "open" and not is_ally:
        return False
    if followed in (INSTANCE, COMPANY):
        return True
    if (welcome := await may_be_followed(uow, followed, is_ally=is_ally)) is not None:
        return welcome
    document = await person_document(uow.db, STRANGER, uow.settings, person_id_of(followed) or 0)
    return document.status == 200 and "followers" in document.body


async def _reject(uow: UnitOfWork, followed: str, prepared: Asked, follower: Actor) -> None:
    """A row from better days goes with it: they do not follow any more."""
    asked = prepared.activity
    known = await stored_follow(uow, asked.actor, asked.object)
    if known is not None:
        await uow.db.delete(known)
        uow.record(FollowersChanged(asked.object))
    question = Follow(
        follower_uri=asked.actor, followed_uri=asked.object, activity_uri=asked.id, inbox=follower.inbox
    )
    await turn_away(uow, followed, question)
