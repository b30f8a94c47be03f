"""Who holds an ally's session besides its host: its own people, and others where they said yes themselves.

A company can't name somebody of another company as a host: the Accept that it points at is fetched from where
that person is at home, and so is the name.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import Select, select

from alliance.errors import Invalid
from alliance.models import MOST_CO_HOSTS, CoHost, Person, Session
from alliance.receiving_hosting import BELIEVED_FOR, receive_co_hosts
from alliance.unit_of_work import UnitOfWork
from federation.actors import find_actor
from federation.failures import FetchFailed, GoneThere, MissingThere
from federation.fetch import Budget
from federation.translate.news import organizer_of
from federation.uris import Uris, host_of
from federation.vocabulary.event import Event, Organizer
from federation.vocabulary.values import Json, Malformed, id_of

if TYPE_CHECKING:
    from federation.wiring import Federation


async def believed(federation: "Federation", event: Event, budget: Budget) -> Event:
    """The Event with those organizers from elsewhere confirmed who said yes, without those who did not.

    Who could not be asked stays as unconfirmed as before. Our own people are left out: of them we know.
    """
    found: list[Organizer] = []
    asked = 0
    for organizer in event.organizers:
        if federation.uris.is_ours(organizer.id):
            continue
        if host_of(organizer.id) == host_of(event.id):
            found.append(organizer)
        elif organizer.approved_by is not None and asked < MOST_CO_HOSTS:
            asked += 1
            checked = await _checked(federation, event, organizer, organizer.approved_by, budget)
            found += [checked] if checked is not None else []
    return replace(event, organizers=tuple(found))


async def take_in_co_hosts(uow: UnitOfWork, session: Session, event: Event) -> None:
    """Stores whom the Event names besides the host; those alone who can be believed."""
    host, told = organizer_of(event), {}
    ours = Uris(uow.settings.origin)
    for organizer in event.organizers:
        if organizer.id == (host.id if host else None) or ours.is_ours(organizer.id):
            continue
        is_believed = host_of(organizer.id) == host_of(event.id) or organizer.is_confirmed
        if not is_believed and not await _was_confirmed(uow, event.id, organizer):
            continue
        person_id = await uow.db.scalar(
            select(Person.id).where(Person.uri == organizer.id, Person.gone_at.is_(None))
        )
        if person_id is not None:
            told[person_id] = organizer.approved_by
    if told or session.co_host_ids:
        await receive_co_hosts(uow, session, told)


def is_yes(document: Json, event_uri: str, person_uri: str) -> bool:
    """Whether this is the yes of that person to holding that session."""
    invitation = document.get("object")
    try:
        return (
            document.get("type") == "Accept"
            and id_of(document.get("actor"), "actor") == person_uri
            and isinstance(invitation, dict)
            and invitation.get("type") == "Invite"
            and id_of(invitation.get("object"), "object") == Uris.hosts_of(event_uri)
            and id_of(invitation.get("target"), "target") == person_uri
        )
    except Malformed:
        return False


async def _checked(
    federation: "Federation", event: Event, organizer: Organizer, answer_uri: str, budget: Budget
) -> Organizer | None:
    """None where they did not say yes, or no longer do."""
    if host_of(answer_uri) != host_of(organizer.id):
        return None
    if await _is_fresh(federation, event.id, organizer):
        return organizer
    try:
        document = await federation.fetcher.document(answer_uri, budget)
        if document.id != answer_uri or not is_yes(dict(document.data), event.id, organizer.id):
            return None
        actor = await find_actor(federation, organizer.id, budget)
    except (GoneThere, MissingThere, Malformed, Invalid):
        return None
    except FetchFailed:
        return organizer
    if actor.type != "Person" or not actor.name:
        return None
    return replace(organizer, name=actor.name, is_confirmed=True)


async def _is_fresh(federation: "Federation", event_uri: str, organizer: Organizer) -> bool:
    since = federation.instance.clock.now() - BELIEVED_FOR
    async with federation.instance.reading() as db:
        return await db.scalar(_yes(event_uri, organizer).where(CoHost.since > since)) is not None


async def _was_confirmed(uow: UnitOfWork, event_uri: str, organizer: Organizer) -> bool:
    return await uow.db.scalar(_yes(event_uri, organizer)) is not None


def _yes(event_uri: str, organizer: Organizer) -> Select[int]:
    return (
        select(CoHost.id)
        .join(Session, Session.id == CoHost.session_id)
        .join(Person, Person.id == CoHost.person_id)
        .where(Session.uri == event_uri, Person.uri == organizer.id)
        .where(CoHost.state == "yes", CoHost.answer_uri == organizer.approved_by)
    )
