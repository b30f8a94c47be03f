"""Requests as a viewer may read them: a page of them, one of them, and what belongs to one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from alliance.errors import NotFound
from alliance.models import (
    Company,
    Person,
    Session,
    Topic,
    Wish,
    WishAnswer,
    WishLike,
    WishVoice,
    wish_topic,
)
from alliance.queries.communities import stands_in
from alliance.visibility import Viewer, visible_sessions, visible_wishes

PER_PAGE = 20


@dataclass(frozen=True)
class WishFilter:
    """Which requests are wanted; None for any. `company`: the host of one."""

    kinds: tuple[str, ...] = ()
    topic: str | None = None
    company: str | None = None
    state: str | None = None
    author_id: int | None = None
    community_id: int | None = None
    """What stands there and is not closed."""


@dataclass(frozen=True)
class Voices:
    """Who wants a request besides its author: how many of each company, and those who chose to be named.

    `elsewhere`: people who belong to no company that we know. `own`: whether the viewer is among them.
    """

    companies: tuple[tuple[str, str, int], ...] = ()
    """Name, host and number; ours first."""
    names: tuple[tuple[str, str, str], ...] = ()
    """Name, host of the company, and identity (of ours: the number)."""
    elsewhere: int = 0
    own: bool = False
    own_named: bool = False

    @property
    def total(self) -> int:
        """How many it is."""
        return sum(count for _, _, count in self.companies) + self.elsewhere

    def named_of(self, host: str) -> tuple[tuple[str, str], ...]:
        """Those of one company who chose to be named: name and identity."""
        return tuple((name, who) for name, of, who in self.names if of == host)


@dataclass(frozen=True)
class Wishes:
    """Some requests, newest first, with author, company and topics; `next`: before which there are more."""

    wishes: list[Wish]
    voices: dict[int, Voices]
    answers: dict[int, list[Session]] = field(default_factory=dict)
    """Those of the sessions that answer them which the viewer may see."""
    next: int | None = None


async def wishes_page(
    db: AsyncSession,
    viewer: Viewer,
    wanted: WishFilter,
    *,
    before: int | None = None,
    limit: int = PER_PAGE,
    moderates: bool = False,
) -> Wishes:
    """A page of requests; seven queries, however many."""
    rows = _loaded(_wishes()).where(visible_wishes(viewer, moderates=moderates), *_conditions(wanted))
    if before is not None:
        rows = rows.where(Wish.id < before)
    found = list(await db.scalars(rows.order_by(Wish.id.desc()).limit(limit + 1)))
    page = found[:limit]
    more = page[-1].id if len(found) > limit else None
    return await _with_everything(db, viewer, page, more)


async def one_wish(db: AsyncSession, viewer: Viewer, wish_id: int, *, moderates: bool = False) -> Wishes:
    """One request with everything that belongs to it. Raises NotFound."""
    wish = await wish_to_read(db, viewer, wish_id, moderates=moderates)
    return await _with_everything(db, viewer, [wish], None)


async def wish_to_read(db: AsyncSession, viewer: Viewer, wish_id: int, *, moderates: bool = False) -> Wish:
    """One request with author, company and topics, if the viewer may read it. Raises NotFound."""
    seen = visible_wishes(viewer, moderates=moderates)
    found = await db.scalar(_loaded(_wishes()).where(Wish.id == wish_id, seen))
    if found is None:
        raise NotFound
    return found


async def wish_to_fetch(db: AsyncSession, viewer: Viewer, wish_id: int) -> Wish:
    """One of ours for another server, also one that was taken back. Raises NotFound."""
    seen = or_(visible_wishes(viewer), visible_wishes(viewer, gone=True))
    found = await db.scalar(_loaded(_wishes()).where(Wish.id == wish_id, Wish.uri.is_(None), seen))
    if found is None:
        raise NotFound
    return found


async def wishes_of_voices(db: AsyncSession, viewer: Viewer, person_id: int, *, limit: int) -> Wishes:
    """The newest requests of others to which one of our people added their voice."""
    voiced = exists().where(WishVoice.wish_id == Wish.id, WishVoice.person_id == person_id)
    rows = _loaded(_wishes()).where(voiced, visible_wishes(viewer)).order_by(Wish.id.desc()).limit(limit)
    return await _with_everything(db, viewer, list(await db.scalars(rows)), None)


async def wishes_with_ids(db: AsyncSession, viewer: Viewer, ids: Sequence[int]) -> Wishes:
    """Those of these requests that the viewer may read, in this order; seven queries or none."""
    if not ids:
        return Wishes([], {})
    found = await db.scalars(_loaded(_wishes()).where(Wish.id.in_(ids), visible_wishes(viewer)))
    by_id = {wish.id: wish for wish in found}
    return await _with_everything(db, viewer, [by_id[number] for number in ids if number in by_id], None)


async def voices_of(db: AsyncSession, wishes: Sequence[Wish], person_id: int | None) -> dict[int, Voices]:
    """Who wants these besides their authors; three queries or none. `choruses` have to be loaded."""
    if not wishes:
        return {}
    ids = [wish.id for wish in wishes]
    home = await db.scalar(select(Company).where(Company.is_home))
    rows = await db.execute(
        select(WishVoice.wish_id, WishVoice.person_id, WishVoice.is_named, Person.name)
        .join(Person, Person.id == WishVoice.person_id)
        .where(WishVoice.wish_id.in_(ids), Person.gone_at.is_(None))
        .order_by(WishVoice.wish_id, Person.name)
    )
    ours: dict[int, list[tuple[int, bool, str]]] = {}
    for row in rows:
        ours.setdefault(row[0], []).append((row[1], row[2], row[3]))
    likes = await db.execute(
        select(WishLike.wish_id, func.count()).where(WishLike.wish_id.in_(ids)).group_by(WishLike.wish_id)
    )
    liked: dict[int, int] = {row[0]: row[1] for row in likes}
    return {
        wish.id: _voices(wish, home, ours.get(wish.id, []), liked.get(wish.id, 0), person_id)
        for wish in wishes
    }


def is_open(wish: Wish, now: datetime) -> bool:
    """Whether voices can be added, and sessions made of it."""
    return wish.state in ("open", "answered") and wish.closes_at > now


def _voices(
    wish: Wish,
    home: Company | None,
    ours: list[tuple[int, bool, str]],
    likes: int,
    person_id: int | None,
) -> Voices:
    companies, names, elsewhere = [], [], likes
    if home is not None and ours:
        companies.append((home.name, home.host, len(ours)))
        names += [(name, home.host, str(id_)) for id_, is_named, name in ours if is_named]
    for chorus in wish.choruses:
        if home is not None and chorus.host == home.host:
            continue
        if not chorus.host:
            elsewhere += chorus.count
            continue
        companies.append((chorus.company_name, chorus.host, chorus.count))
        names += [(str(name), chorus.host, str(who)) for name, who in chorus.names]
    own = [is_named for id_, is_named, _ in ours if id_ == person_id]
    return Voices(tuple(companies), tuple(names), elsewhere, bool(own), any(own))


async def _with_everything(db: AsyncSession, viewer: Viewer, page: list[Wish], more: int | None) -> Wishes:
    if not page:
        return Wishes([], {})
    voices = await voices_of(db, page, viewer.person_id)
    if viewer.kind != "employee":
        # Which companies want something is for those who are allied; everybody else reads a number.
        voices = {wish_id: Voices(elsewhere=one.total) for wish_id, one in voices.items()}
    rows = await db.execute(
        select(WishAnswer.wish_id, Session)
        .join(Session, Session.id == WishAnswer.session_id)
        .where(WishAnswer.wish_id.in_([wish.id for wish in page]), visible_sessions(viewer))
        .order_by(WishAnswer.wish_id, Session.starts_at, Session.id)
        .options(joinedload(Session.company), joinedload(Session.host), selectinload(Session.topics))
    )
    answers: dict[int, list[Session]] = {}
    for wish_id, session in rows:
        answers.setdefault(wish_id, []).append(session)
    return Wishes(page, voices, answers, more)


def _conditions(wanted: WishFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.kinds:
        conditions.append(Wish.kind.in_(wanted.kinds))
    if wanted.state is not None:
        conditions.append(Wish.state == wanted.state)
    if wanted.author_id is not None:
        conditions.append(Wish.author_id == wanted.author_id)
    if wanted.community_id is not None:
        conditions.append(stands_in(wanted.community_id, "wish", Wish.id))
        conditions.append(Wish.state.in_(("open", "answered")))
    if wanted.topic is not None:
        about = and_(wish_topic.c.wish_id == Wish.id, wish_topic.c.topic_id == Topic.id)
        conditions.append(exists().where(about, Topic.slug == wanted.topic))
    if wanted.company is not None:
        conditions.append(exists().where(Company.id == Person.company_id, Company.host == wanted.company))
    return conditions


def _wishes() -> Select[Wish]:
    return select(Wish).join(Person, Person.id == Wish.author_id)


def _loaded(wishes: Select[Wish]) -> Select[Wish]:
    return wishes.options(
        contains_eager(Wish.author).joinedload(Person.company),
        selectinload(Wish.topics),
        selectinload(Wish.choruses),
    )
