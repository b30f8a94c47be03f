"""Says thank you to those who were there, once, when a session is over."""

from sqlalchemy import select

from alliance.commenting import say
from alliance.errors import Conflict, Forbidden, Invalid
from alliance.facts import SessionThanked
from alliance.meeting_links import MEETING_LINK_PURPOSE, gives_away
from alliance.models import Attendance, Comment, Employee, Session
from alliance.notifying import notify_people
from alliance.publishing import session_to_change
from alliance.text import clean_text
from alliance.unit_of_work import UnitOfWork
from alliance.visibility import is_host

LONGEST_THANKS = 1000


async def thank(uow: UnitOfWork, session_id: int, words: str, by: Employee) -> Comment:
    """Says thank you in the conversation, which reaches allies too, and tells our people who were going.

    Raises Invalid, NotFound, Gone, Forbidden for everybody but the host, and Conflict before the end, after a
    first time, for a session that did not take place and for a closed conversation.
    """
    session = await session_to_change(uow, session_id, by)
    if not is_host(by.id, session):
        raise Forbidden("Only the host can change this session.")
    _check(uow, session, words)
    session.thanked_at = uow.now
    comment = await say(uow, session_id, by, words)
    await _tell(uow, session, comment)
    uow.record(SessionThanked(session, comment.text))
    return comment


def _check(uow: UnitOfWork, session: Session, words: str) -> None:
    if session.thanked_at is not None:
        raise Conflict("You have said thank you already.")
    if session.ends_at > uow.now or session.status == "cancelled":
        raise Conflict("The session is not over yet.")
    words = clean_text(words)
    if not words:
        raise Invalid("Please write a word of thanks.", field="words")
    if len(words) > LONGEST_THANKS:
        raise Invalid("This is longer than {limit} characters.", field="words", limit=LONGEST_THANKS)
    link = session.meeting_link
    if link is not None and gives_away(words, uow.vault.open(link, MEETING_LINK_PURPOSE)):
        raise Invalid("This is the link to the meeting, or gives it away.", field="words")


async def _tell(uow: UnitOfWork, session: Session, comment: Comment) -> None:
    """Each of our people who was going; telling twice is the same as once."""
    going = (
        select(Attendance.person_id)
        .join(Employee, Employee.id == Attendance.person_id)
        .where(Attendance.session_id == session.id, Attendance.state == "going")
    )
    people = dict.fromkeys((await uow.db.scalars(going)).all(), "thanks")
    await notify_people(uow, people, comment, session)
