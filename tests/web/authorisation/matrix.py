"""Who may use which address: asked of the application itself, for every route and every role."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from alliance.employing import add_employee
from alliance.models import Employee
from alliance.signing_in import start_sign_in
from federation.wiring import Federation
from web.app import create_app
from web.mastodon.routes import ENDPOINTS, api_routes
from web.routes import routes
from web.viewer import cookie_name

ROLES = ("stranger", "employee", "council", "moderator", "admin")
YES, SIGNS_IN, NO = "yes", "signs in", "–"
BROWSER = {"Accept": "text/html", "Accept-Language": "en", "Sec-Fetch-Site": "same-origin"}
# They end the sign-in with which everything else is asked.
ENDS_SIGN_IN = ("/sign-out", "/settings/erase", "/settings/sign-in/end-others", "/settings/password")


@dataclass(frozen=True, order=True)
class Door:
    """One method at one address."""

    path: str
    method: str


def doors() -> list[Door]:
    """Every address of the table of routes but those of the API for apps, which has tokens."""
    api = {route.path for route in api_routes() if isinstance(route, Route)}
    found = {
        Door(route.path, method)
        for route in routes()
        if isinstance(route, Route) and route.path not in api
        for method in route.methods or ("GET", "POST")
        if method != "HEAD"
    }
    return sorted(found, key=lambda door: (door.path in ENDS_SIGN_IN, door))


def api_doors() -> list[tuple[str, str, str]]:
    """Address, method and what a token has to allow, as the endpoints of the API say themselves."""
    words = {
        "none": "everybody",
        "app": "any token",
        "user": "a person's token",
        "user-optional": "everybody",
    }
    return sorted(
        (
            endpoint.path,
            endpoint.method,
            " or ".join(endpoint.scopes)
            if endpoint.scopes and endpoint.token != "none"
            else words[endpoint.token],
        )
        for endpoint in ENDPOINTS
    )


class Listening:
    """The application, with what it notes about a request kept for whoever asks."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.state: dict[str, Any] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["state"] = self.state = {}
        await self.app(scope, receive, send)


class Probe:
    """Somebody of each role in front of the application."""

    def __init__(self, federation: Federation, app: Listening, client: httpx.AsyncClient) -> None:
        self.federation, self.app, self.client = federation, app, client
        self.people: dict[str, Employee] = {}
        self.cookies: dict[str, str] = {}

    async def invite(self) -> None:
        """Accounts for all but the stranger."""
        for role in ROLES[1:]:
            async with self.federation.instance.unit_of_work() as uow:
                address = f"{role}@nordlicht.example"
                self.people[role] = await add_employee(uow, address, f"The {role}", [role])

    async def outcomes(self, door: Door) -> tuple[str, ...]:
        """What becomes of each. Whoever has a further role may what employees may; they aren't asked then."""
        first = [await self.ask(door, role) for role in ROLES[:2]]
        if first[1] == YES:
            return (*first, *(YES for _ in ROLES[2:]))
        return (*first, *[await self.ask(door, role) for role in ROLES[2:]])

    async def ask(self, door: Door, role: str) -> str:
        """Goes there as this role and says what became of it."""
        settings = self.federation.instance.settings
        self.client.cookies.clear()
        if role in self.people:
            if role not in self.cookies or door.path in ENDS_SIGN_IN:
                async with self.federation.instance.unit_of_work() as uow:
                    self.cookies[role] = (await start_sign_in(uow, self.people[role])).token
            host = httpx.URL(settings.origin).host
            self.client.cookies.set(cookie_name(settings), self.cookies[role], domain=host)
        answer = await self.client.request(door.method, address_of(door.path))
        return outcome_of(door, answer, self.app.state)


async def observed(federation: Federation) -> dict[Door, tuple[str, ...]]:
    """For every door what becomes of each role that asks."""
    app = Listening(create_app(federation))
    transport = httpx.ASGITransport(app, client=("203.0.113.7", 50000))
    origin = federation.instance.settings.origin
    async with httpx.AsyncClient(transport=transport, base_url=origin, headers=BROWSER) as client:
        probe = Probe(federation, app, client)
        await probe.invite()
        return {door: await probe.outcomes(door) for door in doors()}


def outcome_of(door: Door, answer: httpx.Response, state: Mapping[str, Any]) -> str:
    """In the console there is nothing (404) for whoever may not come in; elsewhere the answer says so."""
    led = answer.headers.get("location", "")
    if answer.status_code == 401 or (answer.status_code == 303 and led.startswith("/sign-in?next")):
        return SIGNS_IN
    if answer.status_code == 403:
        return NO
    if door.path.startswith("/admin"):
        return YES if "admitted_as" in state else NO
    return YES


def address_of(path: str) -> str:
    """Some address of a route; nothing that it names exists, nor the language of what takes long to make."""
    if path.endswith(".pdf"):
        return f"{path}?lang=x"
    return re.sub(r"\{\w+\}", "x", re.sub(r"\{\w+:int\}", "1", path))


def written(found: Mapping[Door, tuple[str, ...]]) -> str:
    """docs/authorisation.md."""
    return "\n".join([*_head(), *_table(found), *_api_table(), ""])


def _head() -> Iterator[str]:
    yield "# Who may use which address"
    yield ""
    yield "Written by `python -m tests.web.authorisation`: every address of the application itself was asked."
    yield "A test compares. Do not edit."
    yield ""
    yield "- **yes**: comes in. Which things there are to see or change is decided by the things themselves:"
    yield "  their audience, their host, their owner (`alliance/visibility.py`)."
    yield "- **signs in**: is asked to sign in first."
    yield "- **–**: is refused; in the console there is nothing at that address for them."
    yield ""
    yield "Roles: *council* is the works-council reader. Everybody with a role is an employee as well."
    yield "Inboxes (`/inbox`, `<actor>/inbox`) take what other servers have signed, from nobody else."
    yield ""


def _table(found: Mapping[Door, tuple[str, ...]]) -> Iterator[str]:
    yield "## Pages, feeds and documents"
    yield ""
    yield f"| address | method | {' | '.join(ROLES)} |"
    yield f"|---|---|{'---|' * len(ROLES)}"
    for door, outcomes in sorted(found.items()):
        yield f"| `{door.path}` | {door.method} | {' | '.join(outcomes)} |"
    yield ""


def _api_table() -> Iterator[str]:
    yield "## The API for apps"
    yield ""
    yield "An app acts for one employee, with what that employee has allowed it."
    yield ""
    yield "| address | method | needs |"
    yield "|---|---|---|"
    for path, method, needs in api_doors():
        yield f"| `{path}` | {method} | {needs} |"
