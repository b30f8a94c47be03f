"""Polls: whether somebody takes part in a session, and what the helper asks."""

from typing import Any

from sqlalchemy import select

from alliance.attending import consider_session, join_session, leave_session
from alliance.errors import Invalid, NotFound
from alliance.joining import NoPlace
from alliance.models import Session
from alliance.queries.one_posting import posting_seen_by
from alliance.unit_of_work import UnitOfWork
from web.mastodon.door import Call, Endpoint
from web.mastodon.entities.poll import GOING, MAYBE, NO
from web.mastodon.params import blank
from web.mastodon.saying import reader_of
from web.mastodon.session_maker import decide
from web.mastodon.statuses_writing import shown

ONE_SENTENCE = "Please choose one of the answers."
OVER_SENTENCE = "This session is already over."
CANCELLED_SENTENCE = "This session was called off, so nobody can join it any more."
POSTPONED_SENTENCE = "This session was put off and has no new time yet; joining works again then."
MAYBE_SENTENCE = "Only the company that holds this session can note a maybe. Join, or leave it open."
_CLOSED = {"cancelled": CANCELLED_SENTENCE, "postponed": POSTPONED_SENTENCE}


async def one(call: Call) -> Any:
    """GET /api/v1/polls/{id}: as it stands with the status of the same number."""
    poll = (await shown(call, call.id())).get("poll")
    if poll is None:
        raise NotFound
    return poll


async def vote(call: Call) -> Any:
    """POST /api/v1/polls/{id}/votes: joins, may come, or leaves; voting again changes one's mind."""
    choice = _choice(call)
    async with call.unit_of_work() as uow:
        posting = await posting_seen_by(uow.db, call.me, call.id())
        if posting.kind == "session" and posting.session_id is not None:
            await _answer(uow, posting.session_id, call.me.id, choice)
        elif posting.kind == "message" and posting.message_id is not None:
            await decide(uow, call.me, posting.message_id, choice, reader_of(uow, call.me))
        else:
            raise NotFound
        number = posting.id
    return await _shown_after(call, number)


async def _shown_after(call: Call, posting_id: int) -> Any:
    poll = (await shown(call, posting_id)).get("poll")
    if poll is None:
        raise NotFound
    return poll


async def _answer(uow: UnitOfWork, session_id: int, person_id: int, choice: int) -> None:
    """The verbs of the page, with a sentence for each reason why not."""
    state = select(Session.status, Session.ends_at, Session.uri).where(Session.id == session_id)
    row = (await uow.db.execute(state)).one()
    if choice != NO and row.status in _CLOSED:
        raise Invalid(_CLOSED[row.status])
    if row.ends_at <= uow.now:
        raise Invalid(OVER_SENTENCE)
    if choice == MAYBE and row.uri is not None:
        raise Invalid(MAYBE_SENTENCE)
    try:
        match choice:
            case 0:
                await join_session(uow, session_id, person_id)
            case 1:
                await consider_session(uow, session_id, person_id)
            case _:
                await leave_session(uow, session_id, person_id)
    except NoPlace as reason:
        raise Invalid(reason.sentence) from reason


def _choice(call: Call) -> int:
    given = call.params.texts("choices", most=10, longest=10)
    if not given:
        raise blank("choices")
    if len(given) != 1 or given[0] not in {str(one) for one in (GOING, MAYBE, NO)}:
        raise Invalid(ONE_SENTENCE)
    return int(given[0])


ENDPOINTS = (
    Endpoint("GET", "/api/v1/polls/{id}", one, "user-optional", ("read:statuses",)),
    Endpoint("POST", "/api/v1/polls/{id}/votes", vote, "user", ("write:statuses",)),
)
