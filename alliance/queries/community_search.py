"""Finds communities by the words that the search for sessions and people understood."""

from functools import cache
from typing import Any

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.models import Community, SearchDocument
from alliance.queries.communities import communities_with_ids
from alliance.queries.given import given_viewer
from alliance.queries.search import Question, alternatives_of, best_of
from alliance.queries.search_index import asked_for, matching, spellings
from alliance.queries.search_marks import FIRST_SESSION
from alliance.visibility import Viewer, visible_communities

_CANDIDATES = 50


async def search_communities(
    db: AsyncSession, viewer: Viewer, question: Question, *, limit: int = 4
) -> list[Community]:
    """The communities that `viewer` may see and that have every word of the question, best first.

    Two queries for nothing, four at most.
    """
    if question.is_empty:
        return []
    dialect = db.get_bind().dialect.name
    begun = [word for term in question.terms for word in (*term.beginnings, *term.slips)]
    asked = alternatives_of(question, await spellings(db, begun), viewer)
    anybody, who = given_viewer(viewer)
    rows = (
        await db.execute(_candidates(anybody, dialect), {**who, "named": asked_for(dialect, asked)})
    ).all()
    return await communities_with_ids(db, viewer, best_of(rows, question)[:limit])


@cache
def _candidates(viewer: Viewer, dialect: str) -> Select[Any]:
    query, place = matching(dialect, "named")
    query = query.join(Community, Community.id == SearchDocument.object_id).where(place < FIRST_SESSION)
    query = query.where(visible_communities(viewer))
    query = query.add_columns(SearchDocument.title, SearchDocument.topics, SearchDocument.host)
    return query.add_columns(SearchDocument.marks).order_by(place).limit(_CANDIDATES)
