"""Accounts and groups as the company's directory names them (SCIM 2.0, RFC 7643)."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alliance.database import Base, UtcDateTime
from alliance.models.employee import Employee


class ProvisionedUser(Base):
    """What the directory calls an account; only those that it has named itself have one."""

    __tablename__ = "provisioned_user"

    employee_id: Mapped[int] = mapped_column(
        ForeignKey("employee.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    user_name: Mapped[str] = mapped_column(String(320))
    user_name_key: Mapped[str] = mapped_column(String(320), unique=True)
    """In lower case: the directory's names differ by more than that."""
    external_id: Mapped[str | None] = mapped_column(String(255), unique=True)
    """The directory's own key, which is never given to somebody else."""
    display_name: Mapped[str | None] = mapped_column(String(200))
    given_name: Mapped[str | None] = mapped_column(String(200))
    family_name: Mapped[str | None] = mapped_column(String(200))
    formatted_name: Mapped[str | None] = mapped_column(String(200))
    email_type: Mapped[str | None] = mapped_column(String(60))
    """What the directory says of the address, such as `work`."""
    email_is_primary: Mapped[bool | None]
    """The same: whether it is the main one."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    """When the directory deleted it; the account is closed since then, and erased a month later."""

    employee: Mapped[Employee] = relationship(lazy="raise")


class ProvisionedGroup(Base):
    """A group of the directory; some of them give roles (`ALLIANCE_OIDC_ADMIN_GROUPS` and the like)."""

    __tablename__ = "provisioned_group"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(255))
    name_key: Mapped[str] = mapped_column(String(255), unique=True)
    """In lower case."""
    external_id: Mapped[str | None] = mapped_column(String(255), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ProvisionedMember(Base):
    """Who is in which group."""

    __tablename__ = "provisioned_member"

    group_id: Mapped[int] = mapped_column(
        ForeignKey("provisioned_group.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    employee_id: Mapped[int] = mapped_column(
        ForeignKey("employee.id", ondelete="CASCADE"), primary_key=True, autoincrement=False, index=True
    )

    group: Mapped[ProvisionedGroup] = relationship(lazy="raise")
