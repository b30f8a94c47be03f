"""Whatever a store answers: a sentence in bounded time, and nothing of it believed."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from alliance.settings import Settings
from alliance.shelves import ShelfAway, new_name
from federation import bucket as buckets
from federation.bucket import Bucket, Place
from federation.bucket_answers import UnreadableAnswer, code_in, page_in
from federation.bucket_shelf import BucketShelf
from federation.shelf import opened_shelf
from tests.media.hostile_store import Behave, hostile_store, never, saying, without_end
from tests.support.object_store import SECRET

pytestmark = pytest.mark.anyio

LIST = (
    b"<ListBucketResult><IsTruncated>%s</IsTruncated><NextContinuationToken>a</NextContinuationToken>%s"
    b"</ListBucketResult>"
)
ENTRY = b"<Contents><Key>%s</Key><Size>%s</Size><LastModified>%s</LastModified></Contents>"
BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c SYSTEM "file:///etc/passwd">]><ListBucketResult>&b;&c;</ListBucketResult>'
)
SHORT = saying("200 OK", b"\xff\xd8\xff", length=1000)
LARGE = saying("200 OK", b"", length=10**12)
ELSEWHERE = saying("307 Temporary Redirect", more="Location: http://169.254.169.254/latest\r\n")


@asynccontextmanager
async def shelf_at(settings: Settings, behave: Behave) -> AsyncIterator[BucketShelf]:
    async with hostile_store(behave) as address:
        configured = replace(
            settings, s3_endpoint=address, s3_bucket="pictures", s3_access_key="owner", s3_secret_key=SECRET
        )
        async with opened_shelf(configured) as shelf:
            assert isinstance(shelf, BucketShelf)
            yield shelf


@pytest.mark.parametrize(
    "behave",
    [
        pytest.param(saying("500 Internal Server Error", BOMB), id="500"),
        pytest.param(saying("403 Forbidden", b"<Error><Code>AccessDenied</Code></Error>"), id="403"),
        pytest.param(saying("404 Not Found", b"<Error><Code>NoSuchBucket</Code></Error>"), id="no-bucket"),
        pytest.param(SHORT, id="shorter than it says"),
        pytest.param(LARGE, id="says that it is large"),
        pytest.param(without_end, id="without an end"),
        pytest.param(ELSEWHERE, id="sends elsewhere"),
        pytest.param(saying("200 OK", b"x", more="Content-Encoding: br\r\n"), id="packed"),
    ],
)
async def test_a_picture_that_can_not_be_read_is_said_to_be_away(settings: Settings, behave: Behave) -> None:
    started = time.monotonic()

    async with shelf_at(settings, behave) as shelf:
        with pytest.raises(ShelfAway) as raised:
            await shelf.take(new_name())

    assert time.monotonic() - started < buckets.SECONDS
    assert SECRET not in f"{raised.value!r}{raised.value.detail}"
    assert ".jpg" not in raised.value.detail


@pytest.mark.parametrize("status", ["200 OK", "404 Not Found"])
async def test_html_of_somebody_between_is_no_error_page_of_ours(settings: Settings, status: str) -> None:
    async with shelf_at(settings, saying(status, b"<html>Anmelden</html>")) as shelf:
        with pytest.raises(ShelfAway):
            await shelf.stored().__anext__()


async def test_a_store_that_says_nothing_keeps_nobody_longer_than_the_limit(
    settings: Settings,
) -> None:
    async with hostile_store(never) as address, _impatient(settings, address) as shelf:
        with pytest.raises(ShelfAway, match="reached") as raised:
            await shelf.take(new_name())

    assert "TimedOut" in raised.value.detail


@asynccontextmanager
async def _impatient(settings: Settings, address: str) -> AsyncIterator[BucketShelf]:
    configured = replace(
        settings, s3_endpoint=address, s3_bucket="pictures", s3_access_key="a", s3_secret_key="b"
    )
    bucket = Bucket.from_settings(configured, seconds=0.3)
    yield BucketShelf(bucket)
    await bucket.close()


async def test_a_list_that_leads_back_to_itself_ends(settings: Settings) -> None:
    async with shelf_at(settings, saying("200 OK", LIST % (b"true", b""))) as shelf:
        with pytest.raises(ShelfAway, match="reached"):
            _ = [one async for one in shelf.stored()]


async def test_keys_that_lead_elsewhere_are_no_pictures(settings: Settings) -> None:
    moment = b"2026-11-23T10:00:00.000Z"
    strange = (b"../../alliance.secret", b"/etc/passwd", b"other/" + b"a" * 22 + b".jpg", b"")
    good = new_name().encode()
    entries = b"".join(ENTRY % (key, b"5", moment) for key in (*strange, good))

    async with shelf_at(settings, saying("200 OK", LIST % (b"false", entries))) as shelf:
        assert [one.name async for one in shelf.stored()] == [good.decode()]


@pytest.mark.parametrize(
    "body",
    [
        *(BOMB, b"", b"{}", b"<a>" * 100_000, b"<ListBucketResult>", b"<html/>", b"\xff\xfe\x00"),
        LIST % (b"false", ENTRY % (b"a", b"many", b"2026-11-23T10:00:00Z")),
        LIST % (b"false", ENTRY % (b"a", b"5", b"yesterday")),
        LIST % (b"false", b"<Contents/>"),
        LIST % (b"false", ENTRY % (b"k" * 5000, b"5", b"2026-11-23T10:00:00Z")),
        b"<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>",
    ],
)
def test_what_is_no_list_is_not_read_as_one(body: bytes) -> None:
    with pytest.raises(UnreadableAnswer):
        page_in(body)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'<?xml version="1.0"?><Error><Code>NoSuchKey</Code><Message>x</Message></Error>', "NoSuchKey"),
        (b"<Error><Code>&lt;script&gt;</Code></Error>", ""),
        (b"<Error><Code>Line\nbreak</Code></Error>", ""),
        (b"<Other><Code>NoSuchKey</Code></Other>", ""),
        (BOMB, ""),
        (b"", ""),
    ],
)
def test_only_the_word_of_an_error_is_taken(body: bytes, code: str) -> None:
    assert code_in(body) == code


def test_the_client_for_a_store_calls_that_host_alone() -> None:
    settings = Settings(origin="https://nordlicht.example", s3_endpoint="https://s3.internal:9000")

    client = buckets.client_for(settings, Place("https://s3.internal:9000/pictures", ""))

    assert client.rules.may_be_private("s3.internal")
    assert not client.rules.may_be_private("db.internal")
    assert (client.rules.plain_http, client.rules.literals) == (False, False)
    assert (client.is_admitted("s3.internal"), client.is_admitted("partner.example")) == (True, False)
