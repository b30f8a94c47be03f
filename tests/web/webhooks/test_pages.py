"""Administrators look after channels in the console, owners in their community; a test shows the answer."""

import re

import httpx
import pytest
from aiohttp import web

from alliance.communities import CommunityDraft, found_community
from alliance.errors import Conflict
from alliance.queries.webhooks import webhooks
from alliance.webhook_queue import Outcome, note_outcome
from alliance.webhooks import remove_webhook
from tests.alliance.stage import Stage
from tests.federation.servers import serving
from tests.support.counting import queries_of
from tests.web.webhooks.conftest import Channel, hooked, stored

pytestmark = pytest.mark.anyio
TYPED = {"kind": "generic", "name": "Lab", "session": "yes", "reach": "public", "language": "de"}


async def community(stage: Stage) -> int:
    async with stage.instance.unit_of_work() as uow:
        draft = CommunityDraft(name="Optics", description="Lenses.", audience="public")
        return (await found_community(uow, stage.host, draft)).id


async def test_a_channel_is_added_tested_changed_paused_and_removed(
    stage: Stage, ada: httpx.AsyncClient, channel: Channel
) -> None:
    shown = await ada.post("/admin/webhooks/new", data={**TYPED, "url": channel.url})
    hook = await stored(stage.instance)
    address = f"/admin/webhooks/{hook.id}"
    secret = re.search(r"whsec_[A-Za-z0-9+/=]+", shown.text)
    again = (await ada.get(address)).text
    channel.answers = [(200, {}, "ok"), (404, {}, "no_service <b>")]
    good, bad = [(await ada.post(f"{address}/test")).text for _ in range(2)]
    await ada.post(address, data={**TYPED, "name": "Laboratory", "story": "yes", "topic": "Optics"})
    await ada.post(f"{address}/pause")
    changed = await stored(stage.instance)
    await ada.post(f"{address}/resume")
    asked = await ada.get(f"{address}/remove")
    await ada.post(f"{address}/remove")

    assert secret is not None
    assert "whsec_" not in again
    assert "The test arrived after" in good
    assert "Refused (404)" in bad
    assert "no_service &lt;b&gt;" in bad
    assert (changed.name, changed.news, changed.state) == ("Laboratory", ["session", "story"], "paused")
    assert (asked.status_code, (await ada.get(address)).status_code) == (200, 404)


async def test_owners_look_after_the_channels_of_their_community_alone(
    stage: Stage, jonas: httpx.AsyncClient, ada: httpx.AsyncClient, channel: Channel
) -> None:
    there = f"/communities/{await community(stage)}"
    general = await hooked(stage, channel)
    added = await jonas.post(f"{there}/webhooks/new", data={**TYPED, "url": channel.url})
    own = re.search(rf'action="({there}/webhooks/\d+)"', added.text)
    assert own is not None

    refused = [
        (await jonas.get("/admin/webhooks")).status_code,
        (await jonas.get(f"/admin/webhooks/{general.id}")).status_code,
        (await jonas.get(f"{there}/webhooks/{general.id}")).status_code,
        (await jonas.post(f"{there}/webhooks/{general.id}/remove")).status_code,
    ]
    wider = await jonas.post(own[1], data={**TYPED, "reach": "company"})
    listed = (await ada.get("/admin/webhooks")).text

    assert refused == [404, 404, 404, 404]
    assert wider.status_code == 303
    assert 'name="reach"' not in (await jonas.get(own[1])).text
    assert ("Lab" in listed, "Optics" in listed) == (True, True)
    assert f'href="{there}/webhooks"' in (await jonas.get(there)).text


async def test_owners_read_nothing_of_an_address_of_their_choice(
    stage: Stage, jonas: httpx.AsyncClient, channel: Channel
) -> None:
    """Only whether it arrived: a test is no way to look at servers through this one."""
    there = f"/communities/{await community(stage)}/webhooks"
    hook = await hooked(stage, channel, by=stage.host, community_id=int(there.split("/")[2]))
    channel.answers = [(200, {}, "what an inner page says")]

    page = (await jonas.post(f"{there}/{hook.id}/test")).text

    assert ("The test arrived after" in page, "inner page" in page) == (True, False)


async def test_a_channel_that_is_removed_while_its_test_is_under_way_is_not_there(
    stage: Stage, ada: httpx.AsyncClient
) -> None:
    async def take(request: web.BaseRequest) -> web.StreamResponse:
        async with stage.instance.unit_of_work() as uow:
            await remove_webhook(uow, hook.id, stage.admin)
        return web.Response(text="ok")

    async with serving(take) as served:
        hook = await hooked(stage, Channel(url=served.url("/hook")))
        answer = await ada.post(f"/admin/webhooks/{hook.id}/test")

    assert answer.status_code == 404


async def test_there_are_five_channels_of_a_community_at_most(stage: Stage, channel: Channel) -> None:
    there = await community(stage)
    for _ in range(5):
        await hooked(stage, channel, by=stage.host, community_id=there)

    with pytest.raises(Conflict):
        await hooked(stage, channel, by=stage.host, community_id=there)


async def test_strangers_and_colleagues_find_nothing(
    stage: Stage, stranger: httpx.AsyncClient, jonas: httpx.AsyncClient
) -> None:
    lena = await stage.colleague()
    async with stage.instance.unit_of_work() as uow:
        draft = CommunityDraft(name="Optics", description="Lenses.", audience="public")
        there = f"/communities/{(await found_community(uow, lena, draft)).id}/webhooks"

    answers = [
        (await client.get(path)).status_code
        for client in (stranger, jonas)
        for path in ("/admin/webhooks", there, f"{there}/new?kind=slack")
    ]
    assert answers == [303, 303, 303, 404, 403, 403]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"url": "not an address"}, "url"),
        ({"name": ""}, "name"),
        ({"session": ""}, "news"),
        ({"language": "xx"}, "language"),
        ({"kind": "matrix", "url": "https://matrix.example", "room": "#x", "token": "abcdefgh"}, "room"),
        ({"kind": "matrix", "url": "https://matrix.example", "room": "!x:y", "token": "no"}, "token"),
    ],
)
async def test_what_can_not_be_is_said_beside_its_field(
    stage: Stage, ada: httpx.AsyncClient, changes: dict[str, str], field: str
) -> None:
    answer = await ada.post("/admin/webhooks/new", data={**TYPED, "url": "https://a.example/x", **changes})

    assert (answer.status_code, f'id="{field}-error"' in answer.text) == (422, True)
    assert 'value="abcdefgh"' not in answer.text
    async with stage.instance.reading() as db:
        assert await webhooks(db) == []


async def test_five_tests_a_minute_are_enough(stage: Stage, ada: httpx.AsyncClient, channel: Channel) -> None:
    hook = await hooked(stage, channel)

    answers = [(await ada.post(f"/admin/webhooks/{hook.id}/test")).status_code for _ in range(6)]

    assert answers == [200] * 5 + [429]


async def test_the_list_takes_one_query_for_one_and_for_three(stage: Stage, channel: Channel) -> None:
    counts = []
    for more in (1, 2):
        for _ in range(more):
            await hooked(stage, channel, topic="Optics")
        async with stage.instance.reading() as db:
            with queries_of(db) as seen:
                await webhooks(db)
            counts.append(len(seen))
    assert counts == [1, 1]


async def test_the_log_keeps_the_last_fifty(stage: Stage, channel: Channel, ada: httpx.AsyncClient) -> None:
    hook = await hooked(stage, channel)
    async with stage.instance.unit_of_work() as uow:
        for status in range(200, 260):
            await note_outcome(uow, hook.id, [], "session", 1, Outcome(status, "", 7))

    page = (await ada.get(f"/admin/webhooks/{hook.id}")).text

    assert page.count("<time datetime=") == 50
    assert ("(259)" in page, "(210)" in page, "(209)" in page) == (True, True, False)
