"""A record store hears of those alone who want it, and what they take back it hears of as well."""

import asyncio
import json
from typing import Any

import pytest
from sqlalchemy import select

from alliance.confirming import confirm, take_back
from alliance.errors import Conflict, Forbidden, Invalid
from alliance.learning_records import LISTENERS, agree, choice_of, disagree
from alliance.learning_settings import (
    StoreDraft,
    change_store,
    end_token,
    learning_setting,
    make_token,
    stored_key,
    token_in_force,
    tokens,
)
from alliance.models import RecordStatement
from alliance.parting import erase_own_account
from alliance.record_queue import forget_statements, has_arrived, is_refused, send_dead_again, take_next
from tests.alliance.stage import Stage
from tests.alliance.test_confirming import over
from tests.support.clock import FrozenClock

STORE: dict[str, Any] = {
    "is_on": True,
    "endpoint": "https://lrs.example/xapi",
    "is_inside": False,
    "key": "alliance",
    "secret": "s3cret",
    "version": "1.0.3",
}


async def set_up(stage: Stage, **changes: Any) -> None:
    async with stage.instance.unit_of_work() as uow:
        await change_store(uow, StoreDraft(**{**STORE, **changes}), stage.admin)
    for kind, listeners in LISTENERS.items():
        stage.instance.listeners = {**stage.instance.listeners, kind: [*listeners]}


async def told(stage: Stage) -> list[tuple[str, str]]:
    async with stage.instance.reading() as db:
        rows = await db.scalars(select(RecordStatement).order_by(RecordStatement.id))
        return [(row.verb, row.state) for row in rows]


async def deliver(stage: Stage) -> list[dict[str, Any]]:
    """Everything that waits arrives; what was in it."""
    arrived: list[dict[str, Any]] = []
    while True:
        async with stage.instance.unit_of_work() as uow:
            row = await take_next(uow)
        if row is None:
            return arrived
        arrived.append(json.loads(row.body or b""))
        async with stage.instance.unit_of_work() as uow:
            await has_arrived(uow, row.id, 204)


async def test_two_clicks_on_yes_are_one(stage: Stage) -> None:
    lena = await stage.colleague()
    await set_up(stage)

    async def says_yes() -> str:
        async with stage.instance.unit_of_work() as uow:
            return (await agree(uow, lena)).account

    one, other = await asyncio.gather(says_yes(), says_yes())
    assert one == other


async def test_nothing_is_told_of_whoever_has_not_said_yes(stage: Stage) -> None:
    lena = await stage.colleague()
    with pytest.raises(Conflict):
        async with stage.instance.unit_of_work() as uow:
            await agree(uow, lena)
    await set_up(stage)
    session = await over(stage, lena)
    async with stage.instance.unit_of_work() as uow:
        await confirm(uow, session.id, lena)

    assert await told(stage) == []


async def test_a_place_and_having_been_there_are_told_once_and_taken_back(stage: Stage) -> None:
    lena, tarek = await stage.colleague(), await stage.colleague("Tarek Aziz")
    await set_up(stage)
    async with stage.instance.unit_of_work() as uow:
        account = (await agree(uow, lena)).account
        assert (await agree(uow, lena)).account == account
    session = await stage.publish()
    for who in (lena, tarek):
        await stage.join(session, who)
    await stage.leave(session, lena)
    assert await told(stage) == [("registered", "dropped")]
    await stage.join(session, lena)
    first = await deliver(stage)
    await stage.leave(session, lena)
    held = await over(stage, lena)
    async with stage.instance.unit_of_work() as uow:
        confirmation = await confirm(uow, held.id, lena)
        await confirm(uow, held.id, lena)
    second = await deliver(stage)
    async with stage.instance.unit_of_work() as uow:
        await take_back(uow, confirmation.id, lena)
    third = await deliver(stage)

    assert [one["verb"]["display"]["en"] for one in first] == ["registered"]
    assert [one["verb"]["display"]["en"] for one in second] == ["voided", "registered", "attended"]
    assert second[0]["object"]["id"] == first[0]["id"]
    assert [one["object"]["id"] for one in third] == [second[2]["id"]]
    everything = json.dumps([first, second, third])
    assert account in everything
    for name in ("Lena", "Vogt", "lena.vogt", "Tarek", str(lena.id), "meet.example"):
        assert name not in everything


async def test_who_changes_their_mind_is_unknown_there_from_then_on(stage: Stage) -> None:
    lena = await stage.colleague()
    await set_up(stage)
    async with stage.instance.unit_of_work() as uow:
        account = (await agree(uow, lena)).account
    session, other, third = [await stage.publish() for _ in range(3)]
    await stage.join(session, lena)
    arrived = await deliver(stage)
    await stage.join(other, lena)
    async with stage.instance.unit_of_work() as uow:
        on_its_way = await take_next(uow)
        assert on_its_way is not None
    await stage.join(third, lena)

    async with stage.instance.unit_of_work() as uow:
        await disagree(uow, lena.id)
        await disagree(uow, lena.id)
    async with stage.instance.unit_of_work() as uow:
        # It arrives after all, and is voided by what comes after it.
        await has_arrived(uow, on_its_way.id, 204)
    voided = [one["object"]["id"] for one in await deliver(stage)]

    assert voided == [arrived[0]["id"], on_its_way.statement_id]
    async with stage.instance.reading() as db:
        assert await choice_of(db, lena.id) is None
        assert set(await db.scalars(select(RecordStatement.person_id))) == {None}
    async with stage.instance.unit_of_work() as uow:
        assert (await agree(uow, lena)).account != account


async def test_who_is_erased_is_taken_back_there_and_what_was_refused_never_arrived(
    stage: Stage, clock: FrozenClock
) -> None:
    lena = await stage.colleague()
    await set_up(stage)
    async with stage.instance.unit_of_work() as uow:
        await agree(uow, lena)
    await over(stage, lena)
    arrived = await deliver(stage)
    await over(stage, lena)
    async with stage.instance.unit_of_work() as uow:
        refused = await take_next(uow)
        assert refused is not None
        await is_refused(uow, refused.id, 400, "no")

    async with stage.instance.unit_of_work() as uow:
        await erase_own_account(uow, lena.id)
        assert await send_dead_again(uow) == 0

    assert [one["object"]["id"] for one in await deliver(stage)] == [arrived[0]["id"]]
    clock.advance(days=60)
    async with stage.instance.unit_of_work() as uow:
        assert await forget_statements(uow) == 3
    assert await told(stage) == []


async def test_only_administrators_set_it_up_and_its_secret_is_sealed(stage: Stage) -> None:
    with pytest.raises(Forbidden):
        async with stage.instance.unit_of_work() as uow:
            await change_store(uow, StoreDraft(**STORE), stage.host)
    for wrong in ({"key": ""}, {"secret": ""}, {"key": "a:b"}, {"version": "1.0"}, {"endpoint": ""}):
        with pytest.raises(Invalid):
            await set_up(stage, **wrong)
    await set_up(stage)
    await set_up(stage, secret="", version="2.0.0")

    async with stage.instance.reading() as db:
        setting = await learning_setting(db)
        assert setting.endpoint == "https://lrs.example/xapi/"
        assert b"s3cret" not in (setting.credentials or b"")
        assert stored_key(stage.instance.vault, setting) == ("alliance", "s3cret")
    # Nobody who sends it elsewhere gets the secret along with it.
    with pytest.raises(Invalid):
        await set_up(stage, secret="", endpoint="https://attacker.example/")


async def test_a_token_opens_what_it_was_made_for_until_it_ends(stage: Stage) -> None:
    with pytest.raises(Forbidden):
        async with stage.instance.unit_of_work() as uow:
            await make_token(uow, "Portal", stage.host)
    async with stage.instance.unit_of_work() as uow:
        token = await make_token(uow, " Portal ", stage.admin)

    async with stage.instance.reading() as db:
        stored = (await tokens(db))[0]
        assert (stored.name, token in repr(vars(stored))) == ("Portal", False)
        assert await token_in_force(db, token, "catalogue") is not None
        assert await token_in_force(db, stored.token_hash, "catalogue") is None
        assert await token_in_force(db, token, "anything") is None
        assert await token_in_force(db, "x" * 1000, "catalogue") is None
    async with stage.instance.unit_of_work() as uow:
        await end_token(uow, stored.id, stage.admin)
    async with stage.instance.reading() as db:
        assert await token_in_force(db, token, "catalogue") is None
