"""Requests are found by words, stand in feeds and in communities, for those alone who may read them."""

import httpx
import pytest
from sqlalchemy import select

from alliance.communities import CommunityDraft, found_community
from alliance.community_members import join_community
from alliance.community_posts import post_wish
from alliance.deciding_wishes import hide_wish
from alliance.models import Community, CommunityPost, Wish
from alliance.receiving_communities import stands_there
from alliance.wishing import WishDraft, close_wish, make_wish, take_back_wish
from federation.models import OutboxActivity
from tests.support.client import main_of
from tests.support.founding import Founded
from tests.web.pages.scenes import partner

pytestmark = pytest.mark.anyio


async def asked(founded: Founded, audience: str) -> Wish:
    async with founded.instance.unit_of_work() as uow:
        draft = WishDraft(
            kind="learn", title=f"Quarzglas {audience}", text="barfuß polieren", audience=audience
        )
        return await make_wish(uow, founded.employee, draft)


async def seen(who: httpx.AsyncClient, address: str) -> list[str]:
    text = (await who.get(address)).text
    return [
        audience
        for audience in ("company", "alliance", "public")
        if f"Quarzglas {audience}" in text.replace("<mark>", "").replace("</mark>", "")
    ]


async def test_they_are_found_by_whoever_may_read_them(
    jonas: httpx.AsyncClient, ada: httpx.AsyncClient, stranger: httpx.AsyncClient, founded: Founded
) -> None:
    wishes = [await asked(founded, audience) for audience in ("company", "alliance", "public")]

    assert await seen(ada, "/search?q=quarzglas+polieren") == ["company", "alliance", "public"]
    assert await seen(stranger, "/search?q=quarzglas") == ["public"]
    assert "Quarzglas" not in (await ada.get("/search?q=alpaka")).text

    async with founded.instance.unit_of_work() as uow:
        await hide_wish(uow, wishes[1].id, founded.admin, "Gehört nicht her.")
    async with founded.instance.unit_of_work() as uow:
        await take_back_wish(uow, wishes[2].id, founded.employee)
    assert await seen(ada, "/search?q=quarzglas") == ["company"]
    assert await seen(stranger, "/search?q=quarzglas") == []


@pytest.mark.parametrize("feed", ["/requests.atom", "/requests.json"])
async def test_feeds_hold_what_is_for_everybody_whoever_asks(
    feed: str, jonas: httpx.AsyncClient, stranger: httpx.AsyncClient, founded: Founded
) -> None:
    for audience in ("company", "alliance", "public"):
        await asked(founded, audience)

    ours, theirs = await jonas.get(feed), await stranger.get(feed)

    assert (await seen(jonas, feed), await seen(stranger, feed)) == (["public"], ["public"])
    assert ours.text == theirs.text
    again = await stranger.get(feed, headers={"If-None-Match": theirs.headers["etag"]})
    assert (theirs.status_code, again.status_code) == (200, 304)


async def test_a_request_stands_in_a_community_for_whoever_may_see_both(
    jonas: httpx.AsyncClient, ada: httpx.AsyncClient, stranger: httpx.AsyncClient, founded: Founded
) -> None:
    inside, outside = await asked(founded, "alliance"), await asked(founded, "public")
    async with founded.instance.unit_of_work() as uow:
        draft = CommunityDraft(name="Optik", slug="optik", description="Licht.", audience="public")
        community = await found_community(uow, founded.employee, draft)

    for wish in (inside, outside):
        assert "Optik" in (await jonas.get(f"/requests/{wish.id}/communities")).text
        put = await jonas.post(f"/requests/{wish.id}/communities", data={"communities": [str(community.id)]})
        assert put.status_code == 303
    address = f"/communities/{community.id}"

    assert await seen(ada, address) == ["alliance", "public"]
    assert await seen(stranger, address) == ["public"]
    assert (await ada.get(f"/requests/{inside.id}/communities")).status_code == 403
    assert (await stranger.get(f"/requests/{outside.id}/communities")).status_code == 303
    async with founded.instance.reading() as db:
        announced = dict((await db.execute(select(CommunityPost.subject_id, CommunityPost.announced))).all())
        told = await db.scalars(select(OutboxActivity.object_uri).where(OutboxActivity.type == "Announce"))
        assert any(f"/requests/{outside.id}-" in uri for uri in told)
    assert announced == {inside.id: "alliance", outside.id: "public"}

    await jonas.post(f"/requests/{outside.id}/communities", data={})
    assert "Quarzglas public" not in main_of((await stranger.get(address)).text)
    async with founded.instance.unit_of_work() as uow:
        await take_back_wish(uow, inside.id, founded.employee)
    async with founded.instance.reading() as db:
        assert set(await db.scalars(select(CommunityPost.announced))) == {"nobody"}
        assert await db.scalar(select(Community.state)) == "open"


async def test_a_request_waits_for_a_community_of_an_ally_and_its_author_reads_that(
    jonas: httpx.AsyncClient, ada: httpx.AsyncClient, stranger: httpx.AsyncClient, founded: Founded
) -> None:
    inside, outside = await asked(founded, "company"), await asked(founded, "public")
    company = await partner(founded.instance)
    async with founded.instance.unit_of_work() as uow:
        theirs = Community(
            id=uow.new_id(),
            company_id=company.id,
            uri=f"{company.origin}/communities/3",
            slug="glas",
            name="Glaswerkstatt",
            language="de",
            audience="public",
            state="open",
            owners=[],
            topics=[],
            created_at=uow.now,
            updated_at=uow.now,
        )
        uow.db.add(theirs)
        await uow.db.flush()
        await join_community(uow, theirs.id, founded.employee)

    form = (await jonas.get(f"/requests/{outside.id}/communities")).text
    assert "Glaswerkstatt" in form
    assert company.name in form
    refused = await jonas.post(f"/requests/{inside.id}/communities", data={"communities": [str(theirs.id)]})
    assert refused.status_code == 409
    put = await jonas.post(f"/requests/{outside.id}/communities", data={"communities": [str(theirs.id)]})
    assert put.status_code == 303

    address = put.headers["location"].partition("?")[0]
    waits = f"waiting for {company.name}"
    assert waits in (await jonas.get(address)).text
    for reader in (ada, stranger):
        page = (await reader.get(address)).text
        assert "Quarzglas public" in page
        assert "Glaswerkstatt" not in page
    assert "Quarzglas" not in main_of((await stranger.get(f"/communities/{theirs.id}")).text)
    async with founded.instance.unit_of_work() as uow:
        await stands_there(uow, await uow.db.get_one(Community, theirs.id), "wish", outside.id)
    for reader in (jonas, ada, stranger):
        assert "Glaswerkstatt" in (await reader.get(address)).text
        assert await seen(reader, f"/communities/{theirs.id}") == ["public"]
    async with founded.instance.unit_of_work() as uow:
        await close_wish(uow, outside.id, founded.employee)
    assert await seen(ada, f"/communities/{theirs.id}") == []


async def test_who_runs_a_community_takes_requests_out(jonas: httpx.AsyncClient, founded: Founded) -> None:
    wish = await asked(founded, "alliance")
    async with founded.instance.unit_of_work() as uow:
        draft = CommunityDraft(name="Optik", slug="optik", description="Licht.", audience="public")
        community = await found_community(uow, founded.employee, draft)
        post = await post_wish(uow, community.id, wish.id, founded.employee)
    run = f"/communities/{community.id}/run"
    assert await seen(jonas, run) == ["alliance"]

    out = await jonas.post(f"/communities/{community.id}/posts/{post.id}/remove")

    assert out.status_code == 303
    assert await seen(jonas, f"/communities/{community.id}") == []
