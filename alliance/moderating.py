"""Hosts and moderators decide what is shown; moderators also look at what was reported."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from alliance.acts import Subject
from alliance.conversing import comment_with
from alliance.deciding_wishes import hide_wish, show_wish
from alliance.decisions import answered_decision, close_decision, lift_decisions, tell_decision
from alliance.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from alliance.facts import (
    ActorBlocked,
    CommentHidden,
    CommentShown,
    ReportForwarded,
)
from alliance.models import ActorBlock, Comment, Employee, Person, Report, Session, Story, Wish
from alliance.notifying import forget_notifications, mentioned_in, notify
from alliance.places import end_places_to_come
from alliance.publishing import withdraw_session
from alliance.queries.comments import comment_to_read
from alliance.queries.reports import person_to_report
from alliance.queries.sessions import find, locked_session
from alliance.queries.stories import story_to_read
from alliance.queries.wishes import wish_to_read
from alliance.story_facts import StoryReceived, StoryTakenBack, StoryTold
from alliance.telling import story_with
from alliance.text import clean_line, clean_text
from alliance.unit_of_work import UnitOfWork
from alliance.visibility import employee_viewer, is_host, may_moderate

MOST_REASON = 2000
MOST_NOTE = 500
MOST_OPEN_OF_ONE_HOST = 50
MOST_OPEN_OF_ONE_PERSON = 20


async def show_comment(uow: UnitOfWork, comment_id: int, by: Employee) -> Comment:
    """Lets everybody who sees the session read it. Raises NotFound, Forbidden, Conflict."""
    comment, session = await _to_decide(uow, comment_id, by)
    if comment.is_private:
        raise Conflict("This was said to the host alone.")
    if comment.state == "shown":
        return comment
    comment.state, comment.reason = "shown", ""
    _note_unless_host(uow, "comment.shown", comment, session, by)
    await lift_decisions(uow, "comment", comment.id)
    await uow.db.flush()
    parent = await comment_with(uow, comment.parent_id) if comment.parent_id else None
    await notify(uow, comment, session, parent, await mentioned_in(uow, comment.text))
    if session.uri is None:
        uow.record(CommentShown(comment, session))
    return comment


async def hide_comment(uow: UnitOfWork, comment_id: int, by: Employee, reason: str = "") -> Comment:
    """Takes it out of the conversation; it can be shown again. Raises NotFound, Forbidden."""
    comment, session = await _to_decide(uow, comment_id, by)
    if comment.state == "hidden":
        return comment
    was_shown = comment.state == "shown" and not comment.is_private
    comment.state, comment.reason = "hidden", clean_line(reason, MOST_NOTE)
    _note_unless_host(uow, "comment.hidden", comment, session, by)
    if not is_host(by.id, session):
        await tell_decision(uow, "comment", comment.id, comment.author_id, by, comment.reason, session.id)
    await forget_notifications(uow, comment.id)
    await uow.db.flush()
    if was_shown and session.uri is None:
        uow.record(CommentHidden(comment, session))
    return comment


async def hide_story(uow: UnitOfWork, story_id: int, by: Employee, reason: str = "") -> Story:
    """Moderators take a story away, here and, of ours, wherever it was told. Raises NotFound, Forbidden."""
    story = await _story_to_decide(uow, story_id, by)
    if story.state == "shown":
        story.state, story.reason, story.updated_at = "hidden", clean_line(reason, MOST_NOTE), uow.now
        await uow.db.flush()
        uow.record(StoryTakenBack(story) if story.uri is None else StoryReceived(story))
        uow.audit("story.hidden", Subject("story", str(story.id)), by=by)
        await tell_decision(uow, "story", story.id, story.author_id, by, story.reason)
    return story


async def show_story(uow: UnitOfWork, story_id: int, by: Employee) -> Story:
    """Moderators show a story again; others are told of ours anew. Raises NotFound, Forbidden."""
    story = await _story_to_decide(uow, story_id, by)
    if story.state == "hidden":
        story.state, story.reason, story.updated_at = "shown", "", uow.now
        await uow.db.flush()
        uow.record(StoryTold(story, story.author) if story.uri is None else StoryReceived(story))
        uow.audit("story.shown", Subject("story", str(story.id)), by=by)
        await lift_decisions(uow, "story", story.id)
    return story


async def report(
    uow: UnitOfWork,
    by: Employee,
    reason: str,
    *,
    comment_id: int | None = None,
    session_id: int | None = None,
    story_id: int | None = None,
    wish_id: int | None = None,
    person_id: int | None = None,
) -> Report:
    """One of our employees asks the moderators to look at something that they can see.

    Raises Invalid, NotFound, TooMany.
    """
    words = _reason(reason)
    viewer = employee_viewer(by.id)
    if comment_id is not None:
        await comment_to_read(uow.db, viewer, comment_id, moderates=by.has_role("moderator"))
    elif session_id is not None:
        await find(uow.db, viewer, session_id)
    elif story_id is not None:
        await story_to_read(uow.db, viewer, story_id)
    elif wish_id is not None:
        await wish_to_read(uow.db, viewer, wish_id)
    elif person_id is None or await person_to_report(uow.db, viewer, person_id) is None:
        raise NotFound
    mine = await uow.db.scalars(
        select(Report.id)
        .where(Report.reporter_id == by.id, Report.state == "open")
        .limit(MOST_OPEN_OF_ONE_PERSON)
    )
    if len(mine.all()) >= MOST_OPEN_OF_ONE_PERSON:
        raise TooMany("Many of your reports are still open. Please wait for the moderators.")
    about = {"comment_id": comment_id, "session_id": session_id, "story_id": story_id, "person_id": person_id}
    return await _store(uow, words, about | {"wish_id": wish_id}, reporter_id=by.id)


async def receive_report(
    uow: UnitOfWork,
    host: str,
    reason: str,
    *,
    comment_id: int | None = None,
    session_id: int | None = None,
    story_id: int | None = None,
    wish_id: int | None = None,
    person_id: int | None = None,
) -> Report:
    """Another server reports something of ours. Raises TooMany when it has many open reports already."""
    theirs = await uow.db.scalars(
        select(Report.id)
        .where(Report.reporter_host == host, Report.state == "open")
        .limit(MOST_OPEN_OF_ONE_HOST)
    )
    if len(theirs.all()) >= MOST_OPEN_OF_ONE_HOST:
        raise TooMany
    words = clean_text(reason, MOST_REASON)
    about = {"comment_id": comment_id, "session_id": session_id, "story_id": story_id, "person_id": person_id}
    return await _store(uow, words, about | {"wish_id": wish_id}, reporter_host=host[:260])


async def close_report(uow: UnitOfWork, report_id: int, outcome: str, note: str, by: Employee) -> Report:
    """Decides: `hidden` (a comment, a story, a request), `withdrawn` (a session of ours), `blocked` (whoever
    wrote it, from elsewhere) or `rejected` (nothing is wrong with it).

    What is decided is done in the same transaction. Raises Forbidden, NotFound, Conflict, Invalid.
    """
    found = await report_with(uow, report_id, by)
    if found.state == "closed":
        raise Conflict("Somebody has decided about this report already.")
    note = clean_line(note, MOST_NOTE)
    match outcome:
        case "hidden" if found.comment_id is not None:
            await hide_comment(uow, found.comment_id, by, note)
        case "hidden" if found.story_id is not None:
            await hide_story(uow, found.story_id, by, note)
        case "hidden" if found.wish_id is not None:
            await hide_wish(uow, found.wish_id, by, note)
        case "withdrawn" if found.session is not None and found.session.uri is None:
            await withdraw_session(uow, found.session.id, by)
            await tell_decision(
                uow, "session", found.session.id, found.session.host_id, by, note, found.session.id
            )
        case "blocked":
            await block_person(uow, _subject(found), by)
        case "rejected":
            pass
        case _:
            raise Invalid(detail=f"not an outcome for this report: {outcome[:20]}")
    found.state, found.outcome, found.note = "closed", outcome, note
    found.closed_at, found.closed_by_id = uow.now, by.id
    await uow.db.flush()
    uow.audit("report.decided", Subject("report", str(found.id)), by=by, outcome=outcome)
    return found


async def decide_answer(uow: UnitOfWork, decision_id: int, outcome: str, note: str, by: Employee) -> None:
    """A second moderator keeps what the first decided, or lifts it: then it is shown again.

    A session that was withdrawn stays so; its host may offer it anew. Raises Forbidden, NotFound, Conflict,
    Invalid.
    """
    _refuse_unless_moderator(by)
    decision = await answered_decision(uow, decision_id, by)
    if outcome not in ("kept", "lifted"):
        raise Invalid(detail="not an outcome for an answer")
    await close_decision(uow, decision, by, outcome, clean_line(note, MOST_NOTE))
    uow.audit("appeal.decided", Subject("appeal", str(decision.id)), by=by, outcome=outcome)
    if outcome == "lifted":
        match decision.kind:
            case "comment":
                await show_comment(uow, decision.thing_id, by)
            case "story":
                await show_story(uow, decision.thing_id, by)
            case "wish":
                await show_wish(uow, decision.thing_id, by)


async def forward_report(uow: UnitOfWork, report_id: int, by: Employee) -> Report:
    """Tells those on whose server it lies, as a company and without the reporter's name.

    Raises Forbidden, NotFound, Conflict for what is our own or has been forwarded.
    """
    found = await report_with(uow, report_id, by)
    if found.forwarded_at is not None:
        raise Conflict("They have been told already.")
    if home_of_report(found) is None:
        raise Conflict("This is about something of ours; there is nobody else to tell.")
    found.forwarded_at = uow.now
    await uow.db.flush()
    uow.record(ReportForwarded(found))
    uow.audit("report.forwarded", Subject("report", str(found.id)), by=by)
    return found


async def block_person(uow: UnitOfWork, person: Person | None, by: Employee) -> None:
    """Nothing is taken from somebody elsewhere any more, what they said is hidden, their places become free.

    Raises Forbidden, Conflict for one of ours.
    """
    _refuse_unless_moderator(by)
    if person is None or person.uri is None:
        raise Conflict("Only people from elsewhere can be blocked.")
    known = select(ActorBlock).where(ActorBlock.actor_uri == person.uri, ActorBlock.by_them.is_(False))
    if await uow.db.scalar(known) is None:
        uow.db.add(
            ActorBlock(id=uow.new_id(), actor_uri=person.uri, by_them=False, ours="", created_at=uow.now)
        )
        await uow.db.flush()
        await end_places_to_come(uow, Person.uri == person.uri)
        uow.record(ActorBlocked(person.uri, blocked=True))
        uow.audit("account.blocked", Subject("account", person.uri), by=by)


async def unblock_person(uow: UnitOfWork, actor_uri: str, by: Employee) -> None:
    """They are heard again, and what they said is shown as before. Raises Forbidden, NotFound."""
    _refuse_unless_moderator(by)
    known = select(ActorBlock).where(ActorBlock.actor_uri == actor_uri, ActorBlock.by_them.is_(False))
    found = await uow.db.scalar(known)
    if found is None:
        raise NotFound
    await uow.db.delete(found)
    await uow.db.flush()
    uow.record(ActorBlocked(actor_uri, blocked=False))
    uow.audit("account.unblocked", Subject("account", actor_uri), by=by)


async def report_with(uow: UnitOfWork, report_id: int, by: Employee) -> Report:
    """A report with everything that it may be about. Raises Forbidden, NotFound."""
    _refuse_unless_moderator(by)
    found = await uow.db.scalar(
        select(Report)
        .where(Report.id == report_id)
        .with_for_update(of=Report)
        .options(
            joinedload(Report.comment).joinedload(Comment.author),
            joinedload(Report.session).joinedload(Session.host),
            joinedload(Report.session).joinedload(Session.company),
            joinedload(Report.story).joinedload(Story.author),
            joinedload(Report.wish).joinedload(Wish.author),
            joinedload(Report.person),
        )
    )
    if found is None:
        raise NotFound
    return found


def home_of_report(report: Report) -> str | None:
    """The identity, elsewhere, of what a report is about; None for something of ours. All must be loaded."""
    if report.comment is not None:
        return report.comment.uri
    if report.session is not None:
        return report.session.uri
    if report.story is not None:
        return report.story.uri
    if report.wish is not None:
        return report.wish.uri
    return report.person.uri if report.person is not None else None


def _subject(report: Report) -> Person | None:
    if report.comment is not None:
        return report.comment.author
    if report.session is not None:
        return report.session.host
    if report.story is not None:
        return report.story.author
    if report.wish is not None:
        return report.wish.author
    return report.person


def _reason(text: str) -> str:
    words = clean_text(text)
    if not words:
        raise Invalid("Please write in a sentence what is wrong.", field="reason")
    if len(words) > MOST_REASON:
        raise Invalid("That is too long: {limit} characters at most.", field="reason", limit=MOST_REASON)
    return words


def _note_unless_host(uow: UnitOfWork, act: str, comment: Comment, session: Session, by: Employee) -> None:
    """Hosts decide about what is said below their sessions; that is no act of moderation."""
    if not is_host(by.id, session):
        uow.audit(act, Subject("comment", str(comment.id)), by=by)


def _refuse_unless_moderator(by: Employee) -> None:
    if by.disabled_at is not None or not by.has_role("moderator"):
        raise Forbidden


async def _store(
    uow: UnitOfWork,
    reason: str,
    about: Mapping[str, int | None],
    *,
    reporter_id: int | None = None,
    reporter_host: str = "",
) -> Report:
    report = Report(
        id=uow.new_id(),
        **about,
        reporter_id=reporter_id,
        reporter_host=reporter_host,
        reason=reason,
        state="open",
        created_at=uow.now,
    )
    uow.db.add(report)
    await uow.db.flush()
    return report


async def _story_to_decide(uow: UnitOfWork, story_id: int, by: Employee) -> Story:
    _refuse_unless_moderator(by)
    await story_to_read(uow.db, employee_viewer(by.id), story_id, moderates=True)
    story = await story_with(uow, story_id)
    if story is None or story.state == "deleted":
        raise NotFound
    return story


async def _to_decide(uow: UnitOfWork, comment_id: int, by: Employee) -> tuple[Comment, Session]:
    comment = await comment_with(uow, comment_id)
    if comment is None or comment.state == "deleted":
        raise NotFound
    session = await locked_session(uow.db, comment.session_id)
    viewer, moderates = employee_viewer(by.id), by.has_role("moderator")
    await comment_to_read(uow.db, viewer, comment_id, moderates=moderates)
    if session is None or not may_moderate(viewer, session, moderates=moderates):
        raise Forbidden
    return comment, session
