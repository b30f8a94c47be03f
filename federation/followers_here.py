"""Those who follow our people from elsewhere, as people that the domain knows."""

from collections.abc import Sequence

from sqlalchemy import Delete, Select, delete, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.errors import NotFound
from alliance.models import Employee, Notification, Person
from alliance.receiving_people import receive_person
from alliance.unit_of_work import UnitOfWork
from alliance.upserts import insert
from federation.followers import accept_follower, remove_follower
from federation.models import Follow
from federation.translate.news import person_news
from federation.uris import Uris, person_actor, person_id_of
from federation.vocabulary.actor import Actor

ASKED, FOLLOWS = "follow_request", "follow"
_PEOPLE = ("Person", "Service")


async def tell_of_follower(uow: UnitOfWork, followed: str, follower: Actor, *, asks: bool) -> None:
    """One of our people hears of who follows, or asks to; apps show both. Twice is once.

    Who follows the company or the instance is counted, and nobody is told.
    """
    person_id = person_id_of(followed)
    if person_id is None or follower.type not in _PEOPLE:
        return
    if not await uow.db.scalar(select(exists().where(Employee.id == person_id))):
        return
    known = await uow.db.scalar(select(Person.id).where(Person.uri == follower.id))
    if known is None:
        known = (await receive_person(uow, person_news(follower))).id
    await uow.db.execute(_told(person_id, known))
    row = insert(uow.db, Notification).values(
        id=uow.new_id(),
        kind=ASKED if asks else FOLLOWS,
        person_id=person_id,
        account_id=known,
        created_at=uow.now,
    )
    await uow.db.execute(row.on_conflict_do_nothing())


async def states_of_followers(
    db: AsyncSession, origin: str, person_id: int, others: Sequence[int]
) -> dict[int, str]:
    """How those of these people follow one of ours who do: `accepted`, or `asked`. One query."""
    rows = await db.execute(
        _followers(origin, person_id).add_columns(Follow.state).where(Person.id.in_(others))
    )
    return {person: state for _, person, state in rows}


def people_following(origin: str, person_id: int, state: str) -> Select[int, int]:
    """The query for them: the identifiers of the Follow, by which it is paged, and of the person."""
    return _followers(origin, person_id).where(Follow.state == state)


async def how_many_follow(db: AsyncSession, origin: str, person_id: int, state: str) -> int:
    """How many there are, counted as they are paged. One query."""
    return (
        await db.scalar(
            select(func.count()).select_from(people_following(origin, person_id, state).subquery())
        )
        or 0
    )


async def answer_follower(uow: UnitOfWork, person_id: int, follower_id: int, *, accept: bool) -> None:
    """Lets in who asked, or turns them away. Raises NotFound for who did not ask."""
    asked = people_following(uow.settings.origin, person_id, "asked").where(Person.id == follower_id)
    row = (await uow.db.execute(asked)).first()
    if row is None:
        raise NotFound
    verb = accept_follower if accept else remove_follower
    await verb(uow, person_actor(person_id), row[0])
    await uow.db.execute(_told(person_id, follower_id))
    if accept:
        # Whoever decided knows already; the account stays one that they were told of.
        known = {"kind": FOLLOWS, "person_id": person_id, "account_id": follower_id}
        row_of_it = insert(uow.db, Notification).values(
            id=uow.new_id(), created_at=uow.now, read_at=uow.now, **known
        )
        await uow.db.execute(row_of_it.on_conflict_do_nothing())


async def send_follower_away(uow: UnitOfWork, person_id: int, follower_id: int) -> None:
    """Whoever follows one of ours, or asks to, no longer does, and is told; others never did."""
    theirs = _followers(uow.settings.origin, person_id).where(Person.id == follower_id)
    row = (await uow.db.execute(theirs)).first()
    if row is not None:
        await remove_follower(uow, person_actor(person_id), row[0])
        await uow.db.execute(_told(person_id, follower_id))


def _followers(origin: str, person_id: int) -> Select[int, int]:
    return (
        select(Follow.id, Person.id)
        .join(Person, Person.uri == Follow.follower_uri)
        .where(Follow.followed_uri == Uris(origin).person(person_id), Person.gone_at.is_(None))
    )


def _told(person_id: int, follower_id: int) -> Delete:
    return delete(Notification).where(
        Notification.person_id == person_id,
        Notification.account_id == follower_id,
        Notification.kind.in_((ASKED, FOLLOWS)),
    )
