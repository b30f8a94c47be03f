"""The page of one session."""

from collections.abc import Mapping
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from alliance.errors import AllianceError
from alliance.hosting import may_share
from alliance.models import Attendance, CoHost, Person, Session
from alliance.personal_links import personal_link
from alliance.publishing import draft_of
from alliance.queries.own_part import own_part
from alliance.queries.people import experts_with_ids
from alliance.queries.sessions import attendances, find
from alliance.visibility import may_host, may_see_attendees, shown_co_hosts, takes_part_as_host
from federation.uris import Uris
from web.pages.afterwards import extras_of
from web.pages.attended import attended_of
from web.pages.discovering import similar_rows
from web.pages.feedback import feedback_of
from web.pages.frame import address_of, badge_of
from web.pages.managing import may_manage
from web.pages.people import host_of
from web.pages.rows import face_of, portrait_of
from web.pages.series_lines import series_line
from web.pages.session_communities import communities_on
from web.pages.session_meta import preview_of
from web.pages.session_sharing import calendar_links, sharing_of
from web.pages.session_view import guest_list, session_view
from web.pages.stories import stories_of_session
from web.pages.talking import interest_of, talk_of
from web.pages.transcripts import transcripts_on
from web.pages.views import CoHostCard, SessionPage
from web.pages.visit import Visit, path_id, visiting


async def session(request: Request) -> Response:
    """GET /sessions/<id>: when, where, who, and what the reader can do."""
    async with visiting(request) as visit:
        found = await find(visit.db, visit.viewer, path_id(request))
        if found.status == "draft":
            return visit.go(f"/sessions/{found.id}/edit")
        return await session_page(visit, found)


async def session_page(
    visit: Visit,
    found: Session,
    typed: Mapping[str, str] | None = None,
    error: AllianceError | None = None,
) -> Response:
    """The page of a session, with what somebody typed into its conversation and what is wrong with that."""
    own = await own_part(visit.db, visit.viewer.person_id, found)
    attendance, hosting = own.attendance, own.hosting
    seen_as_host = may_see_attendees(visit.viewer, found)
    guests = await attendances(visit.db, visit.viewer, found.id) if seen_as_host else None
    page = session_view(
        found,
        attendance,
        visit.viewer,
        visit.reader,
        home=visit.visitor.home.name,
        meeting_link=_meeting_link(visit, found, attendance, hosting),
        host=await host_of(visit, found),
        guests=guest_list(guests, visit.reader) if guests is not None else None,
        manages=may_manage(visit, found) and found.ends_at > visit.reader.now,
        wanted_language=visit.request.query_params.get("in"),
    )
    page = _with_ways_out(visit, found, await _with_hosts(visit, found, page, hosting))
    return visit.page(
        "session.html",
        error.status if error else 200,
        page=page,
        extras=extras_of(visit, found, manages=may_manage(visit, found), is_saved=own.is_saved),
        talk=await talk_of(visit, found, typed, error, is_there=own.is_talked_about),
        stories=await stories_of_session(visit, found) if own.is_told_about else (),
        feedback=await feedback_of(visit, found, attendance),
        attended=await attended_of(visit, found, attendance),
        similar=await similar_rows(visit, found),
        interest=await interest_of(visit, found, is_there=own.has_reactions),
        series=await series_line(visit, found),
        communities=await communities_on(visit, found) if own.is_in_communities else (),
        transcripts=await transcripts_on(visit, found),
    )


def _with_ways_out(visit: Visit, session: Session, page: SessionPage) -> SessionPage:
    """The page with the ways into calendars and to other people, and what others show beside its link."""
    uris = Uris(visit.instance.settings.origin)
    address = uris.session(session.id)
    when = f"{page.day}, {page.span} ({page.zone})"
    return replace(
        page,
        calendars=calendar_links(session, address, visit.texts) if session.ends_at > visit.reader.now else (),
        share=sharing_of(session, address, when, visit.texts, home=visit.visitor.home.name)
        if session.status != "draft"
        else None,
        preview=preview_of(session, uris),
    )


async def _with_hosts(
    visit: Visit, session: Session, page: SessionPage, hosting: CoHost | None
) -> SessionPage:
    """The page with who holds it besides the host, and what the visitor can say to that."""
    to_come = session.ends_at > visit.reader.now and session.status != "cancelled"
    is_other = takes_part_as_host(visit.viewer, session) and session.host_id != visit.viewer.person_id
    shares = visit.visitor.employee is not None and may_share(session, visit.visitor.employee)
    return replace(
        page,
        co_hosts=await _co_hosts(visit, session),
        hosting_question=to_come and hosting is not None and hosting.state == "asked",
        step_down_url=f"/sessions/{session.id}/hosting/leave" if is_other else None,
        hosts_url=f"/sessions/{session.id}/hosts" if shares else None,
    )


async def _co_hosts(visit: Visit, session: Session) -> tuple[CoHostCard, ...]:
    """Those who said yes, each with a portrait and a page where they introduce themselves to the visitor."""
    people = shown_co_hosts(session)
    experts = await experts_with_ids(visit.db, visit.viewer, [person.id for person in people])
    known = {person.id: person for person in experts}
    return tuple(_co_host(visit, session, person, known.get(person.id)) for person in people)


def _co_host(visit: Visit, session: Session, person: Person, expert: Person | None) -> CoHostCard:
    company = person.company
    other = company is not None and company.id != session.company_id
    return CoHostCard(
        portrait_of(expert, visit.viewer, address_of(expert)) if expert is not None else face_of(person),
        company.name if company is not None else person.host or "",
        badge_of(company) if company is not None and other else None,
        expert.profile.headline if expert is not None and expert.profile is not None else "",
    )


def _meeting_link(
    visit: Visit, session: Session, attendance: Attendance | None, hosting: CoHost | None
) -> str | None:
    """The way into the meeting for this visitor: a personal link, or the link itself for its hosts."""
    settings, vault = visit.instance.settings, visit.instance.vault
    if session.status != "scheduled" or session.ends_at <= visit.reader.now:
        return None
    if may_host(visit.viewer, session):
        return draft_of(vault, session).meeting_link
    if hosting is not None and hosting.state == "yes":
        return personal_link(settings.origin, vault, hosting)
    return personal_link(settings.origin, vault, attendance) if attendance else None
