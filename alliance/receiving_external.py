"""Takes in what external sources list: future, few enough, of the right topics, for employees alone."""

from datetime import timedelta
from typing import Literal

from sqlalchemy import func, select

from alliance.models import Session, Source
from alliance.news import SessionNews
from alliance.receiving_sessions import forget_session, receive_session
from alliance.text import plain_text, slug_of
from alliance.topics import topic_names
from alliance.unit_of_work import UnitOfWork

MOST_UPCOMING = 300
"""So many sessions of one source that are not over are kept; what comes on top is left out."""
FARTHEST = timedelta(days=730)

Taken = Literal[
    "taken",
    "older",
    "over",
    "too far ahead",
    "other topics",
    "too many",
    "listed by another source",
    "somebody else's",
]


async def receive_external(uow: UnitOfWork, source: Source, news: SessionNews, author_uri: str) -> Taken:
    """One event of a source that the caller has locked; what became of it, in a word.

    Its author and its source never change. Whatever it says, it is seen by employees alone, is not joined
    here and has no host and no places. Raises Invalid for nonsense.
    """
    known = await uow.db.scalar(select(Session).where(Session.uri == news.uri))
    if known is not None and known.author_uri != author_uri:
        return "somebody else's"
    if known is not None and known.company_id != source.company_id:
        return "listed by another source"
    if news.starts_at > uow.now + FARTHEST:
        return "too far ahead"
    if not matches(source.topics, news):
        return await _left_out(uow, known, news, "other topics")
    if known is None:
        if (news.ends_at or news.starts_at) <= uow.now:
            return "over"
        if await _is_full(uow, source):
            return "too many"
    session = await receive_session(uow, source.company_id, news, may_return=True)
    if session is None:
        return "older"
    _keep_inside(session, author_uri)
    await uow.db.flush()
    return "taken"


def matches(words: list[str], news: SessionNews) -> bool:
    """Whether a topic of it, or a word of title or description, is among those that are wanted."""
    if not words:
        return True
    wanted = {slug_of(word) for word in words} - {""}
    # Hashtags are written as one word: #MachineLearning is the topic machine learning.
    if {_run_together(word) for word in wanted} & {_run_together(slug) for slug in topic_names(news.topics)}:
        return True
    said = f"_{slug_words(news.title)}_{slug_words(plain_text(news.description_html))}_"
    return any(f"_{word}_" in said for word in wanted)


def _run_together(slug: str) -> str:
    return slug.replace("_", "")


def slug_words(text: str) -> str:
    """Every word as topics are written, joined by underscores; the first 2,000 words."""
    return "_".join(filter(None, (slug_of(word) for word in text.split()[:2000])))


def _keep_inside(session: Session, author_uri: str) -> None:
    session.author_uri = author_uri
    # Never leaves, whoever asks: the same word as for sessions that are for our own people alone.
    session.audience = "company"
    session.join_mode = "external"
    session.capacity, session.going_count, session.waiting_count = None, 0, 0
    session.host = None


async def _left_out(uow: UnitOfWork, known: Session | None, news: SessionNews, why: Taken) -> Taken:
    if known is not None and news.updated_at >= known.updated_at:
        known.updated_at = news.updated_at
        await forget_session(uow, news.uri)
    return why


async def _is_full(uow: UnitOfWork, source: Source) -> bool:
    """Withdrawn ones count as well: a source that adds and deletes without end gets no further."""
    kept = select(func.count()).where(Session.company_id == source.company_id, Session.ends_at > uow.now)
    return (await uow.db.scalar(kept) or 0) >= MOST_UPCOMING
