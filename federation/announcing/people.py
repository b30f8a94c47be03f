"""Tells others what one of our people shows of themselves, and when they are to be forgotten."""

from sqlalchemy import select

from alliance.facts import CompanyFounded, EmployeeAdded, PersonErased, ProfileChanged
from alliance.models import Erasure, Partner
from alliance.unit_of_work import UnitOfWork
from alliance.visibility import STRANGER
from federation.documents import Document, person_document, person_for_allies, profile_audience
from federation.keys import generate_keys
from federation.our_actors import forget_actor
from federation.outbox import send
from federation.recipients import follower_inboxes, partner_inboxes, told_of
from federation.uris import COMPANY, INSTANCE, PUBLIC, Uris, person_actor
from federation.vocabulary.activities import activity
from federation.vocabulary.contexts import ACTOR_CONTEXT, without_context


async def on_company_founded(uow: UnitOfWork, fact: CompanyFounded) -> None:
    """Instance and company get their keys."""
    await generate_keys(uow, INSTANCE)
    await generate_keys(uow, COMPANY)


async def on_employee_added(uow: UnitOfWork, fact: EmployeeAdded) -> None:
    """A person gets keys."""
    await generate_keys(uow, person_actor(fact.person.id))


async def on_profile_changed(uow: UnitOfWork, fact: ProfileChanged) -> None:
    """Update of the person to who may see the profile; whoever no longer may gets as little as that is."""
    uris = Uris(uow.settings.origin)
    actor = uris.person(fact.person.id)
    audience = await profile_audience(uow.db, fact.person.id)
    allies, told = await partner_inboxes(uow.db), await told_of(uow.db, actor)
    ally_document = await person_for_allies(uow.db, uow.settings, fact.person.id)
    if audience == "public":
        inboxes = allies | told | await follower_inboxes(uow.db, actor)
        await _send_update(uow, fact.person.id, ally_document, inboxes, is_public=True)
        return
    # Allies also fetch what was published before they were allies: not only who was told may know it.
    inboxes = allies if audience == "alliance" or fact.was_shared else allies & told
    if inboxes:
        await _send_update(uow, fact.person.id, ally_document, inboxes, is_public=False)
    if losers := told - allies:
        document = await person_document(uow.db, STRANGER, uow.settings, fact.person.id)
        await _send_update(uow, fact.person.id, document, losers, is_public=False)


async def on_person_erased(uow: UnitOfWork, fact: PersonErased) -> None:
    """Delete of the actor, to all allies and to everybody who ever heard of them."""
    uris = Uris(uow.settings.origin)
    actor = uris.person(fact.person.id)
    inboxes = await partner_inboxes(uow.db) | await told_of(uow.db, actor)
    inboxes |= await follower_inboxes(uow.db, actor)
    body = activity("Delete", actor=actor, object=actor, to=[uris.partners], published=uow.now)
    asked = await send(
        uow,
        actor=person_actor(fact.person.id),
        activity=body,
        object_uri=actor,
        inboxes=inboxes,
        is_public=False,
    )
    await _note_who_has_to_confirm(uow, actor, asked.id)
    await forget_actor(uow, person_actor(fact.person.id))


async def _note_who_has_to_confirm(uow: UnitOfWork, actor: str, activity_id: int) -> None:
    """One row for each partner; paused ones stay open, as nothing is sent there."""
    partners = await uow.db.scalars(
        select(Partner.company_id).where(Partner.state.in_(("allied", "paused"))).order_by(Partner.company_id)
    )
    for company_id in partners.all():
        asked = {"uri": actor, "company_id": company_id, "activity_id": activity_id, "asked_at": uow.now}
        uow.db.add(Erasure(id=uow.new_id(), state="open", **asked))


async def _send_update(
    uow: UnitOfWork, person_id: int, document: Document, inboxes: set[str], *, is_public: bool
) -> None:
    uris = Uris(uow.settings.origin)
    actor = uris.person(person_id)
    body = activity(
        "Update",
        actor=actor,
        object=without_context(document.body),
        to=[PUBLIC] if is_public else [uris.partners],
        cc=[f"{actor}/followers"] if is_public else None,
        context=ACTOR_CONTEXT,
        published=uow.now,
    )
    key = person_actor(person_id)
    await send(uow, actor=key, activity=body, object_uri=actor, inboxes=inboxes, is_public=is_public)
