"""What somebody should hear about, newest first."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import contains_eager, joinedload

from alliance.models import Comment, Notification, Person, Session
from alliance.visibility import employee_viewer, visible_comments, visible_sessions

PER_PAGE = 30
MOST_COUNTED = 100


@dataclass(frozen=True)
class NotificationPage:
    """Notifications with session, comment and its author; `next` is the key to ask for older ones."""

    notifications: list[Notification]
    next: int | None = None


async def notifications(
    db: AsyncSession, person_id: int, *, moderates: bool = False, before: int | None = None
) -> NotificationPage:
    """What is still there to be read by this person: hidden and deleted comments leave nothing behind."""
    viewer = employee_viewer(person_id)
    query = (
        select(Notification)
        .join(Comment, Comment.id == Notification.comment_id)
        .join(Session, Session.id == Comment.session_id)
        .join(Person, Person.id == Comment.author_id)
        .where(
            Notification.person_id == person_id,
            visible_sessions(viewer),
            visible_comments(viewer, moderates=moderates),
        )
        .options(
            contains_eager(Notification.comment).options(
                contains_eager(Comment.author).joinedload(Person.company), contains_eager(Comment.session)
            ),
            joinedload(Notification.session).joinedload(Session.company),
        )
        .order_by(Notification.id.desc())
        .limit(PER_PAGE + 1)
    )
    if before is not None:
        query = query.where(Notification.id < before)
    found = list(await db.scalars(query))
    page = found[:PER_PAGE]
    return NotificationPage(page, page[-1].id if len(found) > PER_PAGE else None)


async def unread(db: AsyncSession, person_id: int) -> int:
    """How many are new to this person, counted up to a hundred."""
    first = (
        select(Notification.id)
        .where(Notification.person_id == person_id, Notification.read_at.is_(None))
        .limit(MOST_COUNTED)
        .subquery()
    )
    return await db.scalar(select(func.count()).select_from(first)) or 0


async def notification_of(db: AsyncSession, person_id: int, notification_id: int) -> Notification | None:
    """One of this person's own, with nothing loaded."""
    return await db.scalar(
        select(Notification).where(Notification.id == notification_id, Notification.person_id == person_id)
    )
