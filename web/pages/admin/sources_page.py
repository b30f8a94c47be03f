"""The page of external sources and, before one is subscribed to, of who publishes there."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import Response

from alliance.errors import Invalid
from alliance.models import Source
from alliance.queries.console_lists import source_page
from alliance.receiving_external import MOST_UPCOMING
from federation.source_introductions import SourceFound
from federation.source_standings import SourceStanding, standings_of
from web.pages.admin.console import admin_page
from web.pages.admin.paging import number_asked, pages, words_asked
from web.pages.frame import badge_of
from web.pages.views import Act, Badge
from web.pages.visit import Visit

_HERE = "/admin/sources"


@dataclass(frozen=True)
class SourceRow:
    """An external source: who, how we stand to it in words, and what can be done."""

    badge: Badge
    words: str
    upcoming: str
    topics: str
    detail: str
    acts: tuple[Act, ...]


async def sources_page(visit: Visit, values: Mapping[str, str], error: Invalid | None = None) -> Response:
    """Sources and how we stand to them; with an error beside the field for a new one (422)."""
    text = words_asked(visit)
    found, is_more = await source_page(visit.db, text, number_asked(visit))
    standings = await standings_of(visit.db, found, visit.reader.now)
    return admin_page(
        visit,
        "admin/sources.html",
        422 if error else 200,
        form=visit.form(values, error),
        text=text,
        sources=[_row(visit, standing) for standing in standings],
        pages=pages(visit, _HERE, {"q": text}, found[-1].company_id if is_more else None),
    )


def found_page(
    visit: Visit, found: SourceFound, values: Mapping[str, str], error: Invalid | None = None
) -> Response:
    """Who would be followed, the filter by topics, and the button that subscribes."""
    feed = found.feed
    return admin_page(
        visit,
        "admin/source.html",
        422 if error else 200,
        form=visit.form({"what": values["what"], "uri": feed.uri, "topics": values["topics"]}, error),
        badge=Badge(feed.name, feed.handle, sum(feed.handle.encode()) % 24),
        feed=feed,
        upcoming=_upcoming(visit, found),
        most=MOST_UPCOMING,
    )


def removal_page(visit: Visit, source: Source) -> Response:
    """Asks once before a source and its events go."""
    texts = visit.texts
    return visit.page(
        "confirm.html",
        title=texts.gettext("Remove %(name)s?", name=source.company.name),
        sentence=texts.gettext("Its events disappear here at once, and we stop following it."),
        submit=texts.gettext("Yes, remove it"),
        action=visit.request.url.path,
        back_url=_HERE,
        back_label=texts.gettext("External sources"),
    )


def _upcoming(visit: Visit, found: SourceFound) -> str:
    texts = visit.texts
    if found.upcoming is None:
        return texts.gettext("Their list of events can't be read; new ones will still arrive.")
    if found.is_more:
        return texts.gettext("%(number)s or more", number=found.upcoming)
    return str(found.upcoming)


def _row(visit: Visit, standing: SourceStanding) -> SourceRow:
    source, texts = standing.source, visit.texts
    count = standing.upcoming
    shown = standing.word in ("following", "unreachable") and source.state == "following"
    return SourceRow(
        badge=badge_of(source.company),
        words=_words(visit, standing),
        upcoming=texts.ngettext("%(num)s upcoming event", "%(num)s upcoming events", count) if shown else "",
        topics=texts.gettext("Only %(topics)s", topics=", ".join(source.topics)) if source.topics else "",
        detail=texts.sentence(standing.sentence, dict(standing.parameters)) if standing.sentence else "",
        acts=_acts(visit, source),
    )


def _words(visit: Visit, standing: SourceStanding) -> str:
    texts, since = visit.texts, visit.reader.since(standing.since)
    match standing.word:
        case "asked":
            return texts.gettext("Asked; no answer yet since %(moment)s", moment=since)
        case "following":
            return texts.gettext("Followed since %(moment)s", moment=since)
        case "paused":
            return texts.gettext("Paused by you since %(moment)s", moment=since)
        case "unreachable":
            return texts.gettext("Not reachable since %(moment)s", moment=since)
        case _:
            return texts.gettext("Said no on %(moment)s", moment=since)


def _acts(visit: Visit, source: Source) -> tuple[Act, ...]:
    texts, address = visit.texts, f"{_HERE}/{source.company_id}"
    remove = Act(texts.gettext("Remove"), f"{address}/remove", get=True, main=False)
    if source.state == "refused":
        return (remove,)
    if source.is_paused:
        return (Act(texts.gettext("Resume"), f"{address}/resume"), remove)
    return (Act(texts.gettext("Pause"), f"{address}/pause", main=False), remove)
