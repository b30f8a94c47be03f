"""What somebody has learned, as they can show it: confirmations, badges, and what a record store is told."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from alliance.database import Base, UtcDateTime, word

XAPI_VERSIONS = ("1.0.3", "2.0.0")
RECORD_VERBS = ("registered", "attended", "voided")
RECORD_STATES = ("waiting", "sent", "dead", "dropped")
TOKEN_SCOPES = ("catalogue", "provisioning")


class Confirmation(Base):
    """One of our people was at a session, of ours or of an ally: they say so, or its host does.

    It stays here, whoever's session it was, and carries what is needed to show it, so that it outlives the
    session, the alliance and the place in it.
    """

    __tablename__ = "confirmation"
    __table_args__ = (
        UniqueConstraint("person_id", "session_id"),
        Index("ix_confirmation_person_id_starts_at_id", "person_id", "starts_at", "id"),
        Index("ix_confirmation_session_id", "session_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    session_id: Mapped[int | None] = mapped_column(ForeignKey("session.id", ondelete="SET NULL"))
    session_uri: Mapped[str] = mapped_column(String(500))
    title: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(10))
    company: Mapped[str] = mapped_column(String(200))
    """Who held it, by name and by address."""
    company_uri: Mapped[str] = mapped_column(String(500))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When it was first said, or said again after it was taken back."""
    own_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the person said so."""
    host_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the host said so; the host learns nothing of the rest."""
    taken_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the person took it back, also where the host had said so."""

    @property
    def holds(self) -> bool:
        """Whether it counts."""
        return self.taken_back_at is None and (self.own_at is not None or self.host_at is not None)


class Badge(Base):
    """A confirmation that somebody took along, signed; the one in their hands works without this row.

    Of one that was taken back nothing but its number stays, also when its owner is forgotten.
    """

    __tablename__ = "badge"
    __table_args__ = (
        Index("ix_badge_person_id", "person_id"),
        Index("ix_badge_confirmation_id", "confirmation_id"),
        Index("ix_badge_revoked_at", "revoked_at"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    """A random UUID (version 4)."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    confirmation_id: Mapped[int | None] = mapped_column(ForeignKey("confirmation.id", ondelete="SET NULL"))
    title: Mapped[str] = mapped_column(String(200), default="")
    is_named: Mapped[bool] = mapped_column(default=False)
    is_shared: Mapped[bool] = mapped_column(default=False)
    """Whether everybody who has its address may read it here."""
    document: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The credential as it was signed; None once it was taken back."""
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class LearningSetting(Base):
    """How this company goes on with what is learned; one row, number 1, or none."""

    __tablename__ = "learning_setting"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hosts_confirm: Mapped[bool] = mapped_column(default=False)
    """Whether hosts may say who of the company was there."""
    is_on: Mapped[bool] = mapped_column(default=False)
    """Whether the record store is told what people agreed to."""
    endpoint: Mapped[str] = mapped_column(String(500), default="")
    """Address of the record store, with a slash at its end."""
    is_inside: Mapped[bool] = mapped_column(default=False)
    """Whether it lies in the company's own network."""
    credentials: Mapped[bytes | None] = mapped_column(LargeBinary)
    """`key:secret`, sealed with purpose "learning_setting.credentials"."""
    version: Mapped[str] = mapped_column(word(*XAPI_VERSIONS, name="version"), default="1.0.3")
    failures: Mapped[int] = mapped_column(SmallInteger, default=0)
    """In a row."""
    next_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When to try again after a failure."""
    last_success_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str] = mapped_column(String(300), default="")
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class IntegrationToken(Base):
    """What another system of the company uses: it reads our catalogue, or says who works here. Stored as its
    SHA-256 only."""

    __tablename__ = "integration_token"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(100))
    scope: Mapped[str] = mapped_column(word(*TOKEN_SCOPES, name="scope"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_on: Mapped[date | None]
    """The last day (UTC)."""


class RecordChoice(Base):
    """Somebody wants the company's record store to know what they learn; no row means no."""

    __tablename__ = "record_choice"

    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    account: Mapped[str] = mapped_column(String(36), unique=True)
    """The name by which the store knows them: a random UUID, another one after each yes."""
    since: Mapped[datetime] = mapped_column(UtcDateTime)


class RecordStatement(Base):
    """One statement for the record store, written together with what it tells and sent in order."""

    __tablename__ = "record_statement"
    __table_args__ = (
        Index("ix_record_statement_state_id", "state", "id"),
        Index("ix_record_statement_person_id_session_id", "person_id", "session_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    statement_id: Mapped[str] = mapped_column(String(36), unique=True)
    """A random UUID; the store takes each once."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    session_id: Mapped[int | None] = mapped_column(ForeignKey("session.id", ondelete="SET NULL"))
    verb: Mapped[str] = mapped_column(word(*RECORD_VERBS, name="verb"))
    is_void: Mapped[bool] = mapped_column(default=False)
    """Taken back, by another statement where this one may have arrived."""
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The JSON, as long as it has not arrived."""
    state: Mapped[str] = mapped_column(word(*RECORD_STATES, name="state"), default="waiting")
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0)
    last_status: Mapped[int | None] = mapped_column(SmallInteger)
    last_error: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
