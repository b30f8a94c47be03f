"""Adding passkeys and signing in with one; the only pages here that need JavaScript."""

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from alliance.devices import device_of
from alliance.errors import Conflict, Forbidden, Invalid, NotSignedIn
from alliance.passkeys import (
    MOST_CHARACTERS,
    add_passkey,
    prove_passkey,
    question_for_known,
    question_for_new,
    remove_passkey,
    rename_passkey,
)
from alliance.signing_in import Manner, end_sign_in, start_sign_in
from web.forms import read_form, safe_next
from web.pages.devices import ADDRESS, devices_page
from web.pages.signing import keep_signed_in, sign_in_page
from web.pages.visit import Visit, path_id, visiting
from web.sign_in.attempts import SealedCookie
from web.sign_in.renewal import forget_renewal
from web.viewer import token_of

if TYPE_CHECKING:
    from alliance.ceremonies import Question

_ANSWER = {"credential": MOST_CHARACTERS, "name": 100, "next": 500}
OFF_SENTENCE = "Passwords are turned off here. Please sign in with your company account."


async def ask_new(request: Request) -> Response:
    """POST /settings/sign-in/passkeys/question: what the device is to sign, as JSON."""
    async with visiting(request) as visit:
        _refuse_where_off(visit)
        question = await question_for_new(
            visit.db, visit.instance.settings, visit.instance.vault, visit.employee, visit.visitor.home.name
        )
        return _asked(visit, question, visit.employee.id)


async def add(request: Request) -> Response:
    """POST /settings/sign-in/passkeys: keeps what the device has made."""
    async with visiting(request) as visit:
        _refuse_where_off(visit)
        employee_id, values = visit.employee.id, await read_form(request, _ANSWER)
        try:
            challenge = _challenge(visit, employee_id)
            async with visit.instance.unit_of_work() as uow:
                await add_passkey(uow, employee_id, challenge, values["credential"], values["name"])
        except Invalid as error:
            return await devices_page(visit, error)
        except (Conflict, NotSignedIn) as error:
            return await devices_page(visit, Invalid(error.sentence))
        response = visit.go(f"{ADDRESS}#passkeys", "passkey-added")
        _questions(visit).drop(response)
        return response


async def rename(request: Request) -> Response:
    """POST /settings/sign-in/passkeys/{id}/rename."""
    async with visiting(request) as visit:
        employee_id, number = visit.employee.id, path_id(request)
        values = await read_form(request, {"name": 100})
        try:
            async with visit.instance.unit_of_work() as uow:
                await rename_passkey(uow, employee_id, number, values["name"])
        except Invalid as error:
            return await devices_page(visit, error, wrong=number)
        return visit.go(f"{ADDRESS}#passkeys", "saved")


async def remove(request: Request) -> Response:
    """POST /settings/sign-in/passkeys/{id}/remove."""
    async with visiting(request) as visit:
        employee_id, number = visit.employee.id, path_id(request)
        async with visit.instance.unit_of_work() as uow:
            await remove_passkey(uow, employee_id, number)
        return visit.go(f"{ADDRESS}#passkeys", "passkey-removed")


async def ask_known(request: Request) -> Response:
    """POST /sign-in/passkey/question: what any device with a passkey for us is to sign, as JSON."""
    async with visiting(request) as visit:
        _refuse_where_off(visit)
        return _asked(visit, question_for_known(visit.instance.settings), 0)


async def enter(request: Request) -> Response:
    """POST /sign-in/passkey: a fresh cookie for whoever holds a passkey."""
    async with visiting(request) as visit:
        _refuse_where_off(visit)
        values = await read_form(request, _ANSWER)
        manner = Manner(method="passkey", device=device_of(request.headers.get("user-agent", "")))
        try:
            challenge = _challenge(visit, 0)
            async with visit.instance.unit_of_work() as uow:
                owner = await prove_passkey(uow, challenge, values["credential"])
                made = await start_sign_in(uow, owner, manner)
                await end_sign_in(uow, token_of(request, visit.instance.settings))
        except (Invalid, NotSignedIn) as error:
            return sign_in_page(visit, {"email": "", "password": "", "next": values["next"]}, error)
        response = visit.go(safe_next(values["next"]))
        keep_signed_in(response, made, visit.instance.settings)
        forget_renewal(response, visit.instance.settings)
        _questions(visit).drop(response)
        return response


def _asked(visit: Visit, question: "Question", employee_id: int) -> Response:
    response = Response(question.options, media_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    kept = {"challenge": question.challenge, "employee": employee_id}
    _questions(visit).keep(response, kept, visit.reader.now)
    return response


def _challenge(visit: Visit, employee_id: int) -> str:
    """What this browser was asked to sign, for this purpose. Raises Invalid when that is too long ago."""
    cookie = _questions(visit)
    kept = cookie.read(visit.request.cookies.get(cookie.name, ""), visit.reader.now)
    if kept is None or kept["employee"] != employee_id:
        raise Invalid("This passkey could not be checked. Please try again.")
    return str(kept["challenge"])


def _questions(visit: Visit) -> SealedCookie:
    return SealedCookie("passkey", visit.instance.settings, visit.instance.vault)


def _refuse_where_off(visit: Visit) -> None:
    if not visit.instance.settings.passwords:
        raise Forbidden(OFF_SENTENCE)
