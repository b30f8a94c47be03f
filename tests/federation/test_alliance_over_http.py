"""Companies ally, publish, change, join and part over real HTTP, with nothing between them but loopback."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from alliance.attending import join_session, leave_session
from alliance.errors import Conflict
from alliance.models import Attendance, ExpertProfile, Person, Session
from alliance.partnering import decline_company, invite_company, leave_company, pause_company, resume_company
from alliance.personal_links import personal_link
from alliance.profiling import ProfileDraft, edit_profile, publish_profile, withdraw_profile
from alliance.publishing import cancel_session, draft_of, edit_session, withdraw_session
from federation.models import OutboxActivity, ReceivedActivity
from federation.partners import introduce
from tests.federation.neighbourhood import SECRET_LINK, Neighbour, ally, neighbourhood
from tests.support.databases import Databases
from tests.support.eventually import eventually

pytestmark = pytest.mark.journey


@pytest.fixture
async def two(databases: Databases, tmp_path: Path) -> AsyncIterator[list[Neighbour]]:
    """Birke and Linde, strangers to each other."""
    async with neighbourhood(databases, tmp_path, "birke", "linde") as companies:
        yield companies


@pytest.fixture
async def allies(two: list[Neighbour]) -> list[Neighbour]:
    """Birke and Linde, allied."""
    await ally(*two)
    return two


async def edit(company: Neighbour, session: Session, **changes: Any) -> None:
    async with company.instance.unit_of_work() as uow:
        stored = await uow.db.get(Session, session.id, populate_existing=True)
        assert stored is not None
        await uow.db.refresh(stored, ["topics", "translations"])
        draft = draft_of(uow.vault, stored)
        await edit_session(uow, session.id, type(draft)(**{**draft.__dict__, **changes}), None)


async def attendance(company: Neighbour) -> Attendance | None:
    async with company.instance.reading() as db:
        return await db.scalar(select(Attendance).order_by(Attendance.id.desc()).limit(1))


async def test_before_anybody_says_yes_the_other_company_introduces_itself(two: list[Neighbour]) -> None:
    birke, linde = two

    introduction = await introduce(birke.federation, f"alliance@{linde.federation.instance.settings.host}")

    assert (introduction.name, introduction.origin) == ("Linde", linde.origin)
    assert introduction.uri == f"{linde.origin}/company"
    assert introduction.instance_uri == f"{linde.origin}/actor"
    assert introduction.software.startswith("alliance ")
    assert len(introduction.key_fingerprint.split(" ")) == 16
    assert (introduction.hue, introduction.timezone) == (linde.company.hue, "Europe/Berlin")
    assert await introduce(birke.federation, f"sessions@{linde.instance.settings.host}") == introduction


async def test_nobody_allies_with_themselves(two: list[Neighbour]) -> None:
    birke, _ = two

    with pytest.raises(Conflict, match="your own company"):
        await introduce(birke.federation, birke.origin)


async def test_an_ally_is_not_invited_again(allies: list[Neighbour]) -> None:
    birke, linde = allies

    with pytest.raises(Conflict, match="allied with Linde already"):
        await introduce(birke.federation, linde.origin)


async def test_a_question_can_be_declined_and_asked_again(two: list[Neighbour]) -> None:
    birke, linde = two
    introduction = await introduce(birke.federation, linde.origin)
    async with birke.instance.unit_of_work() as uow:
        await invite_company(uow, introduction)
    await eventually(lambda: is_state(linde, birke, "asking"))

    async with linde.instance.unit_of_work() as uow:
        await decline_company(uow, (await linde.knows(birke)).id)

    await eventually(lambda: is_state(birke, linde, "left"))
    await ally(birke, linde)


async def test_two_that_ask_each_other_at_once_are_allied(two: list[Neighbour]) -> None:
    birke, linde = two
    of_linde = await introduce(birke.federation, linde.origin)
    of_birke = await introduce(linde.federation, birke.origin)

    async with birke.instance.unit_of_work() as uow, linde.instance.unit_of_work() as other:
        await invite_company(uow, of_linde)
        await invite_company(other, of_birke)

    await eventually(lambda: is_state(birke, linde, "allied"))
    await eventually(lambda: is_state(linde, birke, "allied"))


async def test_a_session_reaches_an_ally_as_it_was_published(allies: list[Neighbour]) -> None:
    birke, linde = allies

    place = {"place": "hybrid", "place_name": "Room 4", "place_address": "Kai 1, Bremen"}
    session = await birke.publish(capacity=12, **place)

    held = await eventually(lambda: linde.session_of(birke, session))
    assert held is not None
    for name in (
        *("title", "description_html", "starts_at", "ends_at", "timezone", "language", "audience", "status"),
        *("capacity", "place", "place_name", "place_address", "join_mode", "sequence", "updated_at"),
    ):
        assert getattr(held, name) == getattr(session, name), name
    async with linde.instance.reading() as db:
        host = await db.get(Person, held.host_id)
    assert host is not None
    assert host.name == "Jonas Birke"


async def test_what_was_there_before_the_alliance_is_fetched(two: list[Neighbour]) -> None:
    birke, linde = two
    for_allies = await birke.publish("For allies")
    for_all = await birke.publish("For all", audience="public")
    secret = await birke.publish("For us", audience="company")

    await ally(birke, linde)

    await eventually(lambda: linde.session_of(birke, for_allies))
    await eventually(lambda: linde.session_of(birke, for_all))
    assert await linde.session_of(birke, secret) is None


async def test_a_change_a_cancellation_and_a_withdrawal_follow(allies: list[Neighbour]) -> None:
    birke, linde = allies
    session = await birke.publish()
    await eventually(lambda: linde.session_of(birke, session))

    later = {
        "starts_at": session.starts_at + timedelta(hours=2),
        "ends_at": session.ends_at + timedelta(hours=2),
    }
    await edit(birke, session, title="Threat modelling, again", **later)
    await eventually(lambda: holds(linde, birke, session, title="Threat modelling, again"))
    async with birke.instance.unit_of_work() as uow:
        await cancel_session(uow, session.id, "I am ill.")
    await eventually(lambda: holds(linde, birke, session, status="cancelled"))
    held = await linde.session_of(birke, session)
    async with birke.instance.unit_of_work() as uow:
        await withdraw_session(uow, session.id)

    assert held is not None
    assert held.status_note == "I am ill."
    assert held.previous_starts_at == session.starts_at
    await eventually(lambda: is_gone(linde, birke, session))


async def test_an_audience_that_narrows_takes_the_session_away_and_brings_it_back(
    allies: list[Neighbour],
) -> None:
    birke, linde = allies
    session = await birke.publish()
    await eventually(lambda: linde.session_of(birke, session))

    await edit(birke, session, audience="company")
    await eventually(lambda: is_gone(linde, birke, session))
    await edit(birke, session, audience="alliance")

    await eventually(lambda: holds(linde, birke, session, withdrawn_at=None))


async def test_joining_brings_a_personal_link_and_nothing_else_does(allies: list[Neighbour]) -> None:
    birke, linde = allies
    session = await birke.publish(capacity=1)
    held = await eventually(lambda: linde.session_of(birke, session))
    assert held is not None

    async with linde.instance.unit_of_work() as uow:
        await join_session(uow, held.id, linde.employee.id)
    await eventually(lambda: has_place(linde, "going"))

    ours, theirs = await attendance(linde), await attendance(birke)
    assert ours is not None
    assert theirs is not None
    async with linde.instance.reading() as db:
        mine = await db.scalar(select(Attendance).where(Attendance.id == ours.id))
        assert mine is not None
        await db.refresh(mine, ["session"])
        link = personal_link(linde.origin, linde.instance.vault, mine)
    assert link is not None
    assert link.startswith(f"{birke.origin}/meet/{theirs.id}-")
    assert await told_anywhere(birke, link) == []
    assert await told_anywhere(linde, link) == []
    assert await told_anywhere(birke, SECRET_LINK) == []
    assert await told_anywhere(linde, "Zebra4711") == []


async def test_the_waiting_list_moves_up_across_companies(allies: list[Neighbour]) -> None:
    birke, linde = allies
    session = await birke.publish(capacity=1)
    held = await eventually(lambda: linde.session_of(birke, session))
    assert held is not None

    for person in (linde.employee, linde.admin):
        async with linde.instance.unit_of_work() as uow:
            await join_session(uow, held.id, person.id)
        await eventually(lambda: settled(linde))
    assert await states(linde) == ["going", "waiting"]
    async with linde.instance.unit_of_work() as uow:
        await leave_session(uow, held.id, linde.employee.id)

    await eventually(lambda: states_are(linde, ["left", "going"]))
    assert await states(birke) == ["left", "going"]


async def test_the_counts_reach_allies(allies: list[Neighbour]) -> None:
    birke, linde = allies
    session = await birke.publish(capacity=3)
    held = await eventually(lambda: linde.session_of(birke, session))
    assert held is not None

    async with birke.instance.unit_of_work() as uow:
        await join_session(uow, session.id, birke.admin.id)

    await eventually(lambda: holds(linde, birke, session, going_count=1), within=20)


async def test_leaving_ends_it_on_both_sides(allies: list[Neighbour]) -> None:
    birke, linde = allies

    async with linde.instance.unit_of_work() as uow:
        await leave_company(uow, (await linde.knows(birke)).id)

    await eventually(lambda: is_state(birke, linde, "left"))
    assert await linde.state_of(birke) == "left"


async def test_a_pause_is_silent_and_afterwards_everything_is_right(allies: list[Neighbour]) -> None:
    birke, linde = allies
    kept, withdrawn = await birke.publish("Kept"), await birke.publish("Withdrawn")
    await eventually(lambda: linde.session_of(birke, withdrawn))
    linde_at_birke = (await birke.knows(linde)).id

    async with birke.instance.unit_of_work() as uow:
        await pause_company(uow, linde_at_birke)
    await edit(birke, kept, title="Kept and renamed")
    fresh = await birke.publish("Fresh")
    theirs = await linde.publish("Of Linde")
    async with birke.instance.unit_of_work() as uow:
        await withdraw_session(uow, withdrawn.id)
    await eventually(lambda: received(birke, "paused"))
    assert await linde.session_of(birke, fresh) is None
    async with birke.instance.unit_of_work() as uow:
        await resume_company(uow, linde_at_birke)

    await eventually(lambda: linde.session_of(birke, fresh))
    await eventually(lambda: holds(linde, birke, kept, title="Kept and renamed"))
    await eventually(lambda: is_gone(linde, birke, withdrawn))
    await eventually(lambda: birke.session_of(linde, theirs))
    assert await linde.state_of(birke) == "allied"


async def test_experts_are_known_at_allies_until_they_withdraw(two: list[Neighbour]) -> None:
    birke, linde = two
    async with birke.instance.unit_of_work() as uow:
        draft = ProfileDraft(name="Jonas Birke", audience="alliance", headline="Bends light")
        await edit_profile(uow, birke.employee.id, draft)
        await publish_profile(uow, birke.employee.id)
    await ally(birke, linde)
    assert await eventually(lambda: experts(linde)) == ["Bends light"]

    async with birke.instance.unit_of_work() as uow:
        await withdraw_profile(uow, birke.employee.id)

    await eventually(lambda: no_experts(linde))


async def experts(company: Neighbour) -> list[str]:
    async with company.instance.reading() as db:
        shown = select(ExpertProfile.headline).where(ExpertProfile.published_at.is_not(None))
        return list(await db.scalars(shown))


async def no_experts(company: Neighbour) -> bool:
    return not await experts(company)


async def is_state(one: Neighbour, other: Neighbour, state: str) -> bool:
    return await one.state_of(other) == state


async def holds(one: Neighbour, other: Neighbour, session: Session, **wanted: Any) -> bool:
    held = await one.session_of(other, session)
    return held is not None and all(getattr(held, name) == value for name, value in wanted.items())


async def is_gone(one: Neighbour, other: Neighbour, session: Session) -> bool:
    held = await one.session_of(other, session)
    return held is None or held.withdrawn_at is not None


async def has_place(company: Neighbour, state: str) -> bool:
    found = await attendance(company)
    return found is not None and found.state == state


async def states(company: Neighbour) -> list[str]:
    async with company.instance.reading() as db:
        return list(await db.scalars(select(Attendance.state).order_by(Attendance.id)))


async def states_are(company: Neighbour, wanted: list[str]) -> bool:
    return await states(company) == wanted


async def settled(company: Neighbour) -> bool:
    return "asked" not in await states(company)


async def received(company: Neighbour, reason: str) -> bool:
    async with company.instance.reading() as db:
        return (
            await db.scalar(select(ReceivedActivity.id).where(ReceivedActivity.reason == reason)) is not None
        )


async def told_anywhere(company: Neighbour, secret: str) -> list[str]:
    """The types of messages, sent or received, in which `secret` lies in the clear."""
    async with company.instance.reading() as db:
        sent = (await db.execute(select(OutboxActivity.type, OutboxActivity.body))).all()
        got = (await db.execute(select(ReceivedActivity.type, ReceivedActivity.body))).all()
    return [kind for kind, body in [*sent, *got] if secret.encode() in body]
