"""A draft is kept with one press, gone on with later, published or thrown away; a session can be copied."""

import re
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select

from alliance.instance import Instance
from alliance.models import Session
from alliance.publishing import cancel_session
from tests.support.founding import Founded
from tests.web.pages.filled_form import fields_of
from tests.web.pages.scenes import LINK, from_partner, offered, partner

pytestmark = pytest.mark.anyio

HALF = {
    "title": "Halb fertig",
    "when": "irgendwann",
    "meeting_link": LINK,
    "language": "de",
    "audience": "public",
}


async def sessions(instance: Instance) -> list[Session]:
    async with instance.reading() as db:
        return list((await db.scalars(select(Session))).all())


async def kept(browser: httpx.AsyncClient, **said: str) -> str:
    """Keeps a draft; returns the address of its form."""
    answer = await browser.post("/sessions/new", data={**HALF, **said, "draft": "yes"})
    assert answer.status_code == 303
    return answer.headers["location"]


async def test_a_draft_is_kept_as_it_stands_and_found_again(
    jonas: httpx.AsyncClient, instance: Instance
) -> None:
    form = await jonas.get(await kept(jonas))

    fields = fields_of(form.text)
    assert {name: fields[name] for name in HALF} == HALF
    assert "Saved as a draft. Nobody else sees it" in form.text
    assert [session.status for session in await sessions(instance)] == ["draft"]
    mine = (await jonas.get("/mine")).text
    assert "Halb fertig" in mine
    assert LINK not in mine


async def test_a_draft_is_changed_kept_again_and_published_at_its_address(
    jonas: httpx.AsyncClient, instance: Instance
) -> None:
    address = await kept(jonas)
    whole = {**HALF, "when": "Do 16:00", "description": "Fünf Formen reichen.", "timezone": "Europe/Berlin"}

    again = await jonas.post(address, data={**HALF, "title": "Fast fertig", "draft": "yes"})
    wrong = await jonas.post(address, data=HALF)
    right = await jonas.post(address, data={**whole, "join_mode": "free", "length": "60"})

    assert again.headers["location"] == address
    assert wrong.status_code == 422
    [session] = await sessions(instance)
    assert right.headers["location"] == f"/sessions/{session.id}" == address.removesuffix("/edit")
    assert session.status == "scheduled"


async def test_the_address_of_a_draft_leads_to_its_form(jonas: httpx.AsyncClient) -> None:
    address = await kept(jonas)

    answer = await jonas.get(address.removesuffix("/edit"))

    assert answer.headers["location"] == address


async def test_others_see_nothing_of_a_draft(
    jonas: httpx.AsyncClient, ada: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    address = await kept(jonas)
    page = address.removesuffix("/edit")

    for browser in (ada, stranger):
        assert (await browser.get(page)).status_code == 404
        for listing in ("/", "/sessions", "/mine", "/calendar.ics", "/feed.atom", "/feed.json"):
            assert "Halb fertig" not in (await browser.get(listing)).text
    assert (await ada.get(address)).status_code == 404
    for verb in ("edit", "withdraw", "join", "save"):
        assert (await ada.post(f"{page}/{verb}", data=HALF)).status_code == 404
    machine = {"Accept": "application/activity+json"}
    assert (await stranger.get(page, headers=machine)).status_code == 404


async def test_a_draft_is_thrown_away_after_a_question(jonas: httpx.AsyncClient, instance: Instance) -> None:
    page = (await kept(jonas)).removesuffix("/edit")

    asked = await jonas.get(f"{page}/withdraw")
    assert "Discard this draft?" in asked.text
    answer = await jonas.post(f"{page}/withdraw")

    assert answer.headers["location"] == "/mine"
    assert await sessions(instance) == []


async def test_reading_an_invitation_into_a_draft_leaves_it_a_draft(
    jonas: httpx.AsyncClient, instance: Instance
) -> None:
    address = await kept(jonas)

    text = "Betreff: Gelesen\nWann: 10.09.2026 16:00-17:00"
    answer = await jonas.post(address, data={**HALF, "invitation": text, "read": "yes"})

    assert fields_of(answer.text)["title"] == "Gelesen"
    assert [(one.title, one.status) for one in await sessions(instance)] == [("Halb fertig", "draft")]


async def test_a_session_is_duplicated_without_its_time(
    jonas: httpx.AsyncClient, instance: Instance, founded: Founded
) -> None:
    session = await offered(instance, founded.employee, topics=("zeichnen",), capacity=12)

    form = await jonas.get(f"/sessions/new?from={session.id}")
    fields = fields_of(form.text)
    await jonas.post("/sessions/new", data={**fields, "when": "10.9.2026 16:00"})

    assert (fields["title"], fields["topics"], fields["capacity"]) == ("Sketchnotes", "zeichnen", "12")
    assert (fields["when"], fields["meeting_link"]) == ("", LINK)
    assert f"from={session.id}" in (await jonas.get(f"/sessions/{session.id}")).text
    assert [one.title for one in await sessions(instance)] == ["Sketchnotes", "Sketchnotes"]


async def test_what_was_cancelled_can_be_offered_again(
    jonas: httpx.AsyncClient, instance: Instance, founded: Founded
) -> None:
    session = await offered(instance, founded.employee)
    async with instance.unit_of_work() as uow:
        await cancel_session(uow, session.id, by=founded.employee)

    assert fields_of((await jonas.get(f"/sessions/new?from={session.id}")).text)["title"] == "Sketchnotes"


async def test_somebody_elses_session_is_no_source_of_copies(
    jonas: httpx.AsyncClient, instance: Instance, founded: Founded
) -> None:
    theirs = await from_partner(instance, await partner(instance))
    adas = await offered(instance, founded.admin)

    for source, status in ((theirs.id, 403), (adas.id, 403), (12345, 404)):
        answer = await jonas.get(f"/sessions/new?from={source}")
        assert answer.status_code == status
        assert LINK not in answer.text
    for broken in ("x", "9" * 30, "-1", "٣"):
        assert (await jonas.get("/sessions/new", params={"from": broken})).status_code in (200, 404)


async def test_too_many_drafts_are_said_beside_the_title(jonas: httpx.AsyncClient) -> None:
    for _ in range(50):
        await kept(jonas)

    answer = await jonas.post("/sessions/new", data={**HALF, "draft": "yes"})

    assert answer.status_code == 422
    assert "You have 50 drafts already." in answer.text
    assert re.search(r'value="Halb fertig"', answer.text)


async def test_a_draft_for_the_past_is_kept(jonas: httpx.AsyncClient, instance: Instance) -> None:
    await kept(jonas, when="10.03.2026 10:00")

    [session] = await sessions(instance)
    assert session.ends_at - session.starts_at == timedelta(hours=1)
