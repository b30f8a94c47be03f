"""Communities between companies, over real HTTP: learned of, joined from home, filled, moderated, ended."""

from collections.abc import AsyncIterator, Awaitable
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select, update

from alliance.communities import CommunityDraft, change_community, close_community, draft_of, found_community
from alliance.community_members import join_community, leave_community
from alliance.community_posts import post_session, take_out
from alliance.models import (
    Community,
    CommunityCrowd,
    CommunityMember,
    CommunityPost,
    Person,
    Session,
)
from alliance.partnering import leave_company, pause_company, resume_company
from alliance.publishing import draft_of as draft_of_session
from alliance.publishing import edit_session, withdraw_session
from alliance.queries.communities import shown_members
from alliance.visibility import employee_viewer
from federation.announcements import flush_member_news
from federation.announcing.memberships import tell_memberships_again
from federation.community_tables import CommunityNews
from federation.models import CatchUp, Follow, ReceivedActivity
from federation.uris import Uris
from tests.federation.neighbourhood import Neighbour, ally, neighbourhood
from tests.support.databases import Databases
from tests.support.eventually import eventually

pytestmark = pytest.mark.journey


@pytest.fixture
async def three(databases: Databases, tmp_path: Path) -> AsyncIterator[list[Neighbour]]:
    """Linde is allied with Birke and with Ulme, who don't know each other."""
    async with neighbourhood(databases, tmp_path, "birke", "linde", "ulme") as companies:
        birke, linde, ulme = companies
        await ally(birke, linde)
        await ally(linde, ulme)
        yield companies


async def founds(here: Neighbour, name: str = "Sketchnotes", audience: str = "alliance") -> Community:
    async with here.instance.unit_of_work() as uow:
        draft = CommunityDraft(name=name, description="We *draw*.", audience=audience, topics=("Drawing",))
        return await found_community(uow, here.admin, draft)


async def known(here: Neighbour, owner: Neighbour, community: Community) -> Community | None:
    address = Uris(owner.origin).community(community.id)
    async with here.instance.reading() as db:
        return await db.scalar(select(Community).where(Community.uri == address, Community.state == "open"))


async def joins(here: Neighbour, community: Community, *, is_shown: bool) -> None:
    async with here.instance.unit_of_work() as uow:
        await join_community(uow, community.id, here.employee, is_shown=is_shown)


async def posts(here: Neighbour) -> list[tuple[str, str]]:
    """State and title of what stands in communities here."""
    async with here.instance.reading() as db:
        rows = await db.execute(
            select(CommunityPost.state, Session.title)
            .join(Session, Session.id == CommunityPost.subject_id)
            .order_by(Session.title)
        )
        return [(row[0], row[1]) for row in rows]


async def crowd(here: Neighbour) -> list[int]:
    async with here.instance.reading() as db:
        return list(await db.scalars(select(CommunityCrowd.count)))


async def names(here: Neighbour, community: Community) -> list[str]:
    async with here.instance.reading() as db:
        people = await shown_members(db, employee_viewer(here.employee.id), community.id)
        return [person.name for person in people]


async def count(here: Neighbour, community: Community) -> int:
    async with here.instance.reading() as db:
        return (await db.get_one(Community, community.id)).member_count


async def puts(here: Neighbour, community: Community, session: Session) -> None:
    async with here.instance.unit_of_work() as uow:
        await post_session(uow, community.id, session.id, here.employee)


async def test_a_community_is_followed_and_filled_across_companies(three: list[Neighbour]) -> None:
    birke, linde, ulme = three
    ours = await founds(linde)
    await founds(linde, "House matters", audience="company")
    at_birke = await eventually(lambda: known(birke, linde, ours))
    assert at_birke is not None
    assert (at_birke.name, at_birke.audience, at_birke.member_count) == ("Sketchnotes", "alliance", 1)
    assert at_birke.description_html == "<p>We <em>draw</em>.</p>"
    assert [owner["name"] for owner in at_birke.owners] == ["Ada Petersen"]
    async with birke.instance.reading() as db:
        assert list(await db.scalars(select(Community.name))) == ["Sketchnotes"]

    await joins(birke, at_birke, is_shown=False)
    await eventually(lambda: _is(crowd(linde), [1]))
    assert await names(linde, ours) == []
    async with linde.instance.reading() as db:
        assert list(await db.scalars(select(Person.name).where(Person.uri.is_not(None)))) == []

    session = await birke.publish("Arrows and boxes")
    await puts(birke, at_birke, session)
    for company in (linde, birke):
        await eventually(partial(_stand_there, company, [("shown", "Arrows and boxes")]))
    # Ulme is no ally of Birke: it learns an address that it may not read, and shows nothing.
    assert await posts(ulme) == []


async def test_who_chooses_so_is_a_member_by_name_and_no_longer_when_they_change_their_mind(
    three: list[Neighbour],
) -> None:
    birke, linde, _ = three
    ours = await founds(linde)
    theirs = await eventually(lambda: known(birke, linde, ours))
    assert theirs is not None

    await joins(birke, theirs, is_shown=True)
    await eventually(lambda: _is(names(linde, ours), ["Jonas Birke"]))
    assert await count(linde, ours) == 2

    await joins(birke, theirs, is_shown=False)
    await eventually(lambda: _is(names(linde, ours), []))
    assert await count(linde, ours) == 2
    async with linde.instance.reading() as db:
        followed = Uris(linde.origin).community(ours.id)
        assert list(await db.scalars(select(Follow).where(Follow.followed_uri == followed))) == []

    async with birke.instance.unit_of_work() as uow:
        await leave_community(uow, theirs.id, birke.employee)
    await eventually(lambda: _is(count(linde, ours), 1))


async def test_the_number_of_members_reaches_allies(three: list[Neighbour]) -> None:
    birke, linde, ulme = three
    ours = await founds(linde)
    for company in (birke, ulme):
        theirs = await eventually(partial(known, company, linde, ours))
        assert theirs is not None
        await joins(company, theirs, is_shown=False)
    await eventually(lambda: _is(count(linde, ours), 3))

    async with linde.instance.unit_of_work() as uow:
        await uow.db.execute(update(CommunityNews).values(due_at=uow.now - timedelta(seconds=1)))
        assert await flush_member_news(uow) == 1

    async def told() -> bool:
        there = await known(birke, linde, ours)
        return there is not None and there.member_count == 3

    await eventually(told)


async def test_what_moderators_take_out_is_out_everywhere_and_does_not_come_back(
    three: list[Neighbour],
) -> None:
    birke, linde, _ = three
    ours = await founds(linde)
    theirs = await eventually(lambda: known(birke, linde, ours))
    assert theirs is not None
    await joins(birke, theirs, is_shown=False)
    session = await birke.publish("Buy our course")
    await puts(birke, theirs, session)
    await eventually(lambda: _is(posts(linde), [("shown", "Buy our course")]))
    there = await linde.session_of(birke, session)
    assert there is not None

    async with linde.instance.unit_of_work() as uow:
        await take_out(uow, ours.id, "session", there.id, linde.admin)
    await eventually(lambda: _is(posts(birke), [("removed", "Buy our course")]))

    async with birke.instance.unit_of_work() as uow:
        with pytest.raises(Exception, match="have taken it out"):
            await post_session(uow, theirs.id, session.id, birke.employee)


async def test_a_session_that_is_withdrawn_or_taken_out_by_its_host_stands_nowhere(
    three: list[Neighbour],
) -> None:
    birke, linde, _ = three
    ours = await founds(linde)
    theirs = await eventually(lambda: known(birke, linde, ours))
    assert theirs is not None
    await joins(birke, theirs, is_shown=True)
    first, second = await birke.publish("First"), await birke.publish("Second")
    for session in (first, second):
        await puts(birke, theirs, session)
    await eventually(lambda: _is(posts(linde), [("shown", "First"), ("shown", "Second")]))

    async with birke.instance.unit_of_work() as uow:
        await take_out(uow, theirs.id, "session", first.id, birke.employee)
        await withdraw_session(uow, second.id, birke.employee)

    async def announced() -> list[str]:
        async with linde.instance.reading() as db:
            return list(await db.scalars(select(CommunityPost.announced)))

    await eventually(lambda: _is(announced(), ["nobody", "nobody"]))
    assert await posts(linde) == [("removed", "First"), ("shown", "Second")]


async def test_whoever_allies_later_learns_of_communities_and_of_what_is_next_in_them(
    three: list[Neighbour],
) -> None:
    birke, _, ulme = three
    ours = await founds(ulme, "Home assembly")
    session = await ulme.publish("Screws", audience="public")
    async with ulme.instance.unit_of_work() as uow:
        await join_community(uow, ours.id, ulme.employee)
        await post_session(uow, ours.id, session.id, ulme.employee)

    await ally(birke, ulme)

    there = await eventually(lambda: known(birke, ulme, ours))
    assert there is not None
    await eventually(lambda: _is(posts(birke), [("shown", "Screws")]))


async def test_a_community_that_is_closed_is_gone_everywhere(three: list[Neighbour]) -> None:
    birke, linde, ulme = three
    ours = await founds(linde)
    for company in (birke, ulme):
        there = await eventually(partial(known, company, linde, ours))
        assert there is not None
        await joins(company, there, is_shown=True)

    async with linde.instance.unit_of_work() as uow:
        await close_community(uow, ours.id, linde.admin)

    for company in (birke, ulme):
        await eventually(partial(_is_gone, company, linde, ours))
        async with company.instance.reading() as db:
            assert list(await db.scalars(select(CommunityMember))) == []


async def test_what_owners_change_reaches_allies(three: list[Neighbour]) -> None:
    birke, linde, _ = three
    ours = await founds(linde)
    await eventually(lambda: known(birke, linde, ours))

    async with linde.instance.unit_of_work() as uow:
        stored = await uow.db.get_one(Community, ours.id)
        await uow.db.refresh(stored, ["topics"])
        draft = draft_of(stored)
        await change_community(
            uow, ours.id, linde.admin, type(draft)(**{**draft.__dict__, "name": "Drawing together"})
        )

    async def name() -> str:
        there = await known(birke, linde, ours)
        return there.name if there is not None else ""

    await eventually(lambda: _is(name(), "Drawing together"))


async def test_when_the_alliance_ends_neither_sees_the_others_communities(three: list[Neighbour]) -> None:
    birke, linde, _ = three
    ours = await founds(linde)
    theirs = await eventually(lambda: known(birke, linde, ours))
    assert theirs is not None
    await joins(birke, theirs, is_shown=True)
    session = await birke.publish("Arrows")
    await puts(birke, theirs, session)
    await eventually(lambda: _is(posts(linde), [("shown", "Arrows")]))

    company = await birke.knows(linde)
    async with birke.instance.unit_of_work() as uow:
        await leave_company(uow, company.id)

    assert await known(birke, linde, ours) is None
    await eventually(lambda: _is(count(linde, ours), 1))
    await eventually(lambda: _is(crowd(linde), []))
    await eventually(lambda: _is(names(linde, ours), []))


async def test_after_a_pause_numbers_names_and_sessions_are_told_again(three: list[Neighbour]) -> None:
    birke, linde, _ = three
    ours = await founds(linde)
    theirs = await eventually(lambda: known(birke, linde, ours))
    assert theirs is not None
    # Else Birke might still be looking, and find that Linde no longer lists anything for it.
    await eventually(lambda: _is(looks(birke), []))
    company = await linde.knows(birke)
    async with linde.instance.unit_of_work() as uow:
        await pause_company(uow, company.id)
    await joins(birke, theirs, is_shown=True)
    session = await birke.publish("Arrows")
    await puts(birke, theirs, session)

    async def arrived() -> bool:
        async with linde.instance.reading() as db:
            rows = await db.scalars(select(ReceivedActivity.type).where(ReceivedActivity.state == "ignored"))
            return "Add" in set(rows)

    await eventually(arrived)
    assert await posts(linde) == []

    async with linde.instance.unit_of_work() as uow:
        await resume_company(uow, company.id)

    # Linde looks again by itself; that Birke tells again takes its own pause, so it is asked to.
    async with birke.instance.unit_of_work() as uow:
        await tell_memberships_again(uow, await birke.knows(linde))
    await eventually(lambda: _is(posts(linde), [("shown", "Arrows")]))
    await eventually(lambda: _is(names(linde, ours), ["Jonas Birke"]))


async def test_a_session_that_becomes_one_for_colleagues_leaves_the_community(
    three: list[Neighbour],
) -> None:
    birke, linde, _ = three
    ours = await founds(linde, audience="public")
    theirs = await eventually(lambda: known(birke, linde, ours))
    assert theirs is not None
    await joins(birke, theirs, is_shown=False)
    session = await birke.publish("Arrows", audience="public")
    await puts(birke, theirs, session)

    async def announced() -> list[str]:
        async with linde.instance.reading() as db:
            return list(await db.scalars(select(CommunityPost.announced)))

    await eventually(lambda: _is(announced(), ["public"]))

    async with birke.instance.unit_of_work() as uow:
        stored = await uow.db.get_one(Session, session.id, populate_existing=True)
        await uow.db.refresh(stored, ["topics", "translations"])
        draft = draft_of_session(uow.vault, stored)
        await edit_session(
            uow, session.id, type(draft)(**{**draft.__dict__, "audience": "company"}), birke.employee
        )

    await eventually(lambda: _is(announced(), ["nobody"]))


async def looks(here: Neighbour) -> list[int]:
    """Companies that are still to be looked at, or just are."""
    async with here.instance.reading() as db:
        return list(await db.scalars(select(CatchUp.company_id)))


async def _is(found: Awaitable[object], wanted: object) -> bool:
    return await found == wanted


async def _stand_there(company: Neighbour, wanted: object) -> bool:
    return await posts(company) == wanted


async def _is_gone(here: Neighbour, owner: Neighbour, community: Community) -> bool:
    return await known(here, owner, community) is None
