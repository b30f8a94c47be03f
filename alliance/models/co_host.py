"""Who holds a session together with its host, and who was asked to."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alliance.database import Base, UtcDateTime, word
from alliance.models.person import Person
from alliance.models.session import Session

MOST_CO_HOSTS = 5
CO_HOST_STATES = ("asked", "yes", "no", "over")


class CoHost(Base):
    """One person who was asked to hold a session together with its host; shown only in the state `yes`.

    `no`: they declined or stepped down. `over`: the host's company took the question, or the yes, back.
    In sessions of other companies our own people have a row because they were asked, everybody else because
    their yes was seen where they gave it.
    """

    __tablename__ = "co_host"
    __table_args__ = (
        UniqueConstraint("session_id", "person_id"),
        Index("ix_co_host_person_id_state", "person_id", "state"),
        Index("ix_co_host_request_uri", "request_uri"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(word(*CO_HOST_STATES, name="state"))
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    """When the present state began; where a yes was looked up elsewhere, when that was last done."""
    request_uri: Mapped[str | None] = mapped_column(String(500))
    """The invitation from one company to the other; an answer must name it. None among colleagues."""
    answer_uri: Mapped[str | None] = mapped_column(String(500))
    """The message by which somebody of another company than the session's said yes; others look it up."""
    personal_link: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Sealed with purpose "attendance.personal_link": our employee's way into a partner's meeting."""

    session: Mapped[Session] = relationship(lazy="raise")
    person: Mapped[Person] = relationship(lazy="raise")
