"""Joining and leaving sessions, the host's answers, and personal links to meetings."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from alliance.attending import (
    approve_attendance,
    consider_session,
    decline_attendance,
    join_session,
    leave_session,
)
from alliance.personal_links import open_meeting
from web.forms import read_form, safe_next
from web.pages.visit import Visit, path_id, visiting

_SAID = {"going": "joined", "waiting": "waiting", "asked": "asked", "maybe": "maybe"}


async def join(request: Request) -> Response:
    """POST /sessions/<id>/join: asks for a place and says what came of it."""
    async with visiting(request) as visit:
        person_id, back = visit.employee.id, await _back(request)
        async with visit.instance.unit_of_work() as uow:
            attendance = await join_session(uow, path_id(request), person_id)
            said = _SAID.get(attendance.state, "")
        return visit.go(back, said)


async def maybe(request: Request) -> Response:
    """POST /sessions/<id>/maybe: may come; gives a place back that was taken before."""
    async with visiting(request) as visit:
        person_id, back = visit.employee.id, await _back(request)
        async with visit.instance.unit_of_work() as uow:
            await consider_session(uow, path_id(request), person_id)
        return visit.go(back, "maybe")


async def leave(request: Request) -> Response:
    """POST /sessions/<id>/leave: gives the place, the wait or the question back."""
    async with visiting(request) as visit:
        person_id, back = visit.employee.id, await _back(request)
        async with visit.instance.unit_of_work() as uow:
            await leave_session(uow, path_id(request), person_id)
        return visit.go(back, "left")


async def accept_guest(request: Request) -> Response:
    """POST /sessions/<id>/guests/<attendance>/accept: the host says yes."""
    async with visiting(request) as visit:
        async with visit.instance.unit_of_work() as uow:
            await approve_attendance(uow, path_id(request, "attendance"), visit.employee)
        return _to_guests(visit)


async def decline_guest(request: Request) -> Response:
    """POST /sessions/<id>/guests/<attendance>/decline: the host says no."""
    async with visiting(request) as visit:
        async with visit.instance.unit_of_work() as uow:
            await decline_attendance(uow, path_id(request, "attendance"), visit.employee)
        return _to_guests(visit)


async def meet(request: Request) -> Response:
    """GET /meet/<token>: sends whoever holds a valid personal link to the meeting. Nobody is logged."""
    async with visiting(request) as visit:
        link = await open_meeting(visit.db, visit.instance.vault, request.path_params["token"])
    return RedirectResponse(
        link, 303, headers={"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    )


async def _back(request: Request) -> str:
    form = await read_form(request, {"next": 500})
    return safe_next(form["next"], f"/sessions/{path_id(request)}")


def _to_guests(visit: Visit) -> Response:
    return visit.go(f"/sessions/{path_id(visit.request)}#guests", "answered")
