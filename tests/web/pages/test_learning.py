"""Confirmed learning on pages: said, shown, taken along and shared, by and for its owner alone."""

import csv
import io
import json
from datetime import timedelta

import httpx
import pytest

from alliance.attending import join_session
from alliance.confirming import confirm
from alliance.learning_settings import keep_hosts_confirm
from alliance.models import Employee, Session
from tests.support.client import main_of
from tests.support.counting import queries_of
from tests.support.founding import Founded
from tests.web.pages.scenes import offered
from web.media.baking import badge_in

BADGES = "/mine/learning"


async def over(founded: Founded, *guests: Employee, title: str = "Fragen stellen", **more: object) -> Session:
    """A session of Ada's in which these people had a place, and which has just ended."""
    session = await offered(founded.instance, founded.admin, title, **more)
    for guest in guests:
        async with founded.instance.unit_of_work() as uow:
            await join_session(uow, session.id, guest.id)
    async with founded.instance.unit_of_work() as uow:
        stored = await uow.db.get_one(Session, session.id)
        stored.starts_at, stored.ends_at = uow.now - timedelta(hours=1), uow.now - timedelta(minutes=6)
    return session


async def badge_of(browser: httpx.AsyncClient, named: str = "yes") -> str:
    """Makes a badge of the first session that is confirmed; its number."""
    page = (await browser.get(BADGES)).text
    number = page.split('action="/mine/learning/')[1].split("/")[0]
    made = await browser.post(f"/mine/learning/{number}/badge", data={"named": named})
    return made.headers["location"].partition("#badge-")[2]


async def test_i_was_there_from_the_page_and_from_mine(
    jonas: httpx.AsyncClient, founded: Founded, ada: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    session, other = await over(founded, founded.employee), await over(founded, founded.employee)
    page = f"/sessions/{session.id}"
    assert f'action="{page}/attended"' in main_of((await jonas.get(page)).text)
    assert f'action="/sessions/{other.id}/attended"' in main_of((await jonas.get("/mine")).text)
    for reader in (ada, stranger):
        assert "/attended" not in main_of((await reader.get(page)).text)

    said = await jonas.post(f"{page}/attended", data={"next": "/mine"})
    assert said.headers["location"] == "/mine"
    assert (await jonas.post(f"{page}/attended", data={"next": "//attacker.example"})).headers[
        "location"
    ] == page

    assert "Your attendance is confirmed." in main_of((await jonas.get(page)).text)
    mine = main_of((await jonas.get("/mine")).text)
    assert f'action="{page}/attended"' not in mine
    assert "Confirmed" in mine
    assert (await ada.post(f"{page}/attended")).status_code == 409
    assert (await stranger.post(f"{page}/attended")).status_code in (303, 401)
    for reader in (ada, stranger):
        assert "confirmed" not in main_of((await reader.get(page)).text)


async def test_the_list_the_table_and_taking_back_are_ones_own(
    jonas: httpx.AsyncClient, founded: Founded, ada: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    assert "Nothing confirmed yet" in (await jonas.get(BADGES)).text
    session = await over(founded, founded.employee, title="=SUM(A1)")
    await jonas.post(f"/sessions/{session.id}/attended")
    page = main_of((await jonas.get(BADGES)).text)
    number = page.split('action="/mine/learning/')[1].split("/")[0]

    table = await jonas.get("/mine/learning.csv")
    rows = list(csv.DictReader(io.StringIO(table.text.removeprefix("\ufeff"))))
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert [(row["title"], row["minutes"], row["confirmed_by"]) for row in rows] == [
        ("'=SUM(A1)", "54", "person")
    ]
    assert rows[0]["address"] == f"https://nordlicht.example/sessions/{session.id}"
    assert "geheim42" not in table.text + page
    assert "Nothing confirmed yet" in (await ada.get(BADGES)).text
    assert len((await ada.get("/mine/learning.csv")).text.splitlines()) == 1
    for address in (BADGES, "/mine/learning.csv"):
        assert (await stranger.get(address)).status_code in (303, 401)
    for verb in ("take-back", "badge"):
        assert (await ada.post(f"/mine/learning/{number}/{verb}")).status_code == 404
    assert (await jonas.post(f"/mine/learning/{number}/take-back")).headers["location"] == BADGES
    assert "Nothing confirmed yet" in (await jonas.get(BADGES)).text


async def test_a_badge_is_its_owners_until_they_share_it(
    jonas: httpx.AsyncClient, founded: Founded, ada: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    session = await over(founded, founded.employee)
    await jonas.post(f"/sessions/{session.id}/attended")
    number = await badge_of(jonas)
    file, picture = await jonas.get(f"/badges/{number}.json"), await jonas.get(f"/badges/{number}.png")

    assert json.loads(file.text)["id"] == f"urn:uuid:{number}"
    assert file.headers["cache-control"] == "private, no-store"
    assert badge_in(picture.content) == file.content
    for reader in (ada, stranger):
        for ending in ("json", "png"):
            assert (await reader.get(f"/badges/{number}.{ending}")).status_code == 404
        assert (await reader.post(f"/mine/badges/{number}/share", data={"shared": "yes"})).status_code != 200
        assert (await reader.post(f"/mine/badges/{number}/revoke")).status_code in (303, 401, 404)
    assert (await jonas.post(f"/mine/badges/{number}/share", data={"shared": "yes"})).status_code == 303
    assert (await stranger.get(f"/badges/{number}.json")).content == file.content
    assert f"https://nordlicht.example/badges/{number}.json" in (await jonas.get(BADGES)).text
    await jonas.post(f"/mine/badges/{number}/share", data={"shared": ""})
    assert (await stranger.get(f"/badges/{number}.json")).status_code == 404
    await jonas.post(f"/mine/badges/{number}/revoke")
    assert (await jonas.get(f"/badges/{number}.json")).status_code == 404
    assert number in (await stranger.get("/badges/revoked")).text
    for wrong in ("0", "x" * 36, number.upper(), f"{number}0", "../issuer"):
        assert (await jonas.get(f"/badges/{wrong}.json")).status_code == 404


async def test_a_badge_is_checked_as_file_text_picture_and_address(
    jonas: httpx.AsyncClient, founded: Founded, stranger: httpx.AsyncClient
) -> None:
    session = await over(founded, founded.employee, title="Löten <script>")
    await jonas.post(f"/sessions/{session.id}/attended")
    number = await badge_of(jonas)
    file, picture = await jonas.get(f"/badges/{number}.json"), await jonas.get(f"/badges/{number}.png")
    await jonas.post(f"/mine/badges/{number}/share", data={"shared": "yes"})
    address = f"https://nordlicht.example/badges/{number}.json"

    for shown in (
        {"files": {"file": ("badge.json", file.content)}},
        {"files": {"file": ("badge.png", picture.content)}},
        {"data": {"badge": file.text}, "files": {"file": ("", b"")}},
        {"data": {"address": address}, "files": {"file": ("", b"")}},
    ):
        answer = main_of((await stranger.post("/verify", **shown)).text)
        assert "This badge is genuine." in answer
        for said in ("Jonas Brandt", "Löten &lt;script&gt;", "Nordlicht Optik"):
            assert said in answer
    changed = file.content.replace(b"Jonas Brandt", b"Jonas Brandl")
    answer = main_of((await stranger.post("/verify", files={"file": ("badge.json", changed)})).text)
    assert "This badge has been changed." in answer
    assert "Brandl" not in answer
    # A bit of the picture that is not the badge may differ; one of the badge may not.
    flipped = picture.content.replace(b"Jonas Brandt", b"Jonas Brandl")
    answer = main_of((await stranger.post("/verify", files={"file": ("badge.png", flipped)})).text)
    assert "This is no badge that we can read." in answer
    assert address in (await stranger.get("/verify", params={"url": address})).text


@pytest.mark.parametrize(
    ("sent", "status", "said"),
    [
        ({"data": {"badge": ""}, "files": {"file": ("", b"")}}, 422, "Please choose a file"),
        ({"files": {"file": ("x.json", b"[" * 70_000)}}, 200, "This is no badge that we can read."),
        ({"files": {"file": ("x.png", b"\x89PNG\r\n\x1a\n" + b"\xff" * 500)}}, 200, "no badge that we can"),
        ({"data": {"address": "https://attacker.example/badges/x.json"}, "files": {"file": ("", b"")}}, 200,
         "We don’t know who issued"),
        ({"data": {"address": "http://169.254.169.254/badges/" + "0" * 36 + ".json"},
          "files": {"file": ("", b"")}}, 200, "We don’t know who issued"),
    ],
    ids=["nothing", "brackets", "broken-picture", "elsewhere", "metadata"],
)  # fmt: skip
async def test_whatever_is_shown_there_is_an_answer(
    stranger: httpx.AsyncClient, sent: dict[str, object], status: int, said: str
) -> None:
    answer = await stranger.post("/verify", **sent)  # type: ignore[arg-type]

    assert answer.status_code == status
    assert said in answer.text


async def test_hosts_tick_colleagues_where_the_company_lets_them(
    founded: Founded, jonas: httpx.AsyncClient, ada: httpx.AsyncClient
) -> None:
    session = await over(founded, founded.employee)
    page = f"/sessions/{session.id}/presence"
    assert (await ada.get(page)).status_code == 403
    async with founded.instance.unit_of_work() as uow:
        await keep_hosts_confirm(uow, allowed=True)
    assert page in main_of((await ada.get(f"/sessions/{session.id}")).text)
    assert (await jonas.get(page)).status_code == 403
    before = main_of((await ada.get(page)).text)
    async with founded.instance.unit_of_work() as uow:
        await confirm(uow, session.id, founded.employee)
    assert main_of((await ada.get(page)).text) == before

    ticked = {"person": [str(founded.employee.id), "0", "x", "9" * 40]}
    assert (await ada.post(page, data=ticked)).headers["location"] == page

    assert "checked disabled" in main_of((await ada.get(page)).text)
    assert "Confirmed by the host" in main_of((await jonas.get(BADGES)).text)


async def test_the_list_costs_the_same_with_one_and_with_three(
    founded: Founded, jonas: httpx.AsyncClient
) -> None:
    counted = []
    for number in (1, 2):
        for _ in range(number):
            session = await over(founded, founded.employee)
            await jonas.post(f"/sessions/{session.id}/attended")
        async with founded.instance.reading() as db:
            with queries_of(db) as queries:
                await jonas.get(BADGES)
        counted.append(len(queries))

    assert counted[0] == counted[1] > 0
