"""Circles that an ally forms with people of ours, and what others try: what leaves, is taken, is kept."""

import orjson
import pytest
from sqlalchemy import select

from alliance.circling import mark_held, say_note, set_circle_link
from alliance.errors import Conflict, Forbidden, NotFound
from alliance.models import CircleCall, CircleMeeting, CircleNote, CirclePlace, Person
from federation.handlers import PROCESSED, ignored
from tests.federation.announcements.outgoing import sent
from tests.federation.handlers.arriving import OURS, THEIRS
from tests.federation.handlers.circling import (
    CALL,
    CIRCLE,
    LINK,
    ZEDER,
    Circling,
    ours,
    place_of,
    say_yes,
    seated,
)

ANNA, BEN, ZOE = place_of(THEIRS, "anna"), place_of(THEIRS, "ben"), place_of(ZEDER, "zoe")


async def test_a_call_is_stored_changed_and_taken_back(circling: Circling) -> None:
    call = await circling.their_call()
    place = await circling.sign_up(call.id, circling.stage.host)

    later = await circling.hear(circling.call(name="Zirkel im Tal"))
    old = await circling.hear(circling.call(name="Alt", version=1))
    async with circling.stage.instance.reading() as db:
        title = await db.scalar(select(CircleCall.title))
    gone = await circling.hear({"id": CALL, "type": "Tombstone"}, kind="Delete")

    assert (later, old, gone) == (PROCESSED, ignored("something newer is known"), PROCESSED)
    assert title == "Zirkel im Tal"
    async with circling.stage.instance.reading() as db:
        assert await db.scalar(select(CircleCall.state)) == "withdrawn"
        assert await db.get(CirclePlace, place.id) is None


_NO_CALLS: tuple[dict[str, object], ...] = (
    {"hours": []},
    {"hours": [{"day": 9, "time": "12:00"}, {"day": 1, "time": "12:00"}]},
    {"hours": [{"day": 1, "time": "12:00"}] * 15},
    {"topics": []},
    {"topics": ["x"] * 9},
    {"languages": ["tlh"]},
    {"timezone": "Middle/Earth"},
    {"minutes": 10**9},
    {"smallest": 0},
    {"largest": 99},
    {"startTime": "2026-13-01"},
    {"endTime": "soon"},
    {"version": 2**70},
    {"version": True},
    {"name": ""},
    {"id": f"{OURS}/circles/77"},
)


async def test_a_call_by_which_nobody_could_meet_is_refused(circling: Circling) -> None:
    outcomes = [(await circling.hear(circling.call(**changes))).state for changes in _NO_CALLS]

    assert outcomes == ["refused"] * len(_NO_CALLS)
    async with circling.stage.instance.reading() as db:
        assert (await db.scalars(select(CircleCall.id))).all() == []


async def test_a_call_of_somebody_who_is_no_ally_is_not_taken(circling: Circling) -> None:
    stranger = "https://fremd.example"
    told = circling.call(id=f"{stranger}/circles/77")

    assert await circling.hear(told, stranger) == ignored("not allied")
    assert (await circling.hear(circling.call(), ZEDER)).state == "refused"
    await circling.their_call()
    assert (await circling.hear({"id": CALL}, ZEDER, "Delete")).state == "refused"
    async with circling.stage.instance.reading() as db:
        assert (await db.scalars(select(CircleCall.state))).all() == ["open"]


async def test_who_signs_up_is_a_pseudonym_that_no_one_can_join_with_another(circling: Circling) -> None:
    first = await circling.their_call()
    assert await circling.hear(circling.call(id=f"{THEIRS}/circles/99", name="Zweiter")) == PROCESSED
    async with circling.stage.instance.reading() as db:
        second = (await db.scalars(select(CircleCall).where(CircleCall.id != first.id))).one()
        jonas = await db.get_one(Person, circling.stage.host.id)
    for call in (first, second):
        await circling.sign_up(call.id, circling.stage.host)

    told = await circling.said("CirclePlace")
    written = [orjson.dumps(one.body).decode() for one in told]

    assert [one.inboxes for one in told] == [(f"{THEIRS}/inbox",)] * 2
    assert told[0].body["object"]["id"] != told[1].body["object"]["id"]
    assert told[0].body["object"]["code"] != told[1].body["object"]["code"]
    for secret in (jonas.name, jonas.username, str(jonas.id), "people/", circling.stage.host.email):
        assert [one for one in written if secret in one] == []
    assert all(not one.stored.startswith(b"{") for one in told)


async def test_whom_somebody_avoids_leaves_as_a_token_on_both_and_is_told_in_no_direction(
    circling: Circling,
) -> None:
    call = await circling.their_call()
    lena, jonas = await circling.stage.colleague(), circling.stage.host
    async with circling.stage.instance.reading() as db:
        handle = (await db.get_one(Person, jonas.id)).username
    await circling.sign_up(call.id, lena, avoids=(handle,))
    alone = (await circling.said("CirclePlace"))[-1].body["object"]
    await circling.sign_up(call.id, jonas)

    told = (await circling.said("CirclePlace"))[1:]

    assert alone["apart"] == []
    assert len(told) == 2
    assert told[0].body["object"]["apart"] == told[1].body["object"]["apart"] != []
    assert handle not in orjson.dumps([one.body for one in told]).decode()
    with pytest.raises(Exception, match="marked fields"):
        await circling.sign_up(call.id, lena, avoids=("mira@alpenwerk.example",))


async def test_two_who_would_rather_not_meet_are_kept_apart_at_home_whatever_the_ally_forms(
    circling: Circling,
) -> None:
    call = await circling.their_call()
    lena, jonas = await circling.stage.colleague(), circling.stage.host
    async with circling.stage.instance.reading() as db:
        handle = (await db.get_one(Person, jonas.id)).username
    places = [await circling.sign_up(call.id, lena, avoids=(handle,)), await circling.sign_up(call.id, jonas)]

    assert await circling.hear(circling.circle([ANNA, *map(ours, places)])) == PROCESSED

    answers = await circling.answers()
    assert sorted(answers[place.token or ""] for place in places) == ["asked", "no"]
    told = (await circling.said("CircleWord"))[-1].body["object"]
    assert sorted(one["answer"] for one in told["members"]) == ["asked", "no"]


async def test_nobody_is_named_before_every_home_has_said_yes_for_its_own(circling: Circling) -> None:
    jonas, _ = await seated(circling, ANNA, ZOE)
    await say_yes(circling, jonas)
    early = await circling.hear(circling.word({ANNA: "yes"}, names={ANNA: "Anna Alm"}))
    before = [orjson.dumps(one.body).decode() for one in await circling.said("CircleWord")]
    names_before = await circling.names()
    # The company of the call may not say it for Zeder.
    foreign = await circling.hear(circling.word({ANNA: "yes", ZOE: "yes"}))
    still = (await circling.the_circle()).state

    assert (
        await circling.hear(circling.word({ZOE: "yes"}, origin=ZEDER, names={ZOE: "Zoe Zirbe"}), ZEDER)
        == PROCESSED
    )
    assert await circling.hear(circling.word({ANNA: "yes"}, names={ANNA: "Anna Alm"})) == PROCESSED

    async with circling.stage.instance.reading() as db:
        name = (await db.get_one(Person, jonas.id)).name
    assert (early, foreign.state, still) == (PROCESSED, "refused", "asked")
    assert names_before == []
    assert before
    assert [one for one in before if name in one] == []
    assert (await circling.the_circle()).state == "running"
    assert await circling.names() == ["Anna Alm", "Zoe Zirbe"]
    after = await circling.said("CircleWord")
    named = {one.inboxes[0] for one in after if name in orjson.dumps(one.body).decode()}
    assert named == {f"{THEIRS}/inbox", f"{ZEDER}/inbox"}
    assert [one for one in after if jonas.email in orjson.dumps(one.body).decode()] == []


async def test_the_link_goes_to_homes_of_those_inside_alone_and_lies_sealed(circling: Circling) -> None:
    jonas, _ = await seated(circling, ZOE)  # nobody of Alpenwerk is in it
    await say_yes(circling, jonas)
    await circling.hear(circling.word({ZOE: "yes"}, origin=ZEDER, names={ZOE: "Zoe Zirbe"}), ZEDER)
    circle = await circling.the_circle()
    async with circling.stage.instance.unit_of_work() as uow:
        await set_circle_link(uow, circle.id, jonas.id, LINK)
        await say_note(uow, circle.id, jonas.id, "Kleeblatt")

    everything = await sent(circling.stage.instance)
    with_link = {one.inboxes for one in everything if LINK in orjson.dumps(one.body).decode()}
    with_note = {one.inboxes for one in everything if "Kleeblatt" in orjson.dumps(one.body).decode()}
    to_origin = [orjson.dumps(one.body).decode() for one in everything if f"{THEIRS}/inbox" in one.inboxes]

    assert with_link == with_note == {(f"{ZEDER}/inbox",)}
    assert to_origin
    assert [body for body in to_origin if "Jonas" in body] == []
    assert [one for one in everything if b"Zebra4711" in one.stored] == []


async def test_a_link_and_a_note_of_another_company_are_taken_from_those_inside_alone(
    circling: Circling,
) -> None:
    jonas, _ = await seated(circling, ANNA, ZOE)
    note = {
        "id": f"{THEIRS}/circles/notes/1",
        "type": "CircleNote",
        "circle": CIRCLE,
        "place": ANNA,
        "content": "Hi",
    }
    linked = {"meetingLink": LINK, "linkSince": "2026-01-01T00:00:00Z"}
    early = await circling.hear(note)
    await circling.hear(circling.word({ANNA: "yes"}, **linked))
    no_link = (await circling.the_circle()).meeting_link
    await say_yes(circling, jonas)
    await circling.hear(circling.word({ZOE: "yes"}, origin=ZEDER), ZEDER)
    await circling.hear(circling.word({ANNA: "yes"}, **linked))

    assert early == ignored("nothing that we know of, or that they may know")
    assert no_link is None
    assert (await circling.the_circle()).meeting_link is not None
    assert await circling.hear(note) == PROCESSED
    assert await circling.hear(note) == ignored("something newer is known")
    for wrong in (
        note | {"id": f"{THEIRS}/circles/notes/2", "place": ZOE},
        note | {"id": f"{ZEDER}/circles/notes/2"},
        note | {"id": f"{THEIRS}/circles/notes/3", "content": "x" * 2001},
        note | {"id": f"{THEIRS}/circles/notes/4", "content": "  "},
    ):
        assert (await circling.hear(wrong)).state == "refused"
    assert (await circling.hear({"id": note["id"]}, ZEDER, "Delete")).state == "refused"
    assert await circling.hear({"id": note["id"], "type": "Tombstone"}, kind="Delete") == PROCESSED
    async with circling.stage.instance.reading() as db:
        assert (await db.scalars(select(CircleNote.id))).all() == []


async def test_what_is_replayed_or_old_changes_nothing(circling: Circling) -> None:
    await seated(circling, ANNA, ZOE)
    await circling.hear(circling.word({ANNA: "no"}, version=500))

    replayed = await circling.hear(circling.word({ANNA: "yes"}, version=400))
    back = await circling.hear(circling.word({ANNA: "yes"}, version=501))
    old_circle = await circling.hear(circling.circle([ANNA, BEN], version=1))

    assert replayed == old_circle == ignored("something newer is known")
    assert back == PROCESSED
    assert (await circling.answers())[ANNA] == "no"


_NO_CIRCLES: tuple[dict[str, object], ...] = (
    {"members": [place_of(THEIRS, f"p{n}") for n in range(9)]},
    {"members": [ANNA, ANNA]},
    {"members": [f"{OURS}/people/1"]},
    {"members": [{"id": 7}]},
    {"hours": list(range(20))},
    {"meetings": [{"number": 13}]},
    {"topics": []},
    {"id": f"{ZEDER}/circles/mine/1"},
    {"call": f"{ZEDER}/circles/1"},
)


async def test_a_circle_out_of_bounds_is_refused(circling: Circling) -> None:
    call = await circling.their_call()
    place = await circling.sign_up(call.id, circling.stage.host)

    told = [circling.circle([ANNA, ours(place)]) | changes for changes in _NO_CIRCLES]
    outcomes = [(await circling.hear(one)).state for one in told]

    assert outcomes == ["refused"] * len(_NO_CIRCLES)
    assert await circling.answers() == {}


async def test_with_people_of_a_company_that_we_do_not_know_ours_say_no(circling: Circling) -> None:
    _, place = await seated(circling, ANNA, place_of("https://fremd.example", "x"))

    told = (await circling.said("CircleWord"))[-1]

    assert (await circling.answers())[place.token or ""] == "no"
    assert told.body["object"]["members"][0]["answer"] == "no"
    assert {one.inboxes for one in await circling.said("CircleWord")} == {(f"{THEIRS}/inbox",)}


async def test_nobody_here_organises_the_call_of_an_ally(circling: Circling) -> None:
    call = await circling.their_call()
    await circling.sign_up(call.id, circling.stage.host)

    with pytest.raises((NotFound, Forbidden)):
        await circling.match(call)
    with pytest.raises(Conflict):
        await _late(circling, call)


async def _late(circling: Circling, call: CircleCall) -> None:
    await circling.hear(circling.call(circleState="running"))
    await circling.sign_up(call.id, await circling.stage.colleague())


async def test_what_would_have_helped_is_told_by_the_company_of_the_call(circling: Circling) -> None:
    call = await circling.their_call()
    place = await circling.sign_up(call.id, circling.stage.host)
    hints = [{"name": "slot", "content": "1", "number": 3}, {"name": "slot", "content": "99", "number": 3},
             {"name": "topic", "content": "Daten", "number": 2}]  # fmt: skip
    told = {
        "id": f"{CALL}#hints",
        "type": "CircleHints",
        "call": CALL,
        "hints": [{"place": ours(place), "hints": hints}],
    }

    assert (await circling.hear(told, ZEDER)).state == "refused"
    assert await circling.hear(told) == PROCESSED

    async with circling.stage.instance.reading() as db:
        found = (await db.get_one(CirclePlace, place.id)).hints
    assert [(one["kind"], one["what"]) for one in found or []] == [("slot", "1"), ("topic", "Daten")]


async def test_a_meeting_is_moved_by_the_company_of_the_call(circling: Circling) -> None:
    jonas, place = await seated(circling, ANNA)
    await say_yes(circling, jonas)
    await circling.hear(circling.word({ANNA: "yes"}))
    circle = await circling.the_circle()
    with pytest.raises(Conflict):
        async with circling.stage.instance.unit_of_work() as uow:
            await mark_held(uow, circle.id, 1, jonas.id, held=True)
    async with circling.stage.instance.unit_of_work() as uow:
        await mark_held(uow, circle.id, 1, jonas.id, held=False)
    wished = (await circling.said("CircleMeeting"))[0].body["object"]

    told = circling.circle([ANNA, ours(place)])
    told["meetings"][0] |= {"sequence": 4, "isHeld": True}
    assert await circling.hear(told) == PROCESSED

    assert (wished["circle"], wished["number"], wished["isHeld"]) == (CIRCLE, 1, False)
    async with circling.stage.instance.reading() as db:
        first = (await db.scalars(select(CircleMeeting).where(CircleMeeting.number == 1))).one()
    assert (first.sequence, first.held_at is not None) == (4, True)
