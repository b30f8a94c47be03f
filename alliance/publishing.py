"""Publishes, edits, cancels and withdraws the sessions of our own company."""

from dataclasses import replace
from datetime import date

from sqlalchemy import delete, select, update
from sqlalchemy.orm import selectinload

from alliance.acts import Subject
from alliance.co_hosts import end_co_hosts
from alliance.drafting import Before, Details, SessionDraft, Translation, checked
from alliance.errors import Conflict, Forbidden, Gone, Invalid, NotFound
from alliance.facts import SeatsChanged, SessionChanged, SessionPublished, SessionWithdrawn
from alliance.keeping import own_draft
from alliance.leaders import may_mark_leaders
from alliance.meeting_links import MEETING_LINK_PURPOSE, gives_away
from alliance.models import (
    Attendance,
    Company,
    DraftForm,
    Employee,
    Person,
    Series,
    Session,
    SessionTranslation,
)
from alliance.places import end_attendances_out_of_sight, fill_places
from alliance.queries.companies import home_company
from alliance.queries.sessions import locked_session
from alliance.text import clean_line, render_markdown
from alliance.topics import topics_named
from alliance.unit_of_work import UnitOfWork
from alliance.vault import Vault
from alliance.visibility import employee_viewer, is_host, once_visible_sessions

__all__ = [
    "SessionDraft",
    "cancel_session",
    "draft_of",
    "edit_session",
    "postpone_session",
    "publish_session",
    "withdraw_session",
]

_AUDIENCE_RANK = {"company": 0, "alliance": 1, "public": 2}


async def publish_session(
    uow: UnitOfWork,
    host_id: int,
    draft: SessionDraft,
    draft_id: int | None = None,
    *,
    date_of: tuple[Series, date] | None = None,
) -> Session:
    """Publishes a session of our employee `host_id`, in place of the draft that they kept as `draft_id`.

    `date_of`: the series whose rule names this day; see `alliance.series_dates`.

    Raises Invalid with a problem per field, Forbidden, NotFound for what is no draft of theirs.
    """
    host = await uow.db.scalar(
        select(Employee).where(Employee.id == host_id).options(selectinload(Employee.person))
    )
    if host is None or host.disabled_at is not None:
        raise Forbidden("This account can't offer sessions.")
    details = checked(draft, uow.now)
    if details.is_leaders and date_of is None and not await may_mark_leaders(uow.db, host):
        details = replace(details, is_leaders=False)
    if draft_id is None:
        session = await _new_session(uow, host.person)
    else:
        session = await own_draft(uow, host_id, draft_id)
        await uow.db.execute(delete(DraftForm).where(DraftForm.session_id == draft_id))
    session.status, session.published_at = "scheduled", uow.now
    if date_of is not None:
        session.series_id, session.slot = date_of[0].id, date_of[1]
    await _write(uow, session, details)
    uow.db.add(session)
    await uow.db.flush()
    uow.record(SessionPublished(session))
    return session


async def _new_session(uow: UnitOfWork, host: Person) -> Session:
    company: Company = await home_company(uow.db)
    return Session(
        id=uow.new_id(),
        company=company,
        host=host,
        going_count=0,
        waiting_count=0,
        sequence=0,
        translations=[],
        materials=[],
    )


async def edit_session(uow: UnitOfWork, session_id: int, draft: SessionDraft, by: Employee | None) -> Session:
    """Replaces what is said about a session; `by` None is the operator at the command line.

    Whoever loses sight of it by a narrower audience loses the place, and people of other companies no
    longer hold it. More places move up the waiting list.
    Raises Invalid, NotFound, Gone, Forbidden, and Conflict for a cancelled session.
    """
    session = await session_to_change(uow, session_id, by)
    if session.status == "cancelled":
        raise Conflict("This session was cancelled. Please offer a new one.")
    before = Before(
        starts_at=session.starts_at, meeting_link=_link_of(uow.vault, session), going=session.going_count
    )
    details = checked(draft, uow.now, before)
    if details.is_leaders != session.is_leaders and by and not await may_mark_leaders(uow.db, by):
        details = replace(details, is_leaders=session.is_leaders)
    previous_audience, previous_start = session.audience, session.starts_at
    if _is_rescheduling(session, details, before):
        session.sequence += 1
    if details.starts_at != previous_start:
        session.previous_starts_at = previous_start
        if session.status == "postponed":
            session.status, session.status_note = "scheduled", ""
    await _write(uow, session, details)
    await uow.db.flush()
    await _settle_places(uow, session, previous_audience)
    moved = previous_start if details.starts_at != previous_start else None
    uow.record(SessionChanged(session, previous_audience=previous_audience, previous_starts_at=moved))
    return session


async def cancel_session(
    uow: UnitOfWork, session_id: int, note: str = "", by: Employee | None = None
) -> Session:
    """Calls a session off; it stays visible, with the host's `note`. Once cancelled it stays so.

    Raises Invalid, NotFound, Gone, Forbidden, and Conflict when it is over.
    """
    session = await session_to_change(uow, session_id, by)
    if session.status == "cancelled":
        return session
    if session.ends_at <= uow.now:
        raise Conflict("This session is already over.")
    session.status_note = _checked_note(uow, session, note)
    session.status = "cancelled"
    session.sequence += 1
    session.updated_at = uow.now
    await uow.db.flush()
    uow.record(SessionChanged(session, previous_audience=session.audience, cancelled=True))
    return session


async def postpone_session(
    uow: UnitOfWork, session_id: int, note: str = "", by: Employee | None = None
) -> Session:
    """Puts a session off without a new date yet; an edit with one makes it take place again.

    Whoever has a place keeps it. Raises Invalid, NotFound, Gone, Forbidden, and Conflict when it is over or
    cancelled.
    """
    session = await session_to_change(uow, session_id, by)
    if session.status == "postponed":
        return session
    if session.status == "cancelled":
        raise Conflict("This session was cancelled. Please offer a new one.")
    if session.ends_at <= uow.now:
        raise Conflict("This session is already over.")
    session.status_note = _checked_note(uow, session, note)
    session.status = "postponed"
    session.sequence += 1
    session.updated_at = uow.now
    await uow.db.flush()
    uow.record(SessionChanged(session, previous_audience=session.audience, postponed=True))
    return session


async def withdraw_session(uow: UnitOfWork, session_id: int, by: Employee | None = None) -> Session:
    """Takes a session back: nobody sees it any more and no personal link opens. Once withdrawn it stays so.

    Rows of attendances stay for those who have to be told. Raises NotFound, Forbidden.
    """
    session = await _session_by(uow, session_id, by)
    if session.status == "draft":
        raise NotFound
    if session.withdrawn_at is not None:
        return session
    session.withdrawn_at = session.updated_at = uow.now
    session.meeting_link = None
    session.sequence += 1
    await uow.db.execute(
        update(Attendance)
        .where(Attendance.session_id == session.id)
        .values(pass_version=Attendance.pass_version + 1)
        .execution_options(synchronize_session=False)
    )
    await uow.db.flush()
    uow.record(SessionWithdrawn(session))
    return session


def draft_of(vault: Vault, session: Session) -> SessionDraft:
    """One of our sessions as its host would have typed it, to fill a form.

    `topics` and `translations` must be loaded.
    """
    return SessionDraft(
        title=session.title,
        description=session.description,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        timezone=session.timezone,
        meeting_link=_link_of(vault, session),
        audience=session.audience,
        capacity=session.capacity,
        join_mode=session.join_mode,
        language=session.language,
        topics=tuple(topic.name for topic in session.topics),
        place=session.place,
        place_name=session.place_name,
        place_address=session.place_address,
        host_shown=session.host_shown,
        is_leaders=session.is_leaders,
        translations=tuple(
            Translation(language=text.language, title=text.title, description=text.description)
            for text in session.translations
        ),
    )


async def session_to_change(uow: UnitOfWork, session_id: int, by: Employee | None) -> Session:
    """A session of ours, locked, if `by` may change it. Raises NotFound, Gone, Forbidden."""
    session = await _session_by(uow, session_id, by)
    if session.withdrawn_at is not None:
        raise Gone
    if session.status == "draft":
        raise NotFound
    return session


async def _session_by(uow: UnitOfWork, session_id: int, by: Employee | None) -> Session:
    """The session, locked, if `by` may change it; it may have been withdrawn."""
    session = await locked_session(uow.db, session_id)
    if session is None or (by is not None and not await _may_see(uow, session_id, by)):
        raise NotFound
    if session.uri is not None:
        raise Forbidden("This session belongs to another company. Only they can change it.")
    if by is not None and not _may_change(session, by):
        raise Forbidden("Only the host can change this session.")
    if by is None or not is_host(by.id, session):
        uow.audit("session.changed", Subject("session", str(session.id)), by=by)
    return session


async def _may_see(uow: UnitOfWork, session_id: int, by: Employee) -> bool:
    condition = once_visible_sessions(employee_viewer(by.id))
    return await uow.db.scalar(select(Session.id).where(Session.id == session_id, condition)) is not None


def _may_change(session: Session, by: Employee) -> bool:
    return by.disabled_at is None and (is_host(by.id, session) or by.has_role("moderator"))


def _link_of(vault: Vault, session: Session) -> str | None:
    return vault.open(session.meeting_link, MEETING_LINK_PURPOSE) if session.meeting_link else None


def _is_rescheduling(session: Session, details: Details, before: Before) -> bool:
    """Whether something changes that calendars have to hear about (RFC 5545 3.8.7.4)."""
    fields = ("title", "starts_at", "ends_at", "timezone", "place", "place_name", "place_address")
    if details.meeting_link != before.meeting_link:
        return True
    return any(getattr(session, field) != getattr(details, field) for field in fields)


async def _write(uow: UnitOfWork, session: Session, details: Details) -> None:
    for field in (
        "title",
        "description",
        "starts_at",
        "ends_at",
        "timezone",
        "audience",
        "capacity",
        "join_mode",
        "language",
        "place",
        "place_name",
        "place_address",
        "host_shown",
        "is_leaders",
    ):
        setattr(session, field, getattr(details, field))
    session.description_html = render_markdown(details.description)
    if details.meeting_link != _link_of(uow.vault, session):
        link = details.meeting_link
        session.meeting_link = uow.vault.seal(link, MEETING_LINK_PURPOSE) if link else None
    session.topics = await topics_named(uow, details.topics.values())
    _translate(session, details.translations)
    session.updated_at = uow.now


def _translate(session: Session, translations: tuple[Translation, ...]) -> None:
    """Writes what is said in other languages; rows that stay are changed in place."""
    known = {text.language: text for text in session.translations}
    session.translations = [
        known.get(new.language, SessionTranslation(language=new.language)) for new in translations
    ]
    for text, new in zip(session.translations, translations, strict=True):
        text.title, text.description = new.title, new.description
        text.description_html = render_markdown(new.description)


async def _settle_places(uow: UnitOfWork, session: Session, previous_audience: str) -> None:
    going = session.going_count
    if _AUDIENCE_RANK[session.audience] < _AUDIENCE_RANK[previous_audience]:
        await end_attendances_out_of_sight(uow, session)
    if session.audience == "company":
        await end_co_hosts(uow, session, Person.uri.is_not(None))
    await fill_places(uow, session)
    if session.going_count != going:
        uow.record(SeatsChanged(session))


def _checked_note(uow: UnitOfWork, session: Session, note: str) -> str:
    note = clean_line(note)
    if len(note) > 500:
        raise Invalid("This is longer than {limit} characters.", field="note", limit=500)
    link = _link_of(uow.vault, session)
    if link and gives_away(note, link):
        raise Invalid("The note must not contain the meeting link.", field="note")
    return note
