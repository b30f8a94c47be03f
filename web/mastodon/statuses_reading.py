"""Statuses to read: one or many, what is around them, how they were worded, who liked them."""

from typing import Any

from sqlalchemy import Connection, select

from alliance.errors import NotFound
from alliance.models import Comment, Message, Session, Story
from alliance.queries.accounts import known_ids
from alliance.queries.threads import above, below, former_words, passed_on_by
from alliance.queries.timelines import Placed, placed
from alliance.text import plain_text
from web.mastodon.answers import iso
from web.mastodon.door import Call, Endpoint
from web.mastodon.paging import desk_of, statuses_with_ids
from web.mastodon.rendering import Desk
from web.mastodon.spans import Page

JSON = dict[str, Any]
_MOST_FOR_STRANGERS = 60


async def one(call: Call) -> JSON:
    """GET /api/v1/statuses/{id}."""
    desk = desk_of(call)
    return await call.instance.look(lambda db: _seen(db, desk, call.id())[1])


async def many(call: Call) -> list[JSON]:
    """GET /api/v1/statuses: in the order asked for, without what can't be seen."""
    ids = call.params.ids("id")
    found = await statuses_with_ids(call, ids)
    return [found[number] for number in dict.fromkeys(ids) if number in found]


async def context(call: Call) -> JSON:
    """GET /api/v1/statuses/{id}/context: what it answers and what answers it, as far as it may be seen."""
    desk = desk_of(call)

    def read(db: Connection) -> JSON:
        row, _ = _seen(db, desk, call.id())
        before, after = above(db, row.id), below(db, row.id)
        if call.employee is None:
            after = after[:_MOST_FOR_STRANGERS]
        shown = {one["id"]: one for one in desk.statuses(db, placed(db, [*before, *after]))}
        return {
            name: [shown[str(number)] for number in ids if str(number) in shown]
            for name, ids in (("ancestors", before), ("descendants", after))
        }

    return await call.instance.look(read)


async def history(call: Call) -> list[JSON]:
    """GET /api/v1/statuses/{id}/history: former words as far as they are known, then those of today."""
    desk = desk_of(call)

    def read(db: Connection) -> list[JSON]:
        row, status = _seen(db, desk, call.id())
        former = former_words(db, row.story_id) if row.kind == "story" else []
        edits = [_edit(status, one.html, one.spoiler, iso(one.written_at)) for one in former]
        moment = status["edited_at"] or status["created_at"]
        return [*edits, _edit(status, status["content"], status["spoiler_text"], moment)]

    return await call.instance.look(read)


async def source(call: Call) -> JSON:
    """GET /api/v1/statuses/{id}/source: as it was typed; of what came from elsewhere its plain text."""
    desk = desk_of(call)

    def read(db: Connection) -> JSON:
        row, status = _seen(db, desk, call.id())
        text = _typed(db, row) or plain_text(status["content"])
        return {"id": status["id"], "text": text, "spoiler_text": status["spoiler_text"]}

    return await call.instance.look(read)


async def card(call: Call) -> JSON:
    """GET /api/v1/statuses/{id}/card, for apps of before 2019."""
    return (await one(call))["card"] or {}


async def favourited_by(call: Call) -> Page:
    """GET /api/v1/statuses/{id}/favourited_by: oneself; who else likes something is for nobody to read."""
    desk = desk_of(call)

    def read(db: Connection) -> Page:
        _, status = _seen(db, desk, call.id())
        mine = call.employee.id if call.employee and status.get("favourited") else None
        return Page([desk.accounts(db, [mine])[mine]] if mine else [])

    return await call.instance.look(read)


async def reblogged_by(call: Call) -> Page:
    """GET /api/v1/statuses/{id}/reblogged_by: whoever passed it on and is known to the caller."""
    desk, span = desk_of(call), call.span(40, 80)

    def read(db: Connection) -> Page:
        row, _ = _seen(db, desk, call.id())
        pairs = passed_on_by(db, row.boosted_id or row.id, span)
        known = known_ids(db, desk.viewer, [account for _, account in pairs])
        accounts = desk.accounts(db, known)
        items = [accounts[account] for _, account in pairs if account in known and account in accounts]
        is_full = len(pairs) == span.limit
        return Page(items, pairs[0][0] if pairs else None, pairs[-1][0] if pairs and is_full else None)

    return await call.instance.look(read)


async def quotes(call: Call) -> Page:
    """GET /api/v1/statuses/{id}/quotes: nothing is quoted here."""
    await one(call)
    return Page([])


def _seen(db: Connection, desk: Desk, posting_id: int) -> tuple[Placed, JSON]:
    """The row and the status, if the viewer may see it. Raises NotFound."""
    rows = placed(db, [posting_id])
    found = desk.statuses(db, rows)
    if not found:
        raise NotFound
    return rows[0], found[0]


def _edit(status: JSON, content: str, spoiler: str, moment: str) -> JSON:
    poll = status["poll"]
    options = {"poll": {"options": [{"title": one["title"]} for one in poll["options"]]}} if poll else {}
    return {
        "content": content,
        "spoiler_text": spoiler,
        "sensitive": bool(spoiler),
        "created_at": moment,
        "account": status["account"],
        "media_attachments": status["media_attachments"],
        "emojis": [],
        **options,
    }


def _typed(db: Connection, row: Placed) -> str:
    """Of a row that the viewer was found to see."""
    if row.kind == "session":
        query = select(Session.title, Session.description).where(Session.id == row.session_id)
        return "\n\n".join(part for part in db.execute(query).one() if part)
    tables: dict[str, tuple[Any, int | None]] = {
        "comment": (Comment, row.comment_id),
        "story": (Story, row.story_id),
        "message": (Message, row.message_id),
    }
    table, number = tables.get(row.kind, (Comment, None))
    return db.scalar(select(table.text).where(table.id == number)) or ""


_READ = ("read:statuses",)
_ONE = "/api/v1/statuses/{id}"
ENDPOINTS = (
    Endpoint("GET", "/api/v1/statuses", many, "user-optional", _READ),
    Endpoint("GET", _ONE, one, "user-optional", _READ),
    Endpoint("GET", f"{_ONE}/context", context, "user-optional", _READ),
    Endpoint("GET", f"{_ONE}/history", history, "user-optional", _READ),
    Endpoint("GET", f"{_ONE}/source", source, "user", _READ),
    Endpoint("GET", f"{_ONE}/card", card, "user-optional", _READ),
    Endpoint("GET", f"{_ONE}/favourited_by", favourited_by, "user-optional", _READ),
    Endpoint("GET", f"{_ONE}/reblogged_by", reblogged_by, "user-optional", _READ),
    Endpoint("GET", f"{_ONE}/quotes", quotes, "user", _READ),
)
