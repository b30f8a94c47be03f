"""A badge of one company is verified at another, and refused when a byte of it changes: by clicking."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import expect
from sqlalchemy import select

from alliance.models import Confirmation, Person
from tests.journeys.devices import DESK, Device
from tests.journeys.somebody import Somebody
from tests.journeys.world import World, opened
from tests.support.companies import CompanyProcess

pytestmark = [pytest.mark.journey, pytest.mark.browser, pytest.mark.anyio]

PHONE = Device("phone", language="de", width=360, height=740, scheme="dark", has_script=False)
TITLE = "Leuchtfeuer lesen"


async def has_learned(company: CompanyProcess, name: str) -> None:
    """Nobody can click a session into the past."""
    federation = await opened(company)
    instance = federation.instance
    try:
        async with instance.unit_of_work() as uow:
            person = (await uow.db.scalars(select(Person).where(Person.name == name))).one()
            uow.db.add(
                Confirmation(
                    id=uow.new_id(),
                    person_id=person.id,
                    session_uri=f"{company.origin}/sessions/1",
                    title=TITLE,
                    language="de",
                    company="Hansewerft",
                    company_uri=f"{company.origin}/company",
                    starts_at=uow.now - timedelta(hours=3),
                    ends_at=uow.now - timedelta(hours=2),
                    confirmed_at=uow.now,
                    own_at=uow.now,
                )
            )
    finally:
        await federation.close()
        await instance.close()


async def checks(one: Somebody, badge: Path) -> None:
    await one.page.goto(f"{one.company.origin}/verify")
    await one.page.locator("#file").set_input_files(badge)
    await one.press(one.page.locator("main .form-end .main"))


async def test_a_badge_of_one_company_is_verified_at_another(world: World, tmp_path: Path) -> None:
    await has_learned(world.nordlicht, "Lena Voss")
    lena = await world.somebody(world.nordlicht, DESK)
    passer_by = await world.stranger(world.alpenwerk, PHONE)

    await lena.page.goto(f"{world.nordlicht.origin}/mine/learning")
    await lena.press(lena.page.get_by_role("button", name=lena.say("With my name")))
    await lena.is_told("Here is your badge, to be downloaded as a file or as a picture.")
    for ending in ("json", "png"):
        async with lena.page.expect_download() as download:
            await lena.page.locator(f".made-badge a[href$='.{ending}']").click()
        await (await download.value).save_as(tmp_path / f"badge.{ending}")

    genuine = passer_by.say("This badge is genuine.")
    for ending in ("json", "png"):
        await checks(passer_by, tmp_path / f"badge.{ending}")
        verdict = passer_by.page.locator(".verdict")
        await expect(verdict).to_contain_text(genuine)
        for said in ("Lena Voss", TITLE, "Hansewerft", "Nordlicht"):
            await expect(verdict).to_contain_text(said)

    changed = tmp_path / "changed.json"
    changed.write_bytes((tmp_path / "badge.json").read_bytes().replace(b"Lena Voss", b"Lene Voss"))
    await checks(passer_by, changed)
    await expect(passer_by.page.locator(".verdict")).to_contain_text(
        passer_by.say("This badge has been changed.")
    )
