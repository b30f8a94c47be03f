"""What we have asked others for and they answer: a Follow, Invite or Add of ours, or a Join of our people."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import orjson
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.errors import Conflict, NotFound
from alliance.models import CoHost, Company, Person, Session
from alliance.receiving import receive_attendance_answer
from alliance.unit_of_work import UnitOfWork
from federation.handlers.handling import PROCESSED, Incoming, Outcome, Refused, ignored
from federation.models import Follow, OutboxActivity, ReceivedActivity
from federation.uris import person_id_of
from federation.vocabulary.activities import Activity, parse_activity

if TYPE_CHECKING:
    from federation.wiring import Federation


@dataclass(frozen=True)
class Request:
    """A Follow, Join, Invite or Add that left this instance; `asked` is whom it was addressed to."""

    kind: Literal["Follow", "Join", "Invite", "Add"]
    uri: str
    object: str
    asked: str | None
    person_id: int | None = None


@dataclass(frozen=True)
class Answered:
    """An answer: to a request of ours, or (in other dialects) about a session of ours; else to nothing."""

    activity: Activity
    request: Request | None = None
    session_id: int | None = None


async def answered(incoming: Incoming, federation: "Federation") -> Answered:
    """Reads what an Accept, Reject or TentativeAccept is about. Raises Malformed."""
    answer = parse_activity(incoming.activity)
    session_id = federation.uris.session_id(answer.object)
    number = federation.uris.activity_id(answer.object)
    if session_id is not None or number is None:
        return Answered(answer, session_id=session_id)
    async with federation.instance.reading() as db:
        stored = await db.get(OutboxActivity, number)
        if stored is None or stored.type == "Invite":
            return Answered(answer, await _invitation(db, answer.object))
        if stored.type == "Add":
            return Answered(answer, _placement(stored))
        if stored.type not in ("Follow", "Join"):
            return Answered(answer)
        if stored.type == "Follow":
            return Answered(answer, Request("Follow", answer.object, stored.object_uri, stored.object_uri))
        host = await db.scalar(
            select(Company.uri)
            .join(Session, Session.company_id == Company.id)
            .where(Session.uri == stored.object_uri)
        )
    person_id = person_id_of(stored.actor)
    return Answered(answer, Request("Join", answer.object, stored.object_uri, host, person_id))


def _placement(stored: OutboxActivity) -> Request | None:
    """A session of ours that we put into an ally's community: asked is the Group, object the session."""
    asked = orjson.loads(stored.body).get("audience")
    return Request("Add", stored.object_uri, stored.object_uri, asked) if isinstance(asked, str) else None


async def _invitation(db: AsyncSession, uri: str) -> Request | None:
    """What we asked somebody of an ally: to hold a session of ours too."""
    asked = await db.scalar(
        select(Person.uri)
        .join(CoHost, CoHost.person_id == Person.id)
        .join(Session, Session.id == CoHost.session_id)
        .where(CoHost.request_uri == uri, Session.uri.is_(None))
    )
    return Request("Invite", uri, uri, asked) if asked is not None else None


def authorise_answer(incoming: Incoming, answer: Answered) -> None:
    """Only who was asked may answer. Raises Refused."""
    if answer.request is not None and answer.request.asked != incoming.actor_uri:
        raise Refused("it was not asked of them")


async def pending_follow(uow: UnitOfWork, incoming: Incoming, request: Request) -> Follow | None:
    """Our Follow, if this is the newest one that we sent them."""
    return await uow.db.scalar(
        select(Follow).where(Follow.followed_uri == incoming.actor_uri, Follow.activity_uri == request.uri)
    )


async def forget_body(uow: UnitOfWork, incoming: Incoming) -> None:
    """What an activity says is not kept: it holds a secret that is stored sealed elsewhere."""
    await uow.db.execute(
        update(ReceivedActivity)
        .where(ReceivedActivity.id == incoming.id)
        .values(body=b"{}")
        .execution_options(synchronize_session=False)
    )


async def receive_place(
    uow: UnitOfWork, incoming: Incoming, request: Request, state: str, link: str | None = None
) -> Outcome:
    """Stores where our employee stands now. The personal link then is nowhere in the clear."""
    if request.person_id is None:
        return ignored("nothing that was asked")
    await forget_body(uow, incoming)
    try:
        await receive_attendance_answer(
            uow,
            request_uri=request.uri,
            session_uri=request.object,
            person_id=request.person_id,
            state=state,
            personal_link=link,
        )
    except (NotFound, Conflict):
        return ignored("the question was taken back")
    return PROCESSED
