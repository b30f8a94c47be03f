"""Signatures for S3-compatible stores are those that are published as examples."""

from datetime import UTC, datetime

import pytest
from yarl import URL

from federation.aws_signature import AccessKey, signed

# https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html#example-signature-calculations
KEY = AccessKey("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1")
AT = datetime(2013, 5, 24, tzinfo=UTC)
BUCKET = "https://examplebucket.s3.amazonaws.com"
DATE = {"Date": "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY"}


PUBLISHED: dict[str, tuple[str, str, dict[str, str], bytes]] = {
    "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41": (
        *("GET", "/test.txt", {"Range": "bytes=0-9"}, b""),
    ),
    "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd": (
        *("PUT", "/test%24file.text", DATE, b"Welcome to Amazon S3."),
    ),
    "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543": ("GET", "/?lifecycle", {}, b""),
    "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7": (
        *("GET", "/?max-keys=2&prefix=J", {}, b""),
    ),
}


@pytest.mark.parametrize("signature", PUBLISHED)
def test_the_published_examples_are_signed_as_published(signature: str) -> None:
    method, path, headers, body = PUBLISHED[signature]

    told = signed(method, URL(BUCKET + path, encoded=True), headers, body, KEY, AT)

    assert told["Authorization"].rpartition("Signature=")[2] == signature
    assert told.items() >= headers.items()


def test_a_secret_is_in_no_header_and_in_no_text() -> None:
    told = signed("GET", URL(BUCKET), {}, b"", KEY, AT)

    assert KEY.secret not in f"{told}{KEY!r}"
