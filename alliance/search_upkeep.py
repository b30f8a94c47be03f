"""Keeps the index of the search as new as the program and as short as it can be, a portion at a time."""

from sqlalchemy import select, text

from alliance.instance import Instance
from alliance.models import SearchWord
from alliance.searching import VERSION, VERSION_MARK, rebuild

# So many things are written in one transaction, and so many pages of the index.
_PORTION = 50
_PAGES = 100
_CHANGES = text("SELECT total_changes()")
_MERGE = text("INSERT INTO search_index (search_index, rank) VALUES ('merge', :pages)")


async def renew_index(instance: Instance) -> bool:
    """Writes everything anew if an older program wrote it; whether it did. One query where it need not."""
    async with instance.reading() as db:
        written = await db.scalar(select(SearchWord.word).where(SearchWord.variant == VERSION_MARK))
    if written == VERSION:
        return False
    await rebuild(instance, portion=_PORTION)
    return True


async def merge_index(instance: Instance) -> int:
    """Joins the parts of the index that many changes left behind, which are all looked into for each word.

    On SQLite; PostgreSQL does it itself. How many transactions it took, none being much work (FTS5, "The
    'merge' Command"): a negative number of pages begins to join all parts, positive ones go on with it.
    """
    if not instance.database.is_sqlite:
        return 0
    portions = 0
    while True:
        async with instance.unit_of_work() as uow:
            before = await uow.db.scalar(_CHANGES) or 0
            await uow.db.execute(_MERGE, {"pages": _PAGES if portions else -_PAGES})
            changes = (await uow.db.scalar(_CHANGES) or 0) - before
        if changes < 2:
            return portions
        portions += 1
