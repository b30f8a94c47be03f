"""What a session is to one person, and what there is around it at all."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value

from alliance.models import Attendance, CoHost, Comment, CommunityPost, Reaction, SavedSession, Session, Story
from alliance.queries.given import at_once, given_number


@dataclass(frozen=True)
class OwnPart:
    """Their place, whether they hold it too, whether they saved it; rows have their session loaded.

    What there is around a session is said for everybody alike, so that what is not there need not be looked
    for: who may see what is there is asked of the thing itself.
    """

    attendance: Attendance | None = None
    hosting: CoHost | None = None
    is_saved: bool = False
    is_talked_about: bool = False
    is_told_about: bool = False
    has_reactions: bool = False
    is_in_communities: bool = False


async def own_part(db: AsyncSession, person_id: int | None, session: Session) -> OwnPart:
    """What `session` is to this person, nothing for strangers, and what there is around it. One query."""
    rows = await db.execute(_own_part(), {"me": person_id, "session": session.id})
    attendance, hosting, saved, *around = rows.one()
    for row in (attendance, hosting):
        if row is not None:
            set_committed_value(row, "session", session)
    return OwnPart(attendance, hosting, saved is not None, *map(bool, around))


@cache
def _own_part() -> Any:
    me = given_number("me")
    there = given_number("session")
    return at_once(
        select(
            Attendance,
            CoHost,
            SavedSession.session_id,
            _any(Comment.session_id == there),
            _any(Story.session_id == there),
            _any(Reaction.session_id == there),
            _any(and_(CommunityPost.kind == "session", CommunityPost.subject_id == there)),
        )
        .select_from(Session)
        .outerjoin(Attendance, and_(Attendance.session_id == Session.id, Attendance.person_id == me))
        .outerjoin(CoHost, and_(CoHost.session_id == Session.id, CoHost.person_id == me))
        .outerjoin(SavedSession, and_(SavedSession.session_id == Session.id, SavedSession.person_id == me))
        .where(Session.id == there)
    )


def _any(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(condition)
