"""Stories on pages: on the one of a session, of an expert, and each at its own address."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from alliance.errors import Forbidden, Gone, NotFound
from alliance.models import Session, Story
from alliance.moderating import hide_story, show_story
from alliance.queries.stories import (
    Stories,
    sessions_told_about,
    stories_about,
    stories_by,
    story_to_fetch,
    story_to_read,
)
from alliance.telling import take_back_story
from federation.uris import comment_key
from web.addresses import address_of_story
from web.forms import read_form
from web.pages.frame import badge_of
from web.pages.rows import face_of
from web.pages.talk_views import CommentView
from web.pages.views import Act
from web.pages.visit import Visit, path_id, visiting

_ON_A_PAGE = 5
_HIDDEN_TEXT = "Hidden from everybody else"
AUDIENCE_TEXTS = {
    "company": "Only for colleagues",
    "alliance": "For colleagues and allied companies",
    "public": "For everybody",
}


@dataclass(frozen=True)
class Picture:
    """A picture beside a story."""

    url: str
    alt: str
    width: int
    height: int


@dataclass(frozen=True)
class StoryView:
    """A story for one reader: said as comments are, with what belongs to stories alone."""

    said: CommentView
    url: str
    audience: str
    spoiler: str = ""
    language: str = ""
    session: tuple[str, str] | None = None
    """Title and page of what it tells about, where the reader may see that."""
    pictures: tuple[Picture, ...] = ()


async def stories_of_session(visit: Visit, session: Session) -> tuple[StoryView, ...]:
    """The newest that were told about a session which the reader sees."""
    found = await stories_about(visit.db, visit.viewer, session.id, limit=_ON_A_PAGE)
    return views_of(visit, replace(found, sessions={}))


async def stories_of_person(visit: Visit, person_id: int) -> tuple[StoryView, ...]:
    """The newest that somebody told."""
    return views_of(visit, await stories_by(visit.db, visit.viewer, person_id, limit=_ON_A_PAGE))


async def story(request: Request) -> Response:
    """GET /stories/<key>: one story; ours are also found by number alone, by who is signed in."""
    key = comment_key(request.path_params["key"])
    number = key[0] if key is not None else _number(request.path_params["key"])
    async with visiting(request) as visit:
        try:
            found = await story_to_read(visit.db, visit.viewer, number, moderates=_moderates(visit))
        except NotFound:
            await _refuse_gone(visit, key)
            raise
        if key is None or not secrets.compare_digest(found.token.encode(), key[1].encode()):
            if visit.visitor.employee is None or key is not None:
                raise NotFound
            if found.uri is None:
                return RedirectResponse(address_of_story(found), 303)
        sessions = await sessions_told_about(visit.db, visit.viewer, [found])
        (view,) = views_of(visit, Stories([found], sessions))
        return visit.page("story.html", story=view)


async def _refuse_gone(visit: Visit, key: tuple[int, str] | None) -> None:
    """Raises Gone for one of ours that the reader could see before it was taken back."""
    if key is not None:
        gone = await story_to_fetch(visit.db, visit.viewer, key[0])
        if gone.state == "deleted" and secrets.compare_digest(gone.token.encode(), key[1].encode()):
            raise Gone


async def ask_delete(request: Request) -> Response:
    """GET /stories/<id>/delete: asks once."""
    async with visiting(request) as visit:
        found, texts = await _own(visit), visit.texts
        return visit.page(
            "confirm.html",
            title=texts.gettext("Delete this story?"),
            sentence=texts.gettext("It disappears here and at the allied companies."),
            submit=texts.gettext("Yes, delete"),
            action=f"/stories/{found.id}/delete",
            back_url=address_of_story(found),
            back_label=texts.gettext("The story"),
        )


async def delete(request: Request) -> Response:
    """POST /stories/<id>/delete: takes it back."""
    async with visiting(request) as visit:
        found = await _own(visit)
        async with visit.instance.unit_of_work() as uow:
            await take_back_story(uow, found.id, visit.employee)
        return visit.go("/mine", "story-deleted")


async def ask_hide(request: Request) -> Response:
    """GET /stories/<id>/hide: asks for the reason."""
    async with visiting(request) as visit:
        if not _moderates(visit):
            raise Forbidden
        found, texts = await _readable(visit), visit.texts
        return visit.page(
            "comment.html",
            title=texts.gettext("Hide this story?"),
            form=visit.form({"reason": ""}),
            field="reason",
            label=texts.gettext("Why? Only those who decide here read it."),
            action=f"/stories/{found.id}/hide",
            submit=texts.gettext("Hide"),
            back_url=address_of_story(found),
            back_label=texts.gettext("The story"),
        )


async def hide(request: Request) -> Response:
    """POST /stories/<id>/hide: moderators take it away."""
    async with visiting(request) as visit:
        values = await read_form(request, {"reason": 500})
        async with visit.instance.unit_of_work() as uow:
            found = await hide_story(uow, path_id(request), visit.employee, values["reason"])
        return visit.go(address_of_story(found), "story-hidden")


async def show(request: Request) -> Response:
    """POST /stories/<id>/show: moderators show it again."""
    async with visiting(request) as visit:
        async with visit.instance.unit_of_work() as uow:
            found = await show_story(uow, path_id(request), visit.employee)
        return visit.go(address_of_story(found), "story-shown")


def views_of(visit: Visit, found: Stories) -> tuple[StoryView, ...]:
    """All of them as the reader sees them."""
    return tuple(_view(visit, one, found.sessions) for one in found.stories)


def _view(visit: Visit, told: Story, sessions: dict[int, Session]) -> StoryView:
    session = sessions.get(told.session_id or 0)
    return StoryView(
        said=_said(visit, told),
        url=address_of_story(told),
        audience=visit.texts.gettext(AUDIENCE_TEXTS[told.audience]),
        spoiler=told.spoiler,
        language=told.language if told.language != visit.reader.language else "",
        session=(session.title, f"/sessions/{session.id}") if session is not None else None,
        pictures=tuple(
            Picture(f"/media/{one.name}", one.description, one.width, one.height) for one in told.pictures
        ),
    )


def _said(visit: Visit, told: Story) -> CommentView:
    author, reader, hidden = told.author, visit.reader, told.state == "hidden"
    note = visit.texts.gettext(_HIDDEN_TEXT) if hidden else ""
    return CommentView(
        id=told.id,
        depth=0,
        face=face_of(author),
        company=badge_of(author.company) if author.company is not None else None,
        host="" if author.company is not None else author.host or "",
        when=reader.since(told.created_at),
        iso=reader.here(told.created_at).isoformat(timespec="minutes"),
        html=told.html,
        edited=told.edits > 0,
        note=f"{note}: {told.reason}" if hidden and told.reason else note,
        tone="few" if hidden else "",
        acts=tuple(_acts(visit, told)),
        original_url=told.url if told.uri and (told.url or "").startswith(("https://", "http://")) else None,
    )


def _acts(visit: Visit, told: Story) -> Sequence[Act]:
    employee, texts, address = visit.visitor.employee, visit.texts, f"/stories/{told.id}"
    if employee is None:
        return ()
    acts = []
    if told.author_id == employee.id:
        acts.append(Act(texts.gettext("Delete"), f"{address}/delete", get=True, main=False))
    if _moderates(visit) and told.state == "hidden":
        acts.append(Act(texts.gettext("Show"), f"{address}/show"))
    elif _moderates(visit):
        acts.append(Act(texts.gettext("Hide"), f"{address}/hide", get=True, main=False))
    if told.author_id != employee.id:
        acts.append(Act(texts.gettext("Report"), f"/report?story={told.id}", get=True, main=False))
    return acts


async def _readable(visit: Visit) -> Story:
    return await story_to_read(visit.db, visit.viewer, path_id(visit.request), moderates=_moderates(visit))


async def _own(visit: Visit) -> Story:
    _ = visit.employee
    found = await _readable(visit)
    if found.author_id != visit.employee.id:
        raise Forbidden
    return found


def _moderates(visit: Visit) -> bool:
    employee = visit.visitor.employee
    return employee is not None and employee.has_role("moderator")


def _number(digits: str) -> int:
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 19 else 0
