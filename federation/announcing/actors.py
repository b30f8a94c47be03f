"""Tells everybody concerned that one of our actors shows itself anew, or that it has moved."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from alliance.facts import CompanyChanged, ProfileChanged
from alliance.models import Person
from alliance.unit_of_work import UnitOfWork
from federation.announcing.community_groups import loaded_community, tell_community
from federation.announcing.people import on_profile_changed
from federation.documents import company_document, instance_document
from federation.outbox import send
from federation.recipients import follower_inboxes, partner_inboxes, told_of
from federation.uris import COMPANY, INSTANCE, PUBLIC, Uris, community_id_of, person_id_of
from federation.vocabulary.activities import activity
from federation.vocabulary.contexts import ACTOR_CONTEXT, without_context


async def on_company_changed(uow: UnitOfWork, fact: CompanyChanged) -> None:
    """What the company says about itself is on both of its actors."""
    await tell_actor(uow, INSTANCE)
    await tell_actor(uow, COMPANY)


async def tell_actor(uow: UnitOfWork, actor: str) -> None:
    """Update of one of our actors (its key, see uris.py), to allies, followers and whoever was told before.

    That is also how others learn of new keys: whoever holds an old one fetches again at the latest when the
    signature of this very message does not hold.
    """
    person_id = person_id_of(actor)
    if person_id is not None:
        found = select(Person).where(Person.id == person_id).options(joinedload(Person.profile))
        person = await uow.db.scalar(found)
        if person is not None and person.gone_at is None:
            await on_profile_changed(uow, ProfileChanged(person, was_shared=False))
        return
    community_id = community_id_of(actor)
    if community_id is not None:
        community = await loaded_community(uow, community_id)
        if community is not None and community.uri is None:
            await tell_community(uow, community)
        return
    shown = instance_document if actor == INSTANCE else company_document
    uri = Uris(uow.settings.origin).actor(actor)
    body = activity(
        "Update",
        actor=uri,
        object=without_context((await shown(uow.db, uow.settings)).body),
        to=[PUBLIC],
        cc=[f"{uri}/followers"],
        context=ACTOR_CONTEXT,
        published=uow.now,
    )
    inboxes = await partner_inboxes(uow.db) | await everybody_about(uow, actor)
    await send(uow, actor=actor, activity=body, object_uri=uri, inboxes=inboxes, is_public=True)


async def tell_move(uow: UnitOfWork, actor: str, target: str) -> None:
    """Move to everybody who follows, from the account that they follow (FEP-7628, push mode)."""
    uri = Uris(uow.settings.origin).actor(actor)
    followers = f"{uri}/followers"
    body = activity(
        "Move", actor=uri, object=uri, to=[PUBLIC], cc=[followers], published=uow.now, target=target
    )
    inboxes = await everybody_about(uow, actor)
    await send(uow, actor=actor, activity=body, object_uri=uri, inboxes=inboxes, is_public=True)


async def everybody_about(uow: UnitOfWork, actor: str) -> set[str]:
    """Followers of one of our actors, and whoever was ever told of it."""
    uri = Uris(uow.settings.origin).actor(actor)
    return await follower_inboxes(uow.db, uri) | await told_of(uow.db, uri)
