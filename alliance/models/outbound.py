"""What leaves the company: which fields are held back, how often which left, and whose erasure is open."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alliance.database import Base, UtcDateTime, word
from alliance.models.company import Company

ERASURE_STATES = ("open", "confirmed")
_OPEN = text("state = 'open'")


class OutboundRule(Base):
    """A field of the documents that is held back, from one partner or (without a company) from everybody."""

    __tablename__ = "outbound_rule"
    __table_args__ = (UniqueConstraint("company_id", "kind", "field"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    company_id: Mapped[int | None] = mapped_column(ForeignKey("company.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(40))
    field: Mapped[str] = mapped_column(String(60))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    """Who said so; None for the command line."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    company: Mapped[Company | None] = relationship(lazy="raise")


class OutboundTally(Base):
    """How often a field was on its way to a host in a month; host is empty for all that are no partners."""

    __tablename__ = "outbound_tally"
    __table_args__ = (Index("ix_outbound_tally_month", "month"),)

    host: Mapped[str] = mapped_column(String(260), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    """Its first day."""
    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    field: Mapped[str] = mapped_column(String(60), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)


class OutboundMark(Base):
    """Up to which activity fields have been counted; there is one row."""

    __tablename__ = "outbound_mark"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    up_to: Mapped[int] = mapped_column(default=0)


class Erasure(Base):
    """A partner that was asked to forget one of our people; `confirmed` once its server took the request."""

    __tablename__ = "erasure"
    __table_args__ = (Index("ix_erasure_open", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    uri: Mapped[str] = mapped_column(String(500))
    """Address of the account, which says no name."""
    company_id: Mapped[int] = mapped_column(ForeignKey("company.id", ondelete="CASCADE"))
    activity_id: Mapped[int]
    """By which they were asked."""
    state: Mapped[str] = mapped_column(word(*ERASURE_STATES, name="state"), default="open")
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    company: Mapped[Company] = relationship(lazy="raise")
