"""The audit log in the console: read in full by administrators, without people by the works council."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import orjson
import pytest
from sqlalchemy import select, update

from alliance.acts import COMMAND_LINE, Subject, person
from alliance.models import AuditEntry
from federation.wiring import Federation
from tests.support.client import main_of
from tests.support.counting import queries_of
from tests.support.founding import Founded
from tests.web.pages.conftest import as_employee

pytestmark = pytest.mark.anyio


@dataclass(frozen=True)
class Readers:
    """An administrator and somebody of the works council, with something in the log."""

    ada: httpx.AsyncClient
    council: httpx.AsyncClient


@pytest.fixture
async def readers(federation: Federation, founded: Founded) -> AsyncIterator[Readers]:
    async with founded.instance.unit_of_work() as uow:
        (await uow.db.get_one(type(founded.employee), founded.employee.id)).roles = ["employee", "council"]
        by = founded.admin
        uow.audit("employee.disabled", person(founded.employee.id), by=by)
        uow.audit("partner.invited", Subject("partner", "alpenwerk.example"), by=by)
        uow.audit("account.blocked", Subject("account", "https://spam.example/@x"), by=by)
        uow.audit("domain.treated", Subject("domain", "spam.example"), by=COMMAND_LINE, severity="silence")
    async with (
        await as_employee(federation, founded.admin) as ada,
        await as_employee(federation, founded.employee) as council,
    ):
        yield Readers(ada, council)


async def test_administrators_read_who_did_what(readers: Readers) -> None:
    page = main_of((await readers.ada.get("/admin/audit")).text)

    for words in (
        "Ada Petersen",
        "Employee: Jonas Brandt",
        "Account closed",
        "Company: alpenwerk.example",
        "Account elsewhere: https://spam.example/@x",
        "Command line",
        "How: silence",
    ):
        assert words in page


async def test_the_works_council_reads_it_without_people(readers: Readers, founded: Founded) -> None:
    page = main_of((await readers.council.get("/admin/audit")).text)

    for words in ("Account closed", "Company: alpenwerk.example", "Domain: spam.example", "Account "):
        assert words in page
    for secret in (
        "Ada",
        "Petersen",
        "Jonas",
        "spam.example/@x",
        str(founded.admin.id),
        str(founded.employee.id),
    ):
        assert secret not in page
    asked = await readers.council.get(f"/admin/audit?who={founded.admin.id}")
    assert "Account closed" in asked.text


async def test_exports_of_the_works_council_are_without_people_too(
    readers: Readers, founded: Founded
) -> None:
    table = await readers.council.post("/admin/audit/export", data={"form": "csv"})
    proof = await readers.council.post("/admin/audit/export", data={"form": "jsonl"})

    assert (table.status_code, proof.status_code) == (200, 403)
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert len(table.text.splitlines()) == 6
    assert "partner.invited" in table.text
    for secret in ("Ada", "Jonas", "spam.example/@x", str(founded.admin.id), str(founded.employee.id)):
        assert secret not in table.text


async def test_exports_of_administrators_carry_everything_and_stand_in_the_log(readers: Readers) -> None:
    proof = await readers.ada.post("/admin/audit/export", data={"form": "jsonl"})
    nonsense = await readers.ada.post("/admin/audit/export", data={"form": "exe"})

    rows = [orjson.loads(line) for line in proof.text.splitlines()]
    assert [row["act"] for row in rows][-2:] == ["domain.treated", "audit.exported"]
    assert [row["previous"] for row in rows][1:] == [row["digest"] for row in rows][:-1]
    assert rows[0]["who_name"] == "Ada Petersen"
    assert "attachment" in proof.headers["content-disposition"]
    assert nonsense.status_code == 404


async def test_a_table_gives_spreadsheets_no_formula(readers: Readers, founded: Founded) -> None:
    async with founded.instance.unit_of_work(COMMAND_LINE) as uow:
        uow.audit("domain.freed", Subject("", "=HYPERLINK(1)"))

    table = await readers.ada.post("/admin/audit/export", data={"form": "csv"})

    assert "'=HYPERLINK" in table.text


async def test_filters_by_act_area_who_and_day(readers: Readers, founded: Founded) -> None:
    async def acts(query: str) -> list[str]:
        page = main_of((await readers.ada.get(f"/admin/audit?{query}")).text).partition("<tbody>")[2]
        texts = ("Account closed", "Company invited", "Decided about a domain")
        return [text for text in texts if text in page]

    every = await acts("")
    assert every == ["Account closed", "Company invited", "Decided about a domain"]
    assert await acts("act=partner") == ["Company invited"]
    assert await acts("act=domain.treated") == ["Decided about a domain"]
    assert await acts("who=command-line") == ["Decided about a domain"]
    assert await acts(f"who={founded.admin.id}") == ["Account closed", "Company invited"]
    assert await acts("from=2000-01-01&to=2000-01-02") == []
    for nonsense in ("from=9999-12-31", "to=9999-12-31", "from=x&to=y", "act=%27&who=-1", "below=0x1"):
        assert (await readers.ada.get(f"/admin/audit?{nonsense}")).status_code == 200


async def test_a_tampered_entry_is_seen_on_the_page(readers: Readers, founded: Founded) -> None:
    whole = (await readers.council.get("/admin/audit?verify=1")).text
    async with founded.instance.unit_of_work() as uow:
        await uow.db.execute(update(AuditEntry).where(AuditEntry.number == 2).values(on_id="x.example"))

    broken = (await readers.council.get("/admin/audit?verify=1")).text

    assert "The log is whole" in whole
    assert ("The log is not whole" in broken, "Entry 2 was changed" in broken) == (True, True)


async def test_the_page_costs_the_same_queries_however_long_the_log(
    readers: Readers, founded: Founded
) -> None:
    async with founded.instance.reading() as db, db.begin():
        with queries_of(db) as few:
            await readers.ada.get("/admin/audit")
        async with founded.instance.unit_of_work(COMMAND_LINE) as uow:
            for _ in range(80):
                uow.audit("keys.rotated")
        with queries_of(db) as many:
            first = await readers.ada.get("/admin/audit")
    below = first.text.split("below=")[-1].split('"')[0]
    second = main_of((await readers.ada.get(f"/admin/audit?below={below}")).text)
    async with founded.instance.reading() as db:
        assert len(list(await db.scalars(select(AuditEntry.number)))) == 84

    assert len(few) == len(many)
    assert ("Entry 35" in first.text, "Entry 34" in first.text) == (True, False)
    assert ("Entry 34" in second, "Entry 1<" in second) == (True, True)
