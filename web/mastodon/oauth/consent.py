"""The page on which somebody allows an app what it asks for, and the way back to it."""

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from alliance.apps import allow, app_with
from alliance.errors import Conflict, Forbidden, NotFound
from alliance.models import App
from alliance.signing_in import digest_of, end_sign_in
from web.forms import read_form
from web.mastodon.oauth.asking import Asked, asked_by, fingerprint, keep, kept
from web.mastodon.oauth.redirects import OUT_OF_BAND, form_action, is_registered, place_of, with_answer
from web.mastodon.oauth.words import rights_of
from web.middleware import CONTENT_SECURITY_POLICY
from web.pages.visit import Visit, visiting
from web.sign_in.attempts import SealedCookie
from web.viewer import cookie_name, token_of

ADDRESS = "/oauth/authorize/asked"
TOO_LATE_SENTENCE = "That took too long. Go back to the app and begin again there."


async def ask(request: Request) -> Response:
    """GET /oauth/authorize: keeps a good request in the browser; what is wrong with one the app is told."""
    async with visiting(request) as visit:
        asked, _ = await asked_by(visit.db, _first_of_each(request.query_params))
        if asked.refusal:
            return _refused(visit, asked)
        response = visit.go(ADDRESS)
        keep(_cookie(visit), response, asked, visit.reader.now)
        return _unkept(response)


async def show(request: Request) -> Response:
    """GET /oauth/authorize/asked: the question, once somebody is signed in."""
    async with visiting(request) as visit:
        asked, app = await _asked(visit)
        if visit.visitor.employee is None:
            return _unkept(visit.go(f"/sign-in?next={ADDRESS}"))
        return _page(visit, asked, app)


async def answer(request: Request) -> Response:
    """POST /oauth/authorize/asked: back to the app with a code or a no; or out, to come as somebody else."""
    async with visiting(request) as visit:
        employee_id = visit.employee.id
        asked, app = await _asked(visit)
        values = await read_form(request, {"answer": 10, "proof": 64})
        if not visit.instance.vault.is_mark(_named(visit, asked), values["proof"]):
            raise Forbidden(TOO_LATE_SENTENCE, detail="an answer to another question than was shown")
        if values["answer"] == "other":
            return await _as_somebody_else(visit)
        if values["answer"] != "allow":
            return _answered(visit, asked, {"error": "access_denied"})
        async with visit.instance.unit_of_work() as uow:
            code = await allow(
                uow,
                app.id,
                employee_id,
                scopes=asked.scopes,
                redirect_uri=asked.redirect_uri,
                challenge=asked.challenge,
            )
        return _answered(visit, asked, {"code": code})


def _answered(visit: Visit, asked: Asked, said: dict[str, str]) -> Response:
    if asked.redirect_uri == OUT_OF_BAND:
        response = visit.page("app_code.html", code=said.get("code", ""))
    else:
        response = RedirectResponse(_address(asked, said), 303)
    _cookie(visit).drop(response)
    return _unkept(response)


def _refused(visit: Visit, asked: Asked) -> Response:
    """What is wrong with a request, and a link that tells the app.

    Whoever likes registers an app; would people be sent on by themselves, everybody could make our address
    lead anywhere (RFC 9700, 4.11.2).
    """
    said = {"error": asked.refusal, "error_description": asked.reason}
    way_back = "" if asked.redirect_uri == OUT_OF_BAND else _address(asked, said)
    place = place_of(asked.redirect_uri)
    return _unkept(visit.page("app_refused.html", 400, asked=asked, way_back=way_back, place=place))


def _address(asked: Asked, said: dict[str, str]) -> str:
    """A registered address with an answer and with what the app had given along (RFC 6749, 4.1.2)."""
    return with_answer(asked.redirect_uri, said | ({"state": asked.state} if asked.state else {}))


async def _as_somebody_else(visit: Visit) -> Response:
    settings = visit.instance.settings
    async with visit.instance.unit_of_work() as uow:
        await end_sign_in(uow, token_of(visit.request, settings))
    response = visit.go(f"/sign-in?next={ADDRESS}")
    response.delete_cookie(cookie_name(settings), secure=settings.is_https, httponly=True, samesite="lax")
    return _unkept(response)


async def _asked(visit: Visit) -> tuple[Asked, App]:
    cookie = _cookie(visit)
    asked = kept(cookie, visit.request.cookies.get(cookie.name, ""), visit.reader.now)
    if asked is None:
        raise Conflict(TOO_LATE_SENTENCE)
    app = await app_with(visit.db, asked.client_id)
    if app is None or not is_registered(asked.redirect_uri, app.redirect_uris):
        raise NotFound
    return asked, app


def _page(visit: Visit, asked: Asked, app: App) -> Response:
    response = visit.page(
        "app_consent.html",
        app=app,
        place=place_of(asked.redirect_uri),
        rights=rights_of(asked.scopes, visit.texts),
        proof=visit.instance.vault.mark(_named(visit, asked)),
        person=visit.employee.person,
        action=ADDRESS,
    )
    policy = CONTENT_SECURITY_POLICY.replace(
        "form-action 'self'", f"form-action {form_action(asked.redirect_uri)}"
    )
    response.headers["Content-Security-Policy"] = policy
    return _unkept(response)


def _named(visit: Visit, asked: Asked) -> str:
    return fingerprint(asked, digest_of(token_of(visit.request, visit.instance.settings)))


def _cookie(visit: Visit) -> SealedCookie:
    return SealedCookie("app-request", visit.instance.settings, visit.instance.vault)


def _unkept(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


def _first_of_each(query: QueryParams) -> dict[str, str]:
    """RFC 6749, 3.1: no parameter may come twice; where one does, nothing is said twice either."""
    found: dict[str, str] = {}
    for name, value in query.multi_items():
        found.setdefault(name, value)
    return found
