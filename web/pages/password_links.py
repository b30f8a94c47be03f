"""Choosing a password with a link from a mail: the first one, or a new one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.requests import Request
from starlette.responses import Response

from alliance.devices import device_of
from alliance.errors import Conflict, Invalid, NotFound
from alliance.inviting import ask_for_reset, owner_of_link, use_link
from alliance.signing_in import Manner, hash_password, start_sign_in
from web.forms import Form, read_form
from web.pages.signing import keep_signed_in
from web.pages.visit import Visit, count_sender, visiting
from web.sign_in.renewal import forget_renewal

_TOKEN_CHARACTERS = 100


async def ask_reset(request: Request) -> Response:
    """GET /sign-in/forgotten."""
    async with _with_passwords(request) as visit:
        return visit.page("forgotten.html", form=visit.form({"email": ""}), sent=False)


async def send_reset(request: Request) -> Response:
    """POST /sign-in/forgotten: says the same, whether there is such an account or not."""
    async with _with_passwords(request) as visit:
        values = await read_form(request, {"email": 320})
        if not values["email"]:
            error = Invalid("Please type your e-mail address.", field="email")
            return visit.page("forgotten.html", 422, form=visit.form(values, error), sent=False)
        count_sender(visit, request.app.state.resets_asked)
        async with visit.instance.unit_of_work() as uow:
            await ask_for_reset(uow, values["email"])
        return visit.page("forgotten.html", form=visit.form(values), sent=True)


async def ask_password(request: Request) -> Response:
    """GET /sign-in/link/{token}: looking uses nothing up; scanners of mails look at every link."""
    async with _with_passwords(request) as visit:
        return await _page(visit, _token(request))


async def save_password(request: Request) -> Response:
    """POST /sign-in/link/{token}: sets the password and signs in."""
    async with _with_passwords(request) as visit:
        token, values = _token(request), await read_form(request, {"password": 1000})
        try:
            await owner_of_link(visit.db, token, visit.reader.now)
            hashed = await asyncio.to_thread(hash_password, values["password"])
        except Invalid as error:
            return await _page(visit, token, visit.form({"password": ""}, error))
        manner = Manner(method="link", device=device_of(request.headers.get("user-agent", "")))
        async with visit.instance.unit_of_work() as uow:
            made = await start_sign_in(uow, await use_link(uow, token, hashed), manner)
        response = visit.go("/", "saved")
        keep_signed_in(response, made, visit.instance.settings)
        forget_renewal(response, visit.instance.settings)
        return response


@asynccontextmanager
async def _with_passwords(request: Request) -> AsyncIterator[Visit]:
    """A visit, where there are passwords at all. Raises NotFound elsewhere."""
    async with visiting(request) as visit:
        if not visit.instance.settings.passwords:
            raise NotFound
        yield visit


async def _page(visit: Visit, token: str, form: Form | None = None) -> Response:
    owner = await owner_of_link(visit.db, token, visit.reader.now)
    status = 200 if form is None else 422
    form = form or visit.form({"password": ""})
    response = visit.page("choose_password.html", status, form=form, email=owner.email)
    # The address is a secret as long as it has not been used.
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


def _token(request: Request) -> str:
    """The token in the address. Raises Conflict for what can't be one."""
    token: str = request.path_params["token"]
    if len(token) > _TOKEN_CHARACTERS:
        raise Conflict("This link has been used already, or it is too old. Ask for a new one.")
    return token
