"""The lists of one of our people, and who is on them; nobody else's are ever found."""

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.errors import NotFound
from alliance.models import AppList, AppListMember


async def lists_of(db: AsyncSession, person_id: int, *, with_account: int | None = None) -> list[AppList]:
    """By age; with an account, those that it is on. One query."""
    query = select(AppList).where(AppList.person_id == person_id).order_by(AppList.id)
    if with_account is not None:
        on = select(AppListMember.list_id).where(AppListMember.account_id == with_account)
        query = query.where(AppList.id.in_(on))
    return list(await db.scalars(query))


async def own_list(db: AsyncSession, person_id: int, list_id: int) -> AppList:
    """One of them. Raises NotFound."""
    found = await db.scalar(select(AppList).where(AppList.id == list_id, AppList.person_id == person_id))
    if found is None:
        raise NotFound
    return found


def members_of(list_id: int) -> Select[int, int]:
    """The query for the members of a list: the identifiers of the row and of the account."""
    return select(AppListMember.id, AppListMember.account_id).where(AppListMember.list_id == list_id)
