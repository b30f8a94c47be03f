"""What the search finds: one row for each thing, in words that are compared as they are."""

from sqlalchemy import Index, String, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from alliance.database import Base

# No minute in it: below the first minute there is.
_TIMELESS = f"id < {1 << 34}"


class SearchDocument(Base):
    """Folded words and stems of one thing, and marks such as `_t_5`; never shown to anybody.

    Whether somebody may see the thing is asked of the thing itself. On SQLite the table `search_index` (FTS5)
    reads title, topics, host, body and marks from here and is kept up by triggers; on PostgreSQL `vector`
    holds the same words.
    """

    __tablename__ = "search_document"
    __table_args__ = (
        UniqueConstraint("kind", "object_id"),
        Index("ix_search_document_vector", "vector", postgresql_using="gin"),
        # Of a million things a few thousand have no time; looking through all for these took half a second.
        Index(
            "ix_search_document_timeless",
            "vector",
            postgresql_using="gin",
            postgresql_where=text(_TIMELESS),
            sqlite_where=text(_TIMELESS),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """In the order of time: the minute of the start (0 for what has none) above 34 bits of the thing's id."""
    kind: Mapped[str] = mapped_column(String(20))
    """`session`, `expert`, `community`, `wish`."""
    object_id: Mapped[int]
    title: Mapped[str] = mapped_column(Text)
    topics: Mapped[str] = mapped_column(Text)
    host: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    marks: Mapped[str] = mapped_column(Text)
    vector: Mapped[str | None] = mapped_column(TSVECTOR().with_variant(Text(), "sqlite"))


class SearchWord(Base):
    """A word of a title, a topic or a name, by what remains of it when a letter is left out."""

    __tablename__ = "search_word"

    variant: Mapped[str] = mapped_column(String(40), primary_key=True)
    word: Mapped[str] = mapped_column(String(40), primary_key=True)
