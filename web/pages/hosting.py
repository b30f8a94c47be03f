"""Holding a session together: asking people, taking that back, saying yes or no, stepping down."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from alliance.errors import Conflict, Forbidden, Invalid, NotFound
from alliance.hosting import answer_hosting, ask_to_host, may_share, take_hosting_back
from alliance.models import MOST_CO_HOSTS, CoHost, Person, Session
from alliance.queries.hosting import LONGEST_NAME, co_hosts_of, people_found
from web.forms import beside, read_form, safe_next
from web.pages.frame import badge_of
from web.pages.hosting_names import handle_of
from web.pages.managing import managed_session, way_back
from web.pages.rows import face_of
from web.pages.views import Badge, Face
from web.pages.visit import Visit, path_id, visiting

STATE_TEXTS = {
    "asked": "Asked, no answer yet",
    "yes": "Holds it with you",
    "no": "Said no",
}


@dataclass(frozen=True)
class HostRow:
    """Somebody beside the host, or who could be: where they stand, and the one thing to do."""

    face: Face
    handle: str
    company: Badge | None
    words: str = ""
    person_id: int = 0
    remove_url: str | None = None


async def show(request: Request) -> Response:
    """GET /sessions/<id>/hosts: who holds it, and with `?q=` whom one could ask."""
    async with visiting(request) as visit:
        session = await _shared(visit)
        return await _page(visit, session, request.query_params.get("q", "")[:LONGEST_NAME].strip())


async def ask(request: Request) -> Response:
    """POST /sessions/<id>/hosts: asks the person who was picked."""
    async with visiting(request) as visit:
        session = await _shared(visit)
        values = await read_form(request, {"person": 19, "q": LONGEST_NAME})
        picked = values["person"]
        try:
            async with visit.instance.unit_of_work() as uow:
                person_id = int(picked) if picked.isascii() and picked.isdecimal() else 0
                await ask_to_host(uow, session.id, person_id, visit.employee)
        except (Invalid, Conflict, NotFound) as error:
            return await _page(visit, session, values["q"], beside(error, "q"))
        return visit.go(f"/sessions/{session.id}/hosts", "host-asked")


async def remove(request: Request) -> Response:
    """POST /sessions/<id>/hosts/<person>/remove."""
    async with visiting(request) as visit:
        session, person_id = await _shared(visit), path_id(request, "person")
        async with visit.instance.unit_of_work() as uow:
            await take_hosting_back(uow, session.id, person_id, visit.employee)
        return visit.go(f"/sessions/{session.id}/hosts", "host-removed")


async def accept(request: Request) -> Response:
    """POST /sessions/<id>/hosting/accept: yes, I hold it too."""
    return await _answer(request, yes=True)


async def decline(request: Request) -> Response:
    """POST /sessions/<id>/hosting/decline: no, or no longer."""
    return await _answer(request, yes=False)


async def ask_leave(request: Request) -> Response:
    """GET /sessions/<id>/hosting/leave: asks once."""
    async with visiting(request) as visit:
        _, texts = visit.employee, visit.texts
        session = await _seen(visit)
        return visit.page(
            "confirm.html",
            title=texts.gettext("No longer hold this session?"),
            sentence=texts.gettext(
                "Your name then no longer stands at “%(title)s”, and the host learns about it.",
                title=session.title,
            ),
            submit=texts.gettext("Yes, step down"),
            **way_back(visit, session) | {"action": f"/sessions/{session.id}/hosting/decline"},
        )


async def _answer(request: Request, *, yes: bool) -> Response:
    async with visiting(request) as visit:
        employee_id, session_id = visit.employee.id, path_id(request)
        back = safe_next((await read_form(request, {"next": 500}))["next"] or f"/sessions/{session_id}")
        async with visit.instance.unit_of_work() as uow:
            await answer_hosting(uow, session_id, employee_id, yes=yes)
        return visit.go(back, "host-yes" if yes else "host-no")


async def _seen(visit: Visit) -> Session:
    from_page = await visit.db.get(Session, path_id(visit.request))
    if from_page is None or visit.viewer.person_id not in (from_page.co_host_ids or ()):
        raise NotFound
    return from_page


async def _shared(visit: Visit) -> Session:
    """A session of ours, if the visitor decides who holds it.

    Raises NotSignedIn, NotFound, Gone, Forbidden.
    """
    session = await managed_session(visit)
    if session.status == "draft":
        raise NotFound
    if not may_share(session, visit.employee):
        raise Forbidden("Only the host asks people to hold this session too.")
    return session


async def _page(visit: Visit, session: Session, asked: str, error: Invalid | None = None) -> Response:
    rows = await co_hosts_of(visit.db, session.id)
    taken = {session.host_id, *(row.person_id for row in rows if row.state in ("asked", "yes"))}
    found = await people_found(visit.db, visit.viewer, asked, now=visit.reader.now) if asked else []
    return visit.page(
        "hosts.html",
        422 if error else 200,
        form=visit.form({"q": asked}, error),
        session=session,
        hosts=[_row(visit, session, row) for row in rows],
        found=[_person(visit, person) for person in found if _fits(session, person, taken)],
        asked=asked,
        may_ask=sum(row.state in ("asked", "yes") for row in rows) < MOST_CO_HOSTS
        and session.status != "cancelled"
        and session.ends_at > visit.reader.now,
        limit=MOST_CO_HOSTS,
        only_us=session.audience == "company",
    )


def _fits(session: Session, person: Person, taken: set[int | None]) -> bool:
    return person.id not in taken and (person.uri is None or session.audience != "company")


def _row(visit: Visit, session: Session, co_host: CoHost) -> HostRow:
    known, texts = _person(visit, co_host.person), visit.texts
    since = texts.gettext("since %(moment)s", moment=visit.reader.since(co_host.since))
    still = co_host.state in ("asked", "yes")
    return HostRow(
        known.face,
        known.handle,
        known.company,
        f"{texts.gettext(STATE_TEXTS[co_host.state])}, {since}",
        co_host.person_id,
        f"/sessions/{session.id}/hosts/{co_host.person_id}/remove" if still else None,
    )


def _person(visit: Visit, person: Person) -> HostRow:
    badge = badge_of(person.company) if person.company is not None else None
    return HostRow(face_of(person), handle_of(person), badge, person_id=person.id)
