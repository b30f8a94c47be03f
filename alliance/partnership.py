"""The row that says where we stand with another company, and what ends together with an alliance."""

from sqlalchemy import select, update
from sqlalchemy.orm import selectinload

from alliance.circle_ending import end_circles_with
from alliance.community_members import end_communities_with
from alliance.handing_over import end_hosting_with
from alliance.models import Attendance, Company, Partner, Person, Session
from alliance.places import ACTIVE, end_places_to_come
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
    await end_hosting_with(uow, partner.company_id)
    await end_communities_with(uow, partner.company_id)
    await end_circles_with(uow, partner.company_id)
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
    shared = () if everywhere else (Session.audience != "public",)
    await end_places_to_come(uow, Person.company_id == company_id, *shared)
