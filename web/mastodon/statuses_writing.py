"""Writing, changing and deleting statuses."""

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select

from alliance.commenting import delete_comment, edit_comment
from alliance.errors import Forbidden, Invalid, NotFound
from alliance.messaging import opened, own_message, throw_message_away
from alliance.models import Comment, Employee, Posting, SaidOnce, Story
from alliance.posting import unboost
from alliance.queries.app_choices import writing_choice
from alliance.queries.one_posting import posting_seen_by
from alliance.story_pictures import describe_picture
from alliance.telling import LONGEST, MOST_PICTURES, Telling, change_story, take_back_story
from alliance.unit_of_work import UnitOfWork
from alliance.upserts import insert
from web.mastodon.door import Call, Endpoint
from web.mastodon.paging import statuses_with_ids
from web.mastodon.params import Params, blank, unusable
from web.mastodon.saying import VISIBILITIES, Wishes, say_it
from web.mastodon.scheduled import plan

KEPT_KEYS = timedelta(hours=1)
NO_POLLS_SENTENCE = "Polls can't be attached here: only sessions have one, and it asks who joins."
NO_QUOTES_SENTENCE = "Quoting is not possible here; please link to it instead."
SESSIONS_SENTENCE = "A session is changed and taken back on its own page, where its guests are looked after."
MESSAGES_SENTENCE = "A message that was sent can't be changed."
JSON = dict[str, Any]


async def create(call: Call) -> Any:
    """POST /api/v1/statuses: said at once, or planned when `scheduled_at` is given; once for each key."""
    key = call.request.headers.get("idempotency-key", "")[:500]
    async with call.unit_of_work() as uow:
        wishes = await wishes_in(uow, call.me, call.params)
        if call.params.moment("scheduled_at") is not None:
            return await plan(uow, call.me, call.params, wishes, call.instance.settings.origin)
        known = await _said_before(uow, call.me, key) if key else None
        if known is None:
            zone = call.params.text("time_zone", most=64)
            known = (await say_it(uow, call.me, wishes, zone)).id
            await _remember(uow, call.me, key, known)
    return await shown(call, known)


async def change(call: Call) -> Any:
    """PUT /api/v1/statuses/{id}: better words; audience and place stay as they are."""
    params = call.params
    _refuse_polls(params)
    async with call.unit_of_work() as uow:
        posting = await own_posting(uow, call.me, call.id())
        for one in params.each("media_attributes", most=MOST_PICTURES):
            picture_id = one.id("id")
            if picture_id is not None and one.has("description"):
                await describe_picture(uow, picture_id, call.me.id, one.text("description", most=1500))
        if posting.comment_id is not None:
            await edit_comment(uow, posting.comment_id, params.text("status", most=LONGEST), call.me)
        else:
            told = Telling(
                text=params.text("status", most=LONGEST),
                spoiler=params.text("spoiler_text", most=500),
                language=params.text("language", most=20),
                pictures=_pictures(params),
            )
            await change_story(uow, posting.story_id or 0, call.me, told)
    return await shown(call, call.id())


async def remove(call: Call) -> Any:
    """DELETE /api/v1/statuses/{id}: what it was, with its words as they were typed, to be written anew."""
    before = await shown(call, call.id())
    async with call.unit_of_work() as uow:
        posting = await uow.db.get(Posting, call.id())
        if posting is not None and posting.kind == "boost" and posting.author_id == call.me.id:
            await unboost(uow, posting.boosted_id or 0, call.me.id)
            return before
        posting = await own_posting(uow, call.me, call.id(), also_messages=True)
        text = await source_of(uow, posting, call.me)
        await _delete(uow, posting, call.me, keep_pictures=not call.params.flag("delete_media"))
    return before | {"text": text, "spoiler_text": before.get("spoiler_text", "")}


async def keep_quotes_closed(call: Call) -> Any:
    """PUT /api/v1/statuses/{id}/interaction_policy: nobody can quote here, whatever is asked for."""
    async with call.unit_of_work() as uow:
        await own_posting(uow, call.me, call.id())
    return await shown(call, call.id())


async def revoke_quote(call: Call) -> Any:
    """POST /api/v1/statuses/{id}/quotes/{quote}/revoke: there are no quotes."""
    raise NotFound


async def wishes_in(uow: UnitOfWork, by: Employee, params: Params) -> Wishes:
    """What an app wants to be said. Raises Invalid."""
    _refuse_polls(params)
    if params.has("quoted_status_id") and params.text("quoted_status_id"):
        raise Invalid(NO_QUOTES_SENTENCE)
    text, pictures = params.text("status", most=LONGEST), _pictures(params)
    if not text and not pictures:
        raise blank("status")
    choice = await writing_choice(uow.db, by.id)
    visibility = params.text("visibility", most=20) or choice.visibility
    if visibility not in VISIBILITIES:
        raise unusable("visibility")
    reply = params.text("in_reply_to_id", most=20)
    reply_to = params.id("in_reply_to_id")
    if reply and reply_to is None:
        raise NotFound
    return Wishes(
        text=text,
        visibility=visibility,
        is_local=params.flag("local_only"),
        reply_to=reply_to,
        spoiler=params.text("spoiler_text", most=500),
        language=params.text("language", most=20) or choice.language or "",
        pictures=pictures,
    )


async def own_posting(
    uow: UnitOfWork, by: Employee, posting_id: int, *, also_messages: bool = False
) -> Posting:
    """Something that this employee wrote. Raises NotFound, Forbidden, Invalid for what isn't changed here."""
    posting = await posting_seen_by(uow.db, by, posting_id)
    if posting.kind == "session":
        raise Invalid(SESSIONS_SENTENCE)
    if posting.kind == "message":
        if also_messages:
            return posting
        raise Invalid(MESSAGES_SENTENCE)
    if posting.author_id != by.id:
        raise Forbidden
    return posting


async def source_of(uow: UnitOfWork, posting: Posting, by: Employee) -> str:
    """The words of something of theirs, as they were typed."""
    if posting.story_id is not None:
        return await uow.db.scalar(select(Story.text).where(Story.id == posting.story_id)) or ""
    if posting.comment_id is not None:
        return await uow.db.scalar(select(Comment.text).where(Comment.id == posting.comment_id)) or ""
    message = await own_message(uow, posting.message_id or 0, by.id)
    is_typed = message.direction == "from" and message.about == "invitation"
    return opened(uow.vault, message) if is_typed else message.text


async def shown(call: Call, posting_id: int) -> JSON:
    """The status as whoever asks sees it now. Raises NotFound."""
    found = (await statuses_with_ids(call, [posting_id])).get(posting_id)
    if found is None:
        raise NotFound
    return dict(found)


async def forget_old_keys(uow: UnitOfWork) -> None:
    """Keys under which apps said something more than an hour ago."""
    await uow.db.execute(delete(SaidOnce).where(SaidOnce.since < uow.now - KEPT_KEYS))


async def _delete(uow: UnitOfWork, posting: Posting, by: Employee, *, keep_pictures: bool) -> None:
    if posting.story_id is not None:
        await take_back_story(uow, posting.story_id, by, keep_pictures=keep_pictures)
    elif posting.comment_id is not None:
        await delete_comment(uow, posting.comment_id, by)
    else:
        await throw_message_away(uow, posting.message_id or 0, by.id)


def _pictures(params: Params) -> list[int]:
    pictures = params.ids("media_ids", most=MOST_PICTURES + 1)
    if len(pictures) > MOST_PICTURES:
        raise Invalid("{limit} pictures at most.", limit=MOST_PICTURES)
    return pictures


def _refuse_polls(params: Params) -> None:
    if list(params.nested("poll").names()):
        raise Invalid(NO_POLLS_SENTENCE)


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


async def _said_before(uow: UnitOfWork, by: Employee, key: str) -> int | None:
    """What became of this key; takes it for what follows where it is new.

    Two at once: the second waits for the first, and then finds what that one said.
    """
    values: Mapping[str, Any] = {
        "person_id": by.id, "key": _digest(key), "reference": "", "since": uow.now,
    }  # fmt: skip
    stale = (SaidOnce.person_id == by.id) & (SaidOnce.since < uow.now - KEPT_KEYS)
    await uow.db.execute(delete(SaidOnce).where(stale))
    row = insert(uow.db, SaidOnce).values(values).on_conflict_do_nothing()
    await uow.db.execute(row)
    found = await uow.db.scalar(
        select(SaidOnce.reference).where(SaidOnce.person_id == by.id, SaidOnce.key == values["key"])
    )
    return int(found) if found else None


async def _remember(uow: UnitOfWork, by: Employee, key: str, posting_id: int) -> None:
    if key:
        row = await uow.db.get(SaidOnce, (by.id, _digest(key)))
        if row is not None:
            row.reference = str(posting_id)


_SCOPE = ("write:statuses",)
ENDPOINTS = (
    Endpoint("POST", "/api/v1/statuses", create, "user", _SCOPE),
    Endpoint("PUT", "/api/v1/statuses/{id}", change, "user", _SCOPE),
    Endpoint("PUT", "/api/v1/statuses/{id}/interaction_policy", keep_quotes_closed, "user", _SCOPE),
    Endpoint("POST", "/api/v1/statuses/{id}/quotes/{quote}/revoke", revoke_quote, "user", _SCOPE),
    Endpoint("DELETE", "/api/v1/statuses/{id}", remove, "user", _SCOPE, allowance="removal"),
)
