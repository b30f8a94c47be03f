"""What comes in about communities: allies tell of theirs, and their companies and people take part in ours.

Shared by Add, Announce, Delete, Follow, Reject, Remove, Undo and Update, each of which asks here first.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from alliance.community_members import crowd_told, recount
from alliance.errors import Invalid
from alliance.models import Community, CommunityMember, Company, Person, Session, Story, Wish
from alliance.queries.wishes import is_open
from alliance.receiving_communities import (
    post_of,
    posted_by_partner,
    receive_community,
    stands_there,
    stands_there_no_more,
    unposted_by_partner,
)
from alliance.receiving_people import receive_person
from alliance.unit_of_work import UnitOfWork
from alliance.upserts import insert
from federation.failures import GoneThere, MissingThere
from federation.fetch import Budget
from federation.handlers.co_hosts import believed
from federation.handlers.handling import PROCESSED, Incoming, Outcome, Refused, ignored, refused
from federation.handlers.sessions import take_in
from federation.handlers.standing import Standing, home_of, not_allied, publisher
from federation.handlers.wishes import WishTold, authorise_author, receive_wish_told, wish_fetched
from federation.outbox import send
from federation.translate.community_group import community_news
from federation.translate.news import person_news
from federation.uris import Uris, community_actor, community_id_of, host_of
from federation.vocabulary.activities import Activity, activity, parse_activity
from federation.vocabulary.actor import Actor
from federation.vocabulary.community import Community as Group
from federation.vocabulary.community import is_community, parse_community
from federation.vocabulary.event import Event, parse_event
from federation.vocabulary.values import Json, id_of, uri_or_none, whole

if TYPE_CHECKING:
    from federation.wiring import Federation

FEATURED = "/featured"


@dataclass(frozen=True)
class GroupTold:
    """An ally's community as it now shows itself."""

    group: Group


@dataclass(frozen=True)
class CrowdTold:
    """An allied company says how many of its people are in a community of ours."""

    address: str
    community_id: int
    count: int


@dataclass(frozen=True)
class Placed:
    """An allied company puts a session or a request of its own into a community of ours, or takes it out."""

    activity: Activity
    community_id: int
    thing: Event | WishTold | None = None


@dataclass(frozen=True)
class Shown:
    """An ally's community announces something; with the thing itself, where we did not know it."""

    activity: Activity
    object: str
    thing: Event | WishTold | None = None


def group_told(incoming: Activity) -> GroupTold | None:
    """A community that speaks of itself (Update); None for everything else. Raises Malformed."""
    if incoming.object != incoming.actor or not is_community(incoming.embedded):
        return None
    return GroupTold(parse_community(incoming.embedded or {}))


def crowd_told_in(incoming: Activity, uris: Uris) -> CrowdTold | None:
    """The number of members of a company (Update of a Collection); None for everything else."""
    crowd = incoming.embedded or {}
    if incoming.embedded_type != "Collection":
        return None
    named = uri_or_none(crowd.get("audience"))
    community_id = community_id_of(uris.actor_key(named or "") or "")
    count = whole(crowd.get("totalItems"))
    if community_id is None or count is None:
        return None
    return CrowdTold(incoming.object, community_id, count)


def authorise_told(incoming: Incoming, told: GroupTold | CrowdTold) -> None:
    """A Group speaks of itself, a company of its own people. Raises Refused."""
    if isinstance(told, GroupTold) and told.group.actor.id != incoming.actor_uri:
        raise Refused("an actor changes only itself")
    if isinstance(told, CrowdTold) and host_of(told.address) != host_of(incoming.actor_uri):
        raise Refused("the number is about others")


async def receive_group(uow: UnitOfWork, incoming: Incoming, told: GroupTold | CrowdTold) -> Outcome:
    """Stores an ally's community, or counts its people in ours."""
    if isinstance(told, CrowdTold):
        return await _receive_crowd(uow, incoming, told)
    standing = await home_of(uow.db, incoming.host)
    refusal = not_allied(standing)
    if standing is None or refusal is not None:
        return refusal or ignored("not allied")
    if incoming.actor_uri in (standing.company.uri, standing.company.instance_uri):
        return refused("a company is no community")
    if await uow.db.scalar(select(Person.id).where(Person.uri == incoming.actor_uri)) is not None:
        return refused("a person is no community")
    try:
        known = await receive_community(uow, standing.company, community_news(told.group, uow.now))
    except Invalid as error:
        return ignored(error.detail[:200])
    return PROCESSED if known is not None else ignored("something newer is known")


def placed_in(incoming: Incoming, federation: "Federation") -> int | None:
    """The community of ours whose list an Add or Remove is about, None for other lists. Raises Malformed."""
    target = id_of(incoming.activity.get("target"), "target")
    if not target.endswith(FEATURED):
        return None
    return community_id_of(federation.uris.actor_key(target.removesuffix(FEATURED)) or "")


async def placed(
    federation: "Federation", incoming: Incoming, community_id: int, budget: Budget, *, wanted: bool
) -> Placed:
    """Reads it; what is placed is fetched from its company where we don't know it yet. Raises Malformed,
    FetchFailed."""
    told = parse_activity(incoming.activity)
    async with federation.instance.reading() as db:
        standing = await publisher(db, told.actor)
        known = await db.scalar(select(Session.id).where(Session.uri == told.object))
        known = known or await db.scalar(select(Wish.id).where(Wish.uri == told.object))
    if not wanted or known is not None or not_allied(standing) is not None:
        return Placed(told, community_id)
    if host_of(told.object) != host_of(told.actor):
        return Placed(told, community_id)
    return Placed(told, community_id, await _thing(federation, told.object, budget))


def authorise_placed(incoming: Incoming, told: Placed) -> None:
    """A company places sessions and requests of its own, which lie on its own host. Raises Refused."""
    if host_of(told.activity.object) != host_of(incoming.actor_uri):
        raise Refused("the session is on another host")
    if isinstance(told.thing, Event) and told.thing.attributed_to != incoming.actor_uri:
        raise Refused("the session is somebody else's")
    if isinstance(told.thing, WishTold):
        authorise_author(told.thing)
        if host_of(told.thing.author.id) != host_of(incoming.actor_uri):
            raise Refused("the request is somebody else's")


async def receive_placed(uow: UnitOfWork, incoming: Incoming, told: Placed, *, wanted: bool) -> Outcome:
    """Lets it stand there if the company is allied and has members there, else says no (Reject)."""
    standing = await publisher(uow.db, incoming.actor_uri)
    refusal = not_allied(standing)
    if standing is None or refusal is not None:
        return refusal or ignored("not allied")
    await _take_thing_in(uow, standing.company, told.thing)
    community = await uow.db.get(Community, told.community_id)
    theirs = await _theirs(uow, standing.company.id, told.activity.object, wanted=wanted)
    if community is None or community.uri is not None or community.audience == "company":
        return ignored("no such community")
    if not wanted:
        gone = theirs is not None and await unposted_by_partner(uow, community, *theirs)
        return PROCESSED if gone else ignored("nothing to take out")
    why = "nothing of theirs that is for us"
    if theirs is not None:
        why = await posted_by_partner(uow, community, *theirs, standing.company.id)
    if why:
        await _say_no(uow, community, incoming, told.activity)
        return refused(why)
    return PROCESSED


async def _take_thing_in(uow: UnitOfWork, company: Company, thing: Event | WishTold | None) -> None:
    if isinstance(thing, Event):
        await take_in(uow, company, thing)
    elif thing is not None:
        await receive_wish_told(uow, thing)


async def _theirs(uow: UnitOfWork, company_id: int, uri: str, *, wanted: bool) -> tuple[str, int] | None:
    """Which session or request of a company it is; of requests, who wants them in must still be asking."""
    session = await uow.db.scalar(
        select(Session.id).where(Session.uri == uri, Session.company_id == company_id)
    )
    if session is not None:
        return "session", session
    wish = await uow.db.scalar(
        select(Wish)
        .join(Person, Person.id == Wish.author_id)
        .where(Wish.uri == uri, Person.company_id == company_id)
    )
    if wish is None or (wanted and (wish.audience == "company" or not is_open(wish, uow.now))):
        return None
    return "wish", wish.id


async def community_that_says(db: AsyncSession, actor_uri: str) -> Community | None:
    """The community of an allied company behind an actor; None for every other actor."""
    community = await db.scalar(
        select(Community)
        .where(Community.uri == actor_uri, Community.state == "open")
        .options(joinedload(Community.company))
    )
    if community is None:
        return None
    standing = await home_of(db, community.company.host)
    return community if standing is not None and standing.is_allied else None


async def shown(federation: "Federation", told: Activity, budget: Budget) -> Shown | None:
    """What an ally's community announces; None where nobody of that kind says it.

    What an ally published is fetched from its own server where we don't know it. Raises Malformed,
    FetchFailed.
    """
    async with federation.instance.reading() as db:
        if await community_that_says(db, told.actor) is None:
            return None
        known = await _subject(db, federation.uris, told.object)
        author = await home_of(db, host_of(told.object))
    if known is not None or federation.uris.is_ours(told.object) or not_allied(author) is not None:
        return Shown(told, told.object)
    return Shown(told, told.object, await _thing(federation, told.object, budget))


def authorise_shown(incoming: Incoming, told: Shown) -> None:
    """Whoever announces, the thing must be at home where its author is. Raises Refused."""
    thing = told.thing
    if isinstance(thing, Event) and host_of(thing.attributed_to) != host_of(thing.id):
        raise Refused("the author is on another host than the session")
    if isinstance(thing, WishTold):
        authorise_author(thing)


async def receive_shown_there(uow: UnitOfWork, uris: Uris, incoming: Incoming, told: Shown) -> Outcome:
    """Notes that it stands there; shown is it only to whoever may see it anyway."""
    community = await community_that_says(uow.db, incoming.actor_uri)
    if community is None:
        return ignored("not allied")
    if told.thing is not None:
        author = await _publisher_of(uow, told.thing)
        if author is None or not author.is_allied:
            return ignored("the author is nobody's ally")
        await _take_thing_in(uow, author.company, told.thing)
    subject = await _subject(uow.db, uris, told.object)
    if subject is None:
        return ignored("nothing that we know")
    if uris.is_ours(told.object):
        post = await post_of(uow, community, *subject)
        if post is None or post.posted_by is None:
            return ignored("nobody put it there")
    await stands_there(uow, community, *subject)
    return PROCESSED


async def _publisher_of(uow: UnitOfWork, thing: Event | WishTold) -> Standing | None:
    if isinstance(thing, Event):
        return await publisher(uow.db, thing.attributed_to)
    return await home_of(uow.db, host_of(thing.author.id))


async def receive_taken_back(
    uow: UnitOfWork, uris: Uris, incoming: Incoming, about: str | None
) -> Outcome | None:
    """An ally's community takes an Announce back; None where nobody of that kind says it."""
    community = await community_that_says(uow.db, incoming.actor_uri)
    if community is None:
        return None
    subject = await _subject(uow.db, uris, about or "")
    if subject is None or not await stands_there_no_more(uow, community, *subject):
        return ignored("nothing to undo")
    return PROCESSED


async def receive_refusal(uow: UnitOfWork, uris: Uris, incoming: Incoming, about: str) -> Outcome:
    """An ally's community does not take in what we put there (Reject of our Add)."""
    done = await receive_taken_back(uow, uris, incoming, about)
    return done or ignored("nothing that was asked")


async def follower_joined(uow: UnitOfWork, key: str, follower: Actor) -> None:
    """Somebody of an allied company follows a community of ours: a member by name, if they show one."""
    community_id = community_id_of(key)
    if community_id is None or follower.type != "Person" or not follower.name:
        return
    standing = await home_of(uow.db, host_of(follower.id))
    if standing is None or not standing.is_allied:
        return
    person = await receive_person(uow, person_news(follower))
    if person.gone_at is not None:
        return
    row = insert(uow.db, CommunityMember).values(
        community_id=community_id, person_id=person.id, role="member", is_shown=True, joined_at=uow.now
    )
    await uow.db.execute(row.on_conflict_do_nothing(index_elements=["community_id", "person_id"]))
    await _recounted(uow, community_id)


async def may_be_followed(uow: UnitOfWork, key: str, *, is_ally: bool) -> bool | None:
    """Whether a community of ours lets itself be followed; None for a key of something else."""
    community_id = community_id_of(key)
    if community_id is None:
        return None
    community = await uow.db.get(Community, community_id)
    if community is None or community.uri is not None or community.state != "open":
        return False
    return community.audience == "public" or (is_ally and community.audience == "alliance")


async def _receive_crowd(uow: UnitOfWork, incoming: Incoming, told: CrowdTold) -> Outcome:
    standing = await publisher(uow.db, incoming.actor_uri)
    refusal = not_allied(standing)
    if standing is None or refusal is not None:
        return refusal or ignored("not allied")
    community = await uow.db.get(Community, told.community_id)
    if community is None or community.uri is not None or community.state != "open":
        return ignored("no such community")
    if community.audience == "company":
        return ignored("no such community")
    await crowd_told(uow, community, standing.company.id, told.count)
    return PROCESSED


async def _recounted(uow: UnitOfWork, community_id: int) -> None:
    community = await uow.db.get(Community, community_id)
    if community is not None:
        await recount(uow, community)


async def _thing(federation: "Federation", uri: str, budget: Budget) -> Event | WishTold | None:
    """A session or a request from its own server; None for what is gone, not for us, or something else."""
    try:
        document = await federation.fetcher.document(uri, budget)
    except (MissingThere, GoneThere):
        return None
    data: Json = dict(document.data)
    if data.get("type") != "Event":
        return await wish_fetched(federation, data, budget)
    return await believed(federation, parse_event(data), budget)


async def _subject(db: AsyncSession, uris: Uris, uri: str) -> tuple[str, int] | None:
    """Which session, story or request an address names, ours or one that we know."""
    own = uris.session_id(uri)
    which = Session.id == own if own is not None else Session.uri == uri
    session = await db.scalar(select(Session.id).where(which, Session.withdrawn_at.is_(None)))
    if session is not None:
        return "session", session
    key = uris.story_key(uri)
    told = Story.id == key[0] if key is not None else Story.uri == uri
    story = await db.scalar(select(Story.id).where(told, Story.state == "shown"))
    if story is not None:
        return "story", story
    key = uris.wish_key(uri)
    asked = and_(Wish.id == key[0], Wish.token == key[1]) if key is not None else Wish.uri == uri
    wish = await db.scalar(select(Wish.id).where(asked, Wish.state.not_in(("hidden", "deleted"))))
    return ("wish", wish) if wish is not None else None


async def _say_no(uow: UnitOfWork, community: Community, incoming: Incoming, asked: Activity) -> None:
    """Reject to the company that asked, and to it alone."""
    standing = await publisher(uow.db, incoming.actor_uri)
    if standing is None:
        return
    uris = Uris(uow.settings.origin)
    question = {"id": asked.id, "type": "Add", "actor": asked.actor, "object": asked.object}
    group = uris.community(community.id)
    body = activity("Reject", actor=group, object=question, to=[asked.actor], published=uow.now)
    await send(
        uow,
        actor=community_actor(community.id),
        activity=body,
        object_uri=asked.id,
        inboxes=[Uris(standing.company.origin).shared_inbox],
        is_public=False,
    )
