"""Requests are found by words, stand in feeds and in communities, for those alone who may read them."""

import httpx
import pytest
from sqlalchemy import select

from alliance.communities import CommunityDraft, found_community
from alliance.deciding_wishes import hide_wish
from alliance.models import Community, CommunityPost, Wish
from alliance.wishing import WishDraft, make_wish, take_back_wish
from federation.models import OutboxActivity
from tests.support.client import main_of
from tests.support.founding import Founded

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
