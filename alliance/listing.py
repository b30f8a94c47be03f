"""Our people make lists of others, to read what these say apart from everything else."""

from collections.abc import Sequence

from sqlalchemy import delete, func, select

from alliance.errors import Conflict, Invalid, NotFound
from alliance.models import (
    LIST_TITLE_LIMIT,
    MOST_LISTS,
    MOST_MEMBERS,
    REPLIES_POLICIES,
    AppList,
    AppListMember,
)
from alliance.queries.known_accounts import known_accounts
from alliance.text import clean_line
from alliance.unit_of_work import UnitOfWork
from alliance.upserts import insert
from alliance.visibility import employee_viewer


async def make_list(
    uow: UnitOfWork, person_id: int, title: str, *, replies_policy: str = "list", exclusive: bool = False
) -> AppList:
    """An empty list. Raises Invalid, Conflict beyond 50."""
    count = await uow.db.scalar(select(func.count()).where(AppList.person_id == person_id))
    if (count or 0) >= MOST_LISTS:
        raise Conflict("You have {limit} lists already.", limit=MOST_LISTS)
    made = AppList(
        id=uow.new_id(),
        person_id=person_id,
        title=_title(title),
        replies_policy=_policy(replies_policy),
        is_exclusive=exclusive,
        created_at=uow.now,
    )
    uow.db.add(made)
    await uow.db.flush()
    return made


async def change_list(
    uow: UnitOfWork,
    person_id: int,
    list_id: int,
    *,
    title: str | None = None,
    replies_policy: str | None = None,
    exclusive: bool | None = None,
) -> AppList:
    """Changes what is given. Raises NotFound, Invalid."""
    found = await _own_list(uow, person_id, list_id)
    found.title = found.title if title is None else _title(title)
    found.replies_policy = found.replies_policy if replies_policy is None else _policy(replies_policy)
    found.is_exclusive = found.is_exclusive if exclusive is None else exclusive
    await uow.db.flush()
    return found


async def drop_list(uow: UnitOfWork, person_id: int, list_id: int) -> None:
    """The list is gone; its members are not told, as they never were. Raises NotFound."""
    await _own_list(uow, person_id, list_id)
    await uow.db.execute(delete(AppList).where(AppList.id == list_id))


async def put_on_list(uow: UnitOfWork, person_id: int, list_id: int, account_ids: Sequence[int]) -> None:
    """All of them or nobody. Raises NotFound for whom the owner can't see, Conflict beyond 500."""
    await _own_list(uow, person_id, list_id)
    known = await known_accounts(uow.db, employee_viewer(person_id), account_ids)
    if set(account_ids) - known:
        raise NotFound
    count = await uow.db.scalar(
        select(func.count()).where(
            AppListMember.list_id == list_id, AppListMember.account_id.not_in(account_ids)
        )
    )
    if (count or 0) + len(set(account_ids)) > MOST_MEMBERS:
        raise Conflict("A list has room for {limit}.", limit=MOST_MEMBERS)
    rows = [
        {"id": uow.new_id(), "list_id": list_id, "account_id": account_id}
        for account_id in dict.fromkeys(account_ids)
    ]
    if rows:
        await uow.db.execute(
            insert(uow.db, AppListMember)
            .values(rows)
            .on_conflict_do_nothing(index_elements=["list_id", "account_id"])
        )


async def take_off_list(uow: UnitOfWork, person_id: int, list_id: int, account_ids: Sequence[int]) -> None:
    """Whoever of them is on it no longer is. Raises NotFound for the list."""
    await _own_list(uow, person_id, list_id)
    await uow.db.execute(
        delete(AppListMember).where(
            AppListMember.list_id == list_id, AppListMember.account_id.in_(account_ids)
        )
    )


async def _own_list(uow: UnitOfWork, person_id: int, list_id: int) -> AppList:
    # Locked, so that two apps that add at once are counted one after the other.
    found = await uow.db.scalar(
        select(AppList).where(AppList.id == list_id, AppList.person_id == person_id).with_for_update()
    )
    if found is None:
        raise NotFound
    return found


def _title(title: str) -> str:
    line = clean_line(title)
    if not 1 <= len(line) <= LIST_TITLE_LIMIT:
        raise Invalid(
            "Please type a name of up to {limit} characters.", field="title", limit=LIST_TITLE_LIMIT
        )
    return line


def _policy(policy: str) -> str:
    if policy not in REPLIES_POLICIES:
        raise Invalid("Please choose one of the options.", field="replies_policy")
    return policy
