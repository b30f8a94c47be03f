"""The newsletter on pages: its archive shows everybody what is for everybody, its editor decides the rest."""

from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from alliance.models import EDITION_NOTE_LIMIT, Edition
from alliance.newsletter import begin_at_once, change_plan, stop, write_note
from alliance.queries.digests import digest_for_employee, public_digest
from alliance.queries.newsletter import newsletter_plan, next_edition
from alliance.settings import MailServer
from tests.alliance.stage import LINK, TOMORROW, Stage
from tests.support.client import main_of
from tests.support.counting import queries_of
from tests.support.founding import Founded

PLAN = {"is_on": "yes", "weekday": "2", "hour": "7", "for_everybody": "yes"}
NOWHERE = MailServer("127.0.0.1", 1, "none", None, None)
AUDIENCES = ("company", "alliance", "public")


async def begun(founded: Founded, note: str = "", audience: str = "company") -> Edition:
    """An edition is on its way, from this moment on."""
    instance = founded.instance
    instance.settings = replace(instance.settings, smtp=NOWHERE)
    async with instance.unit_of_work() as uow:
        await change_plan(uow, founded.admin, is_on=True, weekday=0, hour=8, for_everybody=False)
        await write_note(uow, founded.admin, note, "", audience)
        return await begin_at_once(uow)


@pytest.mark.parametrize("audience", ["company", "public"])
async def test_the_archive_shows_everybody_what_is_public_and_nothing_else(
    founded: Founded, stranger: httpx.AsyncClient, ada: httpx.AsyncClient, audience: str
) -> None:
    stage = Stage(founded)
    for one in AUDIENCES:
        await stage.publish(title=f"session for {one}", audience=one)
    taken_back = await stage.publish(title="taken back")
    edition = await begun(founded, "Ein **Wort** vorab", audience)
    await stage.withdraw(taken_back)

    for reader in (stranger, ada):
        text = main_of((await reader.get(f"/newsletter/{edition.week}")).text)
        assert [one for one in AUDIENCES if f"session for {one}" in text] == ["public"]
        assert ("<strong>Wort</strong>" in text) == (audience == "public")
        assert "taken back" not in text
        assert LINK not in text


async def test_only_what_went_out_stands_in_the_archive(
    founded: Founded, stranger: httpx.AsyncClient
) -> None:
    edition = await begun(founded)
    listed = f"/newsletter/{edition.week}" in (await stranger.get("/newsletter")).text
    async with founded.instance.unit_of_work() as uow:
        await stop(uow, founded.admin, edition.id)

    assert listed
    assert f"/newsletter/{edition.week}" not in (await stranger.get("/newsletter")).text
    invented = (edition.week, "2026-W99", "2026-w12", "None", "x" * 900, "2026-W12%0a", "٢٠٢٦-W12")
    assert {(await stranger.get(f"/newsletter/{week}")).status_code for week in invented} == {404}
    for before in ("2026-W12", "x" * 900, "%F0%9F", "2026-W12' OR 1"):
        assert (await stranger.get("/newsletter", params={"before": before})).status_code == 200


async def test_only_administrators_find_the_editors_pages(
    founded: Founded, stranger: httpx.AsyncClient, jonas: httpx.AsyncClient
) -> None:
    edition = await begun(founded)
    pages = ("", "/send", f"/{edition.id}/stop", "/preview/guests/de")
    verbs = ("/plan", "/note", "/test", "/send", f"/{edition.id}/stop")

    for path in pages:
        assert (await jonas.get(f"/admin/newsletter{path}")).status_code == 404
        assert (await stranger.get(f"/admin/newsletter{path}")).status_code in (303, 401)
    for path in verbs:
        assert (await jonas.post(f"/admin/newsletter{path}", data=PLAN)).status_code == 404
        assert (await stranger.post(f"/admin/newsletter{path}", data=PLAN)).status_code in (303, 401)
    async with founded.instance.reading() as db:
        plan = await newsletter_plan(db)
    assert plan is not None
    assert (plan.weekday, plan.hour) == (0, 8)


async def test_an_editor_says_when_writes_looks_and_sends(founded: Founded, ada: httpx.AsyncClient) -> None:
    await begun(founded)
    await Stage(founded).publish(title="Grinding lenses")
    note = {"note_de": "Guten Morgen", "note_en": "Good morning", "note_audience": "public"}

    assert (await ada.post("/admin/newsletter/plan", data=PLAN)).status_code == 303
    assert (await ada.post("/admin/newsletter/note", data=note)).status_code == 303
    previews = [
        await ada.get(f"/admin/newsletter/preview/{readers}/{language}")
        for readers in ("colleagues", "guests")
        for language in ("de", "en")
    ]
    assert (await ada.post("/admin/newsletter/test")).status_code == 303
    again = await ada.post("/admin/newsletter/send")

    page = main_of((await ada.get("/admin/newsletter")).text)
    assert 'value="2" selected' in page
    assert 'value="7" selected' in page
    assert ["Guten Morgen" in one.text for one in previews] == [True, False, True, False]
    assert all("Grinding lenses" in one.text and LINK not in one.text for one in previews)
    assert all("/stop/" not in one.text for one in previews)
    policy = previews[0].headers["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "default-src 'none'" in policy
    assert again.status_code == 409


async def test_what_can_not_be_is_said_and_changes_nothing(founded: Founded, ada: httpx.AsyncClient) -> None:
    note = {"note_de": "", "note_en": "", "note_audience": "public"}
    plans = [PLAN | {"weekday": "7"}, PLAN | {"hour": "24"}, PLAN | {"hour": "٧"}, {}]
    notes = [note | {"note_de": "x" * (EDITION_NOTE_LIMIT + 1)}, note | {"note_audience": "alliance"}]

    answers = [await ada.post("/admin/newsletter/plan", data=data) for data in plans]
    answers += [await ada.post("/admin/newsletter/note", data=data) for data in notes]

    assert [answer.status_code for answer in answers] == [422] * 6
    async with founded.instance.reading() as db:
        assert (await newsletter_plan(db), await next_edition(db)) == (None, None)


async def test_preview_of_nobody_knows_what_is_not_there(founded: Founded, ada: httpx.AsyncClient) -> None:
    for path in ("partners/de", "guests/fr", "guests/de/x", "guests/%00"):
        assert (await ada.get(f"/admin/newsletter/preview/{path}")).status_code in (400, 404)


async def test_a_digest_takes_as_many_queries_for_many_sessions_as_for_one(founded: Founded) -> None:
    stage, counts = Stage(founded), []
    now = founded.instance.clock.now()
    for number in range(3):
        starts = TOMORROW + timedelta(hours=number)
        await stage.publish(title=f"Nr {number}", starts_at=starts, ends_at=starts + timedelta(minutes=30))
        async with founded.instance.reading() as db:
            with queries_of(db) as employees:
                await digest_for_employee(db, founded.admin.id, since=now, now=now)
            with queries_of(db) as strangers:
                await public_digest(db, since=now)
        counts.append((len(employees), len(strangers)))

    assert counts == [counts[0]] * 3
    assert max(counts[0]) < 12
