"""A learning session at one time: ours, or one that a partner told us about."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alliance.database import Base, UtcDateTime, word
from alliance.models.company import Company
from alliance.models.topic import Topic, session_topic

if TYPE_CHECKING:
    from alliance.models.co_host import CoHost
    from alliance.models.offering import Material
    from alliance.models.person import Person
    from alliance.models.series import Series
    from alliance.models.transcript import Transcript

AUDIENCES = ("company", "alliance", "public")
PLACES = ("online", "on_site", "hybrid")
JOIN_MODES = ("free", "restricted", "external", "none")
CONVERSATIONS = ("open", "moderated", "closed")
SESSION_STATES = ("draft", "scheduled", "cancelled", "postponed", "tentative")


class Session(Base):
    """One learning session. `uri` is None for our own; times are UTC with the host's zone beside them."""

    __tablename__ = "session"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("capacity IS NULL OR capacity > 0", name="capacity_positive"),
        CheckConstraint("going_count >= 0", name="going_count_not_negative"),
        Index("ix_session_starts_at_id", "starts_at", "id"),
        Index("ix_session_company_id_starts_at_id", "company_id", "starts_at", "id"),
        Index("ix_session_company_id_id", "company_id", "id"),
        Index("ix_session_company_id_updated_at", "company_id", "updated_at"),
        Index("ix_session_host_id_starts_at", "host_id", "starts_at"),
        Index("ix_session_audience_starts_at_id", "audience", "starts_at", "id"),
        Index("ix_session_language_starts_at_id", "language", "starts_at", "id"),
        Index("ix_session_place_starts_at_id", "place", "starts_at", "id"),
        Index("ix_session_url", "url"),
        Index("ix_session_image", "image"),
        Index("ix_session_series_id_starts_at", "series_id", "starts_at"),
        Index("uq_session_series_id_slot", "series_id", "slot", unique=True),
        Index(
            "ix_session_leaders",
            "starts_at",
            "id",
            sqlite_where=text("is_leaders = 1"),
            postgresql_where=text("is_leaders"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"))
    host_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    host_shown: Mapped[bool] = mapped_column(default=True)
    """Whether the host's name leaves the company (partners and the public see the company otherwise)."""
    co_host_ids: Mapped[list[int]] = mapped_column(JSON, default=list, server_default="[]")
    """People who said yes to holding it together with the host, in that order; see `CoHost`."""
    uri: Mapped[str | None] = mapped_column(String(500), unique=True)
    url: Mapped[str | None] = mapped_column(String(500))
    author_uri: Mapped[str | None] = mapped_column(String(500))
    """External sources only: who wrote it, and may change or take it back; never changes."""
    title: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text, default="")
    """Markdown as typed; empty for partners' sessions."""
    description_html: Mapped[str] = mapped_column(Text, default="")
    """Sanitised."""
    language: Mapped[str] = mapped_column(String(10), default="de")
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    timezone: Mapped[str] = mapped_column(String(64))
    """IANA name of the host's zone."""
    previous_starts_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Set when it was moved after publication."""
    place: Mapped[str] = mapped_column(word(*PLACES, name="place"), default="online")
    place_name: Mapped[str] = mapped_column(String(200), default="")
    place_address: Mapped[str] = mapped_column(String(500), default="")
    meeting_link: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Sealed with purpose "session.meeting_link"; only our own sessions have one."""
    capacity: Mapped[int | None]
    going_count: Mapped[int] = mapped_column(default=0)
    waiting_count: Mapped[int] = mapped_column(default=0)
    join_mode: Mapped[str] = mapped_column(word(*JOIN_MODES, name="join_mode"), default="free")
    audience: Mapped[str] = mapped_column(word(*AUDIENCES, name="audience"))
    status: Mapped[str] = mapped_column(word(*SESSION_STATES, name="status"), default="scheduled")
    status_note: Mapped[str] = mapped_column(String(500), default="")
    """The host's sentence about a cancellation or a move."""
    sequence: Mapped[int] = mapped_column(default=0)
    """Raised on every change of time, place, link, title or status (RFC 5545 SEQUENCE)."""
    conversation: Mapped[str] = mapped_column(
        word(*CONVERSATIONS, name="conversation"), default="moderated", server_default="moderated"
    )
    """Whether comments are shown at once (`open`), those of strangers after somebody agreed, or not taken."""
    image: Mapped[str | None] = mapped_column(String(500))
    """Name of a picture in the media folder."""
    image_alt: Mapped[str] = mapped_column(String(500), default="")
    image_width: Mapped[int | None]
    """Pixels."""
    image_height: Mapped[int | None]
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Never changes after publication; None for drafts."""
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Taken back: the address answers 410 and nobody sees the rest."""

    thanked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the host thanked those who were there, which happens once."""

    series_id: Mapped[int | None]
    """The series that it is a date of. No foreign key: SQLite adds one only by copying the table."""
    slot: Mapped[date | None]
    """The day that the rule of our series names, in the series' zone, wherever the date was moved to."""
    is_leaders: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Somebody who leads people shares: a format of its own."""

    company: Mapped[Company] = relationship(lazy="raise")
    series: Mapped["Series | None"] = relationship(
        lazy="raise", viewonly=True, primaryjoin="foreign(Session.series_id) == Series.id"
    )
    host: Mapped["Person | None"] = relationship(lazy="raise")
    co_hosts: Mapped[list["CoHost"]] = relationship(
        lazy="raise",
        viewonly=True,
        primaryjoin="and_(CoHost.session_id == Session.id, CoHost.state == 'yes')",
        order_by="CoHost.id",
    )
    """Those alone who said yes."""
    topics: Mapped[list[Topic]] = relationship(secondary=session_topic, lazy="raise", order_by=Topic.slug)
    materials: Mapped[list["Material"]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="Material.id"
    )
    translations: Mapped[list["SessionTranslation"]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="SessionTranslation.language"
    )
    transcripts: Mapped[list["Transcript"]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="Transcript.language"
    )


class SessionTranslation(Base):
    """Title and description of a session in another language than its own."""

    __tablename__ = "session_translation"

    session_id: Mapped[int] = mapped_column(
        ForeignKey("session.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    language: Mapped[str] = mapped_column(String(10), primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text, default="")
    """Markdown as typed; empty for partners' sessions."""
    description_html: Mapped[str] = mapped_column(Text, default="")
    """Sanitised."""
