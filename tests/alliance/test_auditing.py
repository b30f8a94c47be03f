"""The audit log proves what it says: whatever somebody does to it in the database is seen."""

import asyncio
import contextlib
from typing import Any

import pytest
from sqlalchemy import delete, select, text, update

from alliance.acts import COMMAND_LINE, NOTHING, Subject, person
from alliance.auditing import KEPT_FOR, Verdict, prune_log, verify_log
from alliance.employing import disable_employee, erase_employee
from alliance.instance import Instance
from alliance.models import AuditEntry, AuditHead
from alliance.queries.audit import AuditFilter, audit_page
from alliance.settings import Settings
from alliance.vault import Vault
from tests.support.clock import FrozenClock
from tests.support.founding import Founded

pytestmark = pytest.mark.anyio


async def write(instance: Instance, *hosts: str) -> None:
    """One entry for each, in transactions of their own."""
    for host in hosts:
        async with instance.unit_of_work(COMMAND_LINE) as uow:
            uow.audit("domain.treated", Subject("domain", host), severity="silence")


async def look(instance: Instance, noted: tuple[int, str] | None = None) -> Verdict:
    async with instance.reading() as db:
        return await verify_log(db, instance.vault, noted)


async def found(instance: Instance, noted: tuple[int, str] | None = None) -> list[tuple[int, str]]:
    return [(one.number, one.what) for one in (await look(instance, noted)).findings]


async def tamper(instance: Instance, *statements: Any) -> None:
    """What somebody does who has the database, and nothing else."""
    async with instance.unit_of_work() as uow:
        for statement in statements:
            await uow.db.execute(statement, execution_options={"synchronize_session": False})


async def entries(instance: Instance) -> list[AuditEntry]:
    async with instance.reading() as db:
        return list((await db.scalars(select(AuditEntry).order_by(AuditEntry.number))).all())


async def test_entries_follow_each_other_and_the_log_is_whole(instance: Instance) -> None:
    await write(instance, "a.example", "b.example", "c.example")

    verdict, rows = await look(instance), await entries(instance)

    assert verdict.is_whole
    assert [(row.number, row.on_id, row.who_kind) for row in rows] == [
        (1, "a.example", "command-line"),
        (2, "b.example", "command-line"),
        (3, "c.example", "command-line"),
    ]
    assert [row.previous for row in rows] == ["0" * 64, rows[0].digest, rows[1].digest]
    assert (verdict.entries, verdict.last_number, verdict.last_digest) == (3, 3, rows[2].digest)


async def test_what_is_written_while_somebody_looks_is_no_tampering(instance: Instance) -> None:
    await write(instance, "a.example")

    looks = (found(instance) for _ in range(12))
    writes = (write(instance, f"b{number}.example") for number in range(12))
    pairs = (one for pair in zip(looks, writes, strict=True) for one in pair)
    answers = await asyncio.gather(*pairs)

    assert [answer for answer in answers if answer] == []
    assert len(await entries(instance)) == 13


async def test_an_empty_log_is_whole(instance: Instance) -> None:
    assert (await look(instance)).is_whole


async def test_what_is_rolled_back_was_never_written(instance: Instance) -> None:
    with contextlib.suppress(RuntimeError):
        async with instance.unit_of_work(COMMAND_LINE) as uow:
            uow.audit("keys.rotated")
            raise RuntimeError
    async with instance.unit_of_work(COMMAND_LINE) as uow:
        uow.audit("backup.made")
        with contextlib.suppress(RuntimeError):
            async with uow.attempt():
                uow.audit("keys.rotated")
                raise RuntimeError

    assert [entry.act for entry in await entries(instance)] == ["backup.made"]


async def test_nothing_is_written_of_people_who_act_for_themselves(founded: Founded) -> None:
    async with founded.instance.unit_of_work() as uow:
        await erase_employee(uow, founded.employee.id)

    assert await entries(founded.instance) == []


async def test_only_words_of_the_vocabulary_are_written(instance: Instance) -> None:
    async with instance.unit_of_work(COMMAND_LINE) as uow:
        with pytest.raises(ValueError, match="not an act"):
            uow.audit("employee.watched")


_ACT = update(AuditEntry).where(AuditEntry.number == 2)
TAMPERINGS: dict[str, tuple[list[Any], list[tuple[int, str]]]] = {
    "another act": ([_ACT.values(act="domain.freed")], [(2, "changed")]),
    "another domain": ([_ACT.values(on_id="z.example")], [(2, "changed")]),
    "another time": ([text("UPDATE audit_entry SET at = '2020-01-01 00:00:00' WHERE number = 2")],
                     [(2, "changed")]),
    "other details": ([_ACT.values(details="{}")], [(2, "changed")]),
    "a name": ([_ACT.values(who_name="x Somebody Else")], [(2, "name-changed")]),
    "another seal": ([_ACT.values(seal="0" * 64)], [(2, "forged")]),
    "the first removed": ([delete(AuditEntry).where(AuditEntry.number == 1)], [(2, "missing")]),
    "one removed": ([delete(AuditEntry).where(AuditEntry.number == 2)], [(3, "missing")]),
    "the last removed": ([delete(AuditEntry).where(AuditEntry.number == 3)], [(2, "cut-off")]),
    "all removed": ([delete(AuditEntry)], [(3, "empty")]),
    "the end removed": ([delete(AuditHead)], [(3, "cut-off")]),
    "the end moved": ([update(AuditHead).values(number=2)], [(3, "cut-off")]),
    "the last removed, and the end moved": (
        [delete(AuditEntry).where(AuditEntry.number == 3),
         text("UPDATE audit_head SET number = 2, digest = (SELECT max(digest) FROM audit_entry)")],
        [(2, "cut-off")],
    ),
    "two exchanged": (
        [text("UPDATE audit_entry SET number = 99 WHERE number = 2"),
         text("UPDATE audit_entry SET number = 2 WHERE number = 3"),
         text("UPDATE audit_entry SET number = 3 WHERE number = 99")],
        [(2, "out-of-order"), (2, "changed"), (3, "out-of-order"), (3, "changed"), (3, "cut-off")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("how", TAMPERINGS)
async def test_whatever_is_done_to_the_log_is_seen(instance: Instance, how: str) -> None:
    await write(instance, "a.example", "b.example", "c.example")
    statements, expected = TAMPERINGS[how]

    await tamper(instance, *statements)

    assert await found(instance) == expected


async def test_whoever_computes_the_chain_anew_lacks_the_key(instance: Instance) -> None:
    await write(instance, "a.example", "b.example", "c.example")
    stranger = Vault(b"another secret of thirty-two byt")

    async with instance.unit_of_work() as uow:
        await uow.db.execute(delete(AuditEntry))
        await uow.db.execute(delete(AuditHead))
    real, instance.vault = instance.vault, stranger
    await write(instance, "x.example", "b.example", "c.example")
    assert (await look(instance)).is_whole
    instance.vault = real

    assert await found(instance) == [(1, "forged"), (2, "forged"), (3, "forged"), (3, "cut-off")]


async def test_writing_on_does_not_hide_what_was_done_before(instance: Instance) -> None:
    await write(instance, "a.example", "b.example", "c.example")
    await tamper(instance, delete(AuditEntry).where(AuditEntry.number == 3))

    await write(instance, "d.example")

    assert [entry.act for entry in await entries(instance)][2:] == ["audit.broken", "domain.treated"]
    assert await found(instance) == [(4, "missing"), (4, "broken")]


async def test_an_older_copy_of_everything_is_seen_by_what_was_noted(instance: Instance) -> None:
    await write(instance, "a.example", "b.example")
    old = (await entries(instance), await look(instance))
    async with instance.reading() as db:
        head = (await db.execute(select(AuditHead.number, AuditHead.digest, AuditHead.seal))).one()
    await write(instance, "c.example")
    noted = ((await look(instance)).last_number, (await look(instance)).last_digest)

    await tamper(
        instance,
        delete(AuditEntry).where(AuditEntry.number == 3),
        update(AuditHead).values(number=head.number, digest=head.digest, seal=head.seal),
    )

    assert await found(instance) == []
    assert await found(instance, noted) == [(3, "not-as-noted")]
    assert await found(instance, (2, old[1].last_digest)) == []
    assert await found(instance, (2, "0" * 64)) == [(2, "not-as-noted")]


async def test_after_a_year_entries_go_and_the_rest_still_proves_itself(
    instance: Instance, clock: FrozenClock
) -> None:
    await write(instance, "a.example", "b.example")
    clock.advance(days=200)
    await write(instance, "c.example")
    clock.advance(days=KEPT_FOR.days - 199)

    for _ in range(2):
        async with instance.unit_of_work() as uow:
            await prune_log(uow)

    kept = await entries(instance)
    assert [(entry.number, entry.act) for entry in kept] == [(3, "domain.treated"), (4, "audit.pruned")]
    assert await found(instance) == []
    await tamper(instance, delete(AuditEntry).where(AuditEntry.number == 3))
    assert await found(instance) == [(4, "missing")]


async def test_everything_may_be_too_old(instance: Instance, clock: FrozenClock) -> None:
    await write(instance, "a.example", "b.example")
    clock.advance(days=KEPT_FOR.days * 2)

    async with instance.unit_of_work() as uow:
        assert await prune_log(uow) == 2
    await write(instance, "c.example")

    assert [entry.number for entry in await entries(instance)] == [3, 4]
    assert await found(instance) == []


async def test_names_are_kept_until_somebody_is_forgotten_and_the_chain_holds(founded: Founded) -> None:
    instance = founded.instance
    async with instance.unit_of_work() as uow:
        uow.audit("employee.disabled", person(founded.employee.id), by=founded.admin)
    before = [(row.who_name or "", row.on_name or "") for row in await entries(instance)]
    async with instance.unit_of_work(COMMAND_LINE) as uow:
        await disable_employee(uow, founded.employee.id)
        await erase_employee(uow, founded.employee.id)

    rows = await entries(instance)
    assert [(who.partition(" ")[2], on.partition(" ")[2]) for who, on in before] == [
        ("Ada Petersen", "Jonas Brandt")
    ]
    assert [row.act for row in rows] == ["employee.disabled", "employee.disabled", "employee.erased"]
    assert [(row.who_name is None, row.on_name) for row in rows] == [
        (False, None),
        (True, None),
        (True, None),
    ]
    assert [row.on_id for row in rows] == [str(founded.employee.id)] * 3
    assert await found(instance) == []


async def test_details_are_bounded(instance: Instance) -> None:
    async with instance.unit_of_work(COMMAND_LINE) as uow:
        many: dict[str, Any] = {f"key{n}": "x" * 1000 for n in range(50)}
        uow.audit("setting.changed", Subject("setting", "y" * 900), **many)
        uow.audit("setting.changed", NOTHING, left_out=None)

    first, second = await entries(instance)
    assert (len(first.details) < 3000, len(first.on_id), second.details) == (True, 300, "{}")
    assert await found(instance) == []


async def test_filters_choose_and_pages_go_on_by_number(founded: Founded, clock: FrozenClock) -> None:
    instance = founded.instance
    async with instance.unit_of_work(COMMAND_LINE) as uow:
        for number in range(60):
            uow.audit(
                "domain.treated" if number % 2 else "domain.freed", Subject("domain", f"{number}.example")
            )
    clock.advance(days=1)
    async with instance.unit_of_work() as uow:
        uow.audit("backup.made", by=founded.admin)

    async with instance.reading() as db:
        first = await audit_page(db, AuditFilter(area="domain"))
        rest = await audit_page(db, AuditFilter(area="domain"), first.next)
        one = await audit_page(db, AuditFilter(act="domain.freed"))
        hers = await audit_page(db, AuditFilter(who_id=founded.admin.id))
        machine = await audit_page(db, AuditFilter(who_kind="command-line", since=clock.now()))
        early = await audit_page(db, AuditFilter(until=clock.now()), 3)
    assert [entry.number for entry in first.entries] == list(range(60, 10, -1))
    assert [entry.number for entry in rest.entries] == list(range(10, 0, -1))
    assert (rest.next, len(one.entries)) == (None, 30)
    assert [entry.act for entry in hers.entries] == ["backup.made"]
    assert (machine.entries, [entry.number for entry in early.entries]) == ([], [2, 1])


async def test_processes_that_write_at_once_make_one_chain(instance: Instance, settings: Settings) -> None:
    others = [Instance(settings), Instance(settings)]

    await asyncio.gather(*(write(one, *(f"{n}.example" for n in range(8))) for one in (instance, *others)))

    for other in others:
        await other.close()
    verdict = await look(instance)
    assert (verdict.entries, verdict.last_number, verdict.findings) == (24, 24, [])
