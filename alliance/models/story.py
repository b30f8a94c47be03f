"""What people tell: the stories of our employees and of our allies', their earlier words, their pictures."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, SmallInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alliance.database import Base, UtcDateTime, word
from alliance.models.person import Person
from alliance.models.session import AUDIENCES, Session

STORY_STATES = ("shown", "hidden", "deleted")


class Story(Base):
    """A few words of somebody, about a session or about nothing in particular; ours have no `uri`.

    `hidden`: our moderators decided against it. `deleted`: its author took it back, for good; the row stays
    without its words, so that its address can say that it is gone.
    """

    __tablename__ = "story"
    __table_args__ = (
        Index("ix_story_author_id_id", "author_id", "id"),
        Index("ix_story_session_id_id", "session_id", "id"),
        Index("ix_story_state_id", "state", "id"),
        Index("ix_story_parent_id", "parent_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    session_id: Mapped[int | None] = mapped_column(ForeignKey("session.id", ondelete="SET NULL"))
    """What it tells about."""
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("story.id", ondelete="SET NULL"))
    """The story it goes on with, or answers."""
    uri: Mapped[str | None] = mapped_column(String(500), unique=True)
    url: Mapped[str | None] = mapped_column(String(500))
    token: Mapped[str] = mapped_column(String(40), default="")
    """Part of the address of ours, so that nobody finds one by counting."""
    text: Mapped[str] = mapped_column(Text, default="")
    """As typed; empty for those from elsewhere."""
    html: Mapped[str] = mapped_column(Text, default="")
    """Sanitised."""
    spoiler: Mapped[str] = mapped_column(String(500), default="")
    """What stands before it: readers decide whether they want to go on."""
    language: Mapped[str] = mapped_column(String(10), default="de")
    audience: Mapped[str] = mapped_column(word(*AUDIENCES, name="audience"))
    is_quiet: Mapped[bool] = mapped_column(default=False)
    """For everybody who finds it, but in no list of everything public."""
    state: Mapped[str] = mapped_column(word(*STORY_STATES, name="state"))
    reason: Mapped[str] = mapped_column(String(500), default="")
    """Why it was hidden, in the words of whoever decided."""
    edits: Mapped[int] = mapped_column(SmallInteger, default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    author: Mapped[Person] = relationship(lazy="raise")
    session: Mapped[Session | None] = relationship(lazy="raise")
    pictures: Mapped[list["StoryPicture"]] = relationship(
        lazy="raise", order_by="StoryPicture.position", viewonly=True
    )


class StoryVersion(Base):
    """How a story of ours was worded before it was changed; goes away with its words."""

    __tablename__ = "story_version"

    story_id: Mapped[int] = mapped_column(ForeignKey("story.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    """0 for the first."""
    html: Mapped[str] = mapped_column(Text)
    spoiler: Mapped[str] = mapped_column(String(500), default="")
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)


class StoryPicture(Base):
    """A picture that one of our people brought along; without a story it waits for one, for a day."""

    __tablename__ = "story_picture"
    __table_args__ = (
        Index("ix_story_picture_story_id_position", "story_id", "position"),
        Index("ix_story_picture_owner_id_id", "owner_id", "id"),
        Index("ix_story_picture_name", "name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    story_id: Mapped[int | None] = mapped_column(ForeignKey("story.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(SmallInteger, default=0)
    name: Mapped[str] = mapped_column(String(100))
    """Its file in the media folder."""
    width: Mapped[int] = mapped_column(SmallInteger)
    height: Mapped[int] = mapped_column(SmallInteger)
    """Pixels."""
    description: Mapped[str] = mapped_column(String(1500), default="")
    """What it shows, for people who don't see it."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
