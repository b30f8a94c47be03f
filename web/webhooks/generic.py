"""A message to any program: JSON, signed as Standard Webhooks 1.0.0 describes.

`type`, `timestamp` and `data` are what that specification recommends; `text` and `html` besides are what
Mattermost, Rocket.Chat and the generic webhooks of Matrix Hookshot show.
"""

import base64
import hashlib
import hmac
from datetime import datetime
from typing import Any

from web.webhooks.matrix import payload as matrix_payload
from web.webhooks.message import Line, Message, as_text

_TYPES = {
    "session": "session.published",
    "moved": "session.moved",
    "cancelled": "session.cancelled",
    "story": "story.told",
    "wish": "request.made",
}


def payload(message: Message) -> dict[str, Any]:
    """The JSON that is posted: all news of a message in `data.news`, each with its own type."""
    news = [_thing(line) for line in message.lines]
    return {
        "type": "test" if message.is_test else "news",
        "timestamp": _moment(message.sent_at),
        "data": {"company": message.company, "origin": message.origin, "news": news},
        "text": as_text(message),
        "html": matrix_payload(message)["formatted_body"],
    }


def signed_headers(secret: str, name: str, now: datetime, body: bytes) -> dict[str, str]:
    """`webhook-id`, `webhook-timestamp` and `webhook-signature` (v1: HMAC-SHA256, key as base64)."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    moment = str(int(now.timestamp()))
    digest = hmac.new(key, f"{name}.{moment}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": name,
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def _thing(line: Line) -> dict[str, Any]:
    told: dict[str, Any] = {
        "type": _TYPES[line.kind],
        "timestamp": _moment(line.at),
        "id": line.id,
        "url": line.url,
        "title": line.title,
        "company": line.company,
        "language": line.language,
        "audience": line.audience,
        "topics": list(line.topics),
    }
    if line.starts_at is not None and line.ends_at is not None:
        told |= {
            "starts_at": _moment(line.starts_at),
            "ends_at": _moment(line.ends_at),
            "timezone": line.timezone,
        }
    if line.previous_starts_at is not None:
        told["previous_starts_at"] = _moment(line.previous_starts_at)
    if line.detail:
        told["text"] = line.detail
    return told


def _moment(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
