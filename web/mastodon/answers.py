"""Answers as apps read them: JSON, made fast."""

from datetime import UTC, datetime
from typing import Any

import orjson
from starlette.responses import Response

_HEADERS = {"Content-Type": "application/json; charset=utf-8", "Cache-Control": "private, no-store"}


def json_response(content: Any, status: int = 200) -> Response:
    """JSON for one reader. `orjson.Fragment` inside it is taken over as it is."""
    return Response(orjson.dumps(content), status, _HEADERS)


def iso(moment: datetime) -> str:
    """A moment as Mastodon writes it: `2026-03-16T08:00:00.000Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def as_json(content: Any) -> str:
    """JSON as text."""
    return orjson.dumps(content).decode()
