"""Subscriptions of devices to notifications, one for each token."""

from typing import Any

from alliance.errors import Invalid, NotFound
from alliance.models import PUSH_POLICIES, PushSubscription
from alliance.pushing import Device, subscribe, subscription_of, unsubscribe
from federation.allowed_urls import Rules
from federation.failures import UrlRefused
from federation.uris import origin_of
from web.mastodon.door import Call, Endpoint
from web.mastodon.params import Params, unusable
from web.push.keys import public_push_key
from web.push.sealing import is_device_key

ALERTS = (
    *("mention", "status", "reblog", "follow", "follow_request", "favourite", "poll", "update"),
    *("admin.sign_up", "admin.report"),
)
_MOST_KEY = 100


async def make(call: Call) -> dict[str, Any]:
    """POST /api/v1/push/subscription: instead of whatever the token had."""
    wanted, data = call.params.nested("subscription"), call.params.nested("data")
    device = _device(call, wanted)
    public = await public_push_key(call.instance)
    async with call.unit_of_work() as uow:
        made = await subscribe(uow, _token_id(call), device, _alerts(data), _policy(call, data, "all"))
    return _entity(made, public)


async def show(call: Call) -> dict[str, Any]:
    """GET /api/v1/push/subscription."""
    async with call.reading() as db:
        found = await subscription_of(db, _token_id(call))
    if found is None:
        raise NotFound
    return _entity(found, await public_push_key(call.instance))


async def change(call: Call) -> dict[str, Any]:
    """PUT /api/v1/push/subscription: what is pushed, not where to."""
    data = call.params.nested("data")
    async with call.unit_of_work() as uow:
        found = await subscription_of(uow.db, _token_id(call))
        if found is None:
            raise NotFound
        if data.has("alerts"):
            found.alerts = _alerts(data)
        found.policy = _policy(call, data, found.policy)
    return _entity(found, await public_push_key(call.instance))


async def end(call: Call) -> dict[str, Any]:
    """DELETE /api/v1/push/subscription; twice is once."""
    async with call.unit_of_work() as uow:
        await unsubscribe(uow, _token_id(call))
    return {}


def _token_id(call: Call) -> int:
    if call.token is None:
        raise NotFound
    return call.token.id


def _device(call: Call, wanted: Params) -> Device:
    keys = wanted.nested("keys")
    endpoint = wanted.needed("endpoint", most=2000)
    settings = call.instance.settings
    try:
        Rules.from_settings(settings).checked(endpoint)
    except UrlRefused as error:
        raise unusable("endpoint") from error
    if origin_of(endpoint) == settings.origin:
        raise unusable("endpoint")
    p256dh, auth = keys.needed("p256dh", most=_MOST_KEY), keys.needed("auth", most=40)
    if not is_device_key(p256dh, auth):
        raise Invalid("Validation failed: {name} is invalid", name="keys")
    return Device(endpoint=endpoint, p256dh=p256dh, auth=auth, is_standard=wanted.flag("standard"))


def _alerts(data: Params) -> list[str]:
    alerts = data.nested("alerts")
    return [name for name in ALERTS if alerts.flag(name)]


def _policy(call: Call, data: Params, otherwise: str) -> str:
    given = data.text("policy") or call.params.text("policy") or otherwise
    if given not in PUSH_POLICIES:
        raise unusable("policy")
    return given


def _entity(found: PushSubscription, public: str) -> dict[str, Any]:
    """WebPushSubscription. What never happens here can be wished for all the same."""
    return {
        "id": str(found.id),
        "endpoint": found.endpoint,
        "standard": found.is_standard,
        "server_key": public,
        "alerts": {name: name in found.alerts for name in ALERTS},
    }


_ADDRESS, _SCOPES = "/api/v1/push/subscription", ("push",)
ENDPOINTS = (
    Endpoint("POST", _ADDRESS, make, "user", _SCOPES),
    Endpoint("GET", _ADDRESS, show, "user", _SCOPES),
    Endpoint("PUT", _ADDRESS, change, "user", _SCOPES),
    Endpoint("DELETE", _ADDRESS, end, "user", _SCOPES),
)
