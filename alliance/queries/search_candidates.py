"""The statements by which the search finds what may be meant, to be ranked afterwards."""

from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, cast, func, literal_column, not_, null, select, union_all

from alliance.models import Community, ExpertProfile, Person, SearchDocument, Session, Wish
from alliance.queries.given import given_moment, given_number
from alliance.queries.search_index import is_about, matching
from alliance.queries.search_marks import FIRST_SESSION
from alliance.queries.session_filters import Narrowing
from alliance.visibility import (
    Viewer,
    visible_communities,
    visible_profiles,
    visible_sessions,
    visible_wishes,
)

# So many of each kind are ranked: hits in headlines and anywhere, to come and past.
CANDIDATES = 100
_FEWER = 50
# On PostgreSQL: words that more things have are looked for on the way, those of headlines among the nearest.
_FEW = 5_000
_NEAREST = 4_000
_SAID = (
    SearchDocument.kind,
    SearchDocument.title,
    SearchDocument.topics,
    SearchDocument.host,
    SearchDocument.marks,
)


@lru_cache(maxsize=256)
def candidates(viewer: Viewer, kind: Narrowing, *, with_others: bool) -> Any:
    """A query for what may be meant: `kind`, `object_id`, the words of each, and when sessions are.

    Its parameters: `in_headline` and `anywhere` (see `asked_for`), `place`, `long_ago_place`, and those of
    `kind` and of the viewer.
    """
    parts = [*_sessions(viewer, kind), _experts(viewer, kind.dialect)]
    if with_others:
        parts += [_communities(viewer, kind.dialect), _wishes(viewer, kind.dialect)]
    return union_all(*(select(part.subquery()) for part in parts))


def _sessions(viewer: Viewer, kind: Narrowing) -> list[Select[Any]]:
    if kind.dialect == "postgresql":
        return _sessions_on_postgresql(viewer, kind)
    parts = []
    for name in ("in_headline", "anywhere"):
        query, place = matching(kind.dialect, name)
        parts += _to_come_and_past(
            query.add_columns(*_SAID), SearchDocument.object_id.expression, place, viewer, kind
        )
    return parts


def _sessions_on_postgresql(viewer: Viewer, kind: Narrowing) -> list[Select[Any]]:
    """PostgreSQL does not know how many things have the words, and walks all of them for rare ones.

    So up to five thousand are taken from the index, and only if there are more are things met on the way:
    of what has the words in its headline, among the nearest four thousand each way.
    """
    anywhere, place = matching(kind.dialect, "anywhere")
    in_headline = is_about("in_headline").label("in_headline")
    few = anywhere.add_columns(*_SAID, SearchDocument.id, in_headline).limit(_FEW + 1).cte("few")
    is_scarce = select(func.count()).select_from(few).scalar_subquery() <= _FEW
    taken = select(few.c.object_id, *(few.c[column.key] for column in _SAID)).where(is_scarce)
    parts = []
    for query in (taken.where(few.c.in_headline), taken):
        parts += _to_come_and_past(query, few.c.object_id, few.c.id, viewer, kind)
    for name in ("in_headline", "anywhere"):
        query, place = matching(kind.dialect, name, walked=True)
        query = query.add_columns(*_SAID).where(not_(is_scarce))
        if name == "in_headline":
            query = query.where(place.between(_nearest(is_before=True), _nearest(is_before=False)))
        parts += _to_come_and_past(query, SearchDocument.object_id.expression, place, viewer, kind)
    return parts


def _nearest(*, is_before: bool) -> Any:
    """How far the nearest things reach into the past, or the future."""
    here = given_number("place")
    place = SearchDocument.id
    ordered = select(place).where(place <= here if is_before else place >= here)
    ordered = ordered.order_by(place.desc() if is_before else place).limit(_NEAREST)
    reached = ordered.subquery().c.id
    return select(func.min(reached) if is_before else func.max(reached)).scalar_subquery()


def _to_come_and_past(
    query: Select[Any], found: ColumnElement[Any], place: ColumnElement[Any], viewer: Viewer, kind: Narrowing
) -> list[Select[Any]]:
    """The nearest sessions in both directions of those that `query` finds as `found`."""
    query = query.join(Session, Session.id == found)
    query = query.where(visible_sessions(viewer), *kind.conditions())
    query = query.add_columns(Session.starts_at, Session.ends_at)
    now = given_moment("now")
    to_come = query.where(place >= given_number("long_ago_place"), Session.ends_at > now)
    past = query.where(place >= FIRST_SESSION, place <= given_number("place"), Session.ends_at <= now)
    return [to_come.order_by(place).limit(CANDIDATES), past.order_by(place.desc()).limit(CANDIDATES // 2)]


def _experts(viewer: Viewer, dialect: str) -> Select[Any]:
    query, place = _timeless(dialect)
    query = query.join(Person, Person.id == SearchDocument.object_id)
    query = query.join(ExpertProfile, ExpertProfile.person_id == Person.id).where(visible_profiles(viewer))
    return query.order_by(place).limit(CANDIDATES)


def _communities(viewer: Viewer, dialect: str) -> Select[Any]:
    query, place = _timeless(dialect)
    query = query.join(Community, Community.id == SearchDocument.object_id)
    return query.where(visible_communities(viewer)).order_by(place).limit(_FEWER)


def _wishes(viewer: Viewer, dialect: str) -> Select[Any]:
    query, place = _timeless(dialect)
    query = query.join(Wish, Wish.id == SearchDocument.object_id)
    query = query.join(Person, Person.id == Wish.author_id).where(visible_wishes(viewer))
    return query.order_by(place.desc()).limit(_FEWER)


def _timeless(dialect: str) -> tuple[Select[Any], ColumnElement[Any]]:
    """Whatever has the words and no time, and the place by which it is walked."""
    query, place = matching(dialect, "anywhere")
    no_time = cast(null(), Session.starts_at.type)
    query = query.add_columns(*_SAID, no_time.label("starts_at"), no_time.label("ends_at"))
    # In words, because an index is for exactly these.
    return query.where(place < literal_column(str(FIRST_SESSION))), place
