"""Whether sessions helped, in sums alone: no row says who answered what, or when."""

from sqlalchemy import ForeignKey, LargeBinary, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from alliance.database import Base


class FeedbackTally(Base):
    """What people of this company said about one session, of ours or of an ally.

    `batches` and `points` are what may be shown: for each five answers one batch and 0, 1 or 2 points. What
    has not come to five yet is `sealed`, always the same length, and can't be read from the database alone.
    """

    __tablename__ = "feedback_tally"

    session_id: Mapped[int] = mapped_column(
        ForeignKey("session.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    batches: Mapped[int] = mapped_column(SmallInteger, default=0)
    points: Mapped[int] = mapped_column(SmallInteger, default=0)
    told_batches: Mapped[int] = mapped_column(SmallInteger, default=0)
    """How many of them the company that holds the session has been told of."""
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class FeedbackGiven(Base):
    """That somebody has answered, as a keyed digest of session and person: nothing else.

    Rows have neither number nor moment, and on SQLite they are stored in the order of the digests, so that
    nothing tells which came first. Thrown away when the answers to a session are closed.
    """

    __tablename__ = "feedback_given"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - the shape that SQLAlchemy asks for

    session_id: Mapped[int] = mapped_column(
        ForeignKey("session.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    mark: Mapped[str] = mapped_column(String(32), primary_key=True)


class FeedbackFromAlly(Base):
    """What an allied company says that its people said about a session of ours: sums of five at least."""

    __tablename__ = "feedback_from_ally"

    session_id: Mapped[int] = mapped_column(
        ForeignKey("session.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    company_id: Mapped[int] = mapped_column(
        ForeignKey("company.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    batches: Mapped[int] = mapped_column(SmallInteger)
    points: Mapped[int] = mapped_column(SmallInteger)
