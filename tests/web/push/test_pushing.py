"""Notifications reach a device that nobody else can read for: RFC 8030, 8188, 8291, 8292."""

from typing import Any

import pytest
from httpx import AsyncClient
from joserfc import jwt
from joserfc.jwk import ECKey
from sqlalchemy import func, select

from alliance.apps import end_app
from alliance.commenting import say
from alliance.models import AppToken, Employee, PushKey, PushMessage, PushSubscription, Session
from federation.wiring import Federation
from tests.alliance.stage import Stage
from tests.web.mastodon.shapes import assert_entity
from tests.web.push.conftest import Device
from web.push.base64url import from_base64url, to_base64url
from web.push.sending import is_service, push

ADDRESS = "/api/v1/push/subscription"


async def subscribed(api: AsyncClient, device: Device, **wish: Any) -> dict[str, Any]:
    answer = await api.post(ADDRESS, json=device.wish(**wish))
    assert answer.status_code == 200, answer.text
    assert_entity("WebPushSubscription", answer.json())
    found: dict[str, Any] = answer.json()
    return found


async def commented(stage: Stage, text: str = "Which *lenses*?") -> tuple[Session, Employee]:
    """Somebody comments on Jonas's session."""
    lena, session = await stage.colleague(), await stage.publish()
    await said(stage, session, lena, text)
    return session, lena


async def said(stage: Stage, session: Session, by: Employee, text: str) -> None:
    async with stage.instance.unit_of_work() as uow:
        await say(uow, session.id, by, text)


async def counted(stage: Stage, table: type[Any]) -> int:
    async with stage.instance.reading() as db:
        return await db.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.parametrize("standard", [True, False])
async def test_a_device_opens_what_was_pushed_to_it(
    api: AsyncClient, stage: Stage, device: Device, federation: Federation, standard: bool
) -> None:
    made = await subscribed(api, device, standard=standard)
    await commented(stage)

    assert await push(federation) == 1

    opened, (headers, body) = device.opened(), device.requests[0]
    assert (opened["title"], opened["body"]) == ("Lena Vogt has written to you", "Which lenses?")
    assert opened["notification_type"] == "mention"
    assert (opened["access_token"], opened["preferred_locale"]) == ("", "en")
    shown = (await api.get(f"/api/v1/notifications/{opened['notification_id']}")).json()
    assert shown["account"]["avatar_static"] == opened["icon"]
    assert b"lenses" not in body
    assert headers["TTL"] == "172800"
    assert headers["Content-Encoding"] == ("aes128gcm" if standard else "aesgcm")
    _check_proof(headers["Authorization"], made["server_key"], device, stage)


def _check_proof(authorization: str, public: str, device: Device, stage: Stage) -> None:
    """RFC 8292, 2 and 3: signed by the key that apps were told, for this service, not for long."""
    token = authorization.partition("t=")[2].partition(",")[0] or authorization.removeprefix("WebPush ")
    point = from_base64url(public)
    halves = {"x": to_base64url(point[1:33]), "y": to_base64url(point[33:])}
    claims = jwt.decode(token, ECKey.import_key({"kty": "EC", "crv": "P-256", **halves})).claims
    now = int(stage.instance.clock.now().timestamp())
    assert claims["aud"] == device.endpoint.removesuffix("/push/4711")
    assert claims["sub"] == "mailto:it@nordlicht.example"
    assert now < claims["exp"] <= now + 24 * 3600


async def test_apps_are_told_one_key_everywhere(api: AsyncClient, stage: Stage, device: Device) -> None:
    told = (await api.get("/api/v2/instance")).json()["configuration"]["vapid"]["public_key"]

    assert (await subscribed(api, device))["server_key"] == told
    assert (await api.get("/api/v1/apps/verify_credentials")).json()["vapid_key"] == told
    async with stage.instance.reading() as db:
        row = (await db.scalars(select(PushKey))).one()
    assert len(from_base64url(told)) == 65
    assert told.encode() not in row.sealed


async def test_a_subscription_is_shown_changed_and_ended(
    api: AsyncClient, stage: Stage, device: Device
) -> None:
    assert (await api.get(ADDRESS)).status_code == 404
    await subscribed(api, device)

    changed = await api.put(ADDRESS, data={"data[alerts][poll]": "true", "data[policy]": "followed"})

    assert (await api.get(ADDRESS)).json() == changed.json()
    assert [name for name, is_on in changed.json()["alerts"].items() if is_on] == ["poll"]
    async with stage.instance.reading() as db:
        assert (await db.scalars(select(PushSubscription.policy))).one() == "followed"
    for _ in range(2):
        assert (await api.delete(ADDRESS)).json() == {}
    assert (await api.get(ADDRESS)).status_code == 404


async def test_only_what_was_wished_for_is_pushed(
    api: AsyncClient, stage: Stage, device: Device, federation: Federation
) -> None:
    await subscribed(api, device, poll=True)
    session, lena = await commented(stage)
    await push(federation)

    await subscribed(api, device, mention=True, policy="none")
    await said(stage, session, lena, "And which grain?")
    await push(federation)

    assert device.requests == []


async def test_nothing_is_pushed_twice_nor_what_was_there_before(
    api: AsyncClient, stage: Stage, device: Device, federation: Federation
) -> None:
    session, lena = await commented(stage)
    stage.instance.clock.advance(seconds=1)  # type: ignore[attr-defined]
    await subscribed(api, device)
    stage.instance.clock.advance(seconds=1)  # type: ignore[attr-defined]
    await said(stage, session, lena, "And which grain?")

    for _ in range(3):
        await push(federation)

    assert len(device.requests) == 1
    assert device.opened()["body"] == "And which grain?"


async def test_what_others_are_told_is_not_pushed(
    api: AsyncClient, stage: Stage, device: Device, federation: Federation
) -> None:
    await subscribed(api, device)
    session, lena = await stage.publish(host=stage.admin), await stage.colleague()

    await said(stage, session, lena, "Only Ada is told")
    await push(federation)

    assert device.requests == []


async def test_a_revoked_token_ends_it(
    api: AsyncClient, stage: Stage, device: Device, federation: Federation
) -> None:
    await subscribed(api, device)
    await commented(stage)
    async with stage.instance.unit_of_work() as uow:
        app_id = await uow.db.scalar(select(AppToken.app_id))
        assert app_id is not None
        await end_app(uow, stage.host.id, app_id)

    await push(federation)

    assert device.requests == []
    assert await counted(stage, PushSubscription) == 0


@pytest.mark.parametrize("status", [404, 410])
async def test_a_device_that_is_gone_is_forgotten(
    api: AsyncClient, stage: Stage, device: Device, federation: Federation, status: int
) -> None:
    await subscribed(api, device)
    await commented(stage)
    device.answers = [(status, {})]

    await push(federation)

    assert await counted(stage, PushSubscription) == 0
    assert (await api.get(ADDRESS)).status_code == 404


@pytest.mark.parametrize(
    ("answer", "seconds"), [((503, {}), 20), ((429, {"Retry-After": "120"}), 120), ((302, {}), 20)]
)
async def test_a_service_that_is_busy_is_asked_again_later(
    api: AsyncClient, stage: Stage, device: Device, federation: Federation, answer: Any, seconds: int
) -> None:
    await subscribed(api, device)
    await commented(stage)
    device.answers = [answer]

    assert await push(federation) == 1
    assert await push(federation) == 0
    stage.instance.clock.advance(seconds=seconds - 1)  # type: ignore[attr-defined]
    assert await push(federation) == 0
    stage.instance.clock.advance(seconds=1)  # type: ignore[attr-defined]
    assert await push(federation) == 1

    assert len(device.requests) == 2


async def test_after_six_attempts_nothing_is_tried_any_more(
    api: AsyncClient, stage: Stage, device: Device, federation: Federation
) -> None:
    await subscribed(api, device)
    await commented(stage)
    device.answers = [(500, {})] * 20

    for _ in range(20):
        await push(federation)
        stage.instance.clock.advance(minutes=11)  # type: ignore[attr-defined]

    assert len(device.requests) <= 6
    async with stage.instance.reading() as db:
        assert (await db.scalars(select(PushMessage.finished_at))).one() is not None


@pytest.mark.parametrize(
    "endpoint",
    [
        "ftp://push.example/1",
        "https://user@push.example/1",
        "https://nordlicht.example/inbox",
        "https://push.example:99999/",
        "javascript:alert(1)",
        "",
    ],
)
async def test_no_other_address_is_pushed_to(api: AsyncClient, device: Device, endpoint: str) -> None:
    device.endpoint = endpoint

    assert (await api.post(ADDRESS, json=device.wish())).status_code == 422


@pytest.mark.parametrize(
    "keys",
    [
        {"p256dh": "AAAA", "auth": "AAAA"},
        {"p256dh": to_base64url(b"\x04" + b"\x01" * 64), "auth": to_base64url(bytes(16))},
        {"p256dh": "ä", "auth": "ö"},
        {},
    ],
)
async def test_keys_that_are_none_are_refused(api: AsyncClient, device: Device, keys: Any) -> None:
    wish = device.wish()
    wish["subscription"]["keys"] = keys

    assert (await api.post(ADDRESS, json=wish)).status_code == 422


def test_through_a_blind_proxy_only_push_services_are_called() -> None:
    assert is_service("updates.push.services.mozilla.com")
    assert is_service("wns2-by3p.notify.windows.com")
    assert not is_service("evil-notify.windows.com.example")
    assert not is_service("intranet.nordlicht.example")
