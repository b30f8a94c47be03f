"""Digests over the raw bytes, in both headers."""

import hashlib
from base64 import b64encode

import pytest

from federation.signatures import Reason, Rejection, SignedRequest
from federation.signatures.digest import check_digests, content_digest_header, digest_header

BODY = b'{"hello": "world"}'
SHA256 = "X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE="  # RFC 9530, appendix B; draft-cavage-12, appendix C
SHA512 = b64encode(hashlib.sha512(BODY).digest()).decode()
WRONG = b64encode(b"x" * 32).decode()


def check(covered: str = "digest content-digest", **headers: str) -> None:
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    check_digests(SignedRequest("POST", "/", "a.example", "https", fields, BODY), covered.split())


def test_what_we_write_is_what_the_standards_show() -> None:
    assert digest_header(BODY) == f"SHA-256={SHA256}"
    assert content_digest_header(BODY) == f"sha-256=:{SHA256}:"


@pytest.mark.parametrize(
    "headers",
    [
        {"digest": f"SHA-256={SHA256}"},
        {"digest": f"sha-256={SHA256}"},
        {"digest": f"MD5=abc,SHA-256={SHA256}"},
        {"digest": f"SHA-512={SHA512}, SHA-256={SHA256}"},
        {"content_digest": f"sha-256=:{SHA256}:"},
        {"content_digest": f"sha-512=:{SHA512}:, sha-256=:{SHA256}:"},
        {"content_digest": f"md5=:abcd:,sha-256=:{SHA256}:"},
        {"digest": f"SHA-256={SHA256}", "content_digest": f"sha-512=:{SHA512}:"},
    ],
)
def test_right_digests_pass(headers: dict[str, str]) -> None:
    check(**headers)


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({}, Reason.DIGEST_MISSING),
        ({"digest": f"SHA-256={WRONG}"}, Reason.DIGEST_WRONG),
        ({"content_digest": f"sha-256=:{WRONG}:"}, Reason.DIGEST_WRONG),
        ({"digest": f"SHA-256={SHA256},SHA-512={WRONG}"}, Reason.DIGEST_WRONG),
        ({"digest": f"SHA-256={SHA256}", "content_digest": f"sha-256=:{WRONG}:"}, Reason.DIGEST_WRONG),
        ({"digest": f"SHA-256={SHA256},SHA-256={SHA256}"}, Reason.DIGEST_MALFORMED),
        ({"digest": ""}, Reason.DIGEST_MALFORMED),
        ({"digest": "SHA-256"}, Reason.DIGEST_MALFORMED),
        ({"digest": "SHA-256=*"}, Reason.DIGEST_MALFORMED),
        ({"digest": "SHA-256=abc"}, Reason.DIGEST_MALFORMED),
        ({"digest": "MD5=abc"}, Reason.DIGEST_MALFORMED),
        ({"digest": ",".join(["SHA-256=a"] * 9)}, Reason.DIGEST_MALFORMED),
        ({"content_digest": f"sha-256={SHA256}"}, Reason.DIGEST_MALFORMED),
        ({"content_digest": "unixsum=:YQ==:"}, Reason.DIGEST_MALFORMED),
    ],
)
def test_other_digests_are_refused(headers: dict[str, str], reason: Reason) -> None:
    with pytest.raises(Rejection) as caught:
        check(**headers)

    assert caught.value.reason is reason


def test_a_right_digest_that_is_not_signed_is_refused() -> None:
    with pytest.raises(Rejection) as caught:
        check("host date", digest=f"SHA-256={SHA256}")

    assert caught.value.reason is Reason.NOT_COVERED
