"""What moderators have to look at: reports, comments that wait, and whom we keep out."""

from dataclasses import dataclass

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from alliance.models import (
    ActorBlock,
    Comment,
    DomainPolicy,
    ExpertProfile,
    Letter,
    Person,
    Policies,
    Report,
    Session,
    Story,
    Wish,
)
from alliance.visibility import Viewer, visible_profiles

PER_PAGE = 20


@dataclass(frozen=True)
class ReportPage:
    """Reports with everything they are about; `next` is the key to ask for older ones."""

    reports: list[Report]
    next: int | None = None


async def reports(
    db: AsyncSession, *, state: str = "open", kind: str = "", before: int | None = None
) -> ReportPage:
    """Newest first; `kind` is `comment`, `session`, `story`, `wish` or `person` to see only those."""
    query = (
        select(Report)
        .where(Report.state == state)
        .order_by(Report.id.desc())
        .limit(PER_PAGE + 1)
        .options(
            joinedload(Report.comment).joinedload(Comment.author).joinedload(Person.company),
            joinedload(Report.comment).joinedload(Comment.session),
            joinedload(Report.session).joinedload(Session.company),
            joinedload(Report.session).joinedload(Session.host),
            joinedload(Report.story).joinedload(Story.author).joinedload(Person.company),
            joinedload(Report.wish).joinedload(Wish.author).joinedload(Person.company),
            joinedload(Report.person).joinedload(Person.company),
            joinedload(Report.reporter),
        )
    )
    columns = {
        "comment": Report.comment_id,
        "session": Report.session_id,
        "story": Report.story_id,
        "wish": Report.wish_id,
        "person": Report.person_id,
    }
    if kind in columns:
        query = query.where(columns[kind].is_not(None))
    if before is not None:
        query = query.where(Report.id < before)
    found = list(await db.scalars(query))
    page = found[:PER_PAGE]
    return ReportPage(page, page[-1].id if len(found) > PER_PAGE else None)


async def open_reports(db: AsyncSession) -> int:
    """How many wait for a decision."""
    return await db.scalar(select(func.count()).where(Report.state == "open")) or 0


async def waiting_comments(db: AsyncSession, limit: int = PER_PAGE) -> list[Comment]:
    """Comments of strangers that nobody has agreed to, oldest first, with author and session."""
    rows = await db.scalars(
        select(Comment)
        .where(Comment.state == "waiting")
        .order_by(Comment.id)
        .limit(limit)
        .options(
            joinedload(Comment.author).joinedload(Person.company),
            joinedload(Comment.session).joinedload(Session.company),
        )
    )
    return list(rows)


async def policies(db: AsyncSession) -> Policies:
    """Every policy at this moment."""
    return Policies(await db.scalars(select(DomainPolicy)))


async def listed_policies(db: AsyncSession) -> list[DomainPolicy]:
    """The same, by domain, for people."""
    return list(await db.scalars(select(DomainPolicy).order_by(DomainPolicy.domain)))


async def blocked_actors(db: AsyncSession) -> list[str]:
    """The identities of all actors that our moderators block."""
    rows = select(ActorBlock.actor_uri).where(ActorBlock.by_them.is_(False)).order_by(ActorBlock.id)
    return list(await db.scalars(rows))


async def person_to_report(db: AsyncSession, viewer: Viewer, person_id: int) -> Person | None:
    """Somebody whose page the viewer can see, or who has written to them."""
    shown = (
        select(Person)
        .join(ExpertProfile, ExpertProfile.person_id == Person.id)
        .where(Person.id == person_id, visible_profiles(viewer))
    )
    wrote = select(Person).where(
        Person.id == person_id,
        Person.gone_at.is_(None),
        exists().where(Letter.sender_id == Person.id, Letter.receiver_id == viewer.person_id),
    )
    return await db.scalar(shown) or await db.scalar(wrote)
