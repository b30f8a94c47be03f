"""Comment to Note and back: what people say about a session."""

from alliance.models import Comment, Company, Person, Session
from alliance.news import CommentNews
from federation.uris import PUBLIC, Uris, host_of, person_id_of
from federation.vocabulary.note import Note


def comment_uri(comment: Comment, uris: Uris) -> str:
    """The identity of a comment, wherever it was written."""
    return comment.uri or uris.comment(comment.id, comment.token)


def session_uri(session: Session, uris: Uris) -> str:
    """The identity of a session, whoever holds it."""
    return session.uri or uris.session(session.id)


def note_of(
    comment: Comment,
    session: Session,
    company: Company,
    uris: Uris,
    parent: Comment | None = None,
    parent_author: Person | None = None,
) -> Note:
    """A comment of one of our people; `company` holds the session, `parent` is what it answers."""
    to, cc = audience_of(comment, session, company, uris)
    about = session_uri(session, uris)
    return Note(
        id=comment_uri(comment, uris),
        attributed_to=uris.person(comment.author_id),
        content=comment.html,
        in_reply_to=comment_uri(parent, uris) if parent else about,
        context=about,
        to=to,
        cc=cc,
        url=f"{uris.session(session.id)}#comment-{comment.id}",
        mentions=_named(parent_author),
        published=comment.created_at,
        updated=comment.updated_at if comment.updated_at > comment.created_at else None,
    )


def audience_of(
    comment: Comment, session: Session, company: Company, uris: Uris
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """`to` and `cc`: never wider than the session is now, nor than it was when this was written."""
    holder = company.uri or uris.company
    partners = uris.partners if session.uri is None else Uris(company.origin).partners
    if comment.audience == "public" and session.audience == "public":
        return (PUBLIC,), (holder, partners)
    return (holder, partners), ()


def comment_news(note: Note, uris: Uris, session: Session, company: Company) -> CommentNews:
    """A Note of somebody elsewhere as the domain takes it in.

    Whoever addresses neither everybody nor the alliance of the session speaks to the host alone.
    """
    partners = uris.partners if session.uri is None else Uris(company.origin).partners
    is_for_allies = partners in (*note.to, *note.cc)
    named = (uris.actor_key(who) for who, _ in note.mentions)
    people = (person_id_of(key) for key in named if key is not None)
    return CommentNews(
        uri=note.id,
        url=note.url if note.url and host_of(note.url) == host_of(note.id) else note.id,
        html=note.content,
        is_public=note.is_public,
        is_private=not note.is_public and not is_for_allies,
        published_at=note.published,
        updated_at=note.updated or note.published,
        mentions=tuple(person for person in people if person is not None),
    )


def _named(person: Person | None) -> tuple[tuple[str, str], ...]:
    """A mention, by which Mastodon tells whom a reply is for."""
    if person is None or person.uri is None:
        return ()
    return ((person.uri, f"@{person.username}@{person.host}"),)
