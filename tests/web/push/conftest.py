"""A device with keys of its own, and the push service that would ring it."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import http_ece
import pytest
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from alliance.settings import Settings
from federation.wiring import Federation
from tests.alliance.stage import Stage
from tests.federation.servers import serving
from tests.support.founding import Founded
from tests.web.mastodon import conftest as doors
from web.push.base64url import from_base64url, to_base64url

allow, api = doors.allow, doors.api


@dataclass
class Device:
    """Opens what is pushed to it, as a browser does (RFC 8291 and the draft before it)."""

    endpoint: str = ""
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    secret: bytes = bytes(range(16))

    @property
    def public(self) -> str:
        return to_base64url(self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))

    def wish(self, *, standard: bool = True, policy: str = "all", **alerts: bool) -> dict[str, Any]:
        """The JSON with which its app subscribes."""
        keys = {"p256dh": self.public, "auth": to_base64url(self.secret)}
        subscription = {"endpoint": self.endpoint, "keys": keys, "standard": standard}
        return {
            "subscription": subscription,
            "data": {"alerts": alerts or {"mention": True}, "policy": policy},
        }

    def opened(self) -> dict[str, Any]:
        """What the last message says."""
        headers, body = self.requests[-1]
        if headers["Content-Encoding"] == "aes128gcm":
            text = http_ece.decrypt(  # type: ignore[no-untyped-call]
                body, private_key=self.key, auth_secret=self.secret
            )
        else:
            theirs = re.search("dh=([^;]+)", headers["Crypto-Key"])
            assert theirs is not None
            text = http_ece.decrypt(  # type: ignore[no-untyped-call]
                body,
                private_key=self.key,
                auth_secret=self.secret,
                dh=from_base64url(theirs[1]),
                salt=from_base64url(headers["Encryption"].removeprefix("salt=")),
                version="aesgcm",
            )
        found: dict[str, Any] = json.loads(text)
        return found


@asynccontextmanager
async def reachable() -> AsyncIterator[Device]:
    """A device whose push service answers as `answers` says, and otherwise 201."""
    device = Device()

    async def take(request: web.BaseRequest) -> web.StreamResponse:
        device.requests.append((dict(request.headers), await request.read()))
        status, headers = device.answers.pop(0) if device.answers else (201, {})
        return web.Response(status=status, headers=headers)

    async with serving(take) as served:
        device.endpoint = served.url("/push/4711")
        yield device


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The push service is on loopback."""
    return replace(settings, danger_private_networks=True, security_contact="mailto:it@nordlicht.example")


@pytest.fixture
async def stage(founded: Founded, federation: Federation) -> Stage:
    """Things happen as in production: every listener hears of them."""
    return Stage(founded)


@pytest.fixture
async def device() -> AsyncIterator[Device]:
    """Jonas's phone."""
    async with reachable() as opened:
        yield opened
