"""Short Notes about a session that was called off, put off or moved, for timelines that pass over Updates.

Mastodon before 4.5 ignores changes of an Event; a reply to it shows up.
"""

from sqlalchemy import select

from alliance.models import Session
from alliance.unit_of_work import UnitOfWork
from federation.documents import tombstone
from federation.outbox import new_activity_id, send
from federation.recipients import attendee_inboxes, follower_inboxes, partner_inboxes, told_of
from federation.told import SessionNote
from federation.translate.change_note import change_note
from federation.uris import COMPANY, PUBLIC, Uris
from federation.vocabulary.activities import activity
from federation.vocabulary.contexts import ACTIVITYSTREAMS, without_context

MOST_TAKEN_BACK = 50


async def send_note(uow: UnitOfWork, session: Session, *, is_public: bool) -> None:
    """A reply to the session, once for each inbox.

    A public one goes to followers and to people from elsewhere who take part (allied instances show the
    change itself), any other to allied instances alone.
    """
    uris = Uris(uow.settings.origin)
    inboxes = await _inboxes(uow, session, uris, is_public=is_public)
    if not inboxes:
        return
    number, address = new_activity_id(uow)
    note = change_note(session, uris, id=uris.note(number), now=uow.now, is_public=is_public)
    body = activity(
        "Create",
        id=address,
        actor=uris.company,
        object=note,
        to=note["to"],
        cc=note["cc"],
        context=ACTIVITYSTREAMS,
        published=uow.now,
    )
    await send(uow, actor=COMPANY, activity=body, object_uri=note["id"], inboxes=inboxes, is_public=is_public)
    uow.db.add(SessionNote(id=number, session_id=session.id, is_public=is_public))
    await uow.db.flush()


async def take_notes_back(uow: UnitOfWork, session: Session, *, public_alone: bool) -> None:
    """Delete of what was said about a session, to everybody who was told; at most 50 Notes, newest first."""
    wanted = select(SessionNote).where(SessionNote.session_id == session.id, SessionNote.gone_at.is_(None))
    if public_alone:
        wanted = wanted.where(SessionNote.is_public)
    notes = await uow.db.scalars(wanted.order_by(SessionNote.id.desc()))
    for place, note in enumerate(notes.all()):
        note.gone_at = uow.now
        if place < MOST_TAKEN_BACK:
            await _delete(uow, note)


async def _delete(uow: UnitOfWork, note: SessionNote) -> None:
    uris = Uris(uow.settings.origin)
    address = uris.note(note.id)
    gone = without_context(tombstone(address, uow.now, former="Note").body)
    to = [PUBLIC] if note.is_public else [uris.partners]
    body = activity("Delete", actor=uris.company, object=gone, to=to, published=uow.now)
    await send(
        uow,
        actor=COMPANY,
        activity=body,
        object_uri=address,
        inboxes=await told_of(uow.db, address),
        is_public=note.is_public,
    )


async def _inboxes(uow: UnitOfWork, session: Session, uris: Uris, *, is_public: bool) -> set[str]:
    if not is_public:
        return await partner_inboxes(uow.db)
    return await follower_inboxes(uow.db, uris.company) | await attendee_inboxes(uow.db, session.id)
