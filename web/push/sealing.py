"""What travels to a push service: encrypted for the device, with a proof of who we are."""

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from alliance.pushing import Device
from web.push.base64url import from_base64url, to_base64url

if TYPE_CHECKING:
    from joserfc.jwk import ECKey

LASTS = timedelta(hours=48)
"""For how long the push service tries to reach the device."""
_PROOF_LASTS = timedelta(hours=12)


@dataclass(frozen=True)
class Parcel:
    """A request to a push service."""

    headers: dict[str, str]
    body: bytes


def parcel(
    content: bytes, device: Device, key: "ECKey", public: str, *, contact: str, now: datetime
) -> Parcel:
    """Content for a device, in the way that it knows. Raises ValueError for keys that are none."""
    proof = _proof(device.endpoint, key, contact, now)
    common = {"TTL": str(int(LASTS.total_seconds())), "Content-Type": "application/octet-stream"}
    ours, salt = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
    version = "aes128gcm" if device.is_standard else "aesgcm"
    body: bytes = http_ece.encrypt(  # type: ignore[no-untyped-call]
        content,
        salt=salt,
        private_key=ours,
        dh=from_base64url(device.p256dh),
        auth_secret=from_base64url(device.auth),
        version=version,
    )
    if device.is_standard:
        # RFC 8291, 4 and RFC 8292, 3: salt and key stand in the body.
        return Parcel(
            common | {"Content-Encoding": version, "Authorization": f"vapid t={proof}, k={public}"}, body
        )
    # draft-ietf-webpush-encryption-04, which apps for Mastodon before 4.4 know.
    point = to_base64url(ours.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))
    return Parcel(
        common
        | {
            "Content-Encoding": version,
            "Encryption": f"salt={to_base64url(salt)}",
            "Crypto-Key": f"dh={point};p256ecdsa={public}",
            "Authorization": f"WebPush {proof}",
        },
        body,
    )


def is_device_key(p256dh: str, auth: str) -> bool:
    """Whether a point of the curve and a secret of 16 bytes (RFC 8291, 3.2)."""
    try:
        point, secret = from_base64url(p256dh), from_base64url(auth)
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError:
        return False
    return len(point) == 65 and len(secret) == 16


def _proof(endpoint: str, key: "ECKey", contact: str, now: datetime) -> str:
    """RFC 8292, 2: for whom, until when, and whom to ask."""
    from joserfc import jwt

    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int((now + _PROOF_LASTS).timestamp()),
        "sub": contact,
    }
    return jwt.encode({"alg": "ES256", "typ": "JWT"}, claims, key)
