"""Who follows one of us, or the company: letting in, declining, removing; names are for the owner alone."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from alliance.errors import NotFound
from alliance.unit_of_work import UnitOfWork
from federation.followers import (
    PER_PAGE,
    Follower,
    accept_follower,
    choose_approval,
    followers,
    how_many,
    remove_follower,
)
from federation.following import followed_by, stop_following
from federation.our_actors import decided
from federation.uris import COMPANY, INSTANCE, Uris, person_actor
from web.forms import read_form
from web.pages.admin.console import admin_page, administering
from web.pages.frame import address_of
from web.pages.intent_page import has_public_profile
from web.pages.visit import Visit, path_id, visiting

OWN = "/settings/followers"
CONSOLE = "/admin/followers"
_OF_THE_HOUSE = {"company": COMPANY, "instance": INSTANCE}


@dataclass(frozen=True)
class Circle:
    """Everybody around one actor of ours, as its owner sees it; `address` is where the buttons lead."""

    address: str
    title: str
    handle: str
    by_hand: bool
    asking: list[Follower]
    following_us: list[Follower]
    count: int
    more: str = ""


async def own(request: Request) -> Response:
    """GET /settings/followers: who follows me, who asks to, and whom I follow."""
    async with visiting(request) as visit:
        employee = visit.employee
        title = visit.texts.gettext("Your followers")
        handle = f"@{employee.person.username}@{visit.instance.settings.host}"
        circle = await _circle(visit, person_actor(employee.id), OWN, title, handle)
        uri = Uris(visit.instance.settings.origin).person(employee.id)
        return visit.page(
            "followers.html",
            circles=[circle],
            following=await followed_by(visit.db, uri),
            is_public=has_public_profile(visit),
            my_page=address_of(employee.person),
        )


async def choose_own(request: Request) -> Response:
    """POST /settings/followers: whether I look at whoever wants to follow me."""
    async with visiting(request) as visit:
        return await _choose(visit, person_actor(visit.employee.id), OWN, visit.instance.unit_of_work())


async def act_own(request: Request) -> Response:
    """POST /settings/followers/<follow>/<verb>: accept, remove, unfollow."""
    async with visiting(request) as visit:
        actor = person_actor(visit.employee.id)
        if request.path_params["verb"] == "unfollow":
            async with visit.instance.unit_of_work() as uow:
                await stop_following(uow, actor, path_id(request, "follow"))
            return visit.go(f"{OWN}#following", "saved")
        return await _act(visit, actor, OWN, visit.instance.unit_of_work())


async def console(request: Request) -> Response:
    """GET /admin/followers: who follows the company and the instance."""
    async with administering(request) as visit:
        settings, texts = visit.instance.settings, visit.texts
        company = await _circle(
            visit,
            COMPANY,
            f"{CONSOLE}/company",
            texts.gettext("Followers of the company"),
            f"@{settings.handle}@{settings.host}",
        )
        instance = await _circle(
            visit,
            INSTANCE,
            f"{CONSOLE}/instance",
            texts.gettext("Followers of the instance"),
            f"@alliance@{settings.host}",
        )
        return admin_page(visit, "admin/followers.html", circles=[company, instance])


async def choose(request: Request) -> Response:
    """POST /admin/followers/<actor>: whether somebody looks at whoever wants to follow."""
    async with administering(request) as visit:
        return await _choose(visit, _actor(request), CONSOLE, visit.acting())


async def act(request: Request) -> Response:
    """POST /admin/followers/<actor>/<follow>/<verb>: accept, remove."""
    async with administering(request) as visit:
        return await _act(visit, _actor(request), CONSOLE, visit.acting())


def _actor(request: Request) -> str:
    actor = _OF_THE_HOUSE.get(request.path_params["actor"])
    if actor is None:
        raise NotFound
    return actor


async def _choose(visit: Visit, actor: str, back: str, work: UnitOfWork) -> Response:
    values = await read_form(visit.request, {"by_hand": 5})
    async with work as uow:
        await choose_approval(uow, actor, by_hand=bool(values["by_hand"]))
    return visit.go(back, "saved")


async def _act(visit: Visit, actor: str, back: str, work: UnitOfWork) -> Response:
    verb = {"accept": accept_follower, "remove": remove_follower}.get(visit.request.path_params["verb"])
    if verb is None:
        raise NotFound
    async with work as uow:
        await verb(uow, actor, path_id(visit.request, "follow"))
    return visit.go(back, "saved")


async def _circle(visit: Visit, actor: str, address: str, title: str, handle: str) -> Circle:
    uri = Uris(visit.instance.settings.origin).actor(actor)
    after = _after(visit.request.query_params.get("after", ""))
    found = await followers(visit.db, uri, "accepted", after=after, limit=PER_PAGE + 1)
    more = f"?after={found[PER_PAGE - 1].id}" if len(found) > PER_PAGE else ""
    return Circle(
        address=address,
        title=title,
        handle=handle,
        by_hand=(await decided(visit.db, actor)).approves_followers,
        asking=await followers(visit.db, uri, "asked"),
        following_us=found[:PER_PAGE],
        count=await how_many(visit.db, uri, "accepted"),
        more=more,
    )


def _after(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
