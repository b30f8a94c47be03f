"""A schema without external sources keeps everything else."""

import asyncio

from sqlalchemy import create_engine, text

from alliance.database import sync_url
from alliance.models import Company
from alliance.settings import Settings
from migrations import schema
from tests.federation.sources.library import Library
from tests.hostile.siege import siege
from tests.support.clock import FrozenClock


async def test_going_back_takes_external_events_and_leaves_ours(
    settings: Settings, clock: FrozenClock
) -> None:
    async with siege(settings, clock) as under:
        library = Library(under)
        await library.followed()
        await library.says("Create", library.event(tag=[{"type": "Hashtag", "name": "#Craft"}]))
        await under.stage.publish(title="Ours")
        async with under.federation.instance.reading() as db:
            ours = await db.get(Company, under.stage.founded.company.id)
            assert ours is not None

    await asyncio.to_thread(schema.downgrade, settings.database, "20261123_wire")

    kept = await asyncio.to_thread(_kept, settings.database)
    assert kept == {"titles": ["Ours"], "companies": 3, "orphans": 0}
    await asyncio.to_thread(schema.upgrade, settings.database)
    assert schema.differences(settings.database) == []


def _kept(url: str) -> dict[str, object]:
    engine = create_engine(sync_url(url))
    with engine.connect() as connection:
        titles = [row.title for row in connection.execute(text("SELECT title FROM session"))]
        companies = connection.execute(text("SELECT count(*) FROM company")).scalar()
        orphans = connection.execute(
            text("SELECT count(*) FROM session_topic WHERE session_id NOT IN (SELECT id FROM session)")
        ).scalar()
    engine.dispose()
    return {"titles": titles, "companies": companies, "orphans": orphans}
