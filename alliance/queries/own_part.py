"""What a session is to one person: their place, whether they hold it too, whether they saved it."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value

from alliance.models import Attendance, CoHost, SavedSession, Session
from alliance.queries.given import at_once, given_number


@dataclass(frozen=True)
class OwnPart:
    """Attendance and hosting have their session loaded."""

    attendance: Attendance | None = None
    hosting: CoHost | None = None
    is_saved: bool = False


async def own_part(db: AsyncSession, person_id: int | None, session: Session) -> OwnPart:
    """What `session` is to this person; nothing for strangers. One query."""
    if person_id is None:
        return OwnPart()
    rows = await db.execute(_own_part(), {"me": person_id, "session": session.id})
    attendance, hosting, saved = rows.one()
    for row in (attendance, hosting):
        if row is not None:
            set_committed_value(row, "session", session)
    return OwnPart(attendance, hosting, saved is not None)


@cache
def _own_part() -> Any:
    me = given_number("me")
    return at_once(
        select(Attendance, CoHost, SavedSession.session_id)
        .select_from(Session)
        .outerjoin(Attendance, and_(Attendance.session_id == Session.id, Attendance.person_id == me))
        .outerjoin(CoHost, and_(CoHost.session_id == Session.id, CoHost.person_id == me))
        .outerjoin(SavedSession, and_(SavedSession.session_id == Session.id, SavedSession.person_id == me))
        .where(Session.id == given_number("session"))
    )
