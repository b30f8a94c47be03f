"""Takes in what allied companies tell us about their communities, and what they post into ours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from alliance.communities import forget_content
from alliance.community_facts import CommunityPosted, CommunityReceived
from alliance.community_posts import remove
from alliance.errors import Invalid
from alliance.identifiers import first_identifier_of
from alliance.introductions import is_uri_of
from alliance.languages import known_language
from alliance.models import (
    MOST_COMMUNITIES,
    MOST_POSTED_TO,
    Community,
    CommunityCrowd,
    CommunityMember,
    CommunityPost,
    Company,
    Person,
    Session,
    Wish,
)
from alliance.text import clean_line, sanitise
from alliance.topics import MOST_TOPICS, topics_named
from alliance.unit_of_work import UnitOfWork

MOST_POSTED_A_DAY = 200
"""By one company into one community."""
_MOST_OWNERS = 20
_MOST_MEMBERS = 10_000_000
_DESCRIPTION_LIMIT = 20_000


@dataclass(frozen=True, kw_only=True)
class CommunityNews:
    """A community of another company, as it says; owners by name and page."""

    uri: str
    url: str | None
    slug: str
    name: str
    description_html: str
    """Not sanitised yet."""
    language: str
    audience: str
    """`public` or `alliance`."""
    member_count: int
    topics: Sequence[str]
    owners: Sequence[tuple[str, str]]
    updated_at: datetime


async def receive_community(uow: UnitOfWork, company: Company, news: CommunityNews) -> Community | None:
    """A community of an allied company as it is now; None where something newer is known.

    Raises Invalid for nonsense, and beyond 200 of one company.
    """
    name, slug = clean_line(news.name, 100), clean_line(news.slug, 64).replace(" ", "")
    if not is_uri_of(company.origin, news.uri) or not name or not slug:
        raise Invalid(detail=f"not a community of theirs: {news.uri[:300]}")
    if news.audience not in ("public", "alliance"):
        raise Invalid(detail="a community that is not for us")
    topics = await topics_named(uow, news.topics[: MOST_TOPICS * 2])
    community = await _known(uow, news.uri)
    if community is None:
        community = await _new(uow, company, news, slug)
    elif community.company_id != company.id:
        raise Invalid(detail="a community of another company")
    elif community.state == "open" and community.updated_at > news.updated_at:
        return None
    community.state, community.closed_at = "open", None
    community.name, community.audience = name, news.audience
    community.url = news.url if news.url and is_uri_of(company.origin, news.url) else news.uri
    community.description_html = sanitise(news.description_html, _DESCRIPTION_LIMIT)
    community.language = known_language(news.language, company.language)
    community.member_count = max(0, min(news.member_count, _MOST_MEMBERS))
    community.topics = topics
    community.owners = [
        {"name": clean_line(its, 200), "url": page if is_uri_of(company.origin, page) else ""}
        for its, page in news.owners[:_MOST_OWNERS]
        if clean_line(its, 200)
    ]
    community.updated_at = min(news.updated_at, uow.now)
    await uow.db.flush()
    uow.record(CommunityReceived(community))
    return community


async def forget_community(uow: UnitOfWork, uri: str) -> bool:
    """A partner's community was ended, or is no longer for us. False for one that nobody here knows."""
    community = await _known(uow, uri)
    if community is None or community.state == "closed":
        return False
    await forget_content(uow, community)
    community.state, community.closed_at, community.owners = "closed", uow.now, []
    community.description_html = ""
    await uow.db.flush()
    uow.record(CommunityReceived(community))
    return True


async def stands_there(uow: UnitOfWork, community: Community, kind: str, subject_id: int) -> None:
    """A partner's community says that something stands in it; of ours that is the yes we waited for."""
    post = await post_of(uow, community, kind, subject_id)
    if post is not None and post.state == "shown":
        return
    if post is not None and post.state == "removed" and post.posted_by is not None:
        return  # taken back meanwhile: they hear of that after this
    if post is None:
        post = _new_post(uow, community, kind, subject_id)
    await _show(uow, community, post)


async def stands_there_no_more(uow: UnitOfWork, community: Community, kind: str, subject_id: int) -> bool:
    """A partner's community took something out, or never took it in. False for what nobody knows of."""
    post = await post_of(uow, community, kind, subject_id)
    if post is None or post.state == "removed":
        return False
    post.state, post.is_moderated, post.updated_at = "removed", post.posted_by is not None, uow.now
    await uow.db.flush()
    return True


async def is_member_company(uow: UnitOfWork, community: Community, company_id: int) -> bool:
    """Whether anybody of a company is in a community of ours, by name or counted."""
    crowd = await uow.db.get(CommunityCrowd, (community.id, company_id))
    if crowd is not None and crowd.count > 0:
        return True
    named = (
        select(CommunityMember.person_id)
        .join(Person, Person.id == CommunityMember.person_id)
        .where(CommunityMember.community_id == community.id, Person.company_id == company_id)
    )
    return await uow.db.scalar(named.limit(1)) is not None


async def posted_by_partner(
    uow: UnitOfWork, community: Community, kind: str, subject_id: int, company_id: int
) -> str:
    """An allied company puts a session or a request of its own into a community of ours; empty, or why not.

    The caller has made sure that it is theirs to put there.
    """
    if community.state == "closed" or community.audience == "company":
        return "no such community"
    if not await is_member_company(uow, community, company_id):
        return "nobody there is a member"
    post = await post_of(uow, community, kind, subject_id)
    if post is not None and post.state == "shown":
        return ""
    if post is not None and post.is_moderated:
        return "taken out by those who run it"
    if post is None:
        if await _is_flooded(uow, community, kind, subject_id, company_id):
            return "too many"
        post = _new_post(uow, community, kind, subject_id)
    await _show(uow, community, post)
    return ""


async def unposted_by_partner(uow: UnitOfWork, community: Community, kind: str, subject_id: int) -> bool:
    """The company takes it out again. False for what does not stand there."""
    post = await post_of(uow, community, kind, subject_id)
    if post is None or post.state == "removed":
        return False
    await remove(uow, community, post, by_moderator=False)
    return True


async def post_of(uow: UnitOfWork, community: Community, kind: str, subject_id: int) -> CommunityPost | None:
    """The row of something in a community, in whatever state."""
    return await uow.db.scalar(
        select(CommunityPost).where(
            CommunityPost.community_id == community.id,
            CommunityPost.kind == kind,
            CommunityPost.subject_id == subject_id,
        )
    )


async def _is_flooded(
    uow: UnitOfWork, community: Community, kind: str, subject_id: int, company_id: int
) -> bool:
    """The same thing in too many places, or one company in one community too often in a day."""
    placed = select(func.count()).where(
        CommunityPost.kind == kind,
        CommunityPost.subject_id == subject_id,
        CommunityPost.state == "shown",
    )
    if (await uow.db.scalar(placed) or 0) >= MOST_POSTED_TO * 2:
        return True
    sessions = select(Session.id).where(Session.company_id == company_id)
    wishes = select(Wish.id).join(Person, Person.id == Wish.author_id).where(Person.company_id == company_id)
    lately = select(func.count()).where(
        CommunityPost.community_id == community.id,
        CommunityPost.id >= first_identifier_of(uow.now - timedelta(days=1)),
        or_(
            and_(CommunityPost.kind == "session", CommunityPost.subject_id.in_(sessions)),
            and_(CommunityPost.kind == "wish", CommunityPost.subject_id.in_(wishes)),
        ),
    )
    return (await uow.db.scalar(lately) or 0) >= MOST_POSTED_A_DAY


def _new_post(uow: UnitOfWork, community: Community, kind: str, subject_id: int) -> CommunityPost:
    post = CommunityPost(
        id=uow.new_id(),
        community_id=community.id,
        kind=kind,
        subject_id=subject_id,
        announced="nobody",
        created_at=uow.now,
    )
    uow.db.add(post)
    return post


async def _show(uow: UnitOfWork, community: Community, post: CommunityPost) -> None:
    post.state, post.is_moderated, post.updated_at = "shown", False, uow.now
    await uow.db.flush()
    uow.record(CommunityPosted(post, community))


async def _known(uow: UnitOfWork, uri: str) -> Community | None:
    return await uow.db.scalar(
        select(Community)
        .where(Community.uri == uri)
        .with_for_update(of=Community, key_share=True)
        .options(joinedload(Community.company), selectinload(Community.topics))
    )


async def _new(uow: UnitOfWork, company: Company, news: CommunityNews, slug: str) -> Community:
    count = select(func.count()).where(Community.company_id == company.id, Community.state == "open")
    if (await uow.db.scalar(count) or 0) >= MOST_COMMUNITIES:
        raise Invalid(detail="more communities than are taken in")
    same = select(Community.id).where(Community.company_id == company.id, Community.slug == slug)
    if await uow.db.scalar(same) is not None:
        raise Invalid(detail="another community has this handle")
    community = Community(
        id=uow.new_id(),
        company=company,
        uri=news.uri,
        slug=slug,
        owners=[],
        topics=[],
        created_at=uow.now,
    )
    uow.db.add(community)
    return community
