"""Following topics, experts and companies, by a button beside them."""

from collections.abc import Awaitable, Callable, Sequence

from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import Response

from alliance import following
from alliance.models import Company, Topic
from alliance.queries.interests import Followed, follows
from web.forms import read_form, safe_next
from web.pages.companies import Participant
from web.pages.views import Follow
from web.pages.visit import Visit, visiting


async def follow(request: Request) -> Response:
    """POST /follow/<kind>/<key>: begins to follow it."""
    return await _act(request, following.follow, "followed")


async def unfollow(request: Request) -> Response:
    """POST /unfollow/<kind>/<key>: no longer follows it."""
    return await _act(request, following.unfollow, "unfollowed")


async def _act(request: Request, verb: Callable[..., Awaitable[None]], said: str) -> Response:
    async with visiting(request) as visit:
        employee_id = visit.employee.id
        back = safe_next((await read_form(request, {"next": 500}))["next"])
        async with visit.instance.unit_of_work() as uow:
            await verb(uow, employee_id, request.path_params["kind"], request.path_params["key"])
        return visit.go(back, said)


async def follow_topic(visit: Visit, what: Followed, slug: str) -> Follow | None:
    """The button for a topic, for whoever is signed in. One query where a topic is chosen."""
    if not slug or visit.visitor.employee is None:
        return None
    topic = await visit.db.scalar(select(Topic).where(Topic.slug == slug))
    is_on = topic is not None and topic.id in what.topics
    return button("topic", slug, f"#{slug}", is_on=is_on)


def follow_company(
    visit: Visit, what: Followed, companies: Sequence[Company | Participant], host: str
) -> Follow | None:
    """The button for a company that takes part, by its host name, for whoever is signed in. No query."""
    company = next((one for one in companies if one.host == host), None)
    if company is None or visit.visitor.employee is None:
        return None
    return button("company", str(company.id), company.name, is_on=company.id in what.companies)


async def follow_expert(visit: Visit, person_id: int, name: str) -> Follow | None:
    """The button for somebody else, for whoever is signed in. One query."""
    me = visit.viewer.person_id
    if me is None or me == person_id:
        return None
    is_on = await follows(visit.db, me, "expert", str(person_id))
    return button("expert", str(person_id), name, is_on=is_on)


def button(kind: str, key: str, name: str, *, is_on: bool) -> Follow:
    """A button that turns it over."""
    return Follow(f"/{'unfollow' if is_on else 'follow'}/{kind}/{key}", name, is_on)
