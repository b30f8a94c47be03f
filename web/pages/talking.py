"""The conversation on the page of a session: who said what, and what the reader can do about it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from alliance.errors import AllianceError
from alliance.models import Comment, Person, Session
from alliance.queries.comments import Conversation, Interest, conversation, interest
from alliance.text import plain_text
from alliance.visibility import may_moderate
from web.pages.frame import badge_of
from web.pages.rows import face_of
from web.pages.talk_views import CommentView, InterestView, Talk
from web.pages.views import Act
from web.pages.visit import Visit

MODE_TEXTS = {
    "moderated": "Colleagues and allies at once, others after a yes",
    "open": "Everybody at once",
    "closed": "Nobody",
}
_HINT_TEXTS = {
    "company": "Only your colleagues can read this.",
    "alliance": "Colleagues and people at allied companies can read this, with your name.",
    "public": "Everybody can read this, with your name.",
}
_NOTE_TEXTS = {"waiting": "Waits for a yes", "hidden": "Hidden from everybody else"}
_EMPTY = {"text": "", "reply": ""}


async def talk_of(
    visit: Visit,
    session: Session,
    values: Mapping[str, str] | None = None,
    error: AllianceError | None = None,
    *,
    is_there: bool = True,
) -> Talk:
    """The conversation as this reader sees it; with what they typed and what is wrong with it.

    Not `is_there`: nobody has said anything, and nothing is looked for.
    """
    moderates = _moderates(visit)
    params = visit.request.query_params
    after = _number(params.get("threads", ""))
    page = Conversation([])
    if is_there:
        page = await conversation(visit.db, visit.viewer, session.id, moderates=moderates, after=after)
    views = _views(visit, session, page.comments, moderates)
    wanted = _number((values or {}).get("reply", "") or params.get("reply", ""))
    answering = next((view for view in views if view.id == wanted and view.reply_url), None)
    speaks = visit.visitor.employee is not None and _is_open(visit, session)
    address = f"/sessions/{session.id}"
    return Talk(
        comments=views,
        total=page.total,
        form=visit.form({**_EMPTY, **(values or {})}, error) if speaks else None,
        action=f"{address}/comments",
        hint=visit.texts.gettext(_HINT_TEXTS[session.audience]) if speaks else "",
        closed=_closed(visit, session),
        answering=answering,
        more_url=f"{address}?threads={page.next}#conversation" if page.next else None,
        modes=_modes(visit, session, moderates),
        mode=session.conversation,
    )


async def interest_of(visit: Visit, session: Session, *, is_there: bool = True) -> InterestView | None:
    """How many find it interesting; None where there is nothing to say or do, `is_there` as above."""
    found = await interest(visit.db, session.id, visit.viewer.person_id) if is_there else Interest()
    act = _interest_act(visit, session, found)
    words = _count(visit, found)
    return InterestView(words, act, found.own) if act is not None or words else None


def comment_view(visit: Visit, comment: Comment, *, acts: tuple[Act, ...] = ()) -> CommentView:
    """One comment in short, for lists; author with company must be loaded."""
    author, reader = comment.author, visit.reader
    return CommentView(
        id=comment.id,
        depth=comment.depth,
        face=face_of(author) if author.gone_at is None else face_of(_nobody(visit, author)),
        company=badge_of(author.company) if author.company is not None else None,
        host="" if author.company is not None else author.host or "",
        when=_when(visit, comment.created_at),
        iso=reader.here(comment.created_at).isoformat(timespec="minutes"),
        html=comment.html,
        edited=comment.updated_at > comment.created_at and comment.state != "hidden",
        note=_note(visit, comment),
        tone="few" if comment.state != "shown" or comment.is_private else "",
        acts=acts,
        original_url=comment.url if comment.uri and _is_page(comment.url) else None,
    )


def quote_of(html: str, limit: int = 160) -> str:
    """The beginning of a comment as plain text on one line."""
    text = " ".join(plain_text(html).split())
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"


def _views(
    visit: Visit, session: Session, comments: Sequence[Comment], moderates: bool
) -> tuple[CommentView, ...]:
    there = {comment.id for comment in comments}
    found = []
    for comment in comments:
        view = comment_view(visit, comment, acts=_acts(visit, session, comment, moderates))
        answerable = (
            visit.visitor.employee is not None
            and comment.state == "shown"
            and not comment.is_private
            and _is_open(visit, session)
        )
        found.append(
            replace(
                view,
                reply_url=f"/sessions/{session.id}?reply={comment.id}#say" if answerable else None,
                follows_nothing=comment.depth > 0 and comment.parent_id not in there,
            )
        )
    return tuple(found)


def _acts(visit: Visit, session: Session, comment: Comment, moderates: bool) -> tuple[Act, ...]:
    employee, texts, address = visit.visitor.employee, visit.texts, f"/comments/{comment.id}"
    if employee is None:
        return ()
    acts = []
    decides = may_moderate(visit.viewer, session, moderates=moderates)
    if decides and comment.state in ("waiting", "hidden") and not comment.is_private:
        acts.append(Act(texts.gettext("Show"), f"{address}/show"))
    if comment.author_id == employee.id:
        acts.append(Act(texts.gettext("Edit"), f"{address}/edit", get=True, main=False))
        acts.append(Act(texts.gettext("Delete"), f"{address}/delete", get=True, main=False))
        return tuple(acts)
    if decides and comment.state != "hidden":
        acts.append(Act(texts.gettext("Hide"), f"{address}/hide", get=True, main=False))
    acts.append(Act(texts.gettext("Report"), f"/report?comment={comment.id}", get=True, main=False))
    return tuple(acts)


def _moderates(visit: Visit) -> bool:
    employee = visit.visitor.employee
    return employee is not None and employee.has_role("moderator")


def _is_open(visit: Visit, session: Session) -> bool:
    reached = session.uri is None or session.company.instance_uri is not None
    return session.conversation != "closed" and reached and session.status != "draft"


def _closed(visit: Visit, session: Session) -> str:
    if visit.visitor.employee is None or _is_open(visit, session):
        return ""
    if session.uri is not None and session.company.instance_uri is None:
        return ""
    return visit.texts.gettext("The conversation is closed.")


def _modes(visit: Visit, session: Session, moderates: bool) -> tuple[tuple[str, str], ...]:
    if session.uri is not None or not may_moderate(visit.viewer, session, moderates=moderates):
        return ()
    return tuple((mode, visit.texts.gettext(text)) for mode, text in MODE_TEXTS.items())


def _note(visit: Visit, comment: Comment) -> str:
    if comment.is_private and comment.state == "shown":
        return visit.texts.gettext("Only for the host")
    if comment.state not in _NOTE_TEXTS:
        return ""
    note = visit.texts.gettext(_NOTE_TEXTS[comment.state])
    return f"{note}: {comment.reason}" if comment.reason else note


def _when(visit: Visit, moment: datetime) -> str:
    return visit.reader.since(moment)


def _nobody(visit: Visit, author: Person) -> Person:
    """Whoever was forgotten is called so in the reader's language."""
    return Person(id=author.id, name=visit.texts.gettext(author.name), username=author.username)


def _is_page(url: str | None) -> bool:
    return url is not None and url.startswith(("https://", "http://"))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 19 else 0


def _count(visit: Visit, found: Interest) -> str:
    parts = []
    if found.likes:
        parts.append(visit.texts.ngettext("%(num)s interested", "%(num)s interested", found.likes))
    if found.announces:
        parts.append(visit.texts.ngettext("passed on once", "passed on %(num)s times", found.announces))
    return " · ".join(parts)


def _interest_act(visit: Visit, session: Session, found: Interest) -> Act | None:
    if visit.visitor.employee is None or session.status == "draft":
        return None
    if found.own:
        return Act(visit.texts.gettext("You are interested"), f"/sessions/{session.id}/not-interested")
    return Act(visit.texts.gettext("I am interested"), f"/sessions/{session.id}/interested")
