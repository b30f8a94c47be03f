"""One visit to a page: who comes, in which language and zone, and how to answer them."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from alliance.acts import who_is
from alliance.database import ReadingSession
from alliance.errors import AllianceError, Forbidden, NotFound, NotSignedIn, TooMany
from alliance.instance import Instance
from alliance.models import Employee
from alliance.times import is_zone
from alliance.unit_of_work import UnitOfWork
from alliance.visibility import Viewer
from federation.rates import Windows
from web.forms import Form
from web.pages.frame import SAID, frame_of
from web.templating import fill
from web.texts import LANGUAGES, Texts, preferred_language
from web.times import Reader
from web.viewer import Visitor, token_of, visitor_of

LANGUAGE = "language"
_LARGEST_ID = (1 << 63) - 1


@dataclass(frozen=True)
class Visit:
    """A request with everything that a page needs to answer it; `db` is for looking only."""

    request: Request
    instance: Instance
    db: ReadingSession
    visitor: Visitor
    reader: Reader

    @property
    def viewer(self) -> Viewer:
        """As whom queries are asked."""
        return self.visitor.viewer

    @property
    def texts(self) -> Texts:
        """The reader's language."""
        return self.reader.texts

    @property
    def employee(self) -> Employee:
        """Who is signed in. Raises NotSignedIn for a stranger."""
        if self.visitor.employee is None:
            raise NotSignedIn
        return self.visitor.employee

    @property
    def admin(self) -> Employee:
        """The administrator who is signed in. Raises NotSignedIn or Forbidden."""
        if not self.employee.has_role("admin"):
            raise Forbidden
        return self.employee

    def acting(self) -> UnitOfWork:
        """A unit of work as one who runs the instance: what is done in it stands in the audit log."""
        return self.instance.unit_of_work(who_is(self.employee))

    def page(self, template: str, status: int = 200, /, **context: object) -> Response:
        """A page made from a template, in the reader's language, kept by nobody else's cache."""
        frame = frame_of(self.request, self.visitor, self.texts)
        text = fill(template, self.reader.language, frame=frame, **context)
        response = HTMLResponse(text, status)
        response.headers["Cache-Control"] = "private, no-cache"
        response.headers["Vary"] = "Accept, Accept-Language, Cookie"
        response.headers["Content-Language"] = self.reader.language
        if frame.notices:
            response.delete_cookie(SAID)
        return response

    async def let_go(self) -> None:
        """Gives the connection for looking back while something takes long; what was loaded can be read on.

        Looking again takes another one.
        """
        await self.db.close()

    def form(self, values: Mapping[str, str], error: AllianceError | None = None) -> Form:
        """A form with these values and what is wrong with them, in the reader's language."""
        return Form(values, self.texts, error)

    def go(self, address: str, said: str = "") -> Response:
        """Sends the reader on after a change (303); `said` is a key of SAID_TEXTS and shown there once."""
        response = RedirectResponse(address, 303)
        if said:
            secure = self.instance.settings.is_https
            response.set_cookie(SAID, said, max_age=60, httponly=True, samesite="lax", secure=secure)
        return response


def path_id(request: Request, name: str = "id") -> int:
    """An identifier in the address. Raises NotFound for one that is longer than any of ours."""
    number: int = request.path_params[name]
    if number > _LARGEST_ID:
        raise NotFound
    return number


@asynccontextmanager
async def visiting(request: Request) -> AsyncIterator[Visit]:
    """The visit that a request makes; anybody may come, pages say who may stay."""
    instance: Instance = request.app.state.instance
    now = instance.clock.now()
    async with instance.reading() as db:
        visitor = await visitor_of(db, token_of(request, instance.settings), now)
        reader = Reader(Texts(_language(request, visitor)), ZoneInfo(_zone(visitor)), now)
        yield Visit(request, instance, db, visitor, reader)


def count_sender(visit: Visit, windows: Windows) -> None:
    """Counts one request of whoever sends it, known by their address alone. Raises TooMany."""
    client = visit.request.client
    key, now = client.host if client else "", visit.reader.now
    if wait := windows.wait(key, now):
        raise TooMany(retry_after=wait)
    windows.count(key, now)


def _language(request: Request, visitor: Visitor) -> str:
    chosen = visitor.employee.language if visitor.employee else None
    chosen = chosen or request.cookies.get(LANGUAGE)
    if chosen in LANGUAGES:
        return str(chosen)
    return preferred_language(request.headers.get("accept-language", ""))


def _zone(visitor: Visitor) -> str:
    wanted = (visitor.employee.timezone if visitor.employee else None) or visitor.home.timezone
    return wanted if is_zone(wanted) else "UTC"
