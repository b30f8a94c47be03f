"""From our public pages to somebody's own server: taking part and following with an account there."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from alliance.errors import AllianceError, Invalid, NotFound, TooMany
from alliance.queries.communities import community
from alliance.queries.people import person_with_id
from alliance.queries.sessions import find
from alliance.visibility import STRANGER
from federation.documents import person_document
from federation.failures import FetchFailed, UrlRefused
from federation.intents import NoAccount, NoWayThere, way_to
from federation.uris import Uris
from federation.webfinger import Typed, read_typed
from web.forms import beside, read_form
from web.middleware import CONTENT_SECURITY_POLICY
from web.pages.frame import address_of
from web.pages.visit import Visit, count_sender, path_id, visiting

# A form that leads to another site in the end: some browsers hold redirects to the same rule.
_POLICY = CONTENT_SECURITY_POLICY.replace("form-action 'self'", "form-action 'self' https:")
_POLICY_IN_DEVELOPMENT = CONTENT_SECURITY_POLICY.replace(
    "form-action 'self'", "form-action 'self' https: http:"
)
_TYPE_SENTENCE = "Please type your whole address, with your name and your server: @name@server.example"


@dataclass(frozen=True)
class Subject:
    """What somebody wants to do with which of our public things; `uri` is its identity, `page` is here."""

    verb: str
    uri: str
    page: str
    title: str


Find = Callable[[Visit], Awaitable[Subject]]


async def session_of(visit: Visit) -> Subject:
    """A public session. Raises NotFound for every other one, whoever asks."""
    session = await find(visit.db, STRANGER, path_id(visit.request))
    if session.uri is not None:
        raise NotFound
    uri = Uris(visit.instance.settings.origin).session(session.id)
    title = visit.texts.gettext("Take part in “%(title)s”", title=session.title)
    return Subject("Join", uri, f"/sessions/{session.id}", title)


async def shared_session(visit: Visit) -> Subject:
    """The same to look at over there, and to pass on."""
    subject = await session_of(visit)
    session = await find(visit.db, STRANGER, path_id(visit.request))
    title = visit.texts.gettext("Share “%(title)s” on your own server", title=session.title)
    return replace(subject, verb="Object", title=title)


async def person_of(visit: Visit) -> Subject:
    """Somebody with a public profile. Raises NotFound for everybody else."""
    person_id = path_id(visit.request)
    shown = await person_document(visit.db, STRANGER, visit.instance.settings, person_id)
    person = await person_with_id(visit.db, person_id)
    if person is None or shown.status != 200 or "followers" not in shown.body:
        raise NotFound
    uri = Uris(visit.instance.settings.origin).person(person_id)
    title = visit.texts.gettext("Follow %(name)s", name=person.name)
    return Subject("Follow", uri, address_of(person), title)


async def company_of(visit: Visit) -> Subject:
    """Our company, which everybody may know."""
    title = visit.texts.gettext("Follow %(name)s", name=visit.visitor.home.name)
    return Subject("Follow", Uris(visit.instance.settings.origin).company, "/", title)


async def community_of(visit: Visit) -> Subject:
    """A public community of ours. Raises NotFound, Gone for every other one, whoever asks."""
    found = await community(visit.db, STRANGER, path_id(visit.request))
    if found.uri is not None:
        raise NotFound
    title = visit.texts.gettext("Follow %(name)s", name=found.name)
    uri = Uris(visit.instance.settings.origin).community(found.id)
    return Subject("Follow", uri, f"/communities/{found.id}", title)


class Elsewhere:
    """The two answers for one kind of subject: the question for an address, and the way there."""

    def __init__(self, subject: Find) -> None:
        self._subject = subject

    async def ask(self, request: Request) -> Response:
        """GET: asks for the address of the visitor's own account; nothing is remembered."""
        async with visiting(request) as visit:
            return _page(visit, await self._subject(visit), "")

    async def go(self, request: Request) -> Response:
        """POST: looks up what that server offers and leads there, or says why not."""
        async with visiting(request) as visit:
            subject = await self._subject(visit)
            handle = (await read_form(request, {"handle": 300}))["handle"]
            try:
                # Nobody has us ask other servers without end.
                count_sender(visit, request.app.state.strangers_asking)
                typed = _typed(visit, handle)
                if typed.host == visit.instance.settings.host:
                    return visit.go(f"/sign-in?next={subject.page}")
                address = await way_to(request.app.state.federation.fetcher, typed, subject.verb, subject.uri)
            except (Invalid, TooMany, NoAccount, NoWayThere, FetchFailed) as error:
                return _page(visit, subject, handle, error)
        return RedirectResponse(address, 303, headers={"Referrer-Policy": "no-referrer"})


def _typed(visit: Visit, handle: str) -> Typed:
    """Name and server. Raises Invalid."""
    try:
        typed = read_typed(handle, plain_http=visit.instance.settings.danger_private_networks)
    except UrlRefused as error:
        raise Invalid(_TYPE_SENTENCE, field="handle") from error
    if typed.username is None:
        raise Invalid(_TYPE_SENTENCE, field="handle")
    return typed


def _page(visit: Visit, subject: Subject, handle: str, error: AllianceError | None = None) -> Response:
    status = 200 if error is None else 429 if isinstance(error, TooMany) else 422
    form = visit.form({"handle": handle}, beside(error, "handle") if error is not None else None)
    response = visit.page("elsewhere.html", status, subject=subject, form=form, action=visit.request.url.path)
    development = visit.instance.settings.danger_private_networks
    response.headers["Content-Security-Policy"] = _POLICY_IN_DEVELOPMENT if development else _POLICY
    return response


SESSION, SHARED = Elsewhere(session_of), Elsewhere(shared_session)
PERSON, COMPANY = Elsewhere(person_of), Elsewhere(company_of)
COMMUNITY = Elsewhere(community_of)
