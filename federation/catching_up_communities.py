"""Fetches the communities of an ally, and what stands in them; what the inbox brings meanwhile is newer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.errors import Invalid
from alliance.models import Community, Company, Partner, Session
from alliance.receiving_communities import forget_community, receive_community, stands_there
from alliance.unit_of_work import UnitOfWork
from federation.failures import FetchFailed, MissingThere
from federation.fetch import Budget
from federation.fetching_collections import items_of
from federation.translate.community_group import community_news
from federation.uris import host_of, origin_of
from federation.vocabulary.community import Community as Group
from federation.vocabulary.community import is_community, parse_community
from federation.vocabulary.values import Malformed, uri_or_none

if TYPE_CHECKING:
    from federation.wiring import Federation

MOST_LOOKED_INTO = 40
"""Communities whose list of next sessions is fetched; of more the inbox tells."""
MOST_FEATURED = 50

log = structlog.get_logger("alliance.catching_up")


@dataclass(frozen=True)
class Listed:
    """What a company lists, and what stands in each; with `is_all`, what it does not list has gone."""

    groups: tuple[Group, ...] = ()
    is_all: bool = False
    standing: tuple[tuple[str, tuple[str, ...]], ...] = ()


async def held_communities(db: AsyncSession, company_id: int) -> dict[str, datetime]:
    """The communities of a company that we show, with the moments at which they were last changed."""
    rows = await db.execute(
        select(Community.uri, Community.updated_at).where(
            Community.company_id == company_id, Community.state == "open"
        )
    )
    return {uri: updated_at for uri, updated_at in rows if uri is not None}


async def communities_listed(
    federation: "Federation", document: Any, company_uri: str, budget: Budget
) -> Listed:
    """What the company's actor lists; a company need not list any. Raises FetchFailed, Malformed."""
    address = document.get("communities")
    if not isinstance(address, str) or origin_of(address) != origin_of(company_uri):
        return Listed()
    try:
        items, is_all = await items_of(federation, address, budget)
    except MissingThere:
        return Listed()
    groups = [group for item in items if (group := _group(item, company_uri)) is not None]
    standing = [
        (group.actor.id, await _featured(federation, group, budget)) for group in groups[:MOST_LOOKED_INTO]
    ]
    return Listed(tuple(groups), is_all and len(groups) == len(items), tuple(standing))


async def apply_communities(
    federation: "Federation", company_id: int, held: dict[str, datetime], listed: Listed
) -> None:
    """Brings what we know of an ally's communities up to date, unless it is no ally any more."""
    async with federation.instance.unit_of_work() as uow:
        company = await _ally(uow, company_id)
        if company is None:
            return
        for group in listed.groups:
            try:
                await receive_community(uow, company, community_news(group, uow.now))
            except Invalid as error:
                log.info("a listed community makes no sense", community=group.actor.id, reason=error.detail)
        there = {group.actor.id for group in listed.groups}
        missing = [uri for uri in held if uri not in there] if listed.is_all else []
        for uri in missing:
            known = await uow.db.scalar(select(Community.updated_at).where(Community.uri == uri))
            if known == held[uri]:
                await forget_community(uow, uri)
    for uri, sessions in listed.standing:
        async with federation.instance.unit_of_work() as uow:
            await _stand(uow, uri, sessions)


async def _stand(uow: UnitOfWork, uri: str, sessions: Sequence[str]) -> None:
    community = await uow.db.scalar(select(Community).where(Community.uri == uri, Community.state == "open"))
    if community is None:
        return
    known = await uow.db.scalars(select(Session.id).where(Session.uri.in_(sessions)).order_by(Session.id))
    for session_id in known.all():
        await stands_there(uow, community, "session", session_id)


async def _ally(uow: UnitOfWork, company_id: int) -> Company | None:
    allied = select(Company).join(Company.partner).where(Partner.state == "allied")
    return await uow.db.scalar(allied.where(Company.id == company_id))


def _group(item: Any, company_uri: str) -> Group | None:
    """A community on the company's own host; anything else is passed over."""
    if not is_community(item):
        return None
    try:
        group = parse_community(item)
    except Malformed:
        return None
    is_theirs = host_of(group.actor.id) == host_of(company_uri) and group.actor.id != company_uri
    return group if is_theirs else None


async def _featured(federation: "Federation", group: Group, budget: Budget) -> tuple[str, ...]:
    address = group.actor.featured
    if address is None or origin_of(address) != origin_of(group.actor.id):
        return ()
    try:
        items, _ = await items_of(federation, address, budget)
    except (FetchFailed, Malformed):
        return ()  # the list is worth less than the rest
    found = (uri_or_none(item) for item in items[:MOST_FEATURED])
    return tuple(uri for uri in found if uri is not None)
