"""Tells an ally that our people are in one of its communities: how many, and the names of those who chose so.

Who chose to be seen follows the Group by their own actor. The others are a number that the company tells;
nothing of a person leaves.
"""

from sqlalchemy import and_, delete, exists, or_, select
from sqlalchemy.orm import joinedload

from alliance.community_facts import MembershipChanged
from alliance.community_members import SHOWN, members_of_ours, recount
from alliance.models import Community, CommunityMember, CommunityPost, Company, Partner, Person, Session, Wish
from alliance.unit_of_work import UnitOfWork
from federation.announcing.community_posts import ask
from federation.follower_digests import FollowersChanged
from federation.following import follow_actor, send_undo, stored_follow
from federation.models import Follow
from federation.outbox import send
from federation.recipients import inbox_of
from federation.uris import COMPANY, Uris, community_id_of, person_actor
from federation.vocabulary.activities import activity
from federation.vocabulary.actor import Actor


async def on_membership(uow: UnitOfWork, fact: MembershipChanged) -> None:
    """The number to the company whose community it is; a Follow, or its Undo, by who is seen, or was."""
    community = fact.community
    if community.uri is None:
        return
    company = await _ally(uow, community.company_id)
    if company is None:
        return
    await _tell_number(uow, community, company)
    if fact.now == SHOWN:
        await _follow(uow, fact.person, community, company)
    elif fact.was == SHOWN:
        await _unfollow(uow, fact.person, community, company)


async def on_followers(uow: UnitOfWork, fact: FollowersChanged) -> None:
    """Who no longer follows a community of ours is no longer among its members by name."""
    uris = Uris(uow.settings.origin)
    community_id = community_id_of(uris.actor_key(fact.followed) or "")
    if community_id is None:
        return
    community = await uow.db.get(Community, community_id)
    if community is None or community.uri is not None:
        return
    follows = exists().where(
        Follow.follower_uri == Person.uri,
        Follow.followed_uri == fact.followed,
        Follow.state == "accepted",
    )
    lost = select(Person.id).where(Person.uri.is_not(None), ~follows)
    gone = await uow.db.scalars(
        delete(CommunityMember)
        .where(CommunityMember.community_id == community_id, CommunityMember.person_id.in_(lost))
        .returning(CommunityMember.person_id)
        .execution_options(synchronize_session=False)
    )
    if gone.all():
        await recount(uow, community)


async def tell_memberships_again(uow: UnitOfWork, company: Company) -> None:
    """An ally that may have missed it hears once more who of us is where, and what of ours stands there."""
    rows = await uow.db.scalars(
        select(Community)
        .where(Community.company_id == company.id, Community.state == "open")
        .order_by(Community.id)
    )
    for community in rows.all():
        members = await uow.db.scalars(
            select(CommunityMember)
            .where(CommunityMember.community_id == community.id)
            .options(joinedload(CommunityMember.person))
            .order_by(CommunityMember.person_id)
        )
        ours = members.all()
        if not ours:
            continue
        await _tell_number(uow, community, company)
        for member in ours:
            if member.is_shown:
                await _follow(uow, member.person, community, company, again=True)
        await _ask_again(uow, community)


async def _ask_again(uow: UnitOfWork, community: Community) -> None:
    to_come = select(Session.id).where(Session.uri.is_(None), Session.ends_at > uow.now)
    still_open = select(Wish.id).where(
        Wish.uri.is_(None), Wish.state.in_(("open", "answered")), Wish.closes_at > uow.now
    )
    posts = await uow.db.scalars(
        select(CommunityPost)
        .where(
            CommunityPost.community_id == community.id,
            CommunityPost.state != "removed",
            CommunityPost.posted_by.is_not(None),
            or_(
                and_(CommunityPost.kind == "session", CommunityPost.subject_id.in_(to_come)),
                and_(CommunityPost.kind == "wish", CommunityPost.subject_id.in_(still_open)),
            ),
        )
        .order_by(CommunityPost.id)
    )
    for post in posts.all():
        await ask(uow, post, community)


async def _ally(uow: UnitOfWork, company_id: int) -> Company | None:
    allied = select(Company).join(Company.partner).where(Partner.state == "allied")
    return await uow.db.scalar(allied.where(Company.id == company_id))


async def _tell_number(uow: UnitOfWork, community: Community, company: Company) -> None:
    """Update of a Collection that is nothing but its size, by the company, to that one server."""
    uris = Uris(uow.settings.origin)
    address = f"{uris.company}/members#{community.id}"
    count = await members_of_ours(uow, community.id)
    crowd = {
        "id": address,
        "type": "Collection",
        "attributedTo": uris.company,
        "audience": community.uri,
        "totalItems": count,
    }
    body = activity("Update", actor=uris.company, object=crowd, to=[community.uri or ""], published=uow.now)
    await send(
        uow,
        actor=COMPANY,
        activity=body,
        object_uri=address,
        inboxes=[inbox_of(company)],
        is_public=False,
    )


async def _follow(
    uow: UnitOfWork, person: Person, community: Community, company: Company, *, again: bool = False
) -> None:
    uris, key = Uris(uow.settings.origin), person_actor(person.id)
    if again:
        known = await stored_follow(uow, uris.person(person.id), community.uri or "")
        if known is not None:
            await uow.db.delete(known)
            await uow.db.flush()
    await follow_actor(uow, key, _group(community, company))


async def _unfollow(uow: UnitOfWork, person: Person, community: Community, company: Company) -> None:
    uris = Uris(uow.settings.origin)
    follow = await stored_follow(uow, uris.person(person.id), community.uri or "")
    if follow is not None:
        await send_undo(uow, person_actor(person.id), follow, inbox_of(company))
        await uow.db.delete(follow)
        await uow.db.flush()


def _group(community: Community, company: Company) -> Actor:
    return Actor(id=community.uri or "", type="Group", inbox=inbox_of(company))
