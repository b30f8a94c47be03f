"""What holds for every comment, of ours and from elsewhere: how many, how deep, and who has to agree."""

from datetime import timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from alliance.errors import Conflict, TooMany
from alliance.identifiers import first_identifier_of
from alliance.models import Comment, Company, Partner, Person, Session
from alliance.models.domain_policy import is_treated
from alliance.unit_of_work import UnitOfWork

LONGEST = 5000
DEEPEST = 8
MOST_PER_SESSION = 500
MOST_WAITING = 100
MOST_PER_HOUR = 20


async def refuse_too_many(uow: UnitOfWork, session: Session, author: Person) -> None:
    """Raises TooMany for somebody who says too much at once, Conflict for a conversation that is full.

    `session` is locked. The hour is told by the identifiers, which are ours whatever dates others write.
    """
    an_hour_ago = first_identifier_of(uow.now - timedelta(hours=1))
    lately = select(func.count()).where(Comment.author_id == author.id, Comment.id >= an_hour_ago)
    if (await uow.db.scalar(lately) or 0) >= MOST_PER_HOUR:
        raise TooMany("That was a lot at once. Please write the next comment in a while.", retry_after=600)
    there = select(func.count()).where(Comment.session_id == session.id, Comment.state != "waiting")
    if (await uow.db.scalar(there) or 0) >= MOST_PER_SESSION:
        raise Conflict("This conversation has become too long for another comment.")


async def refuse_another_waiting(uow: UnitOfWork, session: Session) -> None:
    """Raises Conflict: strangers may not bury a host under comments to decide about."""
    waiting = select(func.count()).where(Comment.session_id == session.id, Comment.state == "waiting")
    if (await uow.db.scalar(waiting) or 0) >= MOST_WAITING:
        raise Conflict("Too many comments are waiting for an answer here already.")


async def first_state(uow: UnitOfWork, session: Session, author: Person) -> str:
    """`shown` for those whom nobody has to look at first, `waiting` for the others."""
    if author.uri is None:
        return "shown"
    if await is_silenced(uow, author):
        return "waiting"
    if session.uri is not None or session.conversation == "open":
        return "shown"  # at a partner's session the partner has agreed already
    return "shown" if await _is_of_ally(uow, author) else "waiting"


async def is_silenced(uow: UnitOfWork, person: Person) -> bool:
    """Whether the person comes from a domain whose people nobody is told of."""
    treated = select(Person.id).where(Person.id == person.id, is_treated(Person.host, "silence", "suspend"))
    return await uow.db.scalar(treated) is not None


async def comment_with(uow: UnitOfWork, comment_id: int) -> Comment | None:
    """A comment for changing, with author and session, as they are now."""
    return await uow.db.scalar(_with_author().where(Comment.id == comment_id))


async def comment_known_as(uow: UnitOfWork, uri: str) -> Comment | None:
    """A comment from elsewhere by its identity, for changing."""
    return await uow.db.scalar(_with_author().where(Comment.uri == uri))


def placed(comment: Comment, parent: Comment | None) -> Comment:
    """Puts a new comment where it belongs; what is too deep stands beside what it answers."""
    comment.parent_id = parent.id if parent else None
    comment.thread_id = parent.thread_id if parent else comment.id
    comment.depth = min(parent.depth + 1, DEEPEST) if parent else 0
    return comment


def _with_author() -> Select[Comment]:
    return select(Comment).options(
        joinedload(Comment.author).joinedload(Person.company),
        joinedload(Comment.session).joinedload(Session.company),
    )


async def _is_of_ally(uow: UnitOfWork, person: Person) -> bool:
    allied = (
        select(Partner.state)
        .join(Company, Company.id == Partner.company_id)
        .where(Company.id == person.company_id, Partner.state == "allied")
    )
    return await uow.db.scalar(allied) is not None
