"""Furniture of the pages about channels elsewhere and about numbers: something to show in each part."""

from datetime import date

from alliance.instance import Instance
from alliance.models import MonthlyNumber
from alliance.queries.companies import home_company
from alliance.webhook_queue import Outcome, note_outcome
from alliance.webhooks import WebhookAddress, WebhookWish, add_webhook
from tests.support.founding import Founded

_EVERY_MONTH = {
    "month": 5,
    "sessions.ours": 7,
    "sessions.theirs": 30,
    "growth.people": 95,
    "topics.sturm": 6,
    "exchange.stories": 3,
    "exchange.requests": 2,
    "circles.people": 10,
    "feedback.answers": 20,
    "feedback.quarter": 4,
}


async def add_channel(instance: Instance, founded: Founded, community_id: int, text: str) -> int:
    """A channel of a community, with an attempt that arrived and one that did not; its number."""
    async with instance.unit_of_work() as uow:
        address = WebhookAddress(kind="generic", url="https://tools.example/hooks/1")
        wish = WebhookWish(name=text[:60], news=("session", "story"))
        hook, _ = await add_webhook(uow, founded.admin, address, wish, community_id)
        await note_outcome(uow, hook.id, [], "session", 2, Outcome(200, "", 120))
        await note_outcome(uow, hook.id, [], "test", 1, Outcome(None, "TimedOut", 10_000))
    return hook.id


async def publish_two_months(instance: Instance) -> None:
    """Numbers of January and February."""
    async with instance.unit_of_work() as uow:
        home = await home_company(uow.db)
        for month in (1, 2):
            for name, value in {**_EVERY_MONTH, f"joins.{home.id}": 25 * month}.items():
                report, _, key = name.partition(".")
                uow.db.add(MonthlyNumber(month=date(2026, month, 1), report=report, key=key, value=value))
