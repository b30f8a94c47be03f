"""Takes in what people of allied companies ask for, who wants it there, and what answers it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload, selectinload

from alliance.answering_wishes import note_answer
from alliance.errors import Conflict, Forbidden, Invalid, TooMany
from alliance.introductions import is_uri_of
from alliance.languages import known_language
from alliance.models import (
    AUDIENCES,
    WISH_KINDS,
    Company,
    Person,
    Session,
    Wish,
    WishAnswer,
    WishChorus,
    WishLike,
)
from alliance.queries.wishes import is_open
from alliance.speakers import allied_speaker, refuse_flood
from alliance.text import HTML_LIMIT, clean_line, plain_text, sanitise_words
from alliance.topics import MOST_TOPICS, topics_named
from alliance.unit_of_work import UnitOfWork
from alliance.upserts import insert
from alliance.wish_facts import WishAnswered, WishReceived
from alliance.wishing import LONGEST_TEXT, empty_wish, voices_changed, wish_with

MOST_A_DAY = 30
MOST_OF_ONE_COMPANY = 500
MOST_COUNTED = 5000
"""Voices of one company: more is not believed."""
MOST_NAMED = 50
MOST_CHORUSES = 100
MOST_LIKES = 1000
MOST_OFFERED_A_DAY = 50
_LONGEST_TITLE = 200
_MARKUP = 10_000
_LONGEST_OPEN = timedelta(days=400)
_WIDTH = {audience: width for width, audience in enumerate(AUDIENCES)}


@dataclass(frozen=True)
class ChorusNews:
    """How many of one company want something; `names`: those who chose to be named, with their identity."""

    host: str
    company_name: str
    count: int
    names: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, kw_only=True)
class WishNews:
    """A request that somebody at a partner makes. Moments are aware; None where nothing is said about it."""

    uri: str
    kind: str
    title: str
    html: str
    """Not sanitised yet."""
    audience: str
    """`public` or `alliance`; `company` for one that is no longer for us."""
    url: str | None = None
    language: str = ""
    topics: Sequence[str] = ()
    is_closed: bool = False
    closes_at: datetime | None = None
    published_at: datetime | None = None
    updated_at: datetime | None = None
    choruses: Sequence[ChorusNews] | None = None
    answers: Sequence[str] | None = None
    """Identities of sessions."""


async def receive_wish(uow: UnitOfWork, author: Person, news: WishNews) -> Wish | None:
    """A request of `author`, new or changed; None for one that is older than ours or was deleted.

    Its author never changes, and its audience never becomes wider. Raises Forbidden for somebody else's and
    for people of no allied company, TooMany, Invalid.
    """
    author = await allied_speaker(uow, author)
    known = await wish_known_as(uow, news.uri)
    if known is not None and known.author_id != author.id:
        raise Forbidden(detail="the request is somebody else's")
    if known is not None and news.audience == "company":
        await empty_wish(uow, known)
        return known
    if news.audience not in ("public", "alliance") or news.kind not in WISH_KINDS:
        raise Invalid(detail="a request that is not for us")
    if known is not None and known.state == "deleted":
        return None
    wish = known or await _new(uow, author, news)
    if wish is None:
        return None
    await _write(uow, wish, news)
    if news.choruses is not None:
        await _replace_choruses(uow, wish, news.choruses)
    if news.answers is not None:
        await _take_answers(uow, wish, news.answers)
    uow.record(WishReceived(wish))
    return wish


async def withdraw_wish(uow: UnitOfWork, uri: str, author_uris: Collection[str]) -> bool:
    """Its author, by one of these names, has taken it back there; False when there is none.

    Raises Forbidden for somebody else's.
    """
    wish = await wish_known_as(uow, uri)
    if wish is None:
        return False
    if wish.author.uri not in author_uris:
        raise Forbidden(detail="the request is somebody else's")
    await empty_wish(uow, wish)
    return True


async def receive_chorus(uow: UnitOfWork, wish: Wish, company: Company, news: ChorusNews) -> bool:
    """An allied company says how many of its people want a request of ours; False where it is closed."""
    if news.count > 0 and not is_open(wish, uow.now):
        return False
    if news.count <= 0:
        own = delete(WishChorus).where(WishChorus.wish_id == wish.id, WishChorus.host == company.host)
        await uow.db.execute(own)
    else:
        await _write_chorus(uow, wish, news, company.host, company.name)
    voices_changed(uow, wish)
    await uow.db.flush()
    return True


async def receive_like(uow: UnitOfWork, wish: Wish, actor_uri: str) -> bool:
    """Somebody of no allied company likes a public request of ours; counted once, a thousand at most."""
    count = await uow.db.scalar(select(func.count()).where(WishLike.wish_id == wish.id))
    if (count or 0) >= MOST_LIKES or not is_open(wish, uow.now):
        return False
    row = insert(uow.db, WishLike).values(wish_id=wish.id, actor_uri=actor_uri)
    await uow.db.execute(row.on_conflict_do_nothing(index_elements=["wish_id", "actor_uri"]))
    voices_changed(uow, wish)
    return True


async def take_like_back(uow: UnitOfWork, wish: Wish, actor_uri: str) -> bool:
    """The same person no longer does; False if they never did."""
    own = delete(WishLike).where(WishLike.wish_id == wish.id, WishLike.actor_uri == actor_uri)
    if (await uow.db.execute(own.returning(WishLike.wish_id))).scalar() is None:
        return False
    voices_changed(uow, wish)
    return True


async def receive_offer(uow: UnitOfWork, wish: Wish, company: Company, session_uri: str) -> bool:
    """An allied company answers a request of ours with a session of its own that we know.

    False when it was known. Raises Forbidden for a session that is not theirs or not for us, Conflict for
    what is closed or answered often enough, TooMany.
    """
    session = await uow.db.scalar(
        select(Session).where(
            Session.uri == session_uri,
            Session.company_id == company.id,
            Session.audience != "company",
            Session.status != "draft",
            Session.withdrawn_at.is_(None),
        )
    )
    if session is None:
        raise Forbidden(detail="not a session of theirs that is for us")
    if not is_open(wish, uow.now):
        raise Conflict("This request is closed.")
    lately = (
        select(func.count())
        .select_from(WishAnswer)
        .join(Session, Session.id == WishAnswer.session_id)
        .where(Session.company_id == company.id, WishAnswer.since > uow.now - timedelta(days=1))
    )
    if (await uow.db.scalar(lately) or 0) >= MOST_OFFERED_A_DAY:
        raise TooMany(retry_after=60 * 60)
    made = await note_answer(uow, wish, session_uri, session)
    if made:
        uow.record(WishAnswered(wish, session))
    return made


async def wish_known_as(uow: UnitOfWork, uri: str) -> Wish | None:
    """A request from elsewhere by its identity, for changing."""
    number = await uow.db.scalar(select(Wish.id).where(Wish.uri == uri))
    return await wish_with(uow, number) if number is not None else None


async def _new(uow: UnitOfWork, author: Person, news: WishNews) -> Wish | None:
    await refuse_flood(uow, author, Wish, most=MOST_A_DAY, most_of_company=MOST_OF_ONE_COMPANY)
    origin = "/".join(news.uri.split("/")[:3])
    created_at = _past(uow, news.published_at)
    wish = Wish(
        id=uow.new_id(),
        author=author,
        uri=news.uri,
        url=news.url if news.url is not None and is_uri_of(origin, news.url) else None,
        kind=news.kind,
        title="",
        audience=news.audience,
        state="open",
        created_at=created_at,
        updated_at=datetime.min.replace(tzinfo=created_at.tzinfo, year=2000),
        closes_at=uow.now,
        choruses=[],
        topics=[],
    )
    try:
        async with uow.db.begin_nested():
            uow.db.add(wish)
    except IntegrityError:
        return None  # the same has arrived by another way at this moment
    return wish


async def _write(uow: UnitOfWork, wish: Wish, news: WishNews) -> None:
    """What it says now, unless we know something newer; never for more people than before."""
    updated_at = _past(uow, news.updated_at or news.published_at)
    if updated_at < wish.updated_at:
        return
    html = sanitise_words(news.html[:HTML_LIMIT], _MARKUP)
    title = clean_line(news.title, _LONGEST_TITLE)
    if len(title) < 3 or len(plain_text(html)) > LONGEST_TEXT * 2:
        raise Invalid(detail="a request without words, or with too many")
    wish.title, wish.html, wish.updated_at = title, html, updated_at
    wish.language = known_language(news.language, "en")
    wish.topics = await topics_named(uow, list(news.topics)[:MOST_TOPICS])
    wish.audience = min(wish.audience, news.audience, key=_WIDTH.__getitem__)
    wish.closes_at = min(news.closes_at or uow.now + timedelta(days=180), uow.now + _LONGEST_OPEN)
    if news.is_closed and wish.state in ("open", "answered"):
        wish.state = "closed"
    elif not news.is_closed and wish.state == "closed":
        wish.state = "open"
    await uow.db.flush()


async def _replace_choruses(uow: UnitOfWork, wish: Wish, choruses: Sequence[ChorusNews]) -> None:
    await uow.db.execute(delete(WishChorus).where(WishChorus.wish_id == wish.id))
    seen: set[str] = set()
    for news in list(choruses)[:MOST_CHORUSES]:
        if news.count > 0 and news.host not in seen:
            seen.add(news.host)
            await _write_chorus(uow, wish, news, news.host, news.company_name)


async def _write_chorus(uow: UnitOfWork, wish: Wish, news: ChorusNews, host: str, company_name: str) -> None:
    names = [[clean_line(name, 100), uri[:500]] for name, uri in list(news.names)[:MOST_NAMED]]
    values = {
        "company_name": clean_line(company_name, 200),
        "count": min(news.count, MOST_COUNTED),
        "names": [one for one in names if one[0]],
        "since": uow.now,
    }
    row = insert(uow.db, WishChorus).values(wish_id=wish.id, host=host[:260], **values)
    await uow.db.execute(row.on_conflict_do_update(index_elements=["wish_id", "host"], set_=values))


async def _take_answers(uow: UnitOfWork, wish: Wish, addresses: Sequence[str]) -> None:
    """The home of a request says which sessions answer it; what it no longer names is forgotten.

    Sessions of ours stay: we offered them, and they may not have heard yet.
    """
    ours = f"{uow.settings.origin}/sessions/"
    named = [address[:500] for address in addresses if not address.startswith(ours)]
    known = await uow.db.scalars(select(WishAnswer).where(WishAnswer.wish_id == wish.id))
    for answer in known.all():
        if answer.session_uri not in named and not answer.session_uri.startswith(ours):
            await uow.db.delete(answer)
    await uow.db.flush()
    sessions = await uow.db.scalars(
        select(Session)
        .where(Session.uri.in_(named), Session.withdrawn_at.is_(None))
        .options(joinedload(Session.company), selectinload(Session.topics))
    )
    known_here = {session.uri: session for session in sessions}
    for address in named:
        try:
            await note_answer(uow, wish, address, known_here.get(address))
        except Conflict:
            return


def _past(uow: UnitOfWork, told: datetime | None) -> datetime:
    """Nobody writes in the future."""
    return min(told, uow.now) if told is not None and told.year > 2000 else uow.now
