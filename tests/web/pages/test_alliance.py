"""The page of the alliance tells the truth about every company, and only administrators act."""

import re

import httpx
import pytest
from sqlalchemy import select
from starlette.requests import Request

from alliance.instance import Instance
from alliance.introductions import Introduction
from alliance.models import Partner
from federation.models import Destination
from federation.wiring import Federation
from tests.support.clock import FrozenClock
from tests.support.founding import Founded
from tests.web.pages.scenes import partner
from web.app import create_app
from web.pages.alliance_page import introduction_page
from web.pages.visit import visiting

pytestmark = pytest.mark.anyio


async def state_of(instance: Instance, company_id: int) -> str:
    async with instance.reading() as db:
        return (await db.scalars(select(Partner.state).where(Partner.company_id == company_id))).one()


async def test_strangers_do_not_learn_who_is_allied(stranger: httpx.AsyncClient) -> None:
    assert (await stranger.get("/alliance")).headers["location"] == "/sign-in?next=/alliance"


async def test_states_are_told_in_words(
    jonas: httpx.AsyncClient, ada: httpx.AsyncClient, instance: Instance, clock: FrozenClock
) -> None:
    allied = (await partner(instance, "allied", "Firma-allied")).id
    for state in ("invited", "asking", "paused", "blocked"):
        await partner(instance, state, f"Firma-{state}")
    clock.advance(minutes=5)

    employees, admins = (await jonas.get("/alliance")).text, (await ada.get("/alliance")).text

    assert [sentence in admins for sentence in (
        "Allied since 09:00",
        "Invited; no answer yet since 09:00",
        "Has been asking since 09:00",
        "Paused by you since 09:00",
        "Blocked since 09:00",
    )] == [True] * 5  # fmt: skip
    assert "Firma-blocked" not in employees
    main = employees.split("<main")[1].split("</main>")[0]
    assert re.findall(r'action="([^"]*)"', main) == [f"/follow/company/{allied}"]


async def test_a_silent_server_is_called_silent(
    jonas: httpx.AsyncClient, instance: Instance, clock: FrozenClock
) -> None:
    await partner(instance)
    async with instance.unit_of_work() as uow:
        uow.db.add(Destination(host="alpenwerk.example", failures=3, last_success_at=uow.now))
    clock.advance(minutes=40)

    page = (await jonas.get("/alliance")).text

    assert "Their server has not answered since 09:00." in page


@pytest.mark.parametrize(
    ("before", "verb", "after"),
    [
        ("asking", "decline", "left"),
        ("allied", "pause", "paused"),
        ("paused", "resume", "allied"),
        ("allied", "leave", "left"),
        ("allied", "block", "blocked"),
        ("blocked", "unblock", "left"),
        ("invited", "leave", "left"),
    ],
)
async def test_administrators_decide(
    ada: httpx.AsyncClient, instance: Instance, before: str, verb: str, after: str
) -> None:
    company = await partner(instance, before)

    answer = await ada.post(f"/alliance/{company.id}/{verb}")

    assert (answer.status_code, answer.headers["location"]) == (303, "/alliance")
    assert await state_of(instance, company.id) == after


async def test_employees_do_not_decide(jonas: httpx.AsyncClient, instance: Instance) -> None:
    company = await partner(instance)

    answers = [
        await jonas.post(f"/alliance/{company.id}/block"),
        await jonas.get(f"/alliance/{company.id}/block"),
        await jonas.get("/alliance/invite", params={"host": "alpenwerk.example"}),
        await jonas.post("/alliance/invite", data={"host": "alpenwerk.example"}),
    ]

    assert [answer.status_code for answer in answers] == [403] * 4
    assert await state_of(instance, company.id) == "allied"


async def test_leaving_and_blocking_ask_once(ada: httpx.AsyncClient, instance: Instance) -> None:
    company = await partner(instance)

    pages = [await ada.get(f"/alliance/{company.id}/{verb}") for verb in ("leave", "block", "pause")]

    assert [page.status_code for page in pages] == [200, 200, 404]
    assert "Yes, end it" in pages[0].text
    assert "Yes, block" in pages[1].text
    assert await state_of(instance, company.id) == "allied"


@pytest.mark.parametrize(
    ("host", "sentence"),
    [
        ("", "Please type the host of the other company"),
        ("nordlicht.example", "That is your own company."),
        ("127.0.0.1", "is not the address of a public server."),
        ("kein.server.invalid", "There is no server called kein.server.invalid."),
    ],
)
async def test_what_can_not_be_invited_is_said_beside_the_field(
    ada: httpx.AsyncClient, host: str, sentence: str
) -> None:
    answer = await ada.get("/alliance/invite", params={"host": host})

    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{host}"' in answer.text


async def test_an_unknown_company_or_verb_is_not_found(ada: httpx.AsyncClient, instance: Instance) -> None:
    company = await partner(instance)

    answers = [
        await ada.post(f"/alliance/{path}") for path in (f"{company.id}/burn", "1/pause", f"{2**70}/pause")
    ]

    assert [answer.status_code for answer in answers] == [404] * 3


async def test_before_the_invitation_one_sees_who_it_is(federation: Federation, founded: Founded) -> None:
    who = Introduction(
        origin="https://alpenwerk.example",
        host="alpenwerk.example",
        name="Alpenwerk <b>",
        uri="https://alpenwerk.example/company",
        instance_uri="https://alpenwerk.example/actor",
        summary="Seilbahnen und Maschinen.",
        software="alliance 0.1.0",
        key_fingerprint="9f2a 11c0 77de 4b21",
        hue=10,
    )
    scope = {"type": "http", "method": "GET", "path": "/alliance/invite", "query_string": b"", "headers": []}

    async with visiting(Request({**scope, "app": create_app(federation)})) as visit:
        page = bytes(introduction_page(visit, who, "alpenwerk.example").body).decode()

    shown = (
        "Alpenwerk &lt;b&gt;",
        "Seilbahnen",
        "alliance 0.1.0",
        "9f2a 11c0 77de 4b21",
        'class="introduction hue h10"',
    )
    assert [part in page for part in shown] == [True] * 5
    assert '<input type="hidden" name="fingerprint" value="9f2a 11c0 77de 4b21">' in page
