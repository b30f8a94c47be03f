"""How a request looks to one reader: its words, who wants it too, what answers it, what can be done next."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from alliance.models import Company, Session, Wish
from alliance.queries.wishes import Voices, Wishes, WishFilter, is_open, wishes_of_voices, wishes_page
from web.addresses import address_of_wish
from web.pages.frame import badge_of
from web.pages.rows import face_of
from web.pages.views import Act, Badge, Face
from web.pages.visit import Visit
from web.texts import language_name

KIND_TEXTS = {
    "learn": "Would like to learn",
    "help": "Can help",
    "mentor_wanted": "Looks for a mentor",
    "mentor_offered": "Offers mentoring",
}
_MOST_OWN = 10
_ICONS = {
    "learn": "search",
    "help": "handshake",
    "mentor_wanted": "user-round",
    "mentor_offered": "user-check",
}
_VOICE_TEXTS = {
    "learn": "Me too",
    "help": "I’d like that",
    "mentor_wanted": "Me too",
    "mentor_offered": "I’d like that",
}
_STATE_TEXTS = {
    "answered": "There is a session",
    "closed": "Closed",
    "hidden": "Hidden from everybody else",
}
AUDIENCE_TEXTS = {
    "company": "Only for colleagues",
    "alliance": "For colleagues and allied companies",
    "public": "For everybody",
}


@dataclass(frozen=True)
class AnswerView:
    """A session that answers a request."""

    title: str
    url: str
    when: str
    iso: str
    language: str
    company: Badge


@dataclass(frozen=True)
class WishView:
    """A request for one reader."""

    id: int
    url: str
    kind: str
    icon: str
    title: str
    html: str
    language: str
    """Where it differs from the reader's."""
    foreign_language: str | None
    face: Face
    company: Badge | None
    when: str
    iso: str
    audience: str
    topics: tuple[tuple[str, str], ...]
    state: str
    is_open: bool
    closes: str
    voices: str
    """How many want it too, in words; empty for none."""
    companies: tuple[tuple[Badge, int], ...]
    elsewhere: int
    names: tuple[str, ...]
    own: bool
    own_named: bool
    is_mine: bool
    voice_label: str
    answers: tuple[AnswerView, ...]
    acts: tuple[Act, ...]
    note: str
    original_url: str | None


async def wish_views(visit: Visit, found: Wishes) -> tuple[WishView, ...]:
    """All of them; one query for the companies whose voices are counted."""
    hosts = {host for voices in found.voices.values() for _, host, _ in voices.companies}
    known: dict[str, Company] = {}
    if hosts:
        rows = await visit.db.scalars(select(Company).where(Company.host.in_(hosts)))
        known = {company.host: company for company in rows}
    return tuple(
        _view(visit, wish, found.voices[wish.id], found.answers.get(wish.id, []), known)
        for wish in found.wishes
    )


async def own_wishes(visit: Visit) -> dict[str, object]:
    """What the reader asks for, and what of others they want as well, for their own page."""
    me = visit.employee.id
    asked = await wishes_page(visit.db, visit.viewer, WishFilter(author_id=me), limit=_MOST_OWN)
    voiced = await wishes_of_voices(visit.db, visit.viewer, me, limit=_MOST_OWN)
    return {"asked": await wish_views(visit, asked), "voiced": await wish_views(visit, voiced)}


def _view(
    visit: Visit, wish: Wish, voices: Voices, answers: list[Session], known: Mapping[str, Company]
) -> WishView:
    texts, reader, author = visit.texts, visit.reader, wish.author
    foreign = wish.language != reader.language
    now_open = is_open(wish, reader.now)
    return WishView(
        id=wish.id,
        url=address_of_wish(wish),
        kind=texts.gettext(KIND_TEXTS[wish.kind]),
        icon=_ICONS[wish.kind],
        title=wish.title,
        html=wish.html,
        language=wish.language if foreign else "",
        foreign_language=language_name(wish.language, reader.language) if foreign else None,
        face=face_of(author),
        company=badge_of(author.company) if author.company is not None else None,
        when=reader.since(wish.created_at),
        iso=reader.here(wish.created_at).isoformat(timespec="minutes"),
        audience=texts.gettext(AUDIENCE_TEXTS[wish.audience]),
        topics=tuple((topic.name, topic.slug) for topic in wish.topics),
        state=_state(visit, wish, answers, now_open=now_open),
        is_open=now_open,
        closes=reader.date_of(reader.here(wish.closes_at).date()) if now_open else "",
        voices=_voices_in_words(visit, voices),
        companies=tuple(
            (_badge(name, host, known.get(host)), count) for name, host, count in voices.companies
        ),
        elsewhere=voices.elsewhere,
        names=tuple(name for name, _, _ in voices.names),
        own=voices.own,
        own_named=voices.own_named,
        is_mine=author.id == visit.viewer.person_id,
        voice_label=texts.gettext(_VOICE_TEXTS[wish.kind]),
        answers=tuple(_answer(visit, session) for session in answers),
        acts=tuple(_acts(visit, wish)),
        note=wish.reason if wish.state == "hidden" else "",
        original_url=wish.url if wish.uri and (wish.url or "").startswith(("https://", "http://")) else None,
    )


def _state(visit: Visit, wish: Wish, answers: list[Session], *, now_open: bool) -> str:
    if wish.state == "hidden":
        return visit.texts.gettext(_STATE_TEXTS["hidden"])
    if answers:
        return visit.texts.gettext(_STATE_TEXTS["answered"])
    return "" if now_open else visit.texts.gettext(_STATE_TEXTS["closed"])


def _voices_in_words(visit: Visit, voices: Voices) -> str:
    if not voices.total:
        return ""
    texts, companies = visit.texts, len(voices.companies)
    people = texts.ngettext("One more wants that", "%(num)s more want that", voices.total)
    if companies < 2:
        return people
    return texts.gettext("%(people)s, from %(count)s companies", people=people, count=companies)


def _badge(name: str, host: str, company: Company | None) -> Badge:
    return badge_of(company) if company is not None else Badge(name or host, host, sum(host.encode()) % 24)


def _answer(visit: Visit, session: Session) -> AnswerView:
    reader, start = visit.reader, session.starts_at
    return AnswerView(
        title=session.title,
        url=f"/sessions/{session.id}",
        when=f"{reader.day(start)}, {reader.span(start, session.ends_at)}",
        iso=reader.here(start).isoformat(timespec="minutes"),
        language=session.language if session.language != reader.language else "",
        company=badge_of(session.company),
    )


def _acts(visit: Visit, wish: Wish) -> list[Act]:
    employee, texts, address = visit.visitor.employee, visit.texts, f"/requests/{wish.id}"
    if employee is None:
        return []
    acts = []
    if wish.author_id == employee.id:
        acts.append(Act(texts.gettext("Edit"), f"{address}/edit", get=True, main=False))
        if wish.state in ("open", "answered"):
            acts.append(
                Act(texts.gettext("Put into a community"), f"{address}/communities", get=True, main=False)
            )
            acts.append(Act(texts.gettext("Close"), f"{address}/close", main=False))
        acts.append(Act(texts.gettext("Delete"), f"{address}/delete", get=True, main=False))
    if employee.has_role("moderator") and wish.state == "hidden":
        acts.append(Act(texts.gettext("Show"), f"{address}/show", main=False))
    elif employee.has_role("moderator"):
        acts.append(Act(texts.gettext("Hide"), f"{address}/hide", get=True, main=False))
    if wish.author_id != employee.id:
        acts.append(Act(texts.gettext("Report"), f"/report?wish={wish.id}", get=True, main=False))
    return acts
