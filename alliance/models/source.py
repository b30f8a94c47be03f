"""An external source: somebody else's public calendar, read for our own employees alone."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alliance.database import Base, UtcDateTime, word
from alliance.models.company import Company

SOURCE_STATES = ("asked", "following", "refused")


class Source(Base):
    """Where we stand with a calendar that is no company's of the alliance; its company row carries the name.

    `asked`: they have not answered yet. `following`: they said yes, and their events are shown to employees.
    `refused`: they said no, or no longer want us.
    """

    __tablename__ = "source"
    __table_args__ = (Index("ix_source_host", "host"),)

    company_id: Mapped[int] = mapped_column(
        ForeignKey("company.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    uri: Mapped[str] = mapped_column(String(500), unique=True)
    """Identity of the account that is followed."""
    host: Mapped[str] = mapped_column(String(260))
    """Of the server on which account and events lie."""
    state: Mapped[str] = mapped_column(word(*SOURCE_STATES, name="state"))
    is_paused: Mapped[bool] = mapped_column(default=False)
    """By us: nothing is taken in, and what there is is hidden."""
    topics: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Topics or words of which an event must have one; none lets everything through."""
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    """When the present state or pause began."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    fetched_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When their list was last fetched."""
    failing_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when fetching has failed; None while it works."""
    failure: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    """Why: the `sentence` (a msgid) and its parameters."""

    company: Mapped[Company] = relationship(lazy="raise")

    @property
    def standing(self) -> str:
        """In one word: `asked`, `following`, `refused`, `paused` or `unreachable`."""
        if self.state != "refused" and self.is_paused:
            return "paused"
        return "unreachable" if self.state != "refused" and self.failing_since is not None else self.state
