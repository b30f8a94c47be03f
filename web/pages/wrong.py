"""The page for when something went wrong: what happened, and ways out."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from web.pages.views import Badge, Frame
from web.pages.visit import visiting
from web.templating import fill
from web.texts import LANGUAGES, Texts, preferred_language

TITLE_TEXTS = {
    401: "Please sign in first",
    403: "This is not yours to change",
    404: "There is nothing here",
    405: "Not like this",
    409: "The world has moved on",
    410: "This has been taken back",
    413: "That is too much at once",
    422: "We could not use that",
    429: "One moment, please",
    500: "Something broke on our side",
    503: "Not at the moment",
}
OTHER_TEXT = "That did not work"


async def wrong_page(request: Request, status: int, sentence: str) -> Response:
    """The page for an error of `status`; `sentence` is translated already.

    When nothing can be read from the database either, the page does without it.
    """
    try:
        async with visiting(request) as visit:
            return visit.page("error.html", status, **_context(request, visit.texts, status, sentence))
    except Exception:
        if status < 500:
            raise
        return _bare_page(request, status, sentence)


def _context(request: Request, texts: Texts, status: int, sentence: str) -> dict[str, object]:
    ways_out = [(texts.gettext("To the sessions"), "/")]
    if request.method not in ("GET", "HEAD"):
        ways_out.append((texts.gettext("Back to the page"), request.url.path))
    elif status >= 500:
        ways_out.append((texts.gettext("Try again"), request.url.path))
    title = texts.gettext(TITLE_TEXTS.get(status, OTHER_TEXT))
    return {"status": status, "title": title, "sentence": sentence, "ways_out": ways_out}


def _bare_page(request: Request, status: int, sentence: str) -> Response:
    chosen = request.cookies.get("language") or ""
    header = request.headers.get("accept-language", "")
    texts = Texts(chosen if chosen in LANGUAGES else preferred_language(header))
    host = request.app.state.instance.settings.host
    frame = Frame(company=Badge(host, host, 13), path=request.url.path, back_to="/")
    text = fill("error.html", texts.language, frame=frame, **_context(request, texts, status, sentence))
    return HTMLResponse(text, status)
