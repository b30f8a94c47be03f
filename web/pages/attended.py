"""After a session: "I was there", and, where the company allows it, the host's word for others."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from alliance.confirming import (
    CONFIRM_FOR,
    confirm,
    confirm_guests,
    guests_of_company,
    may_confirm,
    named_by_host,
)
from alliance.errors import Forbidden
from alliance.learning_settings import learning_setting
from alliance.models import Attendance, Session
from alliance.queries.learning import own_confirmation
from alliance.queries.sessions import find
from alliance.visibility import may_host
from web.forms import read_form, safe_next
from web.pages.rows import face_of
from web.pages.views import Face
from web.pages.visit import Visit, path_id, visiting

_MOST_TICKED = 500


@dataclass(frozen=True)
class Attended:
    """What stands about having been there on the page of a session that is over."""

    url: str = ""
    """Where "I was there" is sent; empty when it has been said."""
    confirmed: bool = False
    presence_url: str = ""
    """Where its host says who was there."""


@dataclass(frozen=True)
class PresentGuest:
    """One of the company's people who was going."""

    id: int
    face: Face
    named: bool


async def attended_of(visit: Visit, session: Session, attendance: Attendance | None) -> Attended | None:
    """None while there is nothing to say: before the end, for strangers, and for whoever had no place."""
    person_id, now = visit.viewer.person_id, visit.reader.now
    if person_id is None or session.ends_at > now or session.status != "scheduled":
        return None
    is_open = session.ends_at + CONFIRM_FOR > now
    if may_host(visit.viewer, session):
        allowed = is_open and (await learning_setting(visit.db)).hosts_confirm
        return Attended(presence_url=f"/sessions/{session.id}/presence") if allowed else None
    if not may_confirm(session, attendance, person_id):
        return None
    confirmed = await own_confirmation(visit.db, person_id, session.id) is not None
    if not confirmed and not is_open:
        return None
    return Attended(url="" if confirmed else f"/sessions/{session.id}/attended", confirmed=confirmed)


async def say(request: Request) -> Response:
    """POST /sessions/<id>/attended: "I was there"."""
    async with visiting(request) as visit:
        session_id, employee = path_id(request), visit.employee
        back = (await read_form(request, {"next": 500}))["next"]
        async with visit.instance.unit_of_work() as uow:
            await confirm(uow, session_id, employee)
        return visit.go(safe_next(back, f"/sessions/{session_id}"), "attended")


async def ask_presence(request: Request) -> Response:
    """GET /sessions/<id>/presence: who of the company was going, for the host to tick."""
    async with visiting(request) as visit:
        session = await _hosted(visit)
        named = await named_by_host(visit.db, session.id)
        guests = [
            PresentGuest(one.person_id, face_of(one.person), one.person_id in named)
            for one in await guests_of_company(visit.db, session)
        ]
        return visit.page(
            "presence.html",
            session_title=session.title,
            session_language=session.language,
            session_url=f"/sessions/{session.id}",
            when=visit.reader.day(session.starts_at),
            guests=guests[:_MOST_TICKED],
            is_over=session.ends_at <= visit.reader.now,
        )


async def note_presence(request: Request) -> Response:
    """POST /sessions/<id>/presence: those who are ticked were there."""
    async with visiting(request) as visit:
        session = await _hosted(visit)
        form = await request.form(max_files=0, max_fields=_MOST_TICKED + 10)
        ticked = [value for name, value in form.multi_items() if name == "person" and isinstance(value, str)]
        async with visit.instance.unit_of_work() as uow:
            await confirm_guests(uow, session.id, _numbers(ticked), visit.employee)
        return visit.go(f"/sessions/{session.id}/presence", "presence")


async def _hosted(visit: Visit) -> Session:
    """A session of ours that the visitor holds, where hosts may confirm. Raises Forbidden and others."""
    _ = visit.employee
    session = await find(visit.db, visit.viewer, path_id(visit.request))
    if not may_host(visit.viewer, session) or session.status == "draft":
        raise Forbidden("Only the host can change this session.")
    if not (await learning_setting(visit.db)).hosts_confirm:
        raise Forbidden("In this company people confirm themselves that they were there.")
    return session


def _numbers(texts: list[str]) -> set[int]:
    """Ids as forms send them; what is none is left out."""
    return {int(text) for text in texts if text.isascii() and text.isdecimal() and len(text) <= 19}
