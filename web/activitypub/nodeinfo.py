"""What software runs here and how big it is (NodeInfo 2.1), counted honestly and remembered for minutes."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from sqlalchemy import func, select
from starlette.requests import Request
from starlette.responses import Response

from alliance.instance import Instance
from alliance.models import Company, Employee, Session
from alliance.visibility import STRANGER, visible_sessions
from federation.uris import Uris
from web.activitypub.answers import json_document
from web.activitypub.webfinger import APPLICATION

KEPT_FOR = timedelta(minutes=5)
SCHEMA = "http://nodeinfo.diaspora.software/ns/schema/2.1"


def our_version() -> str:
    """The version that is installed, or "0" when run from a folder."""
    try:
        return version("alliance")
    except PackageNotFoundError:
        return "0"


@dataclass
class Usage:
    """The counts, with the moment at which they were made; one per application."""

    counted_at: datetime | None = None
    counts: dict[str, Any] = field(default_factory=dict)

    async def of(self, instance: Instance) -> dict[str, Any]:
        """Accounts and public sessions. Who was active is not counted: nobody is watched here."""
        now = instance.clock.now()
        if self.counted_at is None or now - self.counted_at > KEPT_FOR:
            self.counts = await _count(instance)
            self.counted_at = now
        return self.counts


async def _count(instance: Instance) -> dict[str, Any]:
    async with instance.reading() as db:
        people = await db.scalar(
            select(func.count()).select_from(Employee).where(Employee.disabled_at.is_(None))
        )
        sessions = await db.scalar(
            select(func.count())
            .select_from(Session)
            .join(Company)
            .where(Company.is_home, visible_sessions(STRANGER))
        )
        name = await db.scalar(select(Company.name).where(Company.is_home))
    return {"users": {"total": people or 0}, "localPosts": sessions or 0, "name": name or ""}


async def nodeinfo_links(request: Request) -> Response:
    """Where the document is, and which actor speaks for the server (FEP-2677)."""
    addresses = Uris(request.app.state.instance.settings.origin)
    links = [
        {"rel": SCHEMA, "href": f"{addresses.origin}/nodeinfo/2.1"},
        {"rel": APPLICATION, "href": addresses.instance},
    ]
    return json_document(request, {"links": links})


async def nodeinfo(request: Request) -> Response:
    """The document itself."""
    counts = await request.app.state.usage.of(request.app.state.instance)
    body = {
        "version": "2.1",
        "software": {"name": "alliance", "version": our_version()},
        "protocols": ["activitypub"],
        "services": {"inbound": [], "outbound": []},
        "openRegistrations": False,
        "usage": {"users": counts["users"], "localPosts": counts["localPosts"]},
        "metadata": {"nodeName": counts["name"], "nodeDescription": "Peer learning across companies"},
    }
    return json_document(request, body, f'application/json; profile="{SCHEMA}#"')
