"""What software runs here and how big it is (NodeInfo 2.1), counted honestly and remembered for minutes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import PackageNotFoundError, version

from sqlalchemy import func, select
from starlette.requests import Request
from starlette.responses import Response

from alliance.instance import Instance
from alliance.models import Company, Employee, Session
from alliance.visibility import STRANGER, visible_sessions
from federation import webfinger as descriptors
from federation.signatures.building_blocks import building_blocks
from federation.uris import Uris
from web.activitypub.answers import json_document

KEPT_FOR = timedelta(minutes=5)


def our_version() -> str:
    """The version that is installed, or "0" when run from a folder."""
    try:
        return version("alliance")
    except PackageNotFoundError:
        return "0"


@dataclass(frozen=True)
class Counts:
    """How big this instance is."""

    name: str
    people: int
    sessions: int


class Usage:
    """The counts as made last; one per application."""

    def __init__(self) -> None:
        self._made: tuple[datetime, Counts] | None = None

    async def of(self, instance: Instance) -> Counts:
        """Accounts and public sessions. Who was active is not counted: nobody is watched here."""
        now = instance.clock.now()
        if self._made is None or now - self._made[0] > KEPT_FOR:
            self._made = now, await _count(instance)
        return self._made[1]


async def _count(instance: Instance) -> Counts:
    people = select(func.count()).select_from(Employee).where(Employee.disabled_at.is_(None))
    ours = select(func.count()).select_from(Session)
    ours = ours.where(Session.uri.is_(None), visible_sessions(STRANGER))
    async with instance.reading() as db:
        name = await db.scalar(select(Company.name).where(Company.is_home))
        return Counts(name or "", await db.scalar(people) or 0, await db.scalar(ours) or 0)


async def nodeinfo_links(request: Request) -> Response:
    """Where the document is, and which actor speaks for the server (FEP-2677)."""
    await building_blocks()
    addresses = Uris(request.app.state.instance.settings.origin)
    return json_document(request, descriptors.nodeinfo_links(addresses.origin, addresses.instance))


async def nodeinfo(request: Request) -> Response:
    """The document itself."""
    counts = await request.app.state.usage.of(request.app.state.instance)
    metadata = {
        "nodeName": counts.name,
        "nodeDescription": "Peer learning across companies",
        "federation": {"enabled": True},  # FEP-0151
    }
    await building_blocks()
    body = descriptors.nodeinfo("alliance", our_version(), counts.people, counts.sessions, metadata)
    return json_document(request, body, descriptors.NODEINFO_TYPE)
