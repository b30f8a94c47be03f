"""Tells allies and followers of our communities: that there is one, what it says of itself, that it ended."""

from datetime import timedelta

from sqlalchemy import select

from alliance.community_facts import CommunityChanged, CommunityClosed, CommunityFounded, MembersCounted
from alliance.models import Community, Company, Partner
from alliance.unit_of_work import UnitOfWork
from alliance.upserts import insert
from federation.announcing.community_groups import tell_community
from federation.announcing.community_posts import settle_community
from federation.community_tables import CommunityNews
from federation.documents import tombstone
from federation.follower_digests import FollowersChanged
from federation.followers import turn_away
from federation.keys import generate_keys
from federation.models import Follow
from federation.our_actors import forget_actor
from federation.outbox import send
from federation.recipients import follower_inboxes, partner_inboxes, told_of
from federation.uris import PUBLIC, Uris, community_actor
from federation.vocabulary.activities import activity
from federation.vocabulary.contexts import without_context

MEMBER_NEWS_AFTER = timedelta(seconds=30)


async def on_founded(uow: UnitOfWork, fact: CommunityFounded) -> None:
    """It gets keys, and allies hear of it."""
    await generate_keys(uow, community_actor(fact.community.id))
    await tell_community(uow, fact.community)


async def on_changed(uow: UnitOfWork, fact: CommunityChanged) -> None:
    """Update to who knows it; who follows from elsewhere and may no longer see it is turned away."""
    if fact.previous_audience == "public" and fact.community.audience != "public":
        await settle_community(uow, fact.community)
        await _turn_strangers_away(uow, fact.community)
    await tell_community(uow, fact.community)
    await settle_community(uow, fact.community)


async def on_closed(uow: UnitOfWork, fact: CommunityClosed) -> None:
    """Delete with a Tombstone to everybody who ever heard of it; its follows end. Its keys stay for that."""
    community, uris = fact.community, Uris(uow.settings.origin)
    group, key = uris.community(community.id), community_actor(community.id)
    inboxes = await follower_inboxes(uow.db, group) | await told_of(uow.db, group)
    if community.audience != "company":
        inboxes |= await partner_inboxes(uow.db)
    is_public = community.audience == "public"
    gone = without_context(tombstone(group, uow.now, former="Group").body)
    to = [PUBLIC] if is_public else [uris.partners]
    body = activity("Delete", actor=group, object=gone, to=to, published=uow.now)
    if inboxes:
        await send(uow, actor=key, activity=body, object_uri=group, inboxes=inboxes, is_public=is_public)
    await forget_actor(uow, key)


async def on_counted(uow: UnitOfWork, fact: MembersCounted) -> None:
    """Remembers that the number has to be told; several changes within half a minute become one message."""
    if fact.community.audience != "company" and fact.community.state == "open":
        row = insert(uow.db, CommunityNews).values(
            community_id=fact.community.id, due_at=uow.now + MEMBER_NEWS_AFTER
        )
        await uow.db.execute(row.on_conflict_do_nothing(index_elements=["community_id"]))


async def _turn_strangers_away(uow: UnitOfWork, community: Community) -> None:
    """Who follows from a server that is no ally's no longer does, and is told (Reject)."""
    group, key = Uris(uow.settings.origin).community(community.id), community_actor(community.id)
    allied = select(Company.host).join(Partner, Partner.company_id == Company.id)
    strangers = await uow.db.scalars(
        select(Follow)
        .where(
            Follow.followed_uri == group,
            Follow.follower_host.not_in(allied.where(Partner.state == "allied")),
        )
        .order_by(Follow.id)
    )
    for follow in strangers.all():
        await turn_away(uow, key, follow)
        await uow.db.delete(follow)
    uow.record(FollowersChanged(group))
