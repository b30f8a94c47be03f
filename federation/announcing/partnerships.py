"""The handshake between two instances: each follows the other, and both follows are accepted."""

from datetime import timedelta

from sqlalchemy import select

from alliance.facts import (
    PartnerAccepted,
    PartnerAllied,
    PartnerDeclined,
    PartnerInvited,
    PartnerLeft,
    PartnerResumed,
)
from alliance.models import Attendance, Company, Person, Session
from alliance.receiving import partner_allied
from alliance.unit_of_work import UnitOfWork
from federation.announcing.attendances import answer
from federation.announcing.circle_words import tell_circles_again
from federation.announcing.circles import tell_calls_again
from federation.announcing.conversation_again import tell_again
from federation.announcing.memberships import tell_memberships_again
from federation.announcing.sessions import send_delete
from federation.announcing.stories import tell_stories_again
from federation.announcing.wishes import tell_wishes_again
from federation.catch_ups import ask_for_catch_up
from federation.documents import instance_document
from federation.follower_digests import FollowersChanged
from federation.models import Follow, OutboxActivity
from federation.outbox import new_activity_id, send
from federation.recipients import inbox_of
from federation.uris import INSTANCE, Uris
from federation.vocabulary.activities import activity
from federation.vocabulary.contexts import ACTIVITYSTREAMS, ACTOR_CONTEXT, without_context
from federation.vocabulary.values import Json

_WITHDRAWN_AT_ONCE = 1000
_LATELY = timedelta(days=90)


async def on_invited(uow: UnitOfWork, fact: PartnerInvited) -> None:
    """We ask: Follow, instance to instance."""
    await _follow(uow, fact.company)


async def on_accepted(uow: UnitOfWork, fact: PartnerAccepted) -> None:
    """We say yes: Accept of their Follow, and ours in return."""
    theirs = await their_follow(uow, fact.company)
    if theirs is not None:
        await confirm(uow, theirs, fact.company)
    if await our_follow(uow, fact.company) is None:
        await _follow(uow, fact.company)
    await ally_if_both_agreed(uow, fact.company)


async def on_declined(uow: UnitOfWork, fact: PartnerDeclined) -> None:
    """We say no: Reject of their Follow."""
    await _reject_theirs(uow, fact.company)


async def on_left(uow: UnitOfWork, fact: PartnerLeft) -> None:
    """We leave: Undo of our Follow and Reject of theirs."""
    ours = await our_follow(uow, fact.company)
    if ours is not None:
        uris = Uris(uow.settings.origin)
        follow = _follow_json(ours.activity_uri, uris.instance, ours.followed_uri)
        await _send(uow, "Undo", follow, fact.company)
        await uow.db.delete(ours)
    await _reject_theirs(uow, fact.company)


async def on_allied(uow: UnitOfWork, fact: PartnerAllied) -> None:
    """Fetches theirs, and tells them that we now answer as allies do, so that they fetch ours."""
    await ask_for_catch_up(uow, fact.company.id)
    await introduce_ourselves(uow, fact.company)
    await tell_again(uow, fact.company)
    await tell_stories_again(uow, fact.company)
    await tell_wishes_again(uow, fact.company)
    await tell_memberships_again(uow, fact.company)
    await tell_calls_again(uow, fact.company)


async def on_resumed(uow: UnitOfWork, fact: PartnerResumed) -> None:
    """After a pause: they shall look again, forget what is gone, and know where their people stand and
    what was said."""
    company = fact.company
    await ask_for_catch_up(uow, company.id)
    await _tell_withdrawn(uow, company)
    await _answer_again(uow, company)
    await tell_again(uow, company)
    await tell_stories_again(uow, company)
    await tell_wishes_again(uow, company)
    await tell_memberships_again(uow, company)
    await tell_calls_again(uow, company)
    await tell_circles_again(uow, company)
    await introduce_ourselves(uow, company)


async def introduce_ourselves(uow: UnitOfWork, company: Company) -> None:
    """Update of our instance actor; an allied instance that hears it fetches our upcoming sessions anew."""
    document = await instance_document(uow.db, uow.settings)
    await _send(uow, "Update", without_context(document.body), company, context=ACTOR_CONTEXT)


async def our_follow(uow: UnitOfWork, company: Company) -> Follow | None:
    """The Follow with which we asked them."""
    return await _stored(uow, Uris(uow.settings.origin).instance, company.instance_uri)


async def their_follow(uow: UnitOfWork, company: Company) -> Follow | None:
    """The Follow with which they asked us."""
    return await _stored(uow, company.instance_uri, Uris(uow.settings.origin).instance)


async def confirm(uow: UnitOfWork, theirs: Follow, company: Company) -> None:
    """Accepts their Follow; saying it twice does no harm."""
    theirs.state = "accepted"
    uow.record(FollowersChanged(theirs.followed_uri))
    follow = _follow_json(theirs.activity_uri, theirs.follower_uri, theirs.followed_uri)
    await _send(uow, "Accept", follow, company)


async def ally_if_both_agreed(uow: UnitOfWork, company: Company) -> None:
    """Allied is who accepted our Follow and whose Follow we accepted."""
    ours, theirs = await our_follow(uow, company), await their_follow(uow, company)
    if ours is None or theirs is None:
        return
    if ours.state == "accepted" and theirs.state == "accepted":
        await partner_allied(uow, company.id)


async def forget_follows(uow: UnitOfWork, company: Company) -> None:
    """Nobody follows anybody any more; a new alliance begins with new questions on both sides."""
    for follow in (await our_follow(uow, company), await their_follow(uow, company)):
        if follow is not None:
            await uow.db.delete(follow)
            uow.record(FollowersChanged(follow.followed_uri))


async def _follow(uow: UnitOfWork, company: Company) -> None:
    if company.instance_uri is None:
        return
    uris = Uris(uow.settings.origin)
    _, address = new_activity_id(uow)
    ours = await our_follow(uow, company)
    if ours is None:
        ours = Follow(
            id=uow.new_id(),
            follower_uri=uris.instance,
            followed_uri=company.instance_uri,
            created_at=uow.now,
        )
        uow.db.add(ours)
    ours.state, ours.activity_uri = "asked", address
    await uow.db.flush()
    await _send(uow, "Follow", company.instance_uri, company, id=address)


async def _reject_theirs(uow: UnitOfWork, company: Company) -> None:
    theirs = await their_follow(uow, company)
    if theirs is not None:
        follow = _follow_json(theirs.activity_uri, theirs.follower_uri, theirs.followed_uri)
        await _send(uow, "Reject", follow, company)
        await uow.db.delete(theirs)
        uow.record(FollowersChanged(theirs.followed_uri))


async def _stored(uow: UnitOfWork, follower: str | None, followed: str | None) -> Follow | None:
    return await uow.db.scalar(
        select(Follow).where(Follow.follower_uri == follower, Follow.followed_uri == followed)
    )


def _follow_json(id: str, follower: str, followed: str) -> Json:  # noqa: A002 - the property's own name
    return {"id": id, "type": "Follow", "actor": follower, "object": followed}


async def _send(
    uow: UnitOfWork,
    kind: str,
    about: str | Json,
    company: Company,
    *,
    id: str | None = None,  # noqa: A002
    context: object = ACTIVITYSTREAMS,
) -> None:
    """From instance to instance, about nobody else."""
    uris = Uris(uow.settings.origin)
    to = [company.instance_uri] if company.instance_uri else []
    body = activity(kind, id=id, actor=uris.instance, object=about, to=to, context=context, published=uow.now)
    object_uri = about if isinstance(about, str) else str(about["id"])
    await send(
        uow,
        actor=INSTANCE,
        activity=body,
        object_uri=object_uri,
        inboxes=[inbox_of(company)],
        is_public=False,
    )


async def _tell_withdrawn(uow: UnitOfWork, company: Company) -> None:
    """Deletes of what others knew and what has gone from their sight of late, perhaps during the pause."""
    uris = Uris(uow.settings.origin)
    gone = await uow.db.scalars(
        select(Session)
        .where(Session.uri.is_(None), Session.updated_at > uow.now - _LATELY)
        .where(Session.withdrawn_at.is_not(None) | (Session.audience == "company"))
        .order_by(Session.id)
        .limit(_WITHDRAWN_AT_ONCE)
    )
    sessions = {uris.session(session.id): session for session in gone}
    shared = await uow.db.scalars(
        select(OutboxActivity.object_uri)
        .distinct()
        .where(OutboxActivity.object_uri.in_(sessions), OutboxActivity.type == "Create")
    )
    for page in sorted(shared.all()):
        await send_delete(uow, sessions[page], {inbox_of(company)}, is_public=False)


async def _answer_again(uow: UnitOfWork, company: Company) -> None:
    """What became of their people's places during the pause."""
    rows = await uow.db.execute(
        select(Attendance, Session, Person)
        .join(Session, Session.id == Attendance.session_id)
        .join(Person, Person.id == Attendance.person_id)
        .where(Person.company_id == company.id, Session.uri.is_(None), Session.ends_at > uow.now)
        .order_by(Attendance.id)
    )
    for attendance, session, person in rows.all():
        await answer(uow, attendance, session, person)
