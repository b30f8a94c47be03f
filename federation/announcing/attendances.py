"""Asks partners for places, gives them back, and answers people from elsewhere who ask for one of ours."""

from html import escape

from sqlalchemy import select

from alliance.facts import AttendanceAsked, AttendanceChanged, AttendanceLeft
from alliance.models import Attendance, Company, Person, Session
from alliance.unit_of_work import UnitOfWork
from federation.announcing.rsvp import IN_WORDS, link_of, tell_standing
from federation.outbox import new_activity_id, send
from federation.recipients import personal_inbox
from federation.translate.phrases import Phrases, phrases_in
from federation.translate.rsvp_notes import lost_html
from federation.uris import COMPANY, Uris, person_actor
from federation.vocabulary.activities import activity
from federation.vocabulary.values import Json

_ANSWERS = {"going": "Accept", "waiting": "TentativeAccept", "declined": "Reject"}


async def on_asked(uow: UnitOfWork, fact: AttendanceAsked) -> None:
    """Join by the person; the host's answer has to name it."""
    _, address = new_activity_id(uow)
    fact.attendance.request_uri = address
    await _tell_host(uow, "Join", fact.session, fact.person, address)


async def on_left(uow: UnitOfWork, fact: AttendanceLeft) -> None:
    """Leave by the person."""
    _, address = new_activity_id(uow)
    await _tell_host(uow, "Leave", fact.session, fact.person, address)


async def on_changed(uow: UnitOfWork, fact: AttendanceChanged) -> None:
    """The answer to somebody from elsewhere: a place, a wait or a no."""
    await answer(uow, fact.attendance, fact.session, fact.person)


async def answer(uow: UnitOfWork, attendance: Attendance, session: Session, person: Person) -> None:
    """Tells one person from elsewhere where they stand, in their dialect; nobody else learns of it.

    Accept carries their personal link. While the host has not decided there is nothing to tell by an answer
    to a Join; people who speak in words hear that as well.
    """
    if attendance.dialect in IN_WORDS and session.uri is None:
        await tell_standing(uow, attendance, session, person)
        return
    kind = _ANSWERS.get(attendance.state)
    if person.uri is None or session.uri is not None or kind is None or attendance.request_uri is None:
        return
    inbox = await personal_inbox(uow.db, person)
    if inbox is not None:
        await refuse_or_accept(uow, kind, attendance.request_uri, person.uri, inbox, session, attendance)


async def refuse_or_accept(
    uow: UnitOfWork,
    kind: str,
    request_uri: str,
    person_uri: str,
    inbox: str,
    session: Session,
    attendance: Attendance | None = None,
) -> None:
    """Sends Accept, TentativeAccept or Reject of a Join, which Mobilizon wants to see embedded."""
    uris = Uris(uow.settings.origin)
    page = uris.session(session.id)
    join = {"type": "Join", "id": request_uri, "actor": person_uri, "object": page}
    link = link_of(uow, session, attendance) if kind == "Accept" else None
    more: Json = {"content": _in_words(kind, session, link, page)}
    if link is not None:
        # A Page and not a Link: Fedify 2.3 refuses the whole Accept when `result` is no Object.
        more["result"] = {"type": "Page", "url": link, "mediaType": "text/html", "name": session.title}
    body = activity(kind, actor=uris.company, object=join, to=[person_uri], published=uow.now, **more)
    await send(
        uow,
        actor=COMPANY,
        activity=body,
        object_uri=request_uri,
        inboxes=[inbox],
        is_public=False,
        is_sealed=True,
    )


def _in_words(kind: str, session: Session, link: str | None, page: str) -> str:
    """The same for people whose server shows them the text of an answer."""
    words: Phrases = phrases_in(session.language)
    title = escape(session.title)
    if kind == "Reject" and session.audience != "public":
        # They may just have lost sight of it, and with that of what it is called now.
        return lost_html(session.language)
    if kind == "Reject":
        return f"<p>{words.declined.format(title)}</p>"
    if kind == "TentativeAccept":
        return f"<p>{words.waiting.format(title)}</p>"
    shown = words.link_is_yours.format(title, _anchor(link)) if link else words.no_link.format(title)
    return f"<p>{shown}</p><p>{words.leave.format(_anchor(page))}</p>"


def _anchor(address: str) -> str:
    return f'<a href="{escape(address)}">{escape(address)}</a>'


async def _tell_host(uow: UnitOfWork, kind: str, session: Session, person: Person, address: str) -> None:
    """To the company that holds the session, by the person themselves."""
    host = await uow.db.scalar(select(Company).where(Company.id == session.company_id))
    if session.uri is None or host is None or host.uri is None:
        return
    uris = Uris(uow.settings.origin)
    body = activity(
        kind, id=address, actor=uris.person(person.id), object=session.uri, to=[host.uri], published=uow.now
    )
    await send(
        uow,
        actor=person_actor(person.id),
        activity=body,
        object_uri=session.uri,
        inboxes=[f"{host.uri}/inbox"],
        is_public=False,
    )
