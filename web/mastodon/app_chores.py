"""What the worker does for apps: says what was planned, pushes, forgets what is no longer needed."""

from alliance.story_pictures import forget_waiting_pictures
from federation.chores import Chore
from federation.wiring import Federation
from web.mastodon.scheduled import forget_old_plans, say_what_is_due
from web.mastodon.statuses_writing import forget_old_keys
from web.push.sending import PUSH_CHORES


async def forget_what_is_over(federation: Federation) -> int:
    """Keys of apps after an hour, pictures of no story after a day, plans that failed after a week."""
    async with federation.instance.unit_of_work() as uow:
        await forget_old_keys(uow)
        await forget_old_plans(uow)
        return await forget_waiting_pictures(uow)


APP_CHORES: tuple[Chore, ...] = (
    Chore("saying what was planned", 20, say_what_is_due),
    Chore("forgetting what apps left behind", 3600, forget_what_is_over),
    *PUSH_CHORES,
)
