"""Companies: our own, and what others have to do with us."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, SmallInteger, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alliance.database import Base, UtcDateTime, word

PARTNER_STATES = ("invited", "asking", "allied", "paused", "left", "blocked")


class Company(Base):
    """The owner of an instance. Exactly one row is ours (`is_home`)."""

    __tablename__ = "company"
    __table_args__ = (
        Index(
            "uq_company_home",
            "is_home",
            unique=True,
            sqlite_where=text("is_home"),
            postgresql_where=text("is_home"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    is_home: Mapped[bool] = mapped_column(default=False)
    origin: Mapped[str] = mapped_column(String(300), unique=True)
    """Scheme and host: `https://lernen.example`. Of an external source (one account among many on a server)
    the identity of that account, so that nothing that looks for a company's server ever finds it."""
    host: Mapped[str] = mapped_column(String(260), unique=True)
    """Of an external source its handle, `stadtbibliothek@treffen.example`."""
    name: Mapped[str] = mapped_column(String(200))
    handle: Mapped[str] = mapped_column(String(64), default="sessions")
    summary: Mapped[str] = mapped_column(Text, default="")
    hue: Mapped[int] = mapped_column(SmallInteger, default=0)
    """0 to 23, in steps of 15 degrees."""
    language: Mapped[str] = mapped_column(String(10), default="de")
    timezone: Mapped[str] = mapped_column(String(64), default="Europe/Berlin")
    software: Mapped[str] = mapped_column(String(100), default="")
    """Name and version as the other side tells them: `alliance 0.1.0`."""
    logo: Mapped[str | None] = mapped_column(String(100))
    """Name of a picture in the media folder; of the home company alone, as are the three texts below."""
    imprint: Mapped[str] = mapped_column(Text, default="", server_default="")
    """Who answers for these pages. Markdown, as are the next two; empty for none."""
    privacy: Mapped[str] = mapped_column(Text, default="", server_default="")
    """What is done with personal data here."""
    rules: Mapped[str] = mapped_column(Text, default="", server_default="")
    """How people treat each other here, one rule to a line."""
    uri: Mapped[str | None] = mapped_column(String(500), unique=True)
    """Identity of another company's publishing account; ours is minted."""
    instance_uri: Mapped[str | None] = mapped_column(String(500), unique=True)
    """Identity of another company's instance; ours is minted."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    partner: Mapped["Partner | None"] = relationship(back_populates="company", lazy="raise", uselist=False)

    @property
    def server(self) -> str:
        """Scheme and host of the server on which its sessions lie."""
        return "/".join(self.origin.split("/", 3)[:3])


class Partner(Base):
    """Where we stand with another company; `allied` means that both have said yes."""

    __tablename__ = "partner"

    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"), primary_key=True)
    state: Mapped[str] = mapped_column(word(*PARTNER_STATES, name="state"))
    we_said_yes: Mapped[bool] = mapped_column(default=False)
    they_said_yes: Mapped[bool] = mapped_column(default=False)
    ended_by_them: Mapped[bool] = mapped_column(default=False)
    """With state `left`: they declined or left; otherwise it was us."""
    key_fingerprint: Mapped[str] = mapped_column(String(100), default="")
    """SHA-256 of their instance's public key as shown when we said yes; hex in groups of four."""
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    """When the present state began."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_heard_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    caught_up_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When their upcoming sessions were last fetched in full."""

    company: Mapped[Company] = relationship(back_populates="partner", lazy="raise")
