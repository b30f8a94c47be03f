"""Forgets people: what remains of them is that somebody was there."""

from sqlalchemy import delete, select, update
from sqlalchemy.orm import joinedload

from alliance.attending import leave_session
from alliance.auditing import forget_in_log, forget_proposals
from alliance.badges import forget_badges
from alliance.circle_parting import forget_in_circles
from alliance.commenting import take_back
from alliance.community_members import leave_every_community
from alliance.decisions import forget_deciding
from alliance.facts import CommentDeleted
from alliance.feedback import forget_answers_of
from alliance.keeping import forget_drafts
from alliance.learning_records import disagree
from alliance.models import (
    Attendance,
    Comment,
    CommunityPost,
    ExpertProfile,
    Person,
    Reaction,
    Report,
    Session,
    Story,
)
from alliance.pictures import discard_afterwards
from alliance.places import ACTIVE
from alliance.story_facts import StoryReceived
from alliance.telling import empty_story
from alliance.traces import forget_traces
from alliance.transcribing import forget_transcripts_of
from alliance.unit_of_work import UnitOfWork
from alliance.wishing import forget_wishes_of

FORMER_COLLEAGUE = "Former colleague"
"""A msgid: the name of everybody who was forgotten."""


async def forget(uow: UnitOfWork, person: Person) -> None:
    """Takes name, profile and everything said away, and gives future places back, here and at partners."""
    person.gone_at = person.updated_at = uow.now
    person.name = FORMER_COLLEAGUE
    person.username = f"former-{person.id}"
    person.url = None
    portrait = select(ExpertProfile.picture).where(ExpertProfile.person_id == person.id)
    discard_afterwards(uow, await uow.db.scalar(portrait))
    await uow.db.execute(delete(ExpertProfile).where(ExpertProfile.person_id == person.id))
    await _forget_what_was_said(uow, person)
    await uow.db.flush()
    attended = (
        select(Session.id)
        .join(Attendance, Attendance.session_id == Session.id)
        .where(Attendance.person_id == person.id, Attendance.state.in_(ACTIVE), Session.ends_at > uow.now)
        .order_by(Session.id)
    )
    for session_id in (await uow.db.scalars(attended)).all():
        await leave_session(uow, session_id, person.id)


async def _forget_what_was_said(uow: UnitOfWork, person: Person) -> None:
    """Answers of others stay; of what they answer only the place remains. Whoever knew it is told."""
    silent = {"execution_options": {"synchronize_session": False}}
    said = await uow.db.scalars(
        select(Comment)
        .where(Comment.author_id == person.id, Comment.state != "deleted")
        .order_by(Comment.id)
        .options(joinedload(Comment.session))
    )
    for comment in said.all():
        await take_back(uow, comment, comment.session)
        if comment.uri is None:
            uow.record(CommentDeleted(comment, comment.session))
    told = await uow.db.scalars(
        select(Story).where(Story.author_id == person.id, Story.state != "deleted").order_by(Story.id)
    )
    for story in told.all():
        await empty_story(uow, story)
        if story.uri is not None:
            uow.record(StoryReceived(story))
    await forget_transcripts_of(uow, person)
    await forget_wishes_of(uow, person)
    await forget_answers_of(uow, person.id)
    actors = [str(person.id), *([person.uri] if person.uri else [])]
    await uow.db.execute(delete(Reaction).where(Reaction.actor.in_(actors)), **silent)
    await leave_every_community(uow, person)
    posted = update(CommunityPost).where(CommunityPost.posted_by == person.id)
    await uow.db.execute(posted.values(posted_by=None), **silent)
    await forget_in_circles(uow, person.id)
    await disagree(uow, person.id)
    await forget_badges(uow, person.id)
    await forget_traces(uow.db, person.id)
    await forget_in_log(uow.db, person.id)
    await forget_proposals(uow.db, person.id)
    await forget_deciding(uow.db, person.id)
    await forget_drafts(uow, person.id)
    reported = update(Report).where(Report.reporter_id == person.id)
    await uow.db.execute(reported.values(reporter_id=None), **silent)
