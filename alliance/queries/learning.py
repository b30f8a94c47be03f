"""What somebody has confirmed to have learned: for their own eyes alone."""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.models import Badge, Confirmation
from alliance.queries.sessions import SessionKey

MOST_SHOWN = 50
MOST_TAKEN_ALONG = 5000


async def learned(
    db: AsyncSession, person_id: int, *, after: SessionKey | None = None, limit: int = MOST_SHOWN
) -> tuple[list[Confirmation], SessionKey | None]:
    """What counts, the latest first, and the key for what came before."""
    query = _of(person_id)
    if after is not None:
        earlier = and_(Confirmation.starts_at == after.starts_at, Confirmation.id < after.id)
        query = query.where(or_(Confirmation.starts_at < after.starts_at, earlier))
    found = list(await db.scalars(query.limit(limit + 1)))
    more = len(found) > limit
    del found[limit:]
    return found, SessionKey(found[-1].starts_at, found[-1].id) if more else None


async def everything_learned(db: AsyncSession, person_id: int) -> list[Confirmation]:
    """All that counts, the latest first; 5,000 at most."""
    return list(await db.scalars(_of(person_id).limit(MOST_TAKEN_ALONG)))


async def learned_in_all(db: AsyncSession, person_id: int) -> tuple[int, timedelta]:
    """How many sessions, and how long they were together."""
    rows = await db.execute(
        select(Confirmation.starts_at, Confirmation.ends_at)
        .where(Confirmation.person_id == person_id, _holds())
        .limit(MOST_TAKEN_ALONG)
    )
    lengths = [ends_at - starts_at for starts_at, ends_at in rows]
    return len(lengths), sum(lengths, timedelta())


async def own_confirmation(db: AsyncSession, person_id: int, session_id: int) -> Confirmation | None:
    """One's confirmation of a session, if it counts."""
    return await db.scalar(
        select(Confirmation).where(
            Confirmation.person_id == person_id, Confirmation.session_id == session_id, _holds()
        )
    )


async def confirmed_among(db: AsyncSession, person_id: int, session_ids: Collection[int]) -> set[int]:
    """Those of these sessions that one has confirmed."""
    if not session_ids:
        return set()
    found = await db.scalars(
        select(Confirmation.session_id).where(
            Confirmation.person_id == person_id, Confirmation.session_id.in_(session_ids), _holds()
        )
    )
    return {session_id for session_id in found if session_id is not None}


async def badges_of(
    db: AsyncSession, person_id: int, confirmation_ids: Collection[int]
) -> dict[int, list[Badge]]:
    """One's badges in force, by the confirmation that they were made of."""
    if not confirmation_ids:
        return {}
    rows = await db.scalars(
        select(Badge)
        .where(
            Badge.person_id == person_id,
            Badge.confirmation_id.in_(confirmation_ids),
            Badge.revoked_at.is_(None),
        )
        .order_by(Badge.issued_at, Badge.id)
    )
    found: dict[int, list[Badge]] = {}
    for badge in rows:
        found.setdefault(badge.confirmation_id or 0, []).append(badge)
    return found


def _of(person_id: int) -> Select[Confirmation]:
    return (
        select(Confirmation)
        .where(Confirmation.person_id == person_id, _holds())
        .order_by(Confirmation.starts_at.desc(), Confirmation.id.desc())
    )


def _holds() -> ColumnElement[bool]:
    said = or_(Confirmation.own_at.is_not(None), Confirmation.host_at.is_not(None))
    return and_(Confirmation.taken_back_at.is_(None), said)
