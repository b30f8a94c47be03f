"""Learning circles on pages: all calls and one's own circles, a new call, signing up."""

import json
from collections.abc import Collection
from datetime import timedelta

from babel.dates import get_day_names
from starlette.requests import Request
from starlette.responses import Response

from alliance.circle_calls import AVOIDS, may_organise, open_call, sign_off, sign_up, withdraw_call
from alliance.circle_guides import GUIDES
from alliance.circle_matching import kept_matching
from alliance.errors import Conflict, Invalid, NotFound
from alliance.matching import Hint
from alliance.models import CircleCall, CirclePlace
from alliance.queries.circles import (
    allied_names,
    circle_call,
    circle_calls,
    has_circle,
    names_of,
    organised_calls,
    own_circles,
    own_place,
    pit_stops,
    signed_up,
    who_waits_for,
)
from web.forms import read_form
from web.pages.circle_forms import CALL_FIELDS, PLACE_FIELDS, ROWS, call_draft, place_draft, place_values
from web.pages.circle_views import CallRow, CircleRow, first_week, hint_words, slot_name
from web.pages.frame import badge_of
from web.pages.session_communities import ticked_in
from web.pages.visit import Visit, path_id, visiting
from web.texts import language_name


async def show(request: Request) -> Response:
    """GET /circles: how it works, calls that are open, one's own circles."""
    async with visiting(request) as visit:
        now = visit.reader.now
        me = visit.visitor.employee
        open_calls = await circle_calls(visit.db, visit.viewer, now) if me else ()
        mine = await own_circles(visit.db, visit.viewer) if me else []
        own = await organised_calls(visit.db, visit.viewer) if me else ()
        return visit.page(
            "circles.html",
            calls=[_row(visit, call) for call in open_calls],
            organised=[_row(visit, call, f"/circles/{call.id}/day") for call in own],
            circles=[
                CircleRow(
                    f"/circles/mine/{one.circle.id}",
                    one.circle.call.title,
                    one.circle.topic,
                    _standing(visit, one.answer, one.circle.state),
                    one.answer == "asked",
                    sum(meeting.held_at is not None for meeting in one.circle.meetings),
                    len(one.circle.meetings),
                )
                for one in mine
            ],
        )


async def ask(request: Request) -> Response:
    """GET /circles/new: the form."""
    async with visiting(request) as visit:
        _ = visit.employee
        monday = visit.reader.today + timedelta(days=28 - visit.reader.today.weekday())
        values = dict.fromkeys(CALL_FIELDS, "") | {
            "starts_on": monday.isoformat(),
            "until_day": (monday - timedelta(days=6)).isoformat(),
            "until_time": "11:00",
            "minutes": "60",
            "smallest": "5",
            "largest": "6",
            "guide": "0",
            visit.reader.language: "yes",
            "alliance": "yes" if await allied_names(visit.db) else "",
        }
        return await _form(visit, values, ())


async def make(request: Request) -> Response:
    """POST /circles/new."""
    async with visiting(request) as visit:
        employee, companies = visit.employee, await ticked_in(request, "companies")
        values = await read_form(request, CALL_FIELDS)
        try:
            async with visit.instance.unit_of_work() as uow:
                draft = call_draft(values, visit.reader.zone.key, companies)
                call = await open_call(uow, employee, draft)
        except (Invalid, Conflict) as error:
            return await _form(visit, values, companies, error)
        return visit.go(f"/circles/{call.id}/day", "circle-call-made")


async def one(request: Request) -> Response:
    """GET /circles/<call>: what it is about, and signing up."""
    async with visiting(request) as visit:
        call = await _call(visit)
        return await _page(visit, call, await own_place(visit.db, visit.viewer, call.id))


async def join(request: Request) -> Response:
    """POST /circles/<call>: signs up, or changes what was said."""
    async with visiting(request) as visit:
        employee, call = visit.employee, await _call(visit)
        values = await read_form(request, PLACE_FIELDS)
        try:
            async with visit.instance.unit_of_work() as uow:
                await sign_up(uow, call.id, employee, place_draft(values, visit.reader.zone.key))
        except (Invalid, Conflict) as error:
            place = await own_place(visit.db, visit.viewer, call.id)
            return await _page(visit, call, place, values, error)
        return visit.go(f"/circles/{call.id}", "circle-signed-up")


async def leave(request: Request) -> Response:
    """POST /circles/<call>/leave: no longer wants a circle."""
    async with visiting(request) as visit:
        employee, call = visit.employee, await _call(visit)
        async with visit.instance.unit_of_work() as uow:
            await sign_off(uow, call.id, employee.id)
        return visit.go(f"/circles/{call.id}", "circle-signed-off")


async def ask_withdraw(request: Request) -> Response:
    """GET /circles/<call>/withdraw: asks once."""
    async with visiting(request) as visit:
        call, texts = await _call(visit), visit.texts
        if not may_organise(call, visit.employee):
            raise NotFound
        return visit.page(
            "confirm.html",
            title=texts.gettext("Take this call back?"),
            sentence=texts.gettext("“%(title)s” disappears, and so does who signed up.", title=call.title),
            submit=texts.gettext("Yes, take it back"),
            action=f"/circles/{call.id}/withdraw",
            back_url=f"/circles/{call.id}/day",
            back_label=call.title,
        )


async def withdraw(request: Request) -> Response:
    """POST /circles/<call>/withdraw."""
    async with visiting(request) as visit:
        employee, call = visit.employee, await _call(visit)
        async with visit.instance.unit_of_work() as uow:
            await withdraw_call(uow, call.id, employee)
        return visit.go("/circles", "circle-call-withdrawn")


async def _call(visit: Visit) -> CircleCall:
    _ = visit.employee
    call = await circle_call(visit.db, visit.viewer, path_id(visit.request))
    if call is None:
        raise NotFound
    return call


def _row(visit: Visit, call: CircleCall, url: str = "") -> CallRow:
    return CallRow(
        url or f"/circles/{call.id}",
        call.title,
        badge_of(call.company),
        tuple(call.topics),
        first_week(call, visit.reader),
        visit.reader.since(call.sign_up_until),
        call.guide_title,
        visit.texts.gettext("Circles have been formed") if call.state == "running" else "",
    )


def _standing(visit: Visit, answer: str, state: str) -> str:
    if answer == "asked":
        return visit.texts.gettext("Waits for your answer")
    if state == "running":
        return visit.texts.gettext("Running")
    return visit.texts.gettext("Waits for the others")


async def _form(
    visit: Visit,
    values: dict[str, str],
    companies: Collection[int],
    error: Invalid | Conflict | None = None,
) -> Response:
    names = get_day_names("wide", locale=visit.reader.language)
    return visit.page(
        "circle_call_form.html",
        422 if error else 200,
        form=visit.form(values, error),
        rows=list(ROWS),
        day_names=[(day, str(names[day])) for day in range(7)],
        guides=[(str(number), guide.title) for number, guide in enumerate(GUIDES)],
        sizes=[(str(size), str(size)) for size in range(3, 9)],
        city=visit.reader.city(visit.reader.zone.key),
        allies=await allied_names(visit.db),
        companies=companies,
    )


async def _page(
    visit: Visit,
    call: CircleCall,
    place: CirclePlace | None,
    values: dict[str, str] | None = None,
    error: Invalid | Conflict | None = None,
) -> Response:
    reader, vault = visit.reader, visit.instance.vault
    avoids: list[str] = []
    if place is not None and place.avoids is not None and values is None:
        avoids = await names_of(visit.db, json.loads(vault.open(place.avoids, AVOIDS)))
    waits = await who_waits_for(visit.db, visit.viewer, call.id)
    is_open = call.state == "open" and call.sign_up_until > reader.now
    wanted = await allied_names(visit.db, call.companies_wanted) if call.companies_wanted else {}
    return visit.page(
        "circle_call.html",
        422 if error else 200,
        call=call,
        company=badge_of(call.company),
        form=visit.form(values or place_values(call, place, avoids), error),
        place=place,
        is_open=is_open,
        first_week=first_week(call, reader),
        until=reader.since(call.sign_up_until),
        city=reader.city(reader.zone.key),
        slots=[(number, slot_name(call, number, reader)) for number in range(len(call.slots))],
        spoken=[(word, language_name(word, reader.language)) for word in call.languages],
        people=sum((await signed_up(visit.db, call.id)).values()),
        is_of_ally=call.uri is not None,
        wanted=list(wanted.values()),
        own_code=place.own_code if place is not None and call.audience == "alliance" else "",
        waits=waits if waits is not None and (place is None or place.partner_id != waits.id) else None,
        organises=may_organise(call, visit.employee),
        hints=[] if place is None or await has_circle(visit.db, place.id) else _hints(visit, call, place),
        pit_stops=[(f"/sessions/{stop.id}", stop.title, reader.since(stop.starts_at))
                   for stop in await pit_stops(visit.db, visit.viewer, call.id)],
    )  # fmt: skip


def _hints(visit: Visit, call: CircleCall, place: CirclePlace | None) -> list[str]:
    """What somebody without a circle could change; nothing while they have one, or before it is decided."""
    if place is not None and call.uri is not None and call.state == "running":
        told = [Hint(one["kind"], one["what"], one["people"]) for one in place.hints or ()]
        return [hint_words(hint, call, visit.reader) for hint in told or [Hint("none")]]
    matching = kept_matching(call) if call.state == "running" and place is not None else None
    if matching is None or place is None:
        return []
    own = next((one for one in matching.unmatched if one.key == str(place.id)), None)
    return [hint_words(hint, call, visit.reader) for hint in own.hints] if own else []
