"""Short ways to write from apps in tests."""

from typing import Any

import httpx
from sqlalchemy import select

from alliance.models import Employee, Posting, Session
from federation.wiring import Federation
from tests.alliance.stage import Stage
from tests.support.client import client_of
from tests.web.mastodon.conftest import Allow

ALL = ("read", "write", "follow")


async def posting_of(stage: Stage, session: Session) -> str:
    async with stage.instance.reading() as db:
        wanted = select(Posting.id).where(Posting.session_id == session.id, Posting.kind == "session")
        return str(await db.scalar(wanted))


async def as_app(federation: Federation, allow: Allow, employee: Employee) -> httpx.AsyncClient:
    """An app of somebody."""
    client = client_of(federation)
    client.headers["Authorization"] = f"Bearer {await allow(employee, *ALL)}"
    return client


async def said(api: httpx.AsyncClient, text: str, **more: Any) -> dict[str, Any]:
    answer = await api.post("/api/v1/statuses", json={"status": text, **more})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found
