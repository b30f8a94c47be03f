"""Whoever wants to go takes everything along, and leaves nothing behind."""

import io
import json
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser

import httpx
import pytest
from icalendar import Calendar

from alliance.attending import join_session
from alliance.exporting import everything_about
from alliance.instance import Instance
from alliance.models import Employee
from alliance.pictures import StoredPicture, set_portrait
from alliance.signing_in import change_password, hash_password, start_sign_in
from alliance.traces import TRACES
from tests.support.founding import Founded
from tests.web.pages.scenes import LINK, offered
from web.takeaway import sections
from web.takeaway_labels import FIELD_LABELS, SECTION_LABELS
from web.texts import Texts
from web.viewer import cookie_name

pytestmark = pytest.mark.anyio
PASSWORD = "Wolken ziehen vorbei"
NASTY = '<script>alert(1)</script><img src=x onerror="alert(2)">'


class Whatever:
    """A row of any table."""

    def __getattr__(self, name: str) -> "Whatever":
        return self

    def __call__(self) -> str:
        return ""

    def __iter__(self) -> Iterator["Whatever"]:
        return iter(())


async def test_the_zip_is_for_programs_calendars_and_people(
    jonas: httpx.AsyncClient, founded: Founded, instance: Instance
) -> None:
    own = await offered(instance, founded.employee, "Linsen schleifen")
    other = await offered(instance, founded.admin, "Sketchnotes", meeting_link="https://meet.example/ada")
    async with instance.unit_of_work() as uow:
        await join_session(uow, other.id, founded.employee.id)

    answer = await jonas.get("/settings/takeaway")

    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    everything = json.loads(archive.read("everything.json"))
    calendar = Calendar.from_ical(archive.read("calendar.ics"))
    page = archive.read("index.html").decode()
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["cache-control"] == "no-store"
    assert sorted(archive.namelist()) == ["README.txt", "calendar.ics", "everything.json", "index.html"]
    assert everything["account"]["email"] == "jonas@nordlicht.example"
    assert [(str(event["UID"]), str(event["SUMMARY"])) for event in calendar.walk("VEVENT")] == [
        (f"{own.id}@nordlicht.example", "Linsen schleifen"),
        (f"{other.id}@nordlicht.example", "Sketchnotes"),
    ]
    assert (LINK in page, "Linsen schleifen" in page, "Where you take part" in page) == (True, True, True)
    assert [secret in page for secret in ("Ada Petersen", "meet.example/ada")] == [False, False]


async def test_what_was_typed_stays_text_in_the_page_to_read(
    jonas: httpx.AsyncClient, founded: Founded, instance: Instance
) -> None:
    await offered(instance, founded.employee, NASTY, description=NASTY)

    archive = zipfile.ZipFile(io.BytesIO((await jonas.get("/settings/takeaway")).content))

    tags: list[str] = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attrs: tags.append(tag)  # type: ignore[method-assign]
    parser.feed(archive.read("index.html").decode())
    assert {"script", "img"} & set(tags) == set()


@pytest.mark.parametrize("address", ["/settings/takeaway", "/settings/erase", "/mine"])
async def test_a_stranger_is_asked_to_sign_in(stranger: httpx.AsyncClient, address: str) -> None:
    answer = await stranger.get(address)

    assert (answer.status_code, answer.headers["location"]) == (303, f"/sign-in?next={address}")


async def test_every_part_and_every_field_has_a_name(
    jonas: httpx.AsyncClient, founded: Founded, instance: Instance
) -> None:
    await jonas.post("/settings/expert", data={"name": "Jonas", "audience": "public", "topics": "Optik"})
    await offered(instance, founded.employee)
    other = await offered(instance, founded.admin)
    async with instance.unit_of_work() as uow:
        await join_session(uow, other.id, founded.employee.id)
    async with instance.reading() as db:
        held = await everything_about(db, instance.vault, "https://nordlicht.example", founded.employee.id)

    rows = [row for part in held.values() for row in (part if isinstance(part, list) else [part])]
    rows += [trace.show(Whatever()) for trace in TRACES]
    assert set(held) - set(SECTION_LABELS) == set()
    assert {key for row in rows if isinstance(row, dict) for key in row} - set(FIELD_LABELS) == set()
    assert len(sections(held, Texts("de"))) > 2


async def test_erasing_asks_for_the_password_and_a_wrong_one_erases_nothing(
    jonas: httpx.AsyncClient, founded: Founded, instance: Instance
) -> None:
    await _with_password(jonas, founded.employee, instance)

    asked = await jonas.get("/settings/erase")
    wrong = await jonas.post("/settings/erase", data={"current": "Etwas anderes"})

    async with instance.reading() as db:
        kept = await db.get(Employee, founded.employee.id)
    assert 'type="password"' in asked.text
    assert (wrong.status_code, kept is not None) == (422, True)


async def test_with_the_right_one_the_account_is_gone_and_the_browser_signed_out(
    jonas: httpx.AsyncClient, founded: Founded, instance: Instance
) -> None:
    await _with_password(jonas, founded.employee, instance)
    session = await offered(instance, founded.employee, "Linsen schleifen")
    other = await offered(instance, founded.admin, "Sketchnotes")
    async with instance.unit_of_work() as uow:
        await join_session(uow, other.id, founded.employee.id)
        await join_session(uow, session.id, founded.admin.id)

    gone = await jonas.post("/settings/erase", data={"current": PASSWORD})
    page = await jonas.get(f"/sessions/{session.id}")

    async with instance.reading() as db:
        assert await db.get(Employee, founded.employee.id) is None
    assert (gone.status_code, gone.headers["location"]) == (303, "/")
    assert "Jonas" not in page.text
    assert (await jonas.get("/mine")).status_code == 303


async def test_without_a_password_the_own_address_is_the_yes(
    jonas: httpx.AsyncClient, founded: Founded, instance: Instance
) -> None:
    wrong = await jonas.post("/settings/erase", data={"current": "ada@nordlicht.example"})
    right = await jonas.post("/settings/erase", data={"current": " Jonas@nordlicht.example "})

    assert (wrong.status_code, right.status_code) == (422, 303)


async def test_another_site_cannot_erase_anybody(
    jonas: httpx.AsyncClient, founded: Founded, instance: Instance
) -> None:
    answer = await jonas.post(
        "/settings/erase",
        data={"current": "jonas@nordlicht.example"},
        headers={"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
    )

    async with instance.reading() as db:
        kept = await db.get(Employee, founded.employee.id)
    assert (answer.status_code, kept is not None) == (403, True)


async def test_the_only_administrator_is_told_why_they_stay(ada: httpx.AsyncClient) -> None:
    answer = await ada.post("/settings/erase", data={"current": "ada@nordlicht.example"})

    assert (answer.status_code, "You are the only administrator" in answer.text) == (422, True)


async def _with_password(browser: httpx.AsyncClient, employee: Employee, instance: Instance) -> None:
    async with instance.unit_of_work() as uow:
        await change_password(uow, employee.id, hash_password(PASSWORD))
        made = await start_sign_in(uow, employee)
    browser.cookies.set(cookie_name(instance.settings), made.token, domain=browser.base_url.host)


async def test_the_pictures_that_one_gave_lie_beside_it(
    jonas: httpx.AsyncClient, founded: Founded, instance: Instance
) -> None:
    names = [await instance.shelf.put(content) for content in (b"mine", b"of somebody else")]
    async with instance.unit_of_work() as uow:
        for employee, name in zip((founded.employee, founded.admin), names, strict=True):
            await set_portrait(uow, employee.id, StoredPicture(name, 512, 512), shared=False)

    packed = zipfile.ZipFile(io.BytesIO((await jonas.get("/settings/takeaway")).content))

    assert [name for name in packed.namelist() if "/" in name] == [f"pictures/{names[0]}"]
    assert packed.read(f"pictures/{names[0]}") == b"mine"
