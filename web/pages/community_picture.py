"""The picture of a community of ours: put there by its owners, in words for those who don't see it."""

from starlette.requests import Request
from starlette.responses import Response

from alliance.community_pictures import remove_community_picture, set_community_picture
from alliance.models import Community
from web.pages.community_form import owned
from web.pages.picture_form import NotTaken, changed_picture
from web.pages.visit import Visit, visiting


async def ask(request: Request) -> Response:
    """GET /communities/<id>/picture."""
    async with visiting(request) as visit:
        return _page(visit, await owned(visit))


async def save(request: Request) -> Response:
    """POST /communities/<id>/picture: another picture with its words, or none."""
    async with visiting(request) as visit:
        own, by = await owned(visit), visit.employee
        refused = await changed_picture(
            visit,
            "portrait",
            lambda uow, picture, words: set_community_picture(uow, own.id, picture, words, by),
            lambda uow: remove_community_picture(uow, own.id, by),
        )
        return _page(visit, own, refused) if refused else visit.go(f"/communities/{own.id}", "saved")


def _page(visit: Visit, own: Community, refused: NotTaken | None = None) -> Response:
    alt = refused.alt if refused else own.picture_alt
    return visit.page(
        "community_picture.html",
        refused.error.status if refused else 200,
        form=visit.form({"picture": "", "image_alt": alt}, refused.error if refused else None),
        own=own,
        url=f"/communities/{own.id}",
        image=f"/media/{own.picture}" if own.picture else None,
    )
