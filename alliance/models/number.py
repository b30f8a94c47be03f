"""Numbers of months that are over, as they were published: rounded, without small groups, never anew."""

from datetime import date, datetime

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from alliance.database import Base, UtcDateTime


class MonthlyNumber(Base):
    """One published number. What counts people is a multiple of the threshold that held; none is smaller.

    `key` is the part of the report: a company's number, a topic, or a word such as `ours`. A month of which
    the numbers were made has a row of the report `month`, whatever else there is.
    """

    __tablename__ = "monthly_number"

    month: Mapped[date] = mapped_column(primary_key=True)
    """Its first day."""
    report: Mapped[str] = mapped_column(String(20), primary_key=True)
    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[int]


class NumberTally(Base):
    """How many people of which company took part in the months that are not over; there is one.

    The exact sums are `sealed` and can't be read from the database alone. Names in sessions are forgotten
    before a month is over, so each session is counted soon after it began; this is up to which.
    """

    __tablename__ = "number_tally"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    """JSON: for each month the companies' numbers; sealed with purpose "number_tally.sealed"."""
    counted_from: Mapped[datetime] = mapped_column(UtcDateTime)
    """The start of the last session that was counted, and its number."""
    counted_id: Mapped[int]
