"""What one of our employees should hear about."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alliance.database import Base, UtcDateTime
from alliance.models.comment import Comment
from alliance.models.person import Person
from alliance.models.session import Session

_UNREAD = text("read_at IS NULL")


class Notification(Base):
    """One thing that happened, for one person; `kind` is a word such as `comment`, `reply` or `mention`.

    What is about no session - a message, a story, a follower - is for apps alone.
    """

    __tablename__ = "notification"
    __table_args__ = (
        UniqueConstraint("person_id", "comment_id"),
        UniqueConstraint("person_id", "kind", "account_id"),
        Index("ix_notification_account_id", "account_id"),
        Index("ix_notification_message_id", "message_id"),
        Index("ix_notification_story_id", "story_id"),
        Index("ix_notification_person_id_id", "person_id", "id"),
        Index(
            "ix_notification_unread",
            "person_id",
            sqlite_where=_UNREAD,
            postgresql_where=_UNREAD,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    session_id: Mapped[int | None] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"))
    comment_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"))
    story_id: Mapped[int | None] = mapped_column(ForeignKey("story.id", ondelete="CASCADE"))
    account_id: Mapped[int | None]
    """Who follows, or asks to: a person's."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship(lazy="raise")
    session: Mapped[Session | None] = relationship(lazy="raise")
    comment: Mapped[Comment | None] = relationship(lazy="raise")
