"""Saving is not joining; afterwards there are materials and thanks, for whoever sees the session."""

from datetime import timedelta

import httpx
import pytest
from sqlalchemy import func, select

from alliance.instance import Instance
from alliance.models import Attendance, Material, SavedSession
from alliance.queries.sessions import find
from alliance.visibility import employee_viewer
from tests.support.clock import FrozenClock
from tests.support.founding import Founded
from tests.web.pages.scenes import LINK, from_partner, offered, partner

pytestmark = pytest.mark.anyio

SLIDES = {"kind": "slides", "material_title": "Die Folien", "url": "https://files.example.org/folien.pdf"}


async def count(instance: Instance, model: type[object]) -> int:
    async with instance.reading() as db:
        return await db.scalar(select(func.count()).select_from(model)) or 0


async def test_saving_joins_nothing_and_tells_nobody(
    jonas: httpx.AsyncClient, ada: httpx.AsyncClient, instance: Instance
) -> None:
    theirs = await from_partner(instance, await partner(instance))

    answer = await jonas.post(f"/sessions/{theirs.id}/save")
    shown = await jonas.get(answer.headers["location"])

    assert "Saved for yourself. Nobody else learns of it" in shown.text
    assert f'action="/sessions/{theirs.id}/unsave"' in shown.text
    assert f'action="/sessions/{theirs.id}/save"' in (await ada.get(f"/sessions/{theirs.id}")).text
    assert (await count(instance, SavedSession), await count(instance, Attendance)) == (1, 0)
    await jonas.post(f"/sessions/{theirs.id}/unsave")
    assert await count(instance, SavedSession) == 0


async def test_strangers_and_hosts_have_nothing_to_save(
    jonas: httpx.AsyncClient, stranger: httpx.AsyncClient, instance: Instance, founded: Founded
) -> None:
    session = await offered(instance, founded.employee, audience="public")

    for browser in (jonas, stranger):
        assert f"/sessions/{session.id}/save" not in (await browser.get(f"/sessions/{session.id}")).text
    assert (await stranger.post(f"/sessions/{session.id}/save")).status_code == 401
    assert (await jonas.post("/sessions/12345/save")).status_code == 404


async def test_materials_are_seen_by_whoever_sees_the_session_and_by_nobody_else(
    jonas: httpx.AsyncClient,
    ada: httpx.AsyncClient,
    stranger: httpx.AsyncClient,
    instance: Instance,
    founded: Founded,
) -> None:
    inside = await offered(instance, founded.employee, audience="company")
    outside = await offered(instance, founded.employee, audience="public")
    for session in (inside, outside):
        assert (await jonas.post(f"/sessions/{session.id}/materials", data=SLIDES)).status_code == 303

    assert SLIDES["url"] in (await ada.get(f"/sessions/{inside.id}")).text
    assert SLIDES["url"] in (await stranger.get(f"/sessions/{outside.id}")).text
    hidden = await stranger.get(f"/sessions/{inside.id}")
    assert (hidden.status_code, SLIDES["url"] in hidden.text) == (404, False)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"url": "http://files.example.org/x"}, "The address must begin with https://"),
        ({"url": "javascript:alert(1)"}, "The address must begin with https://"),
        ({"url": "https://user:pw@files.example.org/"}, "The address must begin with https://"),
        ({"url": "https://localhost/x"}, "The address must begin with https://"),
        ({"url": ""}, "The address must begin with https://"),
        ({"url": LINK}, "This is the link to the meeting, or gives it away."),
        ({"material_title": f"Hier: {LINK}"}, "This is the link to the meeting, or gives it away."),
        ({"material_title": ""}, "Please give it a title."),
        ({"kind": "virus"}, "Please choose one of the options."),
    ],
)
async def test_what_can_not_be_added_is_kept_with_a_sentence(
    jonas: httpx.AsyncClient, instance: Instance, founded: Founded, said: dict[str, str], sentence: str
) -> None:
    session = await offered(instance, founded.employee)

    answer = await jonas.post(f"/sessions/{session.id}/materials", data={**SLIDES, **said})

    assert answer.status_code == 422
    assert sentence in answer.text
    assert await count(instance, Material) == 0


async def test_only_those_who_may_change_the_session_add_and_remove(
    jonas: httpx.AsyncClient,
    ada: httpx.AsyncClient,
    stranger: httpx.AsyncClient,
    instance: Instance,
    founded: Founded,
) -> None:
    session, other = await offered(instance, founded.admin), await offered(instance, founded.admin)
    await ada.post(f"/sessions/{session.id}/materials", data=SLIDES)
    async with instance.reading() as db:
        material = await db.scalar(select(Material.id))
    path = f"/sessions/{session.id}/materials/{material}/remove"

    assert (await jonas.post(f"/sessions/{session.id}/materials", data=SLIDES)).status_code == 403
    assert (await jonas.get(f"/sessions/{session.id}/afterwards")).status_code == 403
    assert (await jonas.post(path)).status_code == 403
    assert (await stranger.post(path)).status_code == 401
    assert (await ada.post(f"/sessions/{other.id}/materials/{material}/remove")).status_code == 404
    assert await count(instance, Material) == 1
    await ada.post(path)
    assert await count(instance, Material) == 0


async def test_thanks_are_said_once_and_only_afterwards(
    jonas: httpx.AsyncClient,
    ada: httpx.AsyncClient,
    instance: Instance,
    founded: Founded,
    clock: FrozenClock,
) -> None:
    session = await offered(instance, founded.employee, starts_at=instance.clock.now() + timedelta(hours=1))
    await ada.post(f"/sessions/{session.id}/join")
    words = {"words": "Danke, dass ihr da wart."}

    early = await jonas.post(f"/sessions/{session.id}/thanks", data=words)
    clock.advance(hours=3)
    empty = await jonas.post(f"/sessions/{session.id}/thanks", data={"words": " "})
    leaking = await jonas.post(f"/sessions/{session.id}/thanks", data={"words": f"Nochmal: {LINK}"})
    said = await jonas.post(f"/sessions/{session.id}/thanks", data=words)
    again = await jonas.post(f"/sessions/{session.id}/thanks", data=words)

    assert [answer.status_code for answer in (early, empty, leaking, said, again)] == [
        422,
        422,
        422,
        303,
        422,
    ]
    async with instance.reading() as db:
        stored = await find(db, employee_viewer(founded.employee.id), session.id)
    assert stored.thanked_at == instance.clock.now()
    assert "1 person was going" in (await jonas.get(f"/sessions/{session.id}/afterwards")).text
    assert "Danke, dass ihr da wart." in (await jonas.get(f"/sessions/{session.id}")).text
    told = (await ada.get("/notifications")).text
    assert "says thank you for “Sketchnotes”" in told
    assert told.count("Danke, dass ihr da wart.") == 1


async def test_after_the_end_the_host_finds_the_way_and_a_copy_can_be_made(
    jonas: httpx.AsyncClient, instance: Instance, founded: Founded, clock: FrozenClock
) -> None:
    session = await offered(instance, founded.employee, starts_at=instance.clock.now() + timedelta(hours=1))
    clock.advance(hours=3)

    page = await jonas.get(f"/sessions/{session.id}")

    assert f"/sessions/{session.id}/afterwards" in page.text
    assert (await jonas.get(f"/sessions/new?from={session.id}")).status_code == 200
