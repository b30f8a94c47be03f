"""Moves one of our accounts to another server, and vouches for those that want to move here (FEP-7628)."""

from alliance.acts import Subject
from alliance.errors import Conflict, Invalid
from alliance.unit_of_work import UnitOfWork
from federation.actors import fetch_actor
from federation.announcing.actors import tell_actor, tell_move
from federation.fetch import Budget
from federation.our_actors import decided, decisions
from federation.uris import Uris, host_of
from federation.vocabulary.actor import MAX_ALIASES, Actor
from federation.vocabulary.values import is_uri
from federation.webfinger import find_instance, read_typed
from federation.wiring import Federation

FETCHES = 8


async def find_account(federation: Federation, typed: str) -> Actor:
    """The account elsewhere that somebody typed the handle or the address of. Raises Invalid, FetchFailed."""
    budget = Budget(FETCHES)
    address = typed
    if not is_uri(typed):
        plain_http = federation.instance.settings.danger_private_networks
        name = read_typed(typed, plain_http=plain_http)
        if name.username is None:
            raise Invalid("Please type a whole handle: @name@server.example")
        address = (await find_instance(federation.fetcher, name, budget)).document.id
    return await fetch_actor(federation, address, budget)


async def add_alias(uow: UnitOfWork, actor: str, uri: str) -> None:
    """From now on our actor says that it is also the one at `uri`, which may then move here."""
    row = await decisions(uow, actor)
    if uri in row.also_known_as:
        raise Conflict("This account is named already.")
    if len(row.also_known_as) >= MAX_ALIASES:
        raise Conflict("An account can name at most {number} others.", number=MAX_ALIASES)
    row.also_known_as = [*row.also_known_as, uri]
    await uow.db.flush()
    uow.audit("account.alias-added", Subject("actor", actor), account=uri)
    await tell_actor(uow, actor)


async def remove_alias(uow: UnitOfWork, actor: str, uri: str) -> None:
    """Takes that back. Raises Conflict for one that is not named."""
    row = await decisions(uow, actor)
    if uri not in row.also_known_as:
        raise Conflict("This account is not named.")
    row.also_known_as = [known for known in row.also_known_as if known != uri]
    await uow.db.flush()
    uow.audit("account.alias-removed", Subject("actor", actor), account=uri)
    await tell_actor(uow, actor)


async def move_away(uow: UnitOfWork, actor: str, target: Actor) -> None:
    """Followers are told to follow `target` instead; nobody new can follow here. Raises Conflict.

    The new account must name ours first (`alsoKnownAs`), or everybody would pass over the message.
    """
    ours = Uris(uow.settings.origin).actor(actor)
    known = await decided(uow.db, actor)
    if known.moved_to is not None:
        raise Conflict("This account has moved to {target} already.", target=known.moved_to)
    if ours not in target.also_known_as:
        raise Conflict(
            "The account at {host} does not name this one yet. Add {uri} as an alias there first.",
            host=host_of(target.id),
            uri=ours,
        )
    row = await decisions(uow, actor)
    row.moved_to, row.moved_at = target.id, uow.now
    await uow.db.flush()
    uow.audit("account.moved", Subject("actor", actor), account=target.id)
    # In this order: whoever hears of the move looks whether the old account says so, too.
    await tell_actor(uow, actor)
    await tell_move(uow, actor, target.id)


async def come_back(uow: UnitOfWork, actor: str) -> None:
    """The account is in use here again; who followed has to come back by themselves. Raises Conflict."""
    row = await decisions(uow, actor)
    if row.moved_to is None:
        raise Conflict("This account has not moved.")
    row.moved_to = row.moved_at = None
    await uow.db.flush()
    uow.audit("account.returned", Subject("actor", actor))
    await tell_actor(uow, actor)
