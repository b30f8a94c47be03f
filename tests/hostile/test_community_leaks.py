"""Communities are read by those whom they are for, at every door."""

import pytest
from sqlalchemy import func, select

from alliance.communities import CommunityDraft, change_community, close_community
from alliance.community_members import join_community
from alliance.community_posts import post_session
from alliance.domain_policies import treat_domain
from alliance.models import (
    Session,
)
from federation.models import Follow
from tests.federation.announcements.outgoing import sent
from tests.hostile.groups import (
    WORD,
    follow,
    founded,
    ours,
    posts,
    told,
)
from tests.hostile.siege import OURS, Siege
from tests.hostile.talking import PUBLIC
from tests.partner import ACTIVITY_JSON


@pytest.mark.parametrize(
    ("audience", "stranger", "ally", "page"),
    [("public", 200, 200, 200), ("alliance", 404, 200, 404), ("company", 404, 404, 404)],
)
async def test_every_door_knows_for_whom_a_community_is(
    under: Siege, audience: str, stranger: int, ally: int, page: int
) -> None:
    community = await founded(under, audience)
    session = await under.stage.publish(audience="public")
    async with under.federation.instance.unit_of_work() as uow:
        await post_session(uow, community.id, session.id, under.stage.host)
    browser = await under.browser()

    for rest in ("", "/outbox", "/outbox?page=true", "/featured", "/followers"):
        path = f"/communities/{community.id}{rest}"
        assert (await under.get(path)).status_code == stranger, path
        assert (await under.get(path, under.b)).status_code == ally, path
        assert (await under.get(path, under.x)).status_code == stranger, path
    for rest in ("", ".ics", ".atom", ".json", "?past=1", "/elsewhere"):
        answer = await browser.get(f"/communities/{community.id}{rest}")
        assert answer.status_code == page, rest
        assert (WORD in answer.text) is (
            page == 200 and rest in ("", "/elsewhere", ".atom", ".json", "?past=1")
        )
    listed = await browser.get("/communities")
    assert (WORD in listed.text) is (page == 200)
    address = f"/.well-known/webfinger?resource=acct:{community.slug}@nordlicht.localhost:8001"
    assert (await under.client.get(address)).status_code == stranger
    collection = (await under.get("/company/communities?page=true")).text
    assert (WORD in collection) is (stranger == 200)
    for_allies = (await under.get("/company/communities?page=true", under.b)).text
    assert (WORD in for_allies) is (ally == 200)
    shown = await browser.get(f"/sessions/{session.id}")
    assert (WORD in shown.text) is (page == 200)
    event = (await under.get(f"/sessions/{session.id}")).json()
    assert event.get("audience") == ([ours(community)] if audience == "public" else None)


@pytest.mark.parametrize("audience", ["company", "alliance"])
async def test_a_community_shows_a_session_to_nobody_who_may_not_see_it(under: Siege, audience: str) -> None:
    community = await founded(under, "public", name="Offen für alle")
    session = await under.stage.publish(title=f"{WORD} intern", audience=audience)
    async with under.federation.instance.unit_of_work() as uow:
        await post_session(uow, community.id, session.id, under.stage.host)
    browser, colleague = await under.browser(), await under.browser(under.stage.admin)
    address = f"{OURS}/sessions/{session.id}"

    for rest in ("", ".ics", ".atom", ".json"):
        assert f"{WORD} intern" not in (await browser.get(f"/communities/{community.id}{rest}")).text
    assert f"{WORD} intern" in (await colleague.get(f"/communities/{community.id}")).text
    for rest in ("/outbox?page=true", "/featured"):
        assert address not in (await under.get(f"/communities/{community.id}{rest}")).text
        seen = (await under.get(f"/communities/{community.id}{rest}", under.b)).text
        assert (address in seen) is (audience == "alliance")
    announced = await sent(under.federation.instance, "Announce")
    assert [one.body["to"] for one in announced] == ([[f"{OURS}/partners"]] if audience == "alliance" else [])


async def test_names_of_members_are_for_signed_in_people_and_only_of_those_who_chose_it(
    under: Siege,
) -> None:
    community = await founded(under, "public")
    async with under.federation.instance.unit_of_work() as uow:
        await join_community(uow, community.id, under.stage.admin, is_shown=False)
    await follow(under, under.b, community)
    name = under.stage.admin.person.name
    browser, colleague = await under.browser(), await under.browser(under.stage.host)

    page = (await colleague.get(f"/communities/{community.id}")).text
    assert "Alpenwerk 7" in page
    assert name not in page
    stranger = (await browser.get(f"/communities/{community.id}")).text
    assert "Alpenwerk 7" not in stranger
    assert name not in stranger
    document = (await under.get(f"/communities/{community.id}", under.b)).text
    assert "Alpenwerk 7" not in document
    assert name not in document


async def test_what_is_silenced_is_for_colleagues_and_what_is_suspended_for_nobody(under: Siege) -> None:
    await told(under, under.b, visibleTo="public")
    browser, colleague = await under.browser(), await under.browser(under.stage.host)
    assert "Glas" in (await browser.get("/communities")).text

    async def seen(severity: str) -> tuple[bool, bool]:
        async with under.federation.instance.unit_of_work() as uow:
            await treat_domain(uow, under.b.authority, severity)
        return (
            "Glas" in (await browser.get("/communities")).text,
            "Glas" in (await colleague.get("/communities")).text,
        )

    assert await seen("silence") == (False, True)
    assert (await seen("suspend"))[0] is False


async def test_a_community_that_was_closed_says_so_to_whoever_knew_it(under: Siege) -> None:
    community = await founded(under, "public")
    await follow(under, under.x, community)
    async with under.federation.instance.unit_of_work() as uow:
        await close_community(uow, community.id, under.stage.host)

    document = await under.get(f"/communities/{community.id}")
    assert (document.status_code, document.json()["type"]) == (410, "Tombstone")
    assert (await (await under.browser()).get(f"/communities/{community.id}")).status_code == 410
    (gone,) = list(await sent(under.federation.instance, "Delete"))
    assert gone.body["actor"] == ours(community)
    async with under.federation.instance.reading() as db:
        assert await db.scalar(select(func.count()).select_from(Follow)) == 0


async def test_narrowed_to_allies_it_sends_strangers_away_and_takes_announcements_back(
    under: Siege,
) -> None:
    community = await founded(under, "public")
    await follow(under, under.x, community)
    session: Session = await under.stage.publish(audience="public")
    async with under.federation.instance.unit_of_work() as uow:
        await post_session(uow, community.id, session.id, under.stage.host)
    assert await posts(under) == [("shown", "public")]

    async with under.federation.instance.unit_of_work() as uow:
        draft = CommunityDraft(name="Nur für uns", description="Still.", audience="alliance")
        await change_community(uow, community.id, under.stage.host, draft)

    assert await posts(under) == [("shown", "alliance")]
    undone = [
        one for one in await sent(under.federation.instance, "Undo") if one.body["actor"] == ours(community)
    ]
    assert len(undone) == 1
    assert PUBLIC in undone[0].body["to"]
    assert len(list(await sent(under.federation.instance, "Reject"))) == 1
    async with under.federation.instance.reading() as db:
        assert await db.scalar(select(func.count()).select_from(Follow)) == 0


async def test_the_group_is_what_others_expect_of_one(under: Siege) -> None:
    """FEP-1b12, "The Group actor"; Mastodon asks WebFinger for the handle before it believes an actor."""
    community = await founded(under, "public")

    document = (await under.get(f"/communities/{community.id}")).json()
    descriptor = (
        await under.client.get(
            f"/.well-known/webfinger?resource=acct:{community.slug}@nordlicht.localhost:8001",
            headers={"Accept": ACTIVITY_JSON},
        )
    ).json()

    assert (document["type"], document["id"]) == ("Group", ours(community))
    assert document["preferredUsername"] == community.slug
    assert {key["controller"] for key in document["assertionMethod"]} == {ours(community)}
    assert document["publicKey"]["owner"] == ours(community)
    assert [link["href"] for link in descriptor["links"] if link["rel"] == "self"] == [ours(community)]
