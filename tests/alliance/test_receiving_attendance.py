"""Answers count for what was asked, by whom it was asked, and the last one wins."""

import pytest

from alliance.errors import Conflict, Forbidden, Invalid, NotFound
from alliance.models import Attendance, Employee, Session
from alliance.personal_links import PERSONAL_LINK_PURPOSE
from alliance.receiving import (
    forget_person,
    receive_attendance_answer,
    receive_attendance_request,
    receive_attendance_withdrawal,
)
from tests.alliance.stage import Stage

REQUEST = "https://nordlicht.example/activities/1"
LINK = "https://alpenwerk.example/meet/1-abc"


async def asked(stage: Stage) -> tuple[Session, Employee]:
    """A colleague who has asked an ally for a place."""
    theirs, guest = await stage.theirs(await stage.ally()), await stage.colleague()
    await stage.join(theirs, guest)
    async with stage.instance.unit_of_work() as uow:
        row = await uow.db.get_one(Attendance, (await stage.attendance(theirs, guest)).id)
        row.request_uri = REQUEST
    return theirs, guest


async def answer(
    stage: Stage,
    session: Session,
    guest: Employee,
    state: str,
    *,
    request: str | None = REQUEST,
    link: str | None = None,
) -> str:
    async with stage.instance.unit_of_work() as uow:
        answered = await receive_attendance_answer(
            uow,
            request_uri=request,
            session_uri=session.uri or "",
            person_id=guest.id,
            state=state,
            personal_link=link,
        )
        return answered.state


async def test_the_last_answer_wins_and_only_going_keeps_the_link(stage: Stage) -> None:
    theirs, guest = await asked(stage)

    assert await answer(stage, theirs, guest, "waiting") == "waiting"
    assert await answer(stage, theirs, guest, "going", link=LINK) == "going"
    row = await stage.attendance(theirs, guest)
    assert row.personal_link is not None
    assert stage.instance.vault.open(row.personal_link, PERSONAL_LINK_PURPOSE) == LINK
    assert await answer(stage, theirs, guest, "declined") == "declined"
    assert (await stage.attendance(theirs, guest)).personal_link is None
    assert await answer(stage, theirs, guest, "going", request=None) == "going"


async def test_an_answer_to_another_request_is_refused(stage: Stage) -> None:
    theirs, guest = await asked(stage)

    with pytest.raises(NotFound):
        await answer(stage, theirs, guest, "going", request="https://nordlicht.example/activities/2")

    assert await stage.state(theirs, guest) == "asked"


async def test_an_answer_to_nobody_is_refused(stage: Stage) -> None:
    theirs, _ = await asked(stage)
    other = await stage.colleague("Other Person")

    with pytest.raises(NotFound):
        await answer(stage, theirs, other, "going")
    with pytest.raises(NotFound):
        await answer(stage, Session(uri="https://alpenwerk.example/sessions/404"), other, "going")


async def test_an_answer_after_leaving_changes_nothing(stage: Stage) -> None:
    theirs, guest = await asked(stage)
    await stage.leave(theirs, guest)

    with pytest.raises(Conflict):
        await answer(stage, theirs, guest, "going", link=LINK)

    assert await stage.state(theirs, guest) == "left"


@pytest.mark.parametrize("state", ["left", "asked", "maybe", "", "administrator"])
async def test_an_answer_is_one_of_three_words(stage: Stage, state: str) -> None:
    theirs, guest = await asked(stage)

    with pytest.raises(Invalid):
        await answer(stage, theirs, guest, state)


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/meet/1",
        "javascript:alert(1)",
        "https://alpenwerk.example.evil.example/",
        "https://alpenwerk.example/" + "m" * 500,
        "https://alpenwerk.example/a b",
    ],
)
async def test_a_link_that_leads_elsewhere_is_dropped(stage: Stage, link: str) -> None:
    theirs, guest = await asked(stage)

    assert await answer(stage, theirs, guest, "going", link=link) == "going"

    assert (await stage.attendance(theirs, guest)).personal_link is None


async def test_people_from_elsewhere_ask_and_give_back(stage: Stage) -> None:
    await stage.ally()
    session, guest = await stage.publish(capacity=1), await stage.person()
    request = "https://alpenwerk.example/activities/9"

    async with stage.instance.unit_of_work() as uow:
        row = await receive_attendance_request(uow, session.id, guest.id, request)
    assert (row.state, row.request_uri) == ("going", request)

    async with stage.instance.unit_of_work() as uow:
        left = await receive_attendance_withdrawal(uow, session.id, guest.id)
    assert left is not None
    assert left.state == "left"
    assert (await stage.stored(session)).going_count == 0


async def test_nobody_from_elsewhere_asks_for_a_place_at_a_third_company(stage: Stage) -> None:
    theirs, guest = await stage.theirs(await stage.ally()), await stage.person()

    async with stage.instance.unit_of_work() as uow:
        with pytest.raises(NotFound):
            await receive_attendance_request(uow, theirs.id, guest.id, "https://alpenwerk.example/a/1")
        with pytest.raises(NotFound):
            await receive_attendance_withdrawal(uow, theirs.id, guest.id)


async def test_people_of_a_blocked_company_get_no_place_even_in_public(stage: Stage) -> None:
    company = await stage.ally()
    session, guest = await stage.publish(), await stage.person()
    await stage.put(company, "blocked")

    with pytest.raises(Forbidden):
        async with stage.instance.unit_of_work() as uow:
            await receive_attendance_request(uow, session.id, guest.id, "https://alpenwerk.example/a/1")


async def test_a_request_without_measure_is_refused(stage: Stage) -> None:
    session, guest = await stage.publish(), await stage.person()

    with pytest.raises(Invalid):
        async with stage.instance.unit_of_work() as uow:
            await receive_attendance_request(
                uow, session.id, guest.id, "https://alpenwerk.example/" + "a" * 500
            )


async def test_a_place_of_somebody_who_was_deleted_becomes_free(stage: Stage) -> None:
    session, guest, next_one = await stage.publish(capacity=1), await stage.person(), await stage.colleague()
    await stage.join(session, guest)
    assert await stage.join(session, next_one) == "waiting"

    async with stage.instance.unit_of_work() as uow:
        await forget_person(uow, guest.uri or "")

    assert await stage.state(session, next_one) == "going"
