"""Tells people elsewhere in private where they stand, in words: those who can't read an Accept of a Join."""

from datetime import datetime

import orjson
from sqlalchemy import func, or_, select
from sqlalchemy.orm import selectinload

from alliance.facts import SessionChanged, SessionWithdrawn
from alliance.identifiers import moment_of
from alliance.joining import Why
from alliance.models import Attendance, Person, Session
from alliance.personal_links import personal_token
from alliance.places import ACTIVE
from alliance.unit_of_work import UnitOfWork
from alliance.visibility import may_open_meeting
from federation.models import OutboxActivity, RemoteActor
from federation.outbox import new_activity_id, send
from federation.recipients import personal_inbox
from federation.rsvp_messages import RsvpMessage
from federation.sealing import opened
from federation.translate import rsvp_notes
from federation.translate.rsvp_notes import Addressee, News
from federation.uris import COMPANY, Uris
from federation.vocabulary.activities import activity
from federation.vocabulary.actor import Actor
from federation.vocabulary.contexts import ACTIVITYSTREAMS
from federation.vocabulary.values import Json, text, written

IN_WORDS = ("accept", "reply", "poll")
MOST_POLLS_TOLD = 1_000


async def tell_standing(uow: UnitOfWork, attendance: Attendance, session: Session, person: Person) -> None:
    """A Note to one person: place, wait, question or no; date and zone, the way in, and how to leave."""
    content = await _standing(uow, attendance, session)
    await _tell_attendee(uow, attendance, session, person, content)


async def tell_refusal(
    uow: UnitOfWork, to: Addressee, inbox: str, session: Session, why: Why, reply_to: str | None
) -> None:
    """A Note that says why there is no place."""
    content = rsvp_notes.refusal_html(session, why, _page(uow, session), to.language)
    await _send_note(uow, to, inbox, content, session.id, "answer", reply_to)


async def tell_absence(
    uow: UnitOfWork, to: Addressee, inbox: str, session: Session, reply_to: str | None
) -> None:
    """A Note that no place is kept, to somebody who never had one."""
    content = rsvp_notes.standing_html(session, "left", _page(uow, session), to.language)
    await _send_note(uow, to, inbox, content, session.id, "answer", reply_to)


async def tell_words(
    uow: UnitOfWork, to: Addressee, inbox: str, session: Session | None, reply_to: str | None
) -> None:
    """A Note that says which words are understood; without a session, that we don't know which is meant."""
    if session is None:
        content = rsvp_notes.which_html(f"{uow.settings.origin}/", to.language)
    else:
        content = rsvp_notes.help_html(session, _page(uow, session), to.language)
    await _send_note(uow, to, inbox, content, session.id if session else None, "help", reply_to)


async def offer_poll(
    uow: UnitOfWork, to: Addressee, inbox: str, session: Session, reply_to: str | None
) -> None:
    """A poll that only this person may see and answer."""
    number, address = new_activity_id(uow)
    question = _question(uow, number, to, session, reply_to)
    await _send(uow, "Create", address, question, to, inbox)
    message = RsvpMessage(id=number, actor_uri=to.uri, session_id=session.id, kind="poll")
    message.language, message.reply_to = to.language, reply_to
    uow.db.add(message)
    await uow.db.flush()


def closing_time(session: Session, offered_at: datetime) -> datetime:
    """When a poll closes: as the session begins, or as it ends for one that was offered during it."""
    return session.starts_at if session.starts_at > offered_at else session.ends_at


def addressee(actor: Actor, host: str, language: str) -> Addressee:
    """Somebody as their own server describes them."""
    return Addressee(actor.id, actor.username or "unknown", host, language)


async def on_changed(uow: UnitOfWork, fact: SessionChanged) -> None:
    """Called off, put off or moved: who was answered in words is told in the same way; polls follow."""
    is_hidden = fact.session.audience != "public"
    if fact.cancelled or is_hidden:
        await _update_polls(uow, fact.session, closed=True)
    if is_hidden:
        return  # whoever was answered in words is a stranger, and has just lost the place
    if fact.cancelled:
        await _tell_news(uow, fact.session, "cancelled")
    elif fact.postponed:
        await _tell_news(uow, fact.session, "postponed")
    elif fact.previous_starts_at is not None:
        await _tell_news(uow, fact.session, "moved")
        await _update_polls(uow, fact.session, closed=False)


async def on_withdrawn(uow: UnitOfWork, fact: SessionWithdrawn) -> None:
    """Taken back: whoever was told of a place is told that there is none."""
    await _tell_news(uow, fact.session, "withdrawn")
    await _update_polls(uow, fact.session, closed=True)


async def _tell_news(uow: UnitOfWork, session: Session, news: News) -> None:
    concerned = await uow.db.scalars(
        select(Attendance)
        .where(
            Attendance.session_id == session.id,
            Attendance.state.in_(ACTIVE),
            Attendance.dialect.in_(IN_WORDS),
        )
        .order_by(Attendance.id)
        .options(selectinload(Attendance.person))
    )
    for attendance in concerned.all():
        language = attendance.language or session.language
        content = rsvp_notes.news_html(session, news, _page(uow, session), language)
        if news == "moved":
            content += await _standing(uow, attendance, session)
        await _tell_attendee(uow, attendance, session, attendance.person, content)


async def _update_polls(uow: UnitOfWork, session: Session, *, closed: bool) -> None:
    """The polls that are still open learn of the new time, or that they are closed."""
    rows = await uow.db.execute(
        select(RsvpMessage, RemoteActor)
        .join(RemoteActor, RemoteActor.uri == RsvpMessage.actor_uri)
        .where(
            RsvpMessage.session_id == session.id,
            RsvpMessage.kind == "poll",
            RsvpMessage.closed_at.is_(None),
            RemoteActor.gone_at.is_(None),
        )
        .order_by(RsvpMessage.id.desc())
        .limit(MOST_POLLS_TOLD)
    )
    for message, stored in rows.all():
        to = _holder(stored, message.language)
        if closed:
            message.closed_at = uow.now
            question = await _as_offered(uow, message) | {"closed": written(uow.now)}
        else:
            question = _question(uow, message.id, to, session, message.reply_to)
        _, address = new_activity_id(uow)
        await _send(uow, "Update", address, question, to, stored.inbox)
    await uow.db.flush()


def _holder(stored: RemoteActor, language: str) -> Addressee:
    """Who holds a poll; whatever their server says of them by now must not keep a host from cancelling."""
    username = text(stored.document.get("preferredUsername"), 100) or "unknown"
    return Addressee(stored.uri, username, stored.host, language)


async def _as_offered(uow: UnitOfWork, message: RsvpMessage) -> Json:
    """A poll word by word as it was: what the session is called since may not be for them."""
    carried = await uow.db.get_one(OutboxActivity, message.id)
    question: Json = orjson.loads(opened(uow.vault, carried.body))["object"]
    return question


def _question(uow: UnitOfWork, number: int, to: Addressee, session: Session, reply_to: str | None) -> Json:
    offered_at = moment_of(number)
    return rsvp_notes.poll(
        Uris(uow.settings.origin),
        number,
        to,
        session,
        reply_to=reply_to,
        now=offered_at,
        closes_at=closing_time(session, offered_at),
    )


async def _standing(uow: UnitOfWork, attendance: Attendance, session: Session) -> str:
    if session.audience != "public":
        return rsvp_notes.lost_html(attendance.language or session.language)
    return rsvp_notes.standing_html(
        session,
        attendance.state,
        _page(uow, session),
        attendance.language or session.language,
        place=await _place_in_line(uow, attendance),
        link=link_of(uow, session, attendance),
    )


async def _place_in_line(uow: UnitOfWork, attendance: Attendance) -> int:
    """Which one on the waiting list they are, as it is served."""
    if attendance.state != "waiting":
        return 0
    earlier = or_(
        Attendance.since < attendance.since,
        (Attendance.since == attendance.since) & (Attendance.id <= attendance.id),
    )
    count = select(func.count()).where(
        Attendance.session_id == attendance.session_id, Attendance.state == "waiting", earlier
    )
    return await uow.db.scalar(count) or 0


def link_of(uow: UnitOfWork, session: Session, attendance: Attendance | None) -> str | None:
    """The personal link of somebody who is going to a session of ours that has a meeting link."""
    if attendance is None or not session.meeting_link or not may_open_meeting(session, attendance):
        return None
    return f"{uow.settings.origin}/meet/{personal_token(uow.vault, attendance)}"


async def _tell_attendee(
    uow: UnitOfWork, attendance: Attendance, session: Session, person: Person, content: str
) -> None:
    if person.uri is None or person.gone_at is not None:
        return
    inbox = await personal_inbox(uow.db, person)
    if inbox is None:
        return
    language = attendance.language or session.language
    to = Addressee(person.uri, person.username, person.host or "", language)
    # An Accept is no post that could be answered; the session itself is.
    said = _page(uow, session) if attendance.dialect == "accept" else attendance.request_uri
    await _send_note(uow, to, inbox, content, session.id, "answer", said)


async def _send_note(
    uow: UnitOfWork,
    to: Addressee,
    inbox: str,
    content: str,
    session_id: int | None,
    kind: str,
    reply_to: str | None,
) -> None:
    number, address = new_activity_id(uow)
    uris = Uris(uow.settings.origin)
    note = rsvp_notes.private_note(uris, number, to, content, reply_to=reply_to, now=uow.now)
    await _send(uow, "Create", address, note, to, inbox)
    uow.db.add(
        RsvpMessage(id=number, actor_uri=to.uri, session_id=session_id, kind=kind, language=to.language)
    )
    await uow.db.flush()


async def _send(uow: UnitOfWork, kind: str, address: str, said: Json, to: Addressee, inbox: str) -> None:
    """To this one inbox; sealed at rest, because there may be a personal link in it."""
    body = activity(
        kind,
        id=address,
        actor=said["attributedTo"],
        object=said,
        to=[to.uri],
        cc=[],
        context=rsvp_notes.POLL_CONTEXT if said["type"] == "Question" else ACTIVITYSTREAMS,
        published=uow.now,
    )
    await send(
        uow,
        actor=COMPANY,
        activity=body,
        object_uri=said["id"],
        inboxes=[inbox],
        is_public=False,
        is_sealed=True,
    )


def _page(uow: UnitOfWork, session: Session) -> str:
    return Uris(uow.settings.origin).session(session.id)
