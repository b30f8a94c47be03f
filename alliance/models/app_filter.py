"""What somebody does not want to read: filters with their words and single things that are filtered."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alliance.database import Base, UtcDateTime, word

FILTER_ACTIONS = ("warn", "hide", "blur")
FILTER_CONTEXTS = ("home", "notifications", "public", "thread", "account")
MOST_FILTERS = 100
MOST_KEYWORDS = 500
"""Over all filters of one person."""
MOST_FILTERED_POSTINGS = 200
FILTER_TITLE_LIMIT = 255
KEYWORD_LIMIT = 255


class AppFilter(Base):
    """One filter of one of our people."""

    __tablename__ = "app_filter"
    __table_args__ = (Index("ix_app_filter_person_id_id", "person_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    title: Mapped[str] = mapped_column(String(FILTER_TITLE_LIMIT))
    contexts: Mapped[list[str]] = mapped_column(JSON)
    """Where it holds, of FILTER_CONTEXTS."""
    action: Mapped[str] = mapped_column(word(*FILTER_ACTIONS, name="action"))
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    keywords: Mapped[list["FilterKeyword"]] = relationship(
        lazy="raise", cascade="all, delete-orphan", passive_deletes=True, order_by="FilterKeyword.id"
    )
    postings: Mapped[list["FilterPosting"]] = relationship(
        lazy="raise", cascade="all, delete-orphan", passive_deletes=True, order_by="FilterPosting.id"
    )


class FilterKeyword(Base):
    """A word, or several, that a filter looks for."""

    __tablename__ = "filter_keyword"
    __table_args__ = (Index("ix_filter_keyword_filter_id_id", "filter_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    filter_id: Mapped[int] = mapped_column(ForeignKey("app_filter.id", ondelete="CASCADE"))
    keyword: Mapped[str] = mapped_column(String(KEYWORD_LIMIT))
    is_whole_word: Mapped[bool] = mapped_column(default=True)


class FilterPosting(Base):
    """One thing that a filter hides, whatever words are in it."""

    __tablename__ = "filter_posting"
    __table_args__ = (UniqueConstraint("filter_id", "posting_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    filter_id: Mapped[int] = mapped_column(ForeignKey("app_filter.id", ondelete="CASCADE"))
    posting_id: Mapped[int]
