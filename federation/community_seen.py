"""What communities let others know of sessions and people: in which a session stands, who is seen in one."""

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.models import Community, CommunityMember, CommunityPost, Partner
from alliance.settings import Settings
from federation.uris import Uris


async def audience_of_session(db: AsyncSession, settings: Settings, session_id: int) -> list[str]:
    """Identities of the public communities in which a session stands (`audience`, FEP-1b12). One query."""
    uris = Uris(settings.origin)
    found = await db.execute(
        select(Community.id, Community.uri)
        .join(CommunityPost, CommunityPost.community_id == Community.id)
        .where(
            CommunityPost.kind == "session",
            CommunityPost.subject_id == session_id,
            CommunityPost.state == "shown",
            Community.audience == "public",
            Community.state == "open",
        )
        .order_by(Community.id)
    )
    return [uri or uris.community(number) for number, uri in found]


def runs_community(person_id: int, *where: ColumnElement[bool]) -> ColumnElement[bool]:
    """Somebody owns or moderates a community of which `where` is true: its owners are seen by name."""
    return exists().where(
        CommunityMember.person_id == person_id,
        CommunityMember.role != "member",
        CommunityMember.community_id == Community.id,
        Community.state == "open",
        *where,
    )


def is_seen_in_community_of(person_id: int, company_id: int) -> ColumnElement[bool]:
    """Somebody of ours chose to be seen among the members of a community of this ally."""
    return exists().where(
        CommunityMember.person_id == person_id,
        CommunityMember.is_shown,
        CommunityMember.community_id == Community.id,
        Community.state == "open",
        Community.company_id == company_id,
        Community.company_id == Partner.company_id,
        Partner.state == "allied",
    )
