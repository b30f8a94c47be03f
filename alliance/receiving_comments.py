"""Takes in what people elsewhere say about sessions, and who finds them interesting."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from alliance.commenting import take_back
from alliance.conversing import (
    comment_known_as,
    comment_with,
    first_state,
    is_silenced,
    placed,
    refuse_another_waiting,
    refuse_too_many,
)
from alliance.errors import Conflict, Forbidden, Invalid, NotFound
from alliance.facts import CommentHidden, CommentKept, CommentShown
from alliance.identifiers import first_identifier_of
from alliance.introductions import URI_LIMIT, is_uri_of
from alliance.models import Comment, Person, Reaction, Session
from alliance.news import CommentNews
from alliance.notifying import notify
from alliance.queries.sessions import locked_session
from alliance.text import HTML_LIMIT, plain_text, sanitise
from alliance.unit_of_work import UnitOfWork
from alliance.upserts import insert

_A_MOMENT = timedelta(milliseconds=1)
_MARKUP = 15_000
_MOST_CHARACTERS = 10_000
_MOST_EDITS = 50
_MOST_REACTIONS = 20_000


async def receive_comment(
    uow: UnitOfWork, session_id: int, author: Person, news: CommentNews, parent: Comment | None = None
) -> Comment | None:
    """A comment of `author`, new or changed; None for one that is older than ours or was deleted.

    Neither author nor place ever change. Raises NotFound, Forbidden for somebody else's, Conflict, TooMany,
    Invalid for nonsense.
    """
    session = await locked_session(uow.db, session_id)
    if session is None or session.withdrawn_at is not None:
        raise NotFound
    markup = _markup(news)
    known = await comment_known_as(uow, news.uri)
    if known is not None:
        if known.author_id != author.id or known.session_id != session.id:
            raise Forbidden(detail="the comment is somebody else's")
        return await _change(uow, session, known, news, markup)
    if session.conversation == "closed":
        raise Conflict("The conversation about this session is closed.")
    await refuse_too_many(uow, session, author)
    state = "shown" if news.is_private else await first_state(uow, session, author)
    if state == "waiting" or news.is_private:
        await refuse_another_waiting(uow, session)
    comment = _new(uow, session, author, news, markup, state)
    try:
        async with uow.db.begin_nested():
            uow.db.add(placed(comment, parent))
    except IntegrityError:
        return None  # the same has arrived by another way at this moment
    await _tell(uow, session, author, comment, news, parent)
    return comment


async def withdraw_comment(uow: UnitOfWork, uri: str, author_uris: Collection[str]) -> bool:
    """Its author, by one of these names, has deleted it there; False when there is none.

    Raises Forbidden for somebody else's.
    """
    comment = await comment_known_as(uow, uri)
    if comment is None:
        return False
    if comment.author.uri not in author_uris:
        raise Forbidden(detail="the comment is somebody else's")
    if comment.state != "deleted":
        await take_back(uow, comment, comment.session)
    return True


async def withdraw_comments_of(uow: UnitOfWork, author_uri: str, origin: str, *, until: datetime) -> None:
    """What somebody said on one server until then is gone there."""
    said = await uow.db.scalars(
        select(Comment)
        .join(Person, Person.id == Comment.author_id)
        .where(Person.uri == author_uri, Comment.uri.startswith(f"{origin}/", autoescape=True))
        .where(Comment.id < first_identifier_of(until + _A_MOMENT), Comment.state != "deleted")
        .order_by(Comment.id)
        .options(joinedload(Comment.session))
    )
    for comment in said.all():
        await take_back(uow, comment, comment.session)


async def retract_comment(uow: UnitOfWork, comment_id: int, company_uri: str) -> bool:
    """The company that holds the session takes it out of the conversation, whoever wrote it; False for none
    of theirs.
    """
    return await _turn(uow, comment_id, company_uri, {"shown": "retracted"})


async def restore_comment(uow: UnitOfWork, comment_id: int, company_uri: str) -> bool:
    """That company puts something that one of our people said back; False for none of theirs."""
    return await _turn(uow, comment_id, company_uri, {"retracted": "shown"})


async def _turn(uow: UnitOfWork, comment_id: int, company_uri: str, states: dict[str, str]) -> bool:
    comment = await comment_with(uow, comment_id)
    if comment is None or comment.session.company.uri != company_uri or comment.session.uri is None:
        return False
    comment.state = states.get(comment.state, comment.state)
    await uow.db.flush()
    uow.record(CommentKept(comment))
    return True


async def receive_reaction(
    uow: UnitOfWork, session_id: int, kind: str, actor: str, host: str, activity_uri: str
) -> bool:
    """Somebody elsewhere likes or announces a session of ours; twice is the same as once."""
    count = select(func.count()).where(Reaction.session_id == session_id, Reaction.kind == kind)
    if len(actor) > URI_LIMIT or (await uow.db.scalar(count) or 0) >= _MOST_REACTIONS:
        return False
    row = insert(uow.db, Reaction).values(
        id=uow.new_id(),
        session_id=session_id,
        kind=kind,
        actor=actor,
        host=host,
        activity_uri=activity_uri,
        created_at=uow.now,
    )
    await uow.db.execute(
        row.on_conflict_do_update(
            index_elements=["session_id", "kind", "actor"], set_={"activity_uri": activity_uri}
        )
    )
    return True


async def forget_reaction(
    uow: UnitOfWork, actor: str, *, kind: str, session_id: int | None, activity_uri: str
) -> bool:
    """They take it back, naming the session or the message that said so; False when there is nothing."""
    named = Reaction.activity_uri == activity_uri
    if session_id is not None:
        named = named | (Reaction.session_id == session_id)
    gone = await uow.db.scalars(
        delete(Reaction).where(Reaction.actor == actor, Reaction.kind == kind, named).returning(Reaction.id)
    )
    return bool(gone.all())


async def forget_reactions_of(uow: UnitOfWork, actor: str) -> None:
    """An actor elsewhere no longer exists."""
    await uow.db.execute(delete(Reaction).where(Reaction.actor == actor))


def _markup(news: CommentNews) -> str:
    html = sanitise(news.html[:HTML_LIMIT], _MARKUP)
    if not plain_text(html).strip():
        raise Invalid(detail="a comment without words")
    if len(html) > _MOST_CHARACTERS * 2:
        raise Invalid(detail="a comment that is too long")
    return html


def _new(
    uow: UnitOfWork, session: Session, author: Person, news: CommentNews, markup: str, state: str
) -> Comment:
    origin = "/".join(news.uri.split("/")[:3])
    url = news.url if news.url is not None and is_uri_of(origin, news.url) else None
    created_at = _past(uow, news.published_at)
    return Comment(
        id=uow.new_id(),
        session_id=session.id,
        author_id=author.id,
        uri=news.uri,
        url=url,
        html=markup,
        audience="public" if news.is_public and session.audience == "public" else "alliance",
        is_private=news.is_private,
        state=state,
        created_at=created_at,
        updated_at=max(created_at, _past(uow, news.updated_at)) if news.updated_at else created_at,
    )


def _past(uow: UnitOfWork, told: datetime | None) -> datetime:
    """Nobody writes in the future, and nobody wrote before the session was there to be talked about."""
    return min(told, uow.now) if told is not None and told.year > 2000 else uow.now


async def _change(
    uow: UnitOfWork, session: Session, comment: Comment, news: CommentNews, markup: str
) -> Comment | None:
    updated_at = _past(uow, news.updated_at)
    if comment.state == "deleted" or updated_at < comment.updated_at:
        return None
    if comment.html == markup:
        return _shown_again(uow, comment)
    if comment.edits >= _MOST_EDITS:
        raise Conflict("This comment has been changed too often.")
    comment.edits += 1
    was_shown = comment.state == "shown" and not comment.is_private
    comment.html, comment.updated_at = markup, updated_at
    if was_shown or comment.state == "retracted":
        # What somebody has agreed to was another text.
        comment.state = await first_state(uow, session, comment.author)
    await uow.db.flush()
    uow.record(CommentKept(comment))
    if was_shown and session.uri is None:
        fact = CommentShown if comment.state == "shown" else CommentHidden
        uow.record(fact(comment, session))
    return comment


def _shown_again(uow: UnitOfWork, comment: Comment) -> Comment:
    """The company that holds the session has taken it out of the conversation and put it back."""
    if comment.state == "retracted":
        comment.state = "shown"
        uow.record(CommentKept(comment))
    return comment


async def _tell(
    uow: UnitOfWork,
    session: Session,
    author: Person,
    comment: Comment,
    news: CommentNews,
    parent: Comment | None,
) -> None:
    uow.record(CommentKept(comment))
    if not await is_silenced(uow, author):
        await notify(uow, comment, session, parent, news.mentions)
    if session.uri is None and comment.state == "shown" and not comment.is_private:
        uow.record(CommentShown(comment, session))
