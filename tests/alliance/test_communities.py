"""Communities are founded, joined, run and filled; who may see what of them is asked each time."""

from typing import Any

import pytest
from sqlalchemy import func, select

from alliance.communities import CommunityDraft, close_community, found_community
from alliance.community_members import (
    appoint,
    hand_community_over,
    join_community,
    leave_community,
)
from alliance.community_posts import choose_communities, let_in_again, post_session, take_out
from alliance.employing import add_employee, disable_employee, erase_employee
from alliance.errors import Conflict, Forbidden, Gone, Invalid, NotFound
from alliance.models import (
    Community,
    CommunityMember,
    CommunityPost,
    Employee,
    Notification,
    Session,
)
from alliance.queries.communities import (
    CommunityFilter,
    CommunityKey,
    communities,
    communities_of,
    community,
    next_sessions,
    shown_members,
)
from alliance.queries.search import question_of, search
from alliance.queries.session_filters import SessionFilter
from alliance.queries.sessions import upcoming
from alliance.searching import LISTENERS as INDEXING
from alliance.searching import rebuild
from alliance.telling_people import TELLING
from alliance.visibility import STRANGER, employee_viewer
from tests.alliance.stage import Stage


async def founded(stage: Stage, name: str = "Sketchnotes", **changes: Any) -> Community:
    async with stage.instance.unit_of_work() as uow:
        draft = CommunityDraft(**{"name": name, "description": "Wir *zeichnen*.", **changes})
        return await found_community(uow, stage.host, draft)


async def joins(stage: Stage, one: Community, who: Employee, *, is_shown: bool = False) -> None:
    async with stage.instance.unit_of_work() as uow:
        await join_community(uow, one.id, who, is_shown=is_shown)


async def stored(stage: Stage, one: Community) -> Community:
    async with stage.instance.reading() as db:
        return await db.get_one(Community, one.id)


async def roles(stage: Stage, one: Community) -> dict[int, str]:
    async with stage.instance.reading() as db:
        rows = await db.scalars(select(CommunityMember).where(CommunityMember.community_id == one.id))
        return {row.person_id: row.role for row in rows}


async def test_whoever_founds_one_owns_it_and_is_its_first_member(stage: Stage) -> None:
    one = await founded(stage, topics=("Zeichnen", "Sitzungen"))

    found = await stored(stage, one)
    assert (found.slug, found.member_count, found.audience) == ("sketchnotes", 1, "alliance")
    assert found.description_html == "<p>Wir <em>zeichnen</em>.</p>"
    assert await roles(stage, one) == {stage.host.id: "owner"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "ab"}, "name"),
        ({"description": "  "}, "description"),
        ({"audience": "everybody"}, "audience"),
        ({"language": "xx-nothing"}, "language"),
        ({"topics": tuple(f"Thema {n}" for n in range(6))}, "topics"),
        ({"slug": "über uns"}, "slug"),
        ({"slug": "alliance"}, "slug"),
        ({"slug": "jonas"}, "slug"),
    ],
)
async def test_what_makes_no_sense_is_said_beside_its_field(
    stage: Stage, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as wrong:
        await founded(stage, **changes)

    assert list(wrong.value.problems) == [field]


async def test_people_and_communities_share_their_names(stage: Stage) -> None:
    first, second = await founded(stage), await founded(stage)
    async with stage.instance.unit_of_work() as uow:
        person = await add_employee(uow, "sketchnotes@nordlicht.example", "Skeat Notes")

    assert (first.slug, second.slug) == ("sketchnotes", "sketchnotes2")
    assert person.person.username == "sketchnotes3"


async def test_members_are_counted_and_named_only_where_they_chose_it(stage: Stage) -> None:
    one, lena = await founded(stage), await stage.colleague()
    await joins(stage, one, lena)
    viewer = employee_viewer(stage.host.id)
    async with stage.instance.reading() as db:
        assert await shown_members(db, viewer, one.id) == []
    assert (await stored(stage, one)).member_count == 2

    await joins(stage, one, lena, is_shown=True)
    async with stage.instance.reading() as db:
        assert [person.id for person in await shown_members(db, viewer, one.id)] == [lena.id]
        assert await shown_members(db, STRANGER, one.id) == []

    async with stage.instance.unit_of_work() as uow:
        await leave_community(uow, one.id, lena)
    assert (await stored(stage, one)).member_count == 1


async def test_the_last_owner_hands_over_before_they_leave(stage: Stage) -> None:
    one, lena = await founded(stage), await stage.colleague()
    await joins(stage, one, lena)
    async with stage.instance.unit_of_work() as uow:
        with pytest.raises(Conflict, match="only owner"):
            await leave_community(uow, one.id, stage.host)
        with pytest.raises(Conflict, match="by name"):
            await appoint(uow, one.id, stage.host, lena.id, "moderator")
        with pytest.raises(Forbidden):
            await appoint(uow, one.id, lena, lena.id, "owner")
    await joins(stage, one, lena, is_shown=True)

    async with stage.instance.unit_of_work() as uow:
        await hand_community_over(uow, one.id, stage.host, lena.id)

    assert await roles(stage, one) == {stage.host.id: "member", lena.id: "owner"}


async def test_a_moderator_goes_on_when_the_owner_leaves_the_company(stage: Stage) -> None:
    one, lena = await founded(stage), await stage.colleague()
    await joins(stage, one, lena, is_shown=True)
    async with stage.instance.unit_of_work() as uow:
        await appoint(uow, one.id, stage.host, lena.id, "moderator")

    async with stage.instance.unit_of_work() as uow:
        await disable_employee(uow, stage.host.id)

    assert await roles(stage, one) == {lena.id: "owner"}
    assert (await stored(stage, one)).member_count == 1


async def test_whoever_is_forgotten_is_in_no_community_and_their_posts_have_no_name(stage: Stage) -> None:
    one, lena = await founded(stage), await stage.colleague()
    await joins(stage, one, lena, is_shown=True)
    session = await stage.publish(lena)
    async with stage.instance.unit_of_work() as uow:
        await post_session(uow, one.id, session.id, lena)

    async with stage.instance.unit_of_work() as uow:
        await erase_employee(uow, lena.id)

    assert lena.id not in await roles(stage, one)
    async with stage.instance.reading() as db:
        assert list(await db.scalars(select(CommunityPost.posted_by))) == [None]


async def test_only_members_who_hold_it_put_a_session_in(stage: Stage) -> None:
    one, lena = await founded(stage), await stage.colleague()
    session, draft_of_lena = await stage.publish(audience="company"), await stage.publish(lena)
    async with stage.instance.unit_of_work() as uow:
        with pytest.raises(Forbidden, match="hold a session"):
            await post_session(uow, one.id, session.id, lena)
        with pytest.raises(Forbidden, match="join"):
            await post_session(uow, one.id, draft_of_lena.id, lena)
        await post_session(uow, one.id, session.id, stage.host)
        await post_session(uow, one.id, session.id, stage.host)

    async with stage.instance.reading() as db:
        assert await db.scalar(select(func.count()).select_from(CommunityPost)) == 1
        viewer = employee_viewer(lena.id)
        found = await upcoming(db, viewer, SessionFilter(community_id=one.id), now=stage.instance.clock.now())
        assert [row.id for row in found.sessions] == [session.id]
        assert [where.id for where, _ in await communities_of(db, viewer, "session", session.id)] == [one.id]
        soon = await next_sessions(db, viewer, [one.id], now=stage.instance.clock.now())
        assert {number: row.id for number, row in soon.items()} == {one.id: session.id}
        assert await next_sessions(db, STRANGER, [one.id], now=stage.instance.clock.now()) == {}


async def test_a_host_chooses_among_their_own_communities_and_leaves_others_alone(stage: Stage) -> None:
    first, second = await founded(stage, "Erste"), await founded(stage, "Zweite")
    session = await stage.publish()
    async with stage.instance.unit_of_work() as uow:
        await choose_communities(uow, session.id, {first.id, second.id}, stage.host)
        await choose_communities(uow, session.id, {second.id}, stage.host)

    async with stage.instance.reading() as db:
        rows = await db.execute(select(CommunityPost.community_id, CommunityPost.state))
        assert {row[0]: row[1] for row in rows} == {first.id: "removed", second.id: "shown"}


async def test_what_was_taken_out_by_a_moderator_its_host_cannot_put_in_again(stage: Stage) -> None:
    one, lena = await founded(stage), await stage.colleague()
    await joins(stage, one, lena)
    session = await stage.publish(lena)
    async with stage.instance.unit_of_work() as uow:
        await post_session(uow, one.id, session.id, lena)
        await take_out(uow, one.id, "session", session.id, stage.host)
        with pytest.raises(Forbidden, match="taken it out"):
            await post_session(uow, one.id, session.id, lena)
        with pytest.raises(Forbidden):
            await let_in_again(uow, one.id, "session", session.id, lena)
        post = await let_in_again(uow, one.id, "session", session.id, stage.host)

    assert post.state == "shown"


async def test_a_closed_community_is_gone_with_everything_in_it(stage: Stage) -> None:
    one = await founded(stage, audience="public")
    session: Session = await stage.publish()
    async with stage.instance.unit_of_work() as uow:
        await post_session(uow, one.id, session.id, stage.host)
        await close_community(uow, one.id, stage.host)

    async with stage.instance.reading() as db:
        with pytest.raises(Gone):
            await community(db, STRANGER, one.id)
        for table in (CommunityMember, CommunityPost):
            assert await db.scalar(select(func.count()).select_from(table)) == 0
    with pytest.raises((NotFound, Gone)):
        await joins(stage, one, stage.host)


@pytest.mark.parametrize(
    ("audience", "stranger"), [("public", True), ("alliance", False), ("company", False)]
)
async def test_the_directory_shows_strangers_what_is_public(
    stage: Stage, audience: str, stranger: bool
) -> None:
    one = await founded(stage, audience=audience)

    async with stage.instance.reading() as db:
        for viewer, sees in ((STRANGER, stranger), (employee_viewer(stage.host.id), True)):
            found = await communities(db, viewer)
            assert [row.id for row in found.communities] == ([one.id] if sees else [])
            if not sees:
                with pytest.raises(NotFound):
                    await community(db, viewer, one.id)


async def test_the_directory_is_paged_by_size(stage: Stage) -> None:
    small, big, third = [await founded(stage, name) for name in ("Klein", "Groß", "Dritte")]
    await joins(stage, big, await stage.colleague())
    viewer = employee_viewer(stage.host.id)

    async with stage.instance.reading() as db:
        first = await communities(db, viewer, limit=2)
        rest = await communities(db, viewer, after=first.next, limit=2)
        mine = await communities(db, viewer, CommunityFilter(mine=True, topic="nothing"))

    assert [row.id for row in first.communities] == [big.id, third.id]
    assert first.next == CommunityKey(1, third.id)
    assert [row.id for row in rest.communities] == [small.id]
    assert (rest.next, mine.communities) == (None, [])


async def test_members_hear_of_a_session_once(stage: Stage) -> None:
    stage.instance.listeners = {kind: [tell] for kind, tell in TELLING.items()}
    first, second = await founded(stage, "Erste"), await founded(stage, "Zweite")
    lena = await stage.colleague()
    for one in (first, second):
        await joins(stage, one, lena)
    session = await stage.publish()

    async with stage.instance.unit_of_work() as uow:
        await choose_communities(uow, session.id, {first.id, second.id}, stage.host)

    async with stage.instance.reading() as db:
        rows = await db.execute(select(Notification.person_id, Notification.kind, Notification.session_id))
        assert [tuple(row) for row in rows] == [(lena.id, "topic", session.id)]


async def test_the_search_finds_communities_for_whoever_may_see_them(stage: Stage) -> None:
    stage.instance.listeners = {kind: list(hear) for kind, hear in INDEXING.items()}
    one = await founded(stage, "Strichmännchen", topics=("Zeichnen",))
    asked = question_of("strichmännchen")

    async def found(viewer: Any) -> list[int]:
        async with stage.instance.reading() as db:
            now = stage.instance.clock.now()
            seen = await search(db, viewer, asked, SessionFilter(), now=now, others=4)
            return [row.id for row in seen.communities]

    colleague = employee_viewer(stage.host.id)
    assert (await found(colleague), await found(STRANGER)) == ([one.id], [])
    await rebuild(stage.instance)
    assert await found(colleague) == [one.id]
    async with stage.instance.unit_of_work() as uow:
        await close_community(uow, one.id, stage.host)
    assert await found(colleague) == []
