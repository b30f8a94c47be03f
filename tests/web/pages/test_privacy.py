"""Everybody here reads what is stored about them and what leaves; the pack says what holds."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import httpx
import pytest

from alliance.models import OutboundTally
from alliance.retention import RULES
from federation.wiring import Federation
from tests.alliance.stage import Stage
from tests.support.client import main_of
from tests.support.counting import queries_of
from tests.support.founding import Founded
from tests.web.pages.conftest import as_employee
from web.approval.changes import changes
from web.approval.configuration import configuration
from web.approval.documents import NAMES, documents
from web.approval.pdf import pdf

HOSTILE = 'Nordlicht **[[roles]]** <b>#eval("1+1")</b> {date}'


@dataclass(frozen=True)
class Readers:
    """Somebody who works here, an administrator, and somebody of the works council."""

    jonas: httpx.AsyncClient
    ada: httpx.AsyncClient
    council: httpx.AsyncClient


@pytest.fixture
async def readers(federation: Federation, founded: Founded) -> AsyncIterator[Readers]:
    stage = Stage(founded)
    colleague = await stage.colleague("Lena Vogt")
    async with founded.instance.unit_of_work() as uow:
        (await uow.db.get_one(type(colleague), colleague.id)).roles = ["employee", "council"]
    async with (
        await as_employee(federation, founded.employee) as jonas,
        await as_employee(federation, founded.admin) as ada,
        await as_employee(federation, colleague) as council,
    ):
        yield Readers(jonas, ada, council)


async def test_employees_read_what_is_stored_about_them_and_what_went_where(
    readers: Readers, founded: Founded
) -> None:
    stage = Stage(founded)
    await stage.ally()
    await stage.publish()
    month = founded.instance.clock.now().date().replace(day=1)
    async with founded.instance.unit_of_work() as uow:
        for kind, field, count in (("Event", "id", 7), ("Person", "id", 3), ("Person", "headline", 2)):
            row = {"host": "alpenwerk.example", "month": month, "kind": kind, "field": field}
            uow.db.add(OutboundTally(**row, count=count))

    page = main_of((await readers.jonas.get("/privacy")).text)

    for words in ("Alpenwerk", "7 sessions and changes", "3 names and profiles", "In one line"):
        assert words in page
    for rule in RULES.values():
        assert rule.what in page.replace("&#39;", "'")
    assert "until 30 days after it" in page
    assert "/settings/takeaway" in page


async def test_the_page_asks_the_same_number_of_questions_however_many_partners(
    readers: Readers, founded: Founded
) -> None:
    stage = Stage(founded)
    await stage.ally()
    await readers.jonas.get("/privacy")
    asked = []
    for n in range(2):
        async with founded.instance.reading() as db:
            with queries_of(db) as questions:
                await readers.jonas.get("/privacy")
            asked.append(len(questions))
        await stage.ally(f"partner-{n}.example")

    assert asked[0] == asked[1] > 0


@pytest.mark.parametrize("name", ["staff", "catalogue", "roles", "interfaces", "reports", "measures"])
async def test_documents_for_everybody_are_read_by_everybody_who_works_here(
    readers: Readers, name: str
) -> None:
    assert (await readers.jonas.get(f"/privacy/{name}")).status_code == 200


async def test_strangers_are_asked_to_sign_in_and_the_rest_is_for_those_who_decide(
    readers: Readers, stranger: httpx.AsyncClient
) -> None:
    assert (await stranger.get("/privacy")).status_code in (303, 401)
    assert (await stranger.get("/privacy/staff")).status_code in (303, 401)
    assert (await readers.jonas.get("/privacy/assessment")).status_code == 404
    for address in ("", "/assessment", "/pack.pdf", "/configuration.json"):
        assert (await readers.jonas.get(f"/admin/approval{address}")).status_code == 404
        assert (await readers.council.get(f"/admin/approval{address}")).status_code == 200
    assert (await readers.council.get("/admin/outbound")).status_code == 404
    assert (await readers.ada.get("/admin/approval/nothing")).status_code == 404


async def test_what_an_administrator_ticks_is_held_back_and_told_to_everybody(
    readers: Readers, founded: Founded
) -> None:
    alpenwerk = await Stage(founded).ally()
    form = {"company": str(alpenwerk.id), "Person.icon": "1", "Event.organizers": "1"}

    assert (await readers.ada.post("/admin/outbound", data=form)).status_code == 303

    page = main_of((await readers.jonas.get("/privacy")).text)
    assert "Held back from them: Names of those who hold it, Picture" in page
    assert (await readers.ada.post("/admin/outbound", data={"company": "17"})).status_code == 404
    assert (await readers.jonas.post("/admin/outbound", data=form)).status_code == 404


async def test_an_approved_configuration_is_compared_with_today(readers: Readers, founded: Founded) -> None:
    before = (await readers.ada.get("/admin/approval/configuration.json")).content
    await Stage(founded).ally()

    async def compared(content: bytes) -> httpx.Response:
        files = {"configuration": ("configuration.json", content, "application/json")}
        return await readers.ada.post("/admin/approval/compare", files=files)

    page = main_of((await compared(before)).text)
    assert "partners / alpenwerk.example" in page
    assert "made_at" not in page
    for wrong in (b"", b"{", b"[]", b"{}", b"\xff\xfe", b'{"form": "x"}'):
        assert (await compared(wrong)).status_code == 422
    deep = b'{"form": 1, "settings": {"ai": ' + b"[" * 1000 + b"]" * 1000 + b"}}"
    assert "settings / ai" in main_of((await compared(deep)).text)


async def test_configurations_say_nothing_secret_and_differ_by_what_changed(founded: Founded) -> None:
    instance = founded.instance
    async with instance.reading() as db:
        old = await configuration(db, instance.settings, instance.clock.now())
        bucket = replace(
            instance.settings, s3_endpoint="https://store.example", s3_bucket="pictures", s3_secret_key="hush"
        )
        shorter = replace(bucket, ai=True, retention=(("attendance", 7),))
        new = await configuration(db, shorter, instance.clock.now())

    assert [(one.where, one.before, one.after) for one in changes(old, new)] == [
        ("retention / attendance", "30", "7"),
        ("settings / ai", "False", "True"),
        ("settings / pictures", "", "https://store.example/pictures"),
    ]
    told = json.dumps(new)
    assert "hush" not in told
    assert founded.employee.email not in told
    assert str(instance.settings.secret_file) not in told


async def test_names_of_companies_stay_names_in_every_document_and_in_the_pdf(founded: Founded) -> None:
    instance = founded.instance
    async with instance.reading() as db:
        held = await configuration(db, instance.settings, instance.clock.now())
    held["company"]["name"] = HOSTILE
    held["partners"]["evil.example"] = {"name": HOSTILE, "state": "allied"}

    for language in ("de", "en"):
        made = documents(held, language)
        assert [one.name for one in made] == list(NAMES)
        words = "".join(text for block in made[0].blocks for text, _ in block.runs)
        assert HOSTILE in words
        bytes_of = pdf(held, made, language)
        assert bytes_of.startswith(b"%PDF")
        assert b"/StructTreeRoot" in bytes_of
