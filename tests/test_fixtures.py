"""What tests stand on holds."""

from datetime import timedelta

import httpx
import pytest
from playwright.async_api import Browser
from sqlalchemy import func, select

from alliance.database import ReadingSession
from alliance.instance import Instance
from alliance.models import Company, Employee
from alliance.unit_of_work import UnitOfWork
from federation.wiring import Federation
from tests.support.clock import MONDAY, FrozenClock
from tests.support.databases import Databases
from tests.support.founding import Founded


def test_the_clock_moves_only_when_it_is_moved(clock: FrozenClock) -> None:
    assert clock.now() == clock.now() == MONDAY

    clock.advance(hours=1)

    assert clock.now() - MONDAY == timedelta(hours=1)


async def test_each_test_gets_an_empty_database(db: ReadingSession) -> None:
    assert await db.scalar(select(func.count()).select_from(Company)) == 0


async def test_a_founded_instance_has_a_company_an_administrator_and_an_employee(
    founded: Founded, db: ReadingSession
) -> None:
    employees = (await db.scalars(select(Employee).order_by(Employee.id))).all()

    assert [employee.email for employee in employees] == ["ada@nordlicht.example", "jonas@nordlicht.example"]
    assert founded.admin.has_role("admin")
    assert not founded.employee.has_role("admin")


async def test_a_unit_of_work_sees_what_was_founded(founded: Founded, uow: UnitOfWork) -> None:
    assert (await uow.db.scalars(select(Company.name))).all() == [founded.company.name]


async def test_federation_hears_what_happens_in_the_instance(
    federation: Federation, instance: Instance
) -> None:
    assert federation.instance is instance
    assert instance.listeners != {}


async def test_a_client_reaches_the_application(founded: Founded, client: httpx.AsyncClient) -> None:
    answer = await client.get("/healthz")

    assert answer.status_code == 200


async def test_two_databases_of_one_test_have_nothing_in_common(
    founded: Founded, instance: Instance, databases: Databases
) -> None:
    assert instance.settings.database != databases.new()


@pytest.mark.browser
async def test_a_browser_shows_what_it_is_given(browser: Browser) -> None:
    page = await browser.new_page()

    await page.set_content("<h1>Guten Morgen</h1>")

    assert await page.inner_text("h1") == "Guten Morgen"
