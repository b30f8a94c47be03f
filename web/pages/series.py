"""The page of a series: how often, its next dates and those that were, and joining them all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from starlette.requests import Request
from starlette.responses import Response

from alliance.errors import Forbidden, Invalid
from alliance.models import Series, SeriesTurn, Session
from alliance.queries.hosting import people_named
from alliance.queries.series import find_series, is_in_series, turns_of
from alliance.queries.session_filters import SessionFilter
from alliance.queries.sessions import upcoming
from alliance.rhythm_words import rhythm_by_language
from alliance.series import end_series, leave_out, may_change_series, set_turns
from alliance.series_dates import slots_from, window_of
from alliance.series_joining import join_series, leave_series
from alliance.text import render_markdown
from web.forms import read_form, safe_next, words
from web.pages.filters import key_in, with_key
from web.pages.frame import badge_of
from web.pages.hosting_names import handle_of
from web.pages.mine_rows import MineRows
from web.pages.rows import day_groups, is_open
from web.pages.views import Badge, SeriesRow
from web.pages.visit import Visit, path_id, visiting
from web.times import Reader

MOST_COMING = 15
MOST_PAST = 20
MOST_PLANNED = 4


@dataclass(frozen=True)
class PlannedDate:
    """A date that the rule has and that is no session yet."""

    words: str
    iso: str


@dataclass(frozen=True)
class SeriesPage:
    """What the page is made of."""

    url: str
    title: str
    language: str
    company: Badge
    host: str
    rhythm: str
    leaders: bool
    ended: bool
    description: str
    turns: tuple[str, ...]
    original_url: str | None


async def show(request: Request) -> Response:
    """GET /series/<id>: what, how often, when next, what was."""
    async with visiting(request) as visit:
        return await _page(visit, await find_series(visit.db, visit.viewer, path_id(request)))


async def join(request: Request) -> Response:
    """POST /series/<id>/join: a place at every date."""
    async with visiting(request) as visit:
        person_id = visit.employee.id
        async with visit.instance.unit_of_work() as uow:
            await join_series(uow, path_id(request), person_id)
        return visit.go(await _back(request), "series-joined")


async def leave(request: Request) -> Response:
    """POST /series/<id>/leave: gives the places at all dates to come back."""
    async with visiting(request) as visit:
        person_id = visit.employee.id
        async with visit.instance.unit_of_work() as uow:
            await leave_series(uow, path_id(request), person_id)
        return visit.go(await _back(request), "series-left")


async def skip(request: Request) -> Response:
    """POST /series/<id>/leave-out: a day on which nothing takes place."""
    async with visiting(request) as visit:
        day = _day((await read_form(request, {"day": 10}))["day"])
        async with visit.instance.unit_of_work() as uow:
            await leave_out(uow, path_id(request), day, visit.employee)
        return visit.go(f"/series/{path_id(request)}#planned", "series-skipped")


async def choose_turns(request: Request) -> Response:
    """POST /series/<id>/turns: who takes turns with the host, by their names."""
    async with visiting(request) as visit:
        series, values = await _managed(visit), await read_form(request, {"turns": 500})
        try:
            people = await _named(visit, values["turns"], series)
            async with visit.instance.unit_of_work() as uow:
                await set_turns(uow, series.id, people, visit.employee)
        except Invalid as error:
            return await _page(visit, series, typed=values["turns"], error=error)
        return visit.go(f"/series/{series.id}", "series-turns")


async def ask_end(request: Request) -> Response:
    """GET /series/<id>/end: asks once."""
    async with visiting(request) as visit:
        return _ending(visit, await _managed(visit))


async def end(request: Request) -> Response:
    """POST /series/<id>/end: no more dates, and those to come are called off."""
    async with visiting(request) as visit:
        series, values = await _managed(visit), await read_form(request, {"note": 500})
        try:
            async with visit.instance.unit_of_work() as uow:
                await end_series(uow, series.id, visit.employee, note=values["note"])
        except Invalid as error:
            return _ending(visit, series, values["note"], error)
        return visit.go(f"/series/{series.id}", "series-ended")


def series_rows(found: Sequence[Series], nexts: dict[int, datetime], reader: Reader) -> tuple[SeriesRow, ...]:
    """Series one line each: how often, and when next."""
    rows = []
    for series in found:
        starts_at = nexts.get(series.id)
        rows.append(
            SeriesRow(
                url=f"/series/{series.id}",
                title=series.title,
                language=series.language,
                company=badge_of(series.company),
                rhythm=rhythm_for(series, reader),
                next=f"{reader.day(starts_at)}, {reader.clock(starts_at)}" if starts_at else "",
            )
        )
    return tuple(rows)


def rhythm_for(series: Series, reader: Reader) -> str:
    """How often, in the reader's language where it is said in it, with a capital letter."""
    said = rhythm_by_language(series)
    text = said.get(reader.language) or next(iter(said.values()), "")
    return text[:1].upper() + text[1:]


async def _page(
    visit: Visit, series: Series, *, typed: str | None = None, error: Invalid | None = None
) -> Response:
    db, viewer, reader = visit.db, visit.viewer, visit.reader
    coming = await upcoming(db, viewer, SessionFilter(series_id=series.id), now=reader.now, limit=MOST_COMING)
    been = await upcoming(
        db,
        viewer,
        SessionFilter(series_id=series.id, past=True),
        now=reader.now,
        after=key_in(visit.request.query_params),
        limit=MOST_PAST,
    )
    turns = await turns_of(db, series.id)
    manages = _may_manage(visit, series)
    names = ", ".join(handle_of(turn.person) for turn in turns) if typed is None else typed
    past = MineRows(visit.instance, viewer, reader, {})
    return visit.page(
        "series.html",
        422 if error else 200,
        page=_view(series, _latest(coming.sessions, been.sessions), turns, visit),
        groups=day_groups(coming.sessions, coming.states, viewer, reader),
        been=past.past(been.sessions),
        earlier_url=with_key(f"/series/{series.id}", been.next),
        joined=await is_in_series(db, viewer, series.id),
        may_join=_may_join(visit, series, coming.sessions),
        manages=manages and series.state == "running",
        following_url=f"/sessions/{coming.sessions[0].id}/edit?scope=following" if coming.sessions else None,
        planned=await _planned(visit, series) if manages else (),
        form=visit.form({"turns": names}, error),
        calendar_url=f"{visit.instance.settings.origin}/series/{series.id}.ics"
        if series.audience == "public"
        else None,
    )


def _view(series: Series, latest: Session | None, turns: Sequence[SeriesTurn], visit: Visit) -> SeriesPage:
    shown_host = series.host if series.host_shown or visit.viewer.kind == "employee" else None
    description = render_markdown(series.description) if series.uri is None else ""
    if not description and latest is not None:
        description = latest.description_html
    return SeriesPage(
        url=f"/series/{series.id}",
        title=series.title,
        language=series.language,
        company=badge_of(series.company),
        host=shown_host.name if shown_host is not None and shown_host.gone_at is None else "",
        rhythm=rhythm_for(series, visit.reader),
        leaders=series.is_leaders,
        ended=series.state == "ended",
        description=description,
        turns=tuple(turn.person.name for turn in turns) if visit.viewer.kind == "employee" else (),
        original_url=series.uri if series.uri and series.uri.startswith(("https://", "http://")) else None,
    )


def _latest(coming: Sequence[Session], been: Sequence[Session]) -> Session | None:
    return coming[0] if coming else been[0] if been else None


def _may_join(visit: Visit, series: Series, coming: Sequence[Session]) -> bool:
    """Colleagues of whoever holds it, while any date takes people."""
    if visit.viewer.kind != "employee" or series.host_id == visit.viewer.person_id:
        return False
    return any(is_open(one, visit.reader) for one in coming)


async def _planned(visit: Visit, series: Series) -> tuple[PlannedDate, ...]:
    """The next days of the rule that are no sessions yet, to leave some out."""
    reader, found = visit.reader, []
    days = (await window_of(visit.db, series, reader.now)).days
    for slot in slots_from(series, reader.now):
        if slot.day not in days:
            found.append(PlannedDate(reader.day(slot.starts_at), slot.day.isoformat()))
        if len(found) == MOST_PLANNED:
            break
    return tuple(found)


def _may_manage(visit: Visit, series: Series) -> bool:
    employee = visit.visitor.employee
    return employee is not None and may_change_series(series, employee)


async def _managed(visit: Visit) -> Series:
    """The series in the address, if the visitor may change it; verbs look again."""
    _ = visit.employee
    series = await find_series(visit.db, visit.viewer, path_id(visit.request))
    if not _may_manage(visit, series):
        raise Forbidden("Only the host can change this series.")
    return series


async def _named(visit: Visit, typed: str, series: Series) -> list[int]:
    found = []
    for named in await people_named(visit.db, visit.viewer, words(typed, 13)):
        if len(named.people) != 1:
            raise Invalid(
                "There is nobody called “{name}” whom you can ask.", field="turns", name=named.typed[:100]
            )
        if series.audience == "company" and named.people[0].uri is not None:
            raise Invalid("Only colleagues can hold a session that never leaves the house.", field="turns")
        found.append(named.people[0].id)
    return found


def _ending(visit: Visit, series: Series, note: str = "", error: Invalid | None = None) -> Response:
    texts = visit.texts
    return visit.page(
        "confirm.html",
        422 if error else 200,
        title=texts.gettext("End this series?"),
        sentence=texts.gettext(
            "The dates to come of “%(title)s” are called off, and there are no new ones. "
            "What was, with its materials, stays.",
            title=series.title,
        ),
        submit=texts.gettext("Yes, end it"),
        form=visit.form({"note": note}, error),
        action=visit.request.url.path,
        back_url=f"/series/{series.id}",
        back_label=texts.gettext("Back to the series"),
    )


def _day(given: str) -> date:
    try:
        return date.fromisoformat(given)
    except ValueError as error:
        raise Invalid("There is no such day in the calendar.", field="day") from error


async def _back(request: Request) -> str:
    form = await read_form(request, {"next": 500})
    return safe_next(form["next"], f"/series/{path_id(request)}")
