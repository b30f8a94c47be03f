"""Looking after a community: who runs it with whom, and what stands in it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import Response

from alliance.community_members import appoint, hand_community_over
from alliance.community_posts import let_in_again, take_out
from alliance.errors import NotFound
from alliance.models import CommunityPost, Session, Wish
from alliance.queries.communities import owners_of, shown_members
from alliance.queries.sessions import sessions_with_ids
from alliance.queries.wishes import wishes_with_ids
from web.addresses import address_of_wish
from web.forms import read_form
from web.pages.community_form import owned
from web.pages.community_views import member_of
from web.pages.frame import badge_of
from web.pages.rows import face_of
from web.pages.views import Badge, Face
from web.pages.visit import Visit, path_id, visiting
from web.pages.wish_views import KIND_TEXTS

_MOST_POSTS = 100
ROLE_TEXTS = {"owner": "Owner", "moderator": "Moderates", "member": "Member"}


@dataclass(frozen=True)
class Colleague:
    """Somebody whose role can be changed."""

    id: int
    face: Face
    role: str
    is_me: bool


@dataclass(frozen=True)
class Placed:
    """A session or a request that stands in the community, or was taken out."""

    id: int
    title: str
    url: str
    when: str
    company: Badge | None
    is_out: bool


async def show(request: Request) -> Response:
    """GET /communities/<id>/run: people with their roles, and what stands there."""
    async with visiting(request) as visit:
        own = await owned(visit, "moderator")
        mine = await _own_role(visit, own.id)
        return visit.page(
            "community_run.html",
            own=own,
            url=f"/communities/{own.id}",
            company=badge_of(own.company),
            colleagues=await _colleagues(visit, own.id),
            roles=[(role, visit.texts.gettext(words)) for role, words in ROLE_TEXTS.items()],
            may_appoint=mine == "owner",
            placed=await _placed(visit, own.id),
        )


async def choose_role(request: Request) -> Response:
    """POST /communities/<id>/members/<person>/role: makes a colleague owner, moderator or member again."""
    async with visiting(request) as visit:
        role = (await read_form(request, {"role": 12}))["role"]
        person_id = path_id(request, "person")
        async with visit.instance.unit_of_work() as uow:
            if role == "instead":
                await hand_community_over(uow, path_id(request), visit.employee, person_id)
            else:
                await appoint(uow, path_id(request), visit.employee, person_id, role)
        address = f"/communities/{path_id(request)}"
        return visit.go(address if role == "instead" else f"{address}/run", "saved")


async def remove(request: Request) -> Response:
    """POST /communities/<id>/posts/<post>/remove: takes something out."""
    return await _turn(request, out=True)


async def restore(request: Request) -> Response:
    """POST /communities/<id>/posts/<post>/restore: lets it in again."""
    return await _turn(request, out=False)


async def _turn(request: Request, *, out: bool) -> Response:
    async with visiting(request) as visit:
        own = await owned(visit, "moderator")
        post = await visit.db.get(CommunityPost, path_id(request, "post"))
        if post is None or post.community_id != own.id:
            raise NotFound
        async with visit.instance.unit_of_work() as uow:
            verb = take_out if out else let_in_again
            await verb(uow, own.id, post.kind, post.subject_id, visit.employee)
        said = "community-removed" if out else "community-restored"
        return visit.go(f"/communities/{own.id}/run", said)


async def _own_role(visit: Visit, community_id: int) -> str:
    if visit.employee.has_role("moderator"):
        return "owner"
    mine = next(
        (row for row in await owners_of(visit.db, community_id) if row.person_id == visit.employee.id), None
    )
    return mine.role if mine is not None else ""


async def _colleagues(visit: Visit, community_id: int) -> Sequence[Colleague]:
    """Who runs it, then members by name who are colleagues."""
    me = visit.employee.id
    runs = [
        Colleague(row.person_id, face_of(row.person), row.role, row.person_id == me)
        for row in await owners_of(visit.db, community_id)
    ]
    others = [
        Colleague(person.id, member_of(person, visit.viewer).face, "member", person.id == me)
        for person in await shown_members(visit.db, visit.viewer, community_id)
        if person.uri is None
    ]
    return [*runs, *others]


async def _placed(visit: Visit, community_id: int) -> Sequence[Placed]:
    """The newest first, as far as the visitor may see them."""
    posts = await visit.db.scalars(
        select(CommunityPost)
        .where(
            CommunityPost.community_id == community_id,
            CommunityPost.kind.in_(("session", "wish")),
            (CommunityPost.state == "shown") | CommunityPost.is_moderated,
        )
        .order_by(CommunityPost.id.desc())
        .limit(_MOST_POSTS)
    )
    found = list(posts)
    ids = {kind: [post.subject_id for post in found if post.kind == kind] for kind in ("session", "wish")}
    sessions = await sessions_with_ids(visit.db, visit.viewer, ids["session"])
    asked = await wishes_with_ids(visit.db, visit.viewer, ids["wish"])
    known: dict[tuple[str, int], Session | Wish] = {("session", one.id): one for one in sessions}
    known |= {("wish", one.id): one for one in asked.wishes}
    return [
        _placed_as(visit, post, thing)
        for post in found
        if (thing := known.get((post.kind, post.subject_id))) is not None
    ]


def _placed_as(visit: Visit, post: CommunityPost, thing: Session | Wish) -> Placed:
    is_out = post.state == "removed"
    if isinstance(thing, Session):
        day = visit.reader.day(thing.starts_at)
        return Placed(post.id, thing.title, f"/sessions/{thing.id}", day, badge_of(thing.company), is_out)
    kind = visit.texts.gettext(KIND_TEXTS[thing.kind])
    company = badge_of(thing.author.company) if thing.author.company is not None else None
    return Placed(post.id, thing.title, address_of_wish(thing), kind, company, is_out)
