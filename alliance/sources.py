"""Subscribes to external sources, pauses and ends that: the admin's side of it."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload

from alliance.acts import Subject
from alliance.errors import Conflict, Forbidden, Invalid, NotFound
from alliance.facts import SourceAdded, SourceRemoved, SourceResumed
from alliance.introductions import is_uri_of
from alliance.languages import known_language
from alliance.models import Company, Employee, Session, Source
from alliance.queries.companies import company_with_host, home_company
from alliance.queries.sources import source_with_uri
from alliance.text import clean_line, clean_text, slug_of
from alliance.unit_of_work import UnitOfWork

MOST_SOURCES = 50
MOST_WORDS = 20
WORD_LIMIT = 60


@dataclass(frozen=True, kw_only=True)
class Feed:
    """Who an external source says it is, as fetched from its own server."""

    uri: str
    server: str
    """Scheme and host: `https://treffen.example`."""
    host: str
    username: str
    name: str
    summary: str = ""
    software: str = ""
    language: str = ""
    """Of its events, where they do not say; empty: ours."""

    @property
    def handle(self) -> str:
        """Name and host, as people write it: `stadtbibliothek@treffen.example`."""
        return f"{self.username}@{self.host}"


def words_of(typed: Iterable[str]) -> list[str]:
    """Topics or words as they are compared: one line each, without # and doubles. Raises Invalid."""
    found = {slug_of(word) or clean_line(word): clean_line(word.lstrip("# "), WORD_LIMIT) for word in typed}
    words = [word for word in found.values() if word]
    if len(words) > MOST_WORDS:
        raise Invalid("Please name at most {number} topics.", field="topics", number=MOST_WORDS)
    return words


async def add_source(
    uow: UnitOfWork, feed: Feed, topics: Iterable[str] = (), by: Employee | None = None
) -> Source:
    """Subscribes to a calendar; its events are shown once it has said yes.

    `by` is the administrator, or None for the operator at the command line; so for every verb here. Raises
    Forbidden, Invalid, Conflict.
    """
    _refuse_unless_admin(by)
    words = words_of(topics)
    _refuse_nonsense(feed)
    home = await home_company(uow.db)
    await _refuse_known(uow, feed, home)
    company = Company(
        id=uow.new_id(), origin=feed.uri, host=feed.handle, handle=clean_line(feed.username, 64),
        name=clean_line(feed.name, 200) or feed.handle, summary=clean_text(feed.summary, 2000),
        hue=sum(feed.handle.encode()) % 24, language=known_language(feed.language, home.language),
        timezone="UTC", software=clean_line(feed.software, 100), created_at=uow.now, updated_at=uow.now,
    )  # fmt: skip
    source = Source(
        company=company, uri=feed.uri, host=feed.host, state="asked", is_paused=False, topics=words,
        since=uow.now, created_at=uow.now,
    )  # fmt: skip
    try:
        async with uow.db.begin_nested():
            uow.db.add_all((company, source))
    except IntegrityError as error:
        raise Conflict("You are subscribed to {name} already.", name=feed.name) from error
    uow.record(SourceAdded(source, company))
    _note(uow, "source.added", source, by)
    return source


async def pause_source(uow: UnitOfWork, company_id: int, by: Employee | None = None) -> Source:
    """Hides what a source lists and takes nothing in until it is resumed. Raises NotFound, Conflict."""
    source = await _source(uow, company_id, by)
    if source.is_paused:
        raise Conflict("{name} is paused already.", name=source.company.name)
    source.is_paused, source.since = True, uow.now
    await uow.db.flush()
    _note(uow, "source.paused", source, by)
    return source


async def resume_source(uow: UnitOfWork, company_id: int, by: Employee | None = None) -> Source:
    """Ends a pause; what was missed is fetched. Raises NotFound, Conflict."""
    source = await _source(uow, company_id, by)
    if not source.is_paused:
        raise Conflict("{name} is not paused.", name=source.company.name)
    source.is_paused, source.since = False, uow.now
    await uow.db.flush()
    _note(uow, "source.resumed", source, by)
    uow.record(SourceResumed(source, source.company))
    return source


async def remove_source(uow: UnitOfWork, company_id: int, by: Employee | None = None) -> None:
    """Ends the subscription; nothing of the source stays here. Raises NotFound."""
    source = await _source(uow, company_id, by)
    company = source.company
    uow.record(SourceRemoved(source.uri))
    _note(uow, "source.removed", source, by)
    await uow.db.execute(delete(Session).where(Session.company_id == company_id))
    await uow.db.delete(source)
    await uow.db.flush()
    await uow.db.delete(company)
    await uow.db.flush()


async def source_answered(uow: UnitOfWork, uri: str, *, yes: bool) -> Source | None:
    """They let us follow them, or do not (any more); None when this is no source of ours."""
    source = await locked_source_with_uri(uow, uri)
    state = "following" if yes else "refused"
    if source is not None and source.state != state:
        source.state, source.since = state, uow.now
        await uow.db.flush()
        if yes:
            uow.record(SourceResumed(source, source.company))
    return source


async def locked_source_with_uri(uow: UnitOfWork, uri: str) -> Source | None:
    """One source for changing; others wait until the transaction ends."""
    found = await source_with_uri(uow.db, uri)
    return await locked_source(uow, found.company_id) if found is not None else None


async def locked_source(uow: UnitOfWork, company_id: int) -> Source | None:
    """The same by its company row."""
    return await uow.db.scalar(
        select(Source)
        .where(Source.company_id == company_id)
        .with_for_update(of=Source, key_share=True)
        .options(selectinload(Source.company))
        .execution_options(populate_existing=True)
    )


async def _source(uow: UnitOfWork, company_id: int, by: Employee | None) -> Source:
    _refuse_unless_admin(by)
    source = await locked_source(uow, company_id)
    if source is None:
        raise NotFound
    return source


def _note(uow: UnitOfWork, act: str, source: Source, by: Employee | None) -> None:
    uow.audit(act, Subject("source", source.uri), by=by)


def _refuse_unless_admin(by: Employee | None) -> None:
    if by is not None and (by.disabled_at is not None or not by.has_role("admin")):
        raise Forbidden("Only administrators decide about external sources.")


def _refuse_nonsense(feed: Feed) -> None:
    is_named = clean_line(feed.username) == feed.username and 0 < len(feed.username) <= 64
    is_named = is_named and not set(feed.username) & set("@/ ")
    if not is_named or len(feed.handle) > 260 or not is_uri_of(feed.server, feed.uri) or len(feed.uri) > 300:
        raise Invalid("{host} describes this account in a way that can't be used.", host=feed.host[:260])


async def _refuse_known(uow: UnitOfWork, feed: Feed, home: Company) -> None:
    if feed.server == home.origin:
        raise Conflict("That is your own company.")
    if await company_with_host(uow.db, feed.host) is not None:
        raise Conflict("{host} is the server of a company that you know from the alliance.", host=feed.host)
    if await source_with_uri(uow.db, feed.uri) is not None:
        raise Conflict("You are subscribed to {name} already.", name=feed.name)
    if (await uow.db.scalar(select(func.count()).select_from(Source)) or 0) >= MOST_SOURCES:
        raise Conflict("There are {number} external sources already; that is the limit.", number=MOST_SOURCES)
