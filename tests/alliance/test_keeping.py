"""Drafts are kept as they were typed, seen by nobody else, and become sessions when they are published."""

from typing import Any

import pytest
from sqlalchemy import func, select

from alliance.drafting import SessionDraft
from alliance.errors import Conflict, Invalid, NotFound
from alliance.instance import Instance
from alliance.keeping import MOST_DRAFTS, discard_draft, keep_draft, typed_in
from alliance.models import DraftForm, Session
from alliance.publishing import cancel_session, edit_session, publish_session, withdraw_session
from alliance.queries.saved import is_saved, saved_sessions
from alliance.queries.sessions import find, upcoming
from alliance.saving import save_session, unsave_session
from alliance.visibility import STRANGER, employee_viewer, partner_viewer
from tests.alliance.stage import LINK, draft
from tests.support.founding import Founded

pytestmark = pytest.mark.anyio

TYPED = {"title": "Halb fertig", "when": "irgendwann", "meeting_link": LINK}


async def kept(instance: Instance, founded: Founded, **said: Any) -> Session:
    async with instance.unit_of_work() as uow:
        return await keep_draft(uow, founded.employee.id, SessionDraft(**said), TYPED)


async def count(instance: Instance, model: type[Any]) -> int:
    async with instance.reading() as db:
        return await db.scalar(select(func.count()).select_from(model)) or 0


async def test_a_draft_is_kept_as_it_was_typed(instance: Instance, founded: Founded) -> None:
    session = await kept(instance, founded, title="Halb fertig")

    async with instance.reading() as db:
        assert await typed_in(db, instance.vault, session.id) == TYPED
        form = await db.get_one(DraftForm, session.id)
    assert (session.status, session.published_at) == ("draft", None)
    assert LINK.encode() not in form.typed


async def test_a_draft_is_there_for_nobody_else(instance: Instance, founded: Founded) -> None:
    session = await kept(instance, founded, title="Halb fertig", audience="public")

    async with instance.reading() as db:
        assert (await find(db, employee_viewer(founded.employee.id), session.id)).id == session.id
        for viewer in (STRANGER, partner_viewer(None), employee_viewer(founded.admin.id)):
            with pytest.raises(NotFound):
                await find(db, viewer, session.id)
            assert (await upcoming(db, viewer, now=instance.clock.now())).sessions == []


async def test_a_draft_becomes_a_session_with_the_same_address(instance: Instance, founded: Founded) -> None:
    session = await kept(instance, founded, title="Halb fertig")

    async with instance.unit_of_work() as uow:
        published = await publish_session(uow, founded.employee.id, draft(), session.id)

    assert (published.id, published.status) == (session.id, "scheduled")
    assert published.published_at is not None
    assert await count(instance, DraftForm) == 0


async def test_a_draft_that_breaks_a_rule_stays_one(instance: Instance, founded: Founded) -> None:
    session = await kept(instance, founded)

    with pytest.raises(Invalid):
        async with instance.unit_of_work() as uow:
            await publish_session(uow, founded.employee.id, draft(title=""), session.id)

    async with instance.reading() as db:
        assert (await db.get_one(Session, session.id)).status == "draft"
        assert await typed_in(db, instance.vault, session.id) == TYPED


async def test_somebody_elses_draft_can_be_neither_kept_published_nor_discarded(
    instance: Instance, founded: Founded
) -> None:
    session, other = await kept(instance, founded), founded.admin.id

    async with instance.unit_of_work() as uow:
        with pytest.raises(NotFound):
            await keep_draft(uow, other, SessionDraft(), TYPED, session.id)
        with pytest.raises(NotFound):
            await publish_session(uow, other, draft(), session.id)
        with pytest.raises(NotFound):
            await discard_draft(uow, other, session.id)


async def test_a_draft_is_never_announced_by_editing_or_ending_it(
    instance: Instance, founded: Founded
) -> None:
    session = await kept(instance, founded)

    async with instance.unit_of_work() as uow:
        for verb in (cancel_session, withdraw_session):
            with pytest.raises(NotFound):
                await verb(uow, session.id, by=founded.employee)
        with pytest.raises(NotFound):
            await edit_session(uow, session.id, draft(), founded.employee)


async def test_a_published_session_is_no_draft_to_discard(instance: Instance, founded: Founded) -> None:
    async with instance.unit_of_work() as uow:
        session = await publish_session(uow, founded.employee.id, draft())

    async with instance.unit_of_work() as uow:
        with pytest.raises(NotFound):
            await discard_draft(uow, founded.employee.id, session.id)
        with pytest.raises(NotFound):
            await publish_session(uow, founded.employee.id, draft(), session.id)


async def test_a_discarded_draft_leaves_nothing(instance: Instance, founded: Founded) -> None:
    session = await kept(instance, founded)

    async with instance.unit_of_work() as uow:
        await discard_draft(uow, founded.employee.id, session.id)

    assert (await count(instance, Session), await count(instance, DraftForm)) == (0, 0)


@pytest.mark.parametrize(
    "said",
    [
        {"timezone": "Europe/Entenhausen"},
        {"audience": "everybody", "language": "xx"},
        {"title": "x" * 5000},
        {"starts_at": draft().ends_at, "ends_at": draft().starts_at},
    ],
)
async def test_nothing_that_was_typed_keeps_a_draft_from_being_kept(
    instance: Instance, founded: Founded, said: dict[str, Any]
) -> None:
    session = await kept(instance, founded, **said)

    assert session.ends_at > session.starts_at
    assert len(session.title) <= 200


async def test_there_is_an_end_to_drafts(instance: Instance, founded: Founded) -> None:
    for _ in range(MOST_DRAFTS):
        await kept(instance, founded)

    with pytest.raises(Conflict):
        await kept(instance, founded)


async def test_a_saved_session_is_kept_in_mind_and_nothing_else_happens(
    instance: Instance, founded: Founded
) -> None:
    me = employee_viewer(founded.admin.id)
    async with instance.unit_of_work() as uow:
        session = await publish_session(uow, founded.employee.id, draft())

    async with instance.unit_of_work() as uow:
        await save_session(uow, founded.admin.id, session.id)
        await save_session(uow, founded.admin.id, session.id)

    async with instance.reading() as db:
        assert [one.id for one in await saved_sessions(db, me, now=instance.clock.now())] == [session.id]
        assert not await is_saved(db, employee_viewer(founded.employee.id), session.id)
        assert (await db.get_one(Session, session.id)).going_count == 0
    async with instance.unit_of_work() as uow:
        await unsave_session(uow, founded.admin.id, session.id)
    async with instance.reading() as db:
        assert not await is_saved(db, me, session.id)


async def test_what_one_may_not_see_can_not_be_saved_and_goes_from_the_list(
    instance: Instance, founded: Founded
) -> None:
    me = founded.admin.id
    hidden = await kept(instance, founded)
    async with instance.unit_of_work() as uow:
        session = await publish_session(uow, founded.employee.id, draft())
        await save_session(uow, me, session.id)
        with pytest.raises(NotFound):
            await save_session(uow, me, hidden.id)

    async with instance.unit_of_work() as uow:
        await withdraw_session(uow, session.id)

    async with instance.reading() as db:
        assert await saved_sessions(db, employee_viewer(me), now=instance.clock.now()) == []
