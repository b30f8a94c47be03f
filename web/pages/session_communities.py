"""In which communities a session stands: on its page, and chosen by those who hold it."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from alliance.community_posts import choose_communities
from alliance.errors import AllianceError, Forbidden
from alliance.models import Community, Employee, Session
from alliance.queries.communities import communities_of, joined
from alliance.queries.sessions import find
from alliance.unit_of_work import UnitOfWork
from alliance.visibility import may_host
from web.forms import beside
from web.pages.frame import badge_of
from web.pages.views import Badge
from web.pages.visit import Visit, path_id, visiting

_MOST_TICKED = 50
_LARGEST_ID = (1 << 63) - 1


@dataclass(frozen=True)
class Where:
    """A community in which something stands, or waits to."""

    name: str
    url: str
    language: str
    company: Badge
    waits: str = ""


@dataclass(frozen=True)
class Tickable:
    """A community that can be chosen for a session or a request."""

    id: int
    name: str
    detail: str
    is_ticked: bool


async def communities_on(visit: Visit, session: Session) -> tuple[Where, ...]:
    """Those that the visitor may know of; what waits for a yes is shown to those who hold it. Two queries."""
    return await standing_in(visit, "session", session.id, is_theirs=may_host(visit.viewer, session))


async def standing_in(visit: Visit, kind: str, subject_id: int, *, is_theirs: bool) -> tuple[Where, ...]:
    """The same for anything that stands in communities; `is_theirs`: the visitor's to put there."""
    found = await communities_of(visit.db, visit.viewer, kind, subject_id)
    return tuple(
        Where(
            one.name,
            f"/communities/{one.id}",
            one.language,
            badge_of(one.company),
            _waits(visit, one) if post.state == "waiting" else "",
        )
        for one, post in found
        if post.state == "shown" or is_theirs
    )


async def tickable(visit: Visit, ticked: set[int]) -> tuple[Tickable, ...]:
    """The visitor's communities, to choose from. Two queries."""
    return tuple(
        Tickable(
            one.id,
            one.name,
            one.company.name if one.uri is not None else visit.texts.gettext("of your company"),
            one.id in ticked,
        )
        for one, _ in await joined(visit.db, visit.viewer)
    )


async def ticked_in(request: Request, name: str = "communities") -> set[int]:
    """What was ticked in a form, as far as it can be an identifier."""
    form = await request.form(max_files=0, max_fields=60 + _MOST_TICKED)
    given = [value for value in form.getlist(name)[:_MOST_TICKED] if isinstance(value, str)]
    numbers = (int(value) for value in given if value.isascii() and value.isdecimal() and len(value) < 20)
    return {number for number in numbers if 0 < number <= _LARGEST_ID}


async def stands_in(visit: Visit, session: Session) -> set[int]:
    """Where it stands or waits already."""
    found = await communities_of(visit.db, visit.viewer, "session", session.id)
    return {one.id for one, _ in found}


async def ask(request: Request) -> Response:
    """GET /sessions/<id>/communities: the visitor's communities, with those in which it stands."""
    async with visiting(request) as visit:
        session = await _held(visit)
        return await _page(visit, session, await stands_in(visit, session))


async def choose(request: Request) -> Response:
    """POST /sessions/<id>/communities: it stands in these from now on."""
    async with visiting(request) as visit:
        session, ticked = await _held(visit), await ticked_in(request)
        try:
            async with visit.instance.unit_of_work() as uow:
                await choose_communities(uow, session.id, ticked, visit.employee)
        except AllianceError as error:
            return await _page(visit, session, ticked, error)
        return visit.go(f"/sessions/{session.id}", "saved")


def written(ticked: set[int]) -> str:
    """What was ticked, as the form for a session keeps it."""
    return " ".join(str(number) for number in sorted(ticked))


def wanted_community(request: Request) -> str:
    """The community that the form for a new session is to begin with, as the address says (`community`)."""
    given = request.query_params.get("community", "")
    return given if given.isascii() and given.isdecimal() and len(given) < 20 else ""


def chosen(values: Mapping[str, str]) -> set[int]:
    """What is ticked in the form for a session."""
    numbers = (int(word) for word in values.get("communities", "").split() if word.isdecimal())
    return {number for number in numbers if 0 < number <= _LARGEST_ID}


async def put_into_communities(
    uow: UnitOfWork, session: Session, values: Mapping[str, str], by: Employee
) -> None:
    """In the transaction in which the session is published. Raises Invalid, beside the field."""
    if ticked := chosen(values):
        try:
            await choose_communities(uow, session.id, ticked, by)
        except AllianceError as error:
            raise beside(error, "communities") from error


async def _held(visit: Visit) -> Session:
    _ = visit.employee
    session = await find(visit.db, visit.viewer, path_id(visit.request))
    if not may_host(visit.viewer, session) or session.status == "draft":
        raise Forbidden("Only those who hold a session put it into a community.")
    return session


async def _page(
    visit: Visit, session: Session, ticked: set[int], error: AllianceError | None = None
) -> Response:
    return visit.page(
        "session_communities.html",
        error.status if error else 200,
        session=session,
        url=f"/sessions/{session.id}",
        choices=await tickable(visit, ticked),
        problem=visit.texts.sentence(error.sentence, error.parameters) if error else "",
    )


def _waits(visit: Visit, community: Community) -> str:
    return visit.texts.gettext("waiting for %(company)s", company=community.company.name)
