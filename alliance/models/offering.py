"""What goes with a session: what its host has begun to write, who keeps it in mind, what came afterwards."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from alliance.database import Base, UtcDateTime, word

MATERIAL_KINDS = ("recording", "slides", "link")
MOST_MATERIALS = 20


class DraftForm(Base):
    """The form of a session that is still a draft, exactly as it was left; gone once it is published."""

    __tablename__ = "draft_form"

    session_id: Mapped[int] = mapped_column(
        ForeignKey("session.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    typed: Mapped[bytes] = mapped_column(LargeBinary)
    """Sealed with purpose "draft.typed", because a meeting link may be in it: JSON, field to text."""


class SavedSession(Base):
    """Somebody here keeps a session in mind; nobody else learns of it."""

    __tablename__ = "saved_session"
    __table_args__ = (Index("ix_saved_session_session_id", "session_id"),)

    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    session_id: Mapped[int] = mapped_column(
        ForeignKey("session.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    since: Mapped[datetime] = mapped_column(UtcDateTime)


class Material(Base):
    """A recording, slides or anything else to read again, by its address, for whoever sees the session."""

    __tablename__ = "material"
    __table_args__ = (Index("ix_material_session_id_id", "session_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(word(*MATERIAL_KINDS, name="kind"))
    title: Mapped[str] = mapped_column(String(200))
    url: Mapped[str] = mapped_column(String(2000))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
