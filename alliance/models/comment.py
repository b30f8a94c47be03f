"""What people say about a session, and who finds it interesting."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, SmallInteger, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alliance.database import Base, UtcDateTime, word
from alliance.models.person import Person
from alliance.models.session import AUDIENCES, Session

COMMENT_STATES = ("shown", "waiting", "hidden", "retracted", "deleted")
REACTIONS = ("like", "announce")


class Comment(Base):
    """One remark in the conversation of a session: ours (`uri` is None) or one from elsewhere.

    `waiting`: host or moderator decide whether it is shown. `hidden`: they decided against it.
    `retracted`: the partner whose session it is about did. `deleted`: its author took it back, for good; the
    row stays for the answers to it.
    """

    __tablename__ = "comment"
    __table_args__ = (
        Index("ix_comment_session_id_thread_id_id", "session_id", "thread_id", "id"),
        Index("ix_comment_author_id_id", "author_id", "id"),
        Index("ix_comment_state_id", "state", "id"),
        Index("ix_comment_parent_id", "parent_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"))
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id", ondelete="SET NULL"))
    """What it answers; None for an answer to the session itself."""
    thread_id: Mapped[int]
    """The comment that its thread begins with; its own identifier there."""
    depth: Mapped[int] = mapped_column(SmallInteger, default=0)
    """How far it is set in; from a certain depth on answers stand side by side."""
    uri: Mapped[str | None] = mapped_column(String(500), unique=True)
    url: Mapped[str | None] = mapped_column(String(500))
    token: Mapped[str] = mapped_column(String(40), default="")
    """Part of the address of ours, so that nobody finds one by counting."""
    text: Mapped[str] = mapped_column(Text, default="")
    """Markdown as typed; empty for those from elsewhere."""
    html: Mapped[str] = mapped_column(Text, default="")
    """Sanitised."""
    audience: Mapped[str] = mapped_column(word(*AUDIENCES, name="audience"))
    """For whom it was written: a session that becomes wider does not take what was said along."""
    is_private: Mapped[bool] = mapped_column(default=False)
    """Said to the host alone: nobody else but moderators sees it, and it can't be shown to others."""
    state: Mapped[str] = mapped_column(word(*COMMENT_STATES, name="state"))
    reason: Mapped[str] = mapped_column(String(500), default="")
    """Why it was hidden, in the words of whoever decided."""
    edits: Mapped[int] = mapped_column(SmallInteger, default=0)
    """How often its author elsewhere has changed it; each time others have to be told."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    session: Mapped[Session] = relationship(lazy="raise")
    author: Mapped[Person] = relationship(lazy="raise")


class Reaction(Base):
    """Somebody finds a session interesting (`like`), or passed it on to their followers (`announce`).

    `actor` is the identity of somebody from elsewhere, or the identifier of one of our people.
    """

    __tablename__ = "reaction"
    __table_args__ = (UniqueConstraint("session_id", "kind", "actor"), Index("ix_reaction_actor", "actor"))

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(word(*REACTIONS, name="kind"))
    actor: Mapped[str] = mapped_column(String(500))
    host: Mapped[str] = mapped_column(String(260), default="")
    """Where the actor is at home; empty for ours."""
    activity_uri: Mapped[str] = mapped_column(String(500), default="")
    """The message that said so; taking it back may name nothing else."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
