"""Our people tell stories: a few words about a session, or about what they are up to."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload

from alliance.composing import Named, composed, handles_in
from alliance.errors import Conflict, Forbidden, Invalid, NotFound
from alliance.identifiers import new_token
from alliance.languages import known_language
from alliance.models import AUDIENCES, Employee, Partner, Person, Session, Story, StoryPicture, StoryVersion
from alliance.pictures import discard_afterwards
from alliance.queries.companies import home_company
from alliance.queries.sessions import find
from alliance.queries.stories import story_to_read
from alliance.speakers import refuse_more_a_day, speaker
from alliance.story_facts import StoryChanged, StoryTakenBack, StoryTold
from alliance.text import clean_line, clean_text
from alliance.unit_of_work import UnitOfWork
from alliance.visibility import employee_viewer

LONGEST = 5000
LONGEST_SPOILER = 300
MOST_A_DAY = 50
MOST_PICTURES = 4
MOST_EDITS = 100
_TOKEN = 16
_WIDTH = {audience: width for width, audience in enumerate(AUDIENCES)}


@dataclass(frozen=True, kw_only=True)
class Telling:
    """What somebody wants to tell: the words as typed, for whom, and about what.

    `is_quiet`: for everybody who finds it, in no public list. `pictures`: identifiers of the teller's own.
    """

    text: str
    audience: str = "alliance"
    is_quiet: bool = False
    spoiler: str = ""
    language: str = ""
    session_id: int | None = None
    parent_id: int | None = None
    pictures: Sequence[int] = ()


async def tell_story(uow: UnitOfWork, by: Employee, told: Telling) -> Story:
    """Publishes it to its audience, which is never wider than that of what it is about or answers.

    Raises Invalid, NotFound for a session or story that the teller does not see, TooMany beyond 50 a day.
    """
    text, spoiler = _words(told), _spoiler(told.spoiler)
    author = await speaker(uow, by)
    await refuse_more_a_day(uow, author, Story, MOST_A_DAY)
    if told.audience not in AUDIENCES:
        raise Invalid("Please choose who may read this.", field="audience", detail="not an audience")
    session, parent = await _about(uow, by, told)
    widest = [told.audience, *(one.audience for one in (session, parent) if one is not None)]
    audience = min(widest, key=_WIDTH.__getitem__)
    now, spoken = uow.now, by.language or (await home_company(uow.db)).language
    names = await people_called(uow.db, handles_in(text), uow.settings.origin)
    story = Story(
        id=uow.new_id(),
        author_id=author.id,
        session_id=session.id if session is not None else None,
        parent_id=parent.id if parent is not None else None,
        token=new_token()[:_TOKEN],
        text=text,
        html=_html(uow, text, names),
        spoiler=spoiler,
        language=known_language(told.language, spoken),
        audience=audience,
        is_quiet=told.is_quiet and audience == "public",
        state="shown",
        created_at=now,
        updated_at=now,
    )
    uow.db.add(story)
    await uow.db.flush()
    await _attach(uow, story, told.pictures)
    uow.record(StoryTold(story, author, _ours(names)))
    return story


async def change_story(uow: UnitOfWork, story_id: int, by: Employee, told: Telling) -> Story:
    """Its author finds better words; audience and place stay. The former words are kept beside it.

    Raises Invalid, NotFound, Forbidden, Conflict.
    """
    text, spoiler = _words(told), _spoiler(told.spoiler)
    story = await own_story(uow, story_id, by)
    if story.state != "shown":
        raise Conflict("This story has been hidden; it can't be changed.")
    if story.edits >= MOST_EDITS:
        raise Conflict("This story has been changed too often.")
    uow.db.add(
        StoryVersion(
            story_id=story.id,
            number=story.edits,
            html=story.html,
            spoiler=story.spoiler,
            written_at=story.updated_at,
        )
    )
    names = await people_called(uow.db, handles_in(text), uow.settings.origin)
    story.text, story.spoiler, story.html = text, spoiler, _html(uow, text, names)
    story.language = known_language(told.language, story.language)
    story.edits += 1
    story.updated_at = uow.now
    await uow.db.flush()
    await _attach(uow, story, told.pictures)
    uow.record(StoryChanged(story, story.author, _ours(names)))
    return story


async def take_back_story(
    uow: UnitOfWork, story_id: int, by: Employee, *, keep_pictures: bool = False
) -> Story:
    """Its author takes it back, for good; kept pictures wait for another story, for a day.

    Raises NotFound, Forbidden.
    """
    story = await own_story(uow, story_id, by)
    if keep_pictures:
        for picture in story.pictures:
            picture.story_id, picture.created_at = None, uow.now
        await uow.db.flush()
    await empty_story(uow, story)
    return story


async def empty_story(uow: UnitOfWork, story: Story) -> None:
    """Nothing remains of a story but that it was there; whoever knew of one of ours is told."""
    story.state, story.text, story.html, story.spoiler, story.reason = "deleted", "", "", "", ""
    story.updated_at = uow.now
    pictures = await uow.db.scalars(select(StoryPicture).where(StoryPicture.story_id == story.id))
    for picture in pictures.all():
        discard_afterwards(uow, picture.name)
        await uow.db.delete(picture)
    versions = await uow.db.scalars(select(StoryVersion).where(StoryVersion.story_id == story.id))
    for version in versions.all():
        await uow.db.delete(version)
    await uow.db.flush()
    if story.uri is None:
        uow.record(StoryTakenBack(story))


async def own_story(uow: UnitOfWork, story_id: int, by: Employee) -> Story:
    """A story for its author to change, with author and pictures. Raises NotFound, Forbidden."""
    await story_to_read(uow.db, employee_viewer(by.id), story_id)
    story = await story_with(uow, story_id)
    if story is None or story.state == "deleted":
        raise NotFound
    if story.author_id != by.id:
        raise Forbidden
    return story


async def story_with(uow: UnitOfWork, story_id: int) -> Story | None:
    """A story for changing, with its author, session and pictures, as it is now."""
    return await uow.db.scalar(
        select(Story)
        .where(Story.id == story_id)
        .with_for_update(of=Story)
        .options(joinedload(Story.author), joinedload(Story.session), selectinload(Story.pictures))
    )


async def people_called(db: AsyncSession, handles: Sequence[str], origin: str) -> dict[str, Person]:
    """Whom handles mean (see composing.py): our people and those of allies, by handle; one query."""
    if not handles:
        return {}
    here = origin.split("://", 1)[1]
    pairs = [tuple(handle.split("@", 1)) if "@" in handle else (handle, here) for handle in handles]
    ours = [name for name, host in pairs if host == here]
    theirs = [(name, host) for name, host in pairs if host != here]
    allied = select(Partner.company_id).where(Partner.state == "allied")
    username, host = func.lower(Person.username), func.lower(Person.host)
    found = await db.scalars(
        select(Person).where(
            Person.gone_at.is_(None),
            or_(
                Person.uri.is_(None) & username.in_(ours),
                Person.company_id.in_(allied) & tuple_(username, host).in_(theirs),
            ),
        )
    )
    known = {(one.username.lower(), (one.host or here).lower()): one for one in found}
    return {
        handle: known[pair] for handle, pair in zip(handles, pairs, strict=True) if pair in known
    }  # fmt: skip


def page_of(person: Person, origin: str) -> str:
    """The page about somebody, here or where they are at home."""
    return f"{origin}/@{person.username}" if person.uri is None else person.url or person.uri


def _html(uow: UnitOfWork, text: str, names: dict[str, Person]) -> str:
    origin = uow.settings.origin
    linked = {handle: Named(one.username, page_of(one, origin)) for handle, one in names.items()}
    return composed(text, linked, lambda slug: f"{origin}/sessions?topic={slug}")


def _ours(names: dict[str, Person]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(one.id for one in names.values() if one.uri is None))


def _words(told: Telling) -> str:
    words = clean_text(told.text)
    if not words and not told.pictures:
        raise Invalid("Please write something first.", field="text")
    if len(words) > LONGEST:
        raise Invalid("That is too long: {limit} characters at most.", field="text", limit=LONGEST)
    if len(told.pictures) > MOST_PICTURES:
        raise Invalid("{limit} pictures at most.", field="pictures", limit=MOST_PICTURES)
    return words


def _spoiler(text: str) -> str:
    line = clean_line(text)
    if len(line) > LONGEST_SPOILER:
        raise Invalid("That is too long: {limit} characters at most.", field="spoiler", limit=LONGEST_SPOILER)
    return line


async def _about(uow: UnitOfWork, by: Employee, told: Telling) -> tuple[Session | None, Story | None]:
    viewer = employee_viewer(by.id)
    session = await find(uow.db, viewer, told.session_id) if told.session_id is not None else None
    if session is not None and session.status == "draft":
        raise NotFound
    parent = await story_to_read(uow.db, viewer, told.parent_id) if told.parent_id is not None else None
    return session, parent


async def _attach(uow: UnitOfWork, story: Story, pictures: Sequence[int]) -> None:
    """Puts these of the author's pictures beside it, in this order; others are thrown away.

    Raises Invalid for one of somebody else, or of another story.
    """
    rows = await uow.db.scalars(
        select(StoryPicture).where(
            StoryPicture.owner_id == story.author_id,
            or_(StoryPicture.story_id == story.id, StoryPicture.id.in_(pictures)),
        )
    )
    known = {row.id: row for row in rows}
    for picture_id in pictures:
        if picture_id not in known or known[picture_id].story_id not in (None, story.id):
            raise Invalid("This picture is not there any more. Please choose it again.", field="pictures")
    for picture in known.values():
        if picture.id in pictures:
            picture.story_id, picture.position = story.id, list(pictures).index(picture.id)
        else:
            discard_afterwards(uow, picture.name)
            await uow.db.delete(picture)
    await uow.db.flush()
    await uow.db.refresh(story, ["pictures"])
