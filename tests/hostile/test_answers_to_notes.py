"""People also answer the short Note that says that a session is put off, called off or moved."""

from typing import Any

import pytest

from alliance.models import Session
from alliance.publishing import postpone_session, withdraw_session
from tests.federation.announcements.outgoing import follower, sent
from tests.hostile.siege import OURS, Siege
from tests.hostile.talking import comments, note, page, person_of, to_allies


async def told(under: Siege, audience: str = "public") -> tuple[Session, str]:
    """A session that was put off, and the address of the Note that says so."""
    await follower(under.stage, "kim")
    session = await under.stage.publish(audience=audience)
    async with under.federation.instance.unit_of_work() as uow:
        await postpone_session(uow, session.id, "No lens yet.", under.stage.host)
    creates = await sent(under.federation.instance, "Create")
    (address,) = [one.object_uri for one in creates if "/notes/" in one.object_uri]
    return session, address


async def answers(under: Siege, about: str, **more: Any) -> Any:
    mine = note(under.x, about, "<p>What a pity, I had been looking forward to it.</p>", **more)
    return await under.attack(under.x, under.says(under.x, "Create", mine, person_of(under.x)))


async def test_an_answer_to_the_note_is_a_comment_on_the_session(under: Siege) -> None:
    session, address = await told(under)

    verdict = await answers(under, address)

    assert (verdict.state, verdict.reason) == ("processed", "")
    assert [(one.session_id, one.parent_id, one.state) for one in await comments(under)] == [
        (session.id, None, "waiting")
    ]


async def test_an_ally_answers_the_note_about_a_session_for_allies(under: Siege) -> None:
    session, address = await told(under, "alliance")
    mine = to_allies(under.b, address)

    await under.attack(under.b, under.says(under.b, "Create", mine, person_of(under.b)))

    assert [(one.session_id, one.state) for one in await comments(under)] == [(session.id, "shown")]


async def test_a_stranger_learns_nothing_by_answering_a_note_for_allies(under: Siege) -> None:
    _, address = await told(under, "alliance")
    number = int(address.rpartition("/")[2])

    async with under.unchanged():
        one = await answers(under, address)
        other = await answers(under, f"{OURS}/notes/{number + 1}", number=2)

    assert (one.state, other.state) == ("ignored", "ignored")
    assert await comments(under) == []


@pytest.mark.parametrize("how", ["withdrawn", "narrowed"])
async def test_nobody_answers_a_note_that_was_taken_back(under: Siege, how: str) -> None:
    session, address = await told(under)
    if how == "withdrawn":
        async with under.federation.instance.unit_of_work() as uow:
            await withdraw_session(uow, session.id, under.stage.host)
    else:
        await under.stage.edit(session, audience="alliance")

    verdict = await answers(under, address)

    assert verdict.state == "ignored"
    assert await comments(under) == []
    assert (await under.get(address.removeprefix(OURS))).status_code == 410
    assert (await under.get(page(session).removeprefix(OURS))).status_code in (404, 410)
