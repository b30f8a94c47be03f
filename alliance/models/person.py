"""People: ours, our partners' and the fediverse's; and what experts show of themselves."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text, false, text, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alliance.database import Base, UtcDateTime, word
from alliance.models.company import Company
from alliance.models.session import AUDIENCES
from alliance.models.topic import Topic, expert_topic


class Person(Base):
    """Anybody known here: an employee of ours (`uri` is None) or somebody from elsewhere."""

    __tablename__ = "person"
    __table_args__ = (
        Index(
            "uq_person_username_here",
            "username",
            unique=True,
            sqlite_where=text("host IS NULL"),
            postgresql_where=text("host IS NULL"),
        ),
        Index("ix_person_username_host", "username", "host"),
        Index("ix_person_name_id", "name", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    company_id: Mapped[int | None] = mapped_column(ForeignKey("company.id"), index=True)
    uri: Mapped[str | None] = mapped_column(String(500), unique=True)
    url: Mapped[str | None] = mapped_column(String(500))
    """A page about them elsewhere."""
    username: Mapped[str] = mapped_column(String(100))
    host: Mapped[str | None] = mapped_column(String(260))
    """Where they are at home; None means here."""
    name: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    gone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Left, erased or deleted elsewhere; the row stays for the sessions they held."""

    company: Mapped[Company | None] = relationship(lazy="raise")
    profile: Mapped["ExpertProfile | None"] = relationship(
        back_populates="person", lazy="raise", uselist=False
    )


class ExpertProfile(Base):
    """What an employee lets others know; without a row, or with `published_at` empty, nothing is shown."""

    __tablename__ = "expert_profile"
    __table_args__ = (
        Index("ix_expert_profile_is_leader", "is_leader"),
        Index("ix_expert_profile_picture", "picture"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    audience: Mapped[str] = mapped_column(word(*AUDIENCES, name="audience"), default="company")
    headline: Mapped[str] = mapped_column(String(200), default="")
    about: Mapped[str] = mapped_column(Text, default="")
    """Markdown as typed; empty for people from elsewhere."""
    about_html: Mapped[str] = mapped_column(Text, default="")
    """Sanitised."""
    languages: Mapped[list[str]] = mapped_column(JSON, default=list)
    ask_me_about: Mapped[list[str]] = mapped_column(JSON, default=list)
    is_leader: Mapped[bool] = mapped_column(default=False)
    """What a person says about themselves."""
    leads_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When a moderator agreed, so that they may mark their sessions; of our own people alone."""
    picture: Mapped[str | None] = mapped_column(String(100))
    """Name of a portrait in the media folder; of our own people alone."""
    picture_shared: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether the portrait leaves the company together with the profile."""
    office_hours: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list, server_default="[]")
    """Weekly: `{"day": "0" (Monday) to "6", "from": "09:00", "to": "10:00", "zone": "Europe/Berlin"}`."""
    office_hours_note: Mapped[str] = mapped_column(String(300), default="", server_default="")
    """How to come by, in a sentence."""
    takes_letters: Mapped[bool] = mapped_column(default=True, server_default=true())
    """Whether those who see the profile may write a few lines to this person."""
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship(back_populates="profile", lazy="raise")
    topics: Mapped[list[Topic]] = relationship(secondary=expert_topic, lazy="raise", order_by=Topic.slug)

    @property
    def is_shared(self) -> bool:
        """Whether others than the company may see it."""
        return self.published_at is not None and self.audience != "company"
