"""People keep others away: by name, for a while, by domain; nobody but themselves learns of it."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from alliance.contacting import may_write_to
from alliance.errors import Conflict, Invalid, NotFound
from alliance.facts import SessionReceived
from alliance.following import follow
from alliance.keeping_away import block, block_domain, mute, unblock, unblock_domain, unmute
from alliance.listing import make_list, put_on_list
from alliance.models import AppListMember, Distance, Interest, Session
from alliance.profiling import ProfileDraft, edit_profile, publish_profile
from alliance.queries.distances import NOBODY, distances, is_kept_away
from alliance.queries.notifications import notifications, unread
from alliance.telling_followers import on_new
from tests.alliance.stage import Stage


async def _kept(stage: Stage, person_id: int) -> tuple[set[int], set[int], set[str]]:
    async with stage.instance.reading() as db:
        found = await distances(db, person_id, stage.instance.clock.now())
    return set(found.blocked), set(found.muted), set(found.domains)


async def test_a_block_ends_following_and_lists_and_twice_is_once(stage: Stage) -> None:
    lena, me = await stage.colleague(), stage.host
    async with stage.instance.unit_of_work() as uow:
        await edit_profile(uow, lena.id, ProfileDraft(name="Lena Vogt", audience="company"))
        await publish_profile(uow, lena.id)
        await follow(uow, me.id, "expert", str(lena.id))
        mine = await make_list(uow, me.id, "Optik")
        await put_on_list(uow, me.id, mine.id, [lena.id])

    async with stage.instance.unit_of_work() as uow:
        await block(uow, me.id, lena.id)
        await block(uow, me.id, lena.id)

    async with stage.instance.reading() as db:
        left = [
            await db.scalar(select(func.count()).select_from(model))
            for model in (Interest, AppListMember, Distance)
        ]
    assert left == [0, 0, 1]
    assert await _kept(stage, me.id) == ({lena.id}, set(), set())
    assert await _kept(stage, lena.id) == (set(), set(), set())

    async with stage.instance.unit_of_work() as uow:
        await unblock(uow, me.id, lena.id)
    assert await _kept(stage, me.id) == (set(), set(), set())


async def test_a_mute_ends_by_itself(stage: Stage) -> None:
    lena, me = await stage.colleague(), stage.host
    now = stage.instance.clock.now()
    async with stage.instance.unit_of_work() as uow:
        await mute(uow, me.id, lena.id, until=now + timedelta(hours=1))

    async with stage.instance.reading() as db:
        before = await distances(db, me.id, now)
        after = await distances(db, me.id, now + timedelta(hours=1))
    assert (set(before.muted), after) == ({lena.id}, NOBODY)
    assert (before.keeps(lena.id), after.keeps(lena.id)) == (True, False)

    async with stage.instance.unit_of_work() as uow:
        await unmute(uow, me.id, lena.id)
    assert await _kept(stage, me.id) == (set(), set(), set())


async def test_nobody_keeps_themselves_or_nobody_away(stage: Stage) -> None:
    async with stage.instance.unit_of_work() as uow:
        with pytest.raises(Conflict):
            await block(uow, stage.host.id, stage.host.id)
        with pytest.raises(NotFound):
            await mute(uow, stage.host.id, 12345)


async def test_a_domain_is_kept_away_in_every_spelling_but_never_our_own(stage: Stage) -> None:
    company, mira = await stage.ally(), await stage.person()
    me = stage.host
    async with stage.instance.unit_of_work() as uow:
        await follow(uow, me.id, "company", str(company.id))
        assert await block_domain(uow, me.id, "Alpenwerk.EXAMPLE.") == "alpenwerk.example"
        for nonsense in ("", "a b", "a/b", stage.instance.settings.host):
            with pytest.raises(Invalid):
                await block_domain(uow, me.id, nonsense)

    async with stage.instance.reading() as db:
        kept = await distances(db, me.id, stage.instance.clock.now())
        now = stage.instance.clock.now()
        of_company = await db.scalar(
            select(func.count()).select_from(Session).where(is_kept_away(me.id, Session.company_id, now))
        )
        follows = await db.scalar(select(func.count()).select_from(Interest))
    assert (follows, of_company) == (0, 0)
    assert kept.keeps(mira.id, "alpenwerk.example:8443")
    assert not kept.keeps(mira.id, "alpenwerk.example.org")
    assert not kept.keeps(stage.admin.id, None)

    session = await stage.theirs(company)
    async with stage.instance.reading() as db:
        found = await db.scalar(select(Session.id).where(is_kept_away(me.id, Session.company_id, now)))
        others = await db.scalar(
            select(Session.id).where(is_kept_away(stage.admin.id, Session.company_id, now))
        )
    assert (found, others) == (session.id, None)
    async with stage.instance.unit_of_work() as uow:
        await unblock_domain(uow, me.id, "alpenwerk.example")
    assert await _kept(stage, me.id) == (set(), set(), set())


async def test_whom_one_of_two_blocks_can_not_be_written_to(stage: Stage) -> None:
    lena, me = await stage.colleague(), stage.host
    async with stage.instance.unit_of_work() as uow:
        await edit_profile(uow, lena.id, ProfileDraft(name="Lena Vogt"))
        await publish_profile(uow, lena.id)
    async with stage.instance.reading() as db:
        assert await may_write_to(db, me.id, lena.id)

    async with stage.instance.unit_of_work() as uow:
        await block(uow, lena.id, me.id)

    async with stage.instance.reading() as db:
        assert not await may_write_to(db, me.id, lena.id)


async def test_a_muted_company_does_not_tell_of_new_sessions_but_of_ones_own_places(stage: Stage) -> None:
    company, me = await stage.ally(), stage.host
    async with stage.instance.unit_of_work() as uow:
        await follow(uow, me.id, "company", str(company.id))
    stage.instance.listeners = {SessionReceived: [on_new]}
    await stage.theirs(company)

    async def told() -> tuple[list[str], int]:
        async with stage.instance.reading() as db:
            now = stage.instance.clock.now()
            page = await notifications(db, me.id, now)
            return [one.kind for one in page.notifications], await unread(db, me.id, now)

    assert await told() == (["topic"], 1)
    async with stage.instance.unit_of_work() as uow:
        await mute(uow, me.id, company.id, notifications=False)
    assert await told() == (["topic"], 1)
    async with stage.instance.unit_of_work() as uow:
        await mute(uow, me.id, company.id, notifications=True)
    assert await told() == ([], 0)
