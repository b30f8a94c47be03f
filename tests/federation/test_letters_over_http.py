"""A letter to an expert of another company and the answer, over real HTTP: nobody's mail address travels."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from alliance.contacting import take_back_letter, write_letter
from alliance.employing import erase_employee
from alliance.errors import NotFound
from alliance.models import ExpertProfile, Letter, Mail, Person
from alliance.partnering import leave_company
from alliance.profiling import ProfileDraft, edit_profile, publish_profile
from alliance.queries.letters import letters_to
from alliance.settings import MailServer
from federation.models import Delivery, ReceivedActivity
from tests.federation.neighbourhood import Neighbour, ally, neighbour, neighbourhood
from tests.support.databases import Databases
from tests.support.eventually import eventually

pytestmark = pytest.mark.journey


@pytest.fixture
async def two(databases: Databases, tmp_path: Path) -> AsyncIterator[list[Neighbour]]:
    """Birke is allied with Linde, where Jonas is an expert."""
    async with neighbourhood(databases, tmp_path, "birke", "linde") as companies:
        birke, linde = companies
        await ally(birke, linde)
        async with linde.instance.unit_of_work() as uow:
            await edit_profile(uow, linde.employee.id, ProfileDraft(name="Jonas Linde", headline="Holz"))
            await publish_profile(uow, linde.employee.id, "alliance")
        yield companies


async def expert_of(here: Neighbour, there: Neighbour) -> int:
    """The row of the other company's employee, with a profile that takes letters."""

    async def found() -> int | None:
        async with here.instance.reading() as db:
            return await db.scalar(
                select(Person.id)
                .join(ExpertProfile)
                .where(
                    Person.uri == f"{there.origin}/people/{there.employee.id}", ExpertProfile.takes_letters
                )
            )

    number = await eventually(found)
    assert number is not None
    return number


async def post(here: Neighbour) -> list[tuple[str, str]]:
    async with here.instance.reading() as db:
        found = await letters_to(db, here.employee.id, here.instance.clock.now())
        return [(one.sender.name, one.text) for one in found]


async def arrives(here: Neighbour, *expected: tuple[str, str]) -> None:
    async def is_there() -> bool:
        return await post(here) == list(expected)

    assert await eventually(is_there), await post(here)


async def test_a_letter_and_its_answer_travel_between_two_companies(two: list[Neighbour]) -> None:
    birke, linde = two
    async with birke.instance.unit_of_work() as uow:
        written = await write_letter(
            uow, birke.employee.id, await expert_of(birke, linde), "Welches Holz?\n\nJonas"
        )
    await arrives(linde, ("Jonas Birke", "Welches Holz?\n\nJonas"))

    async with linde.instance.reading() as db:
        sender = (await letters_to(db, linde.employee.id, linde.instance.clock.now()))[0].sender_id
    async with linde.instance.unit_of_work() as uow:
        await write_letter(uow, linde.employee.id, sender, "Lärche.")
    await arrives(birke, ("Jonas Linde", "Lärche."))

    for one in two:
        async with one.instance.reading() as db:
            bodies = [bytes(body) for body in await db.scalars(select(ReceivedActivity.body))]
            deliveries = list(await db.scalars(select(Delivery.inbox)))
        assert b"@birke.example" not in b"".join(bodies)
        assert b"@linde.example" not in b"".join(bodies)
        assert deliveries

    async with birke.instance.unit_of_work() as uow:
        await take_back_letter(uow, written.id, birke.employee.id)
    await arrives(linde)


async def test_the_receivers_own_company_mails_it_on(databases: Databases, tmp_path: Path) -> None:
    server = MailServer("mail.example", 587, "starttls")
    async with (
        neighbour(databases, tmp_path / "esche", "esche") as esche,
        neighbour(databases, tmp_path / "ahorn", "ahorn", smtp=server) as ahorn,
    ):
        await ally(esche, ahorn)
        async with ahorn.instance.unit_of_work() as uow:
            await edit_profile(uow, ahorn.employee.id, ProfileDraft(name="Jonas Ahorn", headline="Holz"))
            await publish_profile(uow, ahorn.employee.id, "public")
        async with esche.instance.unit_of_work() as uow:
            await write_letter(uow, esche.employee.id, await expert_of(esche, ahorn), "Welches Holz?")
        await arrives(ahorn, ("Jonas Esche", "Welches Holz?"))
        async with ahorn.instance.reading() as db:
            mails = list(await db.scalars(select(Mail)))

    assert [(mail.kind, mail.employee_id) for mail in mails] == [("letter", ahorn.employee.id)]


async def test_after_the_alliance_has_ended_nobody_writes_and_nothing_arrives(two: list[Neighbour]) -> None:
    birke, linde = two
    receiver = await expert_of(birke, linde)
    company = await birke.knows(linde)
    async with birke.instance.unit_of_work() as uow:
        await leave_company(uow, company.id)

    with pytest.raises(NotFound):
        async with birke.instance.unit_of_work() as uow:
            await write_letter(uow, birke.employee.id, receiver, "Noch da?")
    assert await post(linde) == []


async def test_who_is_erased_leaves_no_letter_behind(two: list[Neighbour]) -> None:
    birke, linde = two
    async with birke.instance.unit_of_work() as uow:
        await write_letter(uow, birke.employee.id, await expert_of(birke, linde), "Welches Holz?")
    await arrives(linde, ("Jonas Birke", "Welches Holz?"))

    async with birke.instance.unit_of_work() as uow:
        await erase_employee(uow, birke.employee.id)
    await arrives(linde)

    for one in two:
        async with one.instance.reading() as db:
            assert list(await db.scalars(select(Letter.id))) == []
