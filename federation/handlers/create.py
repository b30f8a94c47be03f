"""Create: an ally has published a session, somebody there tells a story, writes to one of ours, or says
something about a session of ours, or joins it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from alliance.unit_of_work import UnitOfWork
from federation.fetch import Budget
from federation.handlers.feedback import SumTold, authorise_sum, receive_sum_told, sum_told
from federation.handlers.handling import Incoming, Outcome, ignored
from federation.handlers.letters import LetterTold, authorise_letter, letter_told, receive_letter_told
from federation.handlers.notes import NoteTold, authorise_note, is_told, note_told, receive_note
from federation.handlers.rsvp import RsvpTold, rsvp_authorise, rsvp_prepare, rsvp_receive
from federation.handlers.sessions import SessionTold, authorise_session, receive_told, session_told
from federation.handlers.stories import StoryToldThere, authorise_story, receive_story_told, story_told
from federation.handlers.wishes import WishTold, authorise_wish, receive_wish_told, wish_told
from federation.vocabulary.activities import parse_activity

if TYPE_CHECKING:
    from federation.wiring import Federation


@dataclass(frozen=True)
class Said:
    """A Note that wants a place in a session, and, where it says more than that, is a comment as well."""

    rsvp: RsvpTold
    comment: NoteTold | None


Told = SessionTold | NoteTold | StoryToldThere | WishTold | SumTold | LetterTold | Said


async def prepare(incoming: Incoming, federation: "Federation", budget: Budget) -> Told:
    """Reads the Event or the Note; other objects are none of ours. Raises Malformed, FetchFailed, Refused."""
    rsvp = await rsvp_prepare(incoming, federation, budget)
    activity = parse_activity(incoming.activity)
    if (told := sum_told(activity)) is not None:
        return told
    if (wish := await wish_told(federation, activity, budget)) is not None:
        return wish
    if rsvp is not None:
        comment = await note_told(federation, activity, budget) if rsvp.also_comment else None
        return Said(rsvp, comment)
    if is_told(activity):
        if (letter := await letter_told(federation, activity, budget)) is not None:
            return letter
        story = await story_told(federation, activity, budget)
        return story or await note_told(federation, activity, budget)
    if activity.embedded is not None and activity.embedded_type != "Event":
        return SessionTold(outcome=ignored("not an Event"))
    return await session_told(federation, activity, budget)


def authorise(incoming: Incoming, prepared: Told) -> None:
    """The author of Event or Note is the sender. Raises Refused."""
    if isinstance(prepared, SumTold):
        authorise_sum(incoming, prepared)
        return
    if isinstance(prepared, WishTold):
        authorise_wish(incoming, prepared)
        return
    if isinstance(prepared, Said):
        rsvp_authorise(incoming, prepared.rsvp)
    if isinstance(prepared, StoryToldThere):
        authorise_story(incoming, prepared)
        return
    if isinstance(prepared, LetterTold):
        authorise_letter(incoming, prepared)
        return
    note = prepared.comment if isinstance(prepared, Said) else prepared
    if isinstance(note, NoteTold):
        authorise_note(incoming, note)
    elif isinstance(note, SessionTold):
        authorise_session(incoming, note)


async def receive(uow: UnitOfWork, federation: "Federation", incoming: Incoming, prepared: Told) -> Outcome:
    """Stores the session, the story, the letter or the comment, or takes the place."""
    if isinstance(prepared, SumTold):
        return await receive_sum_told(uow, federation, incoming, prepared)
    if isinstance(prepared, WishTold):
        return await receive_wish_told(uow, prepared)
    if isinstance(prepared, StoryToldThere):
        return await receive_story_told(uow, federation, incoming, prepared)
    if isinstance(prepared, LetterTold):
        return await receive_letter_told(uow, incoming, prepared)
    if isinstance(prepared, Said):
        outcome = await rsvp_receive(uow, federation, incoming, prepared.rsvp)
        if prepared.comment is None:
            return outcome
        commented = await receive_note(uow, federation, incoming, prepared.comment)
        return outcome if outcome.state == "processed" else commented
    if isinstance(prepared, NoteTold):
        return await receive_note(uow, federation, incoming, prepared)
    return await receive_told(uow, prepared)
