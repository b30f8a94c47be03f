"""Who follows one of our people from elsewhere is shown in their apps, let in, and sent away there."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from httpx import AsyncClient

from alliance.app_scopes import LEVELS
from alliance.apps import give_token, register_app
from alliance.models import Employee
from federation.uris import person_actor
from tests.federation.feps.followed import delivered, follow, follows, person
from tests.federation.following.test_followers import by_hand
from tests.hostile.siege import OURS, Siege
from tests.support.client import client_of
from tests.web.mastodon.scenes import got, ids, posted
from tests.web.pages.scenes import introduced


@asynccontextmanager
async def app_of(under: Siege, employee: Employee) -> AsyncIterator[AsyncClient]:
    async with under.federation.instance.unit_of_work() as uow:
        made = await register_app(uow, "Kiebitz", ["urn:ietf:wg:oauth:2.0:oob"], LEVELS, None)
        made.app.first_used_at = uow.now
        token = (await give_token(uow, made.app, employee.id, LEVELS)).secret
    async with client_of(under.federation) as client:
        client.headers["Authorization"] = f"Bearer {token}"
        yield client


async def asked(under: Siege) -> str:
    me = under.stage.host
    await introduced(under.federation.instance, me)
    await by_hand(under, person_actor(me.id))
    uri = f"{OURS}/people/{me.id}"
    await follow(under, uri)
    return uri


async def test_somebody_who_asks_is_let_in_by_an_app(under: Siege) -> None:
    uri = await asked(under)
    async with app_of(under, under.stage.host) as api:
        [who] = await got(api, "/api/v1/follow_requests", "Account[]")
        [note] = await got(api, "/api/v1/notifications", "Notification[]")
        own = await got(api, "/api/v1/accounts/verify_credentials", "CredentialAccount")
        [before] = await got(api, "/api/v1/accounts/relationships", "Relationship[]", id=who["id"])

        said = await posted(api, f"/api/v1/follow_requests/{who['id']}/authorize", "Relationship")

        assert who["acct"].endswith(f"@{under.x.origin.partition('//')[2]}")
        assert (note["type"], note["account"]["id"]) == ("follow_request", who["id"])
        assert (own["locked"], own["source"]["follow_requests_count"]) == (True, 1)
        assert (before["requested_by"], before["followed_by"]) == (True, False)
        assert (said["requested_by"], said["followed_by"]) == (False, True)
        assert await follows(under) == {(person(under.x), uri, "accepted")}
        assert await got(api, "/api/v1/follow_requests") == []
        assert await got(api, f"/api/v1/accounts/{under.stage.host.id}/followers", "Account[]") == [who]
        again = await api.post(f"/api/v1/follow_requests/{who['id']}/authorize")
        assert again.status_code == 404
    assert len(await delivered(under, under.x, "Accept")) == 1


async def test_somebody_who_asks_is_turned_away_by_an_app(under: Siege) -> None:
    await asked(under)
    async with app_of(under, under.stage.host) as api:
        [who] = await got(api, "/api/v1/follow_requests", "Account[]")

        await posted(api, f"/api/v1/follow_requests/{who['id']}/reject", "Relationship")

        assert await got(api, "/api/v1/notifications") == []
    assert await follows(under) == set()
    assert len(await delivered(under, under.x, "Reject")) == 1


async def test_who_follows_is_told_of_and_grouped_by_day(under: Siege) -> None:
    me = under.stage.host
    await introduced(under.federation.instance, me)
    for path in ("/people/7", "/people/8"):
        await follow(under, f"{OURS}/people/{me.id}", path=path)
    await follow(under, f"{OURS}/people/{me.id}")
    async with app_of(under, me) as api:
        told = await got(api, "/api/v1/notifications", "Notification[]")
        grouped = await got(api, "/api/v2/notifications", "GroupedNotificationsResults")

        assert [one["type"] for one in told] == ["follow", "follow"]
        [group] = grouped["notification_groups"]
        assert (group["type"], group["notifications_count"]) == ("follow", 2)
        accounts = await got(api, f"/api/v2/notifications/{group['group_key']}/accounts", "Account[]")
        assert sorted(ids(accounts)) == sorted(int(one["account"]["id"]) for one in told)
        assert (await api.post(f"/api/v2/notifications/{group['group_key']}/dismiss")).json() == {}
        assert await got(api, "/api/v1/notifications") == []


async def test_blocking_a_follower_sends_them_away(under: Siege) -> None:
    me = under.stage.host
    await introduced(under.federation.instance, me)
    await follow(under, f"{OURS}/people/{me.id}")
    async with app_of(under, me) as api:
        [who] = await got(api, f"/api/v1/accounts/{me.id}/followers", "Account[]")

        said: dict[str, Any] = await posted(api, f"/api/v1/accounts/{who['id']}/block", "Relationship")

        assert (said["blocking"], said["followed_by"]) == (True, False)
        assert ids(await got(api, "/api/v1/blocks", "Account[]")) == [int(who["id"])]
    assert await follows(under) == set()
    assert len(await delivered(under, under.x, "Reject")) == 1


async def test_who_follows_the_company_is_counted_and_named_to_nobody(under: Siege) -> None:
    await follow(under)
    async with app_of(under, under.stage.admin) as api:
        assert await got(api, "/api/v1/notifications") == []
        company = under.stage.founded.company.id
        assert await got(api, f"/api/v1/accounts/{company}/followers") == []
