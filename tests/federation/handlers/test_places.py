"""Join, Leave and the answers to them; also in the dialects in which an Accept means that somebody comes."""

from typing import Any

import pytest
from sqlalchemy import select

from alliance.models import Attendance, Person, Session
from alliance.personal_links import personal_link
from federation.handlers import PROCESSED, ignored, refused
from tests.alliance.stage import Stage
from tests.federation.announcements.outgoing import Sent, known_actor, sent
from tests.federation.handlers.arriving import OURS, THEIRS, Arriving

MIRA = f"{THEIRS}/people/7"
KIM = "https://mobilizon.example/@kim"


async def mira(stage: Stage) -> str:
    return await known_actor(stage, MIRA, name="Mira Hofer", preferredUsername="mira")


async def answers(stage: Stage) -> list[Sent]:
    found = await sent(stage.instance, "Accept", "TentativeAccept", "Reject")
    return [one for one in found if one.actor == "company"]


async def states(stage: Stage, session: Session) -> dict[str, str]:
    async with stage.instance.reading() as db:
        rows = await db.execute(
            select(Person.uri, Attendance.state)
            .join(Attendance, Attendance.person_id == Person.id)
            .where(Attendance.session_id == session.id)
        )
        return {uri or "": state for uri, state in rows}


def page(session: Session) -> str:
    return f"{OURS}/sessions/{session.id}"


async def test_a_person_of_an_ally_gets_a_place(arriving: Arriving, stage: Stage) -> None:
    await stage.ally()
    session = await stage.publish(audience="alliance")
    join = arriving.says("Join", page(session), await mira(stage))

    assert await arriving.take(join) == PROCESSED

    assert await states(stage, session) == {MIRA: "going"}
    (accept,) = await answers(stage)
    assert accept.body["object"]["id"] == join["id"]
    assert accept.body["to"] == [MIRA]


async def test_a_person_of_mobilizon_gets_a_place_in_a_public_session_alone(
    arriving: Arriving, stage: Stage
) -> None:
    public, allied = await stage.publish(audience="public"), await stage.publish(audience="alliance")
    await known_actor(stage, KIM)

    seen = await arriving.take(arriving.says("Join", page(public), KIM))
    unseen = await arriving.take(arriving.says("Join", page(allied), KIM))
    invented = await arriving.take(arriving.says("Join", f"{OURS}/sessions/1", KIM))

    assert seen == PROCESSED
    assert unseen == invented == ignored("no session that they may see")
    assert len(await answers(stage)) == 1


async def test_capacity_can_not_be_passed_through_federation(arriving: Arriving, stage: Stage) -> None:
    session = await stage.publish(audience="public", capacity=2)
    people = [await known_actor(stage, f"https://mobilizon.example/@guest{number}") for number in range(4)]

    for person in people:
        await arriving.take(arriving.says("Join", page(session), person))

    assert list((await states(stage, session)).values()) == ["going", "going", "waiting", "waiting"]
    assert [one.type for one in await answers(stage)] == ["Accept"] * 2 + ["TentativeAccept"] * 2


async def test_when_somebody_leaves_the_next_moves_up(arriving: Arriving, stage: Stage) -> None:
    session = await stage.publish(audience="public", capacity=1)
    first, second = [await known_actor(stage, f"https://mobilizon.example/@guest{n}") for n in (1, 2)]
    for person in (first, second):
        await arriving.take(arriving.says("Join", page(session), person))

    assert await arriving.take(arriving.says("Leave", page(session), first)) == PROCESSED

    assert await states(stage, session) == {first: "left", second: "going"}
    assert (await answers(stage))[-1].body["to"] == [second]


async def test_asking_again_is_answered_again(arriving: Arriving, stage: Stage) -> None:
    session = await stage.publish(audience="public")
    await known_actor(stage, KIM)
    first, second = (arriving.says("Join", page(session), KIM) for _ in range(2))

    await arriving.take(first)
    await arriving.take(second)

    assert [one.body["object"]["id"] for one in await answers(stage)] == [first["id"], second["id"]]
    assert await states(stage, session) == {KIM: "going"}


@pytest.mark.parametrize("changes", [{"join_mode": "none"}, {"join_mode": "external"}])
async def test_who_can_have_no_place_is_told_so(
    arriving: Arriving, stage: Stage, changes: dict[str, Any]
) -> None:
    session = await stage.publish(audience="public", **changes)
    await known_actor(stage, KIM)

    outcome = await arriving.take(arriving.says("Join", page(session), KIM))

    assert outcome.state == "processed"
    assert outcome.reason.startswith("no place: ")
    (reject,) = await answers(stage)
    assert (reject.type, reject.body["to"]) == ("Reject", [KIM])
    assert await states(stage, session) == {}


async def test_nobody_leaves_for_somebody_else(arriving: Arriving, stage: Stage) -> None:
    session = await stage.publish(audience="public")
    other = await known_actor(stage, "https://mobilizon.example/@other")
    await known_actor(stage, KIM)
    await arriving.take(arriving.says("Join", page(session), KIM))

    leave = await arriving.take(arriving.says("Leave", page(session), other))
    undo = await arriving.take(
        arriving.says(
            "Undo", {"type": "Join", "id": f"{KIM}/j", "actor": KIM, "object": page(session)}, other
        )
    )

    assert (leave, undo) == (ignored("nothing to give back"), refused("somebody else did it"))
    assert await states(stage, session) == {KIM: "going"}


async def test_machines_and_groups_take_no_places(arriving: Arriving, stage: Stage) -> None:
    session = await stage.publish(audience="public")
    bot = await known_actor(stage, "https://mobilizon.example/bot", kind="Service")

    assert await arriving.take(arriving.says("Join", page(session), bot)) == refused("only people take part")


async def test_during_a_pause_nobody_gets_a_place(arriving: Arriving, stage: Stage) -> None:
    company = await stage.ally()
    session = await stage.publish(audience="public")
    await mira(stage)
    await stage.put(company, "paused")

    assert await arriving.take(arriving.says("Join", page(session), MIRA)) == ignored("paused")


async def test_an_accept_of_the_session_itself_means_that_somebody_comes(
    arriving: Arriving, stage: Stage
) -> None:
    """Friendica and gathio answer an event as if it were an invitation."""
    session = await stage.publish(audience="public")
    await known_actor(stage, KIM)

    assert await arriving.take(arriving.says("Accept", page(session), KIM)) == PROCESSED
    assert await states(stage, session) == {KIM: "going"}
    assert await arriving.take(arriving.says("TentativeAccept", page(session), KIM)) == PROCESSED
    assert await states(stage, session) == {KIM: "maybe"}
    await arriving.take(arriving.says("Accept", page(session), KIM))
    assert await arriving.take(arriving.says("Reject", page(session), KIM)) == PROCESSED
    assert await states(stage, session) == {KIM: "left"}


@pytest.mark.parametrize("embedded", [True, False])
async def test_undoing_a_join_is_leaving(arriving: Arriving, stage: Stage, embedded: bool) -> None:
    session = await stage.publish(audience="public")
    await known_actor(stage, KIM)
    join = arriving.says("Join", page(session), KIM)
    await arriving.take(join)

    outcome = await arriving.take(arriving.says("Undo", join if embedded else join["id"], KIM))

    assert outcome == PROCESSED
    assert await states(stage, session) == {KIM: "left"}


async def asked(stage: Stage) -> tuple[Session, str, dict[str, Any], int]:
    """Lena has asked Alpenwerk for a place: their session, her person, the Join and her id."""
    session = await stage.theirs(await stage.ally())
    lena = await stage.colleague()
    await stage.join(session, lena)
    (join,) = await sent(stage.instance, "Join")
    return session, f"{OURS}/people/{lena.id}", join.body, lena.id


def answer(arriving: Arriving, kind: str, join: dict[str, Any], **more: Any) -> dict[str, Any]:
    about = {name: join[name] for name in ("id", "type", "actor", "object")}
    return arriving.says(kind, about, to=[join["actor"]], **more)


async def test_a_yes_brings_the_personal_link_and_keeps_it_sealed(arriving: Arriving, stage: Stage) -> None:
    session, _, join, lena = await asked(stage)
    link = f"{THEIRS}/meet/5-" + "a" * 32
    accept = answer(arriving, "Accept", join, result={"type": "Link", "href": link})

    assert await arriving.take(accept) == PROCESSED

    attendance = await stage.attendance(session, await employee(stage, lena))
    assert attendance.state == "going"
    assert attendance.personal_link is not None
    assert link.encode() not in attendance.personal_link
    assert personal_link(OURS, stage.instance.vault, attendance) == link


@pytest.mark.parametrize(
    ("kind", "state"), [("TentativeAccept", "waiting"), ("Reject", "declined"), ("Accept", "going")]
)
async def test_each_answer_has_its_meaning(arriving: Arriving, stage: Stage, kind: str, state: str) -> None:
    session, _, join, lena = await asked(stage)

    assert await arriving.take(answer(arriving, kind, join)) == PROCESSED

    assert (await stage.attendance(session, await employee(stage, lena))).state == state


async def test_only_who_was_asked_may_answer(arriving: Arriving, stage: Stage) -> None:
    session, _, join, lena = await asked(stage)
    await stage.ally("linde.example")
    forgers = ("https://linde.example/company", f"{THEIRS}/actor", f"{THEIRS}/people/7", KIM)

    for forger in forgers:
        accept = answer(arriving, "Accept", join) | {"actor": forger, "id": f"{forger}/1"}
        assert await arriving.take(accept) == refused("it was not asked of them")

    assert (await stage.attendance(session, await employee(stage, lena))).state == "asked"


async def test_an_answer_to_nothing_is_passed_over(arriving: Arriving, stage: Stage) -> None:
    await asked(stage)

    for about in (f"{OURS}/activities/1", f"{THEIRS}/activities/1", f"{OURS}/people/1"):
        assert await arriving.take(arriving.says("Accept", about)) == ignored("nothing that was asked")


async def test_an_answer_that_comes_after_the_question_was_taken_back(
    arriving: Arriving, stage: Stage
) -> None:
    session, _, join, lena = await asked(stage)
    person = await employee(stage, lena)
    await stage.leave(session, person)

    outcome = await arriving.take(answer(arriving, "Accept", join))

    assert outcome == ignored("the question was taken back")
    assert (await stage.attendance(session, person)).state == "left"


async def test_a_link_to_another_server_is_not_kept(arriving: Arriving, stage: Stage) -> None:
    session, _, join, lena = await asked(stage)
    accept = answer(arriving, "Accept", join, result={"type": "Link", "href": "https://evil.example/meet/1"})

    await arriving.take(accept)

    attendance = await stage.attendance(session, await employee(stage, lena))
    assert (attendance.state, attendance.personal_link) == ("going", None)


async def employee(stage: Stage, number: int) -> Person:
    async with stage.instance.reading() as db:
        return await db.get_one(Person, number)
