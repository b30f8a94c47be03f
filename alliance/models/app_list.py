"""Lists of people and companies that somebody reads in a timeline of its own."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alliance.database import Base, UtcDateTime, word

REPLIES_POLICIES = ("followed", "list", "none")
MOST_LISTS = 50
MOST_MEMBERS = 500
LIST_TITLE_LIMIT = 120


class AppList(Base):
    """One list of one of our people; nobody else knows of it."""

    __tablename__ = "app_list"
    __table_args__ = (Index("ix_app_list_person_id_id", "person_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    title: Mapped[str] = mapped_column(String(LIST_TITLE_LIMIT))
    replies_policy: Mapped[str] = mapped_column(word(*REPLIES_POLICIES, name="replies_policy"))
    """Whose answers it shows: to whoever is followed, to members, or none."""
    is_exclusive: Mapped[bool] = mapped_column(default=False)
    """Whether what its members say stays out of the home timeline."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    members: Mapped[list["AppListMember"]] = relationship(
        lazy="raise", cascade="all, delete-orphan", passive_deletes=True, order_by="AppListMember.id"
    )


class AppListMember(Base):
    """A person or a company on a list."""

    __tablename__ = "app_list_member"
    __table_args__ = (
        UniqueConstraint("list_id", "account_id"),
        Index("ix_app_list_member_account_id", "account_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    list_id: Mapped[int] = mapped_column(ForeignKey("app_list.id", ondelete="CASCADE"))
    account_id: Mapped[int]
