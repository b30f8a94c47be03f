"""Finds out what a Note is about: a session, or what somebody said about one."""

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from alliance.models import Comment, Session
from federation.models import OutboxActivity
from federation.told import SessionNote
from federation.uris import Uris


@dataclass(frozen=True)
class Place:
    """The session that a Note is about, with its company, and the comment that it answers."""

    session: Session
    parent: Comment | None = None


async def place_of(db: AsyncSession, uris: Uris, about: str | None) -> Place | None:
    """The place that `inReplyTo` names: a session, by id or page or what we said about it, or a comment.

    None for anything else.
    """
    if about is None:
        return None
    if not uris.is_ours(about):
        return await _elsewhere(db, about)
    if (session_id := uris.session_id(about)) is not None:
        return await _session(db, session_id)
    if (key := uris.comment_key(about)) is not None:
        return await _comment(db, *key)
    if (note_id := uris.note_id(about)) is not None:
        return await _told(db, note_id)
    if (activity_id := uris.activity_id(about)) is not None:
        return await _activity(db, uris, activity_id)
    return None


async def _elsewhere(db: AsyncSession, about: str) -> Place | None:
    comment = await db.scalar(
        select(Comment)
        .where(Comment.uri == about)
        .options(joinedload(Comment.session).joinedload(Session.company))
    )
    if comment is not None:
        return Place(comment.session, comment)
    named = or_(Session.uri == about, Session.url == about)
    session = await db.scalar(select(Session).where(named).limit(1).options(joinedload(Session.company)))
    return Place(session) if session is not None and session.uri is not None else None


async def _session(db: AsyncSession, session_id: int) -> Place | None:
    session = await db.scalar(
        select(Session).where(Session.id == session_id).options(joinedload(Session.company))
    )
    return Place(session) if session is not None and session.uri is None else None


async def _told(db: AsyncSession, note_id: int) -> Place | None:
    """The short Note about a cancellation, a delay or a new time, also one that was taken back."""
    told = await db.get(SessionNote, note_id)
    return await _session(db, told.session_id) if told is not None else None


async def _comment(db: AsyncSession, comment_id: int, token: str) -> Place | None:
    comment = await db.scalar(
        select(Comment)
        .where(Comment.id == comment_id, Comment.token == token, Comment.uri.is_(None))
        .options(joinedload(Comment.session).joinedload(Session.company))
    )
    return Place(comment.session, comment) if comment is not None else None


async def _activity(db: AsyncSession, uris: Uris, activity_id: int) -> Place | None:
    """People also answer an Announce or a Create; that is about what those are about."""
    stored = await db.get(OutboxActivity, activity_id)
    if stored is None or stored.type not in ("Announce", "Create", "Update"):
        return None
    is_activity = uris.activity_id(stored.object_uri) is not None
    return None if is_activity else await place_of(db, uris, stored.object_uri)
