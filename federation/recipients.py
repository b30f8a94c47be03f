"""Who gets what: one inbox per server, and none where the alliance is paused, left or blocked.

Every function is a fixed number of statements, however many recipients there are.
"""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, CompoundSelect, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.models import ActorBlock, Attendance, Company, Partner, Person
from alliance.queries.reports import policies
from federation.models import Delivery, Follow, OutboxActivity, RemoteActor
from federation.told import ToldInbox
from federation.uris import COMPANY, INSTANCE, Uris, host_of

SHUNNED = ("paused", "left", "blocked")
_ATTENDING = ("asked", "going", "maybe", "waiting")


def inbox_of(company: Company) -> str:
    """Where the instance of another company takes its mail."""
    return Uris(company.origin).shared_inbox


async def partner_inboxes(db: AsyncSession) -> set[str]:
    """One inbox for each company that we are allied with now."""
    origins = await db.scalars(
        select(Company.origin)
        .join(Partner, Partner.company_id == Company.id)
        .where(Partner.state == "allied")
    )
    return {Uris(origin).shared_inbox for origin in origins}


async def follower_inboxes(db: AsyncSession, followed_uri: str) -> set[str]:
    """The inboxes of the accepted followers of an actor of ours, partners' own instances left out."""
    inboxes = select(func.coalesce(Follow.shared_inbox, Follow.inbox)).distinct()
    instances = select(Company.instance_uri).where(Company.instance_uri.is_not(None))
    return await _outside_partners(
        db,
        inboxes.where(
            Follow.followed_uri == followed_uri,
            Follow.state == "accepted",
            Follow.inbox.is_not(None),
            Follow.follower_uri.not_in(instances),
        ),
    )


async def attendee_inboxes(db: AsyncSession, session_id: int) -> set[str]:
    """The inboxes of people from elsewhere who go to a session of ours, wait or ask, partners' left out."""
    return await _outside_partners(
        db,
        select(func.coalesce(RemoteActor.shared_inbox, RemoteActor.inbox))
        .distinct()
        .join(Person, Person.uri == RemoteActor.uri)
        .join(Attendance, Attendance.person_id == Person.id)
        .where(
            Attendance.session_id == session_id,
            Attendance.state.in_(_ATTENDING),
            RemoteActor.gone_at.is_(None),
        ),
    )


async def told_of(db: AsyncSession, object_uri: str) -> set[str]:
    """Every inbox that anything about this object was ever addressed to."""
    lately = (
        select(Delivery.inbox)
        .join(OutboxActivity, OutboxActivity.id == Delivery.activity_id)
        .where(OutboxActivity.object_uri == object_uri)
    )
    before = select(ToldInbox.inbox).where(ToldInbox.object_uri == object_uri)
    return await _reachable(db, lately.union(before))


async def personal_inbox(db: AsyncSession, person: Person, sender: str = COMPANY) -> str | None:
    """Where one person from elsewhere gets what is for them alone.

    None while their company is shunned, and for whoever blocks `sender` (an actor of ours by its key).
    """
    if person.uri is None or await _blocks(db, person.uri, sender):
        return None
    row = (
        await db.execute(
            select(RemoteActor.inbox, Company.origin, Partner.state)
            .select_from(Person)
            .outerjoin(RemoteActor, RemoteActor.uri == Person.uri)
            .outerjoin(Company, Company.id == Person.company_id)
            .outerjoin(Partner, Partner.company_id == Company.id)
            .where(Person.id == person.id)
        )
    ).one_or_none()
    if row is None or row.state in SHUNNED:
        return None
    known: str | None = row.inbox
    return known or (Uris(row.origin).shared_inbox if row.origin else None)


async def _blocks(db: AsyncSession, actor_uri: str, sender: str) -> bool:
    """Whether that actor wants nothing of ours: neither of `sender` nor of the instance as a whole."""
    blocked = select(ActorBlock.id).where(
        ActorBlock.actor_uri == actor_uri, ActorBlock.by_them, ActorBlock.ours.in_((sender, INSTANCE))
    )
    return await db.scalar(blocked.limit(1)) is not None


async def _outside_partners(db: AsyncSession, inboxes: Select[str]) -> set[str]:
    """Those on hosts of companies we are allied with get everything once, by way of `partner_inboxes`."""
    return _without(await db.scalars(inboxes), await _hosts(db, Partner.state.in_(("allied", *SHUNNED))))


async def _reachable(db: AsyncSession, inboxes: Select[str] | CompoundSelect[str]) -> set[str]:
    return _without(await db.scalars(inboxes), await _hosts(db, Partner.state.in_(SHUNNED)))


async def _hosts(db: AsyncSession, which: ColumnElement[bool]) -> set[str]:
    partners = select(Company.host).join(Partner, Partner.company_id == Company.id).where(which)
    return set(await db.scalars(partners))


async def permitted(db: AsyncSession, inboxes: Iterable[str]) -> list[str]:
    """Those of the inboxes that lie in no suspended domain; everything that is sent passes here."""
    treated = await policies(db)
    return [inbox for inbox in inboxes if not treated.of(host_of(inbox)).suspended]


def _without(inboxes: Iterable[str], hosts: set[str]) -> set[str]:
    return {inbox for inbox in inboxes if host_of(inbox) not in hosts}
