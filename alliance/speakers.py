"""Who says something here, ours or an ally's, and how much of it one person or company may say in a day."""

from datetime import timedelta

from sqlalchemy import func, select

from alliance.errors import Forbidden, TooMany
from alliance.identifiers import first_identifier_of
from alliance.models import Employee, Partner, Person, Story, Wish
from alliance.unit_of_work import UnitOfWork

RETRY_AFTER = 60 * 60
"""Seconds."""
Said = type[Story] | type[Wish]


async def speaker(uow: UnitOfWork, by: Employee) -> Person:
    """The person of an employee, locked, so that two things at once are counted one after the other.

    Raises Forbidden for a closed account.
    """
    found = await uow.db.scalar(
        select(Person)
        .join(Employee, Employee.id == Person.id)
        .where(Person.id == by.id, Person.gone_at.is_(None), Employee.disabled_at.is_(None))
        .with_for_update(of=Person, key_share=True)
    )
    if found is None:
        raise Forbidden("This account is closed.")
    return found


async def allied_speaker(uow: UnitOfWork, author: Person) -> Person:
    """The same for somebody of an allied company. Raises Forbidden for everybody else."""
    found = await uow.db.scalar(
        select(Person)
        .join(Partner, Partner.company_id == Person.company_id)
        .where(
            Person.id == author.id,
            Person.uri.is_not(None),
            Person.gone_at.is_(None),
            Partner.state == "allied",
        )
        .with_for_update(of=Person, key_share=True)
    )
    if found is None:
        raise Forbidden(detail="only people of allied companies say that here")
    return found


async def refuse_more_a_day(uow: UnitOfWork, author: Person, said: Said, most: int) -> None:
    """Raises TooMany for an author of ours who has said `most` of it since yesterday."""
    if await _count(uow, author, said) >= most:
        raise TooMany("That was a lot for one day. Please go on tomorrow.", retry_after=RETRY_AFTER)


async def refuse_flood(
    uow: UnitOfWork, author: Person, said: Said, *, most: int, most_of_company: int
) -> None:
    """Raises TooMany for an ally's author, or company, that has said so much of it since yesterday."""
    if await _count(uow, author, said) >= most:
        raise TooMany(retry_after=RETRY_AFTER)
    if await _count(uow, author, said, of_company=True) >= most_of_company:
        raise TooMany(retry_after=RETRY_AFTER)


async def _count(uow: UnitOfWork, author: Person, said: Said, *, of_company: bool = False) -> int:
    """By when it arrived: what another server says of the time decides nothing."""
    lately = select(func.count()).select_from(said)
    lately = lately.where(said.id >= first_identifier_of(uow.now - timedelta(days=1)))
    if of_company:
        lately = lately.join(Person, Person.id == said.author_id)
        lately = lately.where(Person.company_id == author.company_id)
    else:
        lately = lately.where(said.author_id == author.id)
    return await uow.db.scalar(lately) or 0
