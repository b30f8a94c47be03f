"""Followers on servers that are gone are dropped, so that nothing is prepared for them any more."""

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Select, and_, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.models import Company, Partner
from federation.follower_digests import FollowersChanged
from federation.models import Delivery, Destination, Follow, RemoteActor
from federation.uris import Uris

if TYPE_CHECKING:
    from federation.wiring import Federation

SILENT_FOR = timedelta(days=30)
AT_ONCE = 500


async def prune_followers(federation: "Federation") -> int:
    """A chore: forgets followers whose account or inbox is gone, or whose server has been silent for a month.

    Companies that we have to do with stay, whatever their server does: people decide about them.
    """
    async with federation.instance.unit_of_work() as uow:
        silent_since = uow.now - SILENT_FOR
        ours = Follow.followed_uri.startswith(f"{Uris(uow.settings.origin).origin}/", autoescape=True)
        silent = exists().where(
            Destination.host == Follow.follower_host,
            Destination.failures > 0,
            or_(
                Destination.last_success_at < silent_since,
                and_(Destination.last_success_at.is_(None), Follow.created_at < silent_since),
            ),
        )
        lost = await _of_lost_accounts(uow.db)
        rows = await uow.db.scalars(
            select(Follow)
            .where(ours, or_(silent, Follow.id.in_(lost)), Follow.follower_host.not_in(_partners()))
            .order_by(Follow.id)
            .limit(AT_ONCE)
        )
        pruned = rows.all()
        for follow in pruned:
            await uow.db.delete(follow)
            uow.record(FollowersChanged(follow.followed_uri))
    return len(pruned)


async def _of_lost_accounts(db: AsyncSession) -> list[int]:
    """Follows of accounts that are known to be gone, or whose own inbox answered 410."""
    gone = select(Follow.id).join(RemoteActor, RemoteActor.uri == Follow.follower_uri)
    gone = gone.where(RemoteActor.gone_at.is_not(None)).limit(AT_ONCE)
    closed = exists().where(
        Delivery.inbox.in_((Follow.inbox, Follow.shared_inbox)),
        Delivery.state == "dead",
        Delivery.last_status == 410,
        Delivery.finished_at > Follow.created_at,
    )
    shut = select(Follow.id).where(closed).limit(AT_ONCE)
    return [*(await db.scalars(gone)).all(), *(await db.scalars(shut)).all()]


def _partners() -> Select[str]:
    return select(Company.host).join(Partner, Partner.company_id == Company.id)
