"""What our employees say about sessions, ours and our partners'."""

from alliance.conversing import LONGEST, comment_with, placed, refuse_too_many
from alliance.errors import Conflict, Forbidden, Invalid, NotFound
from alliance.facts import (
    CommentChanged,
    CommentDeleted,
    CommentHidden,
    CommentKept,
    CommentSaid,
    CommentShown,
    SessionChanged,
)
from alliance.identifiers import new_token
from alliance.models import CONVERSATIONS, Comment, Employee, Person, Session
from alliance.notifying import forget_notifications, mentioned_in, notify
from alliance.places import is_visible
from alliance.queries.comments import comment_to_read
from alliance.queries.sessions import locked_session
from alliance.text import clean_text, render_markdown
from alliance.unit_of_work import UnitOfWork
from alliance.visibility import employee_viewer, may_moderate

_TOKEN = 16


async def say(
    uow: UnitOfWork, session_id: int, by: Employee, text: str, *, parent_id: int | None = None
) -> Comment:
    """One of our employees comments on a session, or answers a comment on it.

    Raises Invalid for an empty or endless text, NotFound, Conflict for a conversation that is closed or full,
    TooMany.
    """
    words = _words(text)
    session = await locked_session(uow.db, session_id)
    if session is None or not await is_visible(uow, session_id, employee_viewer(by.id)):
        raise NotFound
    _refuse_closed(session)
    author = await uow.db.get_one(Person, by.id)
    parent = await _answered(uow, session, by, parent_id)
    await refuse_too_many(uow, session, author)
    now = uow.now
    comment = Comment(
        id=uow.new_id(),
        session_id=session.id,
        author_id=author.id,
        token=new_token()[:_TOKEN],
        audience=session.audience,
        text=words,
        html=render_markdown(words),
        state="shown",
        created_at=now,
        updated_at=now,
    )
    uow.db.add(placed(comment, parent))
    await uow.db.flush()
    await notify(uow, comment, session, parent, await mentioned_in(uow, words))
    uow.record(CommentSaid(comment, session, parent))
    if session.uri is None:
        uow.record(CommentShown(comment, session))
    return comment


async def edit_comment(uow: UnitOfWork, comment_id: int, text: str, by: Employee) -> Comment:
    """Its author finds better words. Raises Invalid, NotFound, Forbidden."""
    words = _words(text)
    comment, session = await own_comment(uow, comment_id, by)
    if comment.state not in ("shown", "waiting"):
        raise Conflict("This comment has been hidden; it can't be changed.")
    comment.text, comment.html, comment.updated_at = words, render_markdown(words), uow.now
    await uow.db.flush()
    parent = await comment_with(uow, comment.parent_id) if comment.parent_id else None
    uow.record(CommentChanged(comment, session, parent))
    if session.uri is None and comment.state == "shown":
        uow.record(CommentShown(comment, session))
    return comment


async def delete_comment(uow: UnitOfWork, comment_id: int, by: Employee) -> Comment:
    """Its author takes it back, for good: the text is gone, answers stay. Raises NotFound, Forbidden."""
    comment, session = await own_comment(uow, comment_id, by)
    await take_back(uow, comment, session)
    uow.record(CommentDeleted(comment, session))
    return comment


async def take_back(uow: UnitOfWork, comment: Comment, session: Session) -> None:
    """Empties a comment whose author no longer wants it, wherever they are."""
    was_shown = comment.state == "shown" and not comment.is_private
    comment.state, comment.text, comment.html, comment.updated_at = "deleted", "", "", uow.now
    comment.reason = ""
    await forget_notifications(uow, comment.id)
    await uow.db.flush()
    uow.record(CommentKept(comment))
    if session.uri is None and was_shown:
        uow.record(CommentHidden(comment, session))


async def set_conversation(uow: UnitOfWork, session_id: int, mode: str, by: Employee) -> Session:
    """Host or moderator open or close the conversation of a session of ours. Raises NotFound, Forbidden."""
    session = await locked_session(uow.db, session_id)
    if session is None or session.uri is not None or session.withdrawn_at is not None:
        raise NotFound
    if not may_moderate(employee_viewer(by.id), session, moderates=by.has_role("moderator")):
        raise Forbidden
    if mode not in CONVERSATIONS:
        raise Invalid(detail="not a mode of conversation")
    if session.conversation != mode:
        session.conversation, session.updated_at = mode, uow.now
        await uow.db.flush()
        uow.record(SessionChanged(session, previous_audience=session.audience))
    return session


async def own_comment(uow: UnitOfWork, comment_id: int, by: Employee) -> tuple[Comment, Session]:
    """A comment for its author to change, with its session locked. Raises NotFound, Forbidden."""
    await comment_to_read(uow.db, employee_viewer(by.id), comment_id, moderates=by.has_role("moderator"))
    comment = await comment_with(uow, comment_id)
    if comment is None or comment.state == "deleted":
        raise NotFound
    if comment.author_id != by.id:
        raise Forbidden
    session = await locked_session(uow.db, comment.session_id)
    return comment, session or comment.session


def _words(text: str) -> str:
    words = clean_text(text)
    if not words:
        raise Invalid("Please write something first.", field="text")
    if len(words) > LONGEST:
        raise Invalid("That is too long: {limit} characters at most.", field="text", limit=LONGEST)
    return words


def _refuse_closed(session: Session) -> None:
    if session.withdrawn_at is not None or session.status == "draft":
        raise NotFound
    # A calendar from outside has no conversation that we could take part in.
    is_reached = session.uri is None or session.company.instance_uri is not None
    if session.conversation == "closed" or not is_reached:
        raise Conflict("The conversation about this session is closed.")


async def _answered(uow: UnitOfWork, session: Session, by: Employee, parent_id: int | None) -> Comment | None:
    if parent_id is None:
        return None
    viewer = employee_viewer(by.id)
    parent = await comment_to_read(uow.db, viewer, parent_id, moderates=by.has_role("moderator"))
    if parent.session_id != session.id or parent.is_private or parent.state != "shown":
        raise NotFound
    return parent
