"""Which shelf the settings mean: the folder, or a bucket, whose code is loaded for that alone."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from alliance.settings import Settings
from alliance.shelves import FolderShelf, Shelf

Tell = Callable[[str, str, float], None]


def shelf_of(settings: Settings, tell: Tell | None = None) -> Shelf:
    """The one for pictures, for the caller to close; `tell` hears of a store. Raises WrongConfiguration."""
    if settings.s3_endpoint is None:
        return FolderShelf(settings.media)
    from federation.bucket_shelf import BucketShelf

    return BucketShelf.from_settings(settings, tell)


@asynccontextmanager
async def opened_shelf(settings: Settings) -> AsyncIterator[Shelf]:
    """The same for as long as something takes."""
    shelf = shelf_of(settings)
    try:
        yield shelf
    finally:
        await shelf.close()


def bucket_address(settings: Settings) -> str:
    """What the names of pictures are put behind: the bucket in its path, or before its host."""
    endpoint, bucket = settings.s3_endpoint or "", settings.s3_bucket
    if settings.s3_path_style:
        return f"{endpoint}/{bucket}"
    scheme, _, rest = endpoint.partition("://")
    return f"{scheme}://{bucket}.{rest}"
