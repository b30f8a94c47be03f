"""The search: whatever has the words which somebody typed."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from alliance.captions import clock
from alliance.models import Person, Session
from alliance.queries.search import Found, Question, question_of, search
from alliance.queries.sources import has_sources
from alliance.queries.transcripts import Heard, heard
from alliance.text import clean_line, plain_text
from alliance.visibility import shown_host
from web.pages.community_views import card_of
from web.pages.companies import companies_taking_part
from web.pages.filters import choice_of, session_filter
from web.pages.frame import badge_of
from web.pages.people import person_card
from web.pages.rows import session_row
from web.pages.session_filters import filter_form
from web.pages.transcripts import passage_url
from web.pages.views import Badge, PersonCard, SessionRow
from web.pages.visit import Visit, visiting
from web.pages.wish_views import wish_views

SHOWN = 20
_EXPERTS = 6
_ALL_EXPERTS = 30
_ALL = 100
_OTHERS = 4
_HEARD, _ALL_HEARD = 3, 30
# So many characters before and after the first hit in a description.
_BEFORE, _AFTER = 50, 130
Pieces = tuple[tuple[str, bool], ...]


@dataclass(frozen=True)
class Hit:
    """A session that was found; `title` and `excerpt` are pieces, each with whether it was looked for."""

    row: SessionRow
    day: str
    title: Pieces
    excerpt: Pieces


@dataclass(frozen=True)
class PersonHit:
    """An expert who was found."""

    card: PersonCard
    name: Pieces
    headline: Pieces


@dataclass(frozen=True)
class HeardHit:
    """A passage of what was said somewhere; `moment` is when, `text` in pieces."""

    title: str
    title_language: str
    detail: str
    language: str
    moment: str
    url: str
    company: Badge
    text: Pieces


async def find(request: Request) -> Response:
    """GET /search: the best of what `q` finds, narrowed by the same filters as the programme."""
    async with visiting(request) as visit:
        companies = await companies_taking_part(visit.db, visit.visitor)
        choice = choice_of(request.query_params)
        typed = clean_line(request.query_params.get("q", "")[:1000], 200)
        in_full = request.query_params.get("all") == "1"
        found = await search(
            visit.db,
            visit.viewer,
            question_of(typed, companies),
            session_filter(choice, companies, visit.reader),
            now=visit.reader.now,
            sessions=_ALL if in_full else SHOWN,
            experts=_ALL_EXPERTS if in_full else _EXPERTS,
            others=_OTHERS,
        )
        with_external = visit.visitor.employee is not None and await has_sources(visit.db)
        form = filter_form(
            choice,
            request.url.path,
            companies,
            visit.texts,
            with_external=with_external,
            question=typed,
            in_time=False,
        )
        said = await heard(visit.db, visit.viewer, found.question, limit=_ALL_HEARD if in_full else _HEARD)
        return visit.page(
            "search.html",
            filtering=form,
            typed=typed,
            communities=[card_of(one, visit.reader) for one in found.communities],
            wishes=await wish_views(visit, found.wishes),
            heard=[_heard(visit, one, found.question) for one in said],
            **_shown(visit, found, in_full=in_full),
        )


def _shown(visit: Visit, found: Found, *, in_full: bool) -> dict[str, object]:
    query = str(visit.request.url.query)
    more = (found.more_sessions or found.more_experts) and not in_full
    return {
        "asked": not found.question.is_empty,
        "is_guess": found.is_guess,
        "hits": [_hit(visit, session, found) for session in found.sessions],
        "people": [_person(visit, person, found.question) for person in found.experts],
        "more_url": f"/search?{query}&all=1" if more else None,
    }


def _hit(visit: Visit, session: Session, found: Found) -> Hit:
    row = session_row(session, found.states.get(session.id), visit.viewer, visit.reader)
    title = tuple(found.question.marked(row.title))
    text = " ".join(plain_text(session.description_html).split())
    day = visit.reader.short_day(visit.reader.here(session.starts_at).date())
    if session.starts_at.year != visit.reader.today.year:
        day = visit.reader.date_of(visit.reader.here(session.starts_at).date())
    return Hit(row, day, title, _excerpt(found.question, text))


def _heard(visit: Visit, one: Heard, question: Question) -> HeardHit:
    session = one.session
    host = shown_host(visit.viewer, session)
    day = visit.reader.date_of(visit.reader.here(session.starts_at).date())
    return HeardHit(
        session.title,
        session.language,
        ", ".join(part for part in (host.name if host else "", day) if part),
        one.language,
        clock(one.starts_ms) if one.starts_ms is not None else "",
        passage_url(session.id, one.transcript_id, one.number),
        badge_of(session.company),
        _excerpt(question, one.text),
    )


def _excerpt(question: Question, text: str) -> Pieces:
    """Some words around the first hit; nothing without one."""
    place = question.place_in(text)
    if place is None:
        return ()
    start = text.rfind(" ", 0, max(0, place - _BEFORE)) + 1 if place > _BEFORE else 0
    end = text.find(" ", place + _AFTER)
    shown = text[start : end if end > 0 else len(text)]
    parts = question.marked(shown)
    before, after = ("… " if start else ""), (" …" if 0 < end < len(text) else "")
    return tuple(piece for piece in ((before, False), *parts, (after, False)) if piece[0])


def _person(visit: Visit, person: Person, question: Question) -> PersonHit:
    card = person_card(person, visit.viewer, visit.reader)
    return PersonHit(card, tuple(question.marked(card.face.name)), tuple(question.marked(card.headline)))
