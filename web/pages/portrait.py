"""One's own portrait: put up, shared or not, taken away."""

from starlette.requests import Request
from starlette.responses import Response

from alliance.errors import Invalid
from alliance.pictures import remove_portrait, set_portrait, share_portrait
from alliance.queries.people import person_with_id
from web.media.uploading import read_upload, shelved
from web.pages.rows import portrait_of
from web.pages.visit import Visit, visiting

_FIELDS = {"shared": 5, "remove": 5}


async def show(request: Request) -> Response:
    """GET /settings/portrait."""
    async with visiting(request) as visit:
        return await _page(visit)


async def save(request: Request) -> Response:
    """POST /settings/portrait: another picture, the same for others to see or not, or none."""
    async with visiting(request) as visit:
        employee_id = visit.employee.id
        upload = await read_upload(request, _FIELDS)
        try:
            if upload.values["remove"]:
                await _remove(visit, employee_id)
            elif upload.content is None and await _has_one(visit):
                await _share(visit, employee_id, shared=bool(upload.values["shared"]))
            else:
                await _put(visit, employee_id, upload.content, shared=bool(upload.values["shared"]))
        except Invalid as error:
            return await _page(visit, error)
        return visit.go("/settings/portrait", "saved")


async def _put(visit: Visit, employee_id: int, content: bytes | None, *, shared: bool) -> None:
    await visit.let_go()
    async with shelved(visit.request, content, "portrait") as picture, visit.instance.unit_of_work() as uow:
        await set_portrait(uow, employee_id, picture, shared=shared)


async def _share(visit: Visit, employee_id: int, *, shared: bool) -> None:
    async with visit.instance.unit_of_work() as uow:
        await share_portrait(uow, employee_id, shared=shared)


async def _remove(visit: Visit, employee_id: int) -> None:
    async with visit.instance.unit_of_work() as uow:
        await remove_portrait(uow, employee_id)


async def _has_one(visit: Visit) -> bool:
    person = await person_with_id(visit.db, visit.employee.id)
    return person is not None and person.profile is not None and person.profile.picture is not None


async def _page(visit: Visit, error: Invalid | None = None) -> Response:
    person = await person_with_id(visit.db, visit.employee.id) or visit.employee.person
    profile = person.profile
    values = {"picture": "", "shared": "yes" if profile and profile.picture_shared else ""}
    return visit.page(
        "portrait.html",
        error.status if error else 200,
        form=visit.form(values, error),
        portrait=portrait_of(person, visit.viewer),
        has_picture=profile is not None and profile.picture is not None,
    )
