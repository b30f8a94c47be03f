"""Notifications as apps know them: of a type, from an account, mostly about a posting."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal_column, not_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.models import (
    AccountMark,
    Comment,
    Interest,
    Message,
    NoticePolicy,
    Notification,
    Person,
    Posting,
    ReadingMarker,
    Session,
    Story,
)
from alliance.models.domain_policy import is_treated
from alliance.queries.distances import is_kept_away
from alliance.visibility import employee_viewer, visible_comments, visible_sessions, visible_stories

KINDS_OF_TYPE: dict[str, tuple[str, ...]] = {
    "mention": ("mention", "reply", "comment", "thanks", "message", "story_mention"),
    "status": (
        "topic",
        "wished",
        "feedback",
        "hosting",
        "hosting_yes",
        "hosting_no",
        "hosting_over",
        "hosting_yours",
    ),
    "poll": ("joined", "moved_up", "declined", "left", "request", "reminder_day", "reminder_hour"),
    "update": ("changed", "cancelled", "postponed"),
    "follow": ("follow",),
    "follow_request": ("follow_request",),
}
"""What our kinds are in apps: one's place in a session is the outcome of a poll, a change an edit."""
TYPE_OF_KIND = {kind: name for name, kinds in KINDS_OF_TYPE.items() for kind in kinds}
NEW_FOR = timedelta(days=30)
MOST_COUNTED = 1000


@dataclass(frozen=True)
class AppNotification:
    """One of them; `posting_id` is None where it is about nothing but the account."""

    id: int
    type: str
    created_at: datetime
    account_id: int
    posting_id: int | None


@dataclass(frozen=True)
class Waiting:
    """Somebody whose notifications are set aside until one is asked about them."""

    account_id: int
    count: int
    first_at: datetime
    latest_at: datetime
    posting_id: int | None


class Notices:
    """The query for one person's notifications, narrowed step by step; nothing is read before `page`."""

    def __init__(
        self, person_id: int, now: datetime, policy: NoticePolicy, *, moderates: bool = False
    ) -> None:
        self.person_id, self.now, self.policy = person_id, now, policy
        self._conditions: list[ColumnElement[bool]] = [
            Notification.person_id == person_id,
            Notification.kind.in_(TYPE_OF_KIND),
            _is_readable(person_id, moderates=moderates),
            not_(self._is_kept_away()),
        ]

    def of_types(self, types: Sequence[str], excluded: Sequence[str]) -> None:
        """Only these types (all, if none is named), without those."""
        wanted = set(types or KINDS_OF_TYPE) - set(excluded)
        kinds = [kind for kind, name in TYPE_OF_KIND.items() if name in wanted]
        self._conditions.append(Notification.kind.in_(kinds))

    def of_account(self, account_id: int) -> None:
        """Only from this account."""
        self._conditions.append(account_id == ACCOUNT)

    def heard(self) -> None:
        """Only what the person's policy neither sets aside nor drops."""
        self._conditions.append(not_(self._is_treated("filter", "drop")))

    def set_aside(self) -> None:
        """Only what is set aside and has not been dismissed."""
        dismissed = exists().where(
            AccountMark.person_id == self.person_id,
            AccountMark.account_id == ACCOUNT,
            AccountMark.kind == "dismissed",
        )
        self._conditions += [
            self._is_treated("filter"), not_(self._is_treated("drop")), not_(dismissed),
        ]  # fmt: skip

    def select(self) -> Select[Any]:
        """The columns of AppNotification; to be ordered and limited by whoever pages."""
        query: Select[Any] = _joined(
            select(
                Notification.id,
                Notification.kind,
                Notification.created_at,
                ACCOUNT.label("account_id"),
                POSTING.label("posting_id"),
            )
        )
        return query.where(*self._conditions)

    async def waiting(self, db: AsyncSession) -> list[Waiting]:
        """By account, whoever was heard of last first; at most a thousand. One query."""
        rows = await db.execute(
            _joined(
                select(
                    ACCOUNT.label("account"),
                    func.count(),
                    func.min(Notification.created_at),
                    func.max(Notification.created_at),
                    func.max(POSTING),
                )
            )
            .where(*self._conditions)
            .group_by(ACCOUNT)
            .order_by(func.max(Notification.id).desc())
            .limit(MOST_COUNTED)
        )
        return [Waiting(*row) for row in rows.all()]

    async def unread(self, db: AsyncSession, limit: int) -> int:
        """How many came after what the person has read in any app, counted up to a limit. One query."""
        marker = (
            select(ReadingMarker.last_read_id)
            .where(ReadingMarker.person_id == self.person_id, ReadingMarker.timeline == "notifications")
            .scalar_subquery()
        )
        new = and_(Notification.id > func.coalesce(marker, 0), Notification.read_at.is_(None))
        some = self.select().where(new).limit(limit).subquery()
        return await db.scalar(select(func.count()).select_from(some)) or 0

    def _is_kept_away(self) -> ColumnElement[bool]:
        away = is_kept_away(self.person_id, ACCOUNT, self.now, notifications=True)
        # Of their own places people hear, whoever holds the session.
        own = KINDS_OF_TYPE["poll"] + KINDS_OF_TYPE["update"]
        return and_(Notification.kind.not_in(own), away)

    def _is_treated(self, *treatments: str) -> ColumnElement[bool]:
        groups = [
            condition
            for name, condition in self._groups().items()
            if getattr(self.policy, name) in treatments
        ]
        permitted = exists().where(
            AccountMark.person_id == self.person_id,
            AccountMark.account_id == ACCOUNT,
            AccountMark.kind == "permitted",
        )
        by_people = exists().where(Person.id == ACCOUNT)
        return and_(by_people, not_(permitted), or_(*groups)) if groups else Notification.id.is_(None)

    def _groups(self) -> dict[str, ColumnElement[bool]]:
        """Whom a policy can be about, all of them people. Colleagues are near enough to be heard."""
        follows = exists().where(Interest.person_id == self.person_id, Interest.expert_id == ACCOUNT)
        elsewhere = exists().where(Person.id == ACCOUNT, Person.uri.is_not(None))
        follower = Notification.__table__.alias("follower")
        is_follower = exists().where(
            follower.c.person_id == self.person_id,
            follower.c.account_id == ACCOUNT,
            follower.c.kind == "follow",
        )
        new = exists().where(Person.id == ACCOUNT, Person.created_at > self.now - NEW_FOR)
        limited = exists().where(Person.id == ACCOUNT, is_treated(Person.host, "silence"))
        return {
            "not_following": not_(follows),
            "not_followers": and_(elsewhere, not_(is_follower)),
            "new_accounts": new,
            "private_mentions": and_(Notification.message_id.is_not(None), not_(follows)),
            "limited_accounts": limited,
        }


ACCOUNT: Any = case(
    (Notification.comment_id.is_not(None), Comment.author_id),
    (Notification.message_id.is_not(None), Message.other_id),
    (Notification.story_id.is_not(None), Story.author_id),
    (Notification.account_id.is_not(None), Notification.account_id),
    else_=Session.company_id,
)
"""From whom a notification is."""


def _posting_of(kind: str, column: Any, wanted: Any) -> Any:
    """The posting of a thing, by the index that has those of this kind alone."""
    is_of_kind = Posting.kind == literal_column(f"'{kind}'")
    found = select(Posting.id).where(is_of_kind, column == wanted, Posting.gone_at.is_(None))
    return found.correlate(Notification).scalar_subquery()


POSTING: Any = case(
    (
        Notification.comment_id.is_not(None),
        _posting_of("comment", Posting.comment_id, Notification.comment_id),
    ),
    (
        Notification.message_id.is_not(None),
        _posting_of("message", Posting.message_id, Notification.message_id),
    ),
    (Notification.story_id.is_not(None), _posting_of("story", Posting.story_id, Notification.story_id)),
    (
        Notification.session_id.is_not(None),
        _posting_of("session", Posting.session_id, Notification.session_id),
    ),
)
"""What it is about, as a posting that is still there."""


def notification_of(row: Any) -> AppNotification:
    """A row of `Notices.select`."""
    number, kind, created_at, account_id, posting_id = row
    return AppNotification(number, TYPE_OF_KIND[kind], created_at, account_id, posting_id)


def _joined(query: Any) -> Any:
    return (
        query.select_from(Notification)
        .outerjoin(Comment, Comment.id == Notification.comment_id)
        .outerjoin(Message, Message.id == Notification.message_id)
        .outerjoin(Story, Story.id == Notification.story_id)
        .outerjoin(Session, Session.id == Notification.session_id)
    )


def _is_readable(person_id: int, *, moderates: bool) -> ColumnElement[bool]:
    """What it is about is there, and the person may see it."""
    viewer = employee_viewer(person_id)
    session = exists().where(Session.id == Notification.session_id, visible_sessions(viewer))
    comment = exists().where(
        Comment.id == Notification.comment_id,
        Session.id == Comment.session_id,
        Person.id == Comment.author_id,
        visible_sessions(viewer),
        visible_comments(viewer, moderates=moderates),
    )
    story = exists().where(
        Story.id == Notification.story_id, Person.id == Story.author_id, visible_stories(viewer)
    )
    account = exists().where(Person.id == Notification.account_id, Person.gone_at.is_(None))
    message = Message.person_id == person_id
    is_there = POSTING.is_not(None)
    return or_(
        and_(Notification.comment_id.is_not(None), is_there, comment.correlate(Notification)),
        and_(Notification.message_id.is_not(None), is_there, message),
        and_(Notification.story_id.is_not(None), is_there, story.correlate(Notification)),
        and_(Notification.account_id.is_not(None), account.correlate(Notification)),
        and_(
            Notification.session_id.is_not(None),
            Notification.comment_id.is_(None),
            is_there,
            session.correlate(Notification),
        ),
    )
