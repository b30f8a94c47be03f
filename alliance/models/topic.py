"""Topics that sessions and experts carry, as hashtags do."""

from sqlalchemy import Column, ForeignKey, Index, String, Table
from sqlalchemy.orm import Mapped, mapped_column

from alliance.database import Base


class Topic(Base):
    """A topic; `slug` is lower case letters, digits and underscores, `name` as first typed."""

    __tablename__ = "topic"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(60))


session_topic = Table(
    "session_topic",
    Base.metadata,
    Column("session_id", ForeignKey("session.id", ondelete="CASCADE"), primary_key=True),
    Column("topic_id", ForeignKey("topic.id"), primary_key=True),
    Index("ix_session_topic_topic_id_session_id", "topic_id", "session_id"),
)

expert_topic = Table(
    "expert_topic",
    Base.metadata,
    Column("person_id", ForeignKey("expert_profile.person_id", ondelete="CASCADE"), primary_key=True),
    Column("topic_id", ForeignKey("topic.id"), primary_key=True, index=True),
)
