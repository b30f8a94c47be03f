"""What stands in communities: our people put their sessions and stories there, and take them out again.

A community never widens who sees a thing: it is shown to whoever may see both.
"""

from collections.abc import Iterable

from sqlalchemy import func, select

from alliance.communities import locked_community, may_run
from alliance.community_facts import CommunityPosted, CommunityUnposted
from alliance.errors import Conflict, Forbidden, Gone, NotFound
from alliance.models import (
    MOST_POSTED_TO,
    Community,
    CommunityMember,
    CommunityPost,
    Employee,
    Session,
    Story,
    Wish,
)
from alliance.queries.communities import community as find_community
from alliance.queries.sessions import find
from alliance.queries.wishes import is_open, wish_to_read
from alliance.unit_of_work import UnitOfWork
from alliance.visibility import employee_viewer, is_host


async def post_session(uow: UnitOfWork, community_id: int, session_id: int, by: Employee) -> CommunityPost:
    """One of those who hold a session of ours puts it into a community in which they are a member.

    Into a partner's one it comes with that company's yes. Raises NotFound, Gone, Forbidden, Conflict.
    """
    session = await find(uow.db, employee_viewer(by.id), session_id)
    if session.uri is not None or session.status == "draft":
        raise NotFound
    if not _may_place(session, by):
        raise Forbidden("Only those who hold a session put it into a community.")
    return await put_into(uow, community_id, "session", session.id, by, audience=session.audience)


async def post_wish(uow: UnitOfWork, community_id: int, wish_id: int, by: Employee) -> CommunityPost:
    """Somebody puts their request into a community in which they are a member, as long as it is open.

    Into a partner's one it comes with that company's yes. Raises NotFound, Gone, Forbidden, Conflict.
    """
    wish = await wish_to_read(uow.db, employee_viewer(by.id), wish_id)
    if wish.author_id != by.id or wish.uri is not None or by.disabled_at is not None:
        raise Forbidden("Only those who ask for something put it into a community.")
    if wish.state == "hidden":
        raise Conflict("This request has been hidden; it can't be changed.")
    if not is_open(wish, uow.now):
        raise Conflict("This request is closed.")
    return await put_into(uow, community_id, "wish", wish.id, by, audience=wish.audience)


async def choose_communities(
    uow: UnitOfWork, session_id: int, ids: Iterable[int], by: Employee, *, kind: str = "session"
) -> None:
    """The session (or the wish) stands in exactly these communities, of those that `by` may choose from.

    Others, where somebody else put it, stay. Raises as `post_session` does.
    """
    wanted = set(ids)
    own = select(CommunityMember.community_id).where(CommunityMember.person_id == by.id)
    there = await uow.db.scalars(
        select(CommunityPost.community_id).where(
            CommunityPost.kind == kind,
            CommunityPost.subject_id == session_id,
            CommunityPost.state != "removed",
            CommunityPost.community_id.in_(own),
        )
    )
    known = set(there.all())
    for community_id in sorted(known - wanted):
        await take_out(uow, community_id, kind, session_id, by)
    for community_id in sorted(wanted - known):
        await (post_wish if kind == "wish" else post_session)(uow, community_id, session_id, by)


async def put_into(
    uow: UnitOfWork, community_id: int, kind: str, subject_id: int, by: Employee, *, audience: str
) -> CommunityPost:
    """The same for anything that `by` may place: what and for whom it is, the caller has looked at.

    Raises NotFound, Gone, Forbidden, Conflict.
    """
    await find_community(uow.db, employee_viewer(by.id), community_id)
    community = await locked_community(uow, community_id)
    if community is None or community.state == "closed":
        raise NotFound
    if await uow.db.get(CommunityMember, (community.id, by.id)) is None:
        raise Forbidden("Please join the community first.")
    if community.uri is not None and audience == "company":
        raise Conflict("Only colleagues may see this, so it can't stand in a community of another company.")
    post = await _locked_post(uow, community.id, kind, subject_id)
    if post is not None and post.state != "removed":
        return post
    if post is not None and post.is_moderated and not await may_run(uow, community, by, "moderator"):
        raise Forbidden("Those who run this community have taken it out.")
    await _refuse_too_many(uow, kind, subject_id)
    if post is None:
        post = CommunityPost(
            id=uow.new_id(), community_id=community.id, kind=kind, subject_id=subject_id, created_at=uow.now
        )
        uow.db.add(post)
    post.state = "shown" if community.uri is None else "waiting"
    post.posted_by, post.is_moderated, post.updated_at = by.id, False, uow.now
    post.announced = post.announced or "nobody"
    await uow.db.flush()
    uow.record(CommunityPosted(post, community))
    return post


async def take_out(
    uow: UnitOfWork, community_id: int, kind: str, subject_id: int, by: Employee
) -> CommunityPost:
    """Whoever it belongs to takes it out again, or those who run a community of ours, who alone may let it in
    once more. Raises NotFound, Forbidden.
    """
    await find_community(uow.db, employee_viewer(by.id), community_id)
    community = await locked_community(uow, community_id)
    post = await _locked_post(uow, community_id, kind, subject_id)
    if community is None or post is None or post.state == "removed":
        raise NotFound
    mine = await _is_mine(uow, kind, subject_id, by)
    if not mine and not await may_run(uow, community, by, "moderator"):
        raise Forbidden("Only those who hold a session, or who run the community, take it out.")
    await remove(uow, community, post, by_moderator=not mine)
    return post


async def let_in_again(
    uow: UnitOfWork, community_id: int, kind: str, subject_id: int, by: Employee
) -> CommunityPost:
    """Those who run a community of ours change their mind about what they took out.

    Raises NotFound, Forbidden.
    """
    await find_community(uow.db, employee_viewer(by.id), community_id)
    community = await locked_community(uow, community_id)
    post = await _locked_post(uow, community_id, kind, subject_id)
    if community is None or post is None or post.state != "removed" or not post.is_moderated:
        raise NotFound
    if not await may_run(uow, community, by, "moderator"):
        raise Forbidden("Only those who run this community can do that.")
    post.state, post.is_moderated, post.updated_at = "shown", False, uow.now
    await uow.db.flush()
    uow.record(CommunityPosted(post, community))
    return post


async def remove(uow: UnitOfWork, community: Community, post: CommunityPost, *, by_moderator: bool) -> None:
    """It stands there no more, and whoever knew of that is told."""
    post.state, post.is_moderated, post.updated_at = "removed", by_moderator, uow.now
    await uow.db.flush()
    uow.record(CommunityUnposted(post, community))


async def _locked_post(
    uow: UnitOfWork, community_id: int, kind: str, subject_id: int
) -> CommunityPost | None:
    return await uow.db.scalar(
        select(CommunityPost)
        .where(
            CommunityPost.community_id == community_id,
            CommunityPost.kind == kind,
            CommunityPost.subject_id == subject_id,
        )
        .with_for_update(key_share=True)
    )


async def _is_mine(uow: UnitOfWork, kind: str, subject_id: int, by: Employee) -> bool:
    viewer = employee_viewer(by.id)
    if kind == "session":
        try:
            session = await find(uow.db, viewer, subject_id)
        except (NotFound, Gone):
            return False
        return session.uri is None and is_host(by.id, session)
    if kind == "story":
        author = select(Story.author_id).where(Story.id == subject_id, Story.uri.is_(None))
        return await uow.db.scalar(author) == by.id
    if kind == "wish":
        asker = select(Wish.author_id).where(Wish.id == subject_id, Wish.uri.is_(None))
        return await uow.db.scalar(asker) == by.id
    return False


def _may_place(session: Session, by: Employee) -> bool:
    return by.disabled_at is None and (is_host(by.id, session) or by.has_role("moderator"))


async def _refuse_too_many(uow: UnitOfWork, kind: str, subject_id: int) -> None:
    count = select(func.count()).where(
        CommunityPost.kind == kind,
        CommunityPost.subject_id == subject_id,
        CommunityPost.state != "removed",
    )
    if (await uow.db.scalar(count) or 0) >= MOST_POSTED_TO:
        raise Conflict("It stands in {limit} communities already.", limit=MOST_POSTED_TO)
