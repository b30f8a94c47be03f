"""Timelines as rows of numbers: what somebody follows, what is public, a topic, a list, one account.

Every timeline is made of streams: rows that one index has in order. The newest row of each stream tells which
streams matter for a page, and only these are read, so it costs the same whether they say much or little. What
comes out is never shown as such: `queries.postings` decides about each row what the viewer may see.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, Protocol

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    Row,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
    true,
    union,
    union_all,
)
from sqlalchemy.orm import aliased

from alliance.models import Company, Posting, Topic, posting_topic
from alliance.models.posting import is_of
from alliance.queries.asking import Answer, Question
from alliance.queries.distances import is_kept_away
from alliance.queries.streams import (
    ME,
    NOW,
    accounts_on_list,
    followed_accounts,
    followed_topics,
    is_answer_to,
    is_silent_company,
    kept_accounts,
    public_companies,
)
from alliance.visibility import Viewer

_NEVER, _ALWAYS = -1, (1 << 63) - 1
_MOST: Any = bindparam("most", type_=Integer)
_NAMES = (
    *("id", "kind", "author_id", "session_id", "comment_id", "story_id", "message_id", "boosted_id"),
    *("parent_id", "audience", "created_at"),
)
Placed = Answer | Row[Any]
"""A row of a timeline: `id`, `kind`, the references of `Posting`, and `is_wanted`, False for a repetition."""


class Part(Protocol):
    """Which part of a list is wanted (see web.mastodon.spans.Span)."""

    @property
    def max_id(self) -> int | None: ...
    @property
    def since_id(self) -> int | None: ...
    @property
    def min_id(self) -> int | None: ...
    @property
    def limit(self) -> int: ...
    @property
    def is_upwards(self) -> bool: ...


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What of a public timeline or of a topic's; topics are identifiers."""

    local: bool = False
    remote: bool = False
    only_media: bool = False
    any_of: tuple[int, ...] = ()
    all_of: tuple[int, ...] = ()
    none_of: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Said:
    """What of one account's: `topic_id` under one topic alone."""

    answers: bool = True
    boosts: bool = True
    only_media: bool = False
    topic_id: int | None = None


def home(db: Connection, me: int, part: Part, now: datetime) -> Sequence[Placed]:
    """What one of our people follows, the company's sessions, and what they say themselves. One query.

    Like all of these at most `limit` rows, the newest first, or the other way round for a part upwards.
    """
    return _home(part.is_upwards).rows(db, _bounds(part) | {"me": me, "now": now})


def of_list(
    db: Connection, me: int, list_id: int, replies: str, part: Part, now: datetime
) -> Sequence[Placed]:
    """What the members of a list of this person say; `replies` is the list's policy. One query."""
    values = _bounds(part) | {"me": me, "now": now, "list": list_id}
    return _of_list(replies, part.is_upwards).rows(db, values)


def public(db: Connection, viewer: Viewer, part: Part, now: datetime, wanted: Wanted) -> Sequence[Placed]:
    """What is meant for everybody who may see it: sessions, and stories that are not quiet. One query."""
    values = _bounds(part) | _who(viewer, now)
    return _public(viewer.kind, wanted, part.is_upwards).rows(db, values)


def tagged(db: Connection, viewer: Viewer, part: Part, now: datetime, wanted: Wanted) -> Sequence[Placed]:
    """What carries one of some topics, all of others, and none of the rest. One query."""
    shape = replace(wanted, any_of=(), all_of=(), none_of=())
    query = _tagged(viewer.kind, shape, bool(wanted.all_of), bool(wanted.none_of), part.is_upwards)
    values: dict[str, Any] = _bounds(part) | _who(viewer, now) | {"any": list(wanted.any_of)}
    if wanted.all_of:
        values |= {"all": list(wanted.all_of), "how_many": len(set(wanted.all_of))}
    if wanted.none_of:
        values["none"] = list(wanted.none_of)
    return query.rows(db, values)


def of_account(db: Connection, account_id: int, part: Part, said: Said) -> Sequence[Placed]:
    """What one person or company says. One query."""
    shape = replace(said, topic_id=None if said.topic_id is None else 0)
    values = _bounds(part) | {"account": account_id}
    if said.topic_id is not None:
        values["topic"] = said.topic_id
    return _of_account(shape, part.is_upwards).rows(db, values)


def placed(db: Connection, ids: Sequence[int]) -> Sequence[Placed]:
    """These rows, in no order, whoever may see them; taken down ones are not there. One query."""
    return _placed().rows(db, {"ids": list(ids)}) if ids else []


def _bounds(part: Part) -> dict[str, int]:
    above = [mark for mark in (part.since_id, part.min_id) if mark is not None]
    return {
        "below": part.max_id if part.max_id is not None else _ALWAYS,
        "above": max(above, default=_NEVER),
        "most": part.limit,
    }


def _who(viewer: Viewer, now: datetime) -> dict[str, Any]:
    return {"me": viewer.person_id, "now": now} if viewer.person_id is not None else {}


@lru_cache
def _placed() -> Question:
    query = select(*_columns(Posting), true().label("is_wanted")).where(
        Posting.id.in_(bindparam("ids", expanding=True)), Posting.gone_at.is_(None)
    )
    return Question(lambda dialect: query)


@lru_cache
def _home(is_upwards: bool) -> Question:
    return Question(lambda dialect: _home_from(dialect, is_upwards))


def _home_from(dialect: str, is_upwards: bool) -> Select[Any]:
    people, topics = followed_accounts(), followed_topics()
    # A page of each before the two are compared, so that few rows are.
    found = union(
        _page(_pages(dialect, people, _by_author, is_upwards), is_upwards),
        _page(_pages(dialect, topics, _by_topic(is_near), is_upwards).distinct(), is_upwards),
    ).subquery("candidate")
    return _chosen(found, is_upwards, lambda row: _is_new(row, people, topics))


@lru_cache
def _of_list(replies: str, is_upwards: bool) -> Question:
    return Question(lambda dialect: _of_list_from(dialect, replies, is_upwards))


def _of_list_from(dialect: str, replies: str, is_upwards: bool) -> Select[Any]:
    members = accounts_on_list(replies)

    def by(stream: FromClause) -> Select[Any]:
        query, row = _rows_by_author(stream)
        return query.where(or_(row.lane != literal_column("'answers'"), is_answer_to(row, replies)))

    found = _pages(dialect, members, by, is_upwards).subquery("candidate")
    return _chosen(found, is_upwards, lambda row: _is_new(row, members, None))


@lru_cache
def _public(kind: str, wanted: Wanted, is_upwards: bool) -> Question:
    return Question(lambda dialect: _public_from(dialect, kind, wanted, is_upwards))


def _public_from(dialect: str, kind: str, wanted: Wanted, is_upwards: bool) -> Select[Any]:
    streams = public_companies(is_employee=kind == "employee", local=wanted.local, remote=wanted.remote)

    def by(stream: FromClause) -> Select[Any]:
        row = aliased(Posting)
        query = select(row.id.label("id")).where(
            row.company_id == stream.c.company_id,
            row.audience == stream.c.audience,
            row.gone_at.is_(None),
            row.is_listed,
        )
        return query.where(row.has_picture) if wanted.only_media else query

    found = _pages(dialect, streams, by, is_upwards).subquery("candidate")
    return _chosen(found, is_upwards, is_near if kind == "employee" else None)


@lru_cache
def _tagged(kind: str, wanted: Wanted, has_all: bool, has_none: bool, is_upwards: bool) -> Question:
    return Question(lambda dialect: _tagged_from(dialect, kind, wanted, has_all, has_none, is_upwards))


def _tagged_from(
    dialect: str, kind: str, wanted: Wanted, has_all: bool, has_none: bool, is_upwards: bool
) -> Select[Any]:
    topics = _given_topics()

    def condition(row: Any) -> ColumnElement[bool]:
        carried = select(func.count()).where(posting_topic.c.posting_id == row.id)
        conditions = [is_near(row)] if kind == "employee" else [row.audience == literal_column("'public'")]
        if has_all:
            of_all = carried.where(posting_topic.c.topic_id.in_(bindparam("all", expanding=True)))
            conditions.append(of_all.scalar_subquery() == bindparam("how_many", type_=Integer))
        if has_none:
            of_none = carried.where(posting_topic.c.topic_id.in_(bindparam("none", expanding=True)))
            conditions.append(of_none.scalar_subquery() == 0)
        if wanted.only_media:
            conditions.append(row.has_picture)
        if wanted.local != wanted.remote:
            ours = row.company_id == _home_id()
            conditions.append(ours if wanted.local else not_(ours))
        return and_(*conditions)

    found = _pages(dialect, topics, _by_topic(condition), is_upwards).subquery("candidate")
    return _chosen(found, is_upwards)


@lru_cache
def _of_account(said: Said, is_upwards: bool) -> Question:
    return Question(lambda dialect: _of_account_from(dialect, said, is_upwards))


def _of_account_from(dialect: str, said: Said, is_upwards: bool) -> Select[Any]:
    lanes = ["words", "hosting"] if said.boosts else ["words"]
    lanes += ["answers"] if said.answers else []
    account: Any = bindparam("account", type_=Posting.author_id.type)
    streams = union_all(
        *(select(account.label("account_id"), literal(lane).label("lane")) for lane in lanes)
    ).subquery("stream")

    def by(stream: FromClause) -> Select[Any]:
        query, row = _rows_by_author(stream)
        if not said.boosts:
            query = query.where(row.kind != literal_column("'boost'"))
        if said.only_media:
            query = query.where(row.has_picture)
        if said.topic_id is not None:
            carried = exists().where(
                posting_topic.c.posting_id == func.coalesce(row.boosted_id, row.id),
                posting_topic.c.topic_id == bindparam("topic"),
            )
            query = query.where(carried)
        return query

    return _chosen(_pages(dialect, streams, by, is_upwards).subquery("candidate"), is_upwards)


By = Callable[[FromClause], Select[Any]]
Condition = Callable[[Any], ColumnElement[bool]]


def _pages(dialect: str, streams: FromClause, by: By, is_upwards: bool) -> Select[Any]:
    """At most a page of each of the streams that can have a row on this page; `by` tells a stream's rows."""

    def some(stream: FromClause, most: Any) -> Select[Any]:
        query = by(stream)
        (number,) = query.selected_columns
        query = query.where(number < bindparam("below"), number > bindparam("above")).correlate(stream)
        return query.order_by(number.asc() if is_upwards else number.desc()).limit(most)

    nearest = select(*streams.c, some(streams, 1).scalar_subquery().label("nearest")).subquery()
    # Streams without a row come last; leaving them out would work each of them out twice.
    order = (nearest.c.nearest.asc() if is_upwards else nearest.c.nearest.desc()).nulls_last()
    best = select(*nearest.c).order_by(order).limit(_MOST).subquery("best")
    if dialect == "sqlite":
        row = aliased(Posting)
        return select(row.id.label("id")).select_from(best).join(row, row.id.in_(some(best, _MOST)))
    page = some(best, _MOST).lateral("page")
    return select(page.c.id.label("id")).select_from(best).join(page, true())


def _page(found: Select[Any], is_upwards: bool) -> Select[Any]:
    """The first of these numbers, in their order."""
    every = found.subquery()
    number = every.c.id.asc() if is_upwards else every.c.id.desc()
    return select(select(every.c.id).order_by(number).limit(_MOST).subquery().c.id)


def _chosen(found: FromClause, is_upwards: bool, condition: Condition | None = None) -> Select[Any]:
    # First the numbers, then their rows: so few are looked up one by one.
    number = found.c.id.asc() if is_upwards else found.c.id.desc()
    page = select(found.c.id).order_by(number).limit(_MOST).subquery("chosen")
    query = select(*_columns(Posting), (condition(Posting) if condition else true()).label("is_wanted"))
    query = query.select_from(page).join(Posting, Posting.id == page.c.id)
    return query.order_by(page.c.id.asc() if is_upwards else page.c.id.desc())


def _columns(row: Any) -> list[Any]:
    return [getattr(row, name) for name in _NAMES]


def _by_author(stream: FromClause) -> Select[Any]:
    return _rows_by_author(stream)[0]


def _rows_by_author(stream: FromClause) -> tuple[Select[Any], Any]:
    row = aliased(Posting)
    query = select(row.id.label("id")).where(
        row.author_id == stream.c.account_id, row.lane == stream.c.lane, row.gone_at.is_(None)
    )
    return query, row


def _by_topic(condition: Condition) -> By:
    def by(stream: FromClause) -> Select[Any]:
        row, carried = aliased(Posting), posting_topic.alias()
        return (
            select(carried.c.posting_id.label("id"))
            .join(row, row.id == carried.c.posting_id)
            .where(
                carried.c.topic_id == stream.c.topic_id,
                row.gone_at.is_(None),
                or_(row.company_id.is_(None), not_(is_silent_company(row.company_id))),
                condition(row),
            )
        )

    return by


def _given_topics() -> FromClause:
    return select(Topic.id.label("topic_id")).where(Topic.id.in_(bindparam("any", expanding=True))).subquery()


def _home_id() -> Any:
    return select(Company.id).where(Company.is_home).scalar_subquery()


def is_near(row: Any) -> ColumnElement[bool]:
    """By somebody whom the viewer does not keep away."""
    return and_(row.author_id.not_in(kept_accounts()), not_(is_kept_away(ME, row.author_id, NOW)))


def _is_new(row: Any, people: FromClause, topics: FromClause | None) -> ColumnElement[bool]:
    # SQLite works out both sides of an AND that is shown, but of CASE only what is needed.
    return case((is_of("boost", row), not_(is_repetition(row, people, topics))), else_=true())


def is_repetition(row: Any, people: FromClause, topics: FromClause | None) -> ColumnElement[bool]:
    """Something passed on that this timeline has anyway, that somebody passed on before, or that is not
    wanted from whom it is by."""
    said, before = aliased(Posting), aliased(Posting)
    accounts = select(people.c.account_id)
    again = [
        exists().where(said.id == row.boosted_id, said.author_id.in_(accounts)),
        exists().where(said.id == row.boosted_id, is_kept_away(ME, said.author_id, NOW)),
        exists().where(
            before.boosted_id == row.boosted_id,
            before.id < row.id,
            before.gone_at.is_(None),
            before.author_id.in_(accounts),
        ),
    ]
    if topics is not None:
        again.append(
            exists().where(
                posting_topic.c.posting_id == row.boosted_id,
                posting_topic.c.topic_id.in_(select(topics.c.topic_id)),
            )
        )
    return and_(is_of("boost", row), or_(*again))
