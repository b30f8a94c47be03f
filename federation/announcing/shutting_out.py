"""What follows when a domain or an actor is shut out, and how others are asked to look at what they sent."""

from sqlalchemy import delete, or_, select, update

from alliance.facts import ActorBlocked, DomainTreated, ReportForwarded
from alliance.models import Comment, Company, Person, Report, Session, Story
from alliance.models.domain_policy import Policies, is_treated
from alliance.queries.reports import policies
from alliance.unit_of_work import UnitOfWork
from federation.follower_digests import FollowersChanged
from federation.models import Delivery, Follow, Lane, RemoteActor
from federation.outbox import send
from federation.recipients import inbox_of
from federation.uris import INSTANCE, Uris, host_of
from federation.vocabulary.activities import activity
from federation.vocabulary.values import Json

_AT_ONCE = 5000


async def on_domain_treated(uow: UnitOfWork, fact: DomainTreated) -> None:
    """A suspended domain is followed no longer and follows nobody, and what waits for it is dropped.

    It is told nothing of this.
    """
    if not fact.suspended:
        return
    treated = await policies(uow.db)
    await _part(uow, treated)
    lanes = select(Lane.id).where(Lane.direction == "out", is_treated(Lane.host, "suspend"))
    await uow.db.execute(
        update(Delivery)
        .where(Delivery.lane_id.in_(lanes), Delivery.state.in_(("waiting", "dead")))
        .values(state="dropped", finished_at=uow.now, last_error="the domain is suspended")
        .execution_options(synchronize_session=False)
    )


async def on_actor_blocked(uow: UnitOfWork, fact: ActorBlocked) -> None:
    """Ends the follows of a blocked actor in both directions."""
    if fact.blocked:
        named = or_(Follow.follower_uri == fact.actor_uri, Follow.followed_uri == fact.actor_uri)
        await _end(uow, list(await uow.db.scalars(select(Follow).where(named))))


async def on_report_forwarded(uow: UnitOfWork, fact: ReportForwarded) -> None:
    """Flag by the instance, as a whole: who reported it stays here."""
    uris, report = Uris(uow.settings.origin), fact.report
    objects = await _objects(uow, report)
    inbox = await _inbox(uow, objects[0]) if objects else None
    if inbox is None:
        return
    body: Json = activity("Flag", actor=uris.instance, object="", to=[objects[0]], published=uow.now)
    body["object"], body["content"] = objects, report.reason
    await send(uow, actor=INSTANCE, activity=body, object_uri=objects[-1], inboxes=[inbox], is_public=False)


async def _part(uow: UnitOfWork, treated: Policies) -> None:
    ours = Uris(uow.settings.origin)
    last = 0
    while True:
        rows = list(
            await uow.db.scalars(select(Follow).where(Follow.id > last).order_by(Follow.id).limit(_AT_ONCE))
        )
        if not rows:
            return
        last = rows[-1].id
        await _end(uow, [row for row in rows if treated.of(host_of(_theirs(row, ours))).suspended])


def _theirs(follow: Follow, ours: Uris) -> str:
    return follow.followed_uri if ours.is_ours(follow.follower_uri) else follow.follower_uri


async def _end(uow: UnitOfWork, follows: list[Follow]) -> None:
    await uow.db.execute(delete(Follow).where(Follow.id.in_([follow.id for follow in follows])))
    for followed in {follow.followed_uri for follow in follows}:
        uow.record(FollowersChanged(followed))


async def _objects(uow: UnitOfWork, report: Report) -> list[str]:
    """Whoever it is about, then what they wrote; Mastodon files reports under the first account named."""
    if report.comment_id is not None:
        named = select(Person.uri, Comment.uri).join(Comment, Comment.author_id == Person.id)
        named = named.where(Comment.id == report.comment_id)
    elif report.session_id is not None:
        named = select(Company.uri, Session.uri).join(Session, Session.company_id == Company.id)
        named = named.where(Session.id == report.session_id)
    elif report.story_id is not None:
        named = select(Person.uri, Story.uri).join(Story, Story.author_id == Person.id)
        named = named.where(Story.id == report.story_id)
    else:
        named = select(Person.uri, Person.uri).where(Person.id == report.person_id)
    row = (await uow.db.execute(named)).one()
    return list(dict.fromkeys(uri for uri in row if uri is not None))


async def _inbox(uow: UnitOfWork, actor_uri: str) -> str | None:
    """Of the server that the actor lives on: as it told us, or as companies have it."""
    known = await uow.db.scalar(
        select(RemoteActor).where(RemoteActor.uri == actor_uri, RemoteActor.gone_at.is_(None))
    )
    if known is not None:
        return known.shared_inbox or known.inbox
    company = await uow.db.scalar(
        select(Company).where(Company.host == host_of(actor_uri), Company.is_home.is_(False))
    )
    return inbox_of(company) if company is not None else None
