"""Everything that is held about one of our people, for that person to take away."""

from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload

from alliance.auditing import log_about
from alliance.calendars import calendar_uid
from alliance.captions import as_webvtt
from alliance.errors import NotFound
from alliance.feedback import answered_sessions
from alliance.meeting_links import MEETING_LINK_PURPOSE
from alliance.models import (
    Attendance,
    CircleCall,
    Comment,
    Employee,
    ExpertProfile,
    Guest,
    Person,
    Reaction,
    Report,
    Series,
    Session,
    Story,
    Wish,
)
from alliance.personal_links import personal_link
from alliance.queries.transcripts import transcripts_in_full
from alliance.series_dates import SERIES_LINK_PURPOSE
from alliance.subscribing import mark_of
from alliance.traces import iso, traces_of
from alliance.transcribing import unpacked
from alliance.vault import Vault


async def everything_about(db: AsyncSession, vault: Vault, origin: str, employee_id: int) -> dict[str, Any]:
    """Account, profile, sessions, attendances, comments, stories and all traces, JSON-ready.

    Moments in ISO 8601. Nothing about other people is in it. Raises NotFound.
    """
    employee = await db.scalar(
        select(Employee)
        .where(Employee.id == employee_id)
        .options(joinedload(Employee.person).selectinload(Person.profile).selectinload(ExpertProfile.topics))
    )
    if employee is None:
        raise NotFound("There is no such account.")
    return {
        "account": _account(employee),
        "profile": _profile(employee.person.profile),
        "sessions": await _held(db, vault, origin, employee_id),
        "series": [_series(vault, one) for one in await _held_series(db, employee_id)],
        "attendances": [_attendance(vault, origin, a) for a in await _attendances(db, employee_id)],
        "comments": [_comment(comment) for comment in await _comments(db, employee_id)],
        "stories": [_story(story) for story in await _stories(db, employee_id)],
        "circle_calls": list(await db.scalars(_called(employee_id))),
        "requests": [_wish(wish) for wish in await _wishes(db, employee_id)],
        "feedback": await _answered(db, vault, employee_id),
        "newsletter_as_guest": await _as_guest(db, vault, employee.email),
        "interested_in": list(await db.scalars(_liked(employee_id))),
        "reports": [
            {"reason": one.reason, "state": one.state, "created_at": iso(one.created_at)}
            for one in (await db.scalars(select(Report).where(Report.reporter_id == employee_id))).all()
        ],
        **await log_about(db, employee_id),
        **await traces_of(db, employee_id),
    }


def _account(employee: Employee) -> dict[str, Any]:
    person = employee.person
    return {
        "id": str(employee.id),
        "email": employee.email,
        "name": person.name,
        "username": person.username,
        "roles": employee.roles,
        "language": employee.language,
        "timezone": employee.timezone,
        "has_password": employee.password_hash is not None,
        "created_at": iso(employee.created_at),
        "disabled_at": iso(employee.disabled_at),
    }


def _profile(profile: ExpertProfile | None) -> dict[str, Any] | None:
    if profile is None:
        return None
    return {
        "audience": profile.audience,
        "headline": profile.headline,
        "about": profile.about,
        "languages": profile.languages,
        "ask_me_about": profile.ask_me_about,
        "is_leader": profile.is_leader,
        "leads_since": iso(profile.leads_since),
        "takes_letters": profile.takes_letters,
        "office_hours": profile.office_hours,
        "office_hours_note": profile.office_hours_note,
        "picture": profile.picture,
        "topics": [topic.name for topic in profile.topics],
        "published_at": iso(profile.published_at),
        "updated_at": iso(profile.updated_at),
    }


async def _sessions(db: AsyncSession, person_id: int) -> list[Session]:
    rows = await db.scalars(
        select(Session)
        .where(Session.host_id == person_id)
        .order_by(Session.starts_at, Session.id)
        .options(selectinload(Session.topics))
    )
    return list(rows.all())


async def _held(db: AsyncSession, vault: Vault, origin: str, person_id: int) -> list[dict[str, Any]]:
    sessions = await _sessions(db, person_id)
    said: dict[int, list[dict[str, str]]] = {}
    for one in await transcripts_in_full(db, [session.id for session in sessions]):
        text = as_webvtt(unpacked(one.cues), one.language)
        said.setdefault(one.session_id, []).append({"language": one.language, "webvtt": text})
    return [
        _hosted(vault, origin, session) | {"transcripts": said.get(session.id, [])} for session in sessions
    ]


def _hosted(vault: Vault, origin: str, session: Session) -> dict[str, Any]:
    link = vault.open(session.meeting_link, MEETING_LINK_PURPOSE) if session.meeting_link else None
    return {
        "id": str(session.id),
        "uid": _uid(session, origin),
        "title": session.title,
        "description": session.description,
        "starts_at": iso(session.starts_at),
        "ends_at": iso(session.ends_at),
        "timezone": session.timezone,
        "language": session.language,
        "place": session.place,
        "place_name": session.place_name,
        "place_address": session.place_address,
        "meeting_link": link,
        "audience": session.audience,
        "capacity": session.capacity,
        "going": session.going_count,
        "join_mode": session.join_mode,
        "status": session.status,
        "status_note": session.status_note,
        "topics": [topic.name for topic in session.topics],
        "published_at": iso(session.published_at),
        "updated_at": iso(session.updated_at),
        "withdrawn_at": iso(session.withdrawn_at),
    }


async def _held_series(db: AsyncSession, person_id: int) -> list[Series]:
    rows = await db.scalars(select(Series).where(Series.host_id == person_id).order_by(Series.id))
    return list(rows.all())


def _series(vault: Vault, series: Series) -> dict[str, Any]:
    link = vault.open(series.meeting_link, SERIES_LINK_PURPOSE) if series.meeting_link else None
    return {
        "id": str(series.id),
        "title": series.title,
        "description": series.description,
        "rule": series.rule,
        "meeting_link": link,
        "audience": series.audience,
        "state": series.state,
        "topics": series.topics,
        "published_at": iso(series.published_at),
        "updated_at": iso(series.updated_at),
    }


async def _comments(db: AsyncSession, person_id: int) -> list[Comment]:
    rows = await db.scalars(
        select(Comment)
        .where(Comment.author_id == person_id)
        .order_by(Comment.id)
        .options(joinedload(Comment.session))
    )
    return list(rows.all())


def _comment(comment: Comment) -> dict[str, Any]:
    return {
        "session": comment.session.title,
        "text": comment.text,
        "state": comment.state,
        "created_at": iso(comment.created_at),
        "updated_at": iso(comment.updated_at),
    }


async def _stories(db: AsyncSession, person_id: int) -> list[Story]:
    rows = await db.scalars(
        select(Story)
        .where(Story.author_id == person_id)
        .order_by(Story.id)
        .options(selectinload(Story.pictures))
    )
    return list(rows.all())


def _story(story: Story) -> dict[str, Any]:
    return {
        "text": story.text,
        "spoiler": story.spoiler,
        "audience": story.audience,
        "state": story.state,
        "pictures": [picture.name for picture in story.pictures],
        "created_at": iso(story.created_at),
        "updated_at": iso(story.updated_at),
    }


def _called(person_id: int) -> Select[str]:
    return select(CircleCall.title).where(CircleCall.organiser_id == person_id).order_by(CircleCall.id)


async def _wishes(db: AsyncSession, person_id: int) -> list[Wish]:
    rows = await db.scalars(
        select(Wish).where(Wish.author_id == person_id).order_by(Wish.id).options(selectinload(Wish.topics))
    )
    return list(rows.all())


def _wish(wish: Wish) -> dict[str, Any]:
    return {
        "kind": wish.kind,
        "title": wish.title,
        "text": wish.text,
        "topics": [topic.name for topic in wish.topics],
        "audience": wish.audience,
        "state": wish.state,
        "created_at": iso(wish.created_at),
        "updated_at": iso(wish.updated_at),
        "until": iso(wish.closes_at),
    }


async def _answered(db: AsyncSession, vault: Vault, person_id: int) -> list[str]:
    """About which sessions they said whether they helped; what they said is nowhere."""
    ids = await answered_sessions(db, vault, person_id)
    return list(await db.scalars(select(Session.title).where(Session.id.in_(ids)).order_by(Session.id)))


async def _as_guest(db: AsyncSession, vault: Vault, address: str) -> list[dict[str, Any]]:
    """What they signed up for with the same address, as guests do."""
    guests = await db.scalars(select(Guest).where(Guest.mark == mark_of(vault, address)))
    return [
        {"language": one.language, "topics": one.topics, "since": iso(one.confirmed_at)} for one in guests
    ]


def _liked(person_id: int) -> Select[str]:
    liked = Reaction.actor == str(person_id)
    return select(Session.title).join(Reaction, Reaction.session_id == Session.id).where(liked)


async def _attendances(db: AsyncSession, person_id: int) -> list[Attendance]:
    rows = await db.scalars(
        select(Attendance)
        .where(Attendance.person_id == person_id)
        .order_by(Attendance.id)
        .options(joinedload(Attendance.session).joinedload(Session.company))
    )
    return list(rows.all())


def _attendance(vault: Vault, origin: str, attendance: Attendance) -> dict[str, Any]:
    session = attendance.session
    return {
        "id": str(session.id),
        "uid": _uid(session, origin),
        "uri": session.uri,
        "session": session.title,
        "company": session.company.name,
        "starts_at": iso(session.starts_at),
        "ends_at": iso(session.ends_at),
        "timezone": session.timezone,
        "state": attendance.state,
        "since": iso(attendance.since),
        "created_at": iso(attendance.created_at),
        "personal_link": personal_link(origin, vault, attendance),
    }


def _uid(session: Session, origin: str) -> str:
    return calendar_uid(session, urlsplit(origin).netloc)
