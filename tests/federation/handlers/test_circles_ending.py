"""How people of several companies leave a circle, and what remains when an alliance pauses or ends."""

import pytest
from sqlalchemy import select

from alliance.circling import leave_circle, say_note
from alliance.models import CirclePlace, Employee
from alliance.parting import erase_own_account
from alliance.partnering import leave_company, pause_company, resume_company
from federation.handlers import PROCESSED, ignored
from tests.federation.announcements.outgoing import sent
from tests.federation.handlers.arriving import THEIRS
from tests.federation.handlers.circling import ZEDER, Circling, ours, place_of, say_yes, seated

ANNA, BEN, ZOE = place_of(THEIRS, "anna"), place_of(THEIRS, "ben"), place_of(ZEDER, "zoe")


async def running_with_anna_and_zoe(circling: Circling) -> tuple[Employee, CirclePlace]:
    jonas, place = await seated(circling, ANNA, ZOE)
    await say_yes(circling, jonas)
    await circling.hear(circling.word({ZOE: "yes"}, origin=ZEDER), ZEDER)
    await circling.hear(circling.word({ANNA: "yes"}, names={ANNA: "Anna Alm"}))
    await circling.hear(circling.word({ZOE: "yes"}, origin=ZEDER, names={ZOE: "Zoe Zirbe"}), ZEDER)
    assert await circling.names() == ["Anna Alm", "Zoe Zirbe"]
    return jonas, place


async def test_whoever_leaves_is_forgotten_by_name(circling: Circling) -> None:
    jonas, _ = await running_with_anna_and_zoe(circling)

    await circling.hear(circling.word({ANNA: "left"}))
    after_anna = await circling.names()
    circle = await circling.the_circle()
    async with circling.stage.instance.unit_of_work() as uow:
        await leave_circle(uow, circle.id, jonas.id)

    assert after_anna == ["Zoe Zirbe"]
    assert await circling.names() == []
    assert (await circling.said("CircleWord"))[-1].body["object"]["members"][0] == {
        "id": ours(await _place(circling)), "answer": "left",
    }  # fmt: skip


async def _place(circling: Circling) -> CirclePlace:
    async with circling.stage.instance.reading() as db:
        return (await db.scalars(select(CirclePlace).where(CirclePlace.person_id.is_not(None)))).one()


async def test_who_is_erased_goes_everywhere(circling: Circling) -> None:
    jonas, place = await running_with_anna_and_zoe(circling)

    async with circling.stage.instance.unit_of_work() as uow:
        await erase_own_account(uow, jonas.id)

    gone = [one for one in await sent(circling.stage.instance, "Delete") if one.object_uri == ours(place)]
    assert [one.inboxes for one in gone] == [(f"{THEIRS}/inbox", f"{ZEDER}/inbox")]
    assert await circling.names() == []


@pytest.mark.parametrize("host", ["alpenwerk.example", "zeder.example"])
async def test_when_an_alliance_ends_nothing_is_left_of_it_and_nothing_goes_there(
    circling: Circling, host: str
) -> None:
    jonas, _ = await running_with_anna_and_zoe(circling)
    company = await circling.stage.know(host)
    async with circling.stage.instance.unit_of_work() as uow:
        await leave_company(uow, company.id)
    before = len(await sent(circling.stage.instance))

    circle = await circling.the_circle()
    if host == "zeder.example":
        async with circling.stage.instance.unit_of_work() as uow:
            await say_note(uow, circle.id, jonas.id, "Kleeblatt")
    later = (await sent(circling.stage.instance))[before:]

    assert await circling.names() == (["Anna Alm"] if host == "zeder.example" else [])
    assert [one for one in later if f"https://{host}/inbox" in one.inboxes] == []
    assert await circling.hear(circling.word({ANNA: "yes"}), f"https://{host}") != PROCESSED
    if host == "alpenwerk.example":
        assert circle.state == "ended"


async def test_after_a_pause_everything_is_said_again(circling: Circling) -> None:
    await running_with_anna_and_zoe(circling)
    company = await circling.stage.know("zeder.example")
    async with circling.stage.instance.unit_of_work() as uow:
        await pause_company(uow, company.id)
    assert await circling.hear(circling.word({ZOE: "left"}, origin=ZEDER), ZEDER) == ignored("paused")
    before = len(await circling.said("CircleWord"))
    async with circling.stage.instance.unit_of_work() as uow:
        await resume_company(uow, company.id)

    again = (await circling.said("CircleWord"))[before:]

    assert [(one.inboxes, one.body["object"]["asks"]) for one in again] == [((f"{ZEDER}/inbox",), True)]


async def test_an_ally_can_not_ask_the_same_person_without_end(circling: Circling) -> None:
    """Neither for two circles at once, nor again and again, nor with calls or people without number."""
    call = await circling.their_call()
    lena = await circling.stage.colleague()
    place = await circling.sign_up(call.id, lena)
    await circling.hear(circling.circle([ANNA, ours(place)]))
    await circling.hear(circling.circle([BEN, ours(place)], id=f"{THEIRS}/circles/mine/79"))
    at_once = await circling.answers()
    crowd = [place_of(THEIRS, f"p{number}") for number in range(45)]
    outcomes = [
        (await circling.hear(circling.circle([*crowd[at : at + 7], ours(place)]))).state
        for at in range(0, 42, 7)
    ]
    late = await circling.hear(circling.call(id=f"{THEIRS}/circles/99", endTime="2001-01-01T00:00:00Z"))
    many = [await circling.hear(circling.call(id=f"{THEIRS}/circles/1{number:02}")) for number in range(20)]

    assert set(at_once) == {ANNA, place.token}
    assert outcomes == [*["processed"] * 5, "ignored"]
    assert late == ignored("not taken: too late")
    assert [one.state for one in many].count("processed") == 19
