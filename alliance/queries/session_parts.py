"""What belongs to sessions, loaded for many at once by statements that are made once and kept.

SQLAlchemy's own `selectinload` makes its statement anew each time, which takes three times as long as asking.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value

from alliance.database import WholeNumber
from alliance.models import (
    CoHost,
    Company,
    Material,
    Person,
    Series,
    Session,
    SessionTranslation,
    Topic,
    Transcript,
    session_topic,
)
from alliance.queries.given import at_once

PARTS = ("topics", "translations", "materials", "transcripts", "co_hosts")


async def load_topics(db: AsyncSession, sessions: Sequence[Session]) -> None:
    """The topics of these sessions. One query."""
    await load_parts(db, sessions, ("topics",))


async def load_everything(db: AsyncSession, sessions: Sequence[Session]) -> None:
    """Also other languages, materials, transcripts without lines, who holds them too, series. Six queries."""
    await load_parts(db, sessions, PARTS)
    await load_series(db, sessions)


async def load_series(db: AsyncSession, sessions: Sequence[Session]) -> None:
    """The series that these sessions are dates of. One query, none where there is no such session."""
    without = [session for session in sessions if "series" not in session.__dict__]
    numbers = {session.series_id for session in without if session.series_id is not None}
    found = {}
    if numbers:
        found = {series.id: series for series in await db.scalars(_series(), {"ids": sorted(numbers)})}
    for session in without:
        set_committed_value(session, "series", found.get(session.series_id))


@cache
def _series() -> Any:
    return select(Series).where(Series.id.in_(bindparam("ids", type_=WholeNumber, expanding=True)))


async def load_parts(db: AsyncSession, sessions: Sequence[Session], parts: Sequence[str]) -> None:
    """Those of PARTS; what is loaded already stays. One query each."""
    for part in parts:
        without = {session.id: session for session in sessions if part not in session.__dict__}
        if not without:
            continue
        found: dict[int, list[Any]] = {number: [] for number in without}
        for number, one in await db.execute(_part(part), {"ids": list(without)}):
            found[number].append(one)
        for number, session in without.items():
            set_committed_value(session, part, found[number])


def without_parts(session: Session, parts: Sequence[str]) -> None:
    """Notes that a session is known to have none of these."""
    for part in parts:
        if part not in session.__dict__:
            set_committed_value(session, part, [])


@cache
def _part(name: str) -> Any:
    """Ids of sessions with what belongs to them, in the order of the models."""
    return at_once(_owned(name))


def _owned(name: str) -> Any:
    ids = bindparam("ids", type_=WholeNumber, expanding=True)
    if name == "topics":
        carried = session_topic.c
        query = select(carried.session_id, Topic).join(Topic, Topic.id == carried.topic_id)
        return query.where(carried.session_id.in_(ids)).order_by(Topic.slug)
    if name == "translations":
        said = SessionTranslation
        return select(said.session_id, said).where(said.session_id.in_(ids)).order_by(said.language)
    if name == "materials":
        return select(Material.session_id, Material).where(Material.session_id.in_(ids)).order_by(Material.id)
    if name == "transcripts":
        said_there = select(Transcript.session_id, Transcript).where(Transcript.session_id.in_(ids))
        return said_there.order_by(Transcript.language)
    query = select(CoHost.session_id, CoHost).where(CoHost.session_id.in_(ids), CoHost.state == "yes")
    people = joinedload(CoHost.person).joinedload(Person.company).joinedload(Company.partner)
    return query.order_by(CoHost.id).options(people)
