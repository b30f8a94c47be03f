"""Our people note something about others, for themselves: a text, or a word such as `endorsed`."""

from sqlalchemy import delete, func, select

from alliance.errors import Conflict, Invalid
from alliance.keeping_away import refuse_unless_somebody
from alliance.models import ACCOUNT_MARKS, MOST_MARKS, NOTE_LIMIT, AccountMark, AccountNote
from alliance.text import clean_text
from alliance.unit_of_work import UnitOfWork
from alliance.upserts import insert


async def note_about(uow: UnitOfWork, person_id: int, account_id: int, text: str) -> str:
    """What only the writer reads; an empty text takes the note away. The note as it is kept.

    Raises NotFound, Conflict for oneself and beyond 500, Invalid for more than 2,000 characters.
    """
    await refuse_unless_somebody(uow, person_id, account_id)
    words = clean_text(text)
    if len(words) > NOTE_LIMIT:
        raise Invalid("This is longer than {limit} characters.", field="comment", limit=NOTE_LIMIT)
    mine = (AccountNote.person_id == person_id, AccountNote.account_id == account_id)
    if not words:
        await uow.db.execute(delete(AccountNote).where(*mine))
        return ""
    others = select(func.count()).where(mine[0], AccountNote.account_id != account_id)
    _refuse_beyond(await uow.db.scalar(others))
    said = {"text": words, "changed_at": uow.now}
    await uow.db.execute(
        insert(uow.db, AccountNote)
        .values(person_id=person_id, account_id=account_id, **said)
        .on_conflict_do_update(index_elements=["person_id", "account_id"], set_=said)
    )
    return words


async def mark_account(uow: UnitOfWork, person_id: int, account_id: int, kind: str) -> None:
    """Twice is once. Raises NotFound, Conflict for oneself and beyond 500 of one kind."""
    assert kind in ACCOUNT_MARKS  # noqa: S101 - the words are ours
    await refuse_unless_somebody(uow, person_id, account_id)
    count = select(func.count()).where(
        AccountMark.person_id == person_id, AccountMark.kind == kind, AccountMark.account_id != account_id
    )
    _refuse_beyond(await uow.db.scalar(count))
    row = {"person_id": person_id, "account_id": account_id, "kind": kind}
    await uow.db.execute(
        insert(uow.db, AccountMark)
        .values(id=uow.new_id(), since=uow.now, **row)
        .on_conflict_do_nothing(index_elements=["person_id", "kind", "account_id"])
    )


async def unmark_account(uow: UnitOfWork, person_id: int, account_id: int, *kinds: str) -> None:
    """Twice is once."""
    await uow.db.execute(
        delete(AccountMark).where(
            AccountMark.person_id == person_id,
            AccountMark.account_id == account_id,
            AccountMark.kind.in_(kinds),
        )
    )


def _refuse_beyond(count: int | None) -> None:
    if (count or 0) >= MOST_MARKS:
        raise Conflict("That is too much: {limit} at most.", limit=MOST_MARKS)
