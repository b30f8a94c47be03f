"""Communities of practice: what people of several companies meet around, and what is posted there."""

from datetime import datetime

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alliance.database import Base, UtcDateTime, word
from alliance.models.company import Company
from alliance.models.person import Person
from alliance.models.session import AUDIENCES
from alliance.models.topic import Topic

COMMUNITY_STATES = ("open", "closed")
COMMUNITY_ROLES = ("owner", "moderator", "member")
POSTED_KINDS = ("session", "story", "wish")
POST_STATES = ("waiting", "shown", "removed")
ANNOUNCED = ("nobody", "alliance", "public")
MOST_COMMUNITIES = 200
"""How many one company has, and how many are taken in of each partner."""
MOST_JOINED = 200
MOST_POSTED_TO = 5
"""In how many communities one thing stands."""

community_topic = Table(
    "community_topic",
    Base.metadata,
    Column("community_id", ForeignKey("community.id", ondelete="CASCADE"), primary_key=True),
    Column("topic_id", ForeignKey("topic.id"), primary_key=True, index=True),
)


class Community(Base):
    """A group around a topic; ours has no `uri`. `audience` bounds who knows of it at all.

    `closed`: its owners ended it; the row stays, so that its address can say that it is gone.
    """

    __tablename__ = "community"
    __table_args__ = (
        UniqueConstraint("company_id", "slug"),
        CheckConstraint("member_count >= 0", name="member_count_not_negative"),
        Index("ix_community_state_member_count_id", "state", "member_count", "id"),
        Index("ix_community_picture", "picture"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"))
    slug: Mapped[str] = mapped_column(String(64))
    """The first half of its handle; never changes."""
    uri: Mapped[str | None] = mapped_column(String(500), unique=True)
    url: Mapped[str | None] = mapped_column(String(500))
    name: Mapped[str] = mapped_column(String(100))
    description: Mapped[str] = mapped_column(Text, default="")
    """Markdown as typed; empty for partners' communities."""
    description_html: Mapped[str] = mapped_column(Text, default="")
    """Sanitised."""
    language: Mapped[str] = mapped_column(String(10), default="de")
    audience: Mapped[str] = mapped_column(word(*AUDIENCES, name="audience"))
    state: Mapped[str] = mapped_column(word(*COMMUNITY_STATES, name="state"), default="open")
    picture: Mapped[str | None] = mapped_column(String(100))
    """Name of a picture in the media folder; ours alone."""
    picture_alt: Mapped[str] = mapped_column(String(500), default="")
    member_count: Mapped[int] = mapped_column(default=0)
    """Of everybody who is known to be one; of a partner's community what its company says."""
    owners: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list, server_default="[]")
    """Of a partner's community: `{"name": ..., "url": ...}` of each owner, as its company says."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    company: Mapped[Company] = relationship(lazy="raise")
    topics: Mapped[list[Topic]] = relationship(secondary=community_topic, lazy="raise", order_by=Topic.slug)


class CommunityMember(Base):
    """Somebody in a community: our people in ours and partners' ones, partners' people in ours by name alone.

    People of other companies who did not choose to be seen have no row here; see `CommunityCrowd`. Owners
    and moderators are people of the company whose community it is, and always seen.
    """

    __tablename__ = "community_member"
    __table_args__ = (Index("ix_community_member_person_id", "person_id"),)

    community_id: Mapped[int] = mapped_column(
        ForeignKey("community.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    role: Mapped[str] = mapped_column(word(*COMMUNITY_ROLES, name="role"), default="member")
    is_shown: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether others read the name among the members; nobody but the person decides that."""
    joined_at: Mapped[datetime] = mapped_column(UtcDateTime)

    community: Mapped[Community] = relationship(lazy="raise")
    person: Mapped[Person] = relationship(lazy="raise")


class CommunityCrowd(Base):
    """How many people of an allied company are in a community of ours, as that company says; no names."""

    __tablename__ = "community_crowd"

    community_id: Mapped[int] = mapped_column(
        ForeignKey("community.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    company_id: Mapped[int] = mapped_column(
        ForeignKey("company.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    count: Mapped[int] = mapped_column(default=0)
    told_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CommunityPost(Base):
    """A thing that stands in a community: a session, a story or a wish (`kind` and its `subject_id`).

    It is shown to whoever may see both the community and the thing. `waiting`: asked of another company,
    which has not answered. `removed`: taken out by the host or by a moderator (`is_moderated`), who alone
    may let it in again.
    """

    __tablename__ = "community_post"
    __table_args__ = (
        UniqueConstraint("community_id", "kind", "subject_id"),
        Index("ix_community_post_kind_subject_id", "kind", "subject_id"),
        Index("ix_community_post_community_id_id", "community_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(word(*POSTED_KINDS, name="kind"))
    subject_id: Mapped[int]
    """Of the session, the story or the wish."""
    posted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    """One of our people; None for what another company posted."""
    state: Mapped[str] = mapped_column(word(*POST_STATES, name="state"))
    is_moderated: Mapped[bool] = mapped_column(default=False, server_default=false())
    announced: Mapped[str] = mapped_column(
        word(*ANNOUNCED, name="announced"), default="nobody", server_default="nobody"
    )
    """To whom a community of ours has announced it."""
    announcement: Mapped[int | None]
    """Number of the activity that did."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    community: Mapped[Community] = relationship(lazy="raise")
