"""Calls for learning circles and circles, as those see them who may."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload

from alliance.circle_visibility import visible_circle_calls, visible_circles
from alliance.models import (
    Circle,
    CircleCall,
    CircleMember,
    CircleNote,
    CirclePlace,
    Company,
    Employee,
    Partner,
    Person,
    PitStop,
    Session,
)
from alliance.visibility import Viewer, visible_sessions

MOST_CALLS = MOST_COMPANIES = 50
NEWEST_NOTES = 50


@dataclass(frozen=True)
class OwnCircle:
    """A circle that somebody is in, or asked to be in, and how they stand to it."""

    circle: Circle
    answer: str


async def circle_calls(db: AsyncSession, viewer: Viewer, now: datetime) -> Sequence[CircleCall]:
    """Calls that one can still sign up for, the soonest matching day first. One query."""
    rows = await db.scalars(
        select(CircleCall)
        .where(visible_circle_calls(viewer), CircleCall.state == "open", CircleCall.sign_up_until > now)
        .order_by(CircleCall.sign_up_until, CircleCall.id)
        .options(joinedload(CircleCall.company), joinedload(CircleCall.organiser))
        .limit(MOST_CALLS)
    )
    return rows.all()


async def organised_calls(db: AsyncSession, viewer: Viewer) -> Sequence[CircleCall]:
    """The viewer's own calls, newest first. One query."""
    rows = await db.scalars(
        select(CircleCall)
        .where(visible_circle_calls(viewer), CircleCall.organiser_id == viewer.person_id)
        .order_by(CircleCall.id.desc())
        .options(joinedload(CircleCall.company))
        .limit(MOST_CALLS)
    )
    return rows.all()


async def circle_call(db: AsyncSession, viewer: Viewer, call_id: int) -> CircleCall | None:
    """One call. One query."""
    return await db.scalar(
        select(CircleCall)
        .where(CircleCall.id == call_id, visible_circle_calls(viewer))
        .options(joinedload(CircleCall.company), joinedload(CircleCall.organiser))
    )


async def own_place(db: AsyncSession, viewer: Viewer, call_id: int) -> CirclePlace | None:
    """How the viewer signed up, with whom they want to be. One query."""
    return await db.scalar(
        select(CirclePlace)
        .where(CirclePlace.call_id == call_id, CirclePlace.person_id == viewer.person_id)
        .options(joinedload(CirclePlace.partner))
    )


async def has_circle(db: AsyncSession, place_id: int) -> bool:
    """Whether somebody who signed up is in a circle, or asked to be. One query."""
    member = select(CircleMember.id).where(
        CircleMember.place_id == place_id, CircleMember.answer.in_(("asked", "yes"))
    )
    return await db.scalar(member.limit(1)) is not None


async def who_waits_for(db: AsyncSession, viewer: Viewer, call_id: int) -> Person | None:
    """The first colleague who wants to be in a circle with the viewer. One query."""
    return await db.scalar(
        select(Person)
        .join(CirclePlace, CirclePlace.person_id == Person.id)
        .where(CirclePlace.call_id == call_id, CirclePlace.partner_id == viewer.person_id)
        .order_by(CirclePlace.since)
        .limit(1)
    )


async def names_of(db: AsyncSession, person_ids: Sequence[int]) -> list[str]:
    """The handles of these colleagues, for the one who named them. One query."""
    rows = await db.scalars(select(Person.username).where(Person.id.in_(person_ids)).order_by(Person.id))
    return list(rows.all())


async def signed_up(db: AsyncSession, call_id: int) -> dict[int, int]:
    """How many people have signed up, by company. One query."""
    rows = await db.execute(
        select(CirclePlace.company_id, func.count())
        .where(CirclePlace.call_id == call_id)
        .group_by(CirclePlace.company_id)
    )
    return {row[0]: row[1] for row in rows}


async def allied_names(db: AsyncSession, wanted: Sequence[int] | None = None) -> dict[int, str]:
    """The companies that people can be in circles with, by number; at most `wanted`. One query."""
    allied = (
        select(Company.id, Company.name)
        .join(Partner, Partner.company_id == Company.id)
        .where(Partner.state == "allied")
        .order_by(Company.name)
        .limit(MOST_COMPANIES)
    )
    rows = await db.execute(allied if wanted is None else allied.where(Company.id.in_(wanted)))
    return {row[0]: row[1] for row in rows}


async def companies_by_host(db: AsyncSession, hosts: Sequence[str]) -> dict[str, Company]:
    """These companies. One query."""
    rows = await db.scalars(select(Company).where(Company.host.in_(hosts)))
    return {company.host: company for company in rows}


async def own_circles(db: AsyncSession, viewer: Viewer) -> list[OwnCircle]:
    """Circles that the viewer is in or asked to be in, newest first, with call and meetings. Two queries."""
    rows = await db.execute(
        select(Circle, CircleMember.answer)
        .join(CircleMember, CircleMember.circle_id == Circle.id)
        .join(CirclePlace, CirclePlace.id == CircleMember.place_id)
        .where(visible_circles(viewer), CirclePlace.person_id == viewer.person_id, Circle.state != "ended")
        .where(CircleMember.answer.in_(("asked", "yes")))
        .order_by(Circle.id.desc())
        .options(joinedload(Circle.call), selectinload(Circle.meetings))
        .limit(MOST_CALLS)
    )
    return [OwnCircle(circle, answer) for circle, answer in rows.unique()]


async def own_circle(db: AsyncSession, viewer: Viewer, circle_id: int) -> OwnCircle | None:
    """One of these in full, with its people and their companies. Four queries; None for everybody else."""
    row = (
        await db.execute(
            select(Circle, CircleMember.answer)
            .join(CircleMember, CircleMember.circle_id == Circle.id)
            .join(CirclePlace, CirclePlace.id == CircleMember.place_id)
            .where(Circle.id == circle_id, visible_circles(viewer))
            .where(CirclePlace.person_id == viewer.person_id, CircleMember.answer.in_(("asked", "yes")))
            .options(
                joinedload(Circle.call).joinedload(CircleCall.company),
                selectinload(Circle.meetings),
                selectinload(Circle.members)
                .joinedload(CircleMember.place)
                .options(
                    joinedload(CirclePlace.company).joinedload(Company.partner),
                    joinedload(CirclePlace.person),
                ),
            )
        )
    ).unique().one_or_none()  # fmt: skip
    return OwnCircle(row[0], row[1]) if row is not None else None


async def circle_notes(db: AsyncSession, circle_id: int) -> Sequence[CircleNote]:
    """The newest words in a circle, newest first. One query."""
    rows = await db.scalars(
        select(CircleNote)
        .where(CircleNote.circle_id == circle_id)
        .order_by(CircleNote.id.desc())
        .options(
            joinedload(CircleNote.author),
            joinedload(CircleNote.place).joinedload(CirclePlace.company).joinedload(Company.partner),
        )
        .limit(NEWEST_NOTES)
    )
    return rows.all()


async def circles_of(db: AsyncSession, call_id: int) -> Sequence[Circle]:
    """All circles of a call for its organiser: how they stand, nobody's name. Two queries."""
    rows = await db.scalars(
        select(Circle)
        .where(Circle.call_id == call_id)
        .order_by(Circle.id)
        .options(selectinload(Circle.members), selectinload(Circle.meetings))
    )
    return rows.all()


async def pit_stops(db: AsyncSession, viewer: Viewer, call_id: int) -> Sequence[Session]:
    """Sessions in which all circles of a call meet, as far as the viewer may see them. One query."""
    rows = await db.scalars(
        select(Session)
        .join(PitStop, PitStop.session_id == Session.id)
        .where(PitStop.call_id == call_id, visible_sessions(viewer))
        .order_by(Session.starts_at)
    )
    return rows.all()


async def possible_pit_stops(db: AsyncSession, viewer: Viewer, now: datetime) -> Sequence[Session]:
    """Coming sessions of the viewer. One query."""
    rows = await db.scalars(
        select(Session)
        .where(visible_sessions(viewer), Session.host_id == viewer.person_id, Session.uri.is_(None))
        .where(Session.status == "scheduled", Session.ends_at > now)
        .order_by(Session.starts_at)
        .limit(20)
    )
    return rows.all()


async def reader_of_circle(db: AsyncSession, circle_id: int, person_id: int) -> Circle | None:
    """A running circle for the calendar of somebody in it, with its meetings. Two queries."""
    return await db.scalar(
        select(Circle)
        .join(CircleMember, CircleMember.circle_id == Circle.id)
        .join(CirclePlace, CirclePlace.id == CircleMember.place_id)
        .join(Employee, Employee.id == CirclePlace.person_id)
        .where(Circle.id == circle_id, Circle.state == "running", Employee.disabled_at.is_(None))
        .where(CirclePlace.person_id == person_id, CircleMember.answer == "yes")
        .options(joinedload(Circle.call), selectinload(Circle.meetings))
    )
