"""Tells others what our people say about sessions, and what belongs to the conversations of ours.

A comment goes from its author to the company that holds the session. That company announces what it shows
to its allies, who fetch it from where it was written; taking the Announce back takes the comment out again.
"""

from sqlalchemy import select

from alliance.facts import (
    CommentChanged,
    CommentDeleted,
    CommentHidden,
    CommentSaid,
    CommentShown,
    InterestLost,
    InterestShown,
)
from alliance.models import Comment, Company, Person, Session
from alliance.queries.companies import home_company
from alliance.unit_of_work import UnitOfWork
from federation.documents import tombstone
from federation.models import OutboxActivity
from federation.outbox import send
from federation.recipients import partner_inboxes, personal_inbox, told_of
from federation.translate.comment_note import comment_uri, note_of
from federation.uris import COMPANY, PUBLIC, Uris, person_actor
from federation.vocabulary.activities import activity
from federation.vocabulary.contexts import without_context
from federation.vocabulary.values import Json


async def on_said(uow: UnitOfWork, fact: CommentSaid) -> None:
    """Create(Note) to the company that holds the session, and to whom elsewhere it answers."""
    inboxes = await _readers(uow, fact.comment, fact.session, fact.parent)
    if inboxes:
        await _send_note(uow, "Create", fact.comment, fact.session, fact.parent, inboxes)


async def on_changed(uow: UnitOfWork, fact: CommentChanged) -> None:
    """Update(Note) to the same; allies fetch it anew when it is announced again."""
    inboxes = await _readers(uow, fact.comment, fact.session, fact.parent)
    if inboxes:
        await _send_note(uow, "Update", fact.comment, fact.session, fact.parent, inboxes)


async def on_deleted(uow: UnitOfWork, fact: CommentDeleted) -> None:
    """Delete with a Tombstone to everybody who ever heard of it."""
    inboxes = await told_of(uow.db, _address(uow, fact.comment))
    is_public = fact.comment.audience == "public" == fact.session.audience
    await _delete(uow, fact.comment, inboxes, is_public=is_public)


async def take_answers_back(uow: UnitOfWork, session: Session) -> None:
    """What our people answered strangers about a session goes from where the session has gone.

    Allies forget it with the session, or keep both.
    """
    allies = await partner_inboxes(uow.db)
    answers = await uow.db.scalars(
        select(Comment)
        .where(
            Comment.session_id == session.id,
            Comment.uri.is_(None),
            Comment.audience == "public",
            Comment.parent_id.is_not(None),
            Comment.state != "deleted",
        )
        .order_by(Comment.id)
    )
    for comment in answers.all():
        await _delete(uow, comment, await told_of(uow.db, _address(uow, comment)) - allies, is_public=True)


async def on_shown(uow: UnitOfWork, fact: CommentShown) -> None:
    """Announce to our allies."""
    if fact.session.audience != "company" and fact.comment.audience != "company":
        await announce_comment(uow, fact.comment, await partner_inboxes(uow.db))


async def on_hidden(uow: UnitOfWork, fact: CommentHidden) -> None:
    """Undo of the Announce, to our allies."""
    await take_out(uow, fact.comment, await partner_inboxes(uow.db))


async def announce_comment(uow: UnitOfWork, comment: Comment, inboxes: set[str]) -> None:
    """It belongs to the session of ours; the copy in it only says which one that is."""
    uris = Uris(uow.settings.origin)
    address = comment_uri(comment, uris)
    about = {"id": address, "type": "Note", "inReplyTo": uris.session(comment.session_id)}
    body = activity("Announce", actor=uris.company, object=about, to=[uris.partners], published=uow.now)
    await send(
        uow, actor=COMPANY, activity=body, object_uri=address, inboxes=inboxes, is_public=False
    )  # fmt: skip


async def take_out(uow: UnitOfWork, comment: Comment, inboxes: set[str]) -> None:
    """Undo of the newest Announce; nothing for what never was announced."""
    uris = Uris(uow.settings.origin)
    address = comment_uri(comment, uris)
    announced = await uow.db.scalar(
        select(OutboxActivity.id)
        .where(
            OutboxActivity.object_uri == address,
            OutboxActivity.actor == COMPANY,
            OutboxActivity.type == "Announce",
        )
        .order_by(OutboxActivity.id.desc())
        .limit(1)
    )
    if announced is None:
        return
    undone = {"id": uris.activity(announced), "type": "Announce", "actor": uris.company, "object": address}
    body = activity("Undo", actor=uris.company, object=undone, to=[uris.partners], published=uow.now)
    await send(
        uow, actor=COMPANY, activity=body, object_uri=address, inboxes=inboxes, is_public=False
    )  # fmt: skip


async def on_interest_shown(uow: UnitOfWork, fact: InterestShown) -> None:
    """Like by the person, to the company that holds the session."""
    uris, host = Uris(uow.settings.origin), await _holder(uow, fact.session)
    if fact.session.uri is None or host.uri is None:
        return
    body = activity(
        "Like",
        actor=uris.person(fact.person_id),
        object=fact.session.uri,
        to=[host.uri],
        published=uow.now,
    )
    stored = await _to_holder(uow, fact.person_id, body, fact.session.uri, host)
    fact.reaction.activity_uri = uris.activity(stored.id)


async def on_interest_lost(uow: UnitOfWork, fact: InterestLost) -> None:
    """Undo of that Like."""
    uris, host = Uris(uow.settings.origin), await _holder(uow, fact.session)
    if fact.session.uri is None or host.uri is None:
        return
    actor = uris.person(fact.person_id)
    like: Json = {"type": "Like", "actor": actor, "object": fact.session.uri}
    if fact.reaction.activity_uri:
        like = {"id": fact.reaction.activity_uri, **like}
    body = activity("Undo", actor=actor, object=like, to=[host.uri], published=uow.now)
    await _to_holder(uow, fact.person_id, body, fact.session.uri, host)


async def _delete(uow: UnitOfWork, comment: Comment, inboxes: set[str], *, is_public: bool) -> None:
    if not inboxes:
        return
    uris, address = Uris(uow.settings.origin), _address(uow, comment)
    gone = without_context(tombstone(address, uow.now, former="Note").body)
    body = activity(
        "Delete",
        actor=uris.person(comment.author_id),
        object=gone,
        to=[PUBLIC] if is_public else [uris.partners],
        published=uow.now,
    )
    key = person_actor(comment.author_id)
    await send(uow, actor=key, activity=body, object_uri=address, inboxes=inboxes, is_public=False)


def _address(uow: UnitOfWork, comment: Comment) -> str:
    return comment_uri(comment, Uris(uow.settings.origin))


async def _to_holder(
    uow: UnitOfWork, person_id: int, body: Json, about: str, host: Company
) -> OutboxActivity:
    return await send(
        uow,
        actor=person_actor(person_id),
        activity=body,
        object_uri=about,
        inboxes=[f"{host.uri}/inbox"],
        is_public=False,
    )


async def _readers(uow: UnitOfWork, comment: Comment, session: Session, parent: Comment | None) -> set[str]:
    """Who is told by the author: the company that holds the session; in ours, whoever elsewhere is answered.

    People of allies get it from the company's Announce; others may know it only if everybody may.
    """
    if session.uri is not None:
        host = await _holder(uow, session)
        return {f"{host.uri}/inbox"} if host.uri is not None else set()
    if parent is None or comment.audience != "public" or session.audience != "public":
        return set()
    author = await uow.db.get(Person, parent.author_id)
    inbox = await personal_inbox(uow.db, author, person_actor(comment.author_id)) if author else None
    return {inbox} - await partner_inboxes(uow.db) if inbox is not None else set()


async def _send_note(
    uow: UnitOfWork,
    kind: str,
    comment: Comment,
    session: Session,
    parent: Comment | None,
    inboxes: set[str],
) -> None:
    uris, host = Uris(uow.settings.origin), await _holder(uow, session)
    author = await uow.db.get(Person, parent.author_id) if parent is not None else None
    note = note_of(comment, session, host, uris, parent, author)
    named = [who for who, _ in note.mentions]
    body = activity(
        kind,
        actor=note.attributed_to,
        object=note.as_json(),
        to=list(note.to),
        cc=[*note.cc, *named],
        published=uow.now,
    )
    key = person_actor(comment.author_id)
    await send(uow, actor=key, activity=body, object_uri=note.id, inboxes=inboxes, is_public=False)


async def _holder(uow: UnitOfWork, session: Session) -> Company:
    """The company that holds a session; of ours, ours."""
    if session.uri is None:
        return await home_company(uow.db)
    return await uow.db.get_one(Company, session.company_id)
