"""Communities: the directory, one of them, joining and leaving."""

import re
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from alliance.community_members import join_community, leave_community
from alliance.models import Community, CommunityMember
from alliance.queries.communities import (
    CommunityFilter,
    CommunityKey,
    communities,
    community,
    joined,
    languages_of_communities,
    membership,
    next_sessions,
    owners_of,
    shown_members,
    topics_of_communities,
)
from alliance.queries.session_filters import SessionFilter
from alliance.queries.sessions import upcoming
from alliance.queries.stories import StoryFilter, stories_page
from alliance.queries.wishes import WishFilter, wishes_page
from federation.followers import how_many_from_elsewhere
from federation.uris import Uris
from web.forms import read_form
from web.pages.community_views import CommunityPage, card_of, member_of, runners_of
from web.pages.companies import companies_taking_part
from web.pages.filters import Choice, choice_of, community_chips, key_in, with_key
from web.pages.rows import day_groups
from web.pages.stories import views_of
from web.pages.views import Act, DayGroup, DirectoryForm
from web.pages.visit import Visit, path_id, visiting
from web.pages.wish_views import wish_views
from web.texts import language_name

PER_PAGE = 24
_MOST_SESSIONS = 20
_MOST_PAST = 5
_PAST_PAGE = 30
_STORIES = 4
_WISHES = 6
_KEY = re.compile(r"([0-9]{1,9})-([0-9]{1,19})")
_LARGEST_ID = (1 << 63) - 1
AUDIENCE_TEXTS = {
    "company": "Only %(company)s",
    "alliance": "%(company)s and its allied companies",
    "public": "Everyone",
}


async def directory(request: Request) -> Response:
    """GET /communities: ours and our allies', the biggest first, filtered by the address."""
    async with visiting(request) as visit:
        companies = await companies_taking_part(visit.db, visit.visitor)
        choice, after = choice_of(request.query_params), _key_in(request.query_params)
        only_mine = request.query_params.get("mine") == "1" and visit.visitor.employee is not None
        company_id = next((known.id for known in companies if known.host == choice.company), 0)
        wanted = CommunityFilter(
            company_id=company_id if choice.company else None,
            external=choice.outside,
            topic=choice.topic or None,
            language=choice.language or None,
            mine=only_mine,
        )
        found = await communities(visit.db, visit.viewer, wanted, after=after, limit=PER_PAGE)
        ids = [one.id for one in found.communities]
        soon = await next_sessions(visit.db, visit.viewer, ids, now=visit.reader.now)
        own = await _own_ids(visit)
        address = _address(choice, mine=only_mine)
        return visit.page(
            "communities.html",
            communities=[
                card_of(one, visit.reader, soon, is_mine=one.id in own) for one in found.communities
            ],
            search=await _search(visit, choice, mine=only_mine),
            filters=community_chips(choice, companies, visit.texts, mine=only_mine if own else None),
            filtered=choice != Choice() or only_mine,
            later_url=_with_key(address, found.next),
            may_found=visit.visitor.employee is not None,
        )


async def show(request: Request) -> Response:
    """GET /communities/<id>: what it is about, who runs it, what is next; with `?past=1` all that was."""
    async with visiting(request) as visit:
        found = await community(visit.db, visit.viewer, path_id(request))
        if request.query_params.get("past") == "1":
            return await _past_page(visit, found)
        own = await membership(visit.db, visit.viewer, found.id)
        page = await _page(visit, found, own)
        wanted = StoryFilter(community_id=found.id)
        stories = await stories_page(visit.db, visit.viewer, wanted, limit=_STORIES)
        asked = await wishes_page(visit.db, visit.viewer, WishFilter(community_id=found.id), limit=_WISHES)
        return visit.page(
            "community.html",
            page=page,
            stories=views_of(visit, stories),
            wishes=await wish_views(visit, asked),
        )


async def join(request: Request) -> Response:
    """POST /communities/<id>/join: becomes a member, or decides anew about being seen."""
    async with visiting(request) as visit:
        is_shown = bool((await read_form(request, {"is_shown": 5}))["is_shown"])
        known = await membership(visit.db, visit.viewer, path_id(request))
        async with visit.instance.unit_of_work() as uow:
            await join_community(uow, path_id(request), visit.employee, is_shown=is_shown)
        return visit.go(f"/communities/{path_id(request)}", "community-kept" if known else "community-joined")


async def leave(request: Request) -> Response:
    """POST /communities/<id>/leave: is no member any more."""
    async with visiting(request) as visit:
        async with visit.instance.unit_of_work() as uow:
            await leave_community(uow, path_id(request), visit.employee)
        return visit.go(f"/communities/{path_id(request)}", "community-left")


async def _page(visit: Visit, found: Community, own: CommunityMember | None) -> CommunityPage:
    texts, employee = visit.texts, visit.visitor.employee
    ours = found.uri is None
    rows = await owners_of(visit.db, found.id) if ours else []
    people = await shown_members(visit.db, visit.viewer, found.id)
    days, past, more = await _days(visit, found)
    runs = ours and employee is not None and _runs(own, employee.has_role("moderator"))
    host = found.company.host
    company = found.company.name
    page = CommunityPage(
        card=card_of(found, visit.reader, is_mine=own is not None),
        description=found.description_html,
        audience=texts.gettext(AUDIENCE_TEXTS[found.audience], company=company),
        handle=f"@{found.slug}@{host}" if found.audience == "public" else "",
        runners=runners_of(found, rows, visit.viewer, visit.reader),
        members=tuple(member_of(person, visit.viewer) for person in people),
        more_members=_others(visit, found, len(people) + len(rows)),
        days=days,
        past=past,
        past_url=f"/communities/{found.id}?past=1" if more else None,
        is_member=own is not None,
        is_shown=own is not None and own.is_shown,
        runs=runs,
        owns=runs and (own is None or own.role == "owner"),
        may_join=employee is not None,
        join_note=_join_note(visit, found),
        original_url=_web_address(found.url) if not ours else None,
        feeds=_feeds(visit, found),
    )
    if own is not None:
        leave = Act(texts.gettext("Leave"), f"/communities/{found.id}/leave", main=False)
        page = replace(page, leave=leave, offer_url=f"/sessions/new?community={found.id}")
    if ours and found.audience == "public":
        address = Uris(visit.instance.settings.origin).community(found.id)
        number = await how_many_from_elsewhere(visit.db, address)
        elsewhere = f"/communities/{found.id}/elsewhere" if employee is None else None
        page = replace(page, followers=_followers(visit, number), elsewhere_url=elsewhere)
    return page


def _runs(own: CommunityMember | None, moderates: bool) -> bool:
    return moderates or (own is not None and own.role != "member")


async def _days(visit: Visit, found: Community) -> tuple[tuple[DayGroup, ...], tuple[DayGroup, ...], bool]:
    now, wanted = visit.reader.now, SessionFilter(community_id=found.id)
    coming = await upcoming(visit.db, visit.viewer, wanted, now=now, limit=_MOST_SESSIONS)
    over = await upcoming(
        visit.db, visit.viewer, replace(wanted, past=True), now=now, limit=_MOST_PAST, in_full=True
    )
    groups = day_groups(over.sessions, over.states, visit.viewer, visit.reader)
    past = tuple(replace(group, iso=f"past-{group.iso}") for group in groups)
    return (
        day_groups(coming.sessions, coming.states, visit.viewer, visit.reader),
        past,
        over.next is not None,
    )


async def _past_page(visit: Visit, found: Community) -> Response:
    wanted = SessionFilter(community_id=found.id, past=True)
    after = key_in(visit.request.query_params)
    page = await upcoming(visit.db, visit.viewer, wanted, now=visit.reader.now, after=after, limit=_PAST_PAGE)
    address = f"/communities/{found.id}?past=1"
    return visit.page(
        "community_past.html",
        card=card_of(found, visit.reader),
        days=day_groups(page.sessions, page.states, visit.viewer, visit.reader),
        later_url=with_key(address, page.next),
    )


def _others(visit: Visit, found: Community, named: int) -> str:
    """How many members stand there without a name, for whoever sees names."""
    others = found.member_count - named
    if visit.visitor.employee is None or others <= 0 or found.uri is not None:
        return ""
    return visit.texts.ngettext(
        "and %(num)s more who did not put their name here",
        "and %(num)s more who did not put their names here",
        others,
    )


def _join_note(visit: Visit, found: Community) -> str:
    if found.uri is None:
        return visit.texts.gettext("Without that you are counted, and nobody reads your name.")
    return visit.texts.gettext(
        "Without that %(company)s learns only how many people of yours are in it.",
        company=found.company.name,
    )


def _followers(visit: Visit, number: int) -> str:
    if not number:
        return ""
    return visit.texts.ngettext(
        "%(num)s account elsewhere follows it", "%(num)s accounts elsewhere follow it", number
    )


def _feeds(visit: Visit, found: Community) -> tuple[tuple[str, str], ...]:
    """Calendar and feeds, of what everybody may see."""
    if found.audience != "public":
        return ()
    address = f"{visit.instance.settings.origin}/communities/{found.id}"
    texts = visit.texts
    return (
        (texts.gettext("Calendar"), f"{address}.ics"),
        ("Atom", f"{address}.atom"),
        ("JSON Feed", f"{address}.json"),
    )


async def _search(visit: Visit, choice: Choice, *, mine: bool) -> DirectoryForm:
    topics = await topics_of_communities(visit.db, visit.viewer)
    named = [(topic.slug, topic.name) for topic in sorted(topics, key=lambda topic: topic.name.casefold())]
    if choice.topic and choice.topic not in dict(named):
        named.insert(0, (choice.topic, f"#{choice.topic}"))
    codes = {
        *await languages_of_communities(visit.db, visit.viewer),
        *([choice.language] if choice.language else []),
    }
    spoken = [(code, language_name(code, visit.reader.language)) for code in codes]
    spoken.sort(key=lambda pair: pair[1].casefold())
    kept = replace(choice, topic="", language="")
    return DirectoryForm(
        topics=tuple(named),
        languages=tuple(spoken),
        topic=choice.topic,
        language=choice.language,
        kept=(*parse_qsl(kept.query()), *((("mine", "1"),) if mine else ())),
    )


async def _own_ids(visit: Visit) -> set[int]:
    if visit.visitor.employee is None:
        return set()
    return {one.id for one, _ in await joined(visit.db, visit.viewer)}


def _address(choice: Choice, *, mine: bool) -> str:
    address = choice.address("/communities")
    return f"{address}{'&' if '?' in address else '?'}mine=1" if mine else address


def _key_in(query: QueryParams) -> CommunityKey | None:
    """Where the page before this one ended, by `after`; None for the beginning."""
    match = _KEY.fullmatch(query.get("after", ""))
    if match is None or int(match[2]) > _LARGEST_ID:
        return None
    return CommunityKey(int(match[1]), int(match[2]))


def _with_key(address: str, key: CommunityKey | None) -> str | None:
    if key is None:
        return None
    return f"{address}{'&' if '?' in address else '?'}{urlencode({'after': f'{key.member_count}-{key.id}'})}"


def _web_address(url: str | None) -> str | None:
    return url if url and url.startswith(("https://", "http://")) else None
