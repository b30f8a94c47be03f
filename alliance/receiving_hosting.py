"""Takes in what other companies say about holding sessions together: ours, and theirs."""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from alliance.co_hosts import ASKED_OR_IN, co_host_rows, settle_co_hosts, tell_new_hosts
from alliance.errors import Conflict, Invalid, NotFound
from alliance.facts import HostingAnswered, HostingAsked, HostingEnded
from alliance.hosting import ASK_AGAIN_AFTER
from alliance.introductions import URI_LIMIT, is_uri_of
from alliance.models import MOST_CO_HOSTS, CoHost, Employee, ExpertProfile, Partner, Person, Session
from alliance.personal_links import PERSONAL_LINK_PURPOSE
from alliance.queries.sessions import locked_session
from alliance.unit_of_work import UnitOfWork
from alliance.visibility import partner_viewer, visible_profiles

MOST_ASKED = 20
"""So many open questions of one company wait for one person."""
BELIEVED_FOR = timedelta(days=1)
"""How long a yes that was seen at its origin need not be looked up again."""


async def receive_hosting_answer(
    uow: UnitOfWork, *, request_uri: str, person_uri: str, answer_uri: str, yes: bool
) -> CoHost:
    """Somebody of an allied company answers our invitation, or steps down.

    Raises NotFound for an answer to nothing that they were asked, Conflict when it was taken back or answered
    before: after a no only a new question counts.
    """
    session, co_host = await _invited(uow, request_uri, person_uri)
    wanted = "yes" if yes else "no"
    if co_host.state == wanted:
        return co_host
    if co_host.state not in ASKED_OR_IN:
        raise Conflict(detail=f"the question is {co_host.state}")
    if yes and (session.withdrawn_at is not None or session.audience == "company"):
        raise Conflict(detail="the session is no longer for them")
    previous = co_host.state
    co_host.state, co_host.since = wanted, uow.now
    co_host.answer_uri = answer_uri if yes else None
    uow.record(HostingAnswered(co_host, session, co_host.person, previous))
    if session.withdrawn_at is None:
        await tell_new_hosts(uow, session)
    else:
        await settle_co_hosts(uow, session)
    return co_host


async def receive_hosting_invitation(
    uow: UnitOfWork, *, company_id: int, session_uri: str, person_id: int, request_uri: str
) -> CoHost:
    """An allied company asks one of our experts to hold a session of theirs.

    Raises Invalid for nonsense, NotFound for a session or an expert that company does not have or see, and
    Conflict when there is nothing to ask any more.
    """
    if len(request_uri) > URI_LIMIT:
        raise Invalid(detail="the identity of an invitation is too long")
    session = await _theirs(uow, company_id, session_uri)
    person = await _our_expert(uow, company_id, person_id)
    if session.ends_at <= uow.now or session.status == "cancelled" or session.host_id == person.id:
        raise Conflict(detail="nothing to hold")
    rows = await co_host_rows(uow, session, CoHost.person_id == person.id)
    co_host = rows[0] if rows else None
    if co_host is not None and (co_host.request_uri == request_uri or co_host.state == "yes"):
        raise Conflict(detail="asked before")
    if co_host is not None and co_host.state == "no" and co_host.since > uow.now - ASK_AGAIN_AFTER:
        raise Conflict(detail="they have just said no")
    await _refuse_flood(uow, company_id, person.id)
    was_asked = co_host is not None and co_host.state == "asked"
    if co_host is None:
        co_host = CoHost(id=uow.new_id(), session_id=session.id, person_id=person.id)
        uow.db.add(co_host)
    co_host.state, co_host.since, co_host.request_uri = "asked", uow.now, request_uri
    await uow.db.flush()
    if not was_asked:
        uow.record(HostingAsked(co_host, session, person))
    return co_host


async def receive_hosting_end(uow: UnitOfWork, *, company_id: int, request_uri: str) -> None:
    """An ally takes back what it asked one of our people. Raises NotFound."""
    found = await uow.db.scalar(
        select(CoHost)
        .join(Session, Session.id == CoHost.session_id)
        .where(CoHost.request_uri == request_uri, Session.company_id == company_id)
    )
    session = await locked_session(uow.db, found.session_id) if found is not None else None
    if found is None or session is None or session.uri is None:
        raise NotFound
    for co_host in await co_host_rows(uow, session, CoHost.id == found.id):
        if co_host.state in ASKED_OR_IN:
            previous = co_host.state
            co_host.state, co_host.since, co_host.personal_link = "over", uow.now, None
            uow.record(HostingEnded(co_host, session, co_host.person, previous))
    await settle_co_hosts(uow, session)


async def receive_hosting_link(
    uow: UnitOfWork, *, company_id: int, session_uri: str, person_id: int, link: str | None
) -> None:
    """The way into the meeting for one of our people who said yes. Raises NotFound.

    A link that is not on that company's own server is dropped.
    """
    session = await _theirs(uow, company_id, session_uri)
    rows = await co_host_rows(uow, session, CoHost.person_id == person_id, CoHost.state == "yes")
    if not rows:
        raise NotFound
    is_theirs = link is not None and is_uri_of(session.company.origin, link)
    rows[0].personal_link = uow.vault.seal(link, PERSONAL_LINK_PURPOSE) if link and is_theirs else None
    await uow.db.flush()


async def receive_co_hosts(uow: UnitOfWork, session: Session, told: Mapping[int, str | None]) -> None:
    """Who holds a session of another company besides its host, by person, each with where they said yes.

    Only for people from elsewhere: our own are shown because they said yes here, whatever others say of them.
    """
    known = {row.person_id: row for row in await co_host_rows(uow, session, Person.uri.is_not(None))}
    for person_id, row in known.items():
        if person_id not in told and row.state == "yes":
            row.state, row.since = "over", uow.now
    for person_id, answer_uri in list(told.items())[:MOST_CO_HOSTS]:
        row = known.get(person_id) or CoHost(id=uow.new_id(), session_id=session.id, person_id=person_id)
        if row.state != "yes" or row.answer_uri != answer_uri or row.since < uow.now - BELIEVED_FOR:
            row.state, row.since, row.answer_uri = "yes", uow.now, answer_uri
        uow.db.add(row)
    await settle_co_hosts(uow, session)


async def _invited(uow: UnitOfWork, request_uri: str, person_uri: str) -> tuple[Session, CoHost]:
    """A session of ours, locked, and the row of the person of an ally whom this invitation asked."""
    session_id = await uow.db.scalar(
        select(CoHost.session_id)
        .join(Person, Person.id == CoHost.person_id)
        .join(Partner, Partner.company_id == Person.company_id)
        .where(CoHost.request_uri == request_uri, Person.uri == person_uri, Partner.state == "allied")
    )
    session = await locked_session(uow.db, session_id) if session_id is not None else None
    if session is None or session.uri is not None:
        raise NotFound
    rows = await co_host_rows(uow, session, CoHost.request_uri == request_uri, Person.uri == person_uri)
    if not rows:
        raise NotFound
    return session, rows[0]


async def _theirs(uow: UnitOfWork, company_id: int, session_uri: str) -> Session:
    session_id = await uow.db.scalar(
        select(Session.id).where(Session.uri == session_uri, Session.company_id == company_id)
    )
    session = await locked_session(uow.db, session_id) if session_id is not None else None
    if session is None or session.withdrawn_at is not None:
        raise NotFound
    return session


async def _our_expert(uow: UnitOfWork, company_id: int, person_id: int) -> Person:
    person = await uow.db.scalar(
        select(Person)
        .join(Employee, Employee.id == Person.id)
        .join(ExpertProfile, ExpertProfile.person_id == Person.id)
        .where(Person.id == person_id, Employee.disabled_at.is_(None))
        .where(visible_profiles(partner_viewer(company_id)))
        .options(joinedload(Person.company))
    )
    if person is None:
        raise NotFound
    return person


async def _refuse_flood(uow: UnitOfWork, company_id: int, person_id: int) -> None:
    waiting = (
        select(func.count())
        .select_from(CoHost)
        .join(Session, Session.id == CoHost.session_id)
        .where(CoHost.person_id == person_id, CoHost.state == "asked", Session.company_id == company_id)
        .where(Session.ends_at > uow.now)
    )
    if (await uow.db.scalar(waiting) or 0) >= MOST_ASKED:
        raise Conflict(detail="too many questions wait for this person")
