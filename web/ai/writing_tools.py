"""Tools that change something for the employee whose token was given: joining, leaving, drafting."""

from typing import Any

from alliance.attending import join_session, leave_session
from alliance.keeping import keep_draft
from web.ai.calling import Arguments, Caller
from web.pages.session_form import empty_values, gist_of

_WRITING = "write:statuses"
_ZONE = "Europe/Berlin"
_LONGEST = {"title": 200, "description": 10_000, "when": 200, "topics": 500}


async def join(caller: Caller, arguments: Arguments) -> dict[str, Any]:
    """Takes a place; at another company's session they are asked."""
    me = caller.me(_WRITING)
    async with caller.instance.unit_of_work() as uow:
        attendance = await join_session(uow, arguments.session_id(), me.id)
        return _part(caller, attendance.session_id, attendance.state)


async def leave(caller: Caller, arguments: Arguments) -> dict[str, Any]:
    """Gives the place back."""
    me = caller.me(_WRITING)
    session_id = arguments.session_id()
    async with caller.instance.unit_of_work() as uow:
        await leave_session(uow, session_id, me.id)
    return _part(caller, session_id, None)


async def draft(caller: Caller, arguments: Arguments) -> dict[str, Any]:
    """Keeps the form with what is known; the person finishes it."""
    me = caller.me(_WRITING)
    language = arguments.text("language", 10) or me.language or "de"
    values = empty_values(language, me.timezone or _ZONE)
    values |= {name: arguments.text(name, most, needed=name == "title") for name, most in _LONGEST.items()}
    async with caller.instance.unit_of_work() as uow:
        kept = await keep_draft(uow, me.id, gist_of(values, caller.now), values)
    return {"id": str(kept.id), "finish_it_at": f"{caller.instance.settings.origin}/sessions/{kept.id}/edit"}


def _part(caller: Caller, session_id: int, state: str | None) -> dict[str, Any]:
    return {"session": f"{caller.instance.settings.origin}/sessions/{session_id}", "your_part": state}
