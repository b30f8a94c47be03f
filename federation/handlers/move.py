"""Move: somebody whom we know goes on under another address (FEP-7628)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.models import Company, Person, Source
from alliance.unit_of_work import UnitOfWork
from federation.actors import fetch_actor, find_actor
from federation.failures import FetchFailed
from federation.fetch import Budget
from federation.handlers.handling import PROCESSED, Incoming, Outcome, Refused, ignored
from federation.models import ActorMove, Follow
from federation.moves import COOLDOWN, go_along
from federation.uris import host_of
from federation.vocabulary.activities import parse_activity
from federation.vocabulary.actor import Actor
from federation.vocabulary.values import id_of

if TYPE_CHECKING:
    from federation.wiring import Federation


@dataclass(frozen=True)
class Moved:
    """From where to where; `target` as its own server just showed it, None when there is nothing to do.

    `origin` is known only where the new account says it, because then the old one must agree.
    """

    old: str
    new: str
    target: Actor | None = None
    origin: Actor | None = None
    outcome: Outcome = PROCESSED


async def prepare(incoming: Incoming, federation: "Federation", budget: Budget) -> Moved:
    """Fetches the new account anew, if anybody here has to do with the old one.

    Raises Malformed, FetchFailed, Refused.
    """
    old = parse_activity(incoming.activity).object
    new = id_of(incoming.activity.get("target"), "target")
    if incoming.actor_uri not in (old, new) or old == new:
        raise Refused("only the old or the new account says so")
    outcome = await _reason_not_to(federation, old, new)
    if outcome is not None:
        return Moved(old, new, outcome=outcome)
    target = await fetch_actor(federation, new, budget)
    origin = await _origin(federation, old, budget) if incoming.actor_uri == new else None
    return Moved(old, new, target, origin)


def authorise(incoming: Incoming, prepared: Moved) -> None:
    """The new account must name the old one, and the old one say so itself. Raises Refused."""
    if prepared.target is None:
        return
    if prepared.old not in prepared.target.also_known_as:
        raise Refused("the new account does not name the old one")
    if incoming.actor_uri == prepared.new:
        origin = prepared.origin
        if origin is None or prepared.new not in (origin.moved_to, *origin.also_known_as):
            raise Refused("the old account does not name the new one")


async def receive(uow: UnitOfWork, federation: "Federation", incoming: Incoming, prepared: Moved) -> Outcome:
    """Our follows lead to the new account from now on; places in sessions stay."""
    if prepared.target is None:
        return prepared.outcome
    if prepared.target.moved_to is not None:
        return ignored("moved on already")
    if await _moved_lately(uow.db, prepared.old, uow):
        return ignored("moved lately")
    await go_along(uow, prepared.old, prepared.target)
    return PROCESSED


async def _reason_not_to(federation: "Federation", old: str, new: str) -> Outcome | None:
    """Why this move is none of our business, found before anything is fetched."""
    if federation.uris.is_ours(new) or federation.uris.is_ours(old):
        return ignored("ours")
    await federation.admission.refresh()
    if federation.admission.is_blocked(host_of(new)):
        raise Refused("to a blocked server")
    # Who is not welcome does not become so by another name.
    if federation.admission.refuses(old) or federation.admission.is_blocked(host_of(old)):
        raise Refused("the old account is blocked")
    if (await federation.admission.treatment(host_of(old))).silenced:
        return ignored("silenced")
    async with federation.instance.reading() as db:
        company = or_(Company.uri == old, Company.instance_uri == old)
        if await db.scalar(select(exists().where(company))):
            return ignored("an alliance does not move")  # its key was compared by people
        followed = exists().where(or_(Follow.followed_uri == old, Follow.follower_uri == old))
        known = exists().where(Person.uri == old) | exists().where(Source.uri == old)
        if not await db.scalar(select(followed | known)):
            return ignored("nobody we know")
        moved = await db.get(ActorMove, old)
    if moved is not None and moved.moved_at > federation.instance.clock.now() - COOLDOWN:
        return ignored("moved lately")
    return None


async def _moved_lately(db: AsyncSession, old: str, uow: UnitOfWork) -> bool:
    moved = await db.get(ActorMove, old)
    return moved is not None and moved.moved_at > uow.now - COOLDOWN


async def _origin(federation: "Federation", old: str, budget: Budget) -> Actor | None:
    """The old account as it shows itself, or last did: its server may be gone for good."""
    try:
        return await fetch_actor(federation, old, budget)
    except FetchFailed:
        try:
            return await find_actor(federation, old, budget)
        except FetchFailed:
            return None
