"""The audit log: a chain of entries, each of which names the one before it, and where the chain ends."""

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from alliance.database import Base, UtcDateTime, word

WHO_KINDS = ("employee", "command-line", "system")


class AuditEntry(Base):
    """Something that was done by those who run the instance; never changed but for names that are forgotten.

    A name is kept as "<random> <name>" beside the SHA-256 of that: the chain is about the digest, so a name
    can be forgotten, with the random part that would let it be guessed, and the chain still holds.
    """

    __tablename__ = "audit_entry"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """1, 2, 3, ... without a gap."""
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    act: Mapped[str] = mapped_column(String(40))
    """A word of `alliance.acts`."""
    who_kind: Mapped[str] = mapped_column(word(*WHO_KINDS, name="who_kind"))
    who_id: Mapped[int | None]
    who_name: Mapped[str | None] = mapped_column(String(250))
    who_mark: Mapped[str] = mapped_column(String(64))
    on_kind: Mapped[str] = mapped_column(String(20))
    on_id: Mapped[str] = mapped_column(String(300))
    on_name: Mapped[str | None] = mapped_column(String(250))
    on_mark: Mapped[str] = mapped_column(String(64))
    details: Mapped[str] = mapped_column(Text)
    """Canonical JSON of a dozen short values at most; nothing that somebody wrote about somebody."""
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of everything above but the names, in hexadecimal digits."""
    seal: Mapped[str] = mapped_column(String(64))
    """HMAC of the digest with a key that is not in the database."""

    __table_args__ = (
        Index("ix_audit_entry_act_number", "act", "number"),
        Index("ix_audit_entry_who_id_number", "who_id", "number"),
        Index("ix_audit_entry_on_kind_on_id", "on_kind", "on_id"),
    )


class AuditHead(Base):
    """The end of the chain, one row: without it nobody could tell that the latest entries were removed."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Always 1."""
    number: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    seal: Mapped[str] = mapped_column(String(64))
    """HMAC of both; empty before the first entry."""
