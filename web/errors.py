"""The one place that says what went wrong: as a page, as Mastodon's JSON or as Problem Details (RFC 9457)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import quote

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from alliance.database import OutcomeUnknown, is_trouble_of_database
from alliance.errors import (
    AllianceError,
    Forbidden,
    Gone,
    Invalid,
    NotFound,
    NotSignedIn,
    TooMany,
    WrongConfiguration,
)
from federation.reporting import report
from web.mastodon.errors import api_error, is_for_apps
from web.middleware import without_secrets
from web.pages.wrong import wrong_page
from web.requests import wants_json
from web.scim.door import trouble as scim_trouble
from web.texts import Texts, preferred_language

log = structlog.get_logger("alliance.web")
security = structlog.get_logger("alliance.security")

DATABASE_SENTENCE = (
    "Our database can't be used at the moment. Nothing has been changed; please try again in a minute."
)
OUTCOME_SENTENCE = (
    "Our database went away while this was being saved. Please look whether it is there before you try again."
)
_DATABASE_SECONDS = 30
NOT_HERE = "There is nothing at this address."
_SENTENCES = {
    400: "We could not read this request.",
    403: "You may not do that here.",
    404: NOT_HERE,
    405: "This address can't be used in this way.",
    406: "There is nothing at this address in a format that you can read.",
    408: "That took too long. Please try again.",
    410: "This has been withdrawn.",
    413: "That is more than we take at once.",
    421: "This server answers under another name.",
    429: "That was a lot at once. Please try again in a moment.",
}


@dataclass(frozen=True)
class Trouble:
    """An error as all three kinds of readers need it: status, translated sentence, problems per field."""

    status: int
    sentence: str
    problems: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


def trouble_of(error: Exception, texts: Texts) -> Trouble:
    """What to tell about `error`; the unexpected gets the sentence for 500 and never its own words."""
    if isinstance(error, AllianceError):
        status = AllianceError.status if isinstance(error, WrongConfiguration) else error.status
        said = AllianceError() if isinstance(error, WrongConfiguration) else error
        problems = error.problems if isinstance(error, Invalid) else {}
        return Trouble(
            status,
            texts.sentence(said.sentence, said.parameters),
            {name: texts.sentence(wrong.sentence, wrong.parameters) for name, wrong in problems.items()},
            {"Retry-After": str(error.retry_after)} if isinstance(error, TooMany) else {},
        )
    if isinstance(error, HTTPException):
        sentence = _SENTENCES.get(error.status_code, _SENTENCES[400])
        return Trouble(error.status_code, texts.sentence(sentence, {}), {}, error.headers or {})
    if isinstance(error, ClientDisconnect):
        # Whoever asked has gone before we had read it all; nobody reads this, and nothing is wrong here.
        return Trouble(408, texts.sentence(_SENTENCES[408], {}))
    if is_trouble_of_database(error):
        told = OUTCOME_SENTENCE if isinstance(error, OutcomeUnknown) else DATABASE_SENTENCE
        return Trouble(503, texts.sentence(told, {}), {}, {"Retry-After": str(_DATABASE_SECONDS)})
    return Trouble(500, texts.sentence(AllianceError.default_sentence, {}))


async def answer_error(request: Request, error: Exception) -> Response:
    """The response for `error`, in the form that whoever asks can read."""
    texts = Texts(
        request.cookies.get("language") or preferred_language(request.headers.get("accept-language", ""))
    )
    trouble = trouble_of(error, texts)
    _note(request, error, trouble)
    if is_for_apps(request.url.path):
        response = api_error(error, trouble.status, trouble.sentence, trouble.problems)
    elif request.url.path.startswith("/scim/"):
        response = scim_trouble(trouble.status, trouble.sentence)
    elif wants_json(request.scope):
        response = problem(request, trouble)
    elif isinstance(error, NotSignedIn) and request.method in ("GET", "HEAD"):
        response = RedirectResponse(_sign_in_address(request), 303)
    else:
        response = await wrong_page(request, trouble.status, trouble.sentence)
    response.headers.update(trouble.headers)
    response.headers["Cache-Control"] = "no-store"
    response.headers.setdefault("Vary", "Accept")
    return response


def problem(request: Request, trouble: Trouble) -> Response:
    """Problem Details; the request's number lets the operator find the log lines."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(trouble.status).phrase,
        "status": trouble.status,
        "detail": trouble.sentence,
        "instance": f"urn:alliance:request:{request.scope.get('request_id', '')}",
    }
    if trouble.problems:
        body["errors"] = dict(trouble.problems)
    return JSONResponse(body, trouble.status, media_type="application/problem+json")


def _sign_in_address(request: Request) -> str:
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return f"/sign-in?next={quote(path, safe='/')}"


def _note(request: Request, error: Exception, trouble: Trouble) -> None:
    if is_trouble_of_database(error):
        report(log, error, "request failed", status=trouble.status)
    elif trouble.status >= 500 and not isinstance(error, HTTPException):
        log.error(
            "request failed", status=trouble.status, detail=getattr(error, "detail", ""), exc_info=error
        )
    elif isinstance(error, Forbidden):
        security.info("forbidden", path=without_secrets(request.url.path), detail=error.detail or str(error))
    elif isinstance(error, AllianceError) and error.detail and not isinstance(error, NotFound | Gone):
        log.info("request refused", status=trouble.status, detail=error.detail)


class Errors:
    """Answers every error, also what nobody foresaw: with a plain 500 that carries the request's number.

    Inside of what adds headers, so that such answers carry them too.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def watch(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watch)
        except Exception as error:
            if started:
                raise
            response = await answer_error(Request(scope, receive), error)
            await response(scope, receive, send)
            if response.status_code == 500:
                raise
