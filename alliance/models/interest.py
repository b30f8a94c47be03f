"""What an employee wants to hear more of: a topic, a person or a company."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alliance.database import Base, UtcDateTime
from alliance.models.company import Company
from alliance.models.person import Person
from alliance.models.topic import Topic

MOST_INTERESTS = 200


class Interest(Base):
    """One thing that one employee follows; exactly one of topic, expert and company is set."""

    __tablename__ = "interest"
    __table_args__ = (
        UniqueConstraint("person_id", "topic_id"),
        UniqueConstraint("person_id", "expert_id"),
        UniqueConstraint("person_id", "company_id"),
        CheckConstraint(
            "(CASE WHEN topic_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN expert_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN company_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="one_thing",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id", ondelete="CASCADE"), index=True)
    expert_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    company_id: Mapped[int | None] = mapped_column(ForeignKey("company.id", ondelete="CASCADE"), index=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    shows_boosts: Mapped[bool] = mapped_column(default=True, server_default=true())
    """Whether what they pass on is wanted, too."""
    notifies: Mapped[bool] = mapped_column(default=True, server_default=true())
    """Whether a new session is told as a notification."""
    languages: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    """Codes of the languages that are wanted; None for all."""

    topic: Mapped[Topic | None] = relationship(lazy="raise")
    expert: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[expert_id])
    company: Mapped[Company | None] = relationship(lazy="raise")
