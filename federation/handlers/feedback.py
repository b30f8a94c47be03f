"""Takes in what an allied company says that its people said about a session of ours: a sum, no answers."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from alliance.feedback import BATCH, receive_sums
from alliance.models import Session
from alliance.unit_of_work import UnitOfWork
from federation.handlers.handling import PROCESSED, Incoming, Outcome, Refused, ignored
from federation.handlers.standing import not_allied, publisher
from federation.uris import host_of
from federation.vocabulary.activities import Activity
from federation.vocabulary.values import Malformed, id_of, whole

if TYPE_CHECKING:
    from federation.wiring import Federation

TYPE = "AggregateRating"


@dataclass(frozen=True)
class SumTold:
    """How many answered, and how many points of two each five of them came to."""

    rating_uri: str
    session_uri: str
    answers: int
    value: float


def sum_told(activity: Activity) -> SumTold | None:
    """Reads the rating in a Create; None for every other object. Raises Malformed."""
    if activity.embedded is None or activity.embedded_type != TYPE:
        return None
    answers, value = whole(activity.embedded.get("ratingCount")), activity.embedded.get("ratingValue")
    if answers is None or isinstance(value, bool) or not isinstance(value, int | float):
        raise Malformed("a rating without numbers")
    if not 0 <= value <= 2:
        raise Malformed("a rating out of its bounds")
    session_uri = id_of(activity.embedded.get("itemReviewed"), "itemReviewed")
    return SumTold(activity.object, session_uri, answers, float(value))


def authorise_sum(incoming: Incoming, told: SumTold) -> None:
    """A company speaks from its own host. Raises Refused."""
    if host_of(told.rating_uri) != incoming.host:
        raise Refused("not on the sender's host")


async def receive_sum_told(
    uow: UnitOfWork, federation: "Federation", incoming: Incoming, told: SumTold
) -> Outcome:
    """Stores the sum, where it can be true."""
    standing = await publisher(uow.db, incoming.actor_uri)
    refusal = not_allied(standing)
    if refusal is not None or standing is None:
        return refusal or ignored("not allied")
    session_id = federation.uris.session_id(told.session_uri)
    session = await uow.db.get(Session, session_id) if session_id is not None else None
    if session is None or session.uri is not None:
        return ignored("no session of ours")
    if told.answers % BATCH:
        return ignored("not in fives")
    batches = told.answers // BATCH
    stored = await receive_sums(uow, session, standing.company.id, batches, round(told.value * batches))
    return PROCESSED if stored else ignored("can't be, or is known")
