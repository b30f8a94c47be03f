"""Pictures that apps hand in before the words that they belong to."""

from typing import Any

from alliance.errors import Invalid
from alliance.models import StoryPicture
from alliance.story_pictures import (
    LONGEST_DESCRIPTION,
    bring_picture,
    describe_picture,
    own_picture,
    throw_picture_away,
)
from web.mastodon.door import Call, Endpoint
from web.mastodon.params import blank
from web.media.kinds import UPLOAD_BYTES
from web.media.uploading import shelved


async def upload(call: Call) -> Any:
    """POST /api/v1/media and /api/v2/media: a picture, made anew here, at once; `focus` is not kept."""
    given, description = call.params.file("file"), _description(call)
    if given is None:
        raise blank("file")
    content = await given.read(UPLOAD_BYTES + 1)
    if not content:
        raise Invalid("Validation failed: {name} is invalid", name="file")
    await call.close()  # nothing of the database is held while a picture is unpacked
    async with shelved(call.request, content, "banner") as picture, call.unit_of_work() as uow:
        return attachment(await bring_picture(uow, call.me.id, picture, description), _origin(call))


async def one(call: Call) -> Any:
    """GET /api/v1/media/{id}: one's own, beside a story or not yet."""
    async with call.unit_of_work() as uow:
        return attachment(await own_picture(uow, call.id(), call.me.id), _origin(call))


async def change(call: Call) -> Any:
    """PUT /api/v1/media/{id}: says in other words what it shows."""
    async with call.unit_of_work() as uow:
        if not call.params.has("description"):
            return attachment(await own_picture(uow, call.id(), call.me.id), _origin(call))
        found = await describe_picture(uow, call.id(), call.me.id, _description(call))
        return attachment(found, _origin(call))


async def remove(call: Call) -> Any:
    """DELETE /api/v1/media/{id}: one that belongs to nothing yet."""
    async with call.unit_of_work() as uow:
        await throw_picture_away(uow, call.id(), call.me.id)
    return {}


def attachment(picture: StoryPicture, origin: str) -> dict[str, Any]:
    """A MediaAttachment: what was uploaded is ready at once."""
    address = f"{origin}/media/{picture.name}"
    size = {
        "width": picture.width,
        "height": picture.height,
        "size": f"{picture.width}x{picture.height}",
        "aspect": round(picture.width / picture.height, 4),
    }
    return {
        "id": str(picture.id),
        "type": "image",
        "url": address,
        "preview_url": address,
        "remote_url": None,
        "meta": {"original": size, "small": size},
        "description": picture.description or None,
        "blurhash": None,
    }


def _description(call: Call) -> str:
    return call.params.text("description", most=LONGEST_DESCRIPTION)


def _origin(call: Call) -> str:
    return call.instance.settings.origin


_SCOPE = ("write:media",)
ENDPOINTS = (
    Endpoint("POST", "/api/v1/media", upload, "user", _SCOPE, allowance="media"),
    Endpoint("POST", "/api/v2/media", upload, "user", _SCOPE, allowance="media"),
    Endpoint("GET", "/api/v1/media/{id}", one, "user", _SCOPE),
    Endpoint("PUT", "/api/v1/media/{id}", change, "user", _SCOPE),
    Endpoint("DELETE", "/api/v1/media/{id}", remove, "user", _SCOPE),
)
