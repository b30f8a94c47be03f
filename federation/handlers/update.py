"""Update: a company has changed a session, an actor what it shows of itself, or somebody a comment."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from alliance.introductions import Introduction
from alliance.models import Person
from alliance.receiving import receive_company, receive_person
from alliance.unit_of_work import UnitOfWork
from federation.actors import fetch_actor
from federation.catch_ups import ask_for_catch_up
from federation.fetch import Budget
from federation.handlers.circles import CircleTold, authorise_circle, circle_told, receive_circle_told
from federation.handlers.communities import (
    CrowdTold,
    GroupTold,
    authorise_told,
    crowd_told_in,
    group_told,
    receive_group,
)
from federation.handlers.handling import PROCESSED, Incoming, Outcome, Refused, ignored
from federation.handlers.notes import NoteTold, authorise_note, is_told, note_told, receive_note
from federation.handlers.rsvp import is_edited_word
from federation.handlers.sessions import SessionTold, authorise_session, receive_told, session_told
from federation.handlers.standing import home_of, not_allied, standing_of
from federation.handlers.stories import StoryToldThere, authorise_story, receive_story_told, story_told
from federation.handlers.wishes import WishTold, authorise_wish, receive_wish_told, wish_told
from federation.partners import introduce_instance
from federation.translate.news import person_news
from federation.uris import host_of
from federation.vocabulary.activities import Activity, parse_activity
from federation.vocabulary.actor import ACTOR_TYPES, Actor, parse_actor

if TYPE_CHECKING:
    from federation.wiring import Federation


@dataclass(frozen=True)
class ActorTold:
    """An actor as it now shows itself; with the company, when it speaks for an instance or a company."""

    object: str
    actor: Actor | None = None
    introduction: Introduction | None = None
    outcome: Outcome = PROCESSED


Told = CircleTold | GroupTold | CrowdTold | SessionTold | ActorTold | NoteTold | StoryToldThere | WishTold


async def prepare(incoming: Incoming, federation: "Federation", budget: Budget) -> Told:
    """Reads the Event or the actor. Raises Malformed, FetchFailed."""
    activity = parse_activity(incoming.activity)
    told: Told | None = circle_told(activity, federation.uris)
    told = told or group_told(activity) or crowd_told_in(activity, federation.uris)
    if told is not None:
        return told
    if activity.object == activity.actor or activity.embedded_type in ACTOR_TYPES:
        return await _actor_told(federation, activity, budget)
    if (wish := await wish_told(federation, activity, budget)) is not None:
        return wish
    if await is_edited_word(incoming, federation):
        return SessionTold(outcome=ignored("a word that joins or leaves is no comment"))
    if is_told(activity):
        story = await story_told(federation, activity, budget)
        return story or await note_told(federation, activity, budget)
    if activity.embedded is not None and activity.embedded_type != "Event":
        return SessionTold(outcome=ignored("not an Event"))
    return await session_told(federation, activity, budget)


def authorise(incoming: Incoming, prepared: Told) -> None:
    """Actors speak about themselves alone, companies about their sessions. Raises Refused."""
    if isinstance(prepared, CircleTold):
        authorise_circle(incoming, prepared)
        return
    if isinstance(prepared, WishTold):
        authorise_wish(incoming, prepared)
        return
    if isinstance(prepared, GroupTold | CrowdTold):
        authorise_told(incoming, prepared)
        return
    if isinstance(prepared, StoryToldThere):
        authorise_story(incoming, prepared)
        return
    if isinstance(prepared, NoteTold):
        authorise_note(incoming, prepared)
        return
    if isinstance(prepared, SessionTold):
        authorise_session(incoming, prepared)
        return
    changed = {prepared.object} | ({prepared.actor.id} if prepared.actor is not None else set())
    if changed != {incoming.actor_uri}:
        raise Refused("an actor changes only itself")


async def receive(uow: UnitOfWork, federation: "Federation", incoming: Incoming, prepared: Told) -> Outcome:
    """Stores the session, the company or the person."""
    if isinstance(prepared, CircleTold):
        return await receive_circle_told(uow, federation, incoming, prepared)
    if isinstance(prepared, WishTold):
        return await receive_wish_told(uow, prepared)
    if isinstance(prepared, GroupTold | CrowdTold):
        return await receive_group(uow, incoming, prepared)
    if isinstance(prepared, StoryToldThere):
        return await receive_story_told(uow, federation, incoming, prepared)
    if isinstance(prepared, NoteTold):
        return await receive_note(uow, federation, incoming, prepared)
    if isinstance(prepared, SessionTold):
        return await receive_told(uow, prepared)
    if prepared.introduction is not None:
        return await _receive_company(uow, incoming.actor_uri, prepared.introduction)
    if prepared.actor is not None and prepared.actor.type == "Person":
        return await _receive_person(uow, prepared.actor)
    return prepared.outcome


async def _actor_told(federation: "Federation", activity: Activity, budget: Budget) -> ActorTold:
    if activity.object != activity.actor:
        return ActorTold(activity.object)
    async with federation.instance.reading() as db:
        standing = await standing_of(db, activity.actor)
    if standing is not None:
        refusal = not_allied(standing)
        if refusal is not None or standing.company.instance_uri is None:
            return ActorTold(activity.object, outcome=refusal or ignored("not allied"))
        introduction = await introduce_instance(federation, standing.company.instance_uri, budget)
        return ActorTold(activity.object, introduction=introduction)
    if activity.embedded is not None:
        return ActorTold(activity.object, parse_actor(activity.embedded), outcome=ignored("nobody we know"))
    actor = await fetch_actor(federation, activity.actor, budget)
    return ActorTold(activity.object, actor, outcome=ignored("nobody we know"))


async def _receive_company(uow: UnitOfWork, actor_uri: str, introduction: Introduction) -> Outcome:
    """What the company says of itself; when its instance says so, its sessions are fetched anew."""
    standing = await standing_of(uow.db, actor_uri)
    refusal = not_allied(standing)
    if standing is None or refusal is not None:
        return refusal or ignored("not allied")
    company = await receive_company(uow, introduction)
    if actor_uri == company.instance_uri:
        await ask_for_catch_up(uow, company.id)
    return PROCESSED


async def _receive_person(uow: UnitOfWork, actor: Actor) -> Outcome:
    """Allies' people, and others whom we know already."""
    standing = await home_of(uow.db, host_of(actor.id))
    known = await uow.db.scalar(select(Person.name).where(Person.uri == actor.id, Person.gone_at.is_(None)))
    is_ally = standing is not None and standing.is_allied
    if standing is not None and not is_ally:
        return not_allied(standing) or ignored("not allied")
    if known is None and (not is_ally or actor.expertise is None):
        return ignored("nobody we know")
    await receive_person(uow, person_news(actor, known_as=known))
    return PROCESSED
