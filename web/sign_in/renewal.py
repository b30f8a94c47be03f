"""Renews sign-ins of the company's provider in passing, before and after their twelve hours are over.

A cookie that holds no secret says when. The browser goes to the provider and comes back at once when it is
still signed in there (prompt=none, OpenID Connect Core 1.0, section 3.1.2.1); groups are read anew.
"""

from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from alliance.identifiers import Clock
from alliance.settings import Settings
from alliance.signing_in import NewSignIn
from web.forms import safe_next
from web.requests import header
from web.sign_in.addresses import START

BEFORE_THE_END = timedelta(hours=1)
AGAIN_AFTER = timedelta(minutes=10)
_REMEMBERED = timedelta(days=14)
_NEVER = ("/sign-in", "/sign-out", "/static/", "/feeds/", "/media/", "/meet/")


def renewal_cookie(settings: Settings) -> str:
    """The cookie that says from when on a browser is sent to the provider."""
    return "__Host-renew-sign-in" if settings.is_https else "renew-sign-in"


def keep_renewal(response: Response, made: NewSignIn, settings: Settings) -> None:
    """An hour before the sign-in ends it is renewed; it may also be days later."""
    _keep(response, made.expires_at - BEFORE_THE_END, settings)


def forget_renewal(response: Response, settings: Settings) -> None:
    """From now on people sign in by hand."""
    response.delete_cookie(renewal_cookie(settings), secure=settings.is_https, httponly=True, samesite="lax")


class Renewal:
    """Sends whoever opens a page with a sign-in that is about to end to the provider, out of sight."""

    def __init__(self, app: ASGIApp, settings: Settings, clock: Clock) -> None:
        self.app = app
        self.settings = settings
        self.clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not self._is_due(scope):
            await self.app(scope, receive, send)
            return
        query = scope["query_string"].decode("latin-1")
        onwards = safe_next(quote(scope["path"], safe="/@:~") + (f"?{query}" if query else ""))
        response = RedirectResponse(f"{START}?silent=yes&next={quote(onwards)}", 303)
        response.headers["Cache-Control"] = "no-store"
        # Whatever becomes of it, the next page is not sent there again.
        _keep(response, self.clock.now() + AGAIN_AFTER, self.settings)
        await response(scope, receive, send)

    def _is_due(self, scope: Scope) -> bool:
        """Only when a person opens a page in a window: never for what a page or a program loads."""
        if (
            self.settings.oidc_issuer is None
            or scope["method"] != "GET"
            or header(scope, b"sec-fetch-mode") != "navigate"
            or header(scope, b"sec-fetch-dest") != "document"
            or scope["path"].startswith(_NEVER)
        ):
            return False
        since = Request(scope).cookies.get(renewal_cookie(self.settings), "")
        return len(since) <= 12 and since.isascii() and since.isdecimal() and int(since) <= self._now()

    def _now(self) -> float:
        return self.clock.now().astimezone(UTC).timestamp()


def _keep(response: Response, moment: datetime, settings: Settings) -> None:
    response.set_cookie(
        renewal_cookie(settings),
        str(int(moment.timestamp())),
        max_age=int(_REMEMBERED.total_seconds()),
        secure=settings.is_https,
        httponly=True,
        samesite="lax",
    )
