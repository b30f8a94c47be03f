"""Administrators say who the company is; everybody reads it, and nobody's markup runs."""

import httpx
import orjson
import pytest
from sqlalchemy import select

from alliance.instance import Instance
from alliance.models import Company
from alliance.queries.pictures import used_pictures
from federation.models import OutboxActivity
from tests.support.founding import Founded
from tests.web.pages.test_pictures import files

pytestmark = pytest.mark.anyio

SAID = {
    "name": "Nordlicht & Söhne",
    "summary": "Wir messen <b>Licht</b>.",
    "hue": "9",
    "language": "de",
    "timezone": "Europe/Vienna",
    "rules": "Wir duzen uns.\n\n  Wir fragen nach.  ",
    "privacy": "Nichts **Überflüssiges**. <script>x()</script>",
    "imprint": "Nordlicht\n\n[Mail](javascript:alert(1))",
}


async def company(instance: Instance) -> Company:
    async with instance.reading() as db:
        return (await db.scalars(select(Company).where(Company.is_home))).one()


async def test_what_admins_say_stands_on_the_page_for_everybody(
    ada: httpx.AsyncClient, stranger: httpx.AsyncClient, founded: Founded
) -> None:
    before = (await stranger.get("/about")).text
    answer = await ada.post("/admin/company", data=SAID)
    page = (await stranger.get("/about")).text

    assert "belongs to a company" in before
    assert (answer.status_code, answer.headers["location"]) == (303, "/admin/company")
    assert "<h1>Nordlicht &amp; Söhne</h1>" in page
    assert "Wir messen &lt;b&gt;Licht&lt;/b&gt;." in page
    assert "<li>Wir duzen uns.</li><li>Wir fragen nach.</li>" in page
    assert "<strong>Überflüssiges</strong>" in page
    assert ("<script>x" in page, 'href="javascript:' in page) == (False, False)
    assert 'href="/about"' in page


async def test_allies_and_followers_are_told_of_name_and_mark_but_not_of_the_three_texts(
    ada: httpx.AsyncClient, founded: Founded
) -> None:
    async def updates() -> int:
        async with founded.instance.reading() as db:
            return len(list(await db.scalars(select(OutboxActivity).where(OutboxActivity.type == "Update"))))

    await ada.post("/admin/company", data=SAID)
    first = await updates()
    await ada.post("/admin/company", data={**SAID, "imprint": "Anders"})
    second = await updates()
    await ada.post("/admin/company/logo", files=files())

    async with founded.instance.reading() as db:
        bodies = [orjson.loads(one.body) for one in await db.scalars(select(OutboxActivity))]
    shown = [one["object"] for one in bodies if one["type"] == "Update" and one["object"]["type"] == "Group"]
    logo = (await company(founded.instance)).logo
    assert (first, second, await updates()) == (2, 2, 4)
    assert [one["name"] for one in shown] == ["Nordlicht & Söhne"] * 2
    assert shown[-1]["icon"]["url"] == f"{founded.instance.settings.origin}/media/{logo}"
    assert "Anders" not in orjson.dumps(bodies).decode()


async def test_the_mark_is_reencoded_shown_to_everybody_and_can_be_taken_away(
    ada: httpx.AsyncClient, stranger: httpx.AsyncClient, founded: Founded
) -> None:
    await ada.post("/admin/company/logo", files=files())
    logo = (await company(founded.instance)).logo
    page, picture = await stranger.get("/"), await stranger.get(f"/media/{logo}")
    async with founded.instance.reading() as db:
        used = await used_pictures(db)

    await ada.post("/admin/company/logo", data={"remove": "yes"}, files={"x": ("", b"")})
    gone = await stranger.get(f"/media/{logo}")

    assert f'src="/media/{logo}"' in page.text
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/jpeg")
    assert logo in used
    assert (gone.status_code, (await company(founded.instance)).logo) == (404, None)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("name", " "), ("hue", "24"), ("hue", "x"), ("timezone", "Mars/Olympus"), ("language", "xx")),
        *(("rules", "x\n" * 21), ("imprint", "x" * 20_001), ("summary", "x" * 2001)),
    ],
)
async def test_what_can_not_be_is_shown_beside_its_field_and_nothing_changes(
    ada: httpx.AsyncClient, founded: Founded, field: str, value: str
) -> None:
    answer = await ada.post("/admin/company", data={**SAID, field: value})

    assert (answer.status_code, f'id="{field}-error"' in answer.text) == (422, True)
    assert (await company(founded.instance)).name == "Nordlicht Optik"


async def test_a_mark_that_is_no_picture_is_refused(ada: httpx.AsyncClient, founded: Founded) -> None:
    svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>x()</script></svg>"
    answer = await ada.post("/admin/company/logo", files=files(svg))

    assert (answer.status_code, (await company(founded.instance)).logo) == (422, None)


async def test_only_administrators_say_it(
    jonas: httpx.AsyncClient, stranger: httpx.AsyncClient, founded: Founded
) -> None:
    answers = [
        await jonas.get("/admin/company"),
        await jonas.post("/admin/company", data=SAID),
        await jonas.post("/admin/company/logo", files=files()),
        await stranger.post("/admin/company", data=SAID),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404, 401]
    assert (await company(founded.instance)).name == "Nordlicht Optik"
