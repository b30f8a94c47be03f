"""Story to Note and back: what people tell."""

import mimetypes
from collections.abc import Mapping
from types import MappingProxyType

from alliance.composing import handles_in, hashtags_in
from alliance.models import AUDIENCES, Person, Session, Story, StoryPicture
from alliance.news import StoryNews
from alliance.text import slug_of
from federation.uris import PUBLIC, PUBLIC_ALIASES, Uris, host_of, person_id_of
from federation.vocabulary.note import Note, NotePicture

_WIDTH = {audience: width for width, audience in enumerate(AUDIENCES)}


def story_uri(story: Story, uris: Uris) -> str:
    """The identity of a story, wherever it was told."""
    return story.uri or uris.story(story.id, story.token)


def note_of_story(
    story: Story,
    uris: Uris,
    *,
    session: Session | None = None,
    parent: Story | None = None,
    named: Mapping[str, Person] = MappingProxyType({}),
) -> Note:
    """A story of one of our people; `session` is what it tells about, `parent` what it answers.

    A session that is for fewer people than the story is not mentioned. `named`: whom the handles in its text
    mean, by handle. Pictures have to be loaded.
    """
    to, cc = audience_of(story, uris)
    address = story_uri(story, uris)
    return Note(
        id=address,
        attributed_to=uris.person(story.author_id),
        content=story.html,
        in_reply_to=story_uri(parent, uris) if parent is not None else None,
        to=to,
        cc=cc,
        url=address,
        mentions=_mentions(story, named, uris),
        published=story.created_at,
        updated=story.updated_at if story.updated_at > story.created_at else None,
        summary=story.spoiler,
        language=story.language,
        hashtags=tuple((tag, uris.topic(slug_of(tag))) for tag in hashtags_in(story.text)),
        about=_about(story, session, uris),
        pictures=tuple(_picture(picture, uris) for picture in story.pictures),
    )


def audience_of(story: Story, uris: Uris) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """`to` and `cc`: everybody, everybody but in no public list, or the companies that we are allied with.

    Mastodon 4.5 takes Public in `cc` as "unlisted" (docs.joinmastodon.org/spec/activitypub, "Status").
    """
    followers = f"{uris.person(story.author_id)}/followers"
    match story.audience:
        case "public" if story.is_quiet:
            return (followers,), (PUBLIC, uris.partners)
        case "public":
            return (PUBLIC,), (followers, uris.partners)
        case _:
            return (uris.partners,), ()


def story_news(note: Note, uris: Uris, home: Uris) -> StoryNews:
    """A Note of somebody of an allied company as the domain takes it in; `home` is their company's.

    Whoever addresses neither everybody nor the allies of their own company does not speak to us.
    """
    is_quiet = not PUBLIC_ALIASES.intersection(note.to)
    is_for_allies = home.partners in (*note.to, *note.cc)
    actors = (uris.actor_key(who) for who, _ in note.mentions)
    people = (person_id_of(key) for key in actors if key is not None)
    return StoryNews(
        uri=note.id,
        url=note.url if note.url and host_of(note.url) == host_of(note.id) else note.id,
        html=note.content,
        audience="public" if note.is_public else "alliance" if is_for_allies else "company",
        is_quiet=note.is_public and is_quiet,
        spoiler=note.summary,
        language=note.language,
        about=[address for address, _ in note.about],
        parent_uri=note.in_reply_to,
        published_at=note.published,
        updated_at=note.updated or note.published,
        mentions=tuple(person for person in people if person is not None),
    )


def _about(story: Story, session: Session | None, uris: Uris) -> tuple[tuple[str, str], ...]:
    if session is None or session.withdrawn_at is not None or session.status == "draft":
        return ()
    if _WIDTH[session.audience] < _WIDTH[story.audience]:
        return ()
    return ((session.uri or uris.session(session.id), session.title),)


def _mentions(story: Story, named: Mapping[str, Person], uris: Uris) -> tuple[tuple[str, str], ...]:
    people = {named[handle].id: named[handle] for handle in handles_in(story.text) if handle in named}
    return tuple(_mention(person, uris) for person in people.values())


def _mention(person: Person, uris: Uris) -> tuple[str, str]:
    if person.uri is not None:
        return person.uri, f"@{person.username}@{person.host}"
    return uris.person(person.id), f"@{person.username}@{host_of(uris.origin)}"


def _picture(picture: StoryPicture, uris: Uris) -> NotePicture:
    media_type = mimetypes.guess_type(picture.name)[0] or "image/jpeg"
    return NotePicture(
        uris.media(picture.name), media_type, picture.width, picture.height, picture.description
    )
