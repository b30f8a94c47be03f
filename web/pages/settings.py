"""One's own settings: language and zone, the expert profile, the password."""

import asyncio
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from alliance.errors import Invalid
from alliance.profiling import choose_language, edit_profile, publish_profile, withdraw_profile
from alliance.signing_in import change_password, hash_password, start_sign_in
from web.forms import read_form
from web.pages.settings_forms import (
    EXPERT_FIELDS,
    PASSWORD_FIELDS,
    YOU_FIELDS,
    check_current_password,
    profile_draft,
)
from web.pages.settings_page import settings_page
from web.pages.signing import keep_signed_in
from web.pages.visit import Visit, visiting


async def show(request: Request) -> Response:
    """GET /settings."""
    async with visiting(request) as visit:
        return await settings_page(visit)


async def save_you(request: Request) -> Response:
    """POST /settings: language of the pages and time zone."""
    async with visiting(request) as visit:
        employee_id, values = visit.employee.id, await read_form(request, YOU_FIELDS)
        try:
            async with visit.instance.unit_of_work() as uow:
                await choose_language(
                    uow, employee_id, language=values["language"] or None, timezone=values["timezone"] or None
                )
        except Invalid as error:
            return await settings_page(visit, you=visit.form(values, error))
        return visit.go("/settings", "saved")


async def save_expert(request: Request) -> Response:
    """POST /settings/expert: what others find, and who may find it; nobody withdraws it everywhere."""
    async with visiting(request) as visit:
        values = await read_form(request, EXPERT_FIELDS)
        try:
            await _write_profile(visit, visit.employee.id, values)
        except Invalid as error:
            return await settings_page(visit, expert=visit.form(values, error))
        return visit.go("/settings#expert", "profile" if values["audience"] else "hidden")


async def save_password(request: Request) -> Response:
    """POST /settings/password: a new password signs every other browser out."""
    async with visiting(request) as visit:
        employee, values = visit.employee, await read_form(request, PASSWORD_FIELDS)
        try:
            await asyncio.to_thread(check_current_password, employee.password_hash, values)
            hashed = await asyncio.to_thread(hash_password, values["password"])
        except Invalid as error:
            empty = dict.fromkeys(PASSWORD_FIELDS, "")
            return await settings_page(visit, password=visit.form(empty, error))
        return await _change_password(visit, hashed)


async def _change_password(visit: Visit, hashed: str) -> Response:
    async with visit.instance.unit_of_work() as uow:
        await change_password(uow, visit.employee.id, hashed)
        made = await start_sign_in(uow, visit.employee)
    response = visit.go("/settings", "password")
    keep_signed_in(response, made, visit.instance.settings)
    return response


async def _write_profile(visit: Visit, employee_id: int, values: Mapping[str, str]) -> None:
    async with visit.instance.unit_of_work() as uow:
        profile = await edit_profile(uow, employee_id, profile_draft(values))
        if values["audience"]:
            await publish_profile(uow, employee_id, values["audience"])
        elif profile.published_at is not None:
            await withdraw_profile(uow, employee_id)
