"""Finds requests by the words that the search for sessions and people understood."""

from functools import cache
from typing import Any

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.models import Person, SearchDocument, Wish
from alliance.queries.given import given_viewer
from alliance.queries.search import Question, alternatives_of, best_of
from alliance.queries.search_index import asked_for, matching, spellings
from alliance.queries.search_marks import FIRST_SESSION
from alliance.queries.wishes import Wishes, wishes_with_ids
from alliance.visibility import Viewer, visible_wishes

_CANDIDATES = 50


async def search_wishes(db: AsyncSession, viewer: Viewer, question: Question, *, limit: int = 4) -> Wishes:
    """The requests that `viewer` may read and that have every word of the question, best first.

    Two queries for nothing, eight more at most.
    """
    if question.is_empty:
        return Wishes([], {})
    dialect = db.get_bind().dialect.name
    begun = [word for term in question.terms for word in (*term.beginnings, *term.slips)]
    asked = alternatives_of(question, await spellings(db, begun), viewer)
    anybody, who = given_viewer(viewer)
    found = await db.execute(_candidates(anybody, dialect), {**who, "wished": asked_for(dialect, asked)})
    return await wishes_with_ids(db, viewer, best_of(found.all(), question)[:limit])


@cache
def _candidates(viewer: Viewer, dialect: str) -> Select[Any]:
    query, place = matching(dialect, "wished")
    query = query.join(Wish, Wish.id == SearchDocument.object_id).where(place < FIRST_SESSION)
    query = query.join(Person, Person.id == Wish.author_id).where(visible_wishes(viewer))
    query = query.add_columns(SearchDocument.title, SearchDocument.topics, SearchDocument.host)
    return query.add_columns(SearchDocument.marks).order_by(place.desc()).limit(_CANDIDATES)
