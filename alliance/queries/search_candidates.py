"""The statements by which the search finds what may be meant, to be ranked afterwards."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, cast, literal_column, null, select, union_all

from alliance.models import Community, ExpertProfile, Person, SearchDocument, Session, Wish
from alliance.queries.search_by_place import SAID, Directions, Reach, sessions_by_place
from alliance.queries.search_index import matching
from alliance.queries.search_marks import FIRST_SESSION
from alliance.queries.session_filters import Narrowing
from alliance.visibility import (
    Viewer,
    visible_communities,
    visible_profiles,
    visible_wishes,
)

# So many of what has no time are ranked.
CANDIDATES = 100
_FEWER = 50


@dataclass(frozen=True)
class Kinds:
    """What is looked for; others are communities and requests."""

    sessions: bool = True
    experts: bool = True
    others: bool = False


NOTHING = Kinds(sessions=False, experts=False)


@lru_cache(maxsize=256)
def candidates(viewer: Viewer, kind: Narrowing, kinds: Kinds, reach: Reach) -> Any:
    """A query for what may be meant: `kind`, `object_id`, the words of each, and when sessions are.

    Its parameters: `in_headline` and `anywhere` (see `asked_for`), `place`, `long_ago_place`, and those of
    `kind` and of the viewer.
    """
    parts = _sessions(viewer, kind, reach) if kinds.sessions else []
    if kinds.experts:
        parts.append(_experts(viewer, kind.dialect))
    if kinds.others:
        parts += [_communities(viewer, kind.dialect), _wishes(viewer, kind.dialect)]
    return union_all(*(select(part.subquery()) for part in parts))


def _sessions(viewer: Viewer, kind: Narrowing, reach: Reach) -> list[Select[Any]]:
    if kind.dialect == "postgresql":
        return sessions_by_place(viewer, kind, reach)
    directions = Directions(viewer, kind, reach.most)
    parts = []
    for name in ("in_headline", "anywhere"):
        query, place = matching(kind.dialect, name)
        hits = query.add_columns(*SAID), SearchDocument.object_id.expression, place
        parts += [directions.to_come(*hits), directions.past(*hits)]
    return parts


def _experts(viewer: Viewer, dialect: str) -> Select[Any]:
    query, place = _timeless(dialect)
    query = query.join(Person, Person.id == SearchDocument.object_id)
    query = query.join(ExpertProfile, ExpertProfile.person_id == Person.id).where(visible_profiles(viewer))
    return query.order_by(place).limit(CANDIDATES)


def _communities(viewer: Viewer, dialect: str) -> Select[Any]:
    query, place = _timeless(dialect)
    query = query.where(SearchDocument.kind == "community")
    query = query.join(Community, Community.id == SearchDocument.object_id)
    return query.where(visible_communities(viewer)).order_by(place).limit(_FEWER)


def _wishes(viewer: Viewer, dialect: str) -> Select[Any]:
    query, place = _timeless(dialect)
    query = query.where(SearchDocument.kind == "wish")
    query = query.join(Wish, Wish.id == SearchDocument.object_id)
    query = query.join(Person, Person.id == Wish.author_id).where(visible_wishes(viewer))
    return query.order_by(place.desc()).limit(_FEWER)


def _timeless(dialect: str) -> tuple[Select[Any], ColumnElement[Any]]:
    """Whatever has the words and no time, and the place by which it is walked."""
    query, place = matching(dialect, "anywhere")
    no_time = cast(null(), Session.starts_at.type)
    query = query.add_columns(*SAID, no_time.label("starts_at"), no_time.label("ends_at"))
    # In words, because an index is for exactly these.
    return query.where(place < literal_column(str(FIRST_SESSION))), place
