"""What stands in the rows of timelines, as far as the viewer may see it: the door that nothing gets around.

Each answer has what is the same for everybody first, then how many reacted, then what concerns the viewer.
Whatever `visibility.py` does not show is not in an answer, whatever a timeline has found.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    String,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    null,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from alliance.models import (
    Attendance,
    Comment,
    Company,
    Mark,
    Message,
    Person,
    Posting,
    Reaction,
    SavedSession,
    Session,
    Story,
    StoryPicture,
    Topic,
    session_topic,
)
from alliance.models.posting import is_of
from alliance.queries.asking import Answer, Question
from alliance.queries.comments import is_counted
from alliance.queries.streams import ME
from alliance.visibility import (
    STRANGER,
    Viewer,
    visible_comments,
    visible_sessions,
    visible_stories,
)

Content = Answer
BETWEEN, WITHIN = "\x1e", "\x1f"
"""Between two topics, and between slug and name of one."""
_IDS: Any = bindparam("ids", expanding=True)
_MY_NAME: Any = bindparam("my_name", type_=String)


def sessions_said(db: Connection, viewer: Viewer, session_ids: Sequence[int]) -> dict[int, Content]:
    """By the session's identifier. One query."""
    return _asked(db, _session_question(viewer.kind), viewer, session_ids)


def comments_said(
    db: Connection, viewer: Viewer, comment_ids: Sequence[int], *, moderates: bool = False
) -> dict[int, Content]:
    """By the comment's identifier. One query."""
    return _asked(db, _comment_question(viewer.kind, moderates), viewer, comment_ids)


def stories_said(
    db: Connection, viewer: Viewer, story_ids: Sequence[int], *, moderates: bool = False
) -> dict[int, Content]:
    """By the story's identifier. One query."""
    return _asked(db, _story_question(viewer.kind, moderates), viewer, story_ids)


def messages_said(db: Connection, viewer: Viewer, message_ids: Sequence[int]) -> dict[int, Content]:
    """By the message's identifier; those of the viewer alone. One query."""
    return _asked(db, _message_question(), viewer, message_ids) if viewer.person_id is not None else {}


def pictures_of_stories(db: Connection, story_ids: Sequence[int]) -> dict[int, list[Answer]]:
    """The pictures of stories that the viewer was found to see, in order. One query."""
    found: dict[int, list[Answer]] = {}
    if story_ids:
        for row in _pictures().rows(db, {"ids": list(story_ids)}):
            found.setdefault(row.story_id, []).append(row)
    return found


def _asked(db: Connection, question: Question, viewer: Viewer, ids: Sequence[int]) -> dict[int, Content]:
    if not ids:
        return {}
    values: dict[str, Any] = {"ids": list(ids)}
    if viewer.person_id is not None:
        values |= {"me": viewer.person_id, "my_name": str(viewer.person_id)}
    return {row.key: row for row in question.rows(db, values)}


def _eyes(kind: str) -> Viewer:
    return Viewer("employee", person_id=cast(int, ME)) if kind == "employee" else STRANGER


@lru_cache
def _session_question(kind: str) -> Question:
    return Question(lambda dialect: _sessions(kind))


@lru_cache
def _comment_question(kind: str, moderates: bool) -> Question:
    return Question(lambda dialect: _comments(kind, moderates))


@lru_cache
def _story_question(kind: str, moderates: bool) -> Question:
    return Question(lambda dialect: _stories(kind, moderates))


@lru_cache
def _message_question() -> Question:
    return Question(lambda dialect: _messages())


@lru_cache
def _pictures() -> Question:
    columns = (
        *(StoryPicture.story_id, StoryPicture.id, StoryPicture.name, StoryPicture.width),
        *(StoryPicture.height, StoryPicture.description),
    )
    query: Any = select(*columns).where(StoryPicture.story_id.in_(_IDS)).order_by(StoryPicture.position)
    return Question(lambda dialect: query)


_OF_SESSIONS = (
    *("company_id", "host_id", "co_host_ids", "uri", "url", "title", "description_html", "language"),
    *("starts_at", "ends_at", "timezone", "previous_starts_at", "place", "place_name", "place_address"),
    *("capacity", "going_count", "join_mode", "audience", "status", "status_note", "image", "image_alt"),
    *("image_width", "image_height", "series_id", "is_leaders"),
)


def _sessions(kind: str) -> Select[Any]:
    # Other names than those by which `visibility.py` asks.
    host, company = aliased(Person), aliased(Company)
    # Colleagues know who holds what (see `visibility.shown_host`).
    shown = or_(Session.host_shown, Session.uri.is_(None)) if kind == "employee" else Session.host_shown
    columns = [
        Session.id.label("key"),
        *_head(),
        *(getattr(Session, name).label(name) for name in _OF_SESSIONS),
        case((shown, literal(value=True)), else_=literal(value=False)).label("host_shown"),
        *(getattr(company, name).label(f"company_{name}") for name in ("name", "host", "origin", "is_home")),
        *(getattr(host, name).label(f"host_{name}") for name in ("name", "username", "host", "uri", "url")),
        _topics().label("topics"),
    ]
    return (
        select(*columns, *_counts_of_sessions(kind), *_own_of_sessions(kind))
        .select_from(Posting)
        .join(Session, Session.id == Posting.session_id)
        .join(company, company.id == Session.company_id)
        .outerjoin(host, host.id == Session.host_id)
        .where(Session.id.in_(_IDS), is_of("session", Posting), visible_sessions(_eyes(kind)))
    )


def _head() -> list[ColumnElement[Any]]:
    return [
        Posting.id.label("posting_id"),
        Posting.author_id.label("author_id"),
        Posting.created_at.label("created_at"),
        Posting.changed_at.label("changed_at"),
    ]


def _topics() -> ColumnElement[Any]:
    written = Topic.slug + literal(WITHIN) + Topic.name
    return (
        select(func.aggregate_strings(written, BETWEEN))
        .select_from(session_topic)
        .join(Topic, Topic.id == session_topic.c.topic_id)
        .where(session_topic.c.session_id == Session.id)
        .correlate(Session)
        .scalar_subquery()
    )


def _counts_of_sessions(kind: str) -> list[ColumnElement[Any]]:
    reacted = select(func.count()).where(Reaction.session_id == Session.id, is_counted()).correlate(Session)
    said = (
        select(func.count())
        .select_from(Comment)
        .join(Person, Person.id == Comment.author_id)
        .where(
            Comment.session_id == Session.id,
            Comment.state == "shown",
            Comment.is_private.is_(False),
            Comment.parent_id.is_(None),
            visible_comments(_eyes(kind)),
        )
        .correlate(Session)
    )
    return [
        reacted.where(Reaction.kind == "like").scalar_subquery().label("favourites"),
        reacted.where(Reaction.kind == "announce").scalar_subquery().label("announces"),
        _marked("boost").label("boosts"),
        said.scalar_subquery().label("replies"),
    ]


def _own_of_sessions(kind: str) -> list[ColumnElement[Any]]:
    if kind != "employee":
        return []
    likes = exists().where(
        Reaction.session_id == Session.id, Reaction.kind == "like", Reaction.actor == _MY_NAME
    )
    keeps = exists().where(SavedSession.session_id == Session.id, SavedSession.person_id == ME)
    place = (
        select(Attendance.state)
        .where(Attendance.session_id == Session.id, Attendance.person_id == ME)
        .correlate(Session)
        .scalar_subquery()
    )
    return [
        likes.label("favourited"),
        keeps.label("bookmarked"),
        place.label("place_of_mine"),
        *_own_marks("boost", "mute", "pin"),
    ]


def _own_marks(*kinds: str) -> list[ColumnElement[Any]]:
    names = {"favourite": "favourited", "bookmark": "bookmarked", "boost": "boosted", "mute": "muted"}
    return [
        exists()
        .where(Mark.person_id == ME, Mark.posting_id == Posting.id, Mark.kind == kind)
        .label(names.get(kind, "pinned"))
        for kind in kinds
    ]


def _marked(kind: str) -> ColumnElement[Any]:
    count = select(func.count()).where(Mark.posting_id == Posting.id, Mark.kind == kind)
    return count.correlate(Posting).scalar_subquery()


def said_aloud(posting: Any) -> ColumnElement[bool]:
    """Whether everybody for whom a row is meant may read it: what waits, is hidden or private counts nowhere.

    `posting` is Posting or another name of it. What a company holds is always aloud.
    """
    heard = exists().where(
        Comment.id == posting.comment_id, Comment.state == "shown", Comment.is_private.is_(False)
    )
    told = exists().where(Story.id == posting.story_id, Story.state == "shown")
    words = and_(or_(posting.comment_id.is_(None), heard), or_(posting.story_id.is_(None), told))
    return or_(posting.lane == "hosting", words)


def _counts_of_words(kind: str) -> list[ColumnElement[Any]]:
    answer = aliased(Posting)
    meant = answer.audience != "direct" if kind == "employee" else answer.audience == "public"
    answers = select(func.count()).where(
        answer.parent_id == Posting.id, answer.gone_at.is_(None), meant, said_aloud(answer)
    )
    return [
        _marked("favourite").label("favourites"),
        literal(0).label("announces"),
        _marked("boost").label("boosts"),
        answers.correlate(Posting).scalar_subquery().label("replies"),
    ]


def _own_of_words(kind: str) -> list[ColumnElement[Any]]:
    if kind != "employee":
        return []
    favourite, bookmark, *others = _own_marks("favourite", "bookmark", "boost", "mute", "pin")
    return [favourite, bookmark, null().label("place_of_mine"), *others]


def _answered() -> list[ColumnElement[Any]]:
    parent = aliased(Posting)
    author = select(parent.author_id).where(parent.id == Posting.parent_id)
    return [
        Posting.parent_id.label("parent_id"),
        author.correlate(Posting).scalar_subquery().label("parent_author_id"),
    ]


def _comments(kind: str, moderates: bool) -> Select[Any]:
    eyes = _eyes(kind)
    columns = [
        Comment.id.label("key"),
        *_head(),
        *_answered(),
        *(getattr(Comment, name).label(name) for name in ("uri", "url", "token", "text", "html")),
        *(getattr(Comment, name).label(name) for name in ("audience", "is_private", "state")),
        Comment.session_id.label("session_id"),
        Session.audience.label("session_audience"),
        Session.language.label("language"),
    ]
    return (
        select(*columns, *_counts_of_words(kind), *_own_of_words(kind))
        .select_from(Posting)
        .join(Comment, Comment.id == Posting.comment_id)
        .join(Session, Session.id == Comment.session_id)
        .join(Person, Person.id == Comment.author_id)
        .where(
            Comment.id.in_(_IDS),
            is_of("comment", Posting),
            visible_sessions(eyes),
            visible_comments(eyes, moderates=moderates),
        )
    )


def _stories(kind: str, moderates: bool) -> Select[Any]:
    columns = [
        Story.id.label("key"),
        *_head(),
        *_answered(),
        *(getattr(Story, name).label(name) for name in ("uri", "url", "token", "text", "html", "spoiler")),
        *(getattr(Story, name).label(name) for name in ("language", "audience", "is_quiet", "state")),
        Story.session_id.label("session_id"),
    ]
    return (
        select(*columns, *_counts_of_words(kind), *_own_of_words(kind))
        .select_from(Posting)
        .join(Story, Story.id == Posting.story_id)
        .join(Person, Person.id == Story.author_id)
        .where(
            Story.id.in_(_IDS),
            is_of("story", Posting),
            visible_stories(_eyes(kind), moderates=moderates),
        )
    )


def _messages() -> Select[Any]:
    columns = [
        Message.id.label("key"),
        *_head(),
        *_answered(),
        *(getattr(Message, name).label(name) for name in ("person_id", "other_id", "direction", "about")),
        *(getattr(Message, name).label(name) for name in ("text", "html", "language", "session_id")),
        *(getattr(Message, name).label(name) for name in ("sealed", "answer", "letter_id")),
    ]
    return (
        select(*columns, *_counts_of_words("employee"), *_own_of_words("employee"))
        .select_from(Posting)
        .join(Message, Message.id == Posting.message_id)
        .where(Message.id.in_(_IDS), is_of("message", Posting), and_(Message.person_id == ME))
    )
