"""The picture of a community of ours: put there by its owners, in words for those who don't see it."""

from starlette.requests import Request
from starlette.responses import Response

from alliance.community_pictures import remove_community_picture, set_community_picture
from alliance.errors import Invalid
from alliance.models import Community
from web.media.uploading import Upload, read_upload, shelved
from web.pages.community_form import owned
from web.pages.visit import Visit, visiting

_FIELDS = {"image_alt": 501, "remove": 5}


async def ask(request: Request) -> Response:
    """GET /communities/<id>/picture."""
    async with visiting(request) as visit:
        return _page(visit, await owned(visit))


async def save(request: Request) -> Response:
    """POST /communities/<id>/picture: another picture with its words, or none."""
    async with visiting(request) as visit:
        own = await owned(visit)
        upload = await read_upload(request, _FIELDS)
        try:
            if upload.values["remove"]:
                async with visit.instance.unit_of_work() as uow:
                    await remove_community_picture(uow, own.id, visit.employee)
            else:
                await _put(visit, own, upload)
        except Invalid as error:
            return _page(visit, own, upload.values["image_alt"], error)
        return visit.go(f"/communities/{own.id}", "saved")


async def _put(visit: Visit, own: Community, upload: Upload) -> None:
    async with (
        shelved(visit.request, upload.content, "portrait") as picture,
        visit.instance.unit_of_work() as uow,
    ):
        await set_community_picture(uow, own.id, picture, upload.values["image_alt"], visit.employee)


def _page(visit: Visit, own: Community, alt: str | None = None, error: Invalid | None = None) -> Response:
    values = {"picture": "", "image_alt": own.picture_alt if alt is None else alt}
    return visit.page(
        "community_picture.html",
        422 if error else 200,
        form=visit.form(values, error),
        own=own,
        url=f"/communities/{own.id}",
        image=f"/media/{own.picture}" if own.picture else None,
    )
