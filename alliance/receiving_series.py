"""Takes in what the dates of other companies' series say of them."""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from alliance.introductions import is_uri_of
from alliance.languages import known_language
from alliance.models import Company, Series, Session
from alliance.news import SessionNews
from alliance.text import clean_line
from alliance.unit_of_work import UnitOfWork

_WORDS_LIMIT = 200
_MOST_LANGUAGES = 4


async def put_into_series(uow: UnitOfWork, company: Company, session: Session, news: SessionNews) -> None:
    """The session is a date of the series that its company names now, or of none.

    A series on another server is none: nobody puts their sessions into somebody else's. What the newest date
    says of it holds; it is for as many people as the date that said so.
    """
    told = news.series
    if told is None or not is_uri_of(company.server, told.uri):
        session.series_id = None
        return
    series = await uow.db.scalar(select(Series).where(Series.uri == told.uri))
    if series is None:
        series = await _new(uow, company, news)
    if series is None or series.company_id != company.id:
        session.series_id = None
        return
    if news.updated_at >= series.updated_at:
        _write(series, company, news)
    session.series_id = series.id
    await uow.db.flush()


async def _new(uow: UnitOfWork, company: Company, news: SessionNews) -> Series | None:
    told = news.series
    if told is None:
        return None
    series = Series(
        id=uow.new_id(),
        company_id=company.id,
        uri=told.uri,
        translations=[],
        topics=[],
        exceptions={},
        published_at=uow.now,
    )
    _write(series, company, news)
    try:
        async with uow.db.begin_nested():
            uow.db.add(series)
    except IntegrityError:
        # Another process has learned of the same series at the same moment.
        pass
    return await uow.db.scalar(select(Series).where(Series.uri == told.uri))


def _write(series: Series, company: Company, news: SessionNews) -> None:
    told = news.series
    if told is None:
        return
    series.title = clean_line(told.title, 200) or clean_line(news.title, 200)
    series.rhythm = {
        language: said
        for language, words in list(told.rhythm.items())[:_MOST_LANGUAGES]
        if known_language(language, "") and (said := clean_line(words, _WORDS_LIMIT))
    }
    series.language = known_language(news.language, company.language)
    series.audience, series.is_leaders = news.audience, news.is_leaders
    series.updated_at = news.updated_at
