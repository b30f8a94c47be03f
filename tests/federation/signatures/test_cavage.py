"""What a draft-cavage signature must cover and say, and how it may be broken."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.signatures import (
    KeyKind,
    Reason,
)
from tests.federation.signing import (
    ALICE,
    FULL,
    NOW,
    SECOND,
    KeyStore,
    cavage,
    changed,
    public_key,
    refusal,
    secret_key,
    signed,
    verified,
)


@pytest.mark.parametrize("algorithm", ["rsa-sha256", "hs2019", "RSA-SHA256"])
async def test_the_algorithm_may_be_named_or_hidden(algorithm: str) -> None:
    assert (await verified(cavage(FULL, algorithm=algorithm))).actor_id == ALICE


async def test_the_algorithm_may_be_absent() -> None:
    request = signed()
    header = request.headers["signature"].replace('algorithm="rsa-sha256",', "")

    assert (await verified(changed(request, {"signature": header}))).actor_id == ALICE


@pytest.mark.parametrize("algorithm", ["rsa-sha1", "hmac-sha256", "none", "", "dsa"])
async def test_weak_and_unknown_algorithms_are_refused(algorithm: str) -> None:
    assert await refusal(cavage(FULL, algorithm=algorithm)) is Reason.ALGORITHM_UNKNOWN


async def test_an_algorithm_that_does_not_fit_the_key_is_refused() -> None:
    ed25519 = public_key(secret_key(KeyKind.ED25519, key_id=f"{ALICE}#main-key"))

    assert await refusal(cavage(FULL), KeyStore(ed25519)) is Reason.ALGORITHM_MISMATCH
    assert await refusal(cavage(FULL, algorithm="ed25519")) is Reason.ALGORITHM_MISMATCH


@pytest.mark.parametrize(
    "covered", ["host date digest", "(request-target) date digest", "(request-target) host date", "date"]
)
async def test_a_draft_signature_must_cover_target_host_and_digest(covered: str) -> None:
    assert await refusal(cavage(covered)) is Reason.NOT_COVERED


async def test_a_draft_signature_must_cover_a_time() -> None:
    assert await refusal(cavage("(request-target) host digest")) is Reason.TIME_MISSING


async def test_created_may_stand_in_for_date() -> None:
    covered = "(request-target) (created) (expires) host digest"
    times = {"(created)": str(SECOND), "(expires)": str(SECOND + 60)}
    written = f",created={SECOND},expires={SECOND + 60}"

    request = cavage(covered, parameters=written, algorithm="hs2019", **times)

    assert (await verified(request)).actor_id == ALICE
    assert await refusal(request, now=NOW + timedelta(minutes=2)) is Reason.EXPIRED


async def test_created_is_refused_together_with_an_rsa_algorithm() -> None:
    """Draft 12, section 2.3."""
    request = cavage(
        "(request-target) (created) host digest",
        parameters=f",created={SECOND}",
        **{"(created)": str(SECOND)},
    )

    assert await refusal(request) is Reason.ALGORITHM_MISMATCH


async def test_created_that_is_covered_but_not_given_is_refused() -> None:
    request = cavage("(request-target) (created) host digest", algorithm="hs2019", **{"(created)": "1"})

    assert await refusal(request) is Reason.TIME_MISSING


@pytest.mark.parametrize("parameter", ["expires=1", 'expires="1"', "expires=1.5"])
async def test_expires_is_honoured_even_when_it_is_not_covered(parameter: str) -> None:
    assert await refusal(cavage(FULL, parameters=f",{parameter}")) is Reason.EXPIRED


@pytest.mark.parametrize("parameter", ['expires="soon"', 'created="-5"', "created=1.", 'created=""'])
async def test_times_that_are_no_numbers_are_refused(parameter: str) -> None:
    reason = await refusal(cavage(FULL, parameters=f",{parameter}"))

    assert reason in (Reason.TIME_MALFORMED, Reason.SIGNATURE_MALFORMED)


@pytest.mark.parametrize(
    "date",
    [
        "",
        "now",
        "2026-03-16T08:00:00Z",
        "Mon, 16 Mrz 2026 08:00:00 GMT",
        "Mon, 32 Mar 2026 08:00:00 GMT",
        "1" * 5000,
    ],
)
async def test_dates_that_nobody_can_read_are_refused(date: str) -> None:
    assert await refusal(cavage(FULL, date=date)) is Reason.TIME_MALFORMED


async def test_a_covered_header_that_is_absent_is_refused() -> None:
    request = cavage(f"{FULL} x-extra", **{"x-extra": "1"})

    assert await refusal(changed(request, {"x-extra": None})) is Reason.HEADER_ABSENT


@pytest.mark.parametrize("name", ["keyId", "signature", "algorithm", "headers", "KEYID"])
async def test_repeated_parameters_are_refused(name: str) -> None:
    assert await refusal(cavage(FULL, parameters=f',{name}="x"')) is Reason.DUPLICATE_PARAMETER


async def test_a_header_listed_twice_is_refused() -> None:
    assert await refusal(cavage(f"{FULL} date")) is Reason.DUPLICATE_PARAMETER


@pytest.mark.parametrize(
    "header",
    [
        "",
        "nothing",
        'keyId="https://a.example/k"',
        'keyId="https://a.example/k",signature="***"',
        'keyId="https://a.example/k",signature="YQ"',
        'keyId="https://a.example/k" signature="YQ=="',
        'keyId="https://a.example/k",signature="YQ==",headers="date',
        'keyId="a,signature="YQ==",headers="date"',
        'keyId=https://a.example/k,signature="YQ=="',
        'keyId="https://a.example/\\"k",signature="YQ=="',
        'signature="YQ==",,keyId="https://a.example/k"',
        'keyId="https://a.example/k",signature="YQ==",headers="date  host"',
        'keyId="https://a.example/k",signature="YQ==",headers=""',
        'keyId="https://a.example/k",signature="YQ==",headers="' + " ".join(f"h{n}" for n in range(40)) + '"',
    ],
)
async def test_broken_signature_headers_are_refused(header: str) -> None:
    assert await refusal(changed(signed(), {"signature": header})) is Reason.SIGNATURE_MALFORMED


async def test_a_huge_signature_header_is_refused() -> None:
    assert await refusal(changed(signed(), {"signature": "x" * 5000})) is Reason.HEADERS_TOO_LARGE


_NAMES = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1).map(str.lower)
_VALUES = st.text(st.characters(max_codepoint=0x7F))


@given(
    fields=st.dictionaries(_NAMES, _VALUES, max_size=5),
    target=st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1),
)
def test_what_is_laid_out_once_is_what_httpsig_builds_each_time(fields: dict[str, str], target: str) -> None:
    from httpsig.utils import generate_message

    from federation.signatures.with_httpsig import signing_layout

    fields = {"host": "a.example", **fields}
    fields.pop("(request-target)", None)

    text = signing_layout(["(request-target)", *fields]) % ("post", target, *fields.values())

    covered = ["(request-target)", *fields]
    assert text.encode() == generate_message(covered, fields, method="POST", path=target)
