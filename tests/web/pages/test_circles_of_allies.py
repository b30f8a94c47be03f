"""A call of an allied company on pages: signed up for at home, named to each other once all have said yes."""

import httpx
import pytest
from sqlalchemy import select

from alliance.models import CirclePlace
from alliance.partnering import pause_company
from federation.wiring import Federation
from tests.alliance.stage import Stage
from tests.federation.handlers.arriving import THEIRS, Arriving
from tests.federation.handlers.circling import CIRCLE, Circling, ours, place_of
from tests.support.client import main_of
from tests.support.founding import Founded
from tests.web.pages.test_circles import CALL, PLACE

ANNA = place_of(THEIRS, "anna")


@pytest.fixture
async def circling(federation: Federation, founded: Founded) -> Circling:
    """Nordlicht, allied with Alpenwerk."""
    found = Circling(Arriving(Stage(founded), federation))
    await found.ally()
    return found


async def test_a_call_of_an_ally_from_the_list_to_the_circle(
    circling: Circling, jonas: httpx.AsyncClient, ada: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    call = await circling.their_call()
    address = f"/circles/{call.id}"
    listed = main_of((await jonas.get("/circles")).text)
    page = main_of((await jonas.get(address)).text)
    assert (await jonas.post(address, data=PLACE)).status_code == 303
    signed_up = main_of((await jonas.get(address)).text)

    assert "Zirkel am Berg" in listed
    assert "Alpenwerk" in listed
    assert "Alpenwerk forms the circles" in page
    assert "1 colleague signed up" in signed_up
    assert "Zirkel am Berg" not in (await stranger.get("/circles")).text
    for door in (f"{address}/day", f"{address}/withdraw"):  # Ada is a moderator, but not there
        assert (await ada.get(door)).status_code == 404

    async with circling.stage.instance.reading() as db:
        place = (await db.scalars(select(CirclePlace))).one()
    assert f"{place.own_code}</code>" in signed_up
    wrong = await jonas.post(address, data=PLACE | {"partner": place.own_code})
    assert "your own code" in wrong.text

    await circling.hear(circling.call(circleState="running"))
    await circling.hear(circling.circle([ANNA, ours(place)]))
    circle = await circling.the_circle()
    room = f"/circles/mine/{circle.id}"
    asked = main_of((await jonas.get(room)).text)
    await jonas.post(f"{room}/answer", data={"answer": "yes"})
    await circling.hear(circling.word({ANNA: "asked"}, names={ANNA: "Anna Alm"}))
    waiting = (await jonas.get(room)).text
    await circling.hear(circling.word({ANNA: "yes"}, names={ANNA: "Anna Alm"}))
    note = {
        "id": f"{THEIRS}/circles/notes/1",
        "type": "CircleNote",
        "circle": CIRCLE,
        "place": ANNA,
        "content": "Servus",
    }
    await circling.hear(note)
    running = main_of((await jonas.get(room)).text)
    async with circling.stage.instance.unit_of_work() as uow:
        await pause_company(uow, call.company_id)
    paused = (await jonas.get(room)).text

    assert "Anna Alm" not in waiting
    assert "It spans Alpenwerk, Nordlicht" in asked
    assert "Anna Alm" in running
    assert "Servus" in running
    assert (await ada.get(room)).status_code == 404
    assert "Anna Alm" not in paused
    assert "Zirkel am Berg" not in main_of((await ada.get("/circles")).text)


async def test_without_a_circle_the_page_says_what_would_have_helped(
    circling: Circling, jonas: httpx.AsyncClient
) -> None:
    call = await circling.their_call()
    await jonas.post(f"/circles/{call.id}", data=PLACE)
    await circling.hear(circling.call(circleState="running"))

    assert "There was no circle for you this time" in (await jonas.get(f"/circles/{call.id}")).text


async def test_a_call_is_for_colleagues_or_for_allies_as_its_form_says(
    circling: Circling, ada: httpx.AsyncClient
) -> None:
    form = (await ada.get("/circles/new")).text
    await ada.post("/circles/new", data=CALL)
    quiet = await circling.said("CircleCall")
    await ada.post("/circles/new", data=CALL | {"alliance": "yes"})

    assert "Colleagues of allied companies, too" in form
    assert "Alpenwerk" in main_of(form)
    assert quiet == []
    assert len(await circling.said("CircleCall")) == 1


async def test_a_call_can_be_for_some_of_the_allied_companies(
    circling: Circling, ada: httpx.AsyncClient
) -> None:
    alone = (await ada.get("/circles/new")).text
    zeder = await circling.ally("zeder.example")
    form = main_of((await ada.get("/circles/new")).text)
    wanted = CALL | {"alliance": "yes", "companies": str(zeder.id)}
    wrong = main_of((await ada.post("/circles/new", data=wanted | {"title": "x"})).text)
    nobody = main_of((await ada.post("/circles/new", data=wanted | {"companies": "12345"})).text)
    made = (await ada.post("/circles/new", data=wanted)).headers["location"].removesuffix("/day")

    assert "Only these companies" not in alone  # there is but one
    assert f'name="companies" value="{zeder.id}"><span>Zeder' in form
    assert f'name="companies" value="{zeder.id}" checked' in wrong
    assert "choose among the companies that you are allied with" in nobody
    assert "For colleagues and people at Zeder." in main_of((await ada.get(made)).text)
    assert [one.inboxes for one in await circling.said("CircleCall")] == [("https://zeder.example/inbox",)]
