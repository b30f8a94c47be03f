"""Writes anew, from what is there, the rows that apps show: one statement for each kind of thing."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    delete,
    exists,
    insert,
    literal,
    null,
    select,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased

from alliance.database import WritingSession
from alliance.instance import Instance
from alliance.models import (
    Comment,
    Message,
    Person,
    Posting,
    Session,
    Story,
    StoryPicture,
    posting_topic,
    session_topic,
)
from alliance.models.posting import is_of

_SILENT: dict[str, Any] = {"execution_options": {"synchronize_session": False}}
_FIELDS = (
    *("id", "kind", "lane", "author_id", "company_id", "session_id", "comment_id", "story_id", "message_id"),
    *(
        "boosted_id",
        "parent_id",
        "audience",
        "is_listed",
        "has_picture",
        "created_at",
        "changed_at",
        "gone_at",
    ),
)
Values = dict[str, Any]


async def rebuild_postings(instance: Instance) -> None:
    """Rows that are missing are added with the number of what they show; all are brought up to date.

    Who passed things on of their own accord is nowhere else, so those rows are left as they are.
    """
    for step in (_sessions, _host_boosts, _comments, _stories, _messages, _topics):
        async with instance.unit_of_work() as uow:
            await step(uow.db)


async def _sessions(db: WritingSession) -> None:
    published_at = _first(Session.published_at, Session.updated_at)
    values: Values = {
        "kind": literal("session"),
        "lane": literal("words"),
        "author_id": Session.company_id,
        "company_id": Session.company_id,
        "session_id": Session.id,
        "audience": Session.audience,
        "is_listed": literal(value=True),
        "has_picture": Session.image.is_not(None),
        "created_at": published_at,
        "changed_at": case((Session.updated_at > published_at, Session.updated_at), else_=published_at),
        "gone_at": Session.withdrawn_at,
    }
    await _write(db, "session", Session.id, select(Session).where(Session.status != "draft"), values)


async def _host_boosts(db: WritingSession) -> None:
    """Where nobody has passed a session on at all, although its host is shown."""
    own, boosted = aliased(Posting), aliased(Posting)
    published_at = _first(Session.published_at, Session.updated_at)
    values: Values = {
        # Another node in the same millisecond (see identifiers.py).
        "id": Session.id + case(((Session.id / 4096) % 2 == 0, 4096), else_=-4096),
        "kind": literal("boost"),
        "lane": literal("hosting"),
        "author_id": Session.host_id,
        "company_id": Person.company_id,
        "session_id": Session.id,
        "boosted_id": own.id,
        "audience": Session.audience,
        "is_listed": literal(value=False),
        "has_picture": Session.image.is_not(None),
        "created_at": published_at,
        "changed_at": published_at,
        "gone_at": Session.withdrawn_at,
    }
    missing = ~exists().where(boosted.boosted_id == own.id, boosted.author_id == Session.host_id)
    rows = (
        select(*(values.get(name, null()).label(name) for name in _FIELDS))
        .select_from(Session)
        .join(Person, Person.id == Session.host_id)
        .join(own, and_(own.session_id == Session.id, is_of("session", own)))
        .where(Session.host_shown, Session.status != "draft", missing)
    )
    await db.execute(insert(Posting).from_select(_FIELDS, rows), **_SILENT)


async def _comments(db: WritingSession) -> None:
    values: Values = {
        "kind": literal("comment"),
        "lane": literal("answers"),
        "author_id": Comment.author_id,
        "company_id": _company_of(Comment.author_id),
        "session_id": Comment.session_id,
        "comment_id": Comment.id,
        "parent_id": _first(
            _posting_of("comment", Comment.parent_id), _posting_of("session", Comment.session_id)
        ),
        "audience": Comment.audience,
        "is_listed": literal(value=False),
        "has_picture": literal(value=False),
        "created_at": Comment.created_at,
        "changed_at": Comment.updated_at,
        "gone_at": case((Comment.state.in_(("deleted", "retracted")), Comment.updated_at)),
    }
    await _write(db, "comment", Comment.id, select(Comment), values)


async def _stories(db: WritingSession) -> None:
    answered = aliased(Story)
    to_others = exists().where(answered.id == Story.parent_id, answered.author_id != Story.author_id)
    values: Values = {
        "kind": literal("story"),
        "lane": case((to_others.correlate(Story), literal("answers")), else_=literal("words")),
        "author_id": Story.author_id,
        "company_id": _company_of(Story.author_id),
        "session_id": Story.session_id,
        "story_id": Story.id,
        "parent_id": _posting_of("story", Story.parent_id),
        "audience": Story.audience,
        "is_listed": ~Story.is_quiet,
        "has_picture": exists().where(StoryPicture.story_id == Story.id).correlate(Story),
        "created_at": Story.created_at,
        "changed_at": Story.updated_at,
        "gone_at": case((Story.state == "deleted", Story.updated_at)),
    }
    await _write(db, "story", Story.id, select(Story), values)


async def _messages(db: WritingSession) -> None:
    values: Values = {
        "kind": literal("message"),
        "lane": literal("direct"),
        "author_id": case((Message.direction == "from", Message.person_id), else_=Message.other_id),
        "session_id": Message.session_id,
        "message_id": Message.id,
        "parent_id": _posting_of("message", Message.parent_id),
        "audience": literal("direct"),
        "is_listed": literal(value=False),
        "has_picture": literal(value=False),
        "created_at": Message.created_at,
        "changed_at": Message.updated_at,
    }
    await _write(db, "message", Message.id, select(Message), values)


async def _topics(db: WritingSession) -> None:
    """The topics of sessions; a story's hashtags stand in its words, and their rows stay."""
    of_sessions = select(Posting.id).where(is_of("session"))
    await db.execute(delete(posting_topic).where(posting_topic.c.posting_id.in_(of_sessions)), **_SILENT)
    carried = (
        select(session_topic.c.topic_id, Posting.id)
        .join(Posting, Posting.session_id == session_topic.c.session_id)
        .where(is_of("session"))
    )
    await db.execute(insert(posting_topic).from_select(["topic_id", "posting_id"], carried))


async def _write(
    db: WritingSession, kind: str, number: InstrumentedAttribute[int], things: Select[Any], values: Values
) -> None:
    """Adds what is missing, then sets every column of the rows of this kind."""
    reference = getattr(Posting, f"{kind}_id")
    known = exists().where(reference == number, is_of(kind))
    columns = {name: values.get(name, null()) for name in _FIELDS} | {"id": number}
    missing = things.with_only_columns(*(column.label(name) for name, column in columns.items())).where(
        ~known
    )
    await db.execute(insert(Posting).from_select(_FIELDS, missing), **_SILENT)
    same = number == reference
    fresh: Values = {
        name: select(column).select_from(number.class_).where(same).correlate(Posting).scalar_subquery()
        for name, column in values.items()
        if name not in ("kind", f"{kind}_id")
    }
    # Nothing that streams would have to tell.
    fresh["edition"] = Posting.edition
    await db.execute(update(Posting).where(is_of(kind)).values(fresh), **_SILENT)


def _posting_of(kind: str, reference: InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    other = aliased(Posting)
    return (
        select(other.id)
        .where(getattr(other, f"{kind}_id") == reference, is_of(kind, other))
        .correlate(reference.class_)
        .scalar_subquery()
    )


def _company_of(person_id: InstrumentedAttribute[int]) -> ColumnElement[Any]:
    company = select(Person.company_id).where(Person.id == person_id)
    return company.correlate(person_id.class_).scalar_subquery()


def _first(*columns: Any) -> ColumnElement[Any]:
    first, second = columns
    return case((first.is_not(None), first), else_=second)
