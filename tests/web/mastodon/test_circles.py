"""Lists, blocks, mutes, domains, tags, follows: kept for oneself, paged, shown to nobody else."""

from datetime import timedelta
from typing import Any

import pytest
from httpx import AsyncClient

from alliance.instance import Instance
from alliance.models import MOST_LISTS
from federation.wiring import Federation
from tests.alliance.stage import Stage
from tests.support.client import client_of
from tests.support.clock import FrozenClock
from tests.support.counting import queries_of
from tests.support.founding import Founded
from tests.web.mastodon.conftest import Allow
from tests.web.mastodon.scenes import NOBODY, expert, follows, got, ids, posted, theirs, walked

pytestmark = pytest.mark.anyio
NAMES = ("Amelie Arp", "Bodo Busch", "Cora Clas", "Dirk Dorn", "Elif Efe")


async def test_a_list_is_made_filled_changed_and_dropped(api: AsyncClient, stage: Stage) -> None:
    lena, ally = await expert(stage), await stage.ally()
    made = await posted(api, "/api/v1/lists", "List", title="  Optik\u202e ")
    assert (made["title"], made["replies_policy"], made["exclusive"]) == ("Optik", "list", False)
    address = f"/api/v1/lists/{made['id']}"

    both = {"account_ids[]": [str(lena.id), str(ally.id), str(lena.id)]}
    assert (await api.post(f"{address}/accounts", data=both)).json() == {}
    assert (await api.post(f"{address}/accounts", data=both)).json() == {}
    assert ids(await got(api, f"{address}/accounts", "Account[]")) == [ally.id, lena.id]
    assert await got(api, f"/api/v1/accounts/{lena.id}/lists", "List[]") == [made]

    answer = await api.put(address, json={"title": "Linsen", "replies_policy": "none", "exclusive": True})
    changed = answer.json()
    assert (changed["title"], changed["replies_policy"], changed["exclusive"]) == ("Linsen", "none", True)
    assert await got(api, address, "List") == changed
    assert await got(api, "/api/v1/lists", "List[]") == [changed]

    gone = await api.request("DELETE", f"{address}/accounts", params={"account_ids[]": str(ally.id)})
    assert gone.json() == {}
    assert ids(await got(api, f"{address}/accounts")) == [lena.id]
    assert (await api.delete(address)).json() == {}
    for method, what in (("GET", address), ("GET", f"{address}/accounts"), ("DELETE", address)):
        assert (await api.request(method, what)).status_code == 404


async def test_nobody_is_put_on_a_list_who_may_not_be_known(api: AsyncClient, stage: Stage) -> None:
    made = await posted(api, "/api/v1/lists", title="Optik")
    address = f"/api/v1/lists/{made['id']}/accounts"
    lena, hidden = await expert(stage), await stage.person()

    both = {"account_ids[]": [str(lena.id), str(hidden.id)]}
    assert (await api.post(address, data=both)).status_code == 404
    assert (await api.post(address, data={})).status_code == 422
    assert await got(api, address) == []


async def test_lists_are_counted_and_wrong_ones_refused(api: AsyncClient) -> None:
    for wrong in ({}, {"title": ""}, {"title": "x" * 121}, {"title": "x", "replies_policy": "moon"}):
        assert (await api.post("/api/v1/lists", json=wrong)).status_code == 422, wrong
    for number in range(MOST_LISTS):
        await posted(api, "/api/v1/lists", title=f"List {number}")
    assert (await api.post("/api/v1/lists", json={"title": "one more"})).status_code == 409
    assert len(await got(api, "/api/v1/lists")) == MOST_LISTS


async def test_lists_of_people_are_paged_by_their_links_and_cost_as_much_for_many(
    api: AsyncClient, stage: Stage, clock: FrozenClock
) -> None:
    people = []
    for name in NAMES:
        people.append(await expert(stage, name))
        clock.advance(seconds=1)
    made = await posted(api, "/api/v1/lists", title="All")
    for one in people:
        await posted(api, f"/api/v1/lists/{made['id']}/accounts", **{"account_ids[]": str(one.id)})
        for verb in ("follow", "endorse", "mute"):
            await posted(api, f"/api/v1/accounts/{one.id}/{verb}")
        clock.advance(seconds=1)
    me = (await got(api, "/api/v1/accounts/verify_credentials"))["id"]
    newest = [one.id for one in reversed(people)]

    for address in (
        f"/api/v1/lists/{made['id']}/accounts",
        f"/api/v1/accounts/{me}/following",
        "/api/v1/endorsements",
        f"/api/v1/accounts/{me}/endorsements",
        "/api/v1/mutes",
    ):
        pages = await walked(api, address, 2)
        assert [ids(page) for page in pages if page] == [newest[:2], newest[2:4], newest[4:]], address
        first = await api.get(f"{address}?limit=2")
        second = await api.get(first.links["next"]["url"])
        back = await api.get(second.links["prev"]["url"])
        assert ids(back.json()) == newest[:2], address
        async with stage.instance.reading() as db:
            counts = []
            for limit in (1, 5):
                await api.get(f"{address}?limit={limit}")
                with queries_of(db) as seen:
                    await api.get(f"{address}?limit={limit}")
                counts.append(len(seen))
        assert 0 < counts[0] == counts[1], address

    for one in people:
        await posted(api, f"/api/v1/accounts/{one.id}/block")
    assert [ids(page) for page in await walked(api, "/api/v1/blocks", 3)] == [newest[:3], newest[3:]]


async def test_mutes_say_when_they_end(api: AsyncClient, stage: Stage, clock: FrozenClock) -> None:
    lena, ole = await expert(stage), await expert(stage, "Ole Kern")
    await posted(api, f"/api/v1/accounts/{lena.id}/mute", duration=60)
    await posted(api, f"/api/v1/accounts/{ole.id}/mute")

    found = await got(api, "/api/v1/mutes", "MutedAccount[]")

    end = (clock.now() + timedelta(seconds=60)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    assert {int(one["id"]): one["mute_expires_at"] for one in found} == {ole.id: None, lena.id: end}
    clock.advance(seconds=61)
    assert ids(await got(api, "/api/v1/mutes")) == [ole.id]


async def test_domains_are_kept_away_and_let_in_again(api: AsyncClient, stage: Stage) -> None:
    await stage.ally()
    mira = await theirs(stage)
    for domain in ("Alpenwerk.example", "alpenwerk.example", "b.example"):
        assert (await api.post("/api/v1/domain_blocks", data={"domain": domain})).json() == {}
    for wrong in ("", "a b", "nordlicht.example"):
        assert (await api.post("/api/v1/domain_blocks", data={"domain": wrong})).status_code == 422

    assert await got(api, "/api/v1/domain_blocks") == ["b.example", "alpenwerk.example"]
    assert await walked(api, "/api/v1/domain_blocks", 1) == [["b.example"], ["alpenwerk.example"], []]
    [relation] = await got(api, "/api/v1/accounts/relationships", id=str(mira.id))
    assert relation["domain_blocking"] is True
    gone = await api.request("DELETE", "/api/v1/domain_blocks", params={"domain": "alpenwerk.example"})
    assert gone.json() == {}
    assert await got(api, "/api/v1/domain_blocks") == ["b.example"]


async def test_tags_are_followed_featured_and_listed(api: AsyncClient, stage: Stage) -> None:
    await stage.publish(topics=("Künstliche Intelligenz",))
    tag = await posted(api, "/api/v1/tags/Künstliche Intelligenz/follow", "Tag")
    assert (tag["name"], tag["following"], tag["featuring"]) == ("kuenstliche_intelligenz", True, False)
    assert tag["history"][0]["uses"] == "1"
    again = await posted(api, "/api/v1/tags/kuenstliche_intelligenz/follow", "Tag")
    assert again == tag
    assert await got(api, "/api/v1/followed_tags", "Tag[]") == [tag]

    featured = await posted(api, "/api/v1/tags/kuenstliche_intelligenz/feature", "Tag")
    assert featured["featuring"] is True
    [row] = await got(api, "/api/v1/featured_tags", "FeaturedTag[]")
    assert row["name"] == "kuenstliche_intelligenz"
    other = await posted(api, "/api/v1/featured_tags", "FeaturedTag", name="#Optik")
    assert (await api.delete(f"/api/v1/featured_tags/{other['id']}")).json() == {}
    assert (await api.delete(f"/api/v1/featured_tags/{other['id']}")).status_code == 404
    gone = await posted(api, "/api/v1/tags/kuenstliche_intelligenz/unfeature", "Tag")
    assert gone["featuring"] is False
    ended = await posted(api, "/api/v1/tags/kuenstliche_intelligenz/unfollow", "Tag")
    assert ended["following"] is False
    assert await got(api, "/api/v1/followed_tags") == []
    for name in ("%20", "🔭", "42", "%2e%2e"):
        assert (await api.get(f"/api/v1/tags/{name}")).status_code == 404, name
    assert (await api.post("/api/v1/featured_tags", data={"name": "🔭"})).status_code == 422


async def test_featured_tags_and_suggestions_of_them(api: AsyncClient, founded: Founded) -> None:
    answer = await api.patch("/api/v1/accounts/update_credentials", data={"note": "Optik"})
    assert answer.status_code == 200
    for number in range(10):
        await posted(api, "/api/v1/featured_tags", "FeaturedTag", name=f"topic{number}")
    assert (await api.post("/api/v1/featured_tags", data={"name": "onemore"})).status_code == 409
    assert await got(api, "/api/v1/featured_tags/suggestions", "Tag[]") == []
    own = await got(api, f"/api/v1/accounts/{founded.employee.id}/featured_tags", "FeaturedTag[]")
    assert len(own) == 10


async def test_whom_somebody_follows_endorses_and_shows_is_their_own_business(
    api: AsyncClient,
    stranger_api: AsyncClient,
    stage: Stage,
    founded: Founded,
    federation: Federation,
    allow: Allow,
) -> None:
    lena = await expert(stage, "Lena Vogt", "public")
    await follows(stage, lena.id, "company", founded.company.id)
    await follows(stage, founded.employee.id, "expert", lena.id)
    async with client_of(federation) as hers:
        hers.headers["Authorization"] = f"Bearer {await allow(lena, 'read', 'write')}"
        await posted(hers, f"/api/v1/accounts/{founded.admin.id}/endorse")
        await posted(hers, "/api/v1/featured_tags", name="Geheim")
        assert ids(await got(hers, f"/api/v1/accounts/{lena.id}/following")) == [founded.company.id]
        # Not even to the expert: who follows her from here is for those who do to say.
        assert await got(hers, f"/api/v1/accounts/{lena.id}/followers") == []

    for part in ("followers", "following", "endorsements", "featured_tags"):
        for client in (api, stranger_api):
            assert await got(client, f"/api/v1/accounts/{lena.id}/{part}") == [], part
    for number in NOBODY:
        for part in ("followers", "following", "endorsements", "featured_tags"):
            assert (await api.get(f"/api/v1/accounts/{number}/{part}")).status_code == 404
    colleague = founded.employee.id
    assert (await stranger_api.get(f"/api/v1/accounts/{colleague}/followers")).status_code == 404
    found = await got(
        api, "/api/v1/accounts/familiar_followers", "FamiliarFollowers[]", **{"id[]": [str(lena.id), "5"]}
    )
    assert found == [{"id": str(lena.id), "accounts": []}]


async def test_nothing_is_found_of_somebody_elses(
    api: AsyncClient, founded: Founded, federation: Federation, allow: Allow, stage: Stage
) -> None:
    lena = await expert(stage)
    made = await posted(api, "/api/v1/lists", title="Mine")
    await posted(api, f"/api/v1/lists/{made['id']}/accounts", **{"account_ids[]": str(lena.id)})
    for verb in ("mute", "endorse", "follow"):
        await posted(api, f"/api/v1/accounts/{lena.id}/{verb}")
    await posted(api, "/api/v1/domain_blocks", domain="b.example")
    address = f"/api/v1/lists/{made['id']}"
    async with client_of(federation) as other:
        other.headers["Authorization"] = f"Bearer {await allow(founded.admin, 'read', 'write', 'follow')}"
        for part in ("lists", "mutes", "blocks", "endorsements", "domain_blocks", "followed_tags"):
            assert await got(other, f"/api/v1/{part}") == [], part
        assert await got(other, f"/api/v1/accounts/{lena.id}/lists") == []
        calls: list[tuple[str, str, dict[str, Any]]] = [
            ("GET", address, {}),
            ("PUT", address, {"title": "Theirs"}),
            ("DELETE", address, {}),
            ("GET", f"{address}/accounts", {}),
            ("POST", f"{address}/accounts", {"account_ids": [str(lena.id)]}),
            ("DELETE", f"{address}/accounts", {"account_ids": [str(lena.id)]}),
            ("GET", f"/api/v1/timelines/list/{made['id']}", {}),
        ]
        for method, what, body in calls:
            answer = await other.request(method, what, json=body or None)
            assert answer.status_code == 404, (method, what, answer.text)
    assert ids(await got(api, f"{address}/accounts")) == [lena.id]


@pytest.mark.parametrize("mark", ["max_id", "min_id", "since_id"])
async def test_marks_that_are_none_are_refused(api: AsyncClient, instance: Instance, mark: str) -> None:
    for address in ("/api/v1/blocks", "/api/v1/mutes", "/api/v1/followed_tags", "/api/v1/notifications"):
        assert (await api.get(address, params={mark: "x"})).status_code == 422
        assert (await api.get(address, params={mark: "9" * 30})).status_code == 422
        assert (await api.get(address, params={mark: "5", "limit": "-7"})).json() == []
