"""Keeps what is not finished yet: drafts of sessions, for whoever writes them and nobody else."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from alliance.drafting import LONGEST, SessionDraft
from alliance.errors import Conflict, Forbidden, Invalid, NotFound
from alliance.languages import known_languages
from alliance.models import AUDIENCES, DraftForm, Employee, Session
from alliance.queries.companies import home_company
from alliance.queries.sessions import locked_session
from alliance.text import clean_line
from alliance.times import is_zone, moment_at
from alliance.unit_of_work import UnitOfWork
from alliance.vault import Vault

MOST_DRAFTS = 50
TYPED_PURPOSE = "draft.typed"
# A draft without a time stands in lists as if it were in a week.
_SOME_DAY = timedelta(days=7)
_USUAL_LENGTH = timedelta(hours=1)


async def keep_draft(
    uow: UnitOfWork,
    host_id: int,
    draft: SessionDraft,
    typed: Mapping[str, str],
    session_id: int | None = None,
) -> Session:
    """Keeps a form as it stands, as a new draft or in place of the one with `session_id`.

    Of `draft` only what lists show is taken, as far as it makes sense; nothing else is asked for.
    Raises Forbidden, NotFound for what is no draft of this person, Conflict for more than 50.
    """
    session = await _new(uow, host_id) if session_id is None else await own_draft(uow, host_id, session_id)
    session.title = clean_line(draft.title, 200)
    session.timezone = draft.timezone if is_zone(draft.timezone) else "UTC"
    session.starts_at, session.ends_at = _times(draft, session.timezone, uow.now)
    session.audience = draft.audience if draft.audience in AUDIENCES else "company"
    session.language = draft.language if draft.language in known_languages() else "en"
    session.updated_at = uow.now
    uow.db.add(session)
    await uow.db.flush()
    sealed = uow.vault.seal(json.dumps(dict(typed)), TYPED_PURPOSE)
    await uow.db.merge(DraftForm(session_id=session.id, typed=sealed))
    await uow.db.flush()
    return session


async def own_draft(uow: UnitOfWork, host_id: int, session_id: int) -> Session:
    """A draft of this person, locked. Raises NotFound."""
    session = await locked_session(uow.db, session_id)
    if session is None or session.status != "draft" or session.host_id != host_id:
        raise NotFound
    return session


async def discard_draft(uow: UnitOfWork, host_id: int, session_id: int) -> None:
    """Throws a draft away, for good. Raises NotFound."""
    session = await own_draft(uow, host_id, session_id)
    await uow.db.execute(delete(DraftForm).where(DraftForm.session_id == session.id))
    await uow.db.delete(session)
    await uow.db.flush()


async def forget_drafts(uow: UnitOfWork, host_id: int) -> None:
    """Throws away whatever this person had not finished."""
    drafts = select(Session.id).where(Session.host_id == host_id, Session.status == "draft")
    for session_id in (await uow.db.scalars(drafts)).all():
        await discard_draft(uow, host_id, session_id)


async def typed_in(db: AsyncSession, vault: Vault, session_id: int) -> dict[str, str]:
    """What was typed into the form of a draft; empty when there is none."""
    form = await db.get(DraftForm, session_id)
    return dict(json.loads(vault.open(form.typed, TYPED_PURPOSE))) if form else {}


async def _new(uow: UnitOfWork, host_id: int) -> Session:
    host = await uow.db.scalar(
        select(Employee).where(Employee.id == host_id).options(selectinload(Employee.person))
    )
    if host is None or host.disabled_at is not None:
        raise Forbidden("This account can't offer sessions.")
    kept = select(func.count()).where(Session.host_id == host_id, Session.status == "draft")
    if (await uow.db.scalar(kept) or 0) >= MOST_DRAFTS:
        raise Conflict("You have {limit} drafts already. Please finish one first.", limit=MOST_DRAFTS)
    return Session(
        id=uow.new_id(),
        company=await home_company(uow.db),
        host=host.person,
        going_count=0,
        waiting_count=0,
        status="draft",
        sequence=0,
        translations=[],
        materials=[],
        topics=[],
    )


def _times(draft: SessionDraft, zone: str, now: datetime) -> tuple[datetime, datetime]:
    start, end = (_moment(moment, zone) for moment in (draft.starts_at, draft.ends_at))
    if start is None:
        start = (now + _SOME_DAY).replace(minute=0, second=0, microsecond=0)
        return start, start + _USUAL_LENGTH
    return start, end if end and start < end <= start + LONGEST else start + _USUAL_LENGTH


def _moment(moment: datetime | None, zone: str) -> datetime | None:
    try:
        if moment is None or moment.tzinfo is not None:
            return moment and moment.astimezone(UTC)
        return moment_at(moment, zone)
    except (Invalid, OverflowError):
        return None
