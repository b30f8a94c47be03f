"""The overview answers in one look whether everything reaches everyone, and leads to where it is mended."""

import re
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import delete, update

from alliance.acts import COMMAND_LINE
from alliance.models import AuditEntry, Employee, SignOfLife
from alliance.moderating import report
from alliance.run_time_settings import propose
from alliance.signs_of_life import show_life
from federation.models import Delivery, Lane, OutboxActivity, RejectionTally
from tests.support.client import main_of
from tests.support.clock import FrozenClock
from tests.support.counting import queries_of
from tests.support.founding import Founded
from tests.web.pages.scenes import offered, partner

pytestmark = pytest.mark.anyio


def looks(page: str) -> dict[str, tuple[str, str]]:
    """For each title its tone and where it leads."""
    rows = re.findall(
        r'<li class="look is-(\w+)">.*?<h2>([^<]+?) <span.*?href="([^"]+)"', main_of(page), re.DOTALL
    )
    return {title: (tone, url) for tone, title, url in rows}


async def working(founded: Founded) -> None:
    async with founded.instance.unit_of_work(COMMAND_LINE) as uow:
        await show_life(uow, "host-a")
        uow.audit("backup.made")


async def test_each_trouble_is_told_in_words_and_leads_to_where_it_is_mended(
    ada: httpx.AsyncClient, founded: Founded, clock: FrozenClock
) -> None:
    first = (await ada.get("/admin")).text
    await working(founded)
    fine = (await ada.get("/admin")).text
    await partner(founded.instance, "asking", "Hansewerft")
    session = await offered(founded.instance, founded.employee)
    async with founded.instance.unit_of_work() as uow:
        await report(uow, founded.employee, "Please look.", session_id=session.id)
        await propose(uow, "ai", "on", founded.admin)
        uow.db.add(RejectionTally(day=clock.now().date(), reason="from_future", count=3))
    trouble = (await ada.get("/admin")).text
    clock.advance(minutes=5)
    late = (await ada.get("/admin")).text
    async with founded.instance.unit_of_work() as uow:
        await uow.db.execute(update(AuditEntry).values(at=uow.now - timedelta(days=9)))
    later = looks((await ada.get("/admin")).text)

    assert looks(first)["Worker"] == ("bad", "/admin/settings")
    assert looks(first)["Backup"][0] == "careful"
    assert "No: something does not work." in first
    assert {
        title: look for title, look in looks(fine).items() if title not in ("Space", "Mail", "Clock")
    } == {
        "To other companies": ("good", "/admin/federation"),
        "From other companies": ("good", "/admin/federation"),
        "Worker": ("good", "/admin/settings"),
        "Alliance": ("good", "/alliance"),
        "Decisions": ("good", "/admin/moderation"),
        "Backup": ("good", "/admin/audit?act=backup"),
    }
    assert looks(trouble)["Alliance"] == ("careful", "/alliance")
    assert looks(trouble)["Decisions"] == ("careful", "/admin/moderation")
    # PostgreSQL's own clock does not stand still with that of the test.
    assert looks(trouble)["Clock"] in [(tone, "/admin/federation/refused") for tone in ("careful", "bad")]
    assert "1 report or comment waits" in trouble
    assert (looks(late)["Worker"][0], "None has worked since" in late) == ("bad", True)
    assert later["Backup"][0] == "careful"


async def test_what_waits_too_long_in_either_direction_is_seen(
    ada: httpx.AsyncClient, founded: Founded, clock: FrozenClock
) -> None:
    await working(founded)
    async with founded.instance.unit_of_work() as uow:
        uow.db.add(Lane(id=uow.new_id(), direction="in", host="a.example", next_at=uow.now, tail=1))
        lane = Lane(id=uow.new_id(), direction="out", host="b.example", actor="company", tail=1)
        activity = OutboxActivity(
            id=uow.new_id(), actor="company", type="Update", object_uri="https://x.example/1", body=b"{}",
            created_at=uow.now,
        )  # fmt: skip
        uow.db.add_all((lane, activity))
        await uow.db.flush()
        uow.db.add(
            Delivery(
                id=uow.new_id(),
                activity_id=activity.id,
                lane_id=lane.id,
                position=1,
                inbox="https://b.example/inbox",
                state="dead",
                created_at=uow.now,
                give_up_at=uow.now,
            )
        )
    clock.advance(minutes=3)

    found = looks((await ada.get("/admin")).text)

    assert found["From other companies"] == ("bad", "/admin/federation")
    assert found["To other companies"] == ("careful", "/admin/federation?which=dead")


async def test_it_costs_the_same_queries_however_much_there_is(
    ada: httpx.AsyncClient, founded: Founded
) -> None:
    async with founded.instance.reading() as db, db.begin():
        with queries_of(db) as few:
            await ada.get("/admin")
        for name in ("Alpenwerk", "Hansewerft", "Birkenau"):
            await partner(founded.instance, "allied", name)
        await working(founded)
        with queries_of(db) as many:
            await ada.get("/admin")

    assert len(few) == len(many)


async def test_others_go_to_the_first_page_that_is_theirs(jonas: httpx.AsyncClient, founded: Founded) -> None:
    assert (await jonas.get("/admin")).status_code == 404
    for role, page in (("moderator", "/admin/moderation"), ("council", "/admin/")):
        async with founded.instance.unit_of_work() as uow:
            (await uow.db.get_one(Employee, founded.employee.id)).roles = ["employee", role]
        answer = await jonas.get("/admin")
        assert (answer.status_code, answer.headers["location"].startswith(page)) == (303, True)
        assert (await jonas.get(answer.headers["location"])).status_code == 200


async def test_machines_that_are_gone_are_forgotten(founded: Founded, clock: FrozenClock) -> None:
    async with founded.instance.unit_of_work() as uow:
        await show_life(uow, "a")
    clock.advance(days=8)
    async with founded.instance.unit_of_work() as uow:
        await show_life(uow, "b")
        await show_life(uow, "b")

    async with founded.instance.unit_of_work() as uow:
        gone = await uow.db.execute(delete(SignOfLife).where(SignOfLife.at > uow.now - timedelta(days=30)))
    assert gone.rowcount == 1  # type: ignore[attr-defined]


async def test_storage_says_what_takes_how_much(ada: httpx.AsyncClient, founded: Founded) -> None:
    folder = founded.instance.settings.media
    folder.mkdir(exist_ok=True)
    (folder / "a.webp").write_bytes(b"x" * 3_200_000)

    page = main_of((await ada.get("/admin/storage")).text)

    assert ("3.2 MB" in page, "1 file" in page, "Database" in page) == (True, True, True)
