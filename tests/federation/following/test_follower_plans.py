"""Followers are found by an index that fits what is asked, also where the database knows no statistics."""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.instance import Instance
from alliance.settings import Settings
from federation.followers import followers, how_many
from federation.listings import followers_document
from federation.partial_followers import partial_followers_document
from federation.uris import COMPANY
from tests.support.counting import queries_of

pytestmark = pytest.mark.anyio
Ask = Callable[[AsyncSession, Settings], Awaitable[object]]
OURS = "https://nordlicht.example/company"

ASKED: dict[str, tuple[Ask, str]] = {
    "of one server": (
        lambda db, settings: partial_followers_document(db, settings, COMPANY, "birke.example"),
        "ix_follow_from_host (followed_uri=? AND follower_host=? AND state=?)",
    ),
    "how many": (
        lambda db, settings: followers_document(db, settings, COMPANY),
        "COVERING INDEX ix_follow_followed_uri_state_id (followed_uri=? AND state=?)",
    ),
    "how many ask": (
        lambda db, settings: how_many(db, OURS, "asked"),
        "COVERING INDEX ix_follow_followed_uri_state_id (followed_uri=? AND state=?)",
    ),
    "a page": (
        lambda db, settings: followers(db, OURS, "accepted", after=7),
        "ix_follow_followed_uri_state_id (followed_uri=? AND state=? AND id>?)",
    ),
}


@pytest.mark.parametrize("name", ASKED)
async def test_what_is_asked_of_followers_reads_no_others(instance: Instance, name: str) -> None:
    ask, index = ASKED[name]
    is_sqlite = instance.database.is_sqlite
    async with instance.reading() as db:
        with queries_of(db) as queries:
            await ask(db, instance.settings)
        connection = await db.connection()
        statement, parameters = next(one for one in queries if "FROM follow" in one[0])
        if not is_sqlite:
            # An empty table is read in one go because that is cheapest; the question is whether it has to be.
            await connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        explain = "EXPLAIN QUERY PLAN" if is_sqlite else "EXPLAIN"
        plan = await connection.exec_driver_sql(f"{explain} {statement}", parameters)
        lines = [row.detail if is_sqlite else row[0] for row in plan]

    assert any(index in line if is_sqlite else "ix_follow_" in line for line in lines), lines
    assert not any("TEMP B-TREE" in line or "Seq Scan on follow" in line for line in lines)
