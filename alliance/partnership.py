"""The row that says where we stand with another company, and what ends together with an alliance."""

from sqlalchemy import select, update
from sqlalchemy.orm import selectinload

from alliance.facts import SeatsChanged
from alliance.models import Attendance, Company, Partner, Person, Session
from alliance.places import ACTIVE, end_attendances, fill_places
from alliance.queries.sessions import locked_session
from alliance.unit_of_work import UnitOfWork


async def locked_partner(uow: UnitOfWork, company_id: int) -> Partner | None:
    """Where we stand with a company, with the company loaded; others wait until the transaction ends."""
    return await uow.db.scalar(
        select(Partner)
        .where(Partner.company_id == company_id)
        .with_for_update(of=Partner, key_share=True)
        .options(selectinload(Partner.company))
        .execution_options(populate_existing=True)
    )


async def partner_of(uow: UnitOfWork, company: Company, state: str) -> Partner:
    """The same, made in `state` with nobody having said yes if there was none; see `enter`."""
    partner = await locked_partner(uow, company.id)
    if partner is None:
        partner = Partner(
            company=company,
            state=state,
            we_said_yes=False,
            they_said_yes=False,
            ended_by_them=False,
            key_fingerprint="",
            since=uow.now,
            created_at=uow.now,
        )
        uow.db.add(partner)
        await uow.db.flush()
    return partner


async def enter(uow: UnitOfWork, partner: Partner, state: str) -> None:
    """Begins a new state now."""
    partner.state = state
    partner.since = uow.now
    partner.ended_by_them = False
    await uow.db.flush()


async def end(uow: UnitOfWork, partner: Partner, state: str, *, by_them: bool = False) -> None:
    """Enters `left` or `blocked`: nobody has said yes any more, and shared attendances end."""
    partner.we_said_yes = partner.they_said_yes = False
    partner.caught_up_at = None
    await enter(uow, partner, state)
    partner.ended_by_them = by_them
    await uow.db.flush()
    await _end_ours_at_theirs(uow, partner.company_id)
    await _end_theirs_at_ours(uow, partner.company_id, everywhere=state == "blocked")


async def _end_ours_at_theirs(uow: UnitOfWork, company_id: int) -> None:
    theirs = select(Session.id).where(Session.company_id == company_id, Session.ends_at > uow.now)
    await uow.db.execute(
        update(Attendance)
        .where(Attendance.session_id.in_(theirs), Attendance.state.in_(ACTIVE))
        .values(state="left", since=uow.now, personal_link=None)
        .execution_options(synchronize_session="fetch")
    )


async def _end_theirs_at_ours(uow: UnitOfWork, company_id: int, *, everywhere: bool) -> None:
    """Ends what people of that company attend here: all of it, or what only allies may attend."""
    attended = (
        select(Session.id)
        .distinct()
        .join(Attendance, Attendance.session_id == Session.id)
        .join(Person, Person.id == Attendance.person_id)
        .where(
            Person.company_id == company_id,
            Attendance.state.in_(ACTIVE),
            Session.uri.is_(None),
            Session.ends_at > uow.now,
            Session.withdrawn_at.is_(None),
        )
        .order_by(Session.id)
    )
    if not everywhere:
        attended = attended.where(Session.audience != "public")
    for session_id in (await uow.db.scalars(attended)).all():
        session = await locked_session(uow.db, session_id)
        if session is None:
            continue
        going = session.going_count
        await end_attendances(uow, session, Person.company_id == company_id)
        await fill_places(uow, session)
        if session.going_count != going:
            uow.record(SeatsChanged(session))
