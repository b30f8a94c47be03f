"""Filters of the second version, and of the first as a view on them."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from alliance.errors import Invalid
from alliance.filtering import (
    FilterChange,
    KeywordChange,
    add_keyword,
    change_filter,
    change_keyword,
    drop_filter,
    filter_posting,
    make_filter,
    unfilter_posting,
)
from alliance.queries.app_filters import (
    filters_of,
    own_filter,
    own_filtered,
    own_keyword,
    own_keywords,
)
from web.mastodon.door import Call, Endpoint
from web.mastodon.entities.keeping import (
    filter_keyword,
    filter_status,
    filter_v1,
    filter_v2,
)
from web.mastodon.params import Params, blank

_LONGEST = 10 * 365 * 24 * 60 * 60
"""Seconds; nobody's filter needs to end later than in ten years."""
SEVERAL_WORDS_SENTENCE = "This filter has several words now; please change it where all of them are shown."


async def every(call: Call) -> Any:
    """GET /api/v2/filters."""
    async with call.reading() as db:
        return [filter_v2(row) for row in await filters_of(db, call.me.id)]


async def one(call: Call) -> Any:
    """GET /api/v2/filters/{id}."""
    async with call.reading() as db:
        return filter_v2(await own_filter(db, call.me.id, call.id()))


async def make(call: Call) -> Any:
    """POST /api/v2/filters."""
    if not call.params.has("title"):
        raise blank("title")
    if not call.params.has("context"):
        raise blank("context")
    async with call.unit_of_work() as uow:
        return filter_v2(await make_filter(uow, call.me.id, _change(call.params, uow.now)))


async def change(call: Call) -> Any:
    """PUT /api/v2/filters/{id}."""
    async with call.unit_of_work() as uow:
        wanted = _change(call.params, uow.now)
        return filter_v2(await change_filter(uow, call.me.id, call.id(), wanted))


async def drop(call: Call) -> Any:
    """DELETE /api/v2/filters/{id}."""
    async with call.unit_of_work() as uow:
        await drop_filter(uow, call.me.id, call.id())
    return {}


async def keywords(call: Call) -> Any:
    """GET /api/v2/filters/{id}/keywords."""
    async with call.reading() as db:
        found = await own_filter(db, call.me.id, call.id())
        return [filter_keyword(row) for row in found.keywords]


async def new_keyword(call: Call) -> Any:
    """POST /api/v2/filters/{id}/keywords."""
    word = call.params.needed("keyword")
    async with call.unit_of_work() as uow:
        whole = call.params.flag("whole_word", True)
        return filter_keyword(await add_keyword(uow, call.me.id, call.id(), word, whole_word=whole))


async def keyword(call: Call) -> Any:
    """GET /api/v2/filters/keywords/{id}."""
    async with call.reading() as db:
        return filter_keyword((await own_keyword(db, call.me.id, call.id()))[0])


async def other_keyword(call: Call) -> Any:
    """PUT /api/v2/filters/keywords/{id}."""
    async with call.unit_of_work() as uow:
        return filter_keyword(await change_keyword(uow, call.me.id, call.id(), _keyword(call.params)))


async def drop_keyword(call: Call) -> Any:
    """DELETE /api/v2/filters/keywords/{id}."""
    async with call.unit_of_work() as uow:
        await change_keyword(uow, call.me.id, call.id(), KeywordChange(is_dropped=True))
    return {}


async def statuses(call: Call) -> Any:
    """GET /api/v2/filters/{id}/statuses."""
    async with call.reading() as db:
        found = await own_filter(db, call.me.id, call.id())
        return [filter_status(row) for row in found.postings]


async def new_status(call: Call) -> Any:
    """POST /api/v2/filters/{id}/statuses."""
    call.params.needed("status_id")
    async with call.unit_of_work() as uow:
        posting_id = call.params.id("status_id") or 0
        return filter_status(await filter_posting(uow, call.me.id, call.id(), posting_id))


async def status(call: Call) -> Any:
    """GET /api/v2/filters/statuses/{id}."""
    async with call.reading() as db:
        return filter_status(await own_filtered(db, call.me.id, call.id()))


async def drop_status(call: Call) -> Any:
    """DELETE /api/v2/filters/statuses/{id}."""
    async with call.unit_of_work() as uow:
        return filter_status(await unfilter_posting(uow, call.me.id, call.id()))


async def every_v1(call: Call) -> Any:
    """GET /api/v1/filters."""
    async with call.reading() as db:
        return [filter_v1(*pair) for pair in await own_keywords(db, call.me.id)]


async def one_v1(call: Call) -> Any:
    """GET /api/v1/filters/{id}."""
    async with call.reading() as db:
        return filter_v1(*await own_keyword(db, call.me.id, call.id()))


async def make_v1(call: Call) -> Any:
    """POST /api/v1/filters: a filter with one word, which is its name as well."""
    params = call.params
    phrase = params.needed("phrase")
    if not params.has("context"):
        raise blank("context")
    word = KeywordChange(phrase, params.flag("whole_word"))
    async with call.unit_of_work() as uow:
        wanted = FilterChange(
            title=phrase,
            contexts=params.texts("context"),
            action=_action(params),
            changes_end=True,
            expires_at=_end(params, uow.now),
            keywords=[word],
        )
        made = await make_filter(uow, call.me.id, wanted)
        return filter_v1(made.keywords[0], made)


async def change_v1(call: Call) -> Any:
    """PUT /api/v1/filters/{id}: where the filter has other words too, only the word can change."""
    params = call.params
    phrase = params.needed("phrase")
    if not params.has("context"):
        raise blank("context")
    async with call.unit_of_work() as uow:
        word, row = await own_keyword(uow.db, call.me.id, call.id())
        wanted = FilterChange(
            title=phrase,
            contexts=params.texts("context"),
            action=("hide" if params.flag("irreversible") else "warn")
            if params.has("irreversible")
            else None,
            changes_end=params.has("expires_in"),
            expires_at=_end(params, uow.now),
            keywords=[KeywordChange(phrase, params.flag("whole_word", word.is_whole_word), word.id)],
        )
        found = await change_filter(uow, call.me.id, row.id, wanted)
        if len(found.keywords) > 1:
            raise Invalid(SEVERAL_WORDS_SENTENCE)
        return filter_v1(word, found)


async def drop_v1(call: Call) -> Any:
    """DELETE /api/v1/filters/{id}: the word; with the last one its filter."""
    async with call.unit_of_work() as uow:
        word, row = await own_keyword(uow.db, call.me.id, call.id())
        dropped = FilterChange(keywords=[KeywordChange(id=word.id, is_dropped=True)])
        found = await change_filter(uow, call.me.id, row.id, dropped)
        if not found.keywords and not found.postings:
            await drop_filter(uow, call.me.id, row.id)
    return {}


def _change(params: Params, now: datetime) -> FilterChange:
    return FilterChange(
        title=params.text("title") if params.has("title") else None,
        contexts=params.texts("context") if params.has("context") else None,
        action=params.text("filter_action") or None,
        changes_end=params.has("expires_in"),
        expires_at=_end(params, now),
        keywords=[_keyword(word) for word in params.each("keywords_attributes")],
    )


def _keyword(params: Params) -> KeywordChange:
    return KeywordChange(
        params.text("keyword") if params.has("keyword") else None,
        params.flag("whole_word") if params.has("whole_word") else None,
        params.id("id"),
        params.flag("_destroy"),
    )


def _action(params: Params) -> str:
    return "hide" if params.flag("irreversible") else "warn"


def _end(params: Params, now: datetime) -> datetime | None:
    seconds = params.number("expires_in", 0, most=_LONGEST)
    return now + timedelta(seconds=seconds) if seconds else None


_READ, _WRITE = ("read:filters",), ("write:filters",)
_V2 = "/api/v2/filters"


def _told(endpoint: Endpoint) -> Endpoint:
    """The same; afterwards, when it is stored, the person's open streams hear of it."""

    @wraps(endpoint.handler)
    async def handler(call: Call) -> Any:
        answer = await endpoint.handler(call)
        call.request.app.state.streams.tell_filters_changed(call.me.id)
        return answer

    return replace(endpoint, handler=handler)


_READING = (
    Endpoint("GET", _V2, every, "user", _READ),
    Endpoint("GET", f"{_V2}/{{id}}", one, "user", _READ),
    Endpoint("GET", f"{_V2}/{{id}}/keywords", keywords, "user", _READ),
    Endpoint("GET", f"{_V2}/keywords/{{id}}", keyword, "user", _READ),
    Endpoint("GET", f"{_V2}/{{id}}/statuses", statuses, "user", _READ),
    Endpoint("GET", f"{_V2}/statuses/{{id}}", status, "user", _READ),
    Endpoint("GET", "/api/v1/filters", every_v1, "user", _READ),
    Endpoint("GET", "/api/v1/filters/{id}", one_v1, "user", _READ),
)
_CHANGING = (
    Endpoint("POST", _V2, make, "user", _WRITE),
    Endpoint("PUT", f"{_V2}/{{id}}", change, "user", _WRITE),
    Endpoint("DELETE", f"{_V2}/{{id}}", drop, "user", _WRITE),
    Endpoint("POST", f"{_V2}/{{id}}/keywords", new_keyword, "user", _WRITE),
    Endpoint("PUT", f"{_V2}/keywords/{{id}}", other_keyword, "user", _WRITE),
    Endpoint("DELETE", f"{_V2}/keywords/{{id}}", drop_keyword, "user", _WRITE),
    Endpoint("POST", f"{_V2}/{{id}}/statuses", new_status, "user", _WRITE),
    Endpoint("DELETE", f"{_V2}/statuses/{{id}}", drop_status, "user", _WRITE),
    Endpoint("POST", "/api/v1/filters", make_v1, "user", _WRITE),
    Endpoint("PUT", "/api/v1/filters/{id}", change_v1, "user", _WRITE),
    Endpoint("DELETE", "/api/v1/filters/{id}", drop_v1, "user", _WRITE),
)
ENDPOINTS = (*_READING, *map(_told, _CHANGING))
