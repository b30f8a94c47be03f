"""That a worker is there: one row for each machine on which one runs."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from alliance.database import Base, UtcDateTime


class SignOfLife(Base):
    """When a worker on this machine last said that it works."""

    __tablename__ = "sign_of_life"

    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    """Of the machine."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)
