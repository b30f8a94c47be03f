"""Communities at the door: who is counted in one, and who is seen."""

import pytest
from sqlalchemy import func, select

from alliance.community_members import MOST_PER_COMPANY
from alliance.models import (
    Community,
    CommunityCrowd,
    CommunityMember,
)
from alliance.queries.communities import owners_of, shown_members
from alliance.visibility import employee_viewer
from federation.models import Follow
from tests.hostile.groups import (
    follow,
    founded,
    group,
    number,
    ours,
)
from tests.hostile.siege import Siege
from tests.hostile.talking import person_of


async def test_a_company_counts_its_own_people_and_no_others(under: Siege) -> None:
    community = await founded(under)
    await under.attack(under.b, number(under, under.b, community, 3))
    forged = number(under, under.c, community, 99, id=f"{under.b.origin}/company/members#1")
    by_person = {**number(under, under.b, community, 50), "actor": person_of(under.b)}

    assert (await under.attack(under.c, forged)).state == "refused"
    assert (await under.attack(under.b, by_person)).state in ("ignored", "refused")

    async with under.federation.instance.reading() as db:
        assert (await db.get_one(Community, community.id)).member_count == 4
        assert await db.scalar(select(func.count()).select_from(CommunityCrowd)) == 1


@pytest.mark.parametrize("total", [-5, 10**18, "7", None, 2.5, True])
async def test_numbers_that_make_no_sense_are_bounded(under: Siege, total: object) -> None:
    community = await founded(under)

    await under.attack(under.b, number(under, under.b, community, total))

    async with under.federation.instance.reading() as db:
        assert 1 <= (await db.get_one(Community, community.id)).member_count <= MOST_PER_COMPANY + 1


async def test_strangers_are_not_counted(under: Siege) -> None:
    community = await founded(under, "public")

    async with under.unchanged():
        await under.attack(under.x, number(under, under.x, community, 9))


async def test_a_follower_of_an_ally_is_a_member_by_name_until_they_undo_it(under: Siege) -> None:
    community = await founded(under)
    viewer = employee_viewer(under.stage.host.id)
    asked = await follow(under, under.b, community)
    async with under.federation.instance.reading() as db:
        assert [one.name for one in await shown_members(db, viewer, community.id)] == ["Alpenwerk 7"]
        assert (await db.get_one(Community, community.id)).member_count == 2

    # Nobody takes another's name out.
    await under.attack(under.b, under.says(under.b, "Undo", asked, person_of(under.b, 8)))
    async with under.federation.instance.reading() as db:
        assert len(await shown_members(db, viewer, community.id)) == 1

    await under.attack(under.b, under.says(under.b, "Undo", asked, person_of(under.b)))
    async with under.federation.instance.reading() as db:
        assert await shown_members(db, viewer, community.id) == []
        assert (await db.get_one(Community, community.id)).member_count == 1


async def test_a_follower_from_elsewhere_is_a_number_and_no_member(under: Siege) -> None:
    community = await founded(under, "public")
    await follow(under, under.x, community)

    async with under.federation.instance.reading() as db:
        assert await db.scalar(select(func.count()).select_from(CommunityMember)) == 1
        assert await db.scalar(select(func.count()).select_from(Follow)) == 1
    document = (await under.get(f"/communities/{community.id}/followers")).json()
    assert document["totalItems"] == 1
    assert "orderedItems" not in document


async def test_only_allies_follow_what_is_for_allies(under: Siege) -> None:
    community = await founded(under)

    await follow(under, under.x, community)

    async with under.federation.instance.reading() as db:
        assert await db.scalar(select(func.count()).select_from(Follow)) == 0


async def test_nobody_from_outside_takes_a_role(under: Siege) -> None:
    community = await founded(under)
    await follow(under, under.b, community)
    takeover = group(under.b) | {"id": ours(community)}
    attacks = [
        under.says(under.b, "Update", takeover),
        under.says(under.b, "Update", takeover, person_of(under.b)),
        under.says(under.b, "Delete", ours(community)),
        under.says(under.b, "Add", person_of(under.b), target=ours(community, "/moderators")),
        under.says(under.b, "Move", ours(community), target=f"{under.b.origin}/communities/3"),
    ]

    for activity in attacks:
        await under.attack(under.b, activity)

    async with under.federation.instance.reading() as db:
        assert [(one.role, one.person_id) for one in await owners_of(db, community.id)] == [
            ("owner", under.stage.host.id)
        ]
        stored = await db.get_one(Community, community.id)
        assert (stored.name, stored.state) == ("Quarzglas polieren", "open")
