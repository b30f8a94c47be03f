"""What the operator changes on the server about privacy is written down once and told to everybody."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import select

from alliance.given_settings import tell_what_was_given
from alliance.instance import Instance
from alliance.models import AuditEntry, RunTimeSetting
from alliance.run_time_settings import changes_told, propose, refresh
from alliance.settings import Settings
from federation.chores import tidy
from federation.wiring import Federation
from tests.support.founding import Founded

pytestmark = pytest.mark.anyio


async def looked(instance: Instance, **changes: object) -> list[str]:
    """A worker looks; what it told of."""
    given: Settings = replace(instance.settings, **changes)  # type: ignore[arg-type]
    async with instance.unit_of_work() as uow:
        return await tell_what_was_given(uow, given)


async def told(instance: Instance) -> list[tuple[str, str, str]]:
    async with instance.reading() as db:
        return [(change.name, change.before, change.value) for change in await changes_told(db)]


async def written_down(instance: Instance) -> list[tuple[str, str, str]]:
    query = select(AuditEntry).where(AuditEntry.act == "setting.given").order_by(AuditEntry.number)
    async with instance.reading() as db:
        entries = (await db.scalars(query)).all()
    return [(entry.who_kind, entry.on_id, entry.details) for entry in entries]


async def test_how_the_instance_was_set_up_is_no_change(founded: Founded) -> None:
    instance = founded.instance

    assert await looked(instance, ai=True) == []
    assert await looked(instance, ai=True) == []
    assert (await told(instance), await written_down(instance)) == ([], [])


async def test_a_change_on_the_server_is_written_down_and_told_once(founded: Founded) -> None:
    instance = founded.instance
    await looked(instance)

    changed = await looked(instance, ai=True, retention=(("letters", 30),))
    again = await looked(instance, ai=True, retention=(("letters", 30),))

    assert (set(changed), again) == ({"ai", "retention.letters"}, [])
    assert set(await told(instance)) == {("ai", "off", "on"), ("retention.letters", "365", "30")}
    assert [(who, name) for who, name, _ in await written_down(instance)] == [
        ("system", "ai"),
        ("system", "retention.letters"),
    ]
    await refresh(instance)
    assert instance.chosen is not None
    assert set(instance.chosen.told) == {"ai", "retention.letters"}


async def test_where_the_console_has_decided_nothing_changes_and_nobody_is_told(founded: Founded) -> None:
    instance = founded.instance
    await looked(instance)
    async with instance.unit_of_work() as uow:
        await propose(uow, "ai", "on", None)

    assert await looked(instance, ai=True) == ["ai"]
    assert await told(instance) == [("ai", "off", "on")]
    assert len(await written_down(instance)) == 1


async def test_what_does_not_concern_privacy_is_nobodys_news(founded: Founded) -> None:
    instance = founded.instance
    await looked(instance)

    assert await looked(instance, announce_again=True) == []


async def test_two_workers_who_look_at_the_same_time_tell_it_once(founded: Founded) -> None:
    instance = founded.instance
    await looked(instance)

    changed = await asyncio.gather(*(looked(instance, ai=True) for _ in range(2)))

    assert sorted(changed) == [[], ["ai"]]
    assert len(await told(instance)) == 1


async def test_a_decision_that_no_longer_counts_keeps_nothing_quiet(founded: Founded) -> None:
    """A value that this version does not allow is passed over, so what the server says is what counts."""
    instance = founded.instance
    await looked(instance)
    async with instance.unit_of_work() as uow:
        uow.db.add(RunTimeSetting(name="retention.letters", value="3650", changed_at=uow.now))

    assert await looked(instance, retention=(("letters", 30),)) == ["retention.letters"]
    assert await told(instance) == [("retention.letters", "365", "30")]


async def test_it_is_told_before_anything_goes_by_it(federation: Federation, founded: Founded) -> None:
    instance = founded.instance
    await tidy(federation)
    assert instance.chosen is None
    instance.settings = replace(instance.settings, retention=(("letters", 30),))

    await tidy(federation)

    assert await told(instance) == [("retention.letters", "365", "30")]
