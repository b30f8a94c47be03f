"""Our people join communities and leave them, decide whether they are seen there, and run ours together."""

from collections import Counter

from sqlalchemy import and_, delete, func, or_, select
from sqlalchemy.orm import joinedload

from alliance.communities import community_to_run, forget_content, locked_community
from alliance.community_facts import CommunityChanged, MembersCounted, MembershipChanged
from alliance.community_posts import remove
from alliance.errors import Conflict, Forbidden, NotFound
from alliance.models import (
    MOST_JOINED,
    Community,
    CommunityCrowd,
    CommunityMember,
    CommunityPost,
    Company,
    Employee,
    Partner,
    Person,
    Session,
    Wish,
)
from alliance.queries.communities import community as find_community
from alliance.unit_of_work import UnitOfWork
from alliance.visibility import employee_viewer

NONE, HIDDEN, SHOWN = "none", "hidden", "shown"
MOST_PER_COMPANY = 100_000
"""More is not believed of one company."""


async def join_community(
    uow: UnitOfWork, community_id: int, by: Employee, *, is_shown: bool = False
) -> CommunityMember:
    """One of our people joins, and chooses whether others read the name there. Again changes that choice.

    Those who run it are always seen. Raises NotFound, Gone, Forbidden, Conflict beyond 200 communities.
    """
    community, person = await _both(uow, community_id, by)
    own = await uow.db.get(CommunityMember, (community.id, by.id))
    if own is None:
        await _refuse_too_many(uow, by)
        own = CommunityMember(
            community_id=community.id, person_id=by.id, role="member", is_shown=is_shown, joined_at=uow.now
        )
        uow.db.add(own)
        was = NONE
    else:
        was = SHOWN if own.is_shown else HIDDEN
        own.is_shown = is_shown or own.role != "member"
    await uow.db.flush()
    await _changed(uow, community, person, was, SHOWN if own.is_shown else HIDDEN)
    return own


async def leave_community(uow: UnitOfWork, community_id: int, by: Employee) -> None:
    """One of our people leaves; who is no member stays none. Also where it can't be seen any more.

    Raises NotFound, and Conflict for the last owner: somebody has to answer for it.
    """
    community = await locked_community(uow, community_id)
    own = await uow.db.get(CommunityMember, (community_id, by.id))
    if community is None or own is None:
        raise NotFound
    if own.role == "owner" and await _owners(uow, community) < 2:
        raise Conflict("You are the only owner. Hand the community over first, or close it.")
    person = await uow.db.get_one(Person, by.id)
    await _drop(uow, community, person, own)


async def leave_every_community(uow: UnitOfWork, person: Person) -> None:
    """Somebody's account closes or is forgotten: what only they owned goes to whoever has helped longest.

    Without anybody to go on, moderators of the company answer for it.
    """
    rows = await uow.db.scalars(
        select(CommunityMember)
        .where(CommunityMember.person_id == person.id)
        .order_by(CommunityMember.community_id)
    )
    for own in rows.all():
        community = await locked_community(uow, own.community_id)
        if community is None:
            continue
        if own.role == "owner" and await _owners(uow, community) < 2:
            await _appoint_heir(uow, community, person.id)
        ran = own.role != "member"
        await _drop(uow, community, person, own)
        if ran and community.uri is None and community.state == "open":
            uow.record(CommunityChanged(community, community.audience))


async def appoint(uow: UnitOfWork, community_id: int, by: Employee, person_id: int, role: str) -> None:
    """Owners make a colleague owner, moderator or plain member again. Raises NotFound, Forbidden, Conflict.

    Only who is a member by name can be asked to run it: everybody sees who does. The last owner stays one.
    """
    community = await community_to_run(uow, community_id, by, "owner")
    other = await _colleague(uow, community, person_id)
    if other is None or role not in ("owner", "moderator", "member"):
        raise NotFound
    if role != "member" and not other.is_shown:
        raise Conflict("They have to be a member by name first.")
    if other.role == "owner" and role != "owner" and await _owners(uow, community) < 2:
        raise Conflict("There has to be an owner. Make somebody else one first.")
    if other.role == role:
        return
    other.role = role
    community.updated_at = uow.now
    await uow.db.flush()
    uow.record(CommunityChanged(community, community.audience))


async def hand_community_over(uow: UnitOfWork, community_id: int, by: Employee, person_id: int) -> None:
    """An owner makes a colleague the owner instead, and stays a member. Raises as `appoint` does."""
    community = await community_to_run(uow, community_id, by, "owner")
    if person_id == by.id:
        raise Conflict("You own it already.")
    await appoint(uow, community.id, by, person_id, "owner")
    own = await uow.db.get(CommunityMember, (community.id, by.id))
    if own is not None and own.role == "owner":
        own.role = "member"
        await uow.db.flush()


async def crowd_told(uow: UnitOfWork, community: Community, company_id: int, count: int) -> None:
    """An allied company says how many of its people are members of one of ours."""
    row = await uow.db.get(CommunityCrowd, (community.id, company_id))
    if row is None:
        row = CommunityCrowd(community_id=community.id, company_id=company_id, count=0, told_at=uow.now)
        uow.db.add(row)
    row.count, row.told_at = max(0, min(count, MOST_PER_COMPANY)), uow.now
    await uow.db.flush()
    await recount(uow, community)


async def recount(uow: UnitOfWork, community: Community) -> None:
    """Counts the members of a community of ours: our people, and of each ally what it says, or the names."""
    ours = await uow.db.scalar(
        select(func.count())
        .select_from(CommunityMember)
        .join(CommunityMember.person)
        .where(CommunityMember.community_id == community.id, Person.uri.is_(None))
    )
    named = await uow.db.execute(
        select(Person.company_id, func.count())
        .join(CommunityMember, CommunityMember.person_id == Person.id)
        .join(Partner, Partner.company_id == Person.company_id)
        .where(CommunityMember.community_id == community.id, Partner.state == "allied")
        .group_by(Person.company_id)
    )
    told = await uow.db.execute(
        select(CommunityCrowd.company_id, CommunityCrowd.count)
        .join(Partner, Partner.company_id == CommunityCrowd.company_id)
        .where(CommunityCrowd.community_id == community.id, Partner.state == "allied")
    )
    theirs = Counter(dict(told.all()))
    for company, count in named.all():
        if company is not None:
            theirs[company] = max(theirs[company], count)
    total = (ours or 0) + theirs.total()
    if community.member_count != total:
        community.member_count = total
        await uow.db.flush()
        uow.record(MembersCounted(community))


async def end_communities_with(uow: UnitOfWork, company_id: int) -> None:
    """The alliance with a company ends: neither side's people are in the other's communities any more.

    Nor is what they put there.
    """
    theirs = await uow.db.scalars(
        select(Community).where(Community.company_id == company_id).order_by(Community.id)
    )
    for community in theirs.all():
        await forget_content(uow, community)
        community.state, community.closed_at = "closed", uow.now
    people = select(Person.id).where(Person.company_id == company_id)
    concerned = select(Community).where(
        Community.uri.is_(None),
        or_(
            Community.id.in_(
                select(CommunityCrowd.community_id).where(CommunityCrowd.company_id == company_id)
            ),
            Community.id.in_(
                select(CommunityMember.community_id).where(CommunityMember.person_id.in_(people))
            ),
        ),
    )
    ours = (await uow.db.scalars(concerned.order_by(Community.id))).all()
    silent = {"execution_options": {"synchronize_session": False}}
    await uow.db.execute(delete(CommunityMember).where(CommunityMember.person_id.in_(people)), **silent)
    await uow.db.execute(delete(CommunityCrowd).where(CommunityCrowd.company_id == company_id), **silent)
    for community in ours:
        await recount(uow, community)
    await _take_theirs_out(uow, company_id)


async def _take_theirs_out(uow: UnitOfWork, company_id: int) -> None:
    sessions = select(Session.id).where(Session.company_id == company_id)
    wishes = select(Wish.id).join(Person, Person.id == Wish.author_id).where(Person.company_id == company_id)
    rows = await uow.db.execute(
        select(CommunityPost, Community)
        .join(Community, Community.id == CommunityPost.community_id)
        .where(
            Community.uri.is_(None),
            CommunityPost.state == "shown",
            or_(
                and_(CommunityPost.kind == "session", CommunityPost.subject_id.in_(sessions)),
                and_(CommunityPost.kind == "wish", CommunityPost.subject_id.in_(wishes)),
            ),
        )
        .order_by(CommunityPost.id)
    )
    for post, community in rows.all():
        await remove(uow, community, post, by_moderator=False)


async def members_of_ours(uow: UnitOfWork, community_id: int) -> int:
    """How many of our people are in a community."""
    counted = (
        select(func.count())
        .select_from(CommunityMember)
        .join(CommunityMember.person)
        .where(CommunityMember.community_id == community_id, Person.uri.is_(None))
    )
    return await uow.db.scalar(counted) or 0


async def _both(uow: UnitOfWork, community_id: int, by: Employee) -> tuple[Community, Person]:
    await find_community(uow.db, employee_viewer(by.id), community_id)
    community = await locked_community(uow, community_id)
    person = await uow.db.scalar(
        select(Person).where(Person.id == by.id, Person.gone_at.is_(None)).options(joinedload(Person.profile))
    )
    if community is None or community.state == "closed":
        raise NotFound
    if person is None or by.disabled_at is not None:
        raise Forbidden("This account is closed.")
    return community, person


async def _refuse_too_many(uow: UnitOfWork, by: Employee) -> None:
    count = select(func.count()).where(CommunityMember.person_id == by.id)
    if (await uow.db.scalar(count) or 0) >= MOST_JOINED:
        raise Conflict("You are in {limit} communities already. Please leave one first.", limit=MOST_JOINED)


async def _changed(uow: UnitOfWork, community: Community, person: Person, was: str, now: str) -> None:
    if was == now:
        return
    if community.uri is None:
        await recount(uow, community)
    else:
        # Until their company tells the number anew, ours are right at least.
        step = (now != NONE) - (was != NONE)
        community.member_count = max(0, community.member_count + step)
        await uow.db.flush()
    if person.uri is None:
        uow.record(MembershipChanged(community, person, was, now))


async def _drop(uow: UnitOfWork, community: Community, person: Person, own: CommunityMember) -> None:
    was = SHOWN if own.is_shown else HIDDEN
    await uow.db.delete(own)
    await uow.db.flush()
    await _changed(uow, community, person, was, NONE)


async def _owners(uow: UnitOfWork, community: Community) -> int:
    count = select(func.count()).where(
        CommunityMember.community_id == community.id, CommunityMember.role == "owner"
    )
    return await uow.db.scalar(count) or 0


async def _appoint_heir(uow: UnitOfWork, community: Community, leaving: int) -> None:
    """The moderator who has been there longest; nobody is made to answer for what they only read."""
    heir = await uow.db.scalar(
        select(CommunityMember)
        .join(CommunityMember.person)
        .join(Company, Company.id == Person.company_id)
        .where(
            CommunityMember.community_id == community.id,
            CommunityMember.person_id != leaving,
            CommunityMember.role == "moderator",
            Company.is_home,
            Person.gone_at.is_(None),
        )
        .order_by(CommunityMember.joined_at, CommunityMember.person_id)
        .limit(1)
    )
    if heir is not None:
        heir.role = "owner"
        await uow.db.flush()


async def _colleague(uow: UnitOfWork, community: Community, person_id: int) -> CommunityMember | None:
    return await uow.db.scalar(
        select(CommunityMember)
        .join(CommunityMember.person)
        .where(
            CommunityMember.community_id == community.id,
            CommunityMember.person_id == person_id,
            Person.uri.is_(None),
            Person.gone_at.is_(None),
        )
    )
