"""A folder and a bucket keep the same promises."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from alliance.errors import Invalid
from alliance.settings import Settings
from alliance.shelves import SETTLED, Shelf, is_name, new_name
from federation.shelf import opened_shelf
from tests.support.object_store import ObjectStore

pytestmark = [pytest.mark.anyio, pytest.mark.once]

PICTURE = b"\xff\xd8\xff" + bytes(range(256)) * 400
STRANGE = ["../alliance.secret", "/etc/passwd", "x.jpg", "a" * 22 + ".png", "", ".", "a" * 21 + "/.jpg"]


@pytest.fixture(params=["folder", "bucket"])
async def shelf(request: pytest.FixtureRequest, settings: Settings) -> AsyncIterator[Shelf]:
    chosen = settings if request.param == "folder" else request.getfixturevalue("in_bucket")
    async with opened_shelf(chosen) as opened:
        yield opened


async def names(shelf: Shelf) -> set[str]:
    return {one.name async for one in shelf.stored()}


async def test_what_was_put_there_is_there_under_a_name_that_nobody_guesses(shelf: Shelf) -> None:
    before = await names(shelf)

    first, second = await shelf.put(PICTURE), await shelf.put(PICTURE)

    assert (before, is_name(first), first != second) == (set(), True, True)
    assert await shelf.take(first) == PICTURE
    found = [one async for one in shelf.stored()]
    assert {(one.name, one.size) for one in found} == {(first, len(PICTURE)), (second, len(PICTURE))}
    assert all(-5 < one.age < 60 for one in found)


async def test_what_is_not_there_is_nothing_and_can_be_thrown_away(shelf: Shelf) -> None:
    name = await shelf.put(PICTURE)

    await shelf.discard(name)
    await shelf.discard(name)

    assert (await shelf.take(name), await shelf.take(new_name()), await names(shelf)) == (None, None, set())


@pytest.mark.parametrize("name", STRANGE)
async def test_no_other_name_is_ever_looked_for(shelf: Shelf, name: str) -> None:
    with pytest.raises(Invalid):
        await shelf.keep(name, b"anything")

    await shelf.discard(name)
    assert await shelf.take(name) is None


async def test_a_name_is_kept_and_twice_is_once(shelf: Shelf) -> None:
    name = new_name()

    await shelf.keep(name, PICTURE)
    await shelf.keep(name, PICTURE)

    assert (await names(shelf), await shelf.take(name)) == ({name}, PICTURE)


async def test_it_is_thrown_away_without_anybody_waiting(shelf: Shelf) -> None:
    gone = [await shelf.put(PICTURE) for _ in range(3)]

    for name in gone:
        shelf.discard_soon(name)
    await shelf.close()

    assert await names(shelf) == set()


async def test_the_pictures_are_those_of_the_instance_that_came_first(shelf: Shelf) -> None:
    first = await shelf.owner("https://nordlicht.example")
    again = await shelf.owner("https://nordlicht.example")

    assert (first, again, await names(shelf)) == (*["https://nordlicht.example"] * 2, set())


@pytest.mark.parametrize("letter", ["A", "z"], ids=["before the other prefix", "after it"])
async def test_a_bucket_is_read_page_by_page_and_other_prefixes_are_of_others(
    in_bucket: Settings, letter: str
) -> None:
    """A common prefix takes the room of an object: a page with one on it shows fewer (ListObjectsV2)."""
    beside = replace(in_bucket, s3_prefix=f"{in_bucket.s3_prefix}inner/")
    async with opened_shelf(in_bucket) as ours, opened_shelf(beside) as theirs:
        there = {f"{letter}{new_name()[1:]}" for _ in range(3)}
        for name in there:
            await ours.keep(name, PICTURE)
        hidden = await theirs.put(b"\xff\xd8\xff")

        pages = [(await ours.bucket.page(most=2))[0]]  # type: ignore[attr-defined]
        while pages[-1].next and len(pages) < 9:
            pages.append((await ours.bucket.page(pages[-1].next, most=2))[0])  # type: ignore[attr-defined]

        keys = [one.key for page in pages for one in page.entries]
        assert (len(pages) > 1, pages[-1].next) == (True, "")
        assert {len(page.entries) for page in pages} <= {0, 1, 2}
        assert sorted(key.removeprefix(in_bucket.s3_prefix) for key in keys) == sorted(there)
        assert await names(ours) == there
        assert (await names(theirs), await ours.take(hidden)) == ({hidden}, None)


async def test_the_bucket_of_another_instance_is_recognised(in_bucket: Settings) -> None:
    async with opened_shelf(in_bucket) as shelf:
        await shelf.owner("https://alpenwerk.example")

        assert await shelf.owner("https://nordlicht.example") == "https://alpenwerk.example"


async def test_many_at_once_wait_for_each_other(in_bucket: Settings) -> None:
    async with opened_shelf(in_bucket) as shelf:
        put = await asyncio.gather(*(shelf.put(PICTURE) for _ in range(40)))
        taken = await asyncio.gather(*map(shelf.take, put))

    assert set(taken) == {PICTURE}


async def test_a_bucket_of_another_address_style_is_asked_before_the_host(
    settings: Settings, store: ObjectStore
) -> None:
    before = replace(store.settings(settings), s3_path_style=False, s3_endpoint="https://s3.example:9000/v1")

    async with opened_shelf(before) as shelf:
        assert shelf.place == "https://pictures.s3.example:9000/v1"


async def test_what_a_crash_left_half_written_goes_once_it_is_settled(settings: Settings) -> None:
    async with opened_shelf(settings) as shelf:
        whole = await shelf.put(PICTURE)
        old, young = settings.media / f".{new_name()}", settings.media / f".{new_name()}"
        for half in (old, young):
            half.write_bytes(b"half")
        os.utime(old, (time.time() - SETTLED - 1,) * 2)

        await shelf.tidy()

        assert {path.name for path in settings.media.iterdir()} == {whole, young.name}
