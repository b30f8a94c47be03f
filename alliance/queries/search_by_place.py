"""Finds sessions by words in the order of time: those of now and what follows before those that are over.

PostgreSQL does not know how many things have a word. Left alone it gathers everything that has a frequent
one, or walks through everything for a rare one; and what an index of words finds comes in no order. So the
things nearest ahead are walked first, and further where that meets the words often. Only if this does not
suffice is the index asked: what it finds is taken as it is, unless that is more than a few, which are met by
walking on.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, and_, func, not_, select

from alliance.models import SearchDocument, Session
from alliance.queries.given import given_moment, given_number
from alliance.queries.search_index import is_about, matching
from alliance.queries.search_marks import FIRST_SESSION
from alliance.queries.session_filters import Narrowing
from alliance.visibility import Viewer, visible_sessions

SAID = (
    SearchDocument.kind,
    SearchDocument.title,
    SearchDocument.topics,
    SearchDocument.host,
    SearchDocument.marks,
)
"""What hits are ranked by."""
_POSTGRESQL = "postgresql"


@dataclass(frozen=True)
class Reach:
    """How many sessions are taken, and how many things are walked for them."""

    most: int = 100
    """To come; half as many of those that are over."""
    near: int = 2_000
    """Ahead, before the index of words is asked."""
    often: int = 20
    """With so many hits among those, the others are met soon enough by walking on."""
    headlines: int = 4_000
    """Each way, for headlines with words that many things have; further ahead they are as anything else."""
    few: int = 5_000
    """Hits that are gathered and put in order; of more, the nearest are met on the way."""


REACH = Reach()


@dataclass(frozen=True)
class Directions:
    """The nearest of what `viewer` may see and `kind` leaves, in both directions.

    A query for them selects what it likes; `found` is the id of the session in it, `place` where that lies.
    """

    viewer: Viewer
    kind: Narrowing
    most: int

    def to_come(
        self, query: Select[Any], found: ColumnElement[Any], place: ColumnElement[Any]
    ) -> Select[Any]:
        """With `starts_at` and `ends_at`, the nearest first."""
        query = self._narrowed(query, found)
        query = query.where(place >= given_number("long_ago_place"), Session.ends_at > given_moment("now"))
        return query.order_by(place).limit(self.most)

    def past(self, query: Select[Any], found: ColumnElement[Any], place: ColumnElement[Any]) -> Select[Any]:
        """The same of what is over, half as many."""
        query = self._narrowed(query, found)
        query = query.where(place >= FIRST_SESSION, place <= given_number("place"))
        query = query.where(Session.ends_at <= given_moment("now"))
        return query.order_by(place.desc()).limit(self.most // 2)

    def _narrowed(self, query: Select[Any], found: ColumnElement[Any]) -> Select[Any]:
        query = query.join(Session, Session.id == found)
        query = query.where(visible_sessions(self.viewer), *self.kind.conditions())
        return query.add_columns(Session.starts_at, Session.ends_at)


def sessions_by_place(viewer: Viewer, kind: Narrowing, reach: Reach) -> list[Select[Any]]:
    """Queries on PostgreSQL, of which those answer with nothing that are not needed.

    Everything of them together holds the nearest sessions with the words anywhere, and those that have them
    in their headline: of a word that many things have, among the nearest. If enough are to come, nothing that
    is over.
    """
    directions = Directions(viewer, kind, reach.most)
    place = SearchDocument.id.expression
    far = _reached(reach.near)
    walk = directions.to_come(*_walked("anywhere"))
    near = walk.where(place <= far).cte("near")
    is_often = _number_of(near).between(reach.often, reach.most - 1)
    further = walk.where(place > far, is_often).cte("further")
    met = _number_of(near) + _number_of(further)
    by_words, _ = matching(_POSTGRESQL, "anywhere")
    few = by_words.add_columns(place).where(met < reach.most).limit(reach.few + 1).cte("few")
    is_plenty = and_(met < reach.most, _number_of(few) > reach.few)
    is_scarce = and_(met < reach.most, _number_of(few) <= reach.few)
    at_last = walk.where(place > far, is_plenty, not_(is_often)).cte("at_last")
    is_lacking = and_(is_plenty, met + _number_of(at_last) < reach.most)
    behind, ahead = _reached(reach.headlines, is_before=True), _reached(reach.headlines)
    return [
        select(near),
        select(further),
        select(at_last),
        directions.to_come(*_walked("in_headline")).where(place <= ahead, not_(is_scarce)),
        directions.past(*_walked("anywhere")).where(is_lacking),
        directions.past(*_walked("in_headline")).where(place >= behind, is_lacking),
        *_gathered(directions, few, is_scarce),
    ]


def _walked(name: str) -> tuple[Select[Any], ColumnElement[Any], ColumnElement[Any]]:
    query, place = matching(_POSTGRESQL, name, walked=True)
    return query.add_columns(*SAID), SearchDocument.object_id.expression, place


def _gathered(directions: Directions, few: CTE, is_scarce: ColumnElement[bool]) -> list[Select[Any]]:
    """The nearest of a few hits, and of those among them that have the words in their headline."""
    anywhere = select(few.c.object_id, few.c.id).where(is_scarce)
    headline = anywhere.join(SearchDocument, SearchDocument.id == few.c.id)
    headline = headline.where(is_about("in_headline", by_index=False))
    return [
        _with_what_is_said(direction(hits, few.c.object_id, few.c.id))
        for hits in (anywhere, headline)
        for direction in (directions.to_come, directions.past)
    ]


def _with_what_is_said(hits: Select[Any]) -> Select[Any]:
    hit = hits.subquery()
    query = select(hit.c.object_id, *SAID, hit.c.starts_at, hit.c.ends_at)
    return query.join(SearchDocument, SearchDocument.id == hit.c.id)


def _number_of(rows: CTE) -> ColumnElement[int]:
    return select(func.count()).select_from(rows).scalar_subquery()


def _reached(things: int, *, is_before: bool = False) -> ColumnElement[int]:
    """The place of the last of so many things from now on, or before; here, if there are none."""
    here, place = given_number("place"), SearchDocument.id
    ordered = select(place).where(place <= here if is_before else place >= here)
    reached = ordered.order_by(place.desc() if is_before else place).limit(things).subquery().c.id
    last = func.min(reached) if is_before else func.max(reached)
    return select(func.coalesce(last, here)).scalar_subquery()
