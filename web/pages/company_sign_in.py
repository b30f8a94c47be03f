"""Signing in with the company's own account: away to its provider, back again, and out when it says so."""

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote

import structlog
from sqlalchemy.exc import IntegrityError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from alliance.devices import device_of
from alliance.errors import AllianceError, Forbidden, NotFound, Unavailable
from alliance.identities import Entered, Proven, Refusal, end_provider_session, identity_of, sign_in_proven
from alliance.signing_in import end_sign_in
from web.forms import read_form, safe_next
from web.pages.signing import keep_signed_in
from web.pages.visit import Visit, visiting
from web.sign_in.attempts import Attempt, SealedCookie, attempt_from, content_of, new_attempt
from web.sign_in.renewal import forget_renewal, keep_renewal
from web.sign_in.unproven import MOST_CHARACTERS, NotProven
from web.viewer import Visitor, token_of

if TYPE_CHECKING:
    from web.sign_in.provider import Provider

log = structlog.get_logger("alliance.security")

CONNECT = "/sign-in/company/connect"
_MOST_CODE = 4000
SENTENCES = {
    Refusal.NOT_A_MEMBER: "Your company account is fine, but it is not meant to be used here. "
    "Your learning team knows more.",
    Refusal.CLOSED: "Your account here has been closed. Your learning team knows more.",
    Refusal.WITHOUT_EMAIL: "Your company account has no e-mail address that we can use.",
}
CANCELLED_SENTENCE = "The sign-in was cancelled, or your company did not allow it."


async def start(request: Request) -> Response:
    """GET /sign-in/company: sends the browser to the company's provider."""
    async with visiting(request) as visit:
        provider = provider_of(visit)
        asked = request.query_params
        onwards, silent = safe_next(asked.get("next", "/")), "silent" in asked
        if visit.visitor.employee and not silent and "connect" not in asked:
            return visit.go(onwards)
        attempt = new_attempt(onwards, silent=silent)
        try:
            response = visit.go(await provider.address(attempt, language=visit.reader.language))
        except Unavailable as error:
            return _not_now(visit, attempt, error)
        _attempts(visit).keep(response, content_of(attempt), visit.reader.now)
        response.headers["Cache-Control"] = "no-store"
        return response


async def back(request: Request) -> Response:
    """GET /sign-in/company/back: whom the provider vouches for, if this browser had asked."""
    async with visiting(request) as visit:
        provider = provider_of(visit)
        attempt = _attempt(visit)
        try:
            if attempt is None:
                raise NotProven(detail="an answer that this browser has not asked for")
            response = await _answered(visit, provider, attempt)
        except (Forbidden, Unavailable) as error:
            log.info("company sign-in failed", reason=error.detail or str(error))
            response = _not_now(visit, attempt, error)
        _attempts(visit).drop(response)
        response.headers["Cache-Control"] = "no-store"
        return response


async def ended(request: Request) -> Response:
    """POST /sign-in/company/ended: the provider says that somebody is signed out there, so here as well."""
    provider: Provider | None = request.app.state.provider
    if provider is None:
        raise NotFound
    form = await read_form(request, {"logout_token": MOST_CHARACTERS})
    headers = {"Cache-Control": "no-store"}
    try:
        said = await provider.ended(form["logout_token"])
    except NotProven as error:
        log.warning("logout refused", reason=error.detail)
        wrong = {"error": "invalid_request", "error_description": "The logout token can't be used."}
        return JSONResponse(wrong, 400, headers=headers)
    async with request.app.state.instance.unit_of_work() as uow:
        count = await end_provider_session(
            uow,
            provider.issuer,
            subject=said.subject,
            provider_session=said.provider_session,
            said_at=said.said_at,
        )
    log.info("signed out by the company", browsers=count)
    return Response(status_code=200, headers=headers)


def provider_of(visit: Visit) -> "Provider":
    """The company's provider. Raises NotFound where there is none."""
    provider: Provider | None = visit.request.app.state.provider
    if provider is None:
        raise NotFound
    return provider


def waiting_to_connect(visit: Visit) -> SealedCookie:
    """Keeps whom the provider has vouched for while they prove which account here is theirs."""
    return SealedCookie("company-account", visit.instance.settings, visit.instance.vault)


async def signed_in(visit: Visit, entered: Entered, onwards: str) -> Response:
    """The answer for somebody who has come in: a fresh cookie; the one that was there before ends."""
    if former := token_of(visit.request, visit.instance.settings):
        async with visit.instance.unit_of_work() as uow:
            await end_sign_in(uow, former)
    made = entered.made
    if entered.former_roles is not None and set(entered.former_roles) != set(made.employee.roles):
        log.warning(
            "roles changed by groups",
            employee=made.employee.id,
            roles=list(made.employee.roles),
            former=list(entered.former_roles),
        )
    response = visit.go(onwards)
    keep_signed_in(response, made, visit.instance.settings)
    keep_renewal(response, made, visit.instance.settings)
    return response


def refused(visit: Visit, refusal: Refusal) -> Response:
    """The page for somebody whom we know and who may not come in."""
    log.warning("company sign-in refused", reason=refusal.value)
    return _sorry(visit, Forbidden(SENTENCES[refusal]))


async def _answered(visit: Visit, provider: "Provider", attempt: Attempt) -> Response:
    asked = visit.request.query_params
    if "error" in asked:
        raise Forbidden(CANCELLED_SENTENCE, detail=f"the provider says {asked['error'][:100]!r}")
    code = asked.get("code", "")
    if not 1 <= len(code) <= _MOST_CODE:
        raise NotProven(detail="an answer without a code")
    proven = await provider.proven(attempt, code, asked.get("iss"))
    return await _enter(visit, proven, attempt)


async def _enter(visit: Visit, proven: Proven, attempt: Attempt) -> Response:
    device = device_of(visit.request.headers.get("user-agent", ""))
    try:
        outcome = await _recognised(visit, proven, device)
    except IntegrityError as error:
        # Two windows of somebody new at once; the other one has made the account.
        raise NotProven(detail="signed in twice at the same moment") from error
    if isinstance(outcome, Entered):
        return await signed_in(visit, outcome, attempt.onwards)
    if outcome is not Refusal.HAS_ACCOUNT:
        return refused(visit, outcome)
    response = visit.go(CONNECT)
    kept = {**content_of(proven), "onwards": attempt.onwards}
    waiting_to_connect(visit).keep(response, kept, visit.reader.now)
    return response


async def _recognised(visit: Visit, proven: Proven, device: str) -> Entered | Refusal:
    async with visit.instance.unit_of_work() as uow:
        if visit.visitor.employee and await identity_of(uow, proven.issuer, proven.subject) is None:
            # Never linked in passing: somebody else may have sent this browser here with their account.
            return Refusal.HAS_ACCOUNT
        return await sign_in_proven(uow, proven, device=device, language=visit.reader.language)


def _attempts(visit: Visit) -> SealedCookie:
    return SealedCookie("company-sign-in", visit.instance.settings, visit.instance.vault)


def _attempt(visit: Visit) -> Attempt | None:
    """What this browser had begun, if the answer belongs to it."""
    cookie = _attempts(visit)
    found = attempt_from(cookie.read(visit.request.cookies.get(cookie.name, ""), visit.reader.now))
    state = visit.request.query_params.get("state", "")
    if found is None or not secrets.compare_digest(found.state.encode(), state.encode(errors="replace")):
        return None
    return found


def _not_now(visit: Visit, attempt: Attempt | None, error: AllianceError) -> Response:
    """Nobody came in. What nobody asked for loudly fails quietly: the page opens as for a stranger."""
    if attempt is not None and attempt.silent:
        response = visit.go(attempt.onwards)
        forget_renewal(response, visit.instance.settings)
        return response
    return _sorry(visit, error, attempt.onwards if attempt else "/")


def _sorry(visit: Visit, error: AllianceError, onwards: str = "/") -> Response:
    stranger = replace(visit, visitor=Visitor(visit.visitor.home, None))
    sentence = visit.texts.sentence(error.sentence, error.parameters)
    again = f"/sign-in?next={quote(onwards)}"
    return stranger.page("sign_in_failed.html", error.status, sentence=sentence, again=again)
