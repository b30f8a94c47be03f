"""Colleagues write to experts without anybody's address: who may, to whom, how often."""

import pytest
from sqlalchemy import func, select

from alliance.contacting import MOST_A_DAY, TEXT_LIMIT, delete_letter, read_letters, write_letter
from alliance.employing import add_employee, disable_employee
from alliance.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from alliance.instance import Instance
from alliance.models import ExpertProfile, Letter, Person
from alliance.profiling import ProfileDraft, edit_profile, publish_profile, withdraw_profile
from alliance.queries.letters import letters_to, unread_letters
from alliance.queries.notifications import unread
from tests.support.clock import FrozenClock
from tests.support.founding import Founded

pytestmark = pytest.mark.anyio


async def shows(instance: Instance, employee_id: int, audience: str = "company") -> None:
    async with instance.unit_of_work() as uow:
        await edit_profile(uow, employee_id, ProfileDraft(name="Ada Petersen", headline="Optik"))
        await publish_profile(uow, employee_id, audience)


async def writes(instance: Instance, sender: int, receiver: int, text: str = "Hast du kurz Zeit?") -> Letter:
    async with instance.unit_of_work() as uow:
        return await write_letter(uow, sender, receiver, text)


async def test_a_letter_arrives_and_is_new_until_it_is_read(instance: Instance, founded: Founded) -> None:
    ada, jonas = founded.admin.id, founded.employee.id
    await shows(instance, ada)

    await writes(instance, jonas, ada, "  Hast du kurz Zeit?\u202e ")
    async with instance.reading() as db:
        letters, new, counted = (
            await letters_to(db, ada, instance.clock.now()),
            await unread_letters(db, ada),
            await unread(db, ada, instance.clock.now()),
        )
    async with instance.unit_of_work() as uow:
        await read_letters(uow, ada)
    async with instance.reading() as db:
        read = await unread_letters(db, ada)

    assert [(one.text, one.sender.name) for one in letters] == [("Hast du kurz Zeit?", "Jonas Brandt")]
    assert (new, counted, read) == (1, 1, 0)


async def test_who_shows_nothing_can_not_be_written_to(instance: Instance, founded: Founded) -> None:
    ada, jonas = founded.admin.id, founded.employee.id
    with pytest.raises(NotFound):
        await writes(instance, jonas, ada)
    await shows(instance, ada)
    async with instance.unit_of_work() as uow:
        await withdraw_profile(uow, ada)

    with pytest.raises(NotFound):
        await writes(instance, jonas, ada)


async def test_who_was_written_to_can_answer(instance: Instance, founded: Founded) -> None:
    ada, jonas = founded.admin.id, founded.employee.id
    await shows(instance, ada)
    await writes(instance, jonas, ada)

    answer = await writes(instance, ada, jonas, "Gern, morgen um zehn.")

    assert (answer.receiver_id, answer.text) == (jonas, "Gern, morgen um zehn.")


async def test_the_sixth_letter_in_a_day_waits_until_tomorrow(
    instance: Instance, founded: Founded, clock: FrozenClock
) -> None:
    ada, jonas = founded.admin.id, founded.employee.id
    await shows(instance, ada)
    for _ in range(MOST_A_DAY):
        await writes(instance, jonas, ada)

    with pytest.raises(TooMany, match="five people today"):
        await writes(instance, jonas, ada)
    clock.advance(days=1, seconds=1)

    assert (await writes(instance, jonas, ada)).receiver_id == ada


@pytest.mark.parametrize(
    "text", ["", " \n ", "\u200b", "x" * (TEXT_LIMIT + 1)], ids=["none", "space", "hidden", "long"]
)
async def test_a_letter_says_something_and_not_too_much(
    instance: Instance, founded: Founded, text: str
) -> None:
    await shows(instance, founded.admin.id)

    with pytest.raises(Invalid):
        await writes(instance, founded.employee.id, founded.admin.id, text)


async def test_nobody_writes_to_themselves(instance: Instance, founded: Founded) -> None:
    await shows(instance, founded.admin.id)

    with pytest.raises(Conflict):
        await writes(instance, founded.admin.id, founded.admin.id)


async def test_closed_accounts_neither_write_nor_are_written_to(instance: Instance, founded: Founded) -> None:
    async with instance.unit_of_work() as uow:
        mira = await add_employee(uow, "mira@nordlicht.example", "Mira Holm")
    for one in (mira.id, founded.admin.id):
        await shows(instance, one)
    async with instance.unit_of_work() as uow:
        await disable_employee(uow, mira.id)

    with pytest.raises(NotFound):
        await writes(instance, founded.employee.id, mira.id)
    with pytest.raises(Forbidden):
        await writes(instance, mira.id, founded.admin.id)


async def test_experts_of_other_companies_can_not_be_written_to(instance: Instance, founded: Founded) -> None:
    async with instance.unit_of_work() as uow:
        person = Person(
            id=uow.new_id(),
            uri="https://alpenwerk.example/people/7",
            username="tobias",
            host="alpenwerk.example",
            name="Tobias Brandl",
            created_at=uow.now,
            updated_at=uow.now,
        )
        uow.db.add(person)
        await uow.db.flush()
        uow.db.add(
            ExpertProfile(person_id=person.id, audience="public", published_at=uow.now, updated_at=uow.now)
        )

    with pytest.raises(NotFound):
        await writes(instance, founded.employee.id, person.id)


async def test_a_letter_is_thrown_away_by_its_receiver_alone(instance: Instance, founded: Founded) -> None:
    ada, jonas = founded.admin.id, founded.employee.id
    await shows(instance, ada)
    letter = await writes(instance, jonas, ada)

    counts = []
    for one in (jonas, ada):
        async with instance.unit_of_work() as uow:
            await delete_letter(uow, letter.id, one)
        async with instance.reading() as db:
            counts.append(await db.scalar(select(func.count()).select_from(Letter)))

    assert counts == [1, 0]
