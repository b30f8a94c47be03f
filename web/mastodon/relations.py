"""Following, keeping away, noting: what somebody does about an account, and where they stand with it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import exists, select

from alliance.errors import Forbidden, NotFound
from alliance.following import choose_follow, follow, unfollow
from alliance.keeping_away import block, mute, unblock, unmute
from alliance.marking_accounts import mark_account, note_about, unmark_account
from alliance.models import Company, Distance
from alliance.queries.known_accounts import known_accounts
from alliance.queries.relationships import relations
from alliance.unit_of_work import UnitOfWork
from federation.followers_here import send_follower_away, states_of_followers
from web.mastodon.door import Call, Endpoint
from web.mastodon.entities.relationship import relationship

_LONGEST = 10 * 365 * 24 * 60 * 60
NOT_FOLLOWABLE_SENTENCE = "Only companies of the alliance and experts who show their profile can be followed."
BLOCKED_SENTENCE = "You have blocked this account."


async def relationships(call: Call) -> Any:
    """GET /api/v1/accounts/relationships: in the order asked for, without whom nobody may know."""
    return await _relationships(call, call.params.ids("id"))


async def begin_following(call: Call) -> Any:
    """POST /api/v1/accounts/{id}/follow; said again it changes what is wanted."""
    account_id, params = call.id(), call.params
    async with call.unit_of_work() as uow:
        await _refuse_unless_known(call, uow, account_id)
        blocks = exists().where(
            Distance.person_id == call.me.id, Distance.account_id == account_id, Distance.kind == "block"
        )
        if account_id == call.me.id:
            raise Forbidden(NOT_FOLLOWABLE_SENTENCE)
        if await uow.db.scalar(select(blocks)):
            raise Forbidden(BLOCKED_SENTENCE)
        try:
            await follow(uow, call.me.id, await _kind(uow, account_id), str(account_id))
        except NotFound:
            raise Forbidden(NOT_FOLLOWABLE_SENTENCE) from None
        await choose_follow(
            uow,
            call.me.id,
            account_id,
            shows_boosts=params.flag("reblogs", True) if params.has("reblogs") else None,
            notifies=params.flag("notify") if params.has("notify") else None,
            languages=params.texts("languages") if params.has("languages") else None,
        )
    return await relationship_with(call, account_id)


async def end_following(call: Call) -> Any:
    """POST /api/v1/accounts/{id}/unfollow."""
    async with call.unit_of_work() as uow:
        await _refuse_unless_known(call, uow, call.id())
        await unfollow(uow, call.me.id, await _kind(uow, call.id()), str(call.id()))
    return await relationship_with(call, call.id())


async def begin_block(call: Call) -> Any:
    """POST /api/v1/accounts/{id}/block: who follows from there no longer does."""
    async with call.unit_of_work() as uow:
        await _refuse_unless_known(call, uow, call.id())
        await block(uow, call.me.id, call.id())
        await send_follower_away(uow, call.me.id, call.id())
    return await relationship_with(call, call.id())


async def end_block(call: Call) -> Any:
    """POST /api/v1/accounts/{id}/unblock."""
    async with call.unit_of_work() as uow:
        await _refuse_unless_known(call, uow, call.id())
        await unblock(uow, call.me.id, call.id())
    return await relationship_with(call, call.id())


async def begin_mute(call: Call) -> Any:
    """POST /api/v1/accounts/{id}/mute; `duration` in seconds, 0 for good."""
    seconds = call.params.number("duration", 0, most=_LONGEST)
    notifications = call.params.flag("notifications", True)
    async with call.unit_of_work() as uow:
        await _refuse_unless_known(call, uow, call.id())
        until = uow.now + timedelta(seconds=seconds) if seconds else None
        await mute(uow, call.me.id, call.id(), notifications=notifications, until=until)
    return await relationship_with(call, call.id())


async def end_mute(call: Call) -> Any:
    """POST /api/v1/accounts/{id}/unmute."""
    async with call.unit_of_work() as uow:
        await _refuse_unless_known(call, uow, call.id())
        await unmute(uow, call.me.id, call.id())
    return await relationship_with(call, call.id())


async def write_note(call: Call) -> Any:
    """POST /api/v1/accounts/{id}/note."""
    async with call.unit_of_work() as uow:
        await _refuse_unless_known(call, uow, call.id())
        await note_about(uow, call.me.id, call.id(), call.params.text("comment"))
    return await relationship_with(call, call.id())


async def endorse(call: Call) -> Any:
    """POST /api/v1/accounts/{id}/endorse (pin until 4.4)."""
    async with call.unit_of_work() as uow:
        await _refuse_unless_known(call, uow, call.id())
        await mark_account(uow, call.me.id, call.id(), "endorsed")
    return await relationship_with(call, call.id())


async def unendorse(call: Call) -> Any:
    """POST /api/v1/accounts/{id}/unendorse (unpin until 4.4)."""
    async with call.unit_of_work() as uow:
        await _refuse_unless_known(call, uow, call.id())
        await unmark_account(uow, call.me.id, call.id(), "endorsed")
    return await relationship_with(call, call.id())


async def send_away(call: Call) -> Any:
    """POST /api/v1/accounts/{id}/remove_from_followers."""
    async with call.unit_of_work() as uow:
        await _refuse_unless_known(call, uow, call.id())
        await send_follower_away(uow, call.me.id, call.id())
    return await relationship_with(call, call.id())


async def _kind(uow: UnitOfWork, account_id: int) -> str:
    is_company = await uow.db.scalar(select(exists().where(Company.id == account_id)))
    return "company" if is_company else "expert"


async def _refuse_unless_known(call: Call, uow: UnitOfWork, account_id: int) -> None:
    """A follower is known to whom they follow, and who is kept away to who does so, whatever came since."""
    if await known_accounts(uow.db, call.viewer, [account_id]):
        return
    kept_away = exists().where(Distance.person_id == call.me.id, Distance.account_id == account_id)
    follower = await states_of_followers(uow.db, call.instance.settings.origin, call.me.id, [account_id])
    if not follower and not await uow.db.scalar(select(kept_away)):
        raise NotFound


async def relationship_with(call: Call, account_id: int) -> Any:
    """Where the one who asks stands with an account that they were found to know, as an answer."""
    return (await _relationships(call, [account_id], also=[account_id]))[0]


async def _relationships(call: Call, ids: Sequence[int], *, also: Sequence[int] = ()) -> list[dict[str, Any]]:
    async with call.reading() as db:
        theirs = await states_of_followers(db, call.instance.settings.origin, call.me.id, ids)
        found = await relations(db, call.me.id, ids, call.instance.clock.now(), also=[*theirs, *also])
    return [relationship(one, theirs.get(one.account_id)) for one in found]


_ONE = "/api/v1/accounts/{id}"
_FOLLOWS, _BLOCKS, _MUTES = ("write:follows",), ("write:blocks",), ("write:mutes",)
_ACCOUNTS = ("write:accounts",)
ENDPOINTS = (
    Endpoint("GET", "/api/v1/accounts/relationships", relationships, "user", ("read:follows",)),
    Endpoint("POST", f"{_ONE}/follow", begin_following, "user", _FOLLOWS),
    Endpoint("POST", f"{_ONE}/unfollow", end_following, "user", _FOLLOWS),
    Endpoint("POST", f"{_ONE}/remove_from_followers", send_away, "user", _FOLLOWS),
    Endpoint("POST", f"{_ONE}/block", begin_block, "user", _BLOCKS),
    Endpoint("POST", f"{_ONE}/unblock", end_block, "user", _BLOCKS),
    Endpoint("POST", f"{_ONE}/mute", begin_mute, "user", _MUTES),
    Endpoint("POST", f"{_ONE}/unmute", end_mute, "user", _MUTES),
    Endpoint("POST", f"{_ONE}/note", write_note, "user", _ACCOUNTS),
    Endpoint("POST", f"{_ONE}/endorse", endorse, "user", _ACCOUNTS),
    Endpoint("POST", f"{_ONE}/unendorse", unendorse, "user", _ACCOUNTS),
    Endpoint("POST", f"{_ONE}/pin", endorse, "user", _ACCOUNTS),
    Endpoint("POST", f"{_ONE}/unpin", unendorse, "user", _ACCOUNTS),
)
