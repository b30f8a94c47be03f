"""Like, and EmojiReact as the same: somebody finds a session of ours interesting, or wants what one of our
people asks for."""

from typing import TYPE_CHECKING

from alliance.unit_of_work import UnitOfWork
from federation.fetch import Budget
from federation.handlers.handling import Incoming, Outcome
from federation.handlers.reactions import receive_liked
from federation.handlers.wishes import receive_voice
from federation.vocabulary.activities import Activity, parse_activity

if TYPE_CHECKING:
    from federation.wiring import Federation


async def prepare(incoming: Incoming, federation: "Federation", budget: Budget) -> Activity:
    """Reads which session; asks nobody. Raises Malformed."""
    return parse_activity(incoming.activity)


def authorise(incoming: Incoming, prepared: Activity) -> None:
    """Everybody may like; it counts for the sender alone, so there is nobody else to compare with."""


async def receive(
    uow: UnitOfWork, federation: "Federation", incoming: Incoming, prepared: Activity
) -> Outcome:
    """Counts it."""
    voiced = await receive_voice(uow, federation, incoming, prepared.object)
    if voiced is not None:
        return voiced
    return await receive_liked(uow, federation, incoming, prepared.object, prepared.id)
