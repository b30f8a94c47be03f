"""What the worker does about the newsletter: begins it when it is due, and queues it portion by portion."""

from alliance.newsletter import begin_when_due, end_editions, fill_queue, next_time
from alliance.queries.companies import home_company
from alliance.queries.newsletter import is_sending, newsletter_plan
from alliance.subscribing import forget_silent_guests
from federation.chores import Chore, in_portions
from federation.wiring import Federation

SECONDS_BETWEEN = 10.0


async def send_newsletter(federation: Federation) -> int:
    """One turn; how many mails were queued. Looking takes no writer's turn."""
    instance, queued = federation.instance, 0
    if instance.settings.smtp is None:
        return 0
    if await _is_due(federation):
        async with instance.unit_of_work() as uow:
            await begin_when_due(uow)
    async with instance.reading() as db:
        sending = await is_sending(db)
    if sending:
        async with instance.unit_of_work() as uow:
            queued = await fill_queue(uow, portion_of(instance.settings.mail_rate))
            await end_editions(uow)
    return queued


def portion_of(rate: int) -> int:
    """As much as is sent between two turns: whatever else comes waits no longer than that."""
    return max(1, round(rate * SECONDS_BETWEEN / 60))


async def _is_due(federation: Federation) -> bool:
    instance = federation.instance
    async with instance.reading() as db:
        plan = await newsletter_plan(db)
        if plan is None or not plan.is_on:
            return False
        zone = (await home_company(db)).timezone
    return next_time(plan, zone) <= instance.clock.now()


async def forget_guests(federation: Federation) -> int:
    """Deletes the addresses of those who never said yes."""
    return await in_portions(federation, forget_silent_guests)


NEWSLETTER_CHORES: tuple[Chore, ...] = (
    Chore("sending the newsletter", SECONDS_BETWEEN, send_newsletter),
    Chore("forgetting who never said yes", 600, forget_guests),
)
