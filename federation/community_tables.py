"""The table of what is still to be told about our communities."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from alliance.database import Base, UtcDateTime


class CommunityNews(Base):
    """A community of ours has other members than before; partners are told at `due_at`."""

    __tablename__ = "community_news"

    community_id: Mapped[int] = mapped_column(
        ForeignKey("community.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
