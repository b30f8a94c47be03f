"""An instance whose pictures lie in a bucket: people, a store that is away, and whoever runs it."""

import dataclasses
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from sqlalchemy import select

from alliance.identifiers import SystemClock
from alliance.models import ExpertProfile
from alliance.pictures import sweep_pictures
from alliance.settings import Settings
from alliance.shelves import FolderShelf, Shelf, Stored, new_name
from federation.bucket_shelf import BucketShelf
from federation.shelf import opened_shelf
from federation.wiring import Federation, open_instance
from tests.command_line.running import alliance
from tests.support.clock import FrozenClock
from tests.support.databases import Databases
from tests.support.eventually import eventually
from tests.support.founding import Founded, found
from tests.support.object_store import ObjectStore
from tests.web.pages.conftest import as_employee
from tests.web.pages.scenes import offered
from tests.web.pages.test_pictures import files, photo, put_banner
from web.backups import back_up, restore
from web.command_line.media import look_at_media
from web.command_line.moving_media import copy_pictures
from web.egress import ways_out

pytestmark = [pytest.mark.anyio, pytest.mark.once]
Nordlicht = tuple[Federation, Founded]


async def names(shelf: Shelf) -> set[str]:
    return {one.name async for one in shelf.stored()}


async def portrait(federation: Federation) -> str:
    async with federation.instance.reading() as db:
        return str(await db.scalar(select(ExpertProfile.picture)))


async def test_a_portrait_goes_through_our_own_door_and_is_gone_when_it_is_changed(
    jonas: httpx.AsyncClient, nordlicht: Nordlicht
) -> None:
    federation, shelf = nordlicht[0], nordlicht[0].instance.shelf
    await jonas.post("/settings/portrait", files=files())
    first = await portrait(federation)
    seen = await jonas.get(f"/media/{first}")
    kept = await jonas.get(f"/media/{first}", headers={"If-None-Match": seen.headers["etag"]})
    jonas.cookies.clear()
    hidden = await jonas.get(f"/media/{first}")

    assert isinstance(shelf, BucketShelf)
    assert (seen.status_code, kept.status_code, hidden.status_code) == (200, 304, 404)
    assert seen.content.startswith(b"\xff\xd8\xff")
    assert seen.headers["cache-control"] == "private, max-age=86400, immutable"
    assert seen.headers["content-security-policy"] == "default-src 'none'; sandbox"


async def test_another_portrait_leaves_the_bucket_without_the_one_before(
    jonas: httpx.AsyncClient, nordlicht: Nordlicht
) -> None:
    federation = nordlicht[0]
    for colour in ("teal", "red"):
        await jonas.post("/settings/portrait", files=files(photo(colour)))
    expected = {await portrait(federation)}

    async def only_one() -> bool:
        return await names(federation.instance.shelf) == expected

    assert await eventually(only_one)


async def test_what_one_gave_is_taken_along_out_of_the_bucket(
    jonas: httpx.AsyncClient, nordlicht: Nordlicht
) -> None:
    await jonas.post("/settings/portrait", files=files())
    name = await portrait(nordlicht[0])

    packed = (await jonas.get("/settings/takeaway")).content

    assert f"pictures/{name}".encode() in packed


async def test_only_what_nothing_names_is_thrown_away_and_only_by_its_owner(
    jonas: httpx.AsyncClient, nordlicht: Nordlicht, in_bucket: Settings
) -> None:
    federation = nordlicht[0]
    await jonas.post("/settings/portrait", files=files())
    kept, lost = await portrait(federation), new_name()
    later = Later(federation.instance.shelf)
    federation.instance.shelf = later
    await later.keep(lost, b"left behind by a crash")

    swept, there = await sweep_pictures(federation.instance), await names(later)
    await later.bucket.write("alliance-instance.txt", b"https://alpenwerk.example", "text/plain")
    await later.keep(lost, b"of somebody else")
    others = await sweep_pictures(federation.instance)

    assert (swept, there, others, await names(later)) == (1, {kept}, 0, {kept, lost})


class Later(BucketShelf):
    """The same bucket, two hours later."""

    def __init__(self, shelf: Shelf) -> None:
        assert isinstance(shelf, BucketShelf)
        super().__init__(shelf.bucket)

    async def stored(self) -> AsyncIterator[Stored]:
        async for one in super().stored():
            yield dataclasses.replace(one, age=one.age + 7200)


async def test_while_the_bucket_is_away_pages_work_and_what_was_typed_stays(
    in_bucket: Settings, clock: FrozenClock
) -> None:
    away = dataclasses.replace(in_bucket, s3_endpoint="http://127.0.0.1:9")
    instance, federation = await open_instance(away, clock)
    founded = await found(instance)
    async with await as_employee(federation, founded.employee) as jonas:
        page = await jonas.get("/settings/portrait")
        session = await offered(instance, founded.employee)
        upload = await put_banner(jonas, session, "Ein Heft auf einem Tisch")
        other = await jonas.post("/settings/portrait", files=files())

    assert page.status_code == 200
    assert (upload.status_code, other.status_code) == (503, 503)
    assert "be stored at the moment" in upload.text
    assert "Ein Heft auf einem Tisch" in upload.text
    assert await sweep_pictures(instance) == 0
    await federation.close()
    await instance.close()


async def test_a_backup_brings_pictures_from_one_kind_of_place_into_the_other(
    jonas: httpx.AsyncClient,
    nordlicht: Nordlicht,
    in_bucket: Settings,
    databases: Databases,
    tmp_path: Path,
) -> None:
    await jonas.post("/settings/portrait", files=files())
    name = await portrait(nordlicht[0])
    content = await nordlicht[0].instance.shelf.take(name)
    folder = tmp_path / "elsewhere"
    there = dataclasses.replace(
        in_bucket, database=databases.empty(), secret_file=folder / "secret", media=folder / "media"
    )
    in_folder = dataclasses.replace(there, s3_endpoint=None, s3_bucket="", s3_access_key="", s3_secret_key="")
    again = dataclasses.replace(
        there, database=databases.empty(), secret_file=folder / "again", s3_prefix=f"{in_bucket.s3_prefix}b/"
    )

    back_up(in_bucket, tmp_path / "first.tar")
    restore(in_folder, tmp_path / "first.tar")
    back_up(in_folder, tmp_path / "second.tar")
    restore(again, tmp_path / "second.tar")

    async with opened_shelf(in_folder) as one, opened_shelf(again) as other:
        assert (await names(one), await names(other)) == ({name}, {name})
        assert await one.take(name) == await other.take(name) == content


async def test_pictures_are_copied_there_and_back_and_a_second_time_nothing_is(
    settings: Settings, in_bucket: Settings, tmp_path: Path
) -> None:
    here, back = FolderShelf(settings.media), FolderShelf(tmp_path / "back")
    put = {await here.put(bytes([number]) * 50) for number in range(20)}
    async with opened_shelf(in_bucket) as bucket:
        await bucket.keep(min(put), b"broken off")

        first, second = await copy_pictures(here, bucket), await copy_pictures(here, bucket)
        returned = await copy_pictures(bucket, back)

    assert (first, second, returned) == ((20, 0), (0, 20), (20, 0))
    assert [await back.take(name) for name in sorted(put)] == [await here.take(name) for name in sorted(put)]


def test_the_commands_move_pictures_and_look_at_the_bucket(company: Path, store: ObjectStore) -> None:
    environ = store.environ("commands/")
    name = new_name()
    (company / "media").mkdir(exist_ok=True)
    (company / "media" / name).write_bytes(b"\xff\xd8\xff")

    moved = alliance(company, "move-media", "bucket", "--json", **environ)
    checked = alliance(company, "check", **environ)
    without = alliance(company, "move-media", "bucket")

    assert (moved.code, '"copied": 1' in moved.out) == (0, True)
    assert f"{store.endpoint}/pictures/commands can be read and written" in checked.out
    assert (without.code, without.error.partition(" ")[0]) == (2, "ALLIANCE_S3_ENDPOINT")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"s3_bucket": "elsewhere"}, "ALLIANCE_S3_BUCKET: there is no bucket elsewhere at"),
        ({"s3_access_key": "nobody"}, "ALLIANCE_S3_ACCESS_KEY: "),
        ({"s3_secret_key": "wrong"}, "ALLIANCE_S3_SECRET_KEY: it does not belong to the access key"),
        ({"s3_access_key": "reader"}, "ALLIANCE_S3_ACCESS_KEY: the key may not write in the bucket pictures"),
        ({"s3_access_key": "guest"}, "ALLIANCE_S3_ACCESS_KEY: the key may not list in the bucket pictures"),
        ({"s3_endpoint": "http://127.0.0.1:9"}, "ALLIANCE_S3_ENDPOINT: 127.0.0.1:9 does not accept"),
        ({"s3_endpoint": "http://nirgends.invalid"}, "ALLIANCE_S3_ENDPOINT: There is no server called"),
        ({"https_proxy": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9"}, "HTTPS_PROXY: "),
        ({"s3_secret_key": "", "s3_secret_key_file": Path("/nowhere")}, "ALLIANCE_S3_SECRET_KEY_FILE can't"),
    ],
)
async def test_the_wrong_setting_is_named(in_bucket: Settings, changed: dict[str, object], said: str) -> None:
    verdict = await look_at_media(dataclasses.replace(in_bucket, **changed))  # type: ignore[arg-type]

    assert (verdict.is_fine, verdict.says[: len(said)]) == (False, said)
    assert in_bucket.s3_secret_key not in verdict.says


async def test_a_clock_that_is_off_and_a_bucket_of_others_are_named(in_bucket: Settings) -> None:
    async with opened_shelf(in_bucket) as shelf:
        await shelf.owner("https://alpenwerk.example")

    late = await look_at_media(in_bucket, FrozenClock(SystemClock().now().replace(year=2025)))
    others = await look_at_media(in_bucket)

    assert (late.is_fine, late.says.partition(" is ")[0]) == (False, "the clock of this machine")
    assert others.says.endswith("belongs to https://alpenwerk.example")


async def test_egress_names_the_store(nordlicht: Nordlicht, in_bucket: Settings) -> None:
    instance = SimpleNamespace(settings=in_bucket, reading=nordlicht[0].instance.reading)

    found_ways = await ways_out(SimpleNamespace(instance=instance))  # type: ignore[arg-type]

    port = int((in_bucket.s3_endpoint or "").rpartition(":")[2])
    assert [(way.host, way.port) for way in found_ways if way.why == "media"] == [("127.0.0.1", port)]


async def test_the_console_says_where_pictures_lie(nordlicht: Nordlicht) -> None:
    federation, founded = nordlicht
    await federation.instance.shelf.put(b"x" * 3_200_000)

    async with await as_employee(federation, founded.admin) as ada:
        page = (await ada.get("/admin/storage")).text

    assert ("3.2 MB" in page, "1 file" in page) == (True, True)
    assert f"Pictures lie in a bucket: {federation.instance.shelf.place}" in page
