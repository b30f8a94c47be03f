"""The door for apps: who asks, whether they may, and how they are answered."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from alliance.app_scopes import reach_of
from alliance.database import Found, ReadingSession
from alliance.errors import NotFound, TooMany
from alliance.instance import Instance
from alliance.models import AppToken, Employee
from alliance.unit_of_work import UnitOfWork
from alliance.visibility import STRANGER, Viewer, employee_viewer
from federation.wiring import Federation
from web.mastodon.answers import json_response
from web.mastodon.errors import NO_PERSON, WrongScope, WrongToken
from web.mastodon.headers import RATE_HEADERS
from web.mastodon.holders import secret_in
from web.mastodon.known_holders import KnownHolders, Outdated, Presumed
from web.mastodon.limits import Allowance, Limits
from web.mastodon.params import Params, identifier, read_params
from web.mastodon.spans import Page, Span, span_of
from web.requests import line_of
from web.texts import LANGUAGES, Texts, preferred_language

TokenKind = Literal["none", "app", "user", "user-optional"]
_OF_EMPLOYEES = frozenset({"user"})
_OF_NOBODY, _OF_ANYBODY = frozenset({"none"}), frozenset({"user-optional"})
_AS_EMPLOYEE = "read:accounts"
"""Where no scope is asked for, a token with this one is shown what its employee may see."""
Handler = Callable[["Call"], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One method at one address, such as `GET /api/v1/statuses/{id}`.

    `token`: `none` (nobody looks at one), `app` (any token), `user` (an employee's), `user-optional`.
    `scopes`: any one of them is enough. What the handler returns becomes the answer: a Response as it is, a
    Page with its Link header, anything else as JSON.
    """

    method: str
    path: str
    handler: Handler
    token: TokenKind
    scopes: tuple[str, ...] = ()
    allowance: Allowance = ""
    """Counted against its own limit as well."""
    looks_once: bool = False
    """Its handler does nothing but `Call.look`, where the token is looked up on the way."""


class Call:
    """One request of an app; `params` holds what was sent along."""

    def __init__(self, request: Request, path: dict[str, str]) -> None:
        self.request = request
        self.path = path
        self.instance: Instance = request.app.state.instance
        self.federation: Federation = request.app.state.federation
        self.token: AppToken | None = None
        self.presumed: Presumed | None = None
        """Why the token is believed to hold, until that is known."""
        self.params = Params({})
        self._db: ReadingSession | None = None
        self._texts: Texts | None = None

    @property
    def employee(self) -> Employee | None:
        """For whom the app acts."""
        return self.token.employee if self.token else None

    @property
    def me(self) -> Employee:
        """The same, where the endpoint's token is `user`."""
        if self.employee is None:
            raise WrongToken(NO_PERSON)
        return self.employee

    @property
    def viewer(self) -> Viewer:
        """As whom queries are asked."""
        return employee_viewer(self.employee.id) if self.employee else STRANGER

    @property
    def texts(self) -> Texts:
        """The language of the employee, or of the app."""
        if self._texts is None:
            chosen = self.employee.language if self.employee else None
            accepted = self.request.headers.get("accept-language", "")
            self._texts = Texts(chosen if chosen in LANGUAGES else preferred_language(accepted))
        return self._texts

    @property
    def language(self) -> str:
        """One of web.texts.LANGUAGES."""
        return self.texts.language

    def id(self, name: str = "id") -> int:
        """An identifier in the address. Raises NotFound for what none of ours looks like."""
        found = identifier(self.path[name])
        if found is None:
            raise NotFound
        return found

    def span(self, default: int = 20, most: int = 40) -> Span:
        """Which part of a list is wanted."""
        return span_of(self.params, default, most)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[ReadingSession]:
        """A handle for looking only; one for the whole call."""
        if self.presumed is not None:
            await self.prove()
        if self._db is None:
            self._db = self.instance.database.reading()
        yield self._db

    @asynccontextmanager
    async def unit_of_work(self) -> AsyncIterator[UnitOfWork]:
        """A transaction; what was being read is let go first, so that nobody waits for two connections."""
        if self.presumed is not None:
            await self.prove()
        await self.close()
        async with self.instance.unit_of_work() as uow:
            yield uow

    async def look(self, work: Callable[[Connection], Found]) -> Found:
        """What `work` finds in one change of threads; that the token holds is asked there first."""
        presumed, self.presumed = self.presumed, None
        if presumed is None:
            return await self.instance.look(work)

        def look(db: Connection) -> Found:
            if not presumed.holds(db):
                raise Outdated
            return work(db)

        return await self.instance.look(look)

    async def prove(self) -> None:
        """Asks whether the token holds, unless somebody has. Raises Outdated."""
        await self.look(lambda db: None)

    async def close(self) -> None:
        """Lets the handle for looking go."""
        if self._db is not None:
            db, self._db = self._db, None
            await db.close()


async def answer(endpoint: Endpoint, request: Request, path: dict[str, str]) -> Response:
    """The answer of an endpoint. Whatever goes wrong is raised and answered where everything is."""
    try:
        try:
            return await _answer(endpoint, Call(request, path), presuming=endpoint.looks_once)
        except Outdated:
            return await _answer(endpoint, Call(request, path), presuming=False)
    finally:
        await request.close()


async def _answer(endpoint: Endpoint, call: Call, *, presuming: bool) -> Response:
    """The same; when `presuming` the token may be one that was known before. Raises Outdated if it was."""
    request = call.request
    try:
        await _admit(endpoint, call, presuming=presuming)
        if request.method not in ("GET", "HEAD") or request.scope["query_string"]:
            call.params = await read_params(request)
        return _response(call, await endpoint.handler(call))
    finally:
        # Also where something was refused: nobody is told anything for a token that has ended.
        if call.presumed is not None:
            await call.prove()
        await call.close()


async def _admit(endpoint: Endpoint, call: Call, *, presuming: bool) -> None:
    """Who asks; counted, then allowed or refused."""
    if endpoint.token not in _OF_NOBODY and (secret := secret_in(call.request)):
        known: KnownHolders = call.request.app.state.known_holders
        call.presumed = known.presumed(call.instance, secret) if presuming else None
        if call.presumed is not None:
            call.token = call.presumed.token
        else:
            call.token = await known.holder_of(call.instance, secret)
        if call.token is None:
            _count(endpoint, call)
            raise WrongToken
    _count(endpoint, call)
    _check(endpoint, call)


def _count(endpoint: Endpoint, call: Call) -> None:
    limits: Limits = call.request.app.state.api_limits
    client = call.request.client
    who = f"#{call.employee.id}" if call.employee else line_of(client.host if client else None)
    now = call.instance.clock.now()
    for allowance in ("", endpoint.allowance) if endpoint.allowance else ("",):
        count = limits.count(allowance, who, now)
        call.request.scope[RATE_HEADERS] = count.headers()
        if count.left < 0:
            raise TooMany("Too many requests", retry_after=count.ends - int(now.timestamp()))


def _check(endpoint: Endpoint, call: Call) -> None:
    if endpoint.token in ("app", "user") and call.token is None:
        raise WrongToken
    if endpoint.token in _OF_EMPLOYEES and call.employee is None:
        raise WrongToken(NO_PERSON)
    if call.token is None:
        return
    reach = reach_of(tuple(call.token.scopes))
    if endpoint.scopes and reach.isdisjoint(endpoint.scopes):
        raise WrongScope
    if endpoint.token in _OF_ANYBODY and not endpoint.scopes and _AS_EMPLOYEE not in reach:
        call.token = None  # whoever may not read is answered like anybody else


def _response(call: Call, found: Any) -> Response:
    if isinstance(found, Response):
        return found
    if not isinstance(found, Page):
        return json_response(found)
    response = json_response(found.items)
    scope = call.request.scope
    address = call.instance.settings.origin + scope["path"]
    if link := found.link(address, scope["query_string"].decode("latin-1")):
        response.headers["Link"] = link
    return response
