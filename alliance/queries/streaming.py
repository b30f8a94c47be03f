"""What has just been written of what apps show, and which of the people who listen may hear of it.

The conditions are those of timelines and of `visibility.py`, asked about many people at once: where these
name the viewer by a parameter, here stands the column of whoever listens.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    case,
    exists,
    literal_column,
    not_,
    or_,
    select,
    true,
)
from sqlalchemy.sql.visitors import replacement_traverse

from alliance.models import (
    AppList,
    AppToken,
    Attendance,
    Comment,
    Employee,
    Mark,
    Message,
    Person,
    Posting,
    Reaction,
    SavedSession,
    Session,
    Story,
    Topic,
    posting_topic,
)
from alliance.models.app_list import REPLIES_POLICIES
from alliance.queries.asking import Question
from alliance.queries.streams import (
    ME,
    accounts_on_list,
    followed_accounts,
    followed_topics,
    is_answer_to,
    is_silent_company,
)
from alliance.queries.timelines import is_near, is_repetition
from alliance.visibility import (
    Viewer,
    once_visible_sessions,
    visible_comments,
    visible_sessions,
    visible_stories,
)

Written = Row[Any]
"""A row of `Posting` without its words; has all that `queries.timelines.Placed` has."""
_COLUMNS = (
    *("id", "kind", "lane", "author_id", "company_id", "session_id", "comment_id", "story_id", "message_id"),
    *("boosted_id", "parent_id", "audience", "is_listed", "has_picture", "created_at", "gone_at", "edition"),
)
_PEOPLE: Any = bindparam("people", expanding=True)
_IDS: Any = bindparam("ids", expanding=True)


@dataclass(frozen=True, slots=True)
class Hearing:
    """Somebody may see something; whether it is at home, and by nobody whom they keep away."""

    person_id: int
    posting_id: int
    is_home: bool
    is_near: bool


def written_since(db: Connection, edition: int, most: int) -> Sequence[Written]:
    """What was written after an edition, taken down or not: the last `most`, the oldest first. One query."""
    query = select(*(getattr(Posting, name) for name in _COLUMNS), true().label("is_wanted"))
    rows: Any = db.execute(
        query.where(Posting.edition > edition).order_by(Posting.edition.desc()).limit(most)
    )
    return list(rows.all())[::-1]


def hearings(
    db: Connection, people: Sequence[int], posting_ids: Sequence[int], now: datetime, *, gone: bool = False
) -> list[Hearing]:
    """Which of these employees may see which of these rows, or know that they are `gone`. One query."""
    if not people or not posting_ids:
        return []
    found = _hearings(gone).rows(db, {"people": list(people), "ids": list(posting_ids), "now": now})
    return [Hearing(row.person_id, row.posting_id, bool(row.is_home), bool(row.is_near)) for row in found]


def on_lists(
    db: Connection, list_ids: Sequence[int], posting_ids: Sequence[int], now: datetime
) -> set[tuple[int, int]]:
    """`(list, row)` where the timeline of a list has a row, as far as its owner may see it. One query."""
    if not list_ids or not posting_ids:
        return set()
    found = _on_lists().rows(db, {"lists": list(list_ids), "ids": list(posting_ids), "now": now})
    return {(row.list_id, row.posting_id) for row in found}


def topics_of(db: Connection, posting_ids: Sequence[int]) -> dict[int, set[str]]:
    """The slugs of the topics of rows. One query."""
    query = (
        select(posting_topic.c.posting_id, Topic.slug)
        .join(Topic, Topic.id == posting_topic.c.topic_id)
        .where(posting_topic.c.posting_id.in_(posting_ids))
    )
    found: dict[int, set[str]] = {}
    for number, slug in db.execute(query):
        found.setdefault(number, set()).add(slug)
    return found


def has_own_part(db: Connection, rows: Sequence[Written], people: Sequence[int]) -> dict[int, set[int]]:
    """By row, who of `people` has done something to it or takes part, so sees it in a way of their own.

    Four queries.
    """
    sessions = [row.session_id for row in rows if row.session_id is not None]
    postings = [number for row in rows for number in (row.id, row.boosted_id) if number is not None]
    by_session: dict[int, set[int]] = {}
    names = [str(person) for person in people]
    for query in (
        select(Attendance.session_id, Attendance.person_id).where(Attendance.person_id.in_(people)),
        select(SavedSession.session_id, SavedSession.person_id).where(SavedSession.person_id.in_(people)),
        select(Reaction.session_id, Reaction.actor).where(Reaction.actor.in_(names)),
    ):
        which: Any = query.selected_columns[0]
        for session_id, person in db.execute(query.where(which.in_(sessions))):
            by_session.setdefault(session_id, set()).add(int(cast(Any, person)))
    by_posting: dict[int, set[int]] = {}
    marks = select(Mark.posting_id, Mark.person_id).where(
        Mark.posting_id.in_(postings), Mark.person_id.in_(people)
    )
    for posting_id, person_id in db.execute(marks):
        by_posting.setdefault(posting_id, set()).add(person_id)
    nobody: set[int] = set()
    return {
        row.id: by_session.get(row.session_id, nobody)
        | by_posting.get(row.id, nobody)
        | by_posting.get(row.boosted_id, nobody)
        for row in rows
    }


def authors_of(db: Connection, posting_ids: Sequence[int]) -> dict[int, int]:
    """By row, who it is by. One query."""
    rows = db.execute(select(Posting.id, Posting.author_id).where(Posting.id.in_(posting_ids)))
    return {row[0]: row[1] for row in rows}


def conversations_of(db: Connection, message_ids: Sequence[int]) -> dict[int, tuple[int, bool]]:
    """By message, who it is exchanged with and whether it is unread. One query."""
    query = select(Message.id, Message.other_id, Message.read_at.is_(None)).where(Message.id.in_(message_ids))
    return {number: (other_id, is_unread) for number, other_id, is_unread in db.execute(query)}


def tokens_that_hold(db: Connection, token_ids: Sequence[int], now: datetime) -> set[int]:
    """Those tokens of open accounts that have not ended. One query."""
    query = (
        select(AppToken.id)
        .join(Employee, Employee.id == AppToken.employee_id)
        .where(
            AppToken.id.in_(token_ids),
            or_(AppToken.expires_at.is_(None), AppToken.expires_at > now),
            Employee.disabled_at.is_(None),
        )
    )
    return set(db.scalars(query))


def own_lists(db: Connection, person_id: int, list_ids: Iterable[int]) -> set[int]:
    """Those of these lists that are this person's. One query."""
    query = select(AppList.id).where(AppList.person_id == person_id, AppList.id.in_(list(list_ids)))
    return set(db.scalars(query))


@lru_cache
def _hearings(gone: bool) -> Question:
    viewer = Person.__table__.alias("viewer")
    query = (
        select(
            viewer.c.id.label("person_id"),
            Posting.id.label("posting_id"),
            case((_is_home(), 1), else_=0).label("is_home"),
            case((is_near(Posting), 1), else_=0).label("is_near"),
        )
        .select_from(viewer.join(Posting, true()))
        .where(viewer.c.id.in_(_PEOPLE), Posting.id.in_(_IDS), _was_seen() if gone else _is_seen())
    )
    return Question(lambda dialect: _asked_of(query, me="viewer.id"))


@lru_cache
def _on_lists() -> Question:
    heard = AppList.__table__.alias("heard")
    policies = [
        and_(heard.c.replies_policy == literal_column(f"'{policy}'"), _is_on_list(policy))
        for policy in REPLIES_POLICIES
    ]
    query = (
        select(heard.c.id.label("list_id"), Posting.id.label("posting_id"))
        .select_from(heard.join(Posting, true()))
        .where(
            heard.c.id.in_(bindparam("lists", expanding=True)),
            Posting.id.in_(_IDS),
            _is_seen(),
            or_(*policies),
        )
    )
    return Question(lambda dialect: _asked_of(query, me="heard.person_id", list="heard.id"))


def _asked_of(query: Select[Any], **columns: str) -> Select[Any]:
    """The same query with columns of its own in place of parameters."""

    def replaced(element: Any, **_: Any) -> Any:
        name = columns.get(getattr(element, "key", "") or "") if _is_parameter(element) else None
        return literal_column(name, element.type) if name else None

    return cast("Select[Any]", replacement_traverse(query, {}, replaced))


def _is_parameter(element: Any) -> bool:
    return getattr(element, "__visit_name__", "") == "bindparam"


def _is_home() -> ColumnElement[bool]:
    """The home timeline has it (see `queries.timelines.home`)."""
    people, topics = _inside(followed_accounts(), "people"), _inside(followed_topics(), "topics")
    by_author = exists().where(people.c.account_id == Posting.author_id, people.c.lane == Posting.lane)
    by_topic = exists().where(
        posting_topic.c.posting_id == Posting.id, posting_topic.c.topic_id == topics.c.topic_id
    )
    wanted = or_(by_author, and_(by_topic, not_(is_silent_company(Posting.company_id)), is_near(Posting)))
    return and_(wanted, not_(is_repetition(Posting, people, topics)))


def _is_on_list(replies: str) -> ColumnElement[bool]:
    """The timeline of a list with this policy has it (see `queries.timelines.of_list`)."""
    members = _inside(accounts_on_list(replies), f"members_{replies}")
    said = exists().where(members.c.account_id == Posting.author_id, members.c.lane == Posting.lane)
    answers = or_(Posting.lane != literal_column("'answers'"), is_answer_to(Posting, replies))
    return and_(said, answers, not_(is_repetition(Posting, members, None)))


def _inside(common: Any, name: str) -> Any:
    """What a timeline asks once in front, as part of each question: it is about somebody else each time."""
    return common.element.subquery(name)


def _is_seen() -> ColumnElement[bool]:
    """The viewer may see what stands in the row (see `queries.postings`)."""
    eyes = _eyes()
    comment = and_(visible_sessions(eyes), visible_comments(eyes))
    return _holds_of_what_stands_in_it(visible_sessions(eyes), comment, visible_stories(eyes))


def _was_seen() -> ColumnElement[bool]:
    """The viewer could see what stood in the row, so may be told that it is gone."""
    eyes = _eyes()
    session = once_visible_sessions(eyes)
    comment = and_(session, or_(Comment.is_private.is_(False), Comment.author_id == ME))
    return _holds_of_what_stands_in_it(session, comment, visible_stories(eyes, once=True))


def _eyes() -> Viewer:
    return Viewer("employee", person_id=cast(int, ME))


def _holds_of_what_stands_in_it(
    session: ColumnElement[bool], comment: ColumnElement[bool], story: ColumnElement[bool]
) -> ColumnElement[bool]:
    message = exists().where(Message.id == Posting.message_id, Message.person_id == ME)
    of_comment = exists().where(
        Comment.id == Posting.comment_id,
        Session.id == Comment.session_id,
        Person.id == Comment.author_id,
        comment,
    )
    of_story = exists().where(Story.id == Posting.story_id, Person.id == Story.author_id, story)
    of_session = exists().where(Session.id == Posting.session_id, session)
    return case(
        (Posting.kind == literal_column("'message'"), message),
        (Posting.comment_id.is_not(None), of_comment),
        (Posting.story_id.is_not(None), of_story),
        else_=of_session,
    )
