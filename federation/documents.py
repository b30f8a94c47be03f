"""Every ActivityPub document that this instance shows, and to whom; made here and nowhere else.

The meeting link is in none of them. Whoever may not know of something gets the same NotFound as for nothing.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload

from alliance.errors import Gone, NotFound
from alliance.models import (
    Attendance,
    Comment,
    Community,
    ExpertProfile,
    Letter,
    Partner,
    Person,
    Session,
    Story,
    Wish,
)
from alliance.queries.companies import home_company
from alliance.queries.sessions import find
from alliance.queries.stories import story_to_fetch
from alliance.queries.wishes import wish_to_fetch
from alliance.settings import Settings
from alliance.visibility import (
    Viewer,
    is_co_hosted_by,
    may_fetch_comments,
    partner_viewer,
    visible_communities,
    visible_profiles,
    visible_sessions,
    visible_stories,
    visible_wishes,
)
from federation.community_seen import audience_of_session, is_seen_in_community_of, runs_community
from federation.hosting_documents import yes_to_hosting
from federation.models import OutboxActivity, SigningKey
from federation.our_actors import decided
from federation.outbound import only_allowed
from federation.sealing import is_sealed
from federation.told import SessionNote
from federation.translate import company_actors, person_actor
from federation.translate.session_event import event_of
from federation.uris import COMPANY, INSTANCE, Uris
from federation.uris import person_actor as key_of_person
from federation.vocabulary.actor import Actor
from federation.vocabulary.contexts import ACTIVITYSTREAMS, ACTOR_CONTEXT, EVENT_CONTEXT, with_context
from federation.vocabulary.values import Json, written

# What may be shown to somebody else than its addressees. Nothing about a single person's attendance is here.
SHOWN_ACTIVITIES = ("Create", "Update", "Announce", "Delete")
_OUTSIDER = partner_viewer(None)


@dataclass(frozen=True)
class Document:
    """A document to answer with; `updated_at` is for validators, `status` is 200, or 410 for a Tombstone.

    `is_public`: everybody would get the same, so anybody may keep a copy.
    """

    body: Json
    updated_at: datetime
    is_public: bool = True
    status: int = 200

    def __post_init__(self) -> None:
        # What is on no list stays here, whoever made the document.
        object.__setattr__(self, "body", only_allowed(self.body))


async def instance_document(db: AsyncSession, settings: Settings) -> Document:
    """The instance actor; anybody gets it, in every mode and without a signature."""
    company, uris = await home_company(db), Uris(settings.origin)
    keys = await keys_of(db, INSTANCE)
    actor = company_actors.instance_actor(company, uris, keys, is_open=settings.federation == "open")
    return _of_actor((await decided(db, INSTANCE)).on(actor), company.updated_at)


async def company_document(db: AsyncSession, settings: Settings) -> Document:
    """The company actor; anybody gets it."""
    company, uris = await home_company(db), Uris(settings.origin)
    keys = await keys_of(db, COMPANY)
    actor = company_actors.company_actor(company, uris, keys, is_open=settings.federation == "open")
    return _of_actor((await decided(db, COMPANY)).on(actor), company.updated_at)


async def person_document(db: AsyncSession, viewer: Viewer, settings: Settings, person_id: int) -> Document:
    """One of our people, as much as `viewer` may know. Raises NotFound; somebody erased is a Tombstone."""
    person = await _person(db, person_id)
    if person.gone_at is not None:
        return tombstone(Uris(settings.origin).person(person_id), person.gone_at)
    eyes = outside(viewer)
    profile = await _profile(db, person_id, visible_profiles(eyes))
    is_named = profile is not None or await _is_named(db, eyes, person_id)
    found = await _shown(db, settings, person, profile, is_named=is_named)
    return replace(found, is_public=eyes.company_id is None)


async def person_for_allies(db: AsyncSession, settings: Settings, person_id: int) -> Document:
    """One of our people, as much as every ally may know, whoever it is. Raises NotFound."""
    person = await _person(db, person_id)
    shared = and_(ExpertProfile.published_at.is_not(None), ExpertProfile.audience != "company")
    profile = await _profile(db, person_id, shared)
    hosts = exists().where(
        _holds(person_id),
        Session.audience != "company",
        Session.status != "draft",
        Session.withdrawn_at.is_(None),
    )
    speaks = _speaks(person_id, Comment.audience != "company", Session.audience != "company")
    speaks |= _tells(person_id, Story.audience != "company")
    speaks |= runs_community(person_id, Community.audience != "company")
    is_named = profile is not None or bool(await db.scalar(select(hosts | speaks)))
    return await _shown(db, settings, person, profile, is_named=is_named)


async def profile_audience(db: AsyncSession, person_id: int) -> str:
    """Who may see the profile of one of our people; `company` also for none."""
    profile = await _profile(db, person_id, ExpertProfile.published_at.is_not(None))
    return profile.audience if profile is not None else "company"


async def session_document(db: AsyncSession, viewer: Viewer, settings: Settings, session_id: int) -> Document:
    """One of our sessions as an Event, or its Tombstone once it was withdrawn. Raises NotFound."""
    uris = Uris(settings.origin)
    eyes = await eyes_of(db, viewer, settings)
    try:
        session = await find(db, eyes, session_id)
    except Gone:
        gone = await db.get_one(Session, session_id)
        found = tombstone(uris.session(session_id), gone.withdrawn_at, former="Event")
        return replace(found, is_public=gone.audience == "public")
    audience = await audience_of_session(db, settings, session.id)
    body = with_context(EVENT_CONTEXT, event_of(session, uris, audience).as_json())
    return Document(body, session.updated_at, is_public=session.audience == "public")


async def activity_document(
    db: AsyncSession, viewer: Viewer, settings: Settings, activity_id: int
) -> Document:
    """An activity that was public, or for all allies if `viewer` is one. Raises NotFound.

    What concerns one person alone (Join, Accept and their like) is shown to nobody. A session in it is shown
    as it is now and only to those who may see it now.
    """
    uris = Uris(settings.origin)
    stored = await db.get(OutboxActivity, activity_id)
    if stored is None or stored.type == "Accept":
        return await _yes_document(db, viewer, settings, activity_id)
    if stored.type not in SHOWN_ACTIVITIES or is_sealed(stored.body):
        raise NotFound
    body: Json = orjson.loads(stored.body)
    if not stored.is_public and not (uris.partners in body.get("to", []) and await is_allied(db, viewer)):
        raise NotFound
    is_public = stored.is_public
    story_key = uris.story_key(stored.object_uri)
    if story_key is not None and stored.type != "Delete":
        await _refuse_unless_told(db, viewer, settings, story_key[0])
        body["object"] = stored.object_uri  # as it is now, from where it lies
    wish_key = uris.wish_key(stored.object_uri)
    if wish_key is not None and stored.type != "Delete":
        await _refuse_unless_asked(db, viewer, settings, wish_key[0])
        body["object"] = stored.object_uri
    note_id, session_id = uris.note_id(stored.object_uri), uris.session_id(stored.object_uri)
    if note_id is not None and (await note_document(db, viewer, settings, note_id)).status != 200:
        raise NotFound
    if session_id is not None and stored.type in ("Create", "Update", "Announce"):
        shown = await session_document(db, viewer, settings, session_id)
        if shown.status != 200:
            raise NotFound
        is_public = is_public and shown.is_public
        if _is_event(body.get("object")):
            body["object"] = {name: value for name, value in shown.body.items() if name != "@context"}
    return Document(body, stored.created_at, is_public=is_public)


async def _refuse_unless_told(db: AsyncSession, viewer: Viewer, settings: Settings, story_id: int) -> None:
    story = await story_to_fetch(db, await eyes_of(db, viewer, settings), story_id)
    if story.state != "shown":
        raise NotFound


async def _refuse_unless_asked(db: AsyncSession, viewer: Viewer, settings: Settings, wish_id: int) -> None:
    wish = await wish_to_fetch(db, await eyes_of(db, viewer, settings), wish_id)
    if wish.state == "deleted":
        raise NotFound


async def _yes_document(db: AsyncSession, viewer: Viewer, settings: Settings, activity_id: int) -> Document:
    """The Accept by which one of our people holds an ally's session, for whoever may be shown that there."""
    found = await yes_to_hosting(db, settings, activity_id)
    if found is None:
        raise NotFound
    row, body = found
    is_public = row.session.audience == "public" and settings.federation == "open"
    if not is_public and not await is_allied(db, viewer):
        raise NotFound
    return Document(body, row.since, is_public=is_public)


async def note_document(db: AsyncSession, viewer: Viewer, settings: Settings, note_id: int) -> Document:
    """What we told timelines about a session, for those who may see that; its Tombstone once taken back.

    Raises NotFound.
    """
    uris = Uris(settings.origin)
    note, eyes = await db.get(SessionNote, note_id), await eyes_of(db, viewer, settings)
    if note is None or not (note.is_public or await is_allied(db, eyes)):
        raise NotFound
    if note.gone_at is not None:
        return replace(tombstone(uris.note(note_id), note.gone_at, former="Note"), is_public=note.is_public)
    try:
        await find(db, eyes, note.session_id)
    except Gone as error:
        raise NotFound from error
    carried = await db.get_one(OutboxActivity, note_id)
    body = with_context(ACTIVITYSTREAMS, orjson.loads(carried.body)["object"])
    return Document(body, carried.created_at, is_public=note.is_public)


def tombstone(uri: str, when: datetime | None, *, former: str | None = None) -> Document:
    """Says that something was here (FEP-4f05)."""
    body: Json = {"@context": ACTIVITYSTREAMS, "id": uri, "type": "Tombstone"}
    if former is not None:
        body["formerType"] = former
    if when is not None:
        body["deleted"] = written(when)
    return Document(body, when or datetime.fromisoformat("1970-01-01T00:00:00Z"), status=410)


def outside(viewer: Viewer) -> Viewer:
    """The viewer as federation knows viewers: a partner's instance, or anybody else."""
    return viewer if viewer.kind == "partner" else _OUTSIDER


async def eyes_of(db: AsyncSession, viewer: Viewer, settings: Settings) -> Viewer:
    """The same, where a closed instance shows its sessions to allies only. Raises NotFound for the others."""
    eyes = outside(viewer)
    if settings.federation != "open" and not await is_allied(db, eyes):
        raise NotFound
    return eyes


async def is_allied(db: AsyncSession, viewer: Viewer) -> bool:
    """Whether `viewer` is the instance of a company that we are allied with now."""
    if viewer.kind != "partner" or viewer.company_id is None:
        return False
    state = await db.scalar(select(Partner.state).where(Partner.company_id == viewer.company_id))
    return state == "allied"


def _of_actor(actor: Actor, updated_at: datetime) -> Document:
    return Document(with_context(ACTOR_CONTEXT, actor.as_json()), updated_at)


def _is_event(value: Any) -> bool:
    return isinstance(value, dict) and value.get("type") == "Event"


async def keys_of(db: AsyncSession, actor: str) -> list[SigningKey]:
    """The keys of one of our actors that hold now."""
    rows = await db.scalars(
        select(SigningKey)
        .where(SigningKey.actor == actor, SigningKey.retired_at.is_(None))
        .order_by(SigningKey.id)
    )
    return list(rows)


async def _person(db: AsyncSession, person_id: int) -> Person:
    person = await db.scalar(select(Person).where(Person.id == person_id).options(joinedload(Person.company)))
    if person is None or person.uri is not None or person.company is None:
        raise NotFound
    return person


async def _profile(db: AsyncSession, person_id: int, which: ColumnElement[bool]) -> ExpertProfile | None:
    return await db.scalar(
        select(ExpertProfile)
        .join(Person, Person.id == ExpertProfile.person_id)
        .where(ExpertProfile.person_id == person_id, which)
        .options(selectinload(ExpertProfile.topics))
    )


async def _shown(
    db: AsyncSession, settings: Settings, person: Person, profile: ExpertProfile | None, *, is_named: bool
) -> Document:
    uris, keys = Uris(settings.origin), await keys_of(db, key_of_person(person.id))
    if profile is not None and person.company is not None:
        actor = person_actor.expert(person, person.company, profile, uris, keys)
        actor = (await decided(db, key_of_person(person.id))).on(actor)
    elif is_named and person.company is not None:
        actor = person_actor.named_person(person, person.company, uris, keys)
    else:
        actor = person_actor.private_person(person, uris, keys)
    return _of_actor(actor, actor.updated or person.created_at)


async def _is_named(db: AsyncSession, eyes: Viewer, person_id: int) -> bool:
    """Whether `eyes` sees a session with this host's name, or this person spoke to them.

    By asking for a place, by a letter to somebody there, or by a comment or story that they may fetch:
    whoever says something says it by name.
    """
    hosts = exists().where(_holds(person_id), visible_sessions(eyes))
    asks = exists().where(
        Attendance.person_id == person_id,
        Attendance.session_id == Session.id,
        Session.company_id == eyes.company_id,
        Session.company_id == Partner.company_id,
        Partner.state == "allied",
        Attendance.state != "left",
        Attendance.closed_at.is_(None),
    )
    # Whoever writes to somebody there does that by name.
    writes = exists().where(
        Letter.sender_id == person_id,
        Letter.gone_at.is_(None),
        Letter.receiver_id == Person.id,
        Person.company_id == eyes.company_id,
        Person.company_id == Partner.company_id,
        Partner.state == "allied",
    )
    speaks = _speaks(person_id, may_fetch_comments(eyes), Comment.audience == "public")
    speaks |= _tells(person_id, visible_stories(eyes))
    speaks |= runs_community(person_id, visible_communities(eyes))
    speaks |= exists().where(Wish.author_id == person_id, Person.id == Wish.author_id, visible_wishes(eyes))
    if eyes.company_id is None:
        return bool(await db.scalar(select(hosts | speaks)))
    speaks |= _speaks(person_id, may_fetch_comments(eyes), Comment.audience == "alliance")
    speaks |= is_seen_in_community_of(person_id, eyes.company_id)
    return bool(await db.scalar(select(hosts | asks | writes | speaks)))


def _holds(person_id: int) -> ColumnElement[bool]:
    """A session that names this person: as its host, or as one of those who said yes to holding it too."""
    return or_(and_(Session.host_id == person_id, Session.host_shown), is_co_hosted_by(person_id))


def _speaks(person_id: int, *where: ColumnElement[bool]) -> ColumnElement[bool]:
    said = exists().where(Comment.author_id == person_id, Comment.session_id == Session.id)
    return said.where(Comment.state == "shown", Session.withdrawn_at.is_(None), *where)


def _tells(person_id: int, *where: ColumnElement[bool]) -> ColumnElement[bool]:
    told = exists().where(Story.author_id == person_id, Person.id == Story.author_id)
    return told.where(Story.state == "shown", *where)
