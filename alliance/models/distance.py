"""From whom somebody wants to hear less, or nothing: people, companies and whole domains."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from alliance.database import Base, UtcDateTime, word

DISTANCES = ("block", "mute")
MOST_DISTANCES = 2_000
MOST_DOMAINS = 200


class Distance(Base):
    """One of our people keeps somebody away: `block` for good, `mute` perhaps `until` some day.

    Nobody but its owner learns of it. `account_id` is a person's or a company's.
    """

    __tablename__ = "distance"
    __table_args__ = (
        UniqueConstraint("person_id", "kind", "account_id"),
        Index("ix_distance_account_id", "account_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    account_id: Mapped[int]
    kind: Mapped[str] = mapped_column(word(*DISTANCES, name="kind"))
    hides_notifications: Mapped[bool] = mapped_column(default=True)
    """A mute may leave them through; a block never does."""
    until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    since: Mapped[datetime] = mapped_column(UtcDateTime)


class DomainDistance(Base):
    """One of our people wants nothing from a host elsewhere, spelled as `domain_of` does."""

    __tablename__ = "domain_distance"
    __table_args__ = (UniqueConstraint("person_id", "domain"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    domain: Mapped[str] = mapped_column(String(253))
    since: Mapped[datetime] = mapped_column(UtcDateTime)


ACCOUNT_MARKS = ("endorsed", "unsuggested", "permitted", "dismissed")
MOST_MARKS = 500
NOTE_LIMIT = 2_000


class AccountMark(Base):
    """What one of our people noted about a person or a company, in a word.

    `endorsed`: shown on their own profile. `unsuggested`: not to be suggested again. `permitted`: tells them
    things whatever their policy says. `dismissed`: what waits of them is not to be asked about again.
    """

    __tablename__ = "account_mark"
    __table_args__ = (
        UniqueConstraint("person_id", "kind", "account_id"),
        Index("ix_account_mark_account_id", "account_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    account_id: Mapped[int]
    kind: Mapped[str] = mapped_column(word(*ACCOUNT_MARKS, name="kind"))
    since: Mapped[datetime] = mapped_column(UtcDateTime)


class AccountNote(Base):
    """What one of our people wrote down about a person or a company, for their own eyes alone."""

    __tablename__ = "account_note"
    __table_args__ = (Index("ix_account_note_account_id", "account_id"),)

    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    account_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    text: Mapped[str] = mapped_column(String(NOTE_LIMIT))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
