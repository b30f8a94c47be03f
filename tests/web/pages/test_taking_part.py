"""Joining says honestly what came of it, and the meeting link reaches only those who are going."""

from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select

from alliance.attending import join_session
from alliance.employing import add_employee
from alliance.instance import Instance
from alliance.models import Attendance
from alliance.personal_links import PERSONAL_LINK_PURPOSE, personal_token
from alliance.publishing import cancel_session
from tests.support.clock import FrozenClock
from tests.support.founding import Founded
from tests.web.pages.scenes import LINK, from_partner, introduced, offered, partner

pytestmark = pytest.mark.anyio


async def attendance(instance: Instance, session_id: int, person_id: int) -> Attendance:
    async with instance.reading() as db:
        own = select(Attendance).where(Attendance.session_id == session_id, Attendance.person_id == person_id)
        return (await db.scalars(own)).one()


async def test_joining_opens_the_way_into_the_meeting(
    jonas: httpx.AsyncClient, instance: Instance, founded: Founded
) -> None:
    session = await offered(instance, founded.admin)

    answer = await jonas.post(f"/sessions/{session.id}/join")
    page = (await jonas.get(answer.headers["location"])).text
    own = await attendance(instance, session.id, founded.employee.id)
    met = await jonas.get(f"/meet/{personal_token(instance.vault, own)}")

    assert answer.headers["location"] == f"/sessions/{session.id}"
    assert "You are in" in page
    assert f"/meet/{own.id}-" in page
    assert LINK not in page
    assert (met.status_code, met.headers["location"]) == (303, LINK)
    assert (met.headers["cache-control"], met.headers["referrer-policy"]) == ("no-store", "no-referrer")


async def test_leaving_closes_the_personal_link(
    jonas: httpx.AsyncClient, instance: Instance, founded: Founded
) -> None:
    session = await offered(instance, founded.admin)
    await jonas.post(f"/sessions/{session.id}/join")
    token = personal_token(instance.vault, await attendance(instance, session.id, founded.employee.id))

    await jonas.post(f"/sessions/{session.id}/leave")
    revoked = await jonas.get(f"/meet/{token}")
    invented = await jonas.get(f"/meet/{token[:-1]}x")

    assert (revoked.status_code, "no longer opens" in revoked.text) == (410, True)
    assert invented.status_code == 404
    assert "/meet/" not in (await jonas.get(f"/sessions/{session.id}")).text


async def test_a_row_leads_back_to_the_list(
    jonas: httpx.AsyncClient, instance: Instance, founded: Founded
) -> None:
    session = await offered(instance, founded.admin)

    answer = await jonas.post(f"/sessions/{session.id}/join", data={"next": "/?outside=1"})
    away = await jonas.post(f"/sessions/{session.id}/leave", data={"next": "//evil.example/"})

    assert answer.headers["location"] == "/?outside=1"
    assert away.headers["location"] == f"/sessions/{session.id}"


async def test_a_full_session_has_a_waiting_list(
    jonas: httpx.AsyncClient, instance: Instance, founded: Founded
) -> None:
    session = await offered(instance, founded.admin, capacity=1)
    await fill(instance, session.id)

    before = (await jonas.get(f"/sessions/{session.id}")).text
    await jonas.post(f"/sessions/{session.id}/join")
    after = (await jonas.get(f"/sessions/{session.id}")).text

    assert "Join the waiting list" in before
    assert "On the waiting list" in after
    assert "Leave the waiting list" in after


async def test_asking_another_company_is_shown_as_waiting_since_when(
    jonas: httpx.AsyncClient, instance: Instance, founded: Founded, clock: FrozenClock
) -> None:
    session = await from_partner(instance, await partner(instance))
    before = (await jonas.get(f"/sessions/{session.id}")).text
    clock.advance(minutes=2)

    await jonas.post(f"/sessions/{session.id}/join")
    clock.advance(minutes=30)
    page = (await jonas.get(f"/sessions/{session.id}")).text

    assert "Alpenwerk sees your name and “Nordlicht Optik”, nothing else." in before
    assert "Waiting for Alpenwerk since 09:02." in page
    assert "Take the question back" in page
    assert "To the meeting" not in page


async def test_a_partners_yes_brings_their_personal_link(
    jonas: httpx.AsyncClient, instance: Instance, founded: Founded
) -> None:
    session = await from_partner(instance, await partner(instance))
    await jonas.post(f"/sessions/{session.id}/join")
    async with instance.unit_of_work() as uow:
        own = (await uow.db.scalars(select(Attendance))).one()
        own.state = "going"

    on_its_way = (await jonas.get(f"/sessions/{session.id}")).text
    async with instance.unit_of_work() as uow:
        own = (await uow.db.scalars(select(Attendance))).one()
        own.personal_link = uow.vault.seal("https://alpenwerk.example/meet/1-x", PERSONAL_LINK_PURPOSE)
    arrived = (await jonas.get(f"/sessions/{session.id}")).text

    assert "Alpenwerk has said yes; the link is still on its way." in on_its_way
    assert 'href="https://alpenwerk.example/meet/1-x"' in arrived


async def test_nothing_but_pages_is_linked_from_what_a_partner_sends(
    jonas: httpx.AsyncClient, instance: Instance, founded: Founded
) -> None:
    session = await from_partner(
        instance, await partner(instance), "<b>x</b>", url="javascript:alert(1)", join_mode="external"
    )

    page = (await jonas.get(f"/sessions/{session.id}")).text

    assert "javascript:" not in page
    assert "<b>x</b>" not in page


async def test_the_host_decides_who_comes(
    jonas: httpx.AsyncClient, ada: httpx.AsyncClient, instance: Instance, founded: Founded
) -> None:
    session = await offered(instance, founded.admin, join_mode="restricted")

    await jonas.post(f"/sessions/{session.id}/join")
    asked = await attendance(instance, session.id, founded.employee.id)
    page = (await ada.get(f"/sessions/{session.id}")).text
    own_yes = await jonas.post(f"/sessions/{session.id}/guests/{asked.id}/accept")
    await ada.post(f"/sessions/{session.id}/guests/{asked.id}/accept")
    after = await attendance(instance, session.id, founded.employee.id)

    assert "Waiting for your answer" in page
    assert "Jonas Brandt" in page
    assert own_yes.status_code == 403
    assert after.state == "going"


async def test_guests_are_for_the_host_alone(
    jonas: httpx.AsyncClient, stranger: httpx.AsyncClient, instance: Instance, founded: Founded
) -> None:
    session = await offered(instance, founded.admin, audience="public")
    await fill(instance, session.id, name="Heimliche Zuhörerin")

    pages = [await browser.get(f"/sessions/{session.id}") for browser in (jonas, stranger)]

    assert ["Heimliche Zuhörerin" in page.text for page in pages] == [False, False]


async def test_the_link_is_in_no_page_of_anybody_who_is_not_going(
    jonas: httpx.AsyncClient,
    stranger: httpx.AsyncClient,
    ada: httpx.AsyncClient,
    instance: Instance,
    founded: Founded,
) -> None:
    session = await offered(instance, founded.employee, audience="public", capacity=1)
    await introduced(instance, founded.employee)
    await fill(instance, session.id)
    await ada.post(f"/sessions/{session.id}/join")
    addresses = ["/", "/sessions", f"/sessions/{session.id}", "/experts", "/@jonas", "/settings", "/alliance"]

    leaks = [
        (address, secret)
        for browser in (stranger, ada)
        for address in addresses
        for secret in ("teams.example", "2711", "geheim42", "/meet/")
        if secret in (await browser.get(address)).text
    ]

    assert leaks == []
    assert LINK in (await jonas.get(f"/sessions/{session.id}")).text.replace("&amp;", "&")


async def test_only_moderators_besides_the_host_are_shown_the_link_where_they_edit(
    ada: httpx.AsyncClient, jonas: httpx.AsyncClient, instance: Instance, founded: Founded
) -> None:
    session = await offered(instance, founded.admin)

    assert "teams.example" in (await ada.get(f"/sessions/{session.id}/edit")).text
    assert "teams.example" not in (await jonas.get(f"/sessions/{session.id}/edit")).text


async def test_nothing_can_be_joined_any_more(
    jonas: httpx.AsyncClient, instance: Instance, founded: Founded, clock: FrozenClock
) -> None:
    over = await offered(instance, founded.admin, starts_at=clock.now() + timedelta(minutes=5))
    cancelled = await offered(instance, founded.admin)
    async with instance.unit_of_work() as uow:
        await cancel_session(uow, cancelled.id)
    clock.advance(hours=1)

    pages = [(await jonas.get(f"/sessions/{session.id}")).text for session in (over, cancelled)]
    answers = [await jonas.post(f"/sessions/{session.id}/join") for session in (over, cancelled)]

    assert ["/join" in page for page in pages] == [False, False]
    assert [answer.status_code for answer in answers] == [409, 409]
    assert "This session is over" in pages[0]


async def test_strangers_are_sent_to_sign_in_and_back(
    stranger: httpx.AsyncClient, instance: Instance, founded: Founded
) -> None:
    session = await offered(instance, founded.admin, audience="public")

    page = (await stranger.get(f"/sessions/{session.id}")).text
    pressed = await stranger.post(f"/sessions/{session.id}/join")

    assert f'href="/sign-in?next=/sessions/{session.id}"' in page
    assert pressed.status_code == 401


async def test_another_site_can_not_make_a_browser_join(
    jonas: httpx.AsyncClient, instance: Instance, founded: Founded
) -> None:
    session = await offered(instance, founded.admin)

    answer = await jonas.post(f"/sessions/{session.id}/join", headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403
    assert "You are in" not in (await jonas.get(f"/sessions/{session.id}")).text


async def fill(instance: Instance, session_id: int, name: str = "Lene Petersen") -> None:
    """Somebody takes a place."""
    async with instance.unit_of_work() as uow:
        employee = await add_employee(uow, f"{name.split()[0].lower()}@nordlicht.example", name)
    async with instance.unit_of_work() as uow:
        await join_session(uow, session_id, employee.id)
