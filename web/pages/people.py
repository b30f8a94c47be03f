"""People who share what they know: the directory and their own pages."""

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import parse_qsl, unquote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from alliance.contacting import may_write_to
from alliance.errors import NotFound
from alliance.models import Person, Session
from alliance.queries.hosting import co_hosted
from alliance.queries.people import (
    ExpertFilter,
    experts,
    introduced,
    profile,
)
from alliance.queries.session_filters import SessionFilter
from alliance.queries.sessions import own_states, upcoming
from alliance.visibility import Viewer, shown_host
from web.pages.companies import companies_taking_part
from web.pages.experts_offer import ExpertsOffer
from web.pages.filters import Choice, choice_of, expert_chips, expert_key_in, with_expert_key
from web.pages.following import follow_expert
from web.pages.frame import address_of, badge_of
from web.pages.office_hours import hours_in_words
from web.pages.rows import day_groups, portrait_of
from web.pages.stories import stories_of_person
from web.pages.views import DayGroup, DirectoryForm, PersonCard, PersonPage
from web.pages.visit import Visit, visiting
from web.texts import language_name
from web.times import Reader

PER_PAGE = 30
_MOST_SESSIONS = 10
_MOST_PAST = 5


async def directory(request: Request) -> Response:
    """GET /experts: who shares what, by name, filtered by the address."""
    async with visiting(request) as visit:
        companies = await companies_taking_part(visit.db, visit.visitor)
        choice, after = choice_of(request.query_params), expert_key_in(request.query_params)
        company_id = next((known.id for known in companies if known.host == choice.company), 0)
        wanted = ExpertFilter(
            company_id=company_id if choice.company else None,
            external=choice.outside,
            topic=choice.topic or None,
            language=choice.language or None,
            leaders=choice.leaders,
        )
        found = await experts(visit.db, visit.viewer, wanted, after=after, limit=PER_PAGE)
        return visit.page(
            "experts.html",
            people=[person_card(person, visit.viewer, visit.reader) for person in found.experts],
            search=await _search(visit, choice),
            filters=expert_chips(choice, request.url.path, companies, visit.texts),
            filtered=choice != Choice(),
            later_url=with_expert_key(choice.address(request.url.path), found.next),
            lead=visit.texts.gettext("Come to their next session, or ask them what they know about."),
            invite_to_join=_is_invisible(visit),
        )


async def _search(visit: Visit, choice: Choice) -> DirectoryForm:
    """What is chosen from lists; company and leaders are chips and kept beside it."""
    known: ExpertsOffer = visit.request.app.state.experts_offer
    offer = await known.to(visit.db, visit.viewer, visit.instance.clock.now())
    named = list(offer.topics)
    if choice.topic and choice.topic not in dict(named):
        named.insert(0, (choice.topic, f"#{choice.topic}"))
    codes = offer.languages | ({choice.language} if choice.language else set())
    spoken = [(code, language_name(code, visit.reader.language)) for code in codes]
    spoken.sort(key=lambda pair: pair[1].casefold())
    kept = replace(choice, topic="", language="")
    return DirectoryForm(
        topics=tuple(named),
        languages=tuple(spoken),
        topic=choice.topic,
        language=choice.language,
        kept=tuple(parse_qsl(kept.query())),
    )


async def person(request: Request) -> Response:
    """GET /@<name>: an expert with the next sessions."""
    async with visiting(request) as visit:
        handle = request.path_params["handle"].removesuffix(f"@{visit.instance.settings.host}")
        found = await profile(visit.db, visit.viewer, handle)
        if unquote(address_of(found)) != f"/@{request.path_params['handle']}":
            return RedirectResponse(address_of(found), 301)
        days = await _next_sessions(visit, found)
        page = _page(visit, found, days)
        past, contact = await _past_sessions(visit, found), await _contact(visit, found)
        follow = await follow_expert(visit, found.id, found.name) if not page.hidden else None
        page = replace(page, past=past, contact_url=contact)
        stories = await stories_of_person(visit, found.id)
        return visit.page("person.html", page=page, follow=follow, stories=stories)


async def host_of(visit: Visit, session: Session) -> Person | None:
    """The host of a session as they introduce themselves to this visitor, if they do."""
    host = shown_host(visit.viewer, session)
    return await introduced(visit.db, visit.viewer, host.id) if host is not None else None


def person_card(found: Person, viewer: Viewer, reader: Reader) -> PersonCard:
    """An expert in few words; company, profile and topics are loaded."""
    profile = found.profile
    if found.company is None:
        raise NotFound
    card = PersonCard(portrait_of(found, viewer, address_of(found)), badge_of(found.company))
    if profile is None:
        return card
    return replace(
        card,
        headline=profile.headline,
        topics=tuple((topic.name, topic.slug) for topic in profile.topics),
        languages=tuple(language_name(code, reader.language) for code in profile.languages),
        leader=profile.is_leader,
    )


async def _next_sessions(visit: Visit, found: Person) -> tuple[DayGroup, ...]:
    """What this person offers next, as far as the visitor is told that it is them."""
    wanted = SessionFilter(host_id=found.id)
    page = await upcoming(visit.db, visit.viewer, wanted, now=visit.reader.now, limit=_MOST_SESSIONS)
    sessions = [session for session in page.sessions if shown_host(visit.viewer, session)]
    return await _with_those_held_together(visit, found, sessions, page.states, past=False)


async def _past_sessions(visit: Visit, found: Person) -> tuple[DayGroup, ...]:
    """The last ones, the latest first."""
    wanted = SessionFilter(host_id=found.id, past=True)
    page = await upcoming(visit.db, visit.viewer, wanted, now=visit.reader.now, limit=_MOST_PAST)
    sessions = [session for session in page.sessions if shown_host(visit.viewer, session)]
    groups = await _with_those_held_together(visit, found, sessions, page.states, past=True)
    # Today may stand among the next ones as well, and a page has each name once.
    return tuple(replace(group, iso=f"past-{group.iso}") for group in groups)


async def _with_those_held_together(
    visit: Visit, found: Person, sessions: list[Session], states: Mapping[int, str], *, past: bool
) -> tuple[DayGroup, ...]:
    """The same days with what this person said yes to holding with others, their own first in each moment."""
    together = await co_hosted(visit.db, visit.viewer, found.id, now=visit.reader.now, past=past)
    if together:
        states = {**states, **await own_states(visit.db, visit.viewer, together)}
    known = {session.id: session for session in (*sessions, *together)}
    shown = sorted(known.values(), key=lambda one: (one.starts_at, one.id), reverse=past)
    most = _MOST_PAST if past else _MOST_SESSIONS
    return day_groups(shown[:most], states, visit.viewer, visit.reader)


async def _contact(visit: Visit, found: Person) -> str | None:
    """Where somebody can be written to, a colleague or an expert of an allied company."""
    me = visit.viewer.person_id
    if me is None or found.id == me or not _is_shown(found):
        return None
    return f"/people/{found.id}/write" if await may_write_to(visit.db, me, found.id) else None


def _is_shown(found: Person) -> bool:
    return found.profile is not None and found.profile.published_at is not None


def _page(visit: Visit, found: Person, days: tuple[DayGroup, ...]) -> PersonPage:
    profile, host = found.profile, found.host or visit.instance.settings.host
    is_colleague = visit.viewer.kind == "employee" and found.uri is None
    return PersonPage(
        card=person_card(found, visit.viewer, visit.reader),
        about=profile.about_html if profile else "",
        ask_me=tuple(profile.ask_me_about) if profile else (),
        office_hours=hours_in_words(profile.office_hours, visit.reader) if profile and is_colleague else (),
        office_hours_note=profile.office_hours_note if profile and is_colleague else "",
        address=f"@{found.username}@{host}",
        own=found.id == visit.viewer.person_id,
        elsewhere=_elsewhere(visit, found),
        report_url=f"/report?person={found.id}"
        if visit.visitor.employee is not None and found.id != visit.viewer.person_id
        else None,
        hidden=profile is None or profile.published_at is None,
        days=days,
    )


def _elsewhere(visit: Visit, found: Person) -> str | None:
    """Following with an account of another server, for whoever is not signed in here."""
    is_ours = found.uri is None and visit.visitor.employee is None
    return f"/people/{found.id}/elsewhere" if is_ours else None


def _is_invisible(visit: Visit) -> bool:
    employee = visit.visitor.employee
    if employee is None:
        return False
    profile = employee.person.profile
    return profile is None or profile.published_at is None
