"""`alliance attend`."""

import asyncio
from dataclasses import dataclass
from typing import Annotated

import typer
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from alliance.acts import person
from alliance.attending import join_session, leave_session
from alliance.models import Attendance
from alliance.personal_links import personal_link
from alliance.visibility import employee_viewer
from federation.wiring import Federation
from web.command_line.rooms import room
from web.command_line.running import employee_with, opened, run, say
from web.command_line.sessions import session_at

app = room(
    "alliance attend https://lernen.example/sessions/123 --by mara@nordlicht.example", "Joins or leaves."
)
SECONDS = 10
LOOK_EVERY = 0.2
WORDS = {
    "going": "Going.",
    "waiting": "On the waiting list: there is no place left at the moment.",
    "asked": "Asked. The answer is still to come.",
    "declined": "The host said no.",
    "left": "Not going.",
    "maybe": "Maybe.",
}


@dataclass(frozen=True)
class Result:
    """How somebody stands to a session, with the personal link where there is one."""

    state: str
    link: str | None


@app.command()
def attend(
    url: Annotated[str, typer.Argument(help="Any session that is known here.")],
    by: Annotated[str, typer.Option(metavar="EMAIL", help="Who goes.")],
    leave: Annotated[bool, typer.Option("--leave", help="Give the place back.")] = False,
) -> None:
    """Joins or leaves a session as that employee would; waits up to 10 s for another company's answer."""
    result = run(_attend(url, by, leave))
    say(WORDS[result.state])
    if result.link:
        say(result.link)


async def _attend(url: str, email: str, leave: bool) -> Result:
    async with opened() as federation:
        async with federation.instance.reading() as db:
            employee = await employee_with(db, email)
            session = await session_at(db, federation.uris, employee_viewer(employee.id), url)
        async with federation.instance.unit_of_work() as uow:
            verb = leave_session if leave else join_session
            await verb(uow, session.id, employee.id)
            uow.audit("employee.acted-for", person(employee.id), session=str(session.id))
        return await _settled(federation, session.id, employee.id, is_remote=session.uri is not None)


async def _settled(federation: Federation, session_id: int, person_id: int, *, is_remote: bool) -> Result:
    """The state as it is now, or as soon as the other company has answered."""
    deadline = asyncio.get_running_loop().time() + SECONDS
    while True:
        result = await _state(federation, session_id, person_id)
        if not (is_remote and result.state == "asked") or asyncio.get_running_loop().time() > deadline:
            return result
        await asyncio.sleep(LOOK_EVERY)


async def _state(federation: Federation, session_id: int, person_id: int) -> Result:
    instance = federation.instance
    wanted = (
        select(Attendance)
        .where(Attendance.session_id == session_id, Attendance.person_id == person_id)
        .options(joinedload(Attendance.session))
    )
    async with instance.reading() as db:
        attendance = await db.scalar(wanted)
        if attendance is None:
            return Result("left", None)
        link = personal_link(instance.settings.origin, instance.vault, attendance)
        return Result(attendance.state, link)
