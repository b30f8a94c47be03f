"""Takes in what people of allied companies tell."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from alliance.errors import Conflict, Forbidden, Invalid, NotFound
from alliance.introductions import is_uri_of
from alliance.languages import known_language
from alliance.models import AUDIENCES, Person, Session, Story
from alliance.news import StoryNews
from alliance.speakers import allied_speaker, refuse_flood
from alliance.story_facts import StoryReceived
from alliance.telling import LONGEST, LONGEST_SPOILER, empty_story
from alliance.text import HTML_LIMIT, clean_line, plain_text, sanitise_words
from alliance.unit_of_work import UnitOfWork

MOST_A_DAY = 100
MOST_OF_ONE_COMPANY = 2000
_MARKUP = 30_000
_MOST_EDITS = 200
_WIDTH = {audience: width for width, audience in enumerate(AUDIENCES)}


async def receive_story(uow: UnitOfWork, author: Person, news: StoryNews) -> Story | None:
    """A story of `author`, new or changed; None for one that is older than ours or was deleted.

    Its author never changes, and its audience never becomes wider. Raises Forbidden for somebody else's and
    for people of no allied company, NotFound for an answer to what is not here, TooMany, Conflict, Invalid.
    """
    author = await allied_speaker(uow, author)
    known = await story_known_as(uow, news.uri)
    if known is not None and known.author_id != author.id:
        raise Forbidden(detail="the story is somebody else's")
    if known is not None and news.audience == "company":
        await _forget(uow, known)
        return known
    if news.audience not in ("public", "alliance"):
        raise Invalid(detail="a story that is not for us")
    markup = _markup(news)
    if known is not None:
        return await _change(uow, known, news, markup)
    await refuse_flood(uow, author, Story, most=MOST_A_DAY, most_of_company=MOST_OF_ONE_COMPANY)
    story = await _new(uow, author, news, markup)
    try:
        async with uow.db.begin_nested():
            uow.db.add(story)
    except IntegrityError:
        return None  # the same has arrived by another way at this moment
    uow.record(StoryReceived(story))
    return story


async def withdraw_story(uow: UnitOfWork, uri: str, author_uris: Collection[str]) -> bool:
    """Its author, by one of these names, has deleted it there; False when there is none.

    Raises Forbidden for somebody else's.
    """
    story = await story_known_as(uow, uri)
    if story is None:
        return False
    if story.author.uri not in author_uris:
        raise Forbidden(detail="the story is somebody else's")
    await _forget(uow, story)
    return True


async def story_known_as(uow: UnitOfWork, uri: str) -> Story | None:
    """A story from elsewhere by its identity, for changing."""
    return await uow.db.scalar(
        select(Story).where(Story.uri == uri).with_for_update(of=Story).options(joinedload(Story.author))
    )


async def _forget(uow: UnitOfWork, story: Story) -> None:
    if story.state != "deleted":
        await empty_story(uow, story)
        uow.record(StoryReceived(story))


def _markup(news: StoryNews) -> str:
    html = sanitise_words(news.html[:HTML_LIMIT], _MARKUP)
    words = plain_text(html).strip()
    if not words:
        raise Invalid(detail="a story without words")
    if len(words) > LONGEST * 2:
        raise Invalid(detail="a story that is too long")
    return html


async def _new(uow: UnitOfWork, author: Person, news: StoryNews, markup: str) -> Story:
    origin = "/".join(news.uri.split("/")[:3])
    url = news.url if news.url is not None and is_uri_of(origin, news.url) else None
    created_at = _past(uow, news.published_at)
    parent = await _parent(uow, news)
    session = await _session(uow, news)
    return Story(
        id=uow.new_id(),
        author_id=author.id,
        session_id=session.id if session is not None else None,
        parent_id=parent.id if parent is not None else None,
        uri=news.uri,
        url=url,
        html=markup,
        spoiler=clean_line(news.spoiler, LONGEST_SPOILER),
        language=known_language(news.language, "en"),
        audience=news.audience,
        is_quiet=news.is_quiet and news.audience == "public",
        state="shown",
        created_at=created_at,
        updated_at=max(created_at, _past(uow, news.updated_at)) if news.updated_at else created_at,
    )


async def _parent(uow: UnitOfWork, news: StoryNews) -> Story | None:
    """What it answers: something that was told to them, or that they told. Raises NotFound."""
    if news.parent_uri is None:
        return None
    token, number = _ours(uow, news.parent_uri)
    which = (Story.id == number) & (Story.token == token) if number else Story.uri == news.parent_uri
    found = await uow.db.scalar(select(Story).where(which, Story.state == "shown"))
    if found is None or found.audience == "company":
        raise NotFound
    return found


def _ours(uow: UnitOfWork, uri: str) -> tuple[str, int]:
    """Token and identifier of a story of ours, by its address; of others none and 0."""
    prefix = f"{uow.settings.origin}/stories/"
    number, separator, token = uri.removeprefix(prefix).partition("-")
    is_ours = uri.startswith(prefix) and separator and number.isascii() and number.isdigit()
    return (token, int(number)) if is_ours and len(number) < 19 else ("", 0)


async def _session(uow: UnitOfWork, news: StoryNews) -> Session | None:
    """The session that it is about, if that one is known here and no secret: nothing else is believed."""
    if not news.about:
        return None
    prefix = f"{uow.settings.origin}/sessions/"
    numbers = [uri.removeprefix(prefix) for uri in news.about if uri.startswith(prefix)]
    ours = [int(one) for one in numbers if one.isascii() and one.isdigit() and len(one) < 19]
    return await uow.db.scalar(
        select(Session)
        .where(
            or_(Session.uri.in_(news.about), Session.id.in_(ours) & Session.uri.is_(None)),
            Session.audience != "company",
            Session.status != "draft",
            Session.withdrawn_at.is_(None),
        )
        .order_by(Session.id)
        .limit(1)
    )


async def _change(uow: UnitOfWork, story: Story, news: StoryNews, markup: str) -> Story | None:
    updated_at = _past(uow, news.updated_at)
    if story.state == "deleted" or updated_at < story.updated_at:
        return None
    audience = min(story.audience, news.audience, key=_WIDTH.__getitem__)
    spoiler = clean_line(news.spoiler, LONGEST_SPOILER)
    if (story.html, story.spoiler, story.audience) == (markup, spoiler, audience):
        return story
    if story.edits >= _MOST_EDITS:
        raise Conflict("This story has been changed too often.")
    story.edits += 1
    story.html, story.spoiler, story.audience = markup, spoiler, audience
    story.is_quiet = story.is_quiet and audience == "public"
    story.updated_at = updated_at
    await uow.db.flush()
    uow.record(StoryReceived(story))
    return story


def _past(uow: UnitOfWork, told: datetime | None) -> datetime:
    """Nobody writes in the future."""
    return min(told, uow.now) if told is not None and told.year > 2000 else uow.now
