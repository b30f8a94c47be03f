"""Keeps what apps show up to date: hears of sessions and comments, and writes their rows."""

from typing import Any

from sqlalchemy import exists, select

from alliance import facts
from alliance.models import Comment, Mark, Person, Posting, Session, session_topic
from alliance.models.posting import moment_of_writing
from alliance.posting import boost, post, posting_of, take_boosts_down, take_down
from alliance.series_telling import is_quiet
from alliance.unit_of_work import Listener, UnitOfWork


async def on_session(uow: UnitOfWork, fact: Any) -> None:
    """A session was published, received, changed or taken back, or is held by others than before."""
    await keep_session(uow, fact.session)


async def on_comment(uow: UnitOfWork, fact: Any) -> None:
    """Something was said about a session, found better words, or was taken back."""
    await keep_comment(uow, fact.comment)


async def on_person_erased(uow: UnitOfWork, fact: facts.PersonErased) -> None:
    """Somebody was forgotten: nothing is passed on in their name any more."""
    passed_on = await uow.db.scalars(
        select(Posting).where(
            Posting.author_id == fact.person.id, Posting.kind == "boost", Posting.gone_at.is_(None)
        )
    )
    for row in passed_on.all():
        row.gone_at = uow.now
    await uow.db.flush()


LISTENERS: dict[type[facts.Fact], list[Listener]] = {
    facts.SessionPublished: [on_session],
    facts.SessionChanged: [on_session],
    facts.SessionWithdrawn: [on_session],
    facts.SessionReceived: [on_session],
    facts.PartnerSessionWithdrawn: [on_session],
    facts.CommentSaid: [on_comment],
    facts.CommentChanged: [on_comment],
    facts.CommentDeleted: [on_comment],
    facts.CommentShown: [on_comment],
    facts.CommentHidden: [on_comment],
    facts.CommentKept: [on_comment],
    facts.PersonErased: [on_person_erased],
}


async def keep_session(uow: UnitOfWork, session: Session) -> None:
    """Its company says it; its hosts, as far as their names are shown, pass it on."""
    if session.withdrawn_at is not None or session.status == "draft":
        await take_down(uow, "session", session.id)
        return
    carried = select(session_topic.c.topic_id).where(session_topic.c.session_id == session.id)
    published_at = session.published_at or session.updated_at
    quiet = await is_quiet(uow.db, session)
    posting = await post(
        uow,
        kind="session",
        author_id=session.company_id,
        company_id=session.company_id,
        session_id=session.id,
        audience=session.audience,
        created_at=published_at,
        changed_at=session.updated_at,
        is_listed=not quiet,
        is_quiet=quiet,
        has_picture=session.image is not None,
        topics=() if quiet else (await uow.db.scalars(carried)).all(),
    )
    if not quiet:
        await _keep_boosts(uow, session, posting)


async def _keep_boosts(uow: UnitOfWork, session: Session, posting: Posting) -> None:
    """Whoever passed it on of their own accord (see `Mark`) goes on doing so."""
    hosts = [session.host_id] if session.host_shown and session.host_id is not None else []
    hosts += session.co_host_ids or []
    wanted = await uow.db.execute(
        select(Person.id, Person.company_id).where(Person.id.in_(hosts), Person.gone_at.is_(None))
    )
    shown = {row.id: row.company_id for row in wanted}
    own = exists().where(
        Mark.posting_id == posting.id, Mark.person_id == Posting.author_id, Mark.kind == "boost"
    )
    await take_boosts_down(uow, posting.id, Posting.author_id.not_in(shown), ~own)
    for person_id in hosts:
        if person_id in shown:
            await boost(uow, posting, person_id, shown[person_id], as_host=True)
    others = await uow.db.scalars(
        select(Posting).where(Posting.boosted_id == posting.id, Posting.gone_at.is_(None))
    )
    for row in others.all():
        row.audience, row.has_picture = posting.audience, posting.has_picture
    await uow.db.flush()


async def keep_comment(uow: UnitOfWork, comment: Comment) -> None:
    """One that waits or was hidden keeps its row, because some may read it (see `visible_comments`)."""
    if comment.state in ("deleted", "retracted"):
        await take_down(uow, "comment", comment.id)
        return
    parent = await posting_of(uow, "comment", comment.parent_id) if comment.parent_id is not None else None
    if parent is None:
        parent = await posting_of(uow, "session", comment.session_id)
    posting = await post(
        uow,
        kind="comment",
        author_id=comment.author_id,
        company_id=await uow.db.scalar(select(Person.company_id).where(Person.id == comment.author_id)),
        session_id=comment.session_id,
        comment_id=comment.id,
        audience=comment.audience,
        created_at=comment.created_at,
        changed_at=comment.updated_at,
        parent_id=parent.id if parent is not None else None,
    )
    posting.edition = moment_of_writing()  # that it was hidden stands in no column of the row
