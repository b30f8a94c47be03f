"""Addresses of channels are looked at before anything is sent there, and never seen again."""

import json
from dataclasses import replace

import httpx
import pytest
from sqlalchemy import text

from alliance.communities import CommunityDraft, found_community
from alliance.errors import Invalid
from alliance.webhook_addresses import checked_address, checked_token, is_known_service, room_address
from federation.wiring import Federation
from tests.alliance.stage import Stage
from tests.web.webhooks.conftest import Channel, hooked
from web.webhooks.sending import send_sample

WORKFLOW = (
    "https://default0a1b.2c.environment.api.powerplatform.com:443/powerautomate/automations/direct/workflows/"
    "9f/triggers/manual/paths/invoke?api-version=1&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=s3cr3t"
)
GOOD = [
    ("teams", WORKFLOW),
    (
        "teams",
        "https://prod-12.westeurope.logic.azure.com:443/workflows/9f/triggers/manual/paths/invoke?sig=x",
    ),
    ("slack", "https://hooks.slack.com/services/T0/B0/abc"),
    ("discord", "https://discord.com/api/webhooks/1/abc"),
    ("generic", "https://tools.example/hooks/1?x=y"),
]
BAD = [
    ("teams", "https://hooks.slack.com/services/T0/B0/abc"),
    ("teams", "https://logic.azure.com.evil.example/workflows/9f"),
    ("teams", "https://evillogic.azure.com/workflows"),
    ("slack", "https://hooks.slack.com.evil.example/x"),
    ("slack", "http://hooks.slack.com/services/T0/B0/abc"),
    ("discord", "https://discord.com/channels/1/2"),
    ("generic", "ftp://tools.example/"),
    ("generic", "https://user:pw@tools.example/"),
    ("generic", "https://tools.example/ x"),
    ("generic", "https://[::1"),
    ("generic", "//tools.example"),
    ("generic", "https://tools.example/#part"),
    ("generic", f"https://tools.example/{'x' * 2000}"),
    ("generic", ""),
]


@pytest.mark.parametrize(("kind", "url"), GOOD)
def test_addresses_of_each_kind_are_taken_as_they_are(kind: str, url: str) -> None:
    assert checked_address(kind, f" {url}\n") == url


@pytest.mark.parametrize(("kind", "url"), BAD)
def test_others_are_refused_beside_their_field(kind: str, url: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked_address(kind, url)
    assert refused.value.field == "url"


@pytest.mark.parametrize(
    "url",
    [
        "https://nordlicht.webhook.office.com/webhookb2/1@2/IncomingWebhook/3/4",
        "https://outlook.office.com/webhook/1@2/IncomingWebhook/3/4",
        "https://outlook.office365.com/webhook/1@2/IncomingWebhook/3/4",
    ],
)
def test_connectors_of_office_365_are_said_to_be_retired(url: str) -> None:
    """Microsoft 365 developer blog, "Retirement of Office 365 connectors within Microsoft Teams"."""
    with pytest.raises(Invalid, match="retired"):
        checked_address("teams", url)


def test_a_room_is_named_by_its_id() -> None:
    made = room_address("https://matrix.example/", "!abc:matrix.example")

    room = "%21abc%3Amatrix.example"
    assert made == f"https://matrix.example/_matrix/client/v3/rooms/{room}/send/m.room.message"
    for server, wrong in (("https://matrix.example", "#general:x"), ("https://matrix.example/x", "!a:b")):
        with pytest.raises(Invalid):
            room_address(server, wrong)
    with pytest.raises(Invalid):
        checked_token("with space in it")


def test_behind_a_proxy_the_services_themselves_are_known() -> None:
    hosts = ["hooks.slack.com", "discord.com", "x.environment.api.powerplatform.com", "tools.example"]

    assert [is_known_service(host) for host in hosts] == [True, True, True, False]


@pytest.mark.parametrize("url", ["http://169.254.169.254/latest", "http://intranet/x", "https://10.0.0.1/"])
async def test_nothing_inside_is_ever_called(
    url: str, stage: Stage, ada: httpx.AsyncClient, channel: Channel
) -> None:
    """The one client refuses it; with the rules of production, while the address was let in as a stand-in."""
    await hooked(stage, channel, url=url)
    hook = (await ada.get("/admin/webhooks")).text.split('href="/admin/webhooks/')[1].split('"')[0]
    stage.instance.settings = replace(stage.instance.settings, danger_private_networks=False)

    page = (await ada.post(f"/admin/webhooks/{hook}/test")).text

    assert "The test did not arrive" in page
    assert "is not the address of a public server" in page or "private network" in page


@pytest.mark.parametrize(("by", "failure"), [("host", "NotAdmitted"), ("admin", "ProxyFailed")])
async def test_behind_a_proxy_only_hosts_that_an_administrator_entered_are_called(
    stage: Stage, channel: Channel, federation: Federation, by: str, failure: str
) -> None:
    """There addresses can't be checked when connecting (the one client says so, and why)."""
    async with stage.instance.unit_of_work() as uow:
        draft = CommunityDraft(name="Optics", description="Lenses.", audience="public")
        there = (await found_community(uow, stage.host, draft)).id
    hook = await hooked(
        stage, channel, url="https://tools.example/x", community_id=there, by=getattr(stage, by)
    )
    stage.instance.settings = replace(
        stage.instance.settings, danger_private_networks=False, https_proxy="http://127.0.0.1:9"
    )

    outcome, _ = await send_sample(federation, hook)

    assert (outcome.status, outcome.failure) == (None, failure)


async def test_the_address_is_sealed_and_on_no_page(
    stage: Stage, ada: httpx.AsyncClient, channel: Channel, capsys: pytest.CaptureFixture[str]
) -> None:
    hook = await hooked(stage, channel)
    await ada.post(f"/admin/webhooks/{hook.id}/test")

    pages = [(await ada.get(path)).text for path in ("/admin/webhooks", f"/admin/webhooks/{hook.id}")]
    async with stage.instance.reading() as db:
        rows = [str(tuple(row)) for row in await db.execute(text("SELECT * FROM webhook"))]
    seen = "\n".join([*pages, *rows, capsys.readouterr().out])
    assert ("T0PS3CRET" in seen, "whsec_" in seen) == (False, False)
    assert channel.calls[0][1].endswith("T0PS3CRET-in-the-address")
    assert json.loads(channel.calls[0][3])["type"] == "test"
