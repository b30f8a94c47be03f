"""The form for a picture and its words, for whatever of ours has one."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from alliance.errors import Invalid
from alliance.pictures import StoredPicture
from alliance.unit_of_work import UnitOfWork
from web.media.kinds import Kind
from web.media.uploading import read_upload, shelved
from web.pages.visit import Visit

_FIELDS = {"image_alt": 501, "remove": 5}

Put = Callable[[UnitOfWork, StoredPicture, str], Awaitable[object]]
Remove = Callable[[UnitOfWork], Awaitable[object]]


@dataclass(frozen=True)
class NotTaken:
    """The words that were typed, and why the picture was not taken."""

    alt: str
    error: Invalid


async def changed_picture(visit: Visit, kind: Kind, put: Put, remove: Remove) -> NotTaken | None:
    """Another picture with its words, or none, as the form says; None when that is done."""
    upload = await read_upload(visit.request, _FIELDS)
    words = upload.values["image_alt"]
    try:
        if upload.values["remove"]:
            async with visit.instance.unit_of_work() as uow:
                await remove(uow)
            return None
        await visit.let_go()
        async with (
            shelved(visit.request, upload.content, kind) as picture,
            visit.instance.unit_of_work() as uow,
        ):
            await put(uow, picture, words)
    except Invalid as error:
        return NotTaken(words, error)
    return None
