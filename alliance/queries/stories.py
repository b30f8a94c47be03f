"""Stories as a viewer may read them: one of them, those of one person, those about one session."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from alliance.errors import NotFound
from alliance.models import (
    Company,
    Person,
    Posting,
    Session,
    Story,
    StoryVersion,
    Topic,
    posting_topic,
    session_topic,
)
from alliance.queries.communities import stands_in
from alliance.queries.given import given_number, given_text, given_viewer
from alliance.visibility import Viewer, visible_sessions, visible_stories

PER_PAGE = 20


@dataclass(frozen=True)
class StoryFilter:
    """Which stories are wanted; None for any. `company`: the host of one, `topic`: a slug."""

    topic: str | None = None
    company: str | None = None
    community_id: int | None = None
    """What stands in it, or is about a session that does; the caller has asked whether one may know of it."""


@dataclass(frozen=True)
class Stories:
    """Some stories, newest first, with author, company and pictures.

    `sessions`: those of the sessions they are about that the viewer may see. `next`: the story before which
    there are more, or None.
    """

    stories: list[Story]
    sessions: dict[int, Session]
    next: int | None = None


async def story_to_read(db: AsyncSession, viewer: Viewer, story_id: int, *, moderates: bool = False) -> Story:
    """One story with author, company and pictures, if the viewer may read it. Raises NotFound."""
    seen = visible_stories(viewer, moderates=moderates)
    found = await db.scalar(_loaded(_stories()).where(Story.id == story_id, seen))
    if found is None:
        raise NotFound
    return found


async def story_to_fetch(db: AsyncSession, viewer: Viewer, story_id: int) -> Story:
    """The same of one of ours for another server; also one taken back, whose words are gone.

    Raises NotFound.
    """
    seen = or_(visible_stories(viewer), visible_stories(viewer, gone=True))
    found = await db.scalar(_loaded(_stories()).where(Story.id == story_id, Story.uri.is_(None), seen))
    if found is None:
        raise NotFound
    return found


async def stories_by(
    db: AsyncSession, viewer: Viewer, person_id: int, *, before: int | None = None, limit: int = PER_PAGE
) -> Stories:
    """What one person told that is no answer to another story; three queries at most, one for nothing."""
    return await _page(db, viewer, "author", person_id, before, limit)


async def stories_page(
    db: AsyncSession,
    viewer: Viewer,
    wanted: StoryFilter,
    *,
    before: int | None = None,
    limit: int = PER_PAGE,
) -> Stories:
    """All stories that are no answers and in no way kept from lists, newest first; three queries."""
    anybody, who = given_viewer(viewer)
    given = {name: value for name in _GIVEN if (value := getattr(wanted, name)) is not None}
    query = _all_told(anybody, tuple(given), goes_on=before is not None)
    moreover = {} if before is None else {"before": before}
    rows = list(await db.scalars(query, {**who, **given, **moreover, "limit": limit + 1}))
    page, more = rows[:limit], rows[limit - 1].id if len(rows) > limit else None
    return Stories(page, await sessions_told_about(db, viewer, page), more)


_GIVEN: dict[str, Any] = {"topic": given_text, "company": given_text, "community_id": given_number}


@cache
def _all_told(viewer: Viewer, given: tuple[str, ...], *, goes_on: bool) -> Select[Story]:
    wanted = StoryFilter(**{name: _GIVEN[name](name) for name in given})
    told = _loaded(_stories()).where(
        visible_stories(viewer), Story.parent_id.is_(None), Story.is_quiet.is_(False)
    )
    if wanted.company is not None:
        told = told.where(exists().where(Company.id == Person.company_id, Company.host == wanted.company))
    if wanted.topic is not None:
        told = told.where(or_(_is_tagged(wanted.topic), _is_of_a_session_about(wanted.topic, viewer)))
    if wanted.community_id is not None:
        told = told.where(_is_in_community(wanted.community_id))
    if goes_on:
        told = told.where(Story.id < given_number("before"))
    return told.order_by(Story.id.desc()).limit(given_number("limit"))


def _is_in_community(community_id: int) -> ColumnElement[bool]:
    return or_(
        stands_in(community_id, "story", Story.id), stands_in(community_id, "session", Story.session_id)
    )


async def stories_about(
    db: AsyncSession, viewer: Viewer, session_id: int, *, before: int | None = None, limit: int = PER_PAGE
) -> Stories:
    """What was told about one session that the viewer has been found to see; three queries at most."""
    return await _page(db, viewer, "session", session_id, before, limit)


async def own_stories(
    db: AsyncSession, viewer: Viewer, person_id: int, *, before: int, limit: int
) -> list[Story]:
    """What one of our people told, for their outbox: at most `limit`, newest first."""
    rows = await db.scalars(
        _loaded(_stories())
        .where(Story.author_id == person_id, Story.uri.is_(None), Story.id < before, visible_stories(viewer))
        .order_by(Story.id.desc())
        .limit(limit)
    )
    return list(rows)


async def count_of_stories(db: AsyncSession, viewer: Viewer, person_id: int) -> int:
    """How many stories of one of our people the viewer may read."""
    found = _stories().where(Story.author_id == person_id, Story.uri.is_(None), visible_stories(viewer))
    return await db.scalar(found.with_only_columns(func.count(Story.id))) or 0


async def versions_of(db: AsyncSession, story_id: int) -> list[StoryVersion]:
    """The former words of a story that the viewer has been found to see, oldest first."""
    rows = await db.scalars(
        select(StoryVersion).where(StoryVersion.story_id == story_id).order_by(StoryVersion.number)
    )
    return list(rows)


async def sessions_told_about(db: AsyncSession, viewer: Viewer, stories: list[Story]) -> dict[int, Session]:
    """Those of the sessions that these stories are about which the viewer may see; one query."""
    wanted = {story.session_id for story in stories if story.session_id is not None}
    if not wanted:
        return {}
    rows = await db.scalars(
        select(Session)
        .where(Session.id.in_(wanted), visible_sessions(viewer))
        .options(joinedload(Session.company))
    )
    return {session.id: session for session in rows}


def _is_tagged(slug: str) -> ColumnElement[bool]:
    """Its words carry the topic as a hashtag."""
    tagged = posting_topic.c.posting_id == Posting.id, posting_topic.c.topic_id == Topic.id
    return exists().where(Posting.story_id == Story.id, *tagged, Topic.slug == slug)


def _is_of_a_session_about(slug: str, viewer: Viewer) -> ColumnElement[bool]:
    """It tells about a session with the topic that the viewer may see."""
    about = session_topic.c.session_id == Session.id, session_topic.c.topic_id == Topic.id
    seen = visible_sessions(viewer)
    return exists().where(Session.id == Story.session_id, *about, Topic.slug == slug, seen)


async def _page(
    db: AsyncSession, viewer: Viewer, about: str, number: int, before: int | None, limit: int
) -> Stories:
    anybody, who = given_viewer(viewer)
    given = {**who, "number": number, "limit": limit + 1} | ({} if before is None else {"before": before})
    rows = list(await db.scalars(_told(anybody, about, goes_on=before is not None), given))
    page = rows[:limit]
    more = page[-1].id if len(rows) > limit else None
    return Stories(page, await sessions_told_about(db, viewer, page), more)


@cache
def _told(viewer: Viewer, about: str, *, goes_on: bool) -> Select[Story]:
    number = given_number("number")
    by_author = (Story.author_id == number) & Story.parent_id.is_(None)
    which = by_author if about == "author" else Story.session_id == number
    wanted = _loaded(_stories()).where(which, visible_stories(viewer))
    if goes_on:
        wanted = wanted.where(Story.id < given_number("before"))
    return wanted.order_by(Story.id.desc()).limit(given_number("limit"))


def _stories() -> Select[Story]:
    return select(Story).join(Person, Person.id == Story.author_id)


def _loaded(stories: Select[Story]) -> Select[Story]:
    return stories.options(
        contains_eager(Story.author).joinedload(Person.company), selectinload(Story.pictures)
    )
