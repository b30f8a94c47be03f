"""A series from the form: published as one, or changed from one date on."""

from collections.abc import Mapping, Sequence

from starlette.responses import Response

from alliance.drafting import SessionDraft
from alliance.errors import Conflict
from alliance.keeping import discard_draft
from alliance.models import Series, SeriesTurn, Session
from alliance.queries.series import turns_of
from alliance.recurrence import Rhythm, rhythm_of
from alliance.series import SeriesPlan, change_series, may_change_series, publish_series
from web.forms import beside
from web.pages.repeating import first_day, rhythm_from, values_of_series
from web.pages.session_form import draft_from
from web.pages.visit import Visit


def asked_rhythm(values: Mapping[str, str], draft: SessionDraft) -> Rhythm | None:
    """The rhythm in the form, None for a session that takes place once. Raises Invalid."""
    if draft.starts_at is None:
        return None
    return rhythm_from(values, first_day(draft.starts_at, draft.timezone))


async def publish_as_series(
    visit: Visit,
    draft: SessionDraft,
    rhythm: Rhythm,
    turns: Sequence[int],
    kept: Session | None = None,
) -> Response:
    """Publishes it with its next dates, in place of a draft that was kept. Raises Invalid."""
    host_id = visit.employee.id
    try:
        async with visit.instance.unit_of_work() as uow:
            if kept is not None:
                await discard_draft(uow, host_id, kept.id)
            plan = SeriesPlan(draft=draft, rhythm=rhythm, turns=tuple(turns))
            series = await publish_series(uow, host_id, plan)
    except Conflict as error:
        raise beside(error, "repeats") from error
    return visit.go(f"/series/{series.id}", "series-published")


def follows(values: Mapping[str, str], session: Session) -> bool:
    """Whether the form is about this date and all that follow."""
    return session.series is not None and session.series.uri is None and values["scope"] == "following"


def may_change_following(visit: Visit, session: Session) -> bool:
    """Whether the visitor may change more than this one date."""
    series, employee = session.series, visit.visitor.employee
    is_running = series is not None and series.state == "running"
    return is_running and employee is not None and series is not None and may_change_series(series, employee)


async def change_following(visit: Visit, session: Session, values: Mapping[str, str]) -> Response:
    """This date and all that follow become as the form says. Raises Invalid."""
    draft = draft_from(values, visit.reader.now)
    series: Series | None = session.series
    turns: list[SeriesTurn] = await turns_of(visit.db, session.series_id or 0)
    rhythm = _known_rhythm(values, draft, session) or asked_rhythm(values, draft)
    if rhythm is None or series is None:
        rhythm = rhythm_of(series.rule or "") if series is not None else Rhythm(kind="weekly")
    plan = SeriesPlan(draft=draft, rhythm=rhythm, turns=tuple(turn.person_id for turn in turns))
    async with visit.instance.unit_of_work() as uow:
        changed = await change_series(uow, session.id, plan, visit.employee)
    return visit.go(f"/series/{changed.id}", "series-changed")


def _known_rhythm(values: Mapping[str, str], draft: SessionDraft, session: Session) -> Rhythm | None:
    """The series' own, where neither the time nor the choice was touched: this date may have been moved."""
    series = session.series
    if series is None or series.rule is None or draft.starts_at is None:
        return None
    chosen = {name: values[name] for name in ("repeats", "repeats_until", "repeats_count")}
    if chosen == values_of_series(series) and draft.starts_at == session.starts_at:
        return rhythm_of(series.rule)
    return None
