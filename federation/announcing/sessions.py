"""Tells others that a session of ours was published, changed, moved to another audience or withdrawn."""

from datetime import datetime, timedelta

from sqlalchemy import delete, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.facts import SeatsChanged, SessionChanged, SessionPublished, SessionWithdrawn
from alliance.models import Session
from alliance.series_telling import is_quiet
from alliance.unit_of_work import UnitOfWork
from alliance.upserts import insert
from federation.announcing.announces import announce
from federation.announcing.conversation import take_answers_back
from federation.announcing.session_notes import send_note, take_notes_back
from federation.community_seen import audience_of_session
from federation.documents import tombstone
from federation.models import SeatNews
from federation.outbox import send
from federation.recipients import attendee_inboxes, follower_inboxes, partner_inboxes, told_of
from federation.translate.session_event import EVERYTHING_SAID, event_of
from federation.uris import COMPANY, PUBLIC, Uris
from federation.vocabulary.activities import activity
from federation.vocabulary.contexts import EVENT_CONTEXT, without_context
from federation.vocabulary.values import Json

SEAT_NEWS_AFTER = timedelta(seconds=5)
SEAT_NEWS_AT_ONCE = 50
_RANK = {"company": 0, "alliance": 1, "public": 2}


async def on_published(uow: UnitOfWork, fact: SessionPublished) -> None:
    """Create by the company; the instance announces what is public to those who follow the instance."""
    await _publish(uow, await _loaded(uow, fact.session), to_partners=True)


async def on_changed(uow: UnitOfWork, fact: SessionChanged) -> None:
    """Update to who keeps sight of it, Delete to who loses it, Create to who gains it.

    A cancellation, a delay or a new time also goes out as a short Note to those who knew of it.
    """
    session = await _loaded(uow, fact.session)
    before, now = _RANK[fact.previous_audience], _RANK[session.audience]
    if now < before:
        await _withdraw_from_losers(uow, session, was_public=fact.previous_audience == "public")
    if before and now:
        await _update(uow, session, only_allies=now > before)
        if fact.cancelled or fact.postponed or fact.previous_starts_at is not None:
            await send_note(uow, session, is_public=min(before, now) == _RANK["public"])
    if now > before:
        await _publish(uow, session, to_partners=before == 0)


async def on_withdrawn(uow: UnitOfWork, fact: SessionWithdrawn) -> None:
    """Delete with a Tombstone to everybody who ever heard of it."""
    is_public = fact.session.audience == "public"
    inboxes = await partner_inboxes(uow.db) if fact.session.audience != "company" else set()
    inboxes |= await _others_told(uow, fact.session, was_public=is_public)
    if inboxes:
        await send_delete(uow, fact.session, inboxes, is_public=is_public)
    await take_notes_back(uow, fact.session, public_alone=False)
    if is_public:
        await take_answers_back(uow, fact.session)


async def on_seats_changed(uow: UnitOfWork, fact: SeatsChanged) -> None:
    """Remembers that the counts have to be told; several changes within seconds become one message."""
    session = fact.session
    if session.audience != "company" and session.withdrawn_at is None:
        row = insert(uow.db, SeatNews).values(session_id=session.id, due_at=uow.now + SEAT_NEWS_AFTER)
        await uow.db.execute(row.on_conflict_do_nothing(index_elements=["session_id"]))


async def is_seat_news_due(db: AsyncSession, now: datetime) -> bool:
    """Whether `flush_seat_news` would find something to tell."""
    return bool(await db.scalar(select(exists().where(SeatNews.due_at <= now))))


async def flush_seat_news(uow: UnitOfWork) -> int:
    """Tells partners the counts that have changed lately, at most 50 sessions at once; how many it told.

    Others are not told: for a reader on Mastodon every Update is an edit.
    """
    due = select(SeatNews.session_id).where(SeatNews.due_at <= uow.now).order_by(SeatNews.due_at)
    ids = (await uow.db.scalars(due.limit(SEAT_NEWS_AT_ONCE))).all()
    # Whoever takes a place locks the session before the queues; otherwise two could wait for each other.
    sessions = select(Session.id).where(Session.id.in_(ids)).order_by(Session.id)
    await uow.db.execute(sessions.with_for_update(key_share=True))
    taken = await uow.db.scalars(
        delete(SeatNews).where(SeatNews.session_id.in_(ids)).returning(SeatNews.session_id)
    )
    told = 0
    for session_id in sorted(taken.all()):
        session = await loaded_session(uow.db, session_id)
        if session is not None and session.withdrawn_at is None and session.audience != "company":
            await _send_event(uow, "Update", session, await partner_inboxes(uow.db))
            told += 1
    return told


async def send_delete(uow: UnitOfWork, session: Session, inboxes: set[str], *, is_public: bool) -> None:
    """Tells these inboxes that a session no longer exists for them."""
    uris = Uris(uow.settings.origin)
    page = uris.session(session.id)
    gone = without_context(tombstone(page, uow.now, former="Event").body)
    to = [PUBLIC] if is_public else [uris.partners]
    body = activity("Delete", actor=uris.company, object=gone, to=to, published=uow.now)
    await send(uow, actor=COMPANY, activity=body, object_uri=page, inboxes=inboxes, is_public=is_public)


async def tell_followers_too(uow: UnitOfWork, session: Session) -> None:
    """A later date of a series of ours has become the next one: now the company's followers hear of it.

    Calendars that follow the instance have known it from the beginning by its Announce, like allies.
    """
    inboxes = await follower_inboxes(uow.db, Uris(uow.settings.origin).company)
    inboxes -= await partner_inboxes(uow.db)
    if session.audience == "public" and session.withdrawn_at is None and inboxes:
        await _send_event(uow, "Create", session, inboxes)


async def loaded_session(db: AsyncSession, session_id: int) -> Session | None:
    """A session with everything that an Event says."""
    return await db.scalar(select(Session).where(Session.id == session_id).options(*EVERYTHING_SAID))


async def _loaded(uow: UnitOfWork, session: Session) -> Session:
    return await loaded_session(uow.db, session.id) or session


async def _publish(uow: UnitOfWork, session: Session, *, to_partners: bool) -> None:
    if session.audience == "company":
        return
    uris, is_public = Uris(uow.settings.origin), session.audience == "public"
    inboxes = await partner_inboxes(uow.db) if to_partners else set()
    if is_public and not await is_quiet(uow.db, session):
        inboxes |= await follower_inboxes(uow.db, uris.company)
    await _send_event(uow, "Create", session, inboxes)
    if is_public:
        await announce(uow, session.id)


async def _update(uow: UnitOfWork, session: Session, *, only_allies: bool) -> None:
    inboxes = await partner_inboxes(uow.db)
    if session.audience == "public" and not only_allies:
        inboxes |= await _others_told(uow, session, was_public=True)
    await _send_event(uow, "Update", session, inboxes)


async def _others_told(uow: UnitOfWork, session: Session, *, was_public: bool) -> set[str]:
    """Whoever has heard of it: by delivery (remembered for weeks), as follower, as one who takes part."""
    uris = Uris(uow.settings.origin)
    told = await told_of(uow.db, uris.session(session.id))
    if not was_public:
        return told
    return (
        told
        | await follower_inboxes(uow.db, uris.company)
        | await follower_inboxes(uow.db, uris.instance)
        | await attendee_inboxes(uow.db, session.id)
    )


async def _withdraw_from_losers(uow: UnitOfWork, session: Session, *, was_public: bool) -> None:
    allies = await partner_inboxes(uow.db)
    losers = allies | await _others_told(uow, session, was_public=was_public)
    if session.audience == "alliance":
        losers -= allies
    if losers:
        await send_delete(uow, session, losers, is_public=was_public)
    await take_notes_back(uow, session, public_alone=session.audience == "alliance")
    if was_public:
        await take_answers_back(uow, session)


async def _send_event(uow: UnitOfWork, kind: str, session: Session, inboxes: set[str]) -> None:
    audience = await audience_of_session(uow.db, uow.settings, session.id)
    event = event_of(session, Uris(uow.settings.origin), audience)
    body: Json = activity(
        kind,
        actor=event.attributed_to,
        object=event.as_json(),
        to=list(event.to),
        cc=list(event.cc),
        context=EVENT_CONTEXT,
        published=uow.now,
    )
    await send(
        uow,
        actor=COMPANY,
        activity=body,
        object_uri=event.id,
        inboxes=inboxes,
        is_public=session.audience == "public",
    )
