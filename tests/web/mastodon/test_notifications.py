"""Notifications: what they are about, in both versions, and whose they are."""

from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from alliance.commenting import say
from alliance.keeping_away import mute
from alliance.models import Comment, Employee, Notification, Session
from alliance.moderating import hide_comment
from alliance.telling import Telling, tell_story
from federation.wiring import Federation
from tests.alliance.stage import Stage
from tests.support.client import client_of
from tests.support.clock import FrozenClock
from tests.support.counting import queries_of
from tests.support.founding import Founded
from tests.web.mastodon.conftest import Allow
from tests.web.mastodon.scenes import NOBODY, expert, follows, got, ids, posted, said, walked
from tests.web.mastodon.shapes import assert_entity

pytestmark = pytest.mark.anyio
V1, V2 = "/api/v1/notifications", "/api/v2/notifications"


async def commented(stage: Stage, session: Session, by: Employee, text: str = "Lovely.") -> Comment:
    async with stage.instance.unit_of_work() as uow:
        return await say(uow, session.id, by, text)


async def types(api: AsyncClient, **params: Any) -> list[str]:
    return [one["type"] for one in await got(api, V1, "Notification[]", **params)]


async def busy(stage: Stage, founded: Founded, clock: FrozenClock) -> dict[str, Any]:
    """Jonas hears of a comment, a story that names him, a new session that he follows, and his place."""
    lena = await expert(stage)
    await follows(stage, founded.employee.id, "expert", lena.id)
    own = await stage.publish(audience="company")
    clock.advance(seconds=1)
    comment = await commented(stage, own, lena)
    clock.advance(seconds=1)
    async with stage.instance.unit_of_work() as uow:
        story = await tell_story(
            uow, lena, Telling(text="Thanks @jonas, I learned a lot.", audience="company")
        )
    clock.advance(seconds=1)
    hers = await stage.publish(lena, title="Mirrors", audience="company")
    clock.advance(seconds=1)
    await stage.join(hers, founded.employee)
    clock.advance(seconds=1)
    await stage.cancel(hers, by=lena)
    clock.advance(seconds=1)
    return {"lena": lena, "own": own, "hers": hers, "comment": comment, "story": story}


async def test_everything_that_concerns_somebody_is_told_newest_first(
    api: AsyncClient, stage: Stage, founded: Founded, clock: FrozenClock
) -> None:
    made = await busy(stage, founded, clock)

    found = await got(api, V1, "Notification[]")

    told = [one for one in found if one["type"] != "mention" or one["status"]["visibility"] != "direct"]
    assert [one["type"] for one in told] == ["update", "status", "mention", "mention"]
    assert [int(one["account"]["id"]) for one in told] == [
        founded.company.id,
        founded.company.id,
        made["lena"].id,
        made["lena"].id,
    ]
    assert "learned a lot" in told[2]["status"]["content"]
    assert "Lovely" in told[3]["status"]["content"]
    for one in found:
        assert await got(api, f"{V1}/{one['id']}", "Notification") == one
    assert ids(found) == sorted(ids(found), reverse=True)


async def test_a_message_is_a_mention_of_its_sender(api: AsyncClient, stage: Stage, founded: Founded) -> None:
    session = await stage.publish(founded.admin, title="Mirrors", audience="company")
    [status] = await got(api, f"/api/v1/accounts/{founded.company.id}/statuses", "Status[]")
    await posted(api, f"/api/v1/polls/{status['poll']['id']}/votes", "Poll", **{"choices[]": "0"})

    [one] = await got(api, V1, "Notification[]", **{"types[]": "mention"})

    assert (int(one["account"]["id"]), one["status"]["visibility"]) == (founded.company.id, "direct")
    assert session.title in one["status"]["content"]


async def test_types_and_accounts_are_chosen(
    api: AsyncClient, stage: Stage, founded: Founded, clock: FrozenClock
) -> None:
    made = await busy(stage, founded, clock)
    lena = str(made["lena"].id)

    assert set(await types(api, **{"types[]": ["update", "status"]})) == {"update", "status"}
    assert set(await types(api, **{"exclude_types[]": ["mention", "status"]})) <= {"update", "poll"}
    assert await types(api, **{"types[]": "moon"}) == []
    assert await types(api, account_id=lena) == ["mention", "mention"]
    for number in NOBODY:
        assert await types(api, account_id=number) == []


async def test_pages_hold_everything_once(
    api: AsyncClient, stage: Stage, founded: Founded, clock: FrozenClock
) -> None:
    await busy(stage, founded, clock)
    everything = ids(await got(api, V1))
    assert len(everything) >= 4

    for limit in (1, 2, 3):
        pages = await walked(api, V1, limit)
        assert [number for page in pages for number in ids(page)] == everything, limit
    upwards = await got(api, V1, min_id=everything[-1], limit=2)
    assert ids(upwards) == everything[-3:-1]


async def test_many_cost_as_many_queries_as_few(
    api: AsyncClient, stage: Stage, founded: Founded, clock: FrozenClock
) -> None:
    made = await busy(stage, founded, clock)
    for number in range(4):
        await commented(stage, made["own"], made["lena"], f"More {number}")
        clock.advance(seconds=1)
    async with stage.instance.reading() as db:
        for address in (V1, V2):
            counts = []
            for limit in (4, 1, 4):
                params = {"limit": limit, "types[]": "mention"}
                await got(api, address, **params)
                with queries_of(db) as seen:
                    await got(api, address, **params)
                counts.append(len(seen))
            # The first of all may find a new connection, which asks the database who it is.
            assert 0 < counts[1] == counts[2], address


async def test_groups_name_accounts_and_statuses_once(
    api: AsyncClient, stage: Stage, founded: Founded, clock: FrozenClock
) -> None:
    await busy(stage, founded, clock)
    flat = await got(api, V1)

    found = await got(api, V2, "GroupedNotificationsResults")

    groups = found["notification_groups"]
    assert [group["most_recent_notification_id"] for group in groups] == [one["id"] for one in flat]
    assert {group["notifications_count"] for group in groups} == {1}
    named = {number for group in groups for number in group["sample_account_ids"]}
    assert {account["id"] for account in found["accounts"]} == named
    assert len(found["accounts"]) == len(named)
    assert {status["id"] for status in found["statuses"]} == {group["status_id"] for group in groups}
    partial = await got(api, V2, "GroupedNotificationsResults", expand_accounts="partial_avatars")
    shown = [account["id"] for account in (*partial["accounts"], *partial["partial_accounts"])]
    assert sorted(shown) == sorted(named)
    one = await got(api, f"{V2}/{groups[0]['group_key']}", "GroupedNotificationsResults")
    assert one["notification_groups"][0]["group_key"] == groups[0]["group_key"]
    assert_entity("Account[]", await got(api, f"{V2}/{groups[0]['group_key']}/accounts"))
    assert (await got(api, f"{V2}/unread_count"))["count"] == len(groups)
    assert await got(api, "/api/v2_alpha/notifications") == found


@pytest.mark.parametrize("key", ["ungrouped-5", "ungrouped-x", "follow-20260316", "follow-x", "x", "-", "🔭"])
async def test_a_group_that_is_none_is_not_found(api: AsyncClient, key: str) -> None:
    assert (await api.get(f"{V2}/{key}")).status_code == 404
    assert (await api.get(f"{V2}/{key}/accounts")).status_code == 404
    assert (await api.post(f"{V2}/{key}/dismiss")).json() == {}


async def test_what_is_dismissed_is_gone_and_clearing_takes_all(
    api: AsyncClient, stage: Stage, founded: Founded, clock: FrozenClock
) -> None:
    await busy(stage, founded, clock)
    first, second, *rest = ids(await got(api, V1))

    assert (await api.post(f"{V1}/{first}/dismiss")).json() == {}
    assert (await api.post(f"{V2}/ungrouped-{second}/dismiss")).json() == {}
    assert (await api.post(f"{V1}/{first}/dismiss")).status_code == 404
    assert ids(await got(api, V1)) == rest
    assert (await api.post(f"{V1}/clear")).json() == {}
    assert await got(api, V1) == []


async def test_what_was_read_in_one_app_is_read_in_all_and_on_the_page(
    api: AsyncClient, stage: Stage, founded: Founded, clock: FrozenClock
) -> None:
    await busy(stage, founded, clock)
    numbers = ids(await got(api, V1))
    assert await got(api, f"{V1}/unread_count") == {"count": len(numbers)}
    assert await got(api, f"{V1}/unread_count", limit=1) == {"count": 1}

    await api.post("/api/v1/markers", json={"notifications": {"last_read_id": str(numbers[1])}})

    assert await got(api, f"{V1}/unread_count") == {"count": 1}
    async with stage.instance.reading() as db:
        unread = await db.scalars(
            select(Notification.id).where(
                Notification.person_id == founded.employee.id, Notification.read_at.is_(None)
            )
        )
        assert list(unread) == [numbers[0]]


async def test_what_is_hidden_withdrawn_or_from_who_is_kept_away_is_not_told(
    api: AsyncClient, stage: Stage, founded: Founded, clock: FrozenClock
) -> None:
    made = await busy(stage, founded, clock)
    before = await types(api)
    async with stage.instance.unit_of_work() as uow:
        await hide_comment(uow, made["comment"].id, founded.employee)
    assert (await types(api)).count("mention") == before.count("mention") - 1

    async with stage.instance.unit_of_work() as uow:
        await mute(uow, founded.employee.id, made["lena"].id)
    assert await types(api, account_id=made["lena"].id) == []
    async with stage.instance.unit_of_work() as uow:
        await mute(uow, founded.employee.id, founded.company.id)
    # Of their own place people hear, whoever holds the session.
    assert "update" in await types(api)
    assert "status" not in await types(api)
    await stage.withdraw(made["hers"], by=made["lena"])
    assert await types(api) == []


async def test_nobody_sees_or_takes_away_somebody_elses(
    api: AsyncClient,
    stage: Stage,
    founded: Founded,
    clock: FrozenClock,
    federation: Federation,
    allow: Allow,
) -> None:
    await busy(stage, founded, clock)
    numbers = ids(await got(api, V1))
    async with client_of(federation) as other:
        other.headers["Authorization"] = f"Bearer {await allow(founded.admin, 'read', 'write')}"
        assert await got(other, V1) == []
        for number in numbers:
            assert (await other.get(f"{V1}/{number}")).status_code == 404
            assert (await other.post(f"{V1}/{number}/dismiss")).status_code == 404
            assert (await other.get(f"{V2}/ungrouped-{number}")).status_code == 404
            assert (await other.post(f"{V2}/ungrouped-{number}/dismiss")).json() == {}
        assert (await other.post(f"{V1}/clear")).json() == {}
    assert ids(await got(api, V1)) == numbers
    for nobody in NOBODY:
        assert (await api.get(f"{V1}/{nobody}")).status_code == 404


async def test_a_policy_sets_aside_until_one_was_asked(
    api: AsyncClient, stage: Stage, founded: Founded, clock: FrozenClock
) -> None:
    kim, own = await stage.colleague("Kim Quiet"), await stage.publish(audience="company")
    await commented(stage, own, kim, "First.")
    clock.advance(days=31)
    usual = await got(api, f"{V2}/policy", "NotificationPolicy")
    assert {usual[name] for name in usual if name.startswith("for_")} == {"accept"}

    answer = await api.patch(f"{V2}/policy", json={"for_not_following": "filter"})
    policy = said(answer, "NotificationPolicy")
    assert policy["summary"] == {"pending_requests_count": 1, "pending_notifications_count": 1}
    assert await types(api) == []
    assert await types(api, include_filtered="true") == ["mention"]
    [request] = await got(api, f"{V1}/requests", "NotificationRequest[]")
    assert (int(request["account"]["id"]), request["notifications_count"]) == (kim.id, "1")
    address = f"{V1}/requests/{request['id']}"
    assert await got(api, address, "NotificationRequest") == request
    assert await got(api, f"{V1}/unread_count") == {"count": 0}

    assert (await api.post(f"{address}/dismiss")).json() == {}
    assert await got(api, f"{V1}/requests") == []
    assert await types(api) == []
    await api.patch(f"{V2}/policy", data={"for_not_following": "drop"})
    assert await types(api) == []
    await api.patch(f"{V2}/policy", data={"for_not_following": "accept", "for_new_accounts": "filter"})
    assert await types(api) == ["mention"]
    assert await got(api, f"{V1}/requests/merged") == {"merged": True}


async def test_whoever_is_accepted_is_heard(
    api: AsyncClient, stage: Stage, founded: Founded, clock: FrozenClock
) -> None:
    own = await stage.publish(audience="company")
    people = [await stage.colleague(name) for name in ("Kim Quiet", "Ole Kern", "Pia Lang")]
    for one in people:
        await commented(stage, own, one)
    await api.patch(f"{V2}/policy", data={"for_new_accounts": "filter"})
    assert len(await got(api, f"{V1}/requests")) == 3
    assert [len(page) for page in await walked(api, f"{V1}/requests", 2)] == [2, 1]

    assert (await api.post(f"{V1}/requests/{people[0].id}/accept")).json() == {}
    assert await types(api) == ["mention"]
    both = {"id[]": [str(people[1].id), str(people[2].id)]}
    assert (await api.post(f"{V1}/requests/accept", data=both)).json() == {}
    assert await types(api) == ["mention"] * 3
    assert (await api.post(f"{V1}/requests/{people[0].id}/accept")).status_code == 404
    clock.advance(days=31)
    v1 = await got(api, f"{V1}/policy", "V1::NotificationPolicy")
    assert (v1["filter_new_accounts"], v1["filter_not_following"]) == (True, False)
    changed = said(await api.put(f"{V1}/policy", data={"filter_new_accounts": "false"}))
    assert changed["filter_new_accounts"] is False


@pytest.mark.parametrize("given", [{"for_not_following": "shout"}, {"for_new_accounts": {"a": "b"}}])
async def test_a_policy_that_is_none_is_refused(api: AsyncClient, given: dict[str, Any]) -> None:
    assert (await api.patch(f"{V2}/policy", json=given)).status_code == 422
