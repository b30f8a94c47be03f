"""How somebody gets in, and where they are signed in: devices, passkeys, the company's account."""

from dataclasses import dataclass

from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import Response

from alliance.devices import end_sign_in_named, is_with, key_of, sign_ins_of
from alliance.errors import Invalid
from alliance.models import Identity, SignIn
from alliance.passkeys import passkeys_of
from alliance.signing_in import end_other_sign_ins
from web.forms import Form, read_form
from web.pages.visit import Visit, visiting
from web.viewer import token_of

ADDRESS = "/settings/sign-in"
MANNER_TEXTS = {
    "oidc": "Since %(when)s, with your company account",
    "passkey": "Since %(when)s, with a passkey",
    "password": "Since %(when)s, with a password",
    "link": "Since %(when)s, with a link from a mail",
}


@dataclass(frozen=True)
class Device:
    """A browser that is signed in, as its owner sees it."""

    key: str
    name: str
    since: str
    is_this: bool


@dataclass(frozen=True)
class Key:
    """A passkey, as its owner sees it."""

    id: int
    name: str
    added: str


async def show(request: Request) -> Response:
    """GET /settings/sign-in."""
    async with visiting(request) as visit:
        return await devices_page(visit)


async def end_one(request: Request) -> Response:
    """POST /settings/sign-in/end: signs one browser out."""
    async with visiting(request) as visit:
        employee_id = visit.employee.id
        values = await read_form(request, {"key": 64})
        async with visit.instance.unit_of_work() as uow:
            await end_sign_in_named(uow, employee_id, values["key"])
        return visit.go(ADDRESS, "signed-out-there")


async def end_others(request: Request) -> Response:
    """POST /settings/sign-in/end-others: signs every browser out but this one."""
    async with visiting(request) as visit:
        employee_id, token = visit.employee.id, token_of(request, visit.instance.settings)
        async with visit.instance.unit_of_work() as uow:
            await end_other_sign_ins(uow, employee_id, token)
        return visit.go(ADDRESS, "signed-out-elsewhere")


async def devices_page(visit: Visit, error: Invalid | None = None, *, wrong: int | None = None) -> Response:
    """The page; `error` is about the name of the passkey `wrong`, or about the new one."""
    employee, settings = visit.employee, visit.instance.settings
    token = token_of(visit.request, settings)
    signed_in = await sign_ins_of(visit.db, employee.id, visit.reader.now)
    keys = await passkeys_of(visit.db, employee.id) if settings.passwords else []
    provider = visit.request.app.state.provider
    return visit.page(
        "devices.html",
        200 if error is None else 422,
        devices=[_device(visit, row, token) for row in signed_in],
        keys=[Key(key.id, key.name, visit.reader.date_of(key.created_at.date())) for key in keys],
        with_passkeys=settings.passwords,
        with_company=provider is not None,
        is_connected=provider is not None and await _is_connected(visit, provider.issuer),
        new=_form(visit, error if wrong is None else None),
        rename=_form(visit, error),
        wrong=wrong,
    )


def _form(visit: Visit, error: Invalid | None) -> Form:
    return visit.form({"name": ""}, error)


def _device(visit: Visit, row: SignIn, token: str) -> Device:
    name = row.device or visit.texts.gettext("Unknown device")
    since = visit.texts.gettext(MANNER_TEXTS[row.method], when=visit.reader.since(row.created_at))
    return Device(key_of(row), name, since, is_with(row, token))


async def _is_connected(visit: Visit, issuer: str) -> bool:
    linked = select(Identity.id).where(Identity.employee_id == visit.employee.id, Identity.issuer == issuer)
    return await visit.db.scalar(linked) is not None
