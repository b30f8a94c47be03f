"""Sessions that belong together, who takes turns in holding them, and who joined them all."""

from datetime import date, datetime, time

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alliance.database import Base, UtcDateTime, word
from alliance.models.company import Company
from alliance.models.person import Person
from alliance.models.session import AUDIENCES, JOIN_MODES, PLACES, Session

SERIES_STATES = ("running", "ended")
MOST_TURNS = 12


class Series(Base):
    """A monthly meetup and its like: what its next dates will say, and when they will be.

    Each date is a `Session` of its own. `uri` is None for our own; of partners' series only name, words and
    audience are known, and `rule` and what dates are made of stay empty.
    """

    __tablename__ = "series"
    __table_args__ = (
        CheckConstraint("minutes > 0", name="minutes_positive"),
        Index("ix_series_host_id", "host_id"),
        Index("ix_series_state_due_at", "state", "due_at"),
        Index("ix_series_company_id_id", "company_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"))
    host_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    host_shown: Mapped[bool] = mapped_column(default=True)
    uri: Mapped[str | None] = mapped_column(String(500), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text, default="")
    """Markdown as typed; empty for partners' series."""
    language: Mapped[str] = mapped_column(String(10), default="de")
    translations: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    """Title and description in other languages, as typed."""
    topics: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Names."""
    rule: Mapped[str | None] = mapped_column(String(120))
    """As `alliance.recurrence.rule_of` writes it; never leaves the house."""
    first_day: Mapped[date | None]
    """From which day on the rule counts, in the series' zone; dates before it are what they are."""
    starts: Mapped[time | None]
    """What clocks in the series' zone show."""
    minutes: Mapped[int] = mapped_column(default=60)
    timezone: Mapped[str] = mapped_column(String(64), default="UTC")
    exceptions: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    """By the ISO date of the rule, for dates that are no sessions yet: left out (empty), or moved."""
    rhythm: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    """Partners' series: how often, in words, by language."""
    place: Mapped[str] = mapped_column(word(*PLACES, name="place"), default="online")
    place_name: Mapped[str] = mapped_column(String(200), default="")
    place_address: Mapped[str] = mapped_column(String(500), default="")
    meeting_link: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Sealed with purpose "series.meeting_link"."""
    capacity: Mapped[int | None]
    join_mode: Mapped[str] = mapped_column(word(*JOIN_MODES, name="join_mode"), default="free")
    audience: Mapped[str] = mapped_column(word(*AUDIENCES, name="audience"))
    is_leaders: Mapped[bool] = mapped_column(default=False, server_default=false())
    state: Mapped[str] = mapped_column(word(*SERIES_STATES, name="state"), default="running")
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the next dates have to be made; None for partners' series and those that have ended."""
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    company: Mapped[Company] = relationship(lazy="raise")
    host: Mapped[Person | None] = relationship(lazy="raise")
    turns: Mapped[list["SeriesTurn"]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="SeriesTurn.position"
    )


class SeriesTurn(Base):
    """Somebody who takes turns in holding a series of ours: asked for each date of theirs as a co-host is."""

    __tablename__ = "series_turn"
    __table_args__ = (Index("ix_series_turn_person_id", "person_id"),)

    series_id: Mapped[int] = mapped_column(
        ForeignKey("series.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    position: Mapped[int]

    person: Mapped[Person] = relationship(lazy="raise")


class SeriesMember(Base):
    """One of our people who wants to be at every date of a series, ours or a partner's."""

    __tablename__ = "series_member"
    __table_args__ = (Index("ix_series_member_person_id", "person_id"),)

    series_id: Mapped[int] = mapped_column(
        ForeignKey("series.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    since: Mapped[datetime] = mapped_column(UtcDateTime)

    series: Mapped[Series] = relationship(lazy="raise")


class SeriesDate(Base):
    """A date of a series about which something is still to be done; the row goes when it is."""

    __tablename__ = "series_date"
    __table_args__ = (Index("ix_series_date_joins_after_session_id", "joins_after", "session_id"),)

    session_id: Mapped[int] = mapped_column(
        ForeignKey("session.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    joins_after: Mapped[int | None]
    """Whoever joined the series, and has a higher number, is still to be given a place; None: nobody."""
    is_quiet: Mapped[bool] = mapped_column(default=False)
    """Later than the next one: timelines and followers hear of it when its turn has come."""

    session: Mapped[Session] = relationship(lazy="raise")
