"""One page holds everything of one's own, and nothing of anybody else's."""

from datetime import timedelta

import httpx
import pytest

from alliance.attending import join_session
from alliance.following import follow
from alliance.instance import Instance
from alliance.models import Session
from alliance.profiling import withdraw_profile
from alliance.queries.mine import attended, drafts, given, places_at
from alliance.queries.sessions import mine
from alliance.saving import save_session
from alliance.visibility import employee_viewer
from tests.support.clock import FrozenClock
from tests.support.counting import queries_of
from tests.support.founding import Founded
from tests.web.pages.scenes import LINK, from_partner, introduced, offered, partner

pytestmark = pytest.mark.anyio


async def test_without_anything_the_page_tells_the_next_steps(jonas: httpx.AsyncClient) -> None:
    page = (await jonas.get("/mine")).text

    assert ('href="/"' in page, "Nothing ahead" in page, "You offer nothing at the moment" in page) == (
        True,
        True,
        True,
    )


async def test_nobody_else_has_it(stranger: httpx.AsyncClient) -> None:
    answer = await stranger.get("/mine")

    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/mine")


async def test_where_one_takes_part_there_is_the_own_way_into_the_meeting(
    jonas: httpx.AsyncClient, founded: Founded, instance: Instance
) -> None:
    session = await offered(instance, founded.admin)
    await _join(instance, session, founded.employee.id)

    page = (await jonas.get("/mine")).text

    assert ("Sketchnotes" in page, "/meet/" in page, LINK in page) == (True, True, False)


async def test_waiting_for_another_company_is_shown_as_waiting(
    jonas: httpx.AsyncClient, founded: Founded, instance: Instance
) -> None:
    session = await from_partner(instance, await partner(instance), "Prompts im Einkauf")
    await _join(instance, session, founded.employee.id)

    page = (await jonas.get("/mine")).text

    assert ("Prompts im Einkauf" in page, "Asked, no answer yet" in page) == (True, True)


async def test_sessions_of_a_paused_company_are_not_there(
    jonas: httpx.AsyncClient, founded: Founded, instance: Instance
) -> None:
    session = await from_partner(instance, await partner(instance, "paused"), "Prompts im Einkauf")
    async with instance.reading() as db:
        places = await places_at(db, employee_viewer(founded.employee.id), [session])

    assert places == {}
    assert "Prompts im Einkauf" not in (await jonas.get("/mine")).text


async def test_what_one_offers_can_be_changed_before_and_is_counted_afterwards(
    jonas: httpx.AsyncClient, founded: Founded, instance: Instance, clock: FrozenClock
) -> None:
    session = await offered(instance, founded.employee, starts_at=clock.now() + timedelta(hours=1))
    await _join(instance, session, founded.admin.id)

    before = (await jonas.get("/mine")).text
    clock.advance(hours=4)
    after = (await jonas.get("/mine")).text

    assert (f"/sessions/{session.id}/edit" in before, "1 person was there" in before) == (True, False)
    assert (f"/sessions/{session.id}/edit" in after, "1 person was there" in after) == (False, True)
    assert "Ada" not in after


async def test_the_page_asks_the_database_as_often_for_one_session_as_for_three(
    founded: Founded, instance: Instance
) -> None:
    async def asked() -> int:
        me = employee_viewer(founded.employee.id)
        async with instance.reading() as db:
            with queries_of(db) as seen:
                page = await mine(db, me, now=instance.clock.now())
                await places_at(db, me, page.sessions)
                await drafts(db, me)
                await given(db, me, now=instance.clock.now())
                await attended(db, me, now=instance.clock.now())
        return len(seen)

    await _join(instance, await offered(instance, founded.admin, "One"), founded.employee.id)
    once = await asked()
    for title in ("Two", "Three"):
        await _join(instance, await offered(instance, founded.admin, title), founded.employee.id)

    assert (once, await asked()) == (7, 7)


async def _join(instance: Instance, session: Session, person_id: int) -> None:
    async with instance.unit_of_work() as uow:
        await join_session(uow, session.id, person_id)


async def test_what_one_keeps_in_mind_and_follows_is_there(
    jonas: httpx.AsyncClient, founded: Founded, instance: Instance
) -> None:
    session = await offered(instance, founded.admin, "Linsen schleifen", topics=("Optik",))
    await introduced(instance, founded.admin)
    async with instance.unit_of_work() as uow:
        await save_session(uow, founded.employee.id, session.id)
        await follow(uow, founded.employee.id, "topic", "optik")
        await follow(uow, founded.employee.id, "expert", str(founded.admin.id))

    page = (await jonas.get("/mine")).text

    assert ("Linsen schleifen" in page, "#Optik" in page, 'href="/@ada"' in page) == (True, True, True)


async def test_who_withdraws_the_profile_is_followed_without_a_trace(
    jonas: httpx.AsyncClient, founded: Founded, instance: Instance
) -> None:
    await introduced(instance, founded.admin)
    async with instance.unit_of_work() as uow:
        await follow(uow, founded.employee.id, "expert", str(founded.admin.id))
        await withdraw_profile(uow, founded.admin.id)

    assert "Ada" not in (await jonas.get("/mine")).text
