"""What people do to statuses: favourite, bookmark, boost, pin, mute."""

from collections.abc import Awaitable, Callable
from typing import Any

from alliance import marking
from alliance.errors import NotFound
from alliance.models import Employee, Posting
from alliance.queries.one_posting import posting_seen_by
from alliance.unit_of_work import UnitOfWork
from web.mastodon.door import Call, Endpoint, Handler
from web.mastodon.statuses_writing import shown

Verb = Callable[[UnitOfWork, Posting, Employee], Awaitable[Any]]


def marks(verb: Verb) -> Handler:
    """The endpoint that does this to a status and shows it as it is afterwards."""

    async def endpoint(call: Call) -> Any:
        async with call.unit_of_work() as uow:
            posting = await posting_seen_by(uow.db, call.me, call.id())
            await verb(uow, posting, call.me)
            number = posting.id
        return await shown(call, number)

    endpoint.__doc__ = verb.__doc__
    return endpoint


async def boost(call: Call) -> Any:
    """POST /api/v1/statuses/{id}/reblog: recommends it; the answer is the recommendation, with it inside."""
    async with call.unit_of_work() as uow:
        posting = await posting_seen_by(uow.db, call.me, call.id())
        made = (await marking.pass_on(uow, posting, call.me)).id
        number = posting.id
    try:
        return await shown(call, made)
    except NotFound:
        return await shown(call, number)


def _post(path: str, handler: Handler, scope: str, **more: Any) -> Endpoint:
    return Endpoint("POST", f"/api/v1/statuses/{{id}}/{path}", handler, "user", (scope,), **more)


ENDPOINTS = (
    _post("favourite", marks(marking.favourite), "write:favourites"),
    _post("unfavourite", marks(marking.unfavourite), "write:favourites"),
    _post("reblog", boost, "write:statuses"),
    _post("unreblog", marks(marking.no_longer_pass_on), "write:statuses", allowance="removal"),
    _post("bookmark", marks(marking.bookmark), "write:bookmarks"),
    _post("unbookmark", marks(marking.unbookmark), "write:bookmarks"),
    _post("pin", marks(marking.pin), "write:accounts"),
    _post("unpin", marks(marking.unpin), "write:accounts"),
    _post("mute", marks(marking.mute_conversation), "write:mutes"),
    _post("unmute", marks(marking.unmute_conversation), "write:mutes"),
)
