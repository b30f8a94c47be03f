"""A learning circle for those in it: who they are, when they meet, what they do, what they say."""

from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from alliance.circle_guides import AGENDA_TEXTS
from alliance.circle_visibility import shows_its_people
from alliance.circling import (
    CIRCLE_LINK,
    NOTE_LIMIT,
    answer_circle,
    leave_circle,
    mark_held,
    move_meeting,
    say_note,
    set_circle_link,
    take_note_back,
)
from alliance.errors import Conflict, Invalid, NotFound
from alliance.meeting_links import MEETING_LINK_LIMIT
from alliance.models import Circle
from alliance.queries.circles import OwnCircle, circle_notes, own_circle, pit_stops
from web.feeds.circles import circle_token
from web.forms import read_form
from web.pages.circle_views import handle_of, slot_name, somebody, why_these
from web.pages.frame import badge_of
from web.pages.rows import face_of
from web.pages.visit import Visit, path_id, visiting

_FIELDS = {"text": NOTE_LIMIT, "link": MEETING_LINK_LIMIT, "starts_at": 16}


async def show(request: Request) -> Response:
    """GET /circles/mine/<id>."""
    async with visiting(request) as visit:
        return await _page(visit, await _own(visit))


async def answer(request: Request) -> Response:
    """POST /circles/mine/<id>/answer: yes or no."""
    async with visiting(request) as visit:
        own, employee = await _own(visit), visit.employee
        yes = (await read_form(request, {"answer": 3}))["answer"] == "yes"
        async with visit.instance.unit_of_work() as uow:
            await answer_circle(uow, own.circle.id, employee.id, yes=yes)
        return visit.go(f"/circles/mine/{own.circle.id}" if yes else "/circles", "answered")


async def ask_leave(request: Request) -> Response:
    """GET /circles/mine/<id>/leave: asks once."""
    async with visiting(request) as visit:
        own, texts = await _own(visit), visit.texts
        return visit.page(
            "confirm.html",
            title=texts.gettext("Leave this circle?"),
            sentence=texts.gettext("The others are told, and somebody else may be asked to join them."),
            submit=texts.gettext("Yes, leave"),
            action=f"/circles/mine/{own.circle.id}/leave",
            back_url=f"/circles/mine/{own.circle.id}",
            back_label=own.circle.call.title,
        )


async def leave(request: Request) -> Response:
    """POST /circles/mine/<id>/leave."""
    async with visiting(request) as visit:
        own, employee = await _own(visit), visit.employee
        async with visit.instance.unit_of_work() as uow:
            await leave_circle(uow, own.circle.id, employee.id)
        return visit.go("/circles", "circle-left")


async def say(request: Request) -> Response:
    """POST /circles/mine/<id>/notes: a check-in."""
    async with visiting(request) as visit:
        own, employee = await _own(visit), visit.employee
        values = await read_form(request, {"text": NOTE_LIMIT})
        try:
            async with visit.instance.unit_of_work() as uow:
                await say_note(uow, own.circle.id, employee.id, values["text"])
        except (Invalid, Conflict) as error:
            return await _page(visit, own, values, error)
        return visit.go(f"/circles/mine/{own.circle.id}#notes", "circle-said")


async def unsay(request: Request) -> Response:
    """POST /circles/mine/<id>/notes/<note>/delete."""
    async with visiting(request) as visit:
        own, employee = await _own(visit), visit.employee
        async with visit.instance.unit_of_work() as uow:
            await take_note_back(uow, own.circle.id, path_id(request, "note"), employee.id)
        return visit.go(f"/circles/mine/{own.circle.id}#notes", "comment-deleted")


async def held(request: Request) -> Response:
    """POST /circles/mine/<id>/meetings/<number>/held: the circle has met, or has not."""
    async with visiting(request) as visit:
        own, employee = await _own(visit), visit.employee
        is_held = (await read_form(request, {"held": 3}))["held"] == "yes"
        async with visit.instance.unit_of_work() as uow:
            await mark_held(uow, own.circle.id, path_id(request, "number"), employee.id, held=is_held)
        return visit.go(f"/circles/mine/{own.circle.id}#agenda", "saved")


async def move(request: Request) -> Response:
    """POST /circles/mine/<id>/meetings/<number>/move: another time, in the reader's zone."""
    async with visiting(request) as visit:
        own, employee = await _own(visit), visit.employee
        values = await read_form(request, {"starts_at": 16})
        try:
            async with visit.instance.unit_of_work() as uow:
                number, local = path_id(request, "number"), _local(values["starts_at"])
                await move_meeting(uow, own.circle.id, number, employee.id, local, visit.reader.zone.key)
        except Invalid as error:
            return await _page(visit, own, {}, error)
        return visit.go(f"/circles/mine/{own.circle.id}#agenda", "saved")


async def link(request: Request) -> Response:
    """POST /circles/mine/<id>/link: where they meet."""
    async with visiting(request) as visit:
        own, employee = await _own(visit), visit.employee
        values = await read_form(request, {"link": MEETING_LINK_LIMIT})
        try:
            async with visit.instance.unit_of_work() as uow:
                await set_circle_link(uow, own.circle.id, employee.id, values["link"])
        except Invalid as error:
            return await _page(visit, own, values, Invalid(problems={"link": error}))
        return visit.go(f"/circles/mine/{own.circle.id}", "saved")


def _local(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is None else None


async def _own(visit: Visit) -> OwnCircle:
    _ = visit.employee
    own = await own_circle(visit.db, visit.viewer, path_id(visit.request))
    if own is None:
        raise NotFound
    return own


async def _page(
    visit: Visit,
    own: OwnCircle,
    values: dict[str, str] | None = None,
    error: Invalid | Conflict | None = None,
) -> Response:
    circle, reader = own.circle, visit.reader
    shows = shows_its_people(circle, own.answer)
    inside = [member for member in circle.members if member.answer in ("yes", "asked")]
    vault = visit.instance.vault
    sealed = circle.meeting_link
    next_one = next((meeting for meeting in circle.meetings if meeting.ends_at > reader.now), None)
    return visit.page(
        "circle.html",
        422 if error else 200,
        circle=circle,
        call=circle.call,
        answer=own.answer,
        shows=shows,
        form=visit.form(dict.fromkeys(_FIELDS, "") | (values or {}), error),
        why=why_these(circle, circle.slots, len(inside), circle.call, reader),
        hour=slot_name(circle.call, circle.slots[0], reader),
        members=[
            (somebody(visit, member.place), badge_of(member.place.company), handle_of(member.place))
            for member in inside
            if shows and member.answer == "yes"
        ],
        counts=(sum(member.answer == "yes" for member in inside), len(inside)),
        companies=sorted({member.place.company.name for member in inside}) if circle.companies > 1 else [],
        link=vault.open(sealed, CIRCLE_LINK) if shows and sealed is not None else "",
        agenda=[
            {
                "number": meeting.number,
                "day": reader.day(meeting.starts_at),
                "span": reader.span(meeting.starts_at, meeting.ends_at),
                "local": f"{reader.here(meeting.starts_at):%Y-%m-%dT%H:%M}",
                "words": visit.texts.gettext(AGENDA_TEXTS[meeting.number - 1]),
                "held": meeting.held_at is not None,
                "past": meeting.starts_at <= reader.now,
                "next": meeting is next_one,
            }
            for meeting in circle.meetings
        ],
        held=sum(meeting.held_at is not None for meeting in circle.meetings),
        notes=[
            (
                note,
                face_of(note.author) if note.author is not None else somebody(visit, note.place),
                reader.since(note.created_at),
                note.author_id == visit.employee.id,
            )
            for note in (await circle_notes(visit.db, circle.id) if shows else ())
        ],
        feed=_feed(visit, circle) if shows else "",
        pit_stops=[
            (f"/sessions/{stop.id}", stop.title, reader.since(stop.starts_at))
            for stop in await pit_stops(visit.db, visit.viewer, circle.call_id)
        ],
        note_limit=NOTE_LIMIT,
    )


def _feed(visit: Visit, circle: Circle) -> str:
    token = circle_token(visit.instance.vault, circle, visit.employee.id)
    return f"{visit.instance.settings.origin}/feeds/circles/{token}.ics"
