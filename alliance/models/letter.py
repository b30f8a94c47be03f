"""What somebody wrote to an expert, who never gave out an address for it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alliance.database import Base, UtcDateTime
from alliance.models.person import Person


class Letter(Base):
    """A few lines for an expert, or the answer; goes away with either of them.

    At least one of the two is ours; the other may be at home at an allied company.
    """

    __tablename__ = "letter"
    __table_args__ = (
        Index("ix_letter_receiver_id_id", "receiver_id", "id"),
        Index("ix_letter_sender_id_created_at", "sender_id", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sender_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    receiver_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    text: Mapped[str] = mapped_column(Text)
    """As typed, cleaned; empty once it was taken back."""
    uri: Mapped[str | None] = mapped_column(String(500), unique=True)
    """What it is called where it was written, of those that people of allied companies wrote."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    gone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Its writer took it back: nobody is shown it any more, but it still counts as one of the day."""

    sender: Mapped[Person] = relationship(foreign_keys=[sender_id], lazy="raise")
    receiver: Mapped[Person] = relationship(foreign_keys=[receiver_id], lazy="raise")
