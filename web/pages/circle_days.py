"""Matching day for its organiser: run it, look at it, run it again, publish; then how the circles are."""

from starlette.requests import Request
from starlette.responses import Response

from alliance.circle_calls import may_organise
from alliance.circle_matching import keep_matching, kept_matching, publish_circles, question_for, refill
from alliance.circling import add_pit_stop
from alliance.errors import Conflict, Invalid, NotFound
from alliance.matching import Matching
from alliance.matching.apart import match_apart
from alliance.models import Circle, CircleCall
from alliance.queries.circles import (
    circle_call,
    circles_of,
    pit_stops,
    possible_pit_stops,
    signed_up,
)
from federation.uris import identifier
from web.forms import read_form
from web.pages.circle_views import first_week, hint_words, why_these
from web.pages.visit import Visit, path_id, visiting


async def show(request: Request) -> Response:
    """GET /circles/<call>/day."""
    async with visiting(request) as visit:
        return await _page(visit, await _organised(visit))


async def run(request: Request) -> Response:
    """POST /circles/<call>/day/run: forms the circles in another process, and keeps what came out."""
    async with visiting(request) as visit:
        employee, call = visit.employee, await _organised(visit)
        async with visit.instance.unit_of_work() as uow:
            question = await question_for(uow, call.id, employee)
        matching = await match_apart(question)
        async with visit.instance.unit_of_work() as uow:
            await keep_matching(uow, call.id, employee, question, matching)
        return visit.go(f"/circles/{call.id}/day", "circle-matched")


async def publish(request: Request) -> Response:
    """POST /circles/<call>/day/publish: everybody in a circle is asked."""
    async with visiting(request) as visit:
        employee, call = visit.employee, await _organised(visit)
        try:
            async with visit.instance.unit_of_work() as uow:
                await publish_circles(uow, call.id, employee)
        except Conflict as error:
            return await _page(visit, call, error)
        return visit.go(f"/circles/{call.id}/day", "circle-published")


async def fill(request: Request) -> Response:
    """POST /circles/<call>/day/refill: asks somebody without a circle."""
    async with visiting(request) as visit:
        employee, call = visit.employee, await _organised(visit)
        wanted = (await read_form(request, {"circle": 19}))["circle"]
        try:
            async with visit.instance.unit_of_work() as uow:
                await refill(uow, identifier(wanted) or 0, employee)
        except (Conflict, NotFound) as error:
            return await _page(visit, call, error)
        return visit.go(f"/circles/{call.id}/day", "circle-refilled")


async def stop(request: Request) -> Response:
    """POST /circles/<call>/day/pit-stops: one of the organiser's sessions is for all circles."""
    async with visiting(request) as visit:
        employee, call = visit.employee, await _organised(visit)
        wanted = (await read_form(request, {"session": 19}))["session"]
        try:
            async with visit.instance.unit_of_work() as uow:
                await add_pit_stop(uow, call.id, identifier(wanted) or 0, employee)
        except (Conflict, Invalid) as error:
            return await _page(visit, call, error)
        return visit.go(f"/circles/{call.id}/day", "saved")


async def _organised(visit: Visit) -> CircleCall:
    employee = visit.employee
    call = await circle_call(visit.db, visit.viewer, path_id(visit.request))
    if call is None or not may_organise(call, employee):
        raise NotFound
    return call


async def _page(
    visit: Visit, call: CircleCall, error: Conflict | Invalid | NotFound | None = None
) -> Response:
    reader, matching = visit.reader, kept_matching(call)
    circles = await circles_of(visit.db, call.id)
    shown = await pit_stops(visit.db, visit.viewer, call.id)
    return visit.page(
        "circle_day.html",
        422 if error else 200,
        call=call,
        form=visit.form({"session": ""}, error),
        people=sum((await signed_up(visit.db, call.id)).values()),
        first_week=first_week(call, reader),
        until=reader.since(call.sign_up_until),
        is_over=call.sign_up_until <= reader.now,
        matching=matching if call.state == "open" else None,
        matched_at=reader.since(call.matched_at) if call.matched_at else "",
        proposed=_proposed(visit, call, matching),
        unmatched=_reasons(visit, call, matching),
        circles=[_standing(call, circle) for circle in circles],
        pit_stops=[(f"/sessions/{stop.id}", stop.title, reader.since(stop.starts_at)) for stop in shown],
        possible=[(str(session.id), f"{session.title}, {reader.since(session.starts_at)}")
                  for session in await possible_pit_stops(visit.db, visit.viewer, reader.now)
                  if session not in shown],
    )  # fmt: skip


def _proposed(visit: Visit, call: CircleCall, matching: Matching | None) -> list[tuple[str, str, int]]:
    if matching is None or call.state != "open":
        return []
    return [
        (
            circle.topic,
            why_these(circle, circle.slots, len(circle.members), call, visit.reader),
            len(circle.members),
        )
        for circle in matching.circles
    ]


def _reasons(visit: Visit, call: CircleCall, matching: Matching | None) -> list[tuple[str, int]]:
    """What those without a circle are told, and how many each; the most frequent first."""
    counted: dict[str, int] = {}
    for one in matching.unmatched if matching is not None else ():
        words = hint_words(one.hints[0], call, visit.reader)
        counted[words] = counted.get(words, 0) + 1
    return sorted(counted.items(), key=lambda item: (-item[1], item[0]))


def _standing(call: CircleCall, circle: Circle) -> dict[str, object]:
    answers = [member.answer for member in circle.members]
    inside = answers.count("yes") + answers.count("asked")
    return {
        "id": circle.id,
        "topic": circle.topic,
        "state": circle.state,
        "yes": answers.count("yes"),
        "asked": answers.count("asked"),
        "left": answers.count("left") + answers.count("no"),
        "held": sum(meeting.held_at is not None for meeting in circle.meetings),
        "weeks": len(circle.meetings),
        "has_room": inside < call.smallest and circle.state != "ended",
    }
