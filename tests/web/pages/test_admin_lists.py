"""Leaders, domains, blocked accounts and external sources are found by words and go on page by page."""

import re
from collections.abc import Callable
from html import unescape

import httpx
import pytest

from alliance.employing import add_employee
from alliance.instance import Instance
from alliance.models import ActorBlock, Company, DomainPolicy, ExpertProfile, Source
from alliance.unit_of_work import UnitOfWork
from federation.wiring import Federation
from tests.support.client import main_of
from tests.support.counting import queries_of
from tests.support.founding import Founded
from tests.web.pages.conftest import as_employee

pytestmark = pytest.mark.anyio

ROWS = 60
Fill = Callable[[UnitOfWork, int], object]


async def a_leader(uow: UnitOfWork, number: int) -> None:
    employee = await add_employee(uow, f"p{number}@nordlicht.example", f"row-{number:03}")
    agreed = uow.now if number >= 55 else None
    uow.db.add(
        ExpertProfile(
            person_id=employee.id, is_leader=True, leads_since=agreed, updated_at=uow.now,
            headline=f"Leads Foundry {number % 10}",
        )
    )  # fmt: skip


async def a_domain(uow: UnitOfWork, number: int) -> None:
    uow.db.add(
        DomainPolicy(
            domain=f"row-{number:03}.example", severity="silence", reason=f"Foundry {number % 10}",
            created_at=uow.now, updated_at=uow.now,
        )
    )  # fmt: skip


async def a_blocked_account(uow: UnitOfWork, number: int) -> None:
    uri = f"https://foundry{number % 10}.example/@row-{number:03}"
    uow.db.add(ActorBlock(id=uow.new_id(), actor_uri=uri, by_them=False, created_at=uow.now))


async def a_source(uow: UnitOfWork, number: int) -> None:
    uri = f"https://foundry{number % 10}.example/@{number}"
    company = Company(
        id=uow.new_id(), origin=uri, host=f"{number}@foundry{number % 10}.example", name=f"row-{number:03}",
        uri=uri, created_at=uow.now, updated_at=uow.now,
    )  # fmt: skip
    uow.db.add(company)
    await uow.db.flush()
    uow.db.add(
        Source(
            company_id=company.id, uri=uri, host=f"foundry{number % 10}.example", state="following",
            since=uow.now, created_at=uow.now,
        )
    )  # fmt: skip


LISTS = {
    "/admin/leaders": (a_leader, "after"),
    "/admin/domains": (a_domain, "after"),
    "/admin/domains#actors": (a_blocked_account, "actors"),
    "/admin/sources": (a_source, "after"),
}
each_list = pytest.mark.parametrize("where", LISTS)


async def filled(instance: Instance, fill: Fill, start: int, end: int) -> None:
    async with instance.unit_of_work() as uow:
        for number in range(start, end):
            await fill(uow, number)  # type: ignore[misc]


async def rows_at(browser: httpx.AsyncClient, address: str) -> list[int]:
    """The numbers of the rows that a page shows, as they follow each other."""
    answer = await browser.get(address)
    assert answer.status_code == 200, address
    said = re.sub(r"<[^>]*>", " ", main_of(answer.text))
    return [int(row) for row in dict.fromkeys(re.findall(r"row-(\d{3})", said))]


async def link_at(browser: httpx.AsyncClient, address: str, label: str) -> str:
    """Where the link with this label leads; empty where there is none."""
    page = main_of((await browser.get(address)).text)
    found = re.search(rf'<a class="button plain" href="([^"]+)">{label}<', page)
    return unescape(found[1]) if found else ""


@each_list
async def test_a_list_goes_on_and_begins_again_and_costs_the_same_queries(
    ada: httpx.AsyncClient, founded: Founded, where: str
) -> None:
    fill, name = LISTS[where]
    await filled(founded.instance, fill, 0, 1)
    async with founded.instance.reading() as db, db.begin():
        with queries_of(db) as few:
            await ada.get(where)
        await filled(founded.instance, fill, 1, ROWS)
        with queries_of(db) as many:
            first = await rows_at(ada, where)

    onwards = await link_at(ada, where, "More \\w+")
    second = await rows_at(ada, onwards)

    assert len(many) == len(few)
    assert (first, second) == (list(range(50)), list(range(50, ROWS)))
    assert f"{name}=" in onwards
    assert await link_at(ada, where, "From the beginning") == ""
    assert await link_at(ada, onwards, "From the beginning") == where
    assert await link_at(ada, onwards, "More \\w+") == ""


@each_list
async def test_a_list_is_found_by_words_and_says_so_when_nothing_fits(
    ada: httpx.AsyncClient, founded: Founded, where: str
) -> None:
    address = where.partition("#")[0]
    assert 'type="search"' not in main_of((await ada.get(address)).text)
    await filled(founded.instance, LISTS[where][0], 0, ROWS)

    assert await rows_at(ada, f"{address}?q=ROW-00") == list(range(10))
    assert await rows_at(ada, f"{address}?q=+foundry") == list(range(50))
    assert await rows_at(ada, await link_at(ada, f"{address}?q=foundry", "More \\w+")) == list(range(50, 60))
    assert await rows_at(ada, f"{address}?q=%25") == []
    nothing = main_of((await ada.get(f"{address}?q=%3Cnothing%3E")).text)
    assert "Nothing fits what you have chosen." in nothing
    assert 'value="&lt;nothing&gt;"' in nothing


@each_list
async def test_parameters_that_nobody_here_made_do_no_harm(
    ada: httpx.AsyncClient, founded: Founded, where: str
) -> None:
    fill, name = LISTS[where]
    await filled(founded.instance, fill, 0, 3)
    address = where.partition("#")[0]

    for typed in (
        "",
        "0",
        "-1",
        "99999999999999999999",
        "%F0%9F%8E%BA",
        "%ED%A0%80",
        "a" * 999,
        "'%3B--",
        "٣",
    ):
        answer = await ada.get(f"{address}?{name}={typed}&q={typed}&{name}={typed}")
        assert answer.status_code == 200, typed
    assert (await ada.get(f"{address}?q=%00")).status_code == 400


async def test_whoever_waits_for_a_yes_stays_before_those_who_have_it(
    ada: httpx.AsyncClient, founded: Founded
) -> None:
    await filled(founded.instance, a_leader, 50, 60)
    await filled(founded.instance, a_leader, 0, 45)

    first = await rows_at(ada, "/admin/leaders")
    second = await rows_at(ada, await link_at(ada, "/admin/leaders", "More leaders"))

    assert first + second == [*range(45), *range(50, 60)]


async def test_two_lists_on_one_page_go_on_apart(ada: httpx.AsyncClient, founded: Founded) -> None:
    await filled(founded.instance, a_domain, 0, 55)
    async with founded.instance.unit_of_work() as uow:
        for number in range(200, 255):
            await a_blocked_account(uow, number)

    both = await link_at(ada, await link_at(ada, "/admin/domains", "More domains"), "More accounts")

    assert await rows_at(ada, both) == [*range(50, 55), *range(250, 255)]
    assert await rows_at(ada, await link_at(ada, both, "From the beginning")) == [
        *range(50), *range(250, 255)
    ]  # fmt: skip


async def test_leaders_go_on_for_moderators_and_for_nobody_else(
    jonas: httpx.AsyncClient, founded: Founded, federation: Federation
) -> None:
    for address in ("/admin/leaders?after=1", "/admin/domains?actors=1", "/admin/sources?q=a"):
        assert (await jonas.get(address)).status_code == 404
    async with founded.instance.unit_of_work() as uow:
        moderator = await add_employee(uow, "m@nordlicht.example", "Mo", ["moderator"])
    async with await as_employee(federation, moderator) as browser:
        assert (await browser.get("/admin/leaders?q=a&after=1")).status_code == 200
        assert (await browser.get("/admin/domains?actors=1")).status_code == 404
