"""People join and leave our sessions and our allies', and each of them hears what is true."""

from datetime import timedelta
from typing import Any

import pytest

from alliance.attending import approve_attendance, renew_personal_link
from alliance.errors import Conflict, Forbidden, Gone, NotFound
from alliance.facts import AttendanceAsked, AttendanceChanged, AttendanceLeft
from alliance.models import Session
from alliance.receiving import forget_person
from tests.alliance.stage import Stage, session_news
from tests.support.clock import FrozenClock


async def test_joining_takes_a_place(stage: Stage) -> None:
    session, guest = await stage.publish(capacity=2), await stage.colleague()
    stage.told()

    assert await stage.join(session, guest) == "going"

    assert (await stage.stored(session)).going_count == 1
    heard = stage.facts[0]
    assert isinstance(heard, AttendanceChanged)
    assert (heard.attendance.state, heard.previous, heard.person.name) == ("going", None, "Lena Vogt")
    assert heard.session.topics == []
    assert stage.told() == ["AttendanceChanged", "SeatsChanged"]


async def test_joining_twice_is_joining_once(stage: Stage) -> None:
    session, guest = await stage.publish(capacity=2), await stage.colleague()
    await stage.join(session, guest)
    stage.told()

    assert await stage.join(session, guest) == "going"

    assert (await stage.stored(session)).going_count == 1
    assert stage.told() == []


async def test_who_comes_when_all_places_are_taken_waits_and_moves_up_in_order(stage: Stage) -> None:
    session = await stage.publish(capacity=1)
    first, second, third = [await stage.colleague(f"Guest Number{n}") for n in range(3)]
    assert [await stage.join(session, guest) for guest in (first, second, third)] == [
        "going",
        "waiting",
        "waiting",
    ]
    stage.told()

    assert await stage.leave(session, first) == "left"

    assert await stage.state(session, second) == "going"
    assert await stage.state(session, third) == "waiting"
    # One left and one moved up: the number of people going is the same as before.
    changes = [fact for fact in stage.facts if isinstance(fact, AttendanceChanged)]
    assert [(change.previous, change.attendance.state) for change in changes] == [
        ("going", "left"),
        ("waiting", "going"),
    ]
    assert stage.told() == ["AttendanceChanged", "AttendanceChanged"]


async def test_who_gave_the_place_back_queues_again_at_the_end(stage: Stage, clock: FrozenClock) -> None:
    session = await stage.publish(capacity=1)
    first, second, third = [await stage.colleague(f"Guest Number{n}") for n in range(3)]
    for guest in (first, second, third):
        await stage.join(session, guest)
        clock.advance(seconds=1)
    await stage.leave(session, second)
    clock.advance(seconds=1)
    assert await stage.join(session, second) == "waiting"

    await stage.leave(session, first)

    assert [await stage.state(session, guest) for guest in (third, second)] == ["going", "waiting"]


async def test_leaving_twice_or_without_having_joined_changes_nothing(stage: Stage) -> None:
    session, guest, other = (
        await stage.publish(),
        await stage.colleague(),
        await stage.colleague("Other Person"),
    )
    await stage.join(session, guest)
    await stage.leave(session, guest)
    stage.told()

    assert await stage.leave(session, guest) == "left"
    assert await stage.leave(session, other) is None
    assert stage.told() == []


async def test_the_host_decides_where_the_host_wants_to(stage: Stage) -> None:
    session = await stage.publish(capacity=1, join_mode="restricted")
    first, second, third = [await stage.colleague(f"Guest Number{n}") for n in range(3)]

    assert [await stage.join(session, guest) for guest in (first, second, third)] == ["asked"] * 3
    assert (await stage.stored(session)).going_count == 0
    assert await stage.approve(session, first) == "going"
    assert await stage.approve(session, second) == "waiting"
    assert await stage.decline(session, third) == "declined"
    with pytest.raises(Conflict, match="decided"):
        await stage.join(session, third)
    assert await stage.decline(session, first) == "declined"
    assert await stage.state(session, second) == "going"
    assert await stage.approve(session, third) == "waiting"


async def test_only_the_host_decides(stage: Stage) -> None:
    session, guest = await stage.publish(join_mode="restricted"), await stage.colleague()
    await stage.join(session, guest)

    for other in (guest, stage.admin):
        with pytest.raises(Forbidden):
            await stage.approve(session, guest, by=other)
        with pytest.raises(Forbidden):
            await stage.decline(session, guest, by=other)


async def test_a_question_that_was_taken_back_can_not_be_answered(stage: Stage) -> None:
    session, guest = await stage.publish(join_mode="restricted"), await stage.colleague()
    await stage.join(session, guest)
    await stage.leave(session, guest)

    with pytest.raises(Conflict):
        await stage.approve(session, guest)


async def test_an_attendance_that_does_not_exist_can_not_be_answered(stage: Stage) -> None:
    with pytest.raises(NotFound):
        async with stage.instance.unit_of_work() as uow:
            await approve_attendance(uow, 4711, stage.host)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"join_mode": "external"}, "The host takes registrations for this session elsewhere."),
        ({"join_mode": "none"}, "This session needs no registration: just come along."),
        ({"status": "cancelled"}, "This session was cancelled."),
        ({"status": "postponed"}, "This session was put off and has no new date yet."),
    ],
)
async def test_a_session_that_takes_nobody_says_why(
    stage: Stage, changes: dict[str, Any], sentence: str
) -> None:
    session, guest = await stage.publish(), await stage.colleague()
    await _set(stage, session, **changes)

    with pytest.raises(Conflict) as raised:
        await stage.join(session, guest)

    assert str(raised.value) == sentence


async def _set(stage: Stage, session: Session, **changes: Any) -> None:
    async with stage.instance.unit_of_work() as uow:
        stored = await uow.db.get_one(Session, session.id)
        for name, value in changes.items():
            setattr(stored, name, value)


async def test_nobody_joins_or_leaves_what_is_over(stage: Stage, clock: FrozenClock) -> None:
    session, guest, other = (
        await stage.publish(),
        await stage.colleague(),
        await stage.colleague("Other Person"),
    )
    await stage.join(session, guest)
    clock.set(session.ends_at)

    with pytest.raises(Conflict, match="already over"):
        await stage.join(session, other)
    with pytest.raises(Conflict, match="already over"):
        await stage.leave(session, guest)


async def test_the_host_takes_no_place(stage: Stage) -> None:
    session = await stage.publish()

    with pytest.raises(Conflict, match="You are the host"):
        await stage.join(session, stage.host)


async def test_a_withdrawn_session_is_gone_and_an_unknown_one_is_nothing(stage: Stage) -> None:
    session, guest = await stage.publish(), await stage.colleague()
    await stage.withdraw(session)

    with pytest.raises(Gone):
        await stage.join(session, guest)
    with pytest.raises(NotFound):
        await stage.join(Session(id=4711), guest)


@pytest.mark.parametrize(
    ("audience", "who", "joins"),
    [
        ("public", "colleague", True),
        ("public", "ally", True),
        ("public", "stranger", True),
        ("alliance", "colleague", True),
        ("alliance", "ally", True),
        ("alliance", "stranger", False),
        ("company", "colleague", True),
        ("company", "ally", False),
        ("company", "stranger", False),
    ],
)
async def test_joining_needs_sight(stage: Stage, audience: str, who: str, joins: bool) -> None:
    await stage.ally()
    session = await stage.publish(audience=audience)
    uri = {"ally": "https://alpenwerk.example/people/7", "stranger": "https://social.example/users/kim"}
    guest = await stage.colleague() if who == "colleague" else await stage.person(uri[who])

    if joins:
        assert await stage.join(session, guest) == "going"
    else:
        with pytest.raises(NotFound):
            await stage.join(session, guest)


@pytest.mark.parametrize("state", ["invited", "asking", "paused", "left", "blocked"])
async def test_a_former_ally_joins_no_session_of_the_alliance(stage: Stage, state: str) -> None:
    company = await stage.ally()
    session, guest = await stage.publish(audience="alliance"), await stage.person()
    await stage.put(company, state)

    with pytest.raises(NotFound):
        await stage.join(session, guest)


async def test_whoever_was_deleted_elsewhere_joins_nothing(stage: Stage) -> None:
    session, guest = await stage.publish(), await stage.person()
    async with stage.instance.unit_of_work() as uow:
        await forget_person(uow, "https://alpenwerk.example/people/7")

    with pytest.raises(Forbidden):
        await stage.join(session, guest)


async def test_a_new_request_for_the_same_place_is_answered_again(stage: Stage) -> None:
    session, guest = await stage.publish(), await stage.person()
    await stage.join(session, guest, "https://alpenwerk.example/activities/1")
    stage.told()

    await stage.join(session, guest, "https://alpenwerk.example/activities/1")
    assert stage.told() == []

    await stage.join(session, guest, "https://alpenwerk.example/activities/2")
    heard = stage.facts[0]
    assert isinstance(heard, AttendanceChanged)
    assert (heard.previous, heard.attendance.state) == ("going", "going")
    assert heard.attendance.request_uri == "https://alpenwerk.example/activities/2"
    assert (await stage.stored(session)).going_count == 1


async def test_a_place_at_an_ally_is_asked_for(stage: Stage) -> None:
    company = await stage.ally()
    theirs, guest = await stage.theirs(company, capacity=5, going_count=5), await stage.colleague()
    stage.told()

    assert await stage.join(theirs, guest) == "asked"
    assert await stage.join(theirs, guest) == "asked"

    assert (await stage.stored(theirs)).going_count == 5
    heard = stage.facts[0]
    assert isinstance(heard, AttendanceAsked)
    assert (heard.session.uri, heard.session.company.id) == (theirs.uri, company.id)
    assert stage.told() == ["AttendanceAsked"]


@pytest.mark.parametrize("state", ["asked", "going", "waiting"])
async def test_a_place_at_an_ally_is_given_back_even_before_the_answer(stage: Stage, state: str) -> None:
    theirs, guest = await stage.theirs(await stage.ally()), await stage.colleague()
    await stage.join(theirs, guest)
    async with stage.instance.unit_of_work() as uow:
        attendance = await uow.db.get_one(
            type(await stage.attendance(theirs, guest)), (await stage.attendance(theirs, guest)).id
        )
        attendance.state = state
    stage.told()

    assert await stage.leave(theirs, guest) == "left"
    assert await stage.leave(theirs, guest) == "left"

    assert isinstance(stage.facts[0], AttendanceLeft)
    assert stage.told() == ["AttendanceLeft"]
    assert await stage.join(theirs, guest) == "asked"


@pytest.mark.parametrize("state", ["paused", "left", "blocked"])
async def test_sessions_of_former_allies_can_not_be_joined(stage: Stage, state: str) -> None:
    company = await stage.ally()
    theirs, guest = await stage.theirs(company), await stage.colleague()
    await stage.put(company, state)

    with pytest.raises(NotFound):
        await stage.join(theirs, guest)


async def test_a_renewed_link_is_told(stage: Stage) -> None:
    session, guest = await stage.publish(), await stage.colleague()
    await stage.join(session, guest)
    stage.told()

    async with stage.instance.unit_of_work() as uow:
        renewed = await renew_personal_link(uow, (await stage.attendance(session, guest)).id, stage.host)

    assert renewed.pass_version == 1
    assert stage.told() == ["AttendanceChanged"]


async def test_an_allys_session_that_is_over_is_over_here_too(stage: Stage, clock: FrozenClock) -> None:
    company = await stage.ally()
    news = session_news(company)
    theirs, guest = await stage.theirs(company), await stage.colleague()
    clock.set(news.starts_at + timedelta(hours=1))

    with pytest.raises(Conflict, match="already over"):
        await stage.join(theirs, guest)
