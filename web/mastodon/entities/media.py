"""MediaAttachment: the picture of a session, and those that come with a story."""

from typing import Any

JSON = dict[str, Any]


def picture(number: int, address: str, description: str, width: int | None, height: int | None) -> JSON:
    """One picture of the media folder; sizes in pixels, as far as they are known."""
    return {
        "id": str(number),
        "type": "image",
        "url": address,
        "preview_url": address,
        "remote_url": None,
        "meta": _size(width, height) if width and height else {},
        "description": description or None,
        "blurhash": None,
    }


def _size(width: int, height: int) -> JSON:
    size = {"width": width, "height": height, "size": f"{width}x{height}", "aspect": width / height}
    return {"original": size, "small": size}
