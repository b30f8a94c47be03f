"""What channels are still to be told: taking it, noting what came of it, giving up in the end.

A message is tried with the same content and the same name until it arrives: `batch` is the last news in it.
What comes meanwhile waits for the next message, so a burst becomes few messages.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.errors import TooMany
from alliance.identifiers import first_identifier_of
from alliance.models import MOST_DELIVERIES, Webhook, WebhookDelivery, WebhookNews
from alliance.pausing import pause_of
from alliance.unit_of_work import UnitOfWork
from alliance.webhook_ending import end_webhook

SPACING = timedelta(seconds=20)
"""Between two messages to one channel: three a minute at most."""
MOST_IN_MESSAGE = {"generic": 25}
_MOST_IN_MESSAGE = 500
MOST_ATTEMPTS = 10
"""With the pauses below about a day."""
ENDS_AFTER = timedelta(days=7)
MOST_TESTS = 5
REMEMBER = timedelta(days=60)
_PAUSES = (0.5, 1, 5, 15, 60, 180, 360)
# Content that was refused is refused again (RFC 9110, 15.5); who is gone stays gone.
_REFUSED = frozenset({400, 413, 415, 422})
_GONE = 410


@dataclass(frozen=True)
class Outcome:
    """What came of an attempt: the status of the answer or the name of the failure, and how long it took."""

    status: int | None
    failure: str = ""
    milliseconds: int = 0
    retry_after: timedelta | None = None

    @property
    def arrived(self) -> bool:
        """Whether the other side took it."""
        return self.status is not None and 200 <= self.status < 300


def pause_after(failures: int) -> timedelta:
    """How long a channel is left alone after so many failures: half a minute first, six hours in the end."""
    return pause_of(_PAUSES, failures)


async def due_webhooks(db: AsyncSession, now: datetime, most: int) -> Sequence[int]:
    """Those for which something waits and that may be told now, the longest waiting first."""
    waits = exists().where(WebhookNews.webhook_id == Webhook.id, WebhookNews.told_at.is_(None))
    due = select(Webhook.id).where(Webhook.state == "running", Webhook.next_at <= now, waits)
    return (await db.scalars(due.order_by(Webhook.next_at, Webhook.id).limit(most))).all()


async def take_batch(uow: UnitOfWork, webhook_id: int) -> tuple[Webhook, Sequence[WebhookNews]] | None:
    """The news of the next message, or of the one that did not arrive; None when there is nothing to do."""
    hook = await _locked(uow, webhook_id)
    if hook is None or hook.state != "running":
        return None
    most = MOST_IN_MESSAGE.get(hook.kind, _MOST_IN_MESSAGE)
    waiting = (
        select(WebhookNews)
        .where(WebhookNews.webhook_id == hook.id, WebhookNews.told_at.is_(None))
        .order_by(WebhookNews.id)
        .limit(most)
    )
    if hook.batch is not None:
        waiting = waiting.where(WebhookNews.id <= hook.batch)
    news = (await uow.db.scalars(waiting)).all()
    hook.batch = news[-1].id if news else None
    await uow.db.flush()
    return (hook, news) if news else None


async def drop_batch(uow: UnitOfWork, webhook_id: int, ids: Sequence[int]) -> None:
    """Nobody is to be told any of it any more."""
    await _told(uow, ids)
    await uow.db.execute(update(Webhook).where(Webhook.id == webhook_id).values(batch=None))


async def note_outcome(
    uow: UnitOfWork, webhook_id: int, ids: Sequence[int], what: str, count: int, outcome: Outcome
) -> None:
    """Writes down what came of a message about the news `ids`, and decides how it goes on."""
    hook = await _locked(uow, webhook_id)
    if hook is None:
        return
    await log_delivery(uow, hook.id, what, count, outcome)
    if outcome.arrived:
        await _told(uow, ids)
        hook.batch, hook.failures, hook.failing_since = None, 0, None
        hook.next_at = uow.now + SPACING
        return
    hook.failures += 1
    hook.failing_since = hook.failing_since or uow.now
    hook.next_at = uow.now + max(pause_after(hook.failures), outcome.retry_after or timedelta())
    await _count_attempt(uow, ids)
    if outcome.status in _REFUSED or await _is_tried_enough(uow, ids):
        await _told(uow, ids)
        hook.batch = None
    if outcome.status == _GONE or uow.now - hook.failing_since >= ENDS_AFTER:
        await end_webhook(uow, hook)


async def log_delivery(uow: UnitOfWork, webhook_id: int, what: str, count: int, outcome: Outcome) -> None:
    """One more line in the log, of which the last fifty are kept."""
    uow.db.add(
        WebhookDelivery(
            id=uow.new_id(),
            webhook_id=webhook_id,
            at=uow.now,
            what=what,
            count=count,
            status=outcome.status,
            failure=outcome.failure[:40],
            milliseconds=outcome.milliseconds,
        )
    )
    await uow.db.flush()
    of_hook = WebhookDelivery.webhook_id == webhook_id
    kept = (
        select(WebhookDelivery.id).where(of_hook).order_by(WebhookDelivery.id.desc()).limit(MOST_DELIVERIES)
    )
    older = delete(WebhookDelivery).where(of_hook, WebhookDelivery.id.not_in(kept))
    await uow.db.execute(older.execution_options(synchronize_session=False))


async def refuse_more_tests(uow: UnitOfWork, webhook_id: int) -> None:
    """Whoever tests does so now and then. Raises TooMany after five in a minute."""
    lately = select(func.count()).select_from(WebhookDelivery)
    lately = lately.where(
        WebhookDelivery.webhook_id == webhook_id,
        WebhookDelivery.what == "test",
        WebhookDelivery.at > uow.now - timedelta(minutes=1),
    )
    if (await uow.db.scalar(lately) or 0) >= MOST_TESTS:
        raise TooMany


async def forget_told(uow: UnitOfWork, limit: int = 500) -> int:
    """That something was told is remembered for two months, so that it is not told twice; how many went."""
    old = (
        select(WebhookNews.id)
        .where(WebhookNews.id < first_identifier_of(uow.now - REMEMBER))
        .order_by(WebhookNews.id)
        .limit(limit)
    )
    ids = (await uow.db.scalars(old)).all()
    if ids:
        gone = delete(WebhookNews).where(WebhookNews.id.in_(ids))
        await uow.db.execute(gone.execution_options(synchronize_session=False))
    return len(ids)


async def _locked(uow: UnitOfWork, webhook_id: int) -> Webhook | None:
    return await uow.db.scalar(select(Webhook).where(Webhook.id == webhook_id).with_for_update())


async def _told(uow: UnitOfWork, ids: Sequence[int]) -> None:
    done = update(WebhookNews).where(WebhookNews.id.in_(ids)).values(told_at=uow.now)
    await uow.db.execute(done.execution_options(synchronize_session=False))


async def _count_attempt(uow: UnitOfWork, ids: Sequence[int]) -> None:
    one_more = update(WebhookNews).where(WebhookNews.id.in_(ids))
    one_more = one_more.values(attempts=WebhookNews.attempts + 1)
    await uow.db.execute(one_more.execution_options(synchronize_session=False))


async def _is_tried_enough(uow: UnitOfWork, ids: Sequence[int]) -> bool:
    enough = select(WebhookNews.id).where(WebhookNews.id.in_(ids), WebhookNews.attempts >= MOST_ATTEMPTS)
    return await uow.db.scalar(enough.limit(1)) is not None
