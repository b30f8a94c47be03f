"""Apps that act for employees: what registered here, what was allowed to it, and the tokens it holds."""

from datetime import date, datetime

from sqlalchemy import JSON, Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alliance.database import Base, UtcDateTime
from alliance.models.employee import Employee


class App(Base):
    """An app as it registered itself (RFC 7591); anybody may, so nothing of it is to be believed."""

    __tablename__ = "app"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    client_id: Mapped[str] = mapped_column(String(64), unique=True)
    secret_hash: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the client secret."""
    name: Mapped[str] = mapped_column(String(60))
    website: Mapped[str | None] = mapped_column(String(2000))
    redirect_uris: Mapped[list[str]] = mapped_column(JSON)
    scopes: Mapped[list[str]] = mapped_column(JSON)
    """The most that it may ask for."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    first_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When somebody first allowed it something; without that it is forgotten soon."""


class AppCode(Base):
    """What an app exchanges for a token, once and soon (RFC 6749, 4.1.2); stored as its SHA-256 only."""

    __tablename__ = "app_code"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    app_id: Mapped[int] = mapped_column(ForeignKey("app.id", ondelete="CASCADE"), index=True)
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id", ondelete="CASCADE"), index=True)
    redirect_uri: Mapped[str] = mapped_column(String(2000))
    scopes: Mapped[list[str]] = mapped_column(JSON)
    challenge: Mapped[str | None] = mapped_column(String(43))
    """The S256 challenge of RFC 7636, if the app sent one."""
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    token_id: Mapped[int | None] = mapped_column()
    """Which token it was exchanged for; a second exchange ends that token."""


class AppToken(Base):
    """An app's right to act for an employee (None: for nobody but itself), until somebody ends it."""

    __tablename__ = "app_token"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    app_id: Mapped[int] = mapped_column(ForeignKey("app.id", ondelete="CASCADE"), index=True)
    employee_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id", ondelete="CASCADE"), index=True)
    scopes: Mapped[list[str]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Of people whom the company's provider vouches for: each time it does so, it is moved on."""
    used_in: Mapped[date | None] = mapped_column(Date)
    """The first day of the month in which it was last used: enough to tell what is forgotten."""

    app: Mapped[App] = relationship(lazy="raise")
    employee: Mapped[Employee | None] = relationship(lazy="raise")
