"""Administrators look after accounts, and nobody else does; nothing is shown of what people do."""

import httpx
import pytest
from sqlalchemy import select

from alliance.administrating import give_roles
from alliance.employing import add_employee
from alliance.errors import Conflict
from alliance.instance import Instance
from alliance.models import Employee, Session, SignIn
from federation.wiring import Federation
from tests.support.client import main_of
from tests.support.counting import queries_of
from tests.support.founding import Founded
from tests.web.pages.conftest import as_employee
from tests.web.pages.scenes import offered

pytestmark = pytest.mark.anyio


async def crowd(instance: Instance, count: int) -> None:
    async with instance.unit_of_work() as uow:
        for number in range(count):
            await add_employee(uow, f"p{number:03}@nordlicht.example", f"Person {number:03}")


async def roles_of(instance: Instance, employee: Employee) -> list[str]:
    async with instance.reading() as db:
        return (await db.get_one(Employee, employee.id)).roles


async def test_accounts_are_found_by_name_address_role_and_state(
    ada: httpx.AsyncClient, founded: Founded
) -> None:
    await crowd(founded.instance, 3)
    await ada.post(f"/admin/people/{founded.employee.id}/close")

    async def named(query: str) -> list[str]:
        page = main_of((await ada.get(f"/admin/people?{query}")).text)
        return [name for name in ("Ada", "Jonas", "Person 000", "Person 001") if name in page]

    assert await named("") == ["Ada", "Jonas", "Person 000", "Person 001"]
    assert await named("q=PERSON+00") == ["Person 000", "Person 001"]
    assert await named("q=jonas%40nord") == ["Jonas"]
    assert await named("q=%25") == []
    assert await named("role=admin") == ["Ada"]
    assert await named("state=closed") == ["Jonas"]
    assert await named("role=nonsense&after=99999999999999999999") == await named("")


async def test_pages_go_on_by_name_and_cost_the_same_queries(
    ada: httpx.AsyncClient, founded: Founded
) -> None:
    async with founded.instance.reading() as db, db.begin():
        with queries_of(db) as few:
            await ada.get("/admin/people")
        await crowd(founded.instance, 60)
        with queries_of(db) as many:
            first = await ada.get("/admin/people")
    onwards = first.text.split('href="/admin/people?')[-1].split('"')[0].replace("&amp;", "&")
    second = await ada.get(f"/admin/people?{onwards}")

    assert len(many) == len(few)
    assert ("Person 047" in first.text, "Person 048" in first.text) == (True, False)
    assert ("Person 047" in second.text, "Person 059" in second.text) == (False, True)


async def test_other_roles_end_the_sign_ins(
    ada: httpx.AsyncClient, jonas: httpx.AsyncClient, founded: Founded
) -> None:
    address = f"/admin/people/{founded.employee.id}"

    answer = await ada.post(f"{address}/roles", data={"council": "yes"})

    assert (answer.status_code, answer.headers["location"]) == (303, address)
    assert await roles_of(founded.instance, founded.employee) == ["employee", "council"]
    assert (await jonas.get("/mine")).status_code == 303


async def test_the_last_administrator_stays_one(ada: httpx.AsyncClient, founded: Founded) -> None:
    address = f"/admin/people/{founded.admin.id}"

    answers = [await ada.post(f"{address}/{verb}") for verb in ("roles", "close")]

    assert [(one.status_code, "only administrator" in one.text) for one in answers] == [(409, True)] * 2
    assert await roles_of(founded.instance, founded.admin) == ["employee", "admin"]
    assert (await ada.get(address)).status_code == 200


async def test_of_two_administrators_who_take_each_others_role_one_remains(founded: Founded) -> None:
    async with founded.instance.unit_of_work() as uow:
        await give_roles(uow, founded.employee.id, ["admin"], founded.admin)
    async with founded.instance.reading() as db:
        jonas = await db.get_one(Employee, founded.employee.id)

    async with founded.instance.unit_of_work() as uow:
        await give_roles(uow, founded.admin.id, [], jonas)
    with pytest.raises(Conflict):
        async with founded.instance.unit_of_work() as uow:
            await give_roles(uow, jonas.id, [], None)


async def test_sessions_are_handed_to_a_colleague(ada: httpx.AsyncClient, founded: Founded) -> None:
    session = await offered(founded.instance, founded.employee)
    address = f"/admin/people/{founded.employee.id}"
    shown = (await ada.get(address)).text

    wrong = await ada.post(f"{address}/hand-over", data={"username": "nobody"})
    right = await ada.post(f"{address}/hand-over", data={"username": " @Ada "})

    async with founded.instance.reading() as db:
        host = await db.scalar(select(Session.host_id).where(Session.id == session.id))
    assert "Holds 1 session to come." in shown
    assert (wrong.status_code, "no other open account" in wrong.text) == (422, True)
    assert (right.status_code, host) == (303, founded.admin.id)


async def test_signing_out_ends_every_browser_and_leaves_the_account(
    ada: httpx.AsyncClient, jonas: httpx.AsyncClient, founded: Founded
) -> None:
    await ada.post(f"/admin/people/{founded.employee.id}/sign-out")

    async with founded.instance.reading() as db:
        left = list(await db.scalars(select(SignIn).where(SignIn.employee_id == founded.employee.id)))
        account = await db.get_one(Employee, founded.employee.id)
    assert (left, account.disabled_at, (await jonas.get("/mine")).status_code) == ([], None, 303)


@pytest.mark.parametrize("role", ["employee", "moderator", "council"])
async def test_nobody_else_changes_accounts(
    ada: httpx.AsyncClient, federation: Federation, founded: Founded, role: str
) -> None:
    async with founded.instance.unit_of_work() as uow:
        somebody = await add_employee(uow, "lena@nordlicht.example", "Lena Vogt", [role])
    address = f"/admin/people/{somebody.id}"
    async with await as_employee(federation, somebody) as lena:
        read = [(await lena.get(path)).status_code for path in ("/admin/people", address)]
        tried = [
            (await lena.post(f"{address}/roles", data={"admin": "yes"})).status_code,
            (await lena.post(f"/admin/people/{founded.admin.id}/close")).status_code,
            (await lena.post(f"/admin/people/{founded.admin.id}/sign-out")).status_code,
            (await lena.post(f"{address}/hand-over", data={"username": "lena"})).status_code,
        ]

    assert (read, tried) == ([404, 404], [404] * 4)
    assert "admin" not in await roles_of(founded.instance, somebody)
    assert (await ada.get("/admin/people")).status_code == 200


async def test_forged_numbers_lead_nowhere(ada: httpx.AsyncClient, founded: Founded) -> None:
    for number in ("1", "9223372036854775807", "99999999999999999999999"):
        assert (await ada.get(f"/admin/people/{number}")).status_code == 404
        for verb in ("roles", "close", "open", "sign-out", "hand-over", "promote"):
            assert (await ada.post(f"/admin/people/{number}/{verb}")).status_code == 404


async def test_the_page_says_nothing_of_what_somebody_does(
    ada: httpx.AsyncClient, jonas: httpx.AsyncClient, founded: Founded
) -> None:
    before = main_of((await ada.get(f"/admin/people/{founded.employee.id}")).text)
    await jonas.get("/mine")
    await jonas.get("/search?q=krank")

    assert main_of((await ada.get(f"/admin/people/{founded.employee.id}")).text) == before
