"""What is around a row of a timeline: what it answers, what answers it, who passed it on, who it is by."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, and_, bindparam, false, func, literal, or_, select

from alliance.identifiers import first_identifier_of
from alliance.models import (
    Company,
    Mark,
    Person,
    Posting,
    Reaction,
    SavedSession,
    Session,
    StoryVersion,
)
from alliance.models.posting import is_of
from alliance.queries.asking import Question
from alliance.queries.timelines import Part
from alliance.visibility import Viewer, visible_sessions

MOST_ABOVE, MOST_BELOW = 40, 500
_PINNED = 5
Pair = tuple[int, int]


def above(db: Connection, posting_id: int) -> list[int]:
    """What it answers, what that answers and so on, the first first. One query."""
    rows = _above().rows(db, {"id": posting_id})
    return [row.id for row in sorted(rows, key=lambda row: -row.depth) if row.id != posting_id]


def below(db: Connection, posting_id: int) -> list[int]:
    """What answers it, each after what it answers, siblings by age. One query."""
    answers: dict[int, list[int]] = {}
    for row in _below().rows(db, {"id": posting_id}):
        answers.setdefault(row.parent_id, []).append(row.id)
    ordered: list[int] = []
    waiting = sorted(answers.get(posting_id, []), reverse=True)
    while waiting:
        one = waiting.pop()
        ordered.append(one)
        waiting.extend(sorted(answers.get(one, []), reverse=True))
    return ordered


@lru_cache
def _above() -> Question:
    start: Any = select(Posting.id, Posting.parent_id, literal(0).label("depth"))
    line = start.where(Posting.id == bindparam("id")).cte("line", recursive=True)
    more = (
        select(Posting.id, Posting.parent_id, line.c.depth + 1)
        .join(line, Posting.id == line.c.parent_id)
        .where(line.c.depth < MOST_ABOVE)
    )
    line = line.union_all(more)
    query: Any = select(line.c.id, line.c.depth)
    return Question(lambda dialect: query)


@lru_cache
def _below() -> Question:
    start = select(Posting.id, Posting.parent_id).where(
        Posting.parent_id == bindparam("id"), Posting.kind != "boost"
    )
    tree = start.cte("tree", recursive=True)
    # The row of something that was taken back holds together what stands below it.
    tree = tree.union(select(Posting.id, Posting.parent_id).join(tree, Posting.parent_id == tree.c.id))
    query: Any = select(tree.c.id, tree.c.parent_id).limit(MOST_BELOW)
    return Question(lambda dialect: query)


def passed_on_by(db: Connection, posting_id: int, part: Part) -> list[Pair]:
    """Row and account of everybody who passed it on, the newest first. One query."""
    query = select(Posting.id, Posting.author_id).where(
        Posting.boosted_id == posting_id, is_of("boost"), Posting.gone_at.is_(None)
    )
    return _in_part(db, query, Posting.id, part)


def bookmarks(db: Connection, person_id: int, part: Part) -> list[Pair]:
    """A number for the order and the row of what somebody keeps in mind. Two queries.

    Sessions are kept without a number of their own, so the moment gives one; nobody keeps more than 500.
    """
    kept = select(SavedSession.since, SavedSession.session_id, Posting.id).join(
        Posting, and_(Posting.session_id == SavedSession.session_id, is_of("session"))
    )
    rows = db.execute(kept.where(SavedSession.person_id == person_id)).all()
    pairs = [(first_identifier_of(since) | (session & _LOW), number) for since, session, number in rows]
    pairs += _in_part(db, _marked(person_id, "bookmark"), Mark.id, part)
    return _of_part(pairs, part)


def favourites(db: Connection, person_id: int, part: Part) -> list[Pair]:
    """The same of what somebody likes. Two queries."""
    liked = (
        select(Reaction.id, Posting.id)
        .join(Posting, and_(Posting.session_id == Reaction.session_id, is_of("session")))
        .where(Reaction.actor == str(person_id), Reaction.kind == "like")
    )
    pairs = _in_part(db, liked, Reaction.id, part)
    return _of_part(pairs + _in_part(db, _marked(person_id, "favourite"), Mark.id, part), part)


_LOW = (1 << 22) - 1


def _marked(person_id: int, kind: str) -> Any:
    return select(Mark.id, Mark.posting_id).where(Mark.person_id == person_id, Mark.kind == kind)


def _in_part(db: Connection, query: Any, number: Any, part: Part) -> list[Pair]:
    if part.max_id is not None:
        query = query.where(number < part.max_id)
    for mark in (part.since_id, part.min_id):
        if mark is not None:
            query = query.where(number > mark)
    query = query.order_by(number.asc() if part.is_upwards else number.desc()).limit(part.limit)
    return _of_part([(row[0], row[1]) for row in db.execute(query)], part)


def _of_part(pairs: list[Pair], part: Part) -> list[Pair]:
    """Those of the pairs that are asked for, the newest first."""
    lowest = max([mark for mark in (part.since_id, part.min_id) if mark is not None], default=-1)
    inside = [pair for pair in pairs if lowest < pair[0] and (part.max_id is None or pair[0] < part.max_id)]
    nearest = sorted(set(inside), reverse=not part.is_upwards)[: part.limit]
    return sorted(nearest, reverse=True)


def pinned(db: Connection, viewer: Viewer, account_id: int, now: datetime) -> list[int]:
    """A company's next sessions; what a person has pinned. One query for each."""
    coming = (
        select(Posting.id)
        .join(Session, Session.id == Posting.session_id)
        .where(
            Session.company_id == account_id,
            Session.starts_at > now,
            Session.status.in_(("scheduled", "tentative")),
            is_of("session"),
            Posting.gone_at.is_(None),
            visible_sessions(viewer),
        )
        .order_by(Session.starts_at, Session.id)
        .limit(_PINNED)
    )
    chosen = _marked(account_id, "pin").with_only_columns(Mark.posting_id).order_by(Mark.id.desc())
    return [*db.scalars(coming), *db.scalars(chosen.limit(_PINNED))]


def former_words(db: Connection, story_id: int) -> Sequence[Any]:
    """The versions of a story that the viewer was found to see, the first first. One query."""
    columns = (StoryVersion.html, StoryVersion.spoiler, StoryVersion.written_at)
    query = select(*columns).where(StoryVersion.story_id == story_id).order_by(StoryVersion.number)
    return db.execute(query).all()


def account_called(db: Connection, acct: str, host: str) -> int | None:
    """The identifier of whom `lex`, `lex@alpenwerk.example` or `sessions@…` means. Two queries.

    `host` is ours. Whether a viewer may know them is not asked here.
    """
    username, _, there = acct.strip().removeprefix("@").lower()[:400].partition("@")
    is_here = there in ("", host.lower())
    company = select(Company.id).where(
        and_(Company.is_home, func.lower(Company.handle) == username)
        if is_here
        else or_(
            Company.host == f"{username}@{there}",
            and_(Company.host == there, func.lower(Company.handle) == username),
        )
    )
    found = db.scalar(company.limit(1))
    if found is not None:
        return found
    at_home = Person.host.is_(None) if is_here else Person.host == there
    name = Person.username == username
    person = select(Person.id).where(name if username else false(), at_home, Person.gone_at.is_(None))
    return db.scalar(person.limit(1))
