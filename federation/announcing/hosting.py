"""Asks people of allied companies to hold a session with ours, and answers for our people whom allies ask."""

from sqlalchemy import select
from sqlalchemy.orm.attributes import set_committed_value

from alliance.facts import HostingAnswered, HostingAsked, HostingEnded
from alliance.models import CoHost, Company, Person, Session
from alliance.personal_links import personal_link
from alliance.unit_of_work import UnitOfWork
from federation.outbox import new_activity_id, send
from federation.recipients import personal_inbox
from federation.uris import COMPANY, Uris, person_actor
from federation.vocabulary.activities import activity
from federation.vocabulary.values import Json


async def on_asked(uow: UnitOfWork, fact: HostingAsked) -> None:
    """Invite by the company, into those who hold the session: only to the person who is asked.

    The object is not the Event itself: an Invite of that asks people to come (ActivityPods).
    """
    inbox = await _inbox_of(uow, fact.session, fact.person)
    if inbox is None:
        return
    _, address = new_activity_id(uow)
    fact.co_host.request_uri = address
    await uow.db.flush()
    invitation = invitation_json(uow, fact.co_host, fact.session, fact.person)
    await _send(uow, COMPANY, {**invitation, "id": address}, fact.session, [inbox])


async def on_answered(uow: UnitOfWork, fact: HostingAnswered) -> None:
    """Accept or Reject of an ally's Invite by our person; to somebody of an ally who said yes, the way in."""
    if fact.session.uri is None:
        if fact.co_host.state == "yes":
            await _let_in(uow, fact.co_host, fact.session, fact.person)
        return
    host = await uow.db.scalar(select(Company).where(Company.id == fact.session.company_id))
    if fact.person.uri is not None or host is None or host.uri is None or fact.co_host.request_uri is None:
        return
    uris, kind = Uris(uow.settings.origin), "Accept" if fact.co_host.state == "yes" else "Reject"
    _, address = new_activity_id(uow)
    fact.co_host.answer_uri = address if kind == "Accept" else None
    await uow.db.flush()
    body = activity(
        kind,
        id=address,
        actor=uris.person(fact.person.id),
        object=invitation_json(uow, fact.co_host, fact.session, fact.person, host),
        to=[host.uri],
        published=uow.now,
    )
    await _send(uow, person_actor(fact.person.id), body, fact.session, [f"{host.uri}/inbox"])


async def on_ended(uow: UnitOfWork, fact: HostingEnded) -> None:
    """Undo of our Invite."""
    inbox = await _inbox_of(uow, fact.session, fact.person)
    if inbox is None or fact.co_host.request_uri is None:
        return
    uris = Uris(uow.settings.origin)
    invitation = invitation_json(uow, fact.co_host, fact.session, fact.person)
    body = activity(
        "Undo", actor=uris.company, object=invitation, to=[fact.person.uri or ""], published=uow.now
    )
    await _send(uow, COMPANY, body, fact.session, [inbox])


def invitation_json(
    uow: UnitOfWork, co_host: CoHost, session: Session, person: Person, host: Company | None = None
) -> Json:
    """The Invite, ours or (`host`: whose it is) another company's, as it is sent and as it is answered."""
    return written_invitation(Uris(uow.settings.origin), co_host, session, person, host)


def written_invitation(
    uris: Uris, co_host: CoHost, session: Session, person: Person, host: Company | None
) -> Json:
    """The same for who only reads."""
    target = person.uri or uris.person(person.id)
    return {
        "type": "Invite",
        "id": co_host.request_uri,
        "actor": (host.uri if host is not None else None) or uris.company,
        "object": uris.hosts_of(session.uri or uris.session(session.id)),
        "target": target,
        "to": [target],
    }


async def _let_in(uow: UnitOfWork, co_host: CoHost, session: Session, person: Person) -> None:
    """Add: they are among those who hold the session now; with the personal link, to them alone."""
    inbox = await _inbox_of(uow, session, person)
    if inbox is None:
        return
    uris = Uris(uow.settings.origin)
    set_committed_value(co_host, "session", session)
    link = personal_link(uow.settings.origin, uow.vault, co_host)
    page: Json = {"type": "Page", "url": link, "mediaType": "text/html", "name": session.title}
    more: Json = {"result": page} if link else {}
    body = activity(
        "Add",
        actor=uris.company,
        object=person.uri or "",
        to=[person.uri or ""],
        published=uow.now,
        target=uris.hosts_of(uris.session(session.id)),
        **more,
    )
    await _send(uow, COMPANY, body, session, [inbox], is_sealed=True)


async def _inbox_of(uow: UnitOfWork, session: Session, person: Person) -> str | None:
    """Where somebody from elsewhere is told of a session of ours; None for everybody and everything else."""
    if session.uri is not None or person.uri is None:
        return None
    return await personal_inbox(uow.db, person)


async def _send(
    uow: UnitOfWork,
    actor: str,
    body: Json,
    session: Session,
    inboxes: list[str],
    *,
    is_sealed: bool = False,
) -> None:
    # Not stored under the session's own address: a Delete of the session goes to whoever was told of that.
    about = Uris.hosts_of(session.uri or Uris(uow.settings.origin).session(session.id))
    await send(
        uow,
        actor=actor,
        activity=body,
        object_uri=about,
        inboxes=inboxes,
        is_public=False,
        is_sealed=is_sealed,
    )
