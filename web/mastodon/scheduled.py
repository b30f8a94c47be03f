"""Statuses that are to be said later: handed in, moved, taken back, and said by the worker in time."""

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, select

from alliance.errors import AllianceError, Conflict, Invalid, NotFound
from alliance.models import Employee, PlannedWords, StoryPicture
from alliance.story_pictures import refuse_unless_waiting
from alliance.unit_of_work import UnitOfWork
from federation.wiring import Federation
from web.mastodon.answers import iso
from web.mastodon.door import Call, Endpoint
from web.mastodon.media import attachment
from web.mastodon.params import Params, unusable
from web.mastodon.saying import Wishes, say_it
from web.mastodon.showing import page_of_rows
from web.mastodon.spans import Page

SOONEST = timedelta(minutes=5)
LATEST = timedelta(days=365)
MOST_PLANNED = 100
KEPT_PROBLEMS = timedelta(days=7)
_AT_ONCE = 50
TOO_SOON_SENTENCE = "Please choose a time at least five minutes ahead, and within a year."
TOO_MANY_SENTENCE = "You have planned {limit} already. Please let some of them be said first."
JSON = dict[str, Any]


async def plan(uow: UnitOfWork, by: Employee, params: Params, wishes: Wishes, origin: str) -> JSON:
    """Keeps what is to be said later. Raises Invalid for a time that is too soon, Conflict for too many."""
    due_at = params.moment("scheduled_at")
    if due_at is None or not uow.now + SOONEST <= due_at <= uow.now + LATEST:
        raise Invalid(TOO_SOON_SENTENCE)
    count = select(func.count()).where(PlannedWords.person_id == by.id)
    if (await uow.db.scalar(count) or 0) >= MOST_PLANNED:
        raise Conflict(TOO_MANY_SENTENCE, limit=MOST_PLANNED)
    await refuse_unless_waiting(uow, wishes.pictures, by.id)
    row = PlannedWords(
        id=uow.new_id(),
        person_id=by.id,
        due_at=due_at,
        text=wishes.text,
        wishes={
            "visibility": wishes.visibility,
            "is_local": wishes.is_local,
            "reply_to": str(wishes.reply_to) if wishes.reply_to else "",
            "spoiler": wishes.spoiler,
            "language": wishes.language,
            "pictures": [str(one) for one in wishes.pictures],
        },
        created_at=uow.now,
    )
    uow.db.add(row)
    await uow.db.flush()
    return await _entity(uow, row, origin)


async def every(call: Call) -> Any:
    """GET /api/v1/scheduled_statuses."""
    mine = select(PlannedWords.id).where(PlannedWords.person_id == call.me.id)
    found, newest, oldest = await page_of_rows(call, mine, default=20, most=40)
    async with call.unit_of_work() as uow:
        rows = [await uow.db.get(PlannedWords, row.id) for row in found]
        origin = call.instance.settings.origin
        return Page([await _entity(uow, row, origin) for row in rows if row is not None], newest, oldest)


async def one(call: Call) -> Any:
    """GET /api/v1/scheduled_statuses/{id}."""
    async with call.unit_of_work() as uow:
        return await _entity(uow, await _own(uow, call), call.instance.settings.origin)


async def move(call: Call) -> Any:
    """PUT /api/v1/scheduled_statuses/{id}: another time."""
    due_at = call.params.moment("scheduled_at")
    async with call.unit_of_work() as uow:
        row = await _own(uow, call)
        if due_at is None:
            raise unusable("scheduled_at")
        if not uow.now + SOONEST <= due_at <= uow.now + LATEST:
            raise Invalid(TOO_SOON_SENTENCE)
        row.due_at, row.problem = due_at, ""
        await uow.db.flush()
        return await _entity(uow, row, call.instance.settings.origin)


async def cancel(call: Call) -> Any:
    """DELETE /api/v1/scheduled_statuses/{id}."""
    async with call.unit_of_work() as uow:
        await uow.db.delete(await _own(uow, call))
    return {}


async def say_what_is_due(federation: Federation) -> int:
    """Says what is due, one by one; what can't be said any more is kept for a week and then forgotten."""
    async with federation.instance.reading() as db:
        now = federation.instance.clock.now()
        due = await db.scalars(
            select(PlannedWords.id)
            .where(PlannedWords.due_at <= now, PlannedWords.problem == "")
            .order_by(PlannedWords.due_at, PlannedWords.id)
            .limit(_AT_ONCE)
        )
        ids = list(due)
    for number in ids:
        await _say(federation, number)
    return len(ids)


async def forget_old_plans(uow: UnitOfWork) -> None:
    """Forgets what could not be said, a week after its time."""
    old = (PlannedWords.problem != "") & (PlannedWords.due_at < uow.now - KEPT_PROBLEMS)
    await uow.db.execute(delete(PlannedWords).where(old))


async def _say(federation: Federation, number: int) -> None:
    async with federation.instance.unit_of_work() as uow:
        row = await uow.db.scalar(
            select(PlannedWords).where(PlannedWords.id == number).with_for_update(skip_locked=True)
        )
        by = await uow.db.get(Employee, row.person_id) if row is not None else None
        if row is None:
            return
        if by is None or by.disabled_at is not None:
            await uow.db.delete(row)
            return
        try:
            async with uow.attempt():
                await say_it(uow, by, _wishes(row))
        except AllianceError as error:
            row.problem = (error.detail or error.sentence)[:500]
            return
        await uow.db.delete(row)


def _wishes(row: PlannedWords) -> Wishes:
    given: Any = row.wishes
    return Wishes(
        text=row.text,
        visibility=str(given["visibility"]),
        is_local=bool(given["is_local"]),
        reply_to=int(given["reply_to"]) if given["reply_to"] else None,
        spoiler=str(given["spoiler"]),
        language=str(given["language"]),
        pictures=[int(one) for one in given["pictures"]],
    )


async def _own(uow: UnitOfWork, call: Call) -> PlannedWords:
    row = await uow.db.get(PlannedWords, call.id())
    if row is None or row.person_id != call.me.id:
        raise NotFound
    return row


async def _entity(uow: UnitOfWork, row: PlannedWords, origin: str) -> JSON:
    wishes = _wishes(row)
    found = await uow.db.scalars(
        select(StoryPicture).where(
            StoryPicture.id.in_(wishes.pictures), StoryPicture.owner_id == row.person_id
        )
    )
    return {
        "id": str(row.id),
        "scheduled_at": iso(row.due_at),
        "params": {
            "text": row.text,
            "poll": None,
            "media_ids": [str(one) for one in wishes.pictures] or None,
            "sensitive": bool(wishes.spoiler),
            "spoiler_text": wishes.spoiler or None,
            "visibility": wishes.visibility,
            "in_reply_to_id": wishes.reply_to,
            "language": wishes.language[:2].lower() or None,
            "application_id": 0,
            "scheduled_at": None,
            "idempotency": None,
            "with_rate_limit": False,
        },
        "media_attachments": [attachment(one, origin) for one in found],
    }


_READ, _WRITE = ("read:statuses",), ("write:statuses",)
ENDPOINTS = (
    Endpoint("GET", "/api/v1/scheduled_statuses", every, "user", _READ),
    Endpoint("GET", "/api/v1/scheduled_statuses/{id}", one, "user", _READ),
    Endpoint("PUT", "/api/v1/scheduled_statuses/{id}", move, "user", _WRITE),
    Endpoint("DELETE", "/api/v1/scheduled_statuses/{id}", cancel, "user", _WRITE),
)
