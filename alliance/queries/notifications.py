"""What somebody should hear about, newest first."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import Select, and_, exists, func, not_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import contains_eager, joinedload

from alliance.models import Comment, Letter, Notification, NotificationChoice, Person, Session
from alliance.queries.distances import is_kept_away
from alliance.queries.given import at_once, given_moment, given_number
from alliance.visibility import employee_viewer, once_visible_sessions, visible_comments, visible_sessions

PER_PAGE = 30
MOST_COUNTED = 100


@dataclass(frozen=True)
class NotificationPage:
    """Notifications with session, comment and its author; `next` is the key to ask for older ones."""

    notifications: list[Notification]
    next: int | None = None


async def notifications(
    db: AsyncSession, person_id: int, now: datetime, *, moderates: bool = False, before: int | None = None
) -> NotificationPage:
    """What is still there to be read by this person: hidden and deleted comments leave nothing behind,
    nor does anybody whom the person keeps away."""
    query = (
        _to_read(person_id, now, moderates=moderates)
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


async def unread(db: AsyncSession, person_id: int, now: datetime, *, moderates: bool = False) -> int:
    """How many of them are new to this person, counted up to a hundred, and how many letters."""
    return await db.scalar(_unread(moderates), {"me": person_id, "now": now}) or 0


@cache
def _unread(moderates: bool) -> Select[int]:
    """Made once: every page asks it, and making it takes longer than asking."""
    me, now = given_number("me"), given_moment("now")
    mine = _to_read(me, now, moderates=moderates).where(Notification.read_at.is_(None))
    first = mine.with_only_columns(Notification.id).limit(MOST_COUNTED).subquery()
    unwanted = exists().where(
        NotificationChoice.employee_id == me,
        NotificationChoice.kind == "letter",
        NotificationChoice.in_app.is_(False),
    )
    letters = select(func.count()).where(
        Letter.receiver_id == me,
        Letter.read_at.is_(None),
        Letter.gone_at.is_(None),
        not_(is_kept_away(me, Letter.sender_id, now, notifications=True)),
        not_(unwanted),
    )
    told = select(func.count()).select_from(first)
    return at_once(select(told.scalar_subquery() + letters.scalar_subquery()))


async def notification_of(db: AsyncSession, person_id: int, notification_id: int) -> Notification | None:
    """One of this person's own, with nothing loaded."""
    return await db.scalar(
        select(Notification).where(Notification.id == notification_id, Notification.person_id == person_id)
    )


def _to_read(person_id: int, now: datetime, *, moderates: bool) -> Select[Notification]:
    """About comments that can be read, or about a session, which may have been withdrawn meanwhile."""
    from_away = or_(
        is_kept_away(person_id, Comment.author_id, now, notifications=True),
        # Where they have a place themselves, people hear of it, whoever holds the session.
        and_(
            Notification.kind == "topic",
            is_kept_away(person_id, Session.company_id, now, notifications=True),
        ),
    )
    viewer = employee_viewer(person_id)
    readable = and_(
        Notification.comment_id == Comment.id,
        visible_sessions(viewer),
        visible_comments(viewer, moderates=moderates),
    )
    return (
        select(Notification)
        .outerjoin(Comment, Comment.id == Notification.comment_id)
        .join(Session, Session.id == Notification.session_id)
        .outerjoin(Person, Person.id == Comment.author_id)
        .where(
            Notification.person_id == person_id,
            not_(from_away),
            or_(readable, and_(Notification.comment_id.is_(None), once_visible_sessions(viewer))),
        )
    )
