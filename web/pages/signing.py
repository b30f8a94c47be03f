"""Signing in and out, and choosing the language of the pages."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from alliance.devices import device_of
from alliance.errors import AllianceError, Forbidden, Invalid, NotSignedIn, TooMany, Unavailable
from alliance.problems import Problems
from alliance.profiling import choose_language
from alliance.settings import Settings
from alliance.signing_in import SIGNED_IN_FOR, NewSignIn, end_sign_in, provider_token, sign_in
from web.forms import read_form, safe_next
from web.pages.visit import LANGUAGE, Visit, visiting
from web.sign_in.renewal import forget_renewal
from web.texts import LANGUAGES
from web.viewer import Visitor, cookie_name, token_of

if TYPE_CHECKING:
    from web.sign_in.provider import Provider

_FIELDS = {"email": 320, "password": 1000, "next": 500}
_YEAR = 365 * 24 * 3600


async def ask(request: Request) -> Response:
    """GET /sign-in: the form; whoever is signed in is sent on."""
    async with visiting(request) as visit:
        onwards = safe_next(request.query_params.get("next", "/"))
        if visit.visitor.employee:
            return visit.go(onwards)
        return sign_in_page(visit, {"email": "", "password": "", "next": onwards})


async def enter(request: Request) -> Response:
    """POST /sign-in: a fresh cookie for whoever knows the password, the form again for everybody else."""
    async with visiting(request) as visit:
        values = await read_form(request, _FIELDS)
        try:
            made = await _signed_in(visit, values)
        except (Invalid, NotSignedIn, TooMany, Forbidden) as error:
            return sign_in_page(visit, values, error)
        response = visit.go(safe_next(values["next"]))
        keep_signed_in(response, made, visit.instance.settings)
        forget_renewal(response, visit.instance.settings)
        return response


async def leave(request: Request) -> Response:
    """POST /sign-out: ends the sign-in here and in the database; tells the way out of the company as well."""
    async with visiting(request) as visit:
        settings, token = visit.instance.settings, token_of(request, visit.instance.settings)
        async with visit.instance.unit_of_work() as uow:
            id_token = await provider_token(uow, token)
            await end_sign_in(uow, token)
        way_out = None if id_token is None else await _way_out(request, id_token)
        if way_out is None:
            response = visit.go("/", "signed-out")
        else:
            stranger = replace(visit, visitor=Visitor(visit.visitor.home, None))
            response = stranger.page("signed_out.html", way_out=way_out)
            response.headers["Cache-Control"] = "no-store"
        response.delete_cookie(cookie_name(settings), secure=settings.is_https, httponly=True, samesite="lax")
        forget_renewal(response, settings)
        return response


async def language(request: Request) -> Response:
    """POST /language: remembers the language in a cookie, and in the account of whoever is signed in."""
    async with visiting(request) as visit:
        values = await read_form(request, {"language": 5, "next": 500})
        response = visit.go(safe_next(values["next"]))
        if values["language"] in LANGUAGES:
            await _remember(visit, response, values["language"])
        return response


def keep_signed_in(response: Response, made: NewSignIn, settings: Settings) -> None:
    """Sets the cookie of a new sign-in; it lives as long as the sign-in."""
    response.set_cookie(
        cookie_name(settings),
        made.token,
        max_age=int(SIGNED_IN_FOR.total_seconds()),
        secure=settings.is_https,
        httponly=True,
        samesite="lax",
    )


async def _signed_in(visit: Visit, values: Mapping[str, str]) -> NewSignIn:
    """The new sign-in; the one that this browser had before ends, so that none can be planted."""
    problems = Problems()
    if not values["email"]:
        problems.add("email", "Please type your e-mail address.")
    if not values["password"]:
        problems.add("password", "Please type your password.")
    problems.raise_if_any()
    client = visit.request.client
    made = await sign_in(
        visit.instance,
        email=values["email"],
        password=values["password"],
        address=client.host if client else "",
        device=device_of(visit.request.headers.get("user-agent", "")),
    )
    if former := token_of(visit.request, visit.instance.settings):
        async with visit.instance.unit_of_work() as uow:
            await end_sign_in(uow, former)
    return made


async def _way_out(request: Request, id_token: str) -> str | None:
    """Where one signs out of the company; None when nobody can tell now. (No form may lead there: CSP.)"""
    provider: Provider | None = request.app.state.provider
    try:
        return await provider.way_out(id_token) if provider else None
    except Unavailable:
        return None


async def _remember(visit: Visit, response: Response, chosen: str) -> None:
    secure = visit.instance.settings.is_https
    response.set_cookie(LANGUAGE, chosen, max_age=_YEAR, samesite="lax", secure=secure)
    if employee := visit.visitor.employee:
        async with visit.instance.unit_of_work() as uow:
            await choose_language(uow, employee.id, language=chosen, timezone=employee.timezone)


def sign_in_page(visit: Visit, values: Mapping[str, str], error: AllianceError | None = None) -> Response:
    """The form, with what is wrong."""
    shown = {**values, "password": "", "next": safe_next(values["next"])}
    status = 200 if error is None else 429 if isinstance(error, TooMany) else 422
    response = visit.page(
        "sign_in.html",
        status,
        form=visit.form(shown, error),
        with_company=visit.request.app.state.provider is not None,
        with_password=visit.instance.settings.passwords,
        with_mail=visit.instance.settings.smtp is not None,
    )
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.retry_after)
    return response
