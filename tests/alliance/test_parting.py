"""Whoever erases their account is forgotten everywhere, and nobody locks everybody out by it."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from alliance.database import Base
from alliance.errors import Conflict
from alliance.models import Employee, Interest, Letter, Person, Session
from alliance.parting import erase_own_account
from alliance.profiling import ProfileDraft, edit_profile
from alliance.traces import TRACES
from tests.alliance.stage import Stage

HANDLED_ELSEWHERE = {
    "employee.id",
    "expert_profile.person_id",
    "session.host_id",
    "attendance.person_id",
    "comment.author_id",
    "story.author_id",
    "wish.author_id",
    "series.host_id",
    "report.reporter_id",
    "circle_call.organiser_id",
    "circle_place.partner_id",
    # What others did or said about them, which is not theirs to take along; it goes with the name.
    "report.person_id",
    "report.closed_by_id",
    "domain_policy.by_id",
    "outbound_rule.by_id",
    "decision.by_id",
    "decision.closed_by_id",
    "setting_proposal.proposed_by_id",
    "setting_proposal.decided_by_id",
    "interest.expert_id",
    # Worth nothing to their owner, and gone with the account: digests of what was mailed or handed to an app.
    "sign_in_link.employee_id",
    "app_code.employee_id",
}


def test_whatever_names_a_person_is_handed_out_and_forgotten() -> None:
    naming = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        for key in column.foreign_keys
        if key.column.table.name in ("person", "employee")
    }

    known = {f"{trace.column.class_.__tablename__}.{trace.column.key}" for trace in TRACES}

    assert naming == known | HANDLED_ELSEWHERE


async def test_name_profile_and_traces_are_gone_and_sessions_stay_without_the_name(stage: Stage) -> None:
    lena, other = await stage.colleague(), await stage.colleague("Somebody Else")
    session = await stage.publish(lena, title="Held by Lena")
    async with stage.instance.unit_of_work() as uow:
        await edit_profile(uow, lena.id, ProfileDraft(name="Lena Vogt", about="Grinds.", topics=("Optik",)))
        uow.db.add(Interest(id=uow.new_id(), person_id=other.id, expert_id=lena.id, since=uow.now))
        letter = Letter(
            id=uow.new_id(), sender_id=other.id, receiver_id=lena.id, text="Hello", created_at=uow.now
        )
        uow.db.add(letter)

    async with stage.instance.unit_of_work() as uow:
        await erase_own_account(uow, lena.id)

    async with stage.instance.reading() as db:
        person, kept = await db.get(Person, lena.id), await db.get(Session, session.id)
        rows = [await db.scalar(select(func.count()).select_from(model)) for model in (Interest, Letter)]
        assert await db.get(Employee, lena.id) is None
    assert person is not None
    assert kept is not None
    assert (person.name, person.gone_at is not None, rows) == ("Former colleague", True, [0, 0])
    assert (kept.status, kept.host_shown, kept.withdrawn_at) == ("scheduled", False, None)


async def test_drafts_are_gone_and_coming_sessions_withdrawn_where_the_company_wants_it(
    stage: Stage,
) -> None:
    stage.instance.settings = replace(stage.instance.settings, leavers_sessions="withdraw")
    lena = await stage.colleague()
    session, draft = await stage.publish(lena), await stage.publish(lena, title="Unfinished")
    async with stage.instance.unit_of_work() as uow:
        begun = await uow.db.get(Session, draft.id)
        assert begun is not None
        begun.status = "draft"

    async with stage.instance.unit_of_work() as uow:
        await erase_own_account(uow, lena.id)

    async with stage.instance.reading() as db:
        kept = await db.get(Session, session.id)
        assert await db.get(Session, draft.id) is None
    assert kept is not None
    assert kept.withdrawn_at is not None


async def test_the_last_administrator_cannot_go(stage: Stage) -> None:
    with pytest.raises(Conflict):
        async with stage.instance.unit_of_work() as uow:
            await erase_own_account(uow, stage.admin.id)
