"""Hears what is new, and notes for every channel that wants it what is to be told there.

In the transaction of the change: whatever is published, its channels are told of it. Words are made later,
from what holds then, and only of what the readers of the channel may see then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, or_, select

from alliance import facts, story_facts, wish_facts
from alliance.community_facts import CommunityPosted
from alliance.models import (
    CommunityPost,
    Session,
    Story,
    Webhook,
    WebhookNews,
    Wish,
    session_topic,
    wish_topic,
)
from alliance.unit_of_work import Listener, UnitOfWork
from alliance.upserts import insert

NEW_FOR = timedelta(days=1)
"""What is older was not new any more when we learned of it: an alliance begins with a whole programme."""
_WIDTH = {"company": 0, "alliance": 1, "public": 2}


@dataclass(frozen=True)
class Thing:
    """Something that may be told: what, whose, for whom, and what `occasion` of it."""

    news: str
    subject: str
    id: int
    audience: str
    is_ours: bool
    occasion: int = 0
    previous_starts_at: datetime | None = None


def may_carry(reach: str, audience: str, *, is_ours: bool) -> bool:
    """Whether a channel with these readers may be told of something for this audience.

    What allies share with us is for our people, not for theirs: it stays among colleagues unless it is
    public.
    """
    if audience == "public":
        return True
    if reach == "company":
        return True
    return reach == "alliance" and audience == "alliance" and is_ours


async def on_session(uow: UnitOfWork, fact: facts.SessionPublished | facts.SessionReceived) -> None:
    """There is a session that was not there before."""
    session = fact.session
    if isinstance(fact, facts.SessionReceived) and not (
        fact.is_new and _is_lately(uow, session.published_at)
    ):
        return
    await _tell_new_session(uow, session)


async def on_changed(uow: UnitOfWork, fact: facts.SessionChanged) -> None:
    """One of ours was moved, called off, or is for more people than before."""
    session = fact.session
    if session.starts_at <= uow.now and not fact.cancelled:
        return
    if fact.cancelled:
        await _tell(uow, _of_session("cancelled", session))
        return
    if session.status != "scheduled":
        return
    wider = _WIDTH[session.audience] > _WIDTH[fact.previous_audience]
    if wider:
        await _tell(uow, _of_session("session", session), hidden_before=fact.previous_audience)
    if fact.previous_starts_at is not None and fact.previous_starts_at != session.starts_at:
        await _tell(uow, _of_session("moved", session, fact.previous_starts_at))


async def on_partner_changed(uow: UnitOfWork, fact: facts.PartnerSessionChanged) -> None:
    """An ally moved one of theirs, or called it off."""
    session = fact.session
    if session.status == "cancelled" and fact.previous_status != "cancelled":
        await _tell(uow, _of_session("cancelled", session))
        return
    was_moved = session.starts_at > uow.now and session.starts_at != fact.previous_starts_at
    if session.status == "scheduled" and was_moved:
        await _tell(uow, _of_session("moved", session, fact.previous_starts_at))


async def on_story(uow: UnitOfWork, fact: story_facts.StoryTold | story_facts.StoryReceived) -> None:
    """Somebody tells what they learned; answers to stories are conversation, not news."""
    if fact.story.parent_id is None:
        await _tell_story(uow, fact.story)


async def on_wish(uow: UnitOfWork, fact: wish_facts.WishMade | wish_facts.WishReceived) -> None:
    """Somebody asks for something, or offers it."""
    await _tell_wish(uow, fact.wish)


async def on_posted(uow: UnitOfWork, fact: CommunityPosted) -> None:
    """Something stands in a community: its channels hear of it."""
    post, there = fact.post, fact.community.id
    if post.state != "shown":
        return
    match post.kind:
        case "session":
            session = await uow.db.get(Session, post.subject_id)
            if session is not None:
                await _tell_new_session(uow, session, only_in=there)
        case "story":
            story = await uow.db.get(Story, post.subject_id)
            if story is not None:
                await _tell_story(uow, story, only_in=there)
        case "wish":
            wish = await uow.db.get(Wish, post.subject_id)
            if wish is not None:
                await _tell_wish(uow, wish, only_in=there)


async def _tell_new_session(uow: UnitOfWork, session: Session, *, only_in: int | None = None) -> None:
    if session.status == "scheduled" and session.starts_at > uow.now:
        await _tell(uow, _of_session("session", session), only_in=only_in)


async def _tell_story(uow: UnitOfWork, story: Story, *, only_in: int | None = None) -> None:
    if story.state == "shown" and not story.is_quiet and _is_lately(uow, story.created_at):
        thing = Thing("story", "story", story.id, story.audience, is_ours=story.uri is None)
        await _tell(uow, thing, only_in=only_in)


async def _tell_wish(uow: UnitOfWork, wish: Wish, *, only_in: int | None = None) -> None:
    if wish.state == "open" and _is_lately(uow, wish.created_at):
        thing = Thing("wish", "wish", wish.id, wish.audience, is_ours=wish.uri is None)
        await _tell(uow, thing, only_in=only_in)


async def _tell(
    uow: UnitOfWork, thing: Thing, *, only_in: int | None = None, hidden_before: str | None = None
) -> None:
    """Notes it for every running channel that wants it; what is noted already is not noted twice.

    `only_in`: for the channels of this community alone. `hidden_before`: for those alone that could not be
    told of it while it was for that audience.
    """
    for hook in await _hooks(uow, thing, only_in):
        if thing.news not in hook.news or (hook.ours_only and not thing.is_ours):
            continue
        if not may_carry(hook.reach, thing.audience, is_ours=thing.is_ours):
            continue
        if hidden_before and may_carry(hook.reach, hidden_before, is_ours=thing.is_ours):
            continue
        row = insert(uow.db, WebhookNews).values(
            id=uow.new_id(),
            webhook_id=hook.id,
            kind=thing.news,
            subject_id=thing.id,
            occasion=thing.occasion,
            previous_starts_at=thing.previous_starts_at,
            attempts=0,
        )
        await uow.db.execute(row.on_conflict_do_nothing())


async def _hooks(uow: UnitOfWork, thing: Thing, only_in: int | None) -> Sequence[Webhook]:
    """The running webhooks whose topic and community fit; one query."""
    running = select(Webhook).where(Webhook.state == "running").order_by(Webhook.id)
    if only_in is not None:
        return (await uow.db.scalars(running.where(Webhook.community_id == only_in))).all()
    stands_there = select(CommunityPost.community_id).where(
        CommunityPost.kind == thing.subject,
        CommunityPost.subject_id == thing.id,
        CommunityPost.state == "shown",
    )
    fits = running.where(
        or_(Webhook.community_id.is_(None), Webhook.community_id.in_(stands_there)),
        or_(Webhook.topic_id.is_(None), Webhook.topic_id.in_(_topics(thing))),
    )
    return (await uow.db.scalars(fits)).all()


def _topics(thing: Thing) -> Select[int]:
    """The topics of a thing; a story has those of the session that it is about."""
    if thing.subject == "wish":
        return select(wish_topic.c.topic_id).where(wish_topic.c.wish_id == thing.id)
    topics = select(session_topic.c.topic_id)
    if thing.subject == "story":
        story = select(Story.session_id).where(Story.id == thing.id).scalar_subquery()
        return topics.where(session_topic.c.session_id == story)
    return topics.where(session_topic.c.session_id == thing.id)


def _of_session(news: str, session: Session, previous: datetime | None = None) -> Thing:
    # What external sources list is nothing that anybody here offers: for colleagues at most.
    audience = "company" if session.author_uri is not None else session.audience
    return Thing(
        news,
        "session",
        session.id,
        audience,
        is_ours=session.uri is None,
        occasion=0 if news == "session" else session.sequence,
        previous_starts_at=previous,
    )


def _is_lately(uow: UnitOfWork, moment: datetime | None) -> bool:
    return moment is not None and moment > uow.now - NEW_FOR


LISTENERS: Mapping[type[facts.Fact], Sequence[Listener]] = {
    facts.SessionPublished: [on_session],
    facts.SessionReceived: [on_session],
    facts.SessionChanged: [on_changed],
    facts.PartnerSessionChanged: [on_partner_changed],
    story_facts.StoryTold: [on_story],
    story_facts.StoryReceived: [on_story],
    wish_facts.WishMade: [on_wish],
    wish_facts.WishReceived: [on_wish],
    CommunityPosted: [on_posted],
}
"""Which fact is told to channels; the wiring hands it to units of work."""
