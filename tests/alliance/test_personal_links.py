"""A personal link opens the meeting for one person, for as long as that person goes."""

import pytest

from alliance.attending import open_meeting, renew_personal_link
from alliance.errors import Gone, NotFound
from alliance.models import Employee, Session
from alliance.personal_links import personal_link, personal_token
from alliance.receiving import receive_attendance_answer
from tests.alliance.stage import LINK, Stage

ORIGIN = "https://nordlicht.example"


async def token_of(stage: Stage, session: Session, guest: Employee) -> str:
    return personal_token(stage.instance.vault, await stage.attendance(session, guest))


async def opened(stage: Stage, token: str) -> str:
    async with stage.instance.reading() as db:
        return await open_meeting(db, stage.instance.vault, token)


async def test_whoever_is_going_gets_a_link_that_opens_the_meeting(stage: Stage) -> None:
    session, guest = await stage.publish(), await stage.colleague()
    await stage.join(session, guest)

    link = personal_link(ORIGIN, stage.instance.vault, await stage.attendance(session, guest))

    assert link == f"{ORIGIN}/meet/{await token_of(stage, session, guest)}"
    assert await opened(stage, link.rpartition("/")[2]) == LINK


async def test_whoever_asks_or_waits_has_no_link(stage: Stage) -> None:
    session = await stage.publish(capacity=1)
    first, second = await stage.colleague(), await stage.colleague("Second Person")
    await stage.join(session, first)
    await stage.join(session, second)

    assert personal_link(ORIGIN, stage.instance.vault, await stage.attendance(session, second)) is None
    with pytest.raises(Gone):
        await opened(stage, await token_of(stage, session, second))


@pytest.mark.parametrize("end", ["leave", "decline", "cancel", "withdraw", "renew"])
async def test_the_link_no_longer_opens_when_its_reason_ends(stage: Stage, end: str) -> None:
    session, guest = await stage.publish(), await stage.colleague()
    await stage.join(session, guest)
    token = await token_of(stage, session, guest)

    match end:
        case "leave":
            await stage.leave(session, guest)
        case "decline":
            await stage.decline(session, guest)
        case "cancel":
            await stage.cancel(session)
        case "withdraw":
            await stage.withdraw(session)
        case "renew":
            async with stage.instance.unit_of_work() as uow:
                await renew_personal_link(uow, (await stage.attendance(session, guest)).id, stage.host)

    with pytest.raises(Gone):
        await opened(stage, token)


async def test_whoever_comes_back_gets_another_link(stage: Stage) -> None:
    session, guest = await stage.publish(), await stage.colleague()
    await stage.join(session, guest)
    former = await token_of(stage, session, guest)
    await stage.leave(session, guest)
    await stage.join(session, guest)

    assert await opened(stage, await token_of(stage, session, guest)) == LINK
    with pytest.raises(Gone):
        await opened(stage, former)


async def test_a_changed_meeting_link_is_behind_the_same_personal_link(stage: Stage) -> None:
    session, guest = await stage.publish(), await stage.colleague()
    await stage.join(session, guest)
    token = await token_of(stage, session, guest)

    await stage.edit(session, meeting_link="https://meet.example/rooms/other")

    assert await opened(stage, token) == "https://meet.example/rooms/other"


async def test_an_invented_token_opens_nothing(stage: Stage) -> None:
    session, guest, other = (
        await stage.publish(),
        await stage.colleague(),
        await stage.colleague("Other Person"),
    )
    await stage.join(session, guest)
    await stage.join(session, other)
    attendance_id, _, mark = (await token_of(stage, session, guest)).partition("-")
    other_id = (await token_of(stage, session, other)).partition("-")[0]

    for token in (
        f"{attendance_id}-{'A' * 32}",
        f"{other_id}-{mark}",
        f"{attendance_id}-{mark}x",
        f"{attendance_id}-{mark[:-1]}",
        f"{'9' * 19}-{mark}",
        f"{'9' * 400}-{mark}",
        f"-{mark}",
        "",
        "\x00",
        attendance_id,
    ):
        with pytest.raises(NotFound):
            await opened(stage, token)


async def test_the_link_of_an_ally_is_kept_sealed_and_shown_to_its_person(stage: Stage) -> None:
    theirs, guest = await stage.theirs(await stage.ally()), await stage.colleague()
    await stage.join(theirs, guest)
    given = "https://alpenwerk.example/meet/1-abc"
    async with stage.instance.unit_of_work() as uow:
        await receive_attendance_answer(
            uow,
            request_uri=None,
            session_uri=theirs.uri or "",
            person_id=guest.id,
            state="going",
            personal_link=given,
        )

    attendance = await stage.attendance(theirs, guest)

    assert attendance.personal_link is not None
    assert b"alpenwerk" not in attendance.personal_link
    assert personal_link(ORIGIN, stage.instance.vault, attendance) == given
