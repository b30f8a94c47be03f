"""Takes a picture from a form and puts it on the shelf, or says why not."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.datastructures import UploadFile
from starlette.requests import Request

from alliance.database import OutcomeUnknown
from alliance.errors import AllianceError, Invalid
from alliance.instance import Instance
from alliance.pictures import StoredPicture
from alliance.shelves import ShelfAway
from alliance.text import clean_text
from web.forms import beside
from web.media.kinds import UPLOAD_BYTES, Kind

if TYPE_CHECKING:
    from web.media.reencoding import Reencoded

FIELD = "picture"


class NotKept(Invalid):
    """The picture is fine, and there is no place for it now; said beside it, what else was typed stays."""

    status = 503
    default_sentence = "Your picture can't be stored at the moment. Please try again in a few minutes."


@dataclass(frozen=True)
class Upload:
    """What a form with a picture says: its fields, cleaned, and the file; None when none was chosen."""

    values: dict[str, str]
    content: bytes | None


async def read_upload(
    request: Request, fields: Mapping[str, int], *, name: str = FIELD, most: int = UPLOAD_BYTES
) -> Upload:
    """The named fields (with the most characters of each) and one file of at most `most` bytes.

    Of a longer one there is one byte more, so that whoever checks it can say so.
    """
    longest = max(1_000_000, *(4 * characters for characters in fields.values()))
    async with request.form(max_files=1, max_fields=10, max_part_size=longest) as form:
        values = {}
        for field, characters in fields.items():
            value = form.get(field, "")
            values[field] = clean_text(value if isinstance(value, str) else "", characters + 1)
        file = form.get(name)
        content = await file.read(most + 1) if isinstance(file, UploadFile) else b""
    return Upload(values, content or None)


@asynccontextmanager
async def shelved(request: Request, content: bytes | None, kind: Kind) -> AsyncIterator[StoredPicture]:
    """The picture, made anew and on the shelf; it is thrown away again when what follows fails.

    Where nobody knows whether it failed, it stays: the sweep finds out. Raises Invalid beside the field of
    the file, NotKept when there is no place for it.
    """
    instance: Instance = request.app.state.instance
    shelf = instance.shelf
    if content is None:
        raise Invalid("Please choose a picture.", field=FIELD)
    try:
        # One after the other: unpacking a picture of the most pixels takes 200 MB for a moment.
        async with request.app.state.at_pictures:
            made = await asyncio.to_thread(_made, content, kind)
    except AllianceError as error:
        raise beside(error, FIELD) from error
    try:
        name = await shelf.put(made.content)
    except ShelfAway as error:
        raise NotKept(field=FIELD, detail=error.detail) from error
    try:
        yield StoredPicture(name, made.width, made.height)
    except (OutcomeUnknown, asyncio.CancelledError):
        # What names it may be committed.
        raise
    except BaseException:
        shelf.discard_soon(name)
        raise


def _made(content: bytes, kind: Kind) -> "Reencoded":
    from web.media.reencoding import reencoded

    return reencoded(content, kind)
