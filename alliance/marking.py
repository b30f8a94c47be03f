"""What employees do to something that an app shows them: like it, keep it, pass it on, pin it, mute it.

A session that is liked or kept is what it is on its page: interesting, or saved. For everything else there is
a mark.
"""

from sqlalchemy import delete, func, select

from alliance.errors import Conflict, Forbidden, NotFound
from alliance.models import Employee, Mark, Person, Posting
from alliance.posting import boost, unboost
from alliance.reacting import lose_interest, show_interest
from alliance.saving import save_session, unsave_session
from alliance.unit_of_work import UnitOfWork
from alliance.upserts import insert

MOST_PINNED = 5
MOST_MARKS = 5000
"""Of one kind, by one person."""


async def favourite(uow: UnitOfWork, posting: Posting, by: Employee) -> None:
    """They like it; twice is once. Raises NotFound, Conflict."""
    if posting.kind == "session" and posting.session_id is not None:
        await show_interest(uow, posting.session_id, by)
    else:
        await _mark(uow, posting, by, "favourite")


async def unfavourite(uow: UnitOfWork, posting: Posting, by: Employee) -> None:
    """They no longer do."""
    if posting.kind == "session" and posting.session_id is not None:
        await lose_interest(uow, posting.session_id, by)
    else:
        await _unmark(uow, posting, by, "favourite")


async def bookmark(uow: UnitOfWork, posting: Posting, by: Employee) -> None:
    """They keep it in mind, and nobody hears of that. Raises NotFound, Gone, Conflict."""
    if posting.kind == "session" and posting.session_id is not None:
        await save_session(uow, by.id, posting.session_id)
    else:
        await _mark(uow, posting, by, "bookmark")


async def unbookmark(uow: UnitOfWork, posting: Posting, by: Employee) -> None:
    """They let go of it."""
    if posting.kind == "session" and posting.session_id is not None:
        await unsave_session(uow, by.id, posting.session_id)
    else:
        await _unmark(uow, posting, by, "bookmark")


async def pass_on(uow: UnitOfWork, posting: Posting, by: Employee) -> Posting:
    """They recommend it to those who follow them here; for whoever may not see it there is nothing to see.

    Nothing is said to other servers: a recommendation of something for allies would tell that it exists, and
    public sessions are announced by the instance already. Raises Forbidden for messages.
    """
    if posting.kind == "message":
        raise Forbidden("Messages can't be passed on.")
    await _mark(uow, posting, by, "boost")
    company_id = await uow.db.scalar(select(Person.company_id).where(Person.id == by.id))
    return await boost(uow, posting, by.id, company_id)


async def no_longer_pass_on(uow: UnitOfWork, posting: Posting, by: Employee) -> None:
    """They take that back; twice is once."""
    await _unmark(uow, posting, by, "boost")
    await unboost(uow, posting.id, by.id)


async def pin(uow: UnitOfWork, posting: Posting, by: Employee) -> None:
    """It stands at the top of their own page; at most five. Raises Conflict for what is not their own."""
    if posting.author_id != by.id or posting.kind not in ("story", "comment"):
        raise Conflict("Only what you have written yourself can be pinned.")
    count = select(func.count()).where(Mark.person_id == by.id, Mark.kind == "pin")
    others = await uow.db.scalar(count.where(Mark.posting_id != posting.id)) or 0
    if others >= MOST_PINNED:
        raise Conflict("You have pinned {limit} already. Please unpin one first.", limit=MOST_PINNED)
    await _mark(uow, posting, by, "pin")


async def unpin(uow: UnitOfWork, posting: Posting, by: Employee) -> None:
    """It stands where it was written."""
    await _unmark(uow, posting, by, "pin")


async def mute_conversation(uow: UnitOfWork, posting: Posting, by: Employee) -> None:
    """They want to hear nothing more of what is said about it."""
    await _mark(uow, posting, by, "mute")


async def unmute_conversation(uow: UnitOfWork, posting: Posting, by: Employee) -> None:
    """They want to hear of it again."""
    await _unmark(uow, posting, by, "mute")


async def posting_to_mark(uow: UnitOfWork, posting_id: int) -> Posting:
    """The row itself, of what somebody passed on the original. Raises NotFound.

    Whether it may be seen has to be asked elsewhere.
    """
    found = await uow.db.get(Posting, posting_id)
    if found is not None and found.boosted_id is not None:
        found = await uow.db.get(Posting, found.boosted_id)
    if found is None or found.gone_at is not None:
        raise NotFound
    return found


async def _mark(uow: UnitOfWork, posting: Posting, by: Employee, kind: str) -> None:
    count = select(func.count()).where(Mark.person_id == by.id, Mark.kind == kind)
    if (await uow.db.scalar(count) or 0) >= MOST_MARKS:
        raise Conflict("You have marked {limit} already. Please let go of some.", limit=MOST_MARKS)
    row = {"person_id": by.id, "posting_id": posting.id, "kind": kind, "id": uow.new_id(), "since": uow.now}
    await uow.db.execute(insert(uow.db, Mark).values(row).on_conflict_do_nothing())


async def _unmark(uow: UnitOfWork, posting: Posting, by: Employee, kind: str) -> None:
    await uow.db.execute(
        delete(Mark)
        .where(Mark.person_id == by.id, Mark.posting_id == posting.id, Mark.kind == kind)
        .execution_options(synchronize_session=False)
    )
