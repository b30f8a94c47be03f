"""Everything of one's own on one page: where I take part, what I offer, what I keep and follow."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from alliance.confirming import CONFIRM_FOR
from alliance.models import Attendance, CoHost, Session
from alliance.queries.hosting import own_hostings, questions_to
from alliance.queries.learning import confirmed_among
from alliance.queries.mine import attended, drafts, given, places_at
from alliance.queries.saved import saved_sessions
from alliance.queries.sessions import mine, own_states
from web.pages.mine_follows import followed_things
from web.pages.mine_rows import MineRows
from web.pages.rows import ACTIVE, day_groups
from web.pages.series_lines import own_series
from web.pages.visit import Visit, visiting
from web.pages.wish_views import own_wishes


async def show(request: Request) -> Response:
    """GET /mine: the next first, then what is over."""
    async with visiting(request) as visit:
        _ = visit.employee
        return visit.page(
            "mine.html",
            **await _joined(visit),
            **await _offered(visit),
            **await _kept(visit),
            **await own_series(visit),
            **await own_wishes(visit),
        )


async def _joined(visit: Visit) -> dict[str, object]:
    db, viewer, now = visit.db, visit.viewer, visit.reader.now
    coming = [session for session in (await mine(db, viewer, now=now)).sessions if not session.withdrawn_at]
    places = await places_at(db, viewer, coming)
    ways_in: dict[int, Attendance | CoHost] = {**places, **await own_hostings(db, viewer, coming)}
    rows = MineRows(visit.instance, viewer, visit.reader, ways_in)
    joined = [
        session
        for session in coming
        if session.id in places and places[session.id].state in ACTIVE and not rows.is_own(session)
    ]
    hosted = [session for session in coming if rows.is_own(session) and session.status != "draft"]
    was_at = await attended(db, viewer, now=now)
    return {
        "joined": rows.days(joined),
        "been": rows.past(was_at),
        **await _confirmed(visit, was_at),
        "offered": rows.days(hosted),
        "questions": rows.questions(await questions_to(db, viewer, now=now)),
    }


async def _confirmed(visit: Visit, was_at: Sequence[Session]) -> dict[str, object]:
    """Of where the reader was: what is confirmed, and what can be, by the addresses of the pages."""
    known = await confirmed_among(visit.db, visit.employee.id, [one.id for one in was_at])
    oldest = visit.reader.now - CONFIRM_FOR
    open_ = [one for one in was_at if one.author_uri is None and one.ends_at > oldest]
    return {
        "confirmed": {f"/sessions/{session_id}" for session_id in known},
        "confirmable": {f"/sessions/{one.id}" for one in open_},
    }


async def _offered(visit: Visit) -> dict[str, object]:
    db, viewer = visit.db, visit.viewer
    rows = MineRows(visit.instance, viewer, visit.reader, {})
    return {
        "drafts": rows.drafts(await drafts(db, viewer)),
        "held": rows.past(await given(db, viewer, now=visit.reader.now)),
    }


async def _kept(visit: Visit) -> dict[str, object]:
    saved = await saved_sessions(visit.db, visit.viewer, now=visit.reader.now)
    states = await own_states(visit.db, visit.viewer, saved)
    return {
        "saved": day_groups(saved, states, visit.viewer, visit.reader),
        "follows": await followed_things(visit),
    }
