"""Takes in what other companies tell us about their sessions."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from alliance.drafting import MOST_TRANSLATIONS
from alliance.errors import Invalid, NotFound
from alliance.facts import PartnerSessionChanged, PartnerSessionWithdrawn, SessionReceived
from alliance.introductions import is_uri_of
from alliance.languages import known_language
from alliance.materials import is_address
from alliance.models import (
    CONVERSATIONS,
    JOIN_MODES,
    MATERIAL_KINDS,
    MOST_MATERIALS,
    PLACES,
    Company,
    Material,
    Person,
    Session,
    SessionTranslation,
)
from alliance.news import SessionNews
from alliance.queries.session_filters import LONGEST
from alliance.queries.sessions import locked_session
from alliance.receiving_series import put_into_series
from alliance.series_telling import keep_quiet
from alliance.text import clean_line, sanitise
from alliance.times import is_zone
from alliance.topics import MOST_TOPICS, topics_named
from alliance.transcribing import hear_of_transcripts
from alliance.unit_of_work import UnitOfWork

_DESCRIPTION_LIMIT = 30_000
_MOST = 1_000_000
_STATES = ("scheduled", "cancelled", "postponed", "tentative")
_EARLIEST, _LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


async def receive_session(
    uow: UnitOfWork, company_id: int, news: SessionNews, *, may_return: bool = False
) -> Session | None:
    """A partner's session as it is now; None when we know something newer, or that it was withdrawn.

    With `may_return` the caller knows that the partner has it again: it was out of our sight for a while.
    Its company never changes. Raises NotFound for an unknown company, Invalid for nonsense and for a session
    that is not on that company's server.
    """
    company = await uow.db.get(Company, company_id)
    if company is None or company.is_home:
        raise NotFound
    _refuse_nonsense(company, news)
    session = await _known(uow, news.uri)
    is_new = session is None
    if session is None:
        session = await _new(uow, company, news)
    elif session.company_id != company.id or _is_old(session, news, may_return=may_return):
        return None
    before = _calendar_facts(session)
    session.withdrawn_at = None
    _write(session, company, news)
    await put_into_series(uow, company, session, news)
    session.host = await _host(uow, company, news.host_uri)
    session.topics = await topics_named(uow, news.topics[: MOST_TOPICS * 2])
    _translate(session, news)
    _keep_materials(uow, session, news)
    await hear_of_transcripts(uow, session, company, news.transcripts)
    await uow.db.flush()
    if is_new:
        await keep_quiet(uow, session)
    uow.record(SessionReceived(session, is_new))
    if before != _calendar_facts(session):
        uow.record(PartnerSessionChanged(session, previous_status=before[1], previous_starts_at=before[2]))
    return session


def _is_old(session: Session, news: SessionNews, *, may_return: bool) -> bool:
    return news.updated_at < session.updated_at or (session.withdrawn_at is not None and not may_return)


def _calendar_facts(session: Session) -> tuple[int, str, datetime, bool]:
    """What calendars have to hear about, when it changes."""
    return session.sequence, session.status, session.starts_at, session.withdrawn_at is None


async def forget_session(uow: UnitOfWork, uri: str) -> None:
    """A partner has withdrawn a session; whoever was going sees it as withdrawn."""
    session = await _known(uow, uri)
    if session is not None and session.withdrawn_at is None:
        session.withdrawn_at = uow.now
        session.description_html = ""
        session.transcripts = []
        session.sequence += 1
        await uow.db.flush()
        uow.record(PartnerSessionWithdrawn(session))


async def _known(uow: UnitOfWork, uri: str) -> Session | None:
    session_id = await uow.db.scalar(select(Session.id).where(Session.uri == uri))
    return await locked_session(uow.db, session_id) if session_id is not None else None


async def _new(uow: UnitOfWork, company: Company, news: SessionNews) -> Session:
    session = Session(
        id=uow.new_id(), company_id=company.id, uri=news.uri, published_at=news.published_at or uow.now
    )
    session.sequence = -1  # what is new counts as one change
    _write(session, company, news)
    try:
        async with uow.db.begin_nested():
            uow.db.add(session)
    except IntegrityError:
        # Another process has learned of the same session at the same moment.
        pass
    known = await _known(uow, news.uri)
    if known is None:
        raise Invalid(detail=f"can't be stored: {news.uri[:300]}")
    return known


def _refuse_nonsense(company: Company, news: SessionNews) -> None:
    if not is_uri_of(company.server, news.uri):
        raise Invalid(detail="a session that is not on its company's server")
    if news.audience not in ("public", "alliance"):
        raise Invalid(detail="a session that is not for us")
    if not clean_line(news.title):
        raise Invalid(detail="a session without a title")
    for moment in (news.starts_at, news.updated_at, news.published_at, news.previous_starts_at):
        if moment is not None and not _EARLIEST <= moment <= _LATEST:
            raise Invalid(detail="a session outside of the calendar")


def _write(session: Session, company: Company, news: SessionNews) -> None:
    session.sequence = _sequence(session, news)
    session.url = news.url if news.url is not None and is_uri_of(company.server, news.url) else None
    session.title = clean_line(news.title, 200)
    session.description_html = sanitise(news.description_html, _DESCRIPTION_LIMIT)
    session.language = known_language(news.language, company.language)
    session.starts_at, session.ends_at = news.starts_at, _end(news)
    session.timezone = news.timezone if is_zone(news.timezone) else "UTC"
    session.previous_starts_at = news.previous_starts_at
    session.place, session.place_name, session.place_address = _place(news)
    session.capacity = _count(news.capacity) or None if news.capacity is not None else None
    session.going_count, session.waiting_count = _count(news.going_count), _count(news.waiting_count)
    session.join_mode = news.join_mode if news.join_mode in JOIN_MODES else "none"
    session.audience = news.audience
    session.status = news.status if news.status in _STATES else "scheduled"
    session.status_note = clean_line(news.status_note, 500)
    session.conversation = news.conversation if news.conversation in CONVERSATIONS else "moderated"
    session.is_leaders = news.is_leaders
    session.updated_at = news.updated_at


def _translate(session: Session, news: SessionNews) -> None:
    """What is said in other languages, each once and those alone that we know."""
    said = {
        known_language(text.language, ""): text for text in news.translations if clean_line(text.title, 200)
    }
    known = {text.language: text for text in session.translations}
    languages = sorted(said.keys() - {"", session.language})[:MOST_TRANSLATIONS]
    session.translations = [known.get(name, SessionTranslation(language=name)) for name in languages]
    for row in session.translations:
        text = said[row.language]
        row.title, row.description = clean_line(text.title, 200), ""
        row.description_html = sanitise(text.description_html, _DESCRIPTION_LIMIT)


def _keep_materials(uow: UnitOfWork, session: Session, news: SessionNews) -> None:
    """What there is to see or read again, by https alone; rows are written only where something changed."""
    told = [
        (kind if kind in MATERIAL_KINDS else "link", clean_line(title, 200), url)
        for kind, title, url in news.materials
        if clean_line(title, 200) and is_address(url)
    ][:MOST_MATERIALS]
    if told == [(one.kind, one.title, one.url) for one in session.materials]:
        return
    session.materials = [
        Material(id=uow.new_id(), kind=kind, title=title, url=url, added_at=uow.now)
        for kind, title, url in told
    ]


def _end(news: SessionNews) -> datetime:
    if news.ends_at is None or news.ends_at <= news.starts_at:
        return news.starts_at + timedelta(hours=1)
    return min(news.ends_at, news.starts_at + LONGEST)


def _sequence(session: Session, news: SessionNews) -> int:
    """At least theirs, never less than before, and raised on every change that calendars have to hear about.

    Other software has no SEQUENCE at all, and a calendar ignores a change that comes with the same one.
    """
    status = news.status if news.status in _STATES else "scheduled"
    told = (clean_line(news.title, 200), news.starts_at, _end(news), status, *_place(news))
    known = (session.title, session.starts_at, session.ends_at, session.status)
    changed = told != (*known, session.place, session.place_name, session.place_address)
    return max(session.sequence + changed, _count(news.sequence or 0))


def _place(news: SessionNews) -> tuple[str, str, str]:
    kind = news.place if news.place in PLACES else "online"
    return kind, clean_line(news.place_name, 200), clean_line(news.place_address, 500)


def _count(number: int) -> int:
    return max(0, min(number, _MOST))


async def _host(uow: UnitOfWork, company: Company, uri: str | None) -> Person | None:
    if uri is None or not is_uri_of(company.origin, uri):
        return None
    return await uow.db.scalar(
        select(Person).where(Person.uri == uri, Person.company_id == company.id, Person.gone_at.is_(None))
    )
