"""Accounts on this instance and their sign-ins."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alliance.database import Base, UtcDateTime, word
from alliance.models.person import Person

ROLES = ("employee", "council", "moderator", "admin")
SIGN_IN_METHODS = ("password", "oidc", "passkey", "link")


class Employee(Base):
    """An account; shares its identifier with the person it belongs to. E-mail never leaves the company."""

    __tablename__ = "employee"

    id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    email: Mapped[str] = mapped_column(String(320), unique=True)
    """Lower case."""
    password_hash: Mapped[str | None] = mapped_column(String(200))
    """argon2id; None means that no password signs in."""
    roles: Mapped[list[str]] = mapped_column(JSON, default=lambda: ["employee"])
    language: Mapped[str | None] = mapped_column(String(10))
    timezone: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship(lazy="raise")

    def has_role(self, role: str) -> bool:
        """Whether the account may act as `role`; admins may act as moderators, and read as the council."""
        implied = role in ("moderator", "council") and "admin" in self.roles
        return role in self.roles or implied or role == "employee"


class SignIn(Base):
    """A browser that is signed in; the cookie's token is stored as its SHA-256 only."""

    __tablename__ = "sign_in"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    method: Mapped[str] = mapped_column(word(*SIGN_IN_METHODS, name="method"), server_default="password")
    device: Mapped[str] = mapped_column(String(60), server_default="")
    """Browser and system in two words, as its owner recognises it; no address, no version."""
    identity_id: Mapped[int | None] = mapped_column(ForeignKey("identity.id", ondelete="CASCADE"), index=True)
    """By which identity at the company's provider, for method `oidc`."""
    provider_session: Mapped[str | None] = mapped_column(String(255), index=True)
    """The provider's own name of its session (`sid`), by which it says that it ended."""
    id_token: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Sealed; handed back to the provider when somebody wants to be signed out there too."""

    employee: Mapped[Employee] = relationship(lazy="raise")


class SignInAttempt(Base):
    """Failed sign-ins of one account from one address, for the lockout; keyed by a digest of both."""

    __tablename__ = "sign_in_attempt"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    locked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
