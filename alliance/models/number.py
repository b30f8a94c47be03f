"""Numbers of months that are over, as they were published: rounded, without small groups, never anew."""

from datetime import date

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from alliance.database import Base


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
