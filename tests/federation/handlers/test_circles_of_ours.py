"""Circles that we form with people of allies: pseudonyms, pairs, tokens, and what others try."""

from collections.abc import Sequence
from datetime import datetime

import orjson
import pytest
from sqlalchemy import Select, select

from alliance.circle_codes import digest_of_code
from alliance.circle_matching import refill
from alliance.circle_tokens import ally_token, words_of
from alliance.circling import answer_circle
from alliance.models import Circle, CircleCall, CircleMeeting, CircleMember, CirclePlace, Employee
from alliance.partnering import leave_company
from federation.handlers import PROCESSED, ignored
from federation.vocabulary.values import written
from tests.federation.announcements.outgoing import sent
from tests.federation.handlers.arriving import OURS, THEIRS
from tests.federation.handlers.circling import ZEDER, Circling, place_of

ANNA, BEN, ZOE = place_of(THEIRS, "anna"), place_of(THEIRS, "ben"), place_of(ZEDER, "zoe")


async def members(circling: Circling, circles: Sequence[Circle]) -> list[set[str]]:
    """The addresses of those of other companies in each circle; ours as "ours"."""
    async with circling.stage.instance.reading() as db:
        found = []
        for circle in circles:
            rows = await db.scalars(select(CirclePlace.uri).where(CirclePlace.id.in_(_inside(circle.id))))
            found.append({uri or "ours" for uri in rows})
    return found


def _inside(circle_id: int) -> Select[int]:
    return select(CircleMember.place_id).where(
        CircleMember.circle_id == circle_id, CircleMember.answer.in_(("asked", "yes"))
    )


async def said_yes(circling: Circling, circle: Circle, who: Employee) -> None:
    async with circling.stage.instance.unit_of_work() as uow:
        await answer_circle(uow, circle.id, who.id, yes=True)


def address(circle: Circle) -> str:
    return f"{OURS}/circles/mine/{circle.id}"


async def test_a_call_for_colleagues_stays_and_one_for_allies_is_announced_sealed(circling: Circling) -> None:
    await circling.our_call("company")
    before = await circling.said("CircleCall")
    call = await circling.our_call()

    told = await circling.said("CircleCall")

    assert before == []
    assert [one.inboxes for one in told] == [(f"{THEIRS}/inbox", f"{ZEDER}/inbox")]
    assert told[0].body["object"]["id"] == f"{OURS}/circles/{call.id}"
    assert "Ada" not in orjson.dumps(told[0].body).decode()


async def test_places_are_taken_from_their_home_alone_until_the_circles_are_published(
    circling: Circling,
) -> None:
    house, call = await circling.our_call("company"), await circling.our_call()

    outcomes = [
        await circling.hear(circling.place(call, "anna")),
        await circling.hear(circling.place(call, "anna", topics=["Daten", "Sprengstoff"], hours=[1, 0, 9])),
        await circling.hear(circling.place(call, "anna", version=1)),
        await circling.hear(circling.place(house, "ben")),
        await circling.hear(circling.place(call, "zoe", ZEDER), ZEDER),
        await circling.hear(circling.place(call, "cora") | {"call": f"{OURS}/circles/12"}),
    ]
    wrong = [
        (circling.place(call, "ben"), ZEDER),
        (circling.place(call, "ben") | {"call": f"{ZEDER}/circles/12"}, THEIRS),
        (circling.place(call, "ben", hours=list(range(15))), THEIRS),
        (circling.place(call, "ben", apart=["x" * 32] * 201), THEIRS),
        (circling.place(call, "ben", allies=["x" * 32] * 101), THEIRS),
        (circling.place(call, "ben", apart=["Anna Alm"]), THEIRS),
        (circling.place(call, "ben", utcOffset=10**6), THEIRS),
        (circling.place(call, "ben", version=0), THEIRS),
        (circling.place(call, "ben") | {"id": f"{OURS}/circles/places/{'x' * 22}"}, THEIRS),
    ]

    assert [one.state for one in outcomes] == [
        "processed",
        "processed",
        *["ignored"] * 2,
        "processed",
        "ignored",
    ]
    assert [(await circling.hear(said, origin)).state for said, origin in wrong] == ["refused"] * len(wrong)
    async with circling.stage.instance.reading() as db:
        found = (await db.scalars(select(CirclePlace).order_by(CirclePlace.id))).all()
    assert [(one.uri, one.topics, one.slots) for one in found] == [
        (ANNA, ["Daten"], [0, 1]),
        (ZOE, ["Moderation"], [0, 1]),
    ]
    assert (await circling.hear({"id": ANNA}, ZEDER, "Delete")).state == "refused"
    assert await circling.hear({"id": ANNA, "type": "Tombstone"}, kind="Delete") == PROCESSED
    async with circling.stage.instance.reading() as db:
        assert list(await db.scalars(select(CirclePlace.uri))) == [ZOE]


async def test_whoever_is_no_ally_signs_nobody_up(circling: Circling) -> None:
    call, stranger = await circling.our_call(), "https://fremd.example"

    assert await circling.hear(circling.place(call, "x", stranger), stranger) == ignored("not allied")


async def test_a_pair_of_two_companies_stays_together_and_those_apart_stay_apart(circling: Circling) -> None:
    call = await circling.our_call(largest=3)
    jonas = await circling.sign_up(call.id, circling.stage.host)
    both = [ally_token("alpenwerk.example", "zeder.example")]
    code = digest_of_code(jonas.own_code)
    told = [
        circling.place(call, "anna", apart=["t" * 32], allies=both),
        circling.place(call, "ben", apart=["t" * 32], allies=both, **{"with": code}),
        circling.place(call, "zoe", ZEDER, allies=both),
        circling.place(call, "cora", allies=both),
        circling.place(call, "dora", allies=both),
    ]
    for one in told:
        assert (await circling.hear(one, ZEDER if "zeder" in one["id"] else THEIRS)) == PROCESSED

    found = await members(circling, await circling.match(call))

    with_ben = next(one for one in found if BEN in one)
    assert "ours" in with_ben
    assert ANNA not in with_ben
    assert len(found) == 2
    async with circling.stage.instance.reading() as db:
        places = (await db.scalars(select(CirclePlace).where(CirclePlace.uri.is_not(None)))).all()
    async with circling.stage.instance.unit_of_work() as uow:
        kept = [words_of(uow, place) for place in places]
    assert {(one.code, one.wanted, one.apart) for one in kept} == {("", "", ())}
    assert all(b"tttt" not in (place.words or b"") for place in places)


async def test_people_of_two_companies_that_are_not_allied_do_not_meet(circling: Circling) -> None:
    call = await circling.our_call(largest=4)
    one_sided = [ally_token("alpenwerk.example", "zeder.example")]
    for name in ("anna", "ben", "cora"):
        await circling.hear(circling.place(call, name, allies=one_sided))
    for name in ("zoe", "zita", "zora"):
        await circling.hear(circling.place(call, name, ZEDER), ZEDER)

    found = await members(circling, await circling.match(call))

    assert len(found) == 2
    assert all(len({uri.split("/")[2] for uri in one}) == 1 for one in found)


async def formed(circling: Circling) -> tuple[CircleCall, Circle]:
    """A circle of ours with Jonas, Anna and Zoe."""
    call = await circling.our_call(largest=3)
    both = [ally_token("alpenwerk.example", "zeder.example")]
    await circling.sign_up(call.id, circling.stage.host)
    await circling.hear(circling.place(call, "anna", allies=both))
    await circling.hear(circling.place(call, "zoe", ZEDER, allies=both), ZEDER)
    return call, (await circling.match(call))[0]


async def test_what_is_told_of_a_circle_has_pseudonyms_alone(circling: Circling) -> None:
    _, circle = await formed(circling)

    told = await circling.said("Circle")

    assert {one.inboxes for one in told} == {(f"{THEIRS}/inbox", f"{ZEDER}/inbox")}
    said = told[0].body["object"]
    assert set(said["members"]) > {ANNA, ZOE}
    assert len(said["meetings"]) == 12
    assert all(uri.rsplit("/", 2)[1] == "places" for uri in said["members"])
    assert "Jonas" not in orjson.dumps(told[0].body).decode()
    assert said["id"] == address(circle)


async def test_nobody_answers_for_somebody_elses_pseudonym(circling: Circling) -> None:
    _, circle = await formed(circling)

    outcomes = [
        await circling.hear(circling.word({ZOE: "yes"}, address(circle))),
        await circling.hear(circling.word({ANNA: "yes", ZOE: "no"}, address(circle))),
        await circling.hear(circling.word({ANNA: "maybe"}, address(circle))),
        await circling.hear(circling.word({BEN: "yes"}, address(circle))),
        await circling.hear(circling.word({ANNA: "yes"}, f"{OURS}/circles/mine/123")),
        await circling.hear(
            circling.word(
                {place_of("https://fremd.example", "x"): "yes"}, address(circle), "https://fremd.example"
            ),
            "https://fremd.example",
        ),
    ]

    assert [one.state for one in outcomes] == ["refused"] * 3 + ["processed", "ignored", "ignored"]
    assert set((await circling.answers()).values()) == {"asked"}


async def test_meetings_are_moved_by_those_inside_once_it_runs(circling: Circling) -> None:
    _, circle = await formed(circling)
    later = circling.stage.instance.clock.now()
    wish = {
        "id": f"{THEIRS}/company#circle-1-2",
        "type": "CircleMeeting",
        "circle": address(circle),
        "number": 2,
    }
    moved = wish | {"startTime": written(later.replace(hour=15) + (await _first(circling) - later))}
    early = await circling.hear(moved)
    await said_yes(circling, circle, circling.stage.host)
    await circling.hear(circling.word({ANNA: "yes"}, address(circle)))
    await circling.hear(circling.word({ZOE: "yes"}, address(circle), ZEDER), ZEDER)

    outcomes = [
        await circling.hear(moved),
        await circling.hear(wish | {"startTime": "2001-01-01T10:00:00Z"}),
        await circling.hear(wish | {"isHeld": True}),
        await circling.hear(wish | {"number": 13, "isHeld": True}),
        await circling.hear(wish | {"circle": f"{ZEDER}/circles/mine/1", "isHeld": True}),
    ]

    assert early.state == "ignored"
    assert [one.state for one in outcomes] == ["processed", "ignored", "ignored", "refused", "refused"]
    async with circling.stage.instance.reading() as db:
        second = (await db.scalars(select(CircleMeeting).where(CircleMeeting.number == 2))).one()
    assert second.sequence == 1


async def _first(circling: Circling) -> datetime:
    async with circling.stage.instance.reading() as db:
        return (await db.scalars(select(CircleMeeting).where(CircleMeeting.number == 1))).one().starts_at


async def test_who_says_no_makes_room_and_the_others_are_told(circling: Circling) -> None:
    call, circle = await formed(circling)
    await said_yes(circling, circle, circling.stage.host)
    before = len(await circling.said("Circle"))

    await circling.hear(circling.word({ANNA: "no"}, address(circle)))

    told = (await circling.said("Circle"))[before:]
    assert [ANNA in one.body["object"]["members"] for one in told] == [False]
    async with circling.stage.instance.unit_of_work() as uow:
        with pytest.raises(Exception, match="fits in here"):
            await refill(uow, circle.id, circling.stage.admin)
    assert call.id


async def test_when_an_alliance_ends_its_people_are_out_of_calls_and_circles(circling: Circling) -> None:
    _, circle = await formed(circling)
    another = await circling.our_call()
    await circling.hear(circling.place(another, "emma"))
    company = await circling.stage.know()
    async with circling.stage.instance.unit_of_work() as uow:
        await leave_company(uow, company.id)

    assert ANNA not in await circling.answers()
    async with circling.stage.instance.reading() as db:
        assert list(await db.scalars(select(CirclePlace.uri).where(CirclePlace.uri.is_not(None)))) == [ZOE]
    told = (await circling.said("Circle"))[-1]
    assert told.inboxes == (f"{ZEDER}/inbox",)
    assert ANNA not in told.body["object"]["members"]
    assert circle.id


async def test_everything_that_is_said_of_circles_lies_sealed_until_it_leaves(circling: Circling) -> None:
    _, circle = await formed(circling)
    await said_yes(circling, circle, circling.stage.host)

    said = [
        one for one in await sent(circling.stage.instance, "Update") if "ircle" in str(one.body["object"])
    ]

    assert len(said) > 3
    assert [one for one in said if one.stored.startswith(b"{")] == []
