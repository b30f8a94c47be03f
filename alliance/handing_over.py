"""What becomes of sessions that somebody holds who leaves: their account closes, or an alliance ends."""

from sqlalchemy import select

from alliance.co_hosts import ASKED_OR_IN, co_host_rows, end_one, heir_of, settle_co_hosts, tell_new_hosts
from alliance.facts import HostingAnswered, SessionChanged, SessionHandedOver
from alliance.models import CoHost, Person, Session
from alliance.queries.sessions import locked_session
from alliance.unit_of_work import UnitOfWork


async def hand_over(uow: UnitOfWork, person: Person) -> None:
    """Sessions to come go to their first co-host of our company; what this person held too, they leave."""
    await _step_down_everywhere(uow, person)
    hosted = select(Session.id).where(
        Session.host_id == person.id,
        Session.uri.is_(None),
        Session.status != "draft",
        Session.withdrawn_at.is_(None),
        Session.ends_at > uow.now,
    )
    for session_id in (await uow.db.scalars(hosted.order_by(Session.id))).all():
        session = await locked_session(uow.db, session_id)
        if session is not None:
            await _hand_on(uow, session, person)


async def end_hosting_with(uow: UnitOfWork, company_id: int) -> None:
    """The alliance with a company ends: nobody holds a session together with its people any more."""
    shared = (
        select(Session.id)
        .distinct()
        .join(CoHost, CoHost.session_id == Session.id)
        .join(Person, Person.id == CoHost.person_id)
        .where((Person.company_id == company_id) | (Session.company_id == company_id))
        .where(CoHost.state.in_(ASKED_OR_IN))
        .order_by(Session.id)
    )
    for session_id in (await uow.db.scalars(shared)).all():
        session = await locked_session(uow.db, session_id)
        if session is None:
            continue
        who = () if session.company_id == company_id else (Person.company_id == company_id,)
        for co_host in await co_host_rows(uow, session, CoHost.state.in_(ASKED_OR_IN), *who):
            end_one(uow, co_host, session)
        await (settle_co_hosts if session.uri is not None else tell_new_hosts)(uow, session)


async def _hand_on(uow: UnitOfWork, session: Session, person: Person) -> None:
    heir = await heir_of(uow, session, person.id)
    if heir is None:
        return
    session.host_id, session.host = heir.person_id, heir.person
    await uow.db.delete(heir)
    await settle_co_hosts(uow, session)
    session.updated_at = uow.now
    await uow.db.flush()
    uow.record(SessionChanged(session, previous_audience=session.audience))
    uow.record(SessionHandedOver(session, heir.person))


async def _step_down_everywhere(uow: UnitOfWork, person: Person) -> None:
    held = select(CoHost.session_id).where(CoHost.person_id == person.id, CoHost.state.in_(ASKED_OR_IN))
    for session_id in (await uow.db.scalars(held.order_by(CoHost.session_id))).all():
        session = await locked_session(uow.db, session_id)
        if session is None:
            continue
        for co_host in await co_host_rows(uow, session, CoHost.person_id == person.id):
            previous = co_host.state
            co_host.state, co_host.since, co_host.personal_link = "no", uow.now, None
            uow.record(HostingAnswered(co_host, session, person, previous))
        await (settle_co_hosts if session.uri is not None else tell_new_hosts)(uow, session)
