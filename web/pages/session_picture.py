"""The picture over a session of ours: put there by its host, in words for those who don't see it."""

from starlette.requests import Request
from starlette.responses import Response

from alliance.errors import Invalid
from alliance.models import Session
from alliance.pictures import remove_banner, set_banner
from web.media.uploading import Upload, read_upload, shelved
from web.pages.managing import managed_session
from web.pages.visit import Visit, visiting

_FIELDS = {"image_alt": 501, "remove": 5}


async def ask(request: Request) -> Response:
    """GET /sessions/<id>/picture."""
    async with visiting(request) as visit:
        return _page(visit, await managed_session(visit))


async def save(request: Request) -> Response:
    """POST /sessions/<id>/picture: another picture with its words, or none."""
    async with visiting(request) as visit:
        session = await managed_session(visit)
        upload = await read_upload(request, _FIELDS)
        try:
            if upload.values["remove"]:
                async with visit.instance.unit_of_work() as uow:
                    await remove_banner(uow, session.id, visit.employee)
            else:
                await _put(visit, session, upload)
        except Invalid as error:
            return _page(visit, session, upload.values["image_alt"], error)
        return visit.go(f"/sessions/{session.id}", "saved")


async def _put(visit: Visit, session: Session, upload: Upload) -> None:
    words = upload.values["image_alt"]
    async with (
        shelved(visit.request, upload.content, "banner") as picture,
        visit.instance.unit_of_work() as uow,
    ):
        await set_banner(uow, session.id, picture, words, visit.employee)


def _page(visit: Visit, session: Session, alt: str | None = None, error: Invalid | None = None) -> Response:
    values = {"picture": "", "image_alt": session.image_alt if alt is None else alt}
    return visit.page(
        "session_picture.html",
        422 if error else 200,
        form=visit.form(values, error),
        session=session,
        image=f"/media/{session.image}" if session.image else None,
    )
