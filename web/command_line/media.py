"""Looks whether pictures can be read and written where they shall lie; names the setting that is wrong."""

from urllib.parse import urlsplit

from alliance.errors import WrongConfiguration
from alliance.identifiers import Clock
from alliance.settings import Settings
from alliance.shelves import new_name
from federation.bucket import Bucket, BucketAway
from federation.bucket_shelf import BucketShelf
from federation.failures import FetchFailed, ProxyFailed
from web.command_line.looks import SECONDS_OFF, Verdict

_TRIED = b"alliance check writes this, and takes it away again"
_OTHER_THINGS = "the store gives back other things than it got"
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
# The words of the store, and the setting that each is about.
_MEANT = {
    "NoSuchBucket": "ALLIANCE_S3_BUCKET: there is no bucket {bucket} at {endpoint}",
    "InvalidBucketName": "ALLIANCE_S3_BUCKET: {bucket} can't be the name of a bucket at {endpoint}",
    "InvalidAccessKeyId": "ALLIANCE_S3_ACCESS_KEY: {endpoint} knows no such key",
    "SignatureDoesNotMatch": "ALLIANCE_S3_SECRET_KEY: it does not belong to the access key",
    "AccessDenied": "ALLIANCE_S3_ACCESS_KEY: the key may not {act} in the bucket {bucket}",
    "AuthorizationHeaderMalformed": "ALLIANCE_S3_REGION: the bucket is not in {region}",
    "PermanentRedirect": "ALLIANCE_S3_ENDPOINT: the bucket {bucket} is at another address, of another region",
    "TemporaryRedirect": "ALLIANCE_S3_ENDPOINT: the bucket {bucket} is at another address, of another region",
    "301": "ALLIANCE_S3_ENDPOINT: the bucket {bucket} is at another address, of another region",
    "403": "ALLIANCE_S3_ACCESS_KEY: the key may not {act} in the bucket {bucket}",
}


async def look_at_media(settings: Settings, clock: Clock | None = None) -> Verdict:
    """Lists, writes, reads and removes, as the instance will; `clock` is this machine's."""
    if settings.s3_endpoint is None:
        return Verdict("media", True, f"in the folder {settings.media} (ALLIANCE_S3_ENDPOINT is not set)")
    try:
        shelf = BucketShelf(Bucket.from_settings(settings, clock))
    except WrongConfiguration as error:
        return Verdict("media", False, str(error))
    trial = _Trial(shelf)
    try:
        await trial.run()
        owner = await shelf.owner(settings.origin)
    except BucketAway as away:
        return Verdict("media", False, _wrong(settings, trial.act, away))
    finally:
        await shelf.close()
    if owner != settings.origin:
        return Verdict("media", False, f"ALLIANCE_S3_PREFIX: what lies in {shelf.place} belongs to {owner}")
    if _is_open(settings.s3_endpoint):
        said = f"{shelf.place} works, and pictures go there without encryption: use https://"
        return Verdict("media", None, said)
    return Verdict("media", True, f"{shelf.place} can be read and written")


class _Trial:
    """What an instance does with a picture; `act` is what it is at."""

    def __init__(self, shelf: BucketShelf) -> None:
        self._shelf = shelf
        self.act = "list"

    async def run(self) -> None:
        """Raises BucketAway. Should the object stay, because nobody may remove it, the sweep finds it."""
        await self._shelf.bucket.page(most=1)
        self.act, name = "write", new_name()
        await self._shelf.keep(name, _TRIED)
        self.act = "read"
        if await self._shelf.take(name) != _TRIED:
            raise BucketAway(_OTHER_THINGS)
        self.act = "remove"
        await self._shelf.discard(name)


def _wrong(settings: Settings, act: str, away: BucketAway) -> str:
    if away.failure is not None:
        return _not_reached(settings, away.failure)
    if away.off > SECONDS_OFF:
        return (
            f"the clock of this machine is {away.off:.0f} s off that of {settings.s3_endpoint}: set it right"
        )
    told = _MEANT.get(away.code)
    if told is None:
        return f"ALLIANCE_S3_ENDPOINT: {away.detail}"
    return told.format(
        bucket=settings.s3_bucket, endpoint=settings.s3_endpoint, region=settings.s3_region, act=act
    )


def _not_reached(settings: Settings, failure: FetchFailed) -> str:
    setting = "HTTPS_PROXY" if isinstance(failure, ProxyFailed) else "ALLIANCE_S3_ENDPOINT"
    return f"{setting}: {failure} {failure.detail}"


def _is_open(endpoint: str) -> bool:
    """Whether somebody on the way could look at the pictures."""
    parts = urlsplit(endpoint)
    return parts.scheme == "http" and parts.hostname not in _THIS_MACHINE
