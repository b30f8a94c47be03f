"""Conversations as a viewer may read them, and how many find a session interesting."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy import ColumnElement, Select, bindparam, case, exists, func, not_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from alliance.database import WholeNumber
from alliance.errors import NotFound
from alliance.models import ActorBlock, Comment, Person, Reaction, Session
from alliance.models.domain_policy import is_treated
from alliance.queries.given import given_number, given_text, given_viewer
from alliance.visibility import Viewer, may_fetch_comments, visible_comments, visible_sessions

THREADS_PER_PAGE = 30
MOST_PER_THREAD = 200
_MOST_ON_PAGE = THREADS_PER_PAGE * MOST_PER_THREAD


@dataclass(frozen=True)
class Conversation:
    """Some threads of a session, oldest first, each comment after what it answers.

    `next`: the thread after which there are more, or None. `total`: how many comments the viewer may read.
    """

    comments: list[Comment]
    total: int = 0
    next: int | None = None


@dataclass(frozen=True)
class Interest:
    """How many find a session interesting and passed it on, and whether the viewer does."""

    likes: int = 0
    announces: int = 0
    own: bool = False


async def conversation(
    db: AsyncSession, viewer: Viewer, session_id: int, *, moderates: bool = False, after: int = 0
) -> Conversation:
    """A page of threads of a session that the viewer has been found to see; three queries at most.

    One where nothing was said. Authors are loaded with their company.
    """
    anybody, who = given_viewer(viewer)
    given = {**who, "session": session_id, "after": after}
    threads = list(await db.scalars(_threads(anybody, moderates), given))
    page = threads[:THREADS_PER_PAGE]
    rows = (
        (await db.scalars(_in_threads(anybody, moderates), {**given, "threads": page})).all() if page else ()
    )
    more = page[-1] if len(threads) > THREADS_PER_PAGE else None
    total = len(rows)
    if after or more or total >= _MOST_ON_PAGE:
        total = await db.scalar(_how_many(anybody, moderates), given) or 0
    return Conversation(in_order(rows), total, more)


def _said(viewer: Viewer, moderates: bool) -> Select[Comment]:
    seen = visible_comments(viewer, moderates=moderates)
    return _comments().where(Comment.session_id == given_number("session"), seen)


@cache
def _threads(viewer: Viewer, moderates: bool) -> Select[int]:
    query = _said(viewer, moderates).with_only_columns(Comment.thread_id)
    query = query.where(Comment.thread_id > given_number("after"))
    return query.group_by(Comment.thread_id).order_by(Comment.thread_id).limit(THREADS_PER_PAGE + 1)


@cache
def _in_threads(viewer: Viewer, moderates: bool) -> Select[Comment]:
    threads = bindparam("threads", type_=WholeNumber, expanding=True)
    query = _loaded(_said(viewer, moderates)).where(Comment.thread_id.in_(threads))
    return query.order_by(Comment.thread_id, Comment.id).limit(_MOST_ON_PAGE)


@cache
def _how_many(viewer: Viewer, moderates: bool) -> Select[int]:
    return _said(viewer, moderates).with_only_columns(func.count(Comment.id))


async def replies(
    db: AsyncSession, viewer: Viewer, session_id: int, *, after: int = 0, limit: int = 50
) -> tuple[list[Comment], int]:
    """What others' servers may know of the conversation of a session, by age, and how much that is in all."""
    seen = _comments().where(Comment.session_id == session_id, visible_comments(viewer))
    rows = await db.scalars(seen.where(Comment.id > after).order_by(Comment.id).limit(limit))
    return list(rows.all()), await db.scalar(seen.with_only_columns(func.count(Comment.id))) or 0


async def comment_to_read(
    db: AsyncSession, viewer: Viewer, comment_id: int, *, moderates: bool = False
) -> Comment:
    """One comment with author and session, if the viewer may read it. Raises NotFound."""
    seen = visible_comments(viewer, moderates=moderates)
    found = await db.scalar(
        _loaded(_comments()).where(Comment.id == comment_id, visible_sessions(viewer), seen)
    )
    if found is None:
        raise NotFound
    return found


async def comment_to_fetch(db: AsyncSession, viewer: Viewer, comment_id: int) -> Comment:
    """One comment of our people for another server, with author and session; also one taken back.

    Raises NotFound.
    """
    seen = or_(visible_comments(viewer), Comment.state == "deleted")
    found = await db.scalar(
        _loaded(_comments()).where(
            Comment.id == comment_id, Comment.uri.is_(None), may_fetch_comments(viewer), seen
        )
    )
    if found is None:
        raise NotFound
    return found


async def interest(db: AsyncSession, session_id: int, person_id: int | None) -> Interest:
    """Counted without those from domains that are silenced or suspended, and without blocked actors."""
    rows = await db.execute(_reactions(), {"session": session_id, "actor": str(person_id or "-")})
    counts = {kind: (count, mine) for kind, count, mine in rows}
    likes, mine = counts.get("like", (0, 0))
    return Interest(likes, counts.get("announce", (0, 0))[0], bool(mine))


@cache
def _reactions() -> Select[str, int, int]:
    own = func.coalesce(func.max(_one(Reaction.actor == given_text("actor"))), 0)
    query = select(Reaction.kind, func.count(), own)
    query = query.where(Reaction.session_id == given_number("session"), is_counted())
    return query.group_by(Reaction.kind)


def is_counted() -> ColumnElement[bool]:
    """A reaction of somebody who is welcome, as a condition on `Reaction`."""
    blocked = exists().where(ActorBlock.actor_uri == Reaction.actor, ActorBlock.by_them.is_(False))
    return not_(or_(blocked, is_treated(Reaction.host, "silence", "suspend")))


def in_order(comments: Sequence[Comment]) -> list[Comment]:
    """The same, each thread as it is read: an answer after what it answers, siblings by age.

    What answers something that is not there stands where its thread begins.
    """
    known = {comment.id for comment in comments}
    answers: dict[int | None, list[Comment]] = {}
    for comment in comments:
        answers.setdefault(comment.parent_id if comment.parent_id in known else None, []).append(comment)
    ordered: list[Comment] = []
    waiting = list(reversed(answers.get(None, [])))
    while waiting:
        comment = waiting.pop()
        ordered.append(comment)
        waiting.extend(reversed(answers.get(comment.id, [])))
    return ordered


def _comments() -> Select[Comment]:
    return (
        select(Comment)
        .join(Session, Session.id == Comment.session_id)
        .join(Person, Person.id == Comment.author_id)
    )


def _loaded(comments: Select[Comment]) -> Select[Comment]:
    return comments.options(
        contains_eager(Comment.author).joinedload(Person.company),
        contains_eager(Comment.session).options(joinedload(Session.company), selectinload(Session.host)),
    )


def _one(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)
