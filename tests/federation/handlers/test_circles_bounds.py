"""What an ally can not do with circles, and what happens to people who go or whose company pauses."""

from sqlalchemy import func, select

from alliance.circle_calls import withdraw_call
from alliance.circle_parting import forget_old_sign_ups
from alliance.employing import disable_employee, enable_employee
from alliance.models import CirclePlace
from alliance.partnering import leave_company, pause_company, resume_company
from federation.handlers import PROCESSED, ignored
from tests.federation.announcements.outgoing import sent
from tests.federation.handlers.arriving import OURS, THEIRS
from tests.federation.handlers.circling import (
    CALL,
    ZEDER,
    Circling,
    ours,
    place_of,
    say_yes,
    seated,
)
from tests.support.clock import FrozenClock

ANNA, BEN, ZOE = place_of(THEIRS, "anna"), place_of(THEIRS, "ben"), place_of(ZEDER, "zoe")
UNKNOWN = ignored("nothing that we know of, or that they may know")


async def test_a_pseudonym_of_digits_is_no_number_of_a_call_or_circle(circling: Circling) -> None:
    call = await circling.our_call()
    digits = f"{OURS}/circles/places/{'9' * 30}"

    assert await circling.hear(circling.place(call, "anna") | {"call": digits}) == UNKNOWN
    assert await circling.hear(circling.word({ANNA: "yes"}, digits)) == UNKNOWN


async def test_a_circle_meets_at_hours_of_its_call_which_never_change(circling: Circling) -> None:
    call = await circling.their_call()
    place = await circling.sign_up(call.id, circling.stage.host)
    members = [ANNA, ours(place)]

    beyond = await circling.hear(circling.circle(members, hours=[0, 2]))
    none = await circling.hear(circling.circle(members, hours=[14]))
    fewer = await circling.hear(circling.call(hours=circling.call()["hours"][::-1]))

    assert beyond == ignored("not taken: hours that the call has not")
    assert none.state == "refused"
    assert fewer == ignored("not taken: other hours than before")
    assert await circling.answers() == {}


async def test_a_hint_names_an_hour_of_the_call_and_no_more_digits(circling: Circling) -> None:
    call = await circling.their_call()
    place = await circling.sign_up(call.id, circling.stage.host)
    hints = [{"name": "slot", "content": what, "number": 3} for what in ("0010", "1", "2")]
    rows = [{"place": ours(place), "hints": hints}, {"place": place_of(OURS, "nobody"), "hints": hints}]
    told = {"id": f"{CALL}#hints", "type": "CircleHints", "call": CALL, "hints": rows}

    assert await circling.hear(told) == PROCESSED

    async with circling.stage.instance.reading() as db:
        found = (await db.get_one(CirclePlace, place.id)).hints
    assert [one["what"] for one in found or []] == ["1"]


async def test_of_a_circle_without_our_people_nothing_is_kept(circling: Circling) -> None:
    await circling.their_call()

    assert await circling.hear(circling.circle([ANNA, BEN, ZOE])) == UNKNOWN

    async with circling.stage.instance.reading() as db:
        assert await db.scalar(select(func.count(CirclePlace.id))) == 0


async def test_calls_that_were_taken_back_do_not_come_back_beyond_the_limit(circling: Circling) -> None:
    await circling.their_call()
    await circling.hear({"id": CALL, "type": "Tombstone"}, kind="Delete")
    again = await circling.hear(circling.call())
    await circling.hear({"id": CALL, "type": "Tombstone"}, kind="Delete")
    for number in range(20):
        assert await circling.hear(circling.call(id=f"{THEIRS}/circles/1{number:02}")) == PROCESSED

    assert again == PROCESSED
    assert await circling.hear(circling.call()) == ignored("not taken: too many calls")


async def test_a_pause_throws_nobody_out_of_a_circle(circling: Circling) -> None:
    jonas, place = await seated(circling, ANNA, ZOE)
    await say_yes(circling, jonas)
    await circling.hear(circling.word({ANNA: "yes"}))
    await circling.hear(circling.word({ZOE: "yes"}, origin=ZEDER, names={ZOE: "Zoe Zirbe"}), ZEDER)
    zeder = await circling.stage.know("zeder.example")
    async with circling.stage.instance.unit_of_work() as uow:
        await pause_company(uow, zeder.id)

    assert await circling.hear(circling.circle([ANNA, ZOE, ours(place)])) == PROCESSED

    assert set((await circling.answers()).values()) == {"yes"}
    assert await circling.names() == ["Zoe Zirbe"]
    new = place_of(ZEDER, "zita")
    assert await circling.hear(circling.circle([ANNA, ZOE, new, ours(place)])) == PROCESSED
    assert (await circling.answers())[place.token or ""] == "left"


async def test_what_became_of_a_call_during_a_pause_is_said_afterwards(circling: Circling) -> None:
    gone, formed = await circling.our_call(), await circling.our_call()
    zeder = await circling.stage.know("zeder.example")
    async with circling.stage.instance.unit_of_work() as uow:
        await pause_company(uow, zeder.id)
    async with circling.stage.instance.unit_of_work() as uow:
        await withdraw_call(uow, gone.id, circling.stage.admin)
    for name in ("anna", "ben", "cora"):
        await circling.hear(circling.place(formed, name))
    await circling.match(formed)
    before = len(await sent(circling.stage.instance))
    async with circling.stage.instance.unit_of_work() as uow:
        await resume_company(uow, zeder.id)

    again = (await sent(circling.stage.instance))[before:]
    told = {one.object_uri: one for one in again if "/circles/" in one.object_uri}

    assert {one.inboxes for one in told.values()} == {(f"{ZEDER}/inbox",)}
    assert told[f"{OURS}/circles/{gone.id}"].type == "Delete"
    assert told[f"{OURS}/circles/{formed.id}"].body["object"]["circleState"] == "running"


async def test_who_has_no_account_any_more_wants_no_circle(circling: Circling) -> None:
    first = await circling.their_call()
    lena, jonas = await circling.stage.colleague(), circling.stage.host
    place, other = await circling.sign_up(first.id, lena), await circling.sign_up(first.id, jonas)
    async with circling.stage.instance.unit_of_work() as uow:
        await disable_employee(uow, lena.id)
    gone = [one.object_uri for one in await sent(circling.stage.instance, "Delete")]
    before = len(await circling.said("CirclePlace"))
    async with circling.stage.instance.unit_of_work() as uow:
        await enable_employee(uow, lena.id)
    again = (await circling.said("CirclePlace"))[before:]
    async with circling.stage.instance.unit_of_work() as uow:
        await disable_employee(uow, lena.id)
    # Alpenwerk had formed its circles before it heard of that.
    await circling.hear(circling.circle([ANNA, BEN, ours(place), ours(other)]))

    assert gone == [ours(place)]
    assert [one.body["object"]["id"] for one in again] == [ours(place)]
    answers = await circling.answers()
    assert (answers[place.token or ""], answers[other.token or ""]) == ("no", "asked")
    async with circling.stage.instance.unit_of_work() as uow:
        await disable_employee(uow, jonas.id)
    assert (await circling.answers())[other.token or ""] == "no"


async def test_of_an_alliance_that_ended_codes_and_avoided_people_are_forgotten_in_time(
    circling: Circling, clock: FrozenClock
) -> None:
    call, lena = await circling.their_call(), await circling.stage.colleague()
    place = await circling.sign_up(call.id, circling.stage.host, avoids=(lena.person.username or "",))
    await circling.hear(circling.circle([ANNA, ours(place)]))
    async with circling.stage.instance.unit_of_work() as uow:
        await leave_company(uow, call.company_id)
    clock.advance(weeks=30)
    async with circling.stage.instance.unit_of_work() as uow:
        forgotten = [await forget_old_sign_ups(uow), await forget_old_sign_ups(uow)]

    async with circling.stage.instance.reading() as db:
        kept = await db.get_one(CirclePlace, place.id)
    assert (forgotten, kept.avoids, kept.own_code) == ([1, 0], None, "")
