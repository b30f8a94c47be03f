"""What apps find by words: companies and experts, and sessions as postings."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.models import Company
from alliance.queries.directory import accounts_called
from alliance.queries.known_accounts import is_known_company
from alliance.queries.search import MOST_FOUND, question_of, search
from alliance.queries.session_filters import SessionFilter
from alliance.queries.talked_about import postings_of_sessions
from alliance.visibility import Viewer


async def accounts_found(db: AsyncSession, viewer: Viewer, typed: str, now: datetime, most: int) -> list[int]:
    """Whose name begins like that first, then experts for what they know about."""
    called = await accounts_called(db, viewer, typed, most)
    question = question_of(typed)
    found = await search(db, viewer, question, SessionFilter(), now=now, sessions=0, experts=most)
    return list(dict.fromkeys([*called, *(person.id for person in found.experts)]))[:most]


async def postings_found(
    db: AsyncSession, viewer: Viewer, typed: str, now: datetime, most: int, *, company_id: int | None = None
) -> list[int]:
    """Of sessions that have every word, best first; with a company only its own."""
    companies = list(await db.scalars(select(Company).where(is_known_company(viewer)).limit(500)))
    wanted, question = SessionFilter(company_id=company_id), question_of(typed, companies)
    found = await search(db, viewer, question, wanted, now=now, sessions=min(most, MOST_FOUND), experts=0)
    return await postings_of_sessions(db, [session.id for session in found.sessions])
