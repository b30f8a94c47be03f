"""What we have said in private to people elsewhere about a session: polls, answers, help; and how often."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, ForeignKey, Index, String, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column

from alliance.database import Base, UtcDateTime, word
from alliance.identifiers import first_identifier_of
from alliance.retention import kept_for
from alliance.unit_of_work import UnitOfWork
from federation.uris import host_of

RSVP_KINDS = ("word", "answer", "poll", "help")
COUNTED = ("word", "poll", "help")
# What one person may make us say in an hour, whatever their dialect.
MOST_AN_HOUR = 30
# What nobody has to be answered by, polls and help, for all people of one server.
MOST_OFFERED_AN_HOUR = 300
OFFERED = ("poll", "help")
# Polls and help are said once a day to one person about one session.
SAID_AGAIN_AFTER = timedelta(days=1)


def _host_of_actor(context: Any) -> str:
    return host_of(context.get_current_parameters()["actor_uri"])


class RsvpMessage(Base):
    """One message to one person; `id` is the number of the Create that carried it.

    `answer`: where they stand. `poll`: they were asked whether they come. `help`: they were told which words
    are understood. `word`: something that they said made us act, however it was answered; it only counts.
    """

    __tablename__ = "rsvp_message"
    __table_args__ = (
        Index("ix_rsvp_message_actor_uri_id", "actor_uri", "id"),
        Index("ix_rsvp_message_host_id", "host", "id"),
        Index("ix_rsvp_message_session_id_kind", "session_id", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    actor_uri: Mapped[str] = mapped_column(String(500))
    host: Mapped[str] = mapped_column(String(260), default=_host_of_actor)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(word(*RSVP_KINDS, name="kind"))
    language: Mapped[str] = mapped_column(String(10), default="")
    """The language of a poll: a vote is one of its options, word by word."""
    reply_to: Mapped[str | None] = mapped_column(String(500))
    """What a poll answered; it is written again when the poll closes."""
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Polls: since when votes no longer count, where that is before the session begins."""


async def speaks_too_often(uow: UnitOfWork, actor_uri: str) -> bool:
    """Whether somebody has made us act 30 times within the last hour."""
    lately = first_identifier_of(uow.now - timedelta(hours=1))
    count = select(func.count()).where(
        RsvpMessage.actor_uri == actor_uri, RsvpMessage.id >= lately, RsvpMessage.kind.in_(COUNTED)
    )
    return (await uow.db.scalar(count) or 0) >= MOST_AN_HOUR


async def may_be_offered(uow: UnitOfWork, actor_uri: str, session_id: int | None, kind: str) -> bool:
    """Whether a poll, or help, is due: once a day for each person and session, 300 an hour for a server."""
    since = first_identifier_of(uow.now - SAID_AGAIN_AFTER)
    said = select(RsvpMessage.id).where(
        RsvpMessage.actor_uri == actor_uri,
        RsvpMessage.id >= since,
        RsvpMessage.kind == kind,
        RsvpMessage.session_id == session_id if session_id else RsvpMessage.session_id.is_(None),
    )
    if await uow.db.scalar(said.limit(1)) is not None:
        return False
    lately = first_identifier_of(uow.now - timedelta(hours=1))
    offered = select(func.count()).where(
        RsvpMessage.host == host_of(actor_uri), RsvpMessage.id >= lately, RsvpMessage.kind.in_(OFFERED)
    )
    return (await uow.db.scalar(offered) or 0) < MOST_OFFERED_AN_HOUR


async def count_word(uow: UnitOfWork, actor_uri: str, session_id: int) -> None:
    """Remembers that somebody made us act."""
    uow.db.add(RsvpMessage(id=uow.new_id(), actor_uri=actor_uri, session_id=session_id, kind="word"))
    await uow.db.flush()


async def forget_messages_to(uow: UnitOfWork, actor_uri: str) -> None:
    """Somebody is gone, and so is what was said to them."""
    await uow.db.execute(
        delete(RsvpMessage)
        .where(RsvpMessage.actor_uri == actor_uri)
        .execution_options(synchronize_session=False)
    )


async def forget_old_messages(uow: UnitOfWork, most: int) -> int:
    """What was said long ago is forgotten, at most so many at once; tells how many that were."""
    old = first_identifier_of(uow.now - kept_for(uow.settings.retention, "rsvp_messages"))
    chosen = select(RsvpMessage.id).where(RsvpMessage.id < old).order_by(RsvpMessage.id).limit(most)
    done = await uow.db.execute(
        delete(RsvpMessage)
        .where(RsvpMessage.id.in_(chosen.scalar_subquery()))
        .execution_options(synchronize_session=False)
    )
    return done.rowcount if isinstance(done, CursorResult) else 0
