"""Requests between three companies, over real HTTP: asked, joined in, answered, and everybody is invited."""

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import ColumnElement, and_, or_, select

from alliance.answering_wishes import answer_with
from alliance.communities import CommunityDraft, found_community
from alliance.community_members import join_community
from alliance.community_posts import post_wish, take_out
from alliance.models import Attendance, Community, Notification, Session, Wish
from alliance.queries.wishes import Voices, WishFilter, one_wish, wishes_page
from alliance.visibility import employee_viewer
from alliance.wishing import WishDraft, add_voice, change_wish, make_wish, take_back_wish, take_voice_back
from federation.uris import Uris, community_id_of
from tests.federation.neighbourhood import Neighbour, ally, neighbourhood
from tests.support.databases import Databases
from tests.support.eventually import eventually

pytestmark = pytest.mark.journey
TITLE = "Barfuß verhandeln"


@pytest.fixture
async def three(databases: Databases, tmp_path: Path) -> AsyncIterator[list[Neighbour]]:
    """Birke, Linde and Ulme are allied with each other."""
    async with neighbourhood(databases, tmp_path, "birke", "linde", "ulme") as companies:
        birke, linde, ulme = companies
        await ally(birke, linde)
        await ally(birke, ulme)
        await ally(linde, ulme)
        yield companies


async def asks(here: Neighbour, title: str = TITLE, audience: str = "alliance") -> Wish:
    async with here.instance.unit_of_work() as uow:
        draft = WishDraft(kind="learn", title=title, text="Ein Nachmittag.", audience=audience)
        return await make_wish(uow, here.employee, draft)


async def seen(here: Neighbour, title: str = TITLE) -> Wish | None:
    async with here.instance.reading() as db:
        return await db.scalar(select(Wish).where(Wish.title == title))


async def voices(here: Neighbour, wish_id: int) -> Voices:
    async with here.instance.reading() as db:
        return (await one_wish(db, employee_viewer(here.admin.id), wish_id)).voices[wish_id]


async def invited(here: Neighbour) -> list[int]:
    async with here.instance.reading() as db:
        told = select(Notification.person_id).where(Notification.kind == "wished")
        return sorted(await db.scalars(told))


async def wish_there(here: Neighbour, title: str = TITLE) -> Wish:
    found = await eventually(lambda: seen(here, title))
    assert found is not None
    return found


async def test_a_request_of_one_a_voice_of_another_and_a_session_of_a_third(three: list[Neighbour]) -> None:
    birke, linde, ulme = three
    wish = await asks(birke)
    await asks(birke, "Geheim", audience="company")
    there, third = await wish_there(linde), await wish_there(ulme)

    async with linde.instance.unit_of_work() as uow:
        await add_voice(uow, there.id, linde.employee, named=False)
        await add_voice(uow, there.id, linde.admin, named=True)
    for here, id_ in ((birke, wish.id), (ulme, third.id)):
        await eventually(partial(_counts, here, id_, 2))
        told = await voices(here, id_)
        assert [(name, count) for name, _, count in told.companies] == [(linde.company.name, 2)]
        assert [name for name, _, _ in told.names] == [linde.admin.person.name]

    session = await ulme.publish("Verhandeln ohne Schuhe")
    async with ulme.instance.unit_of_work() as uow:
        await answer_with(uow, third.id, session.id, ulme.employee)

    await eventually(lambda: _invited(birke, [birke.employee.id]))
    await eventually(lambda: _invited(linde, sorted([linde.employee.id, linde.admin.id])))
    for here, id_ in ((birke, wish.id), (linde, there.id)):
        async with here.instance.reading() as db:
            page = await one_wish(db, employee_viewer(here.admin.id), id_)
            joined = (await db.scalars(select(Attendance))).all()
        assert [one.title for one in page.answers[id_]] == ["Verhandeln ohne Schuhe"]
        assert (page.wishes[0].state, joined) == ("answered", [])
    assert await invited(ulme) == []
    assert await seen(linde, "Geheim") is None


async def test_words_change_voices_go_and_the_request_is_taken_back(three: list[Neighbour]) -> None:
    birke, linde, ulme = three
    wish = await asks(birke)
    there = await wish_there(linde)
    async with linde.instance.unit_of_work() as uow:
        await add_voice(uow, there.id, linde.employee, named=True)
    await eventually(lambda: _counts(birke, wish.id, 1))

    async with linde.instance.unit_of_work() as uow:
        await take_voice_back(uow, there.id, linde.employee)
    await eventually(lambda: _counts(birke, wish.id, 0))
    async with birke.instance.unit_of_work() as uow:
        await change_wish(uow, wish.id, birke.employee, WishDraft(kind="learn", title="In Socken verhandeln"))
    changed = await wish_there(linde, "In Socken verhandeln")
    async with birke.instance.unit_of_work() as uow:
        await take_back_wish(uow, wish.id, birke.employee)

    assert changed.id == there.id
    for here in (linde, ulme):
        await eventually(partial(_gone, here))


async def test_who_is_allied_later_learns_what_is_asked(databases: Databases, tmp_path: Path) -> None:
    async with neighbourhood(databases, tmp_path, "birke", "linde") as (birke, linde):
        wish = await asks(birke)
        async with birke.instance.unit_of_work() as uow:
            await add_voice(uow, wish.id, birke.admin, named=False)
        await ally(birke, linde)

        there = await wish_there(linde)
        told = await voices(linde, there.id)

    assert [(name, count) for name, _, count in told.companies] == [(birke.company.name, 1)]


async def _counts(here: Neighbour, wish_id: int, count: int) -> bool:
    return (await voices(here, wish_id)).total == count


async def _invited(here: Neighbour, ids: list[int]) -> bool:
    return await invited(here) == ids


async def _gone(here: Neighbour) -> bool:
    async with here.instance.reading() as db:
        return [one.state for one in await db.scalars(select(Wish))] == ["deleted"]


async def test_a_session_for_the_company_alone_is_told_nobody_else(three: list[Neighbour]) -> None:
    birke, linde, ulme = three
    wish = await asks(birke)
    third = await wish_there(ulme)
    session = await ulme.publish("Nur hier", audience="company")
    async with ulme.instance.unit_of_work() as uow:
        await add_voice(uow, third.id, ulme.admin, named=False)
        await answer_with(uow, third.id, session.id, ulme.employee)
    await eventually(lambda: _counts(birke, wish.id, 1))

    assert await invited(ulme) == [ulme.admin.id]
    assert (await invited(birke), await invited(linde)) == ([], [])
    async with birke.instance.reading() as db:
        assert await db.scalar(select(Session).where(Session.title == "Nur hier")) is None


async def test_a_request_stands_in_the_community_of_another_company(three: list[Neighbour]) -> None:
    birke, linde, ulme = three
    async with linde.instance.unit_of_work() as uow:
        draft = CommunityDraft(name="Verhandeln", description="Zu *zweit*.", audience="alliance")
        ours = await found_community(uow, linde.admin, draft)
    address = Uris(linde.origin).community(ours.id)
    theirs = await eventually(lambda: community(birke, address))
    assert theirs is not None
    await eventually(lambda: community(ulme, address))
    wish, second = await asks(birke), await asks(birke, "Zuhören")
    async with birke.instance.unit_of_work() as uow:
        await join_community(uow, theirs.id, birke.employee)

    async with birke.instance.unit_of_work() as uow:
        for one in (wish, second):
            await post_wish(uow, theirs.id, one.id, birke.employee)
    for company in three:
        await eventually(partial(_stand, company, address, [TITLE, "Zuhören"]))

    there = await wish_there(linde, "Zuhören")
    async with linde.instance.unit_of_work() as uow:
        await take_out(uow, ours.id, "wish", there.id, linde.admin)
    for company in three:
        await eventually(partial(_stand, company, address, [TITLE]))

    async with birke.instance.unit_of_work() as uow:
        await take_out(uow, theirs.id, "wish", wish.id, birke.employee)
    for company in three:
        await eventually(partial(_stand, company, address, []))


async def community(here: Neighbour, address: str) -> Community | None:
    async with here.instance.reading() as db:
        return await db.scalar(select(Community).where(or_(Community.uri == address, _is_own(here, address))))


def _is_own(here: Neighbour, address: str) -> ColumnElement[bool]:
    key = Uris(here.origin).actor_key(address) or ""
    return and_(Community.uri.is_(None), Community.id == (community_id_of(key) or 0))


async def _stand(here: Neighbour, address: str, titles: list[str]) -> bool:
    """What a colleague reads on the page of the community, in that company."""
    found = await community(here, address)
    assert found is not None
    async with here.instance.reading() as db:
        wanted = WishFilter(community_id=found.id)
        page = await wishes_page(db, employee_viewer(here.admin.id), wanted)
    return sorted(wish.title for wish in page.wishes) == titles
