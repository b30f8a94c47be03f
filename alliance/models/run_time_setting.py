"""What a company decides while its instance runs, and what one administrator proposed to another."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from alliance.database import Base, UtcDateTime, word

PROPOSAL_STATES = ("open", "confirmed", "rejected")
_OPEN = text("state = 'open'")


class RunTimeSetting(Base):
    """A setting that counts instead of the one in the environment; no row: that one counts."""

    __tablename__ = "run_time_setting"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
    """As it would be written in the environment."""
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class GivenSetting(Base):
    """What the environment said about something that concerns privacy, when a worker last looked."""

    __tablename__ = "given_setting"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
    noted_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SettingProposal(Base):
    """A change that needs four eyes, or needed them; what was confirmed is told to everybody here."""

    __tablename__ = "setting_proposal"
    __table_args__ = (
        Index("uq_setting_proposal_open", "name", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_setting_proposal_state_decided_at", "state", "decided_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(60))
    before: Mapped[str] = mapped_column(Text)
    value: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(word(*PROPOSAL_STATES, name="state"))
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    """None for the operator at the command line, and for somebody who was forgotten."""
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
