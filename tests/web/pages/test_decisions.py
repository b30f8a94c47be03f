"""Whoever moderators decide about is told why, may answer once, and somebody else decides."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest
from sqlalchemy import select

from alliance.commenting import say
from alliance.decisions import answer_decision
from alliance.employing import add_employee
from alliance.errors import Conflict
from alliance.models import AuditEntry, Comment, Decision, Employee
from alliance.moderating import hide_comment, hide_story
from alliance.telling import Telling, tell_story
from federation.wiring import Federation
from tests.support.client import main_of
from tests.support.clock import FrozenClock
from tests.support.founding import Founded
from tests.web.pages.conftest import as_employee
from tests.web.pages.scenes import offered

pytestmark = pytest.mark.anyio


@dataclass(frozen=True)
class Case:
    """A comment of Jonas's that Lena hid; Max moderates as well."""

    lena: httpx.AsyncClient
    max: httpx.AsyncClient
    moderator: Employee
    comment: int
    decision: int


@pytest.fixture
async def case(federation: Federation, founded: Founded) -> AsyncIterator[Case]:
    session = await offered(founded.instance, founded.admin)
    async with founded.instance.unit_of_work() as uow:
        lena = await add_employee(uow, "lena@nordlicht.example", "Lena Vogt", ["moderator"])
        other = await add_employee(uow, "max@nordlicht.example", "Max Holm", ["moderator"])
        comment = await say(uow, session.id, founded.employee, "Das war nichts.")
        await hide_comment(uow, comment.id, lena, "Bitte freundlich.")
        decision = (await uow.db.scalars(select(Decision.id))).one()
    async with await as_employee(federation, lena) as one, await as_employee(federation, other) as two:
        yield Case(one, two, lena, comment.id, decision)


async def state_of(founded: Founded, case: Case) -> tuple[str, str]:
    async with founded.instance.reading() as db:
        decision, comment = await db.get_one(Decision, case.decision), await db.get_one(Comment, case.comment)
        return decision.state, comment.state


async def test_the_reason_is_told_and_answered_once(
    jonas: httpx.AsyncClient, founded: Founded, case: Case
) -> None:
    told = main_of((await jonas.get("/notifications")).text)
    page = main_of((await jonas.get("/decisions")).text)
    empty = await jonas.post(f"/decisions/{case.decision}", data={"words": " "})
    first = await jonas.post(f"/decisions/{case.decision}", data={"words": "Ich meinte den <b>Ton</b>."})
    again = await jonas.post(f"/decisions/{case.decision}", data={"words": "Noch etwas."})

    assert "Moderators decided about something of yours" in told
    assert ("Bitte freundlich." in page, "Lena" in page) == (True, False)
    assert (empty.status_code, first.status_code, again.status_code) == (422, 303, 409)
    assert "&lt;b&gt;Ton&lt;/b&gt;" in main_of((await jonas.get("/decisions")).text)
    assert await state_of(founded, case) == ("answered", "hidden")


async def test_somebody_else_decides_about_the_answer(
    jonas: httpx.AsyncClient, founded: Founded, case: Case
) -> None:
    await jonas.post(f"/decisions/{case.decision}", data={"words": "Ich meinte den Ton."})
    door = f"/admin/moderation/answers/{case.decision}"
    hers = main_of((await case.lena.get("/admin/moderation")).text)
    own = await case.lena.post(door, data={"outcome": "kept"})
    nonsense = await case.max.post(door, data={"outcome": "burnt"})
    lifted = await case.max.post(door, data={"outcome": "lifted", "note": "Das war freundlich."})
    late = await case.max.post(door, data={"outcome": "kept"})

    page = main_of((await jonas.get("/decisions")).text)
    async with founded.instance.reading() as db:
        acts = list(await db.scalars(select(AuditEntry.act).order_by(AuditEntry.number)))
    assert ("Ich meinte den Ton." in hers, door in hers) == (True, False)
    assert [one.status_code for one in (own, nonsense, lifted, late)] == [409, 422, 303, 409]
    assert await state_of(founded, case) == ("lifted", "shown")
    assert ("It was lifted." in page, "Das war freundlich." in page) == (True, True)
    assert acts == ["comment.hidden", "appeal.decided", "comment.shown"]


async def test_nobody_answers_for_another_and_nobody_else_decides(
    ada: httpx.AsyncClient, jonas: httpx.AsyncClient, founded: Founded, case: Case
) -> None:
    others = await ada.post(f"/decisions/{case.decision}", data={"words": "Ich."})
    own = await jonas.post(f"/admin/moderation/answers/{case.decision}", data={"outcome": "lifted"})
    early = await case.max.post(f"/admin/moderation/answers/{case.decision}", data={"outcome": "lifted"})
    forged = await jonas.post("/decisions/9223372036854775807", data={"words": "Ich."})

    assert (others.status_code, own.status_code, forged.status_code) == (404, 404, 404)
    assert early.status_code == 409
    assert "Das war nichts." not in main_of((await ada.get("/decisions")).text)
    assert await state_of(founded, case) == ("told", "hidden")


async def test_hosts_who_decide_and_people_who_take_back_their_own_are_no_case(
    founded: Founded, case: Case
) -> None:
    session = await offered(founded.instance, founded.admin, "Anderes")
    async with founded.instance.unit_of_work() as uow:
        comment = await say(uow, session.id, founded.employee, "Nun ja.")
        await hide_comment(uow, comment.id, founded.admin, "Nein.")
        story = await tell_story(uow, case.moderator, Telling(text="Was ich gelernt habe.", language="de"))
        await hide_story(uow, story.id, case.moderator, "Doch nicht.")

    async with founded.instance.reading() as db:
        assert len(list(await db.scalars(select(Decision.id)))) == 1


async def test_after_a_month_it_is_too_late(founded: Founded, case: Case, clock: FrozenClock) -> None:
    clock.advance(days=31)

    async with founded.instance.unit_of_work() as uow:
        with pytest.raises(Conflict):
            await answer_decision(uow, case.decision, founded.employee, "Zu spät.")
