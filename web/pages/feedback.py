"""After a session: one tap that tells whether it helped, and, if one likes, a story."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from alliance.errors import Invalid, NotFound
from alliance.feedback import BATCH, OPEN_FOR, give_feedback, has_answered, may_answer, sums_of
from alliance.models import Attendance, Session
from alliance.visibility import hosts_of, may_host
from web.forms import read_form
from web.pages.frame import badge_of
from web.pages.views import Badge
from web.pages.visit import Visit, path_id, visiting

# By tenths of what was possible: no host learns more than one of five words.
_SHARE_TEXTS = (
    (8, "Almost everybody says that it helped."),
    (6, "Most say that it helped."),
    (4, "About half say that it helped."),
    (2, "Some say that it helped."),
    (0, "Few say that it helped."),
)


@dataclass(frozen=True)
class FeedbackView:
    """What stands about feedback on the page of a session that is over.

    `sum`, `from_answers` and `waiting` are for its hosts alone, the rest for whoever was there.
    """

    url: str = ""
    answered: bool = False
    story_url: str = ""
    sum: str = ""
    from_answers: str = ""
    waiting: str = ""


async def feedback_of(visit: Visit, session: Session, attendance: Attendance | None) -> FeedbackView | None:
    """None while there is nothing to ask or to tell: before the end, and for whoever was not there."""
    now, person_id = visit.reader.now, visit.viewer.person_id
    if session.ends_at > now or session.status != "scheduled" or person_id is None:
        return None
    if may_host(visit.viewer, session):
        return await _for_hosts(visit, session)
    was_there = attendance is not None and attendance.state == "going" and session.author_uri is None
    if not was_there or person_id in hosts_of(session):
        return None
    answered = await has_answered(visit.db, visit.instance.vault, session.id, person_id)
    is_open = session.ends_at + OPEN_FOR > now
    return FeedbackView(
        url=f"/sessions/{session.id}/feedback" if is_open and not answered else "",
        answered=answered,
        story_url=f"/stories/new?session={session.id}",
    )


async def ask(request: Request) -> Response:
    """GET /sessions/<id>/feedback: the question; nothing happens by looking at it."""
    async with visiting(request) as visit:
        session, answered = await _place(visit)
        return visit.page(
            "feedback.html",
            session=(session.title, f"/sessions/{session.id}"),
            language_of_session=session.language if session.language != visit.reader.language else "",
            company=_badge(session),
            when=visit.reader.day(session.starts_at),
            action=visit.request.url.path,
            answered=answered,
            is_over=session.ends_at <= visit.reader.now,
            is_open=session.ends_at + OPEN_FOR > visit.reader.now,
            story_url=f"/stories/new?session={session.id}",
            at_least=BATCH,
        )


async def give(request: Request) -> Response:
    """POST /sessions/<id>/feedback."""
    async with visiting(request) as visit:
        employee, values = visit.employee, await read_form(request, {"helped": 5})
        if values["helped"] not in ("yes", "no"):
            raise Invalid("Please choose one of the two.", field="helped")
        async with visit.instance.unit_of_work() as uow:
            await give_feedback(uow, path_id(request), employee, helped=values["helped"] == "yes")
        return visit.go(visit.request.url.path, "feedback-given")


async def _place(visit: Visit) -> tuple[Session, bool]:
    """The session of whoever was going, and whether they have answered. Raises NotSignedIn, NotFound."""
    employee, session_id = visit.employee, path_id(visit.request)
    found = await may_answer(visit.db, session_id, employee.id)
    answered = await has_answered(visit.db, visit.instance.vault, session_id, employee.id)
    return found.session, answered


async def _for_hosts(visit: Visit, session: Session) -> FeedbackView:
    texts = visit.texts
    batches, points = (await sums_of(visit.db, [session.id])).get(session.id, (0, 0))
    if not batches:
        waiting = texts.gettext(
            "What people say about it is shown here once five have answered, and then in fives."
        )
        return FeedbackView(waiting=waiting)
    tenths = points * 10 // (2 * batches)
    words = next(words for least, words in _SHARE_TEXTS if tenths >= least)
    count = texts.gettext("From at least %(num)s answers; nobody sees single ones.", num=batches * BATCH)
    return FeedbackView(sum=texts.gettext(words), from_answers=count)


def _badge(session: Session) -> Badge:
    if session.company is None:
        raise NotFound
    return badge_of(session.company)
