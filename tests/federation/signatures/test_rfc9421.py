"""What a message signature (RFC 9421) must cover and say, and how it may be broken."""

import re

import pytest

from federation.signatures import (
    Reason,
    SecretKey,
    SignedRequest,
)
from federation.signatures.digest import content_digest_header, digest_header
from federation.signatures.rfc9421 import message_signature
from tests.federation.signing import (
    ALICE,
    BODY,
    INBOX,
    NOW,
    SECOND,
    changed,
    refusal,
    secret_key,
    signed,
    verified,
)


def message(components: str, *, secret: SecretKey | None = None, url: str = INBOX) -> SignedRequest:
    """A POST whose message signature covers what a test wants."""
    key = secret or secret_key()
    fields = {"host": "birch.example", "content-digest": content_digest_header(BODY)}
    added = message_signature(key, "POST", url, tuple(components.split(" ")), fields, NOW)
    fields |= {name.lower(): value for name, value in added.items()}
    return SignedRequest(
        "POST", url.removeprefix("https://birch.example"), "birch.example", "https", fields, BODY
    )


@pytest.mark.parametrize(
    ("components", "url"),
    [
        ("@method @target-uri content-digest", INBOX),
        ("@method @authority @path content-digest", INBOX),
        ("@method @authority @path @query content-digest", INBOX),
        ("@method @authority @path @query content-digest", f"{INBOX}?a=b"),
        ("content-digest @target-uri host @method", INBOX),
    ],
)
async def test_a_message_signature_may_cover_the_target_in_parts(components: str, url: str) -> None:
    assert (await verified(message(components, url=url))).actor_id == ALICE


@pytest.mark.parametrize(
    ("components", "url"),
    [
        ("@target-uri content-digest", INBOX),
        ("@method content-digest", INBOX),
        ("@method @authority content-digest", INBOX),
        ("@method @path content-digest", INBOX),
        ("@method @authority @path content-digest", f"{INBOX}?a=b"),
        ("@method @target-uri", INBOX),
        ("@method @target-uri host", INBOX),
    ],
)
async def test_a_message_signature_must_cover_method_target_and_digest(components: str, url: str) -> None:
    assert await refusal(message(components, url=url)) is Reason.NOT_COVERED


@pytest.mark.parametrize(
    "digest", ['"content-digest";sf', '"content-digest";key="sha-256"', '"content-digest";bs']
)
async def test_a_component_with_parameters_is_not_the_component(digest: str) -> None:
    assert await refusal(message(f"@method @target-uri {digest}")) is Reason.NOT_COVERED


async def test_a_digest_in_the_old_header_does_not_do_for_a_message_signature() -> None:
    request = changed(message("@method @target-uri"), {"content-digest": None, "digest": digest_header(BODY)})

    assert await refusal(request) is Reason.NOT_COVERED


@pytest.mark.parametrize("removed", [";created=\\d+", ';keyid="[^"]*"'])
async def test_a_message_signature_needs_created_and_keyid(removed: str) -> None:
    request = message("@method @target-uri content-digest")
    header = re.sub(removed, "", request.headers["signature-input"])

    reason = await refusal(changed(request, {"signature-input": header}))

    assert reason in (Reason.TIME_MISSING, Reason.KEY_ID_MALFORMED)


async def test_expires_of_a_message_signature_is_honoured() -> None:
    request = message("@method @target-uri content-digest")
    header = f"{request.headers['signature-input']};expires={SECOND - 1}"

    assert await refusal(changed(request, {"signature-input": header})) is Reason.EXPIRED


@pytest.mark.parametrize("algorithm", ["hmac-sha256", "ecdsa-p256-sha256", "rsa-sha1"])
async def test_other_algorithms_of_message_signatures_are_refused(algorithm: str) -> None:
    request = message("@method @target-uri content-digest")
    header = f'{request.headers["signature-input"]};alg="{algorithm}"'

    assert await refusal(changed(request, {"signature-input": header})) is Reason.ALGORITHM_UNKNOWN


async def test_an_algorithm_of_a_message_signature_must_fit_the_key() -> None:
    request = message("@method @target-uri content-digest")
    header = f'{request.headers["signature-input"]};alg="ed25519"'

    assert await refusal(changed(request, {"signature-input": header})) is Reason.ALGORITHM_MISMATCH


async def test_one_valid_signature_of_several_is_enough() -> None:
    good = message("@method @target-uri content-digest")
    inputs = (
        f'proxy=("forwarded");created=1;keyid="p", old=();created={SECOND};keyid="https://acorn.example/x"'
    )

    request = changed(
        good,
        {
            "signature-input": f"{inputs}, {good.headers['signature-input']}",
            "signature": f"proxy=:YQ==:, old=:YQ==:, {good.headers['signature']}",
        },
    )

    assert (await verified(request)).actor_id == ALICE


async def test_too_many_signatures_are_refused() -> None:
    good = message("@method @target-uri content-digest")
    inputs = ", ".join(f'n{n}=("host");created={SECOND};keyid="https://acorn.example/x"' for n in range(4))

    request = changed(good, {"signature-input": f"{inputs}, {good.headers['signature-input']}"})

    assert await refusal(request) is Reason.TOO_MANY_SIGNATURES


@pytest.mark.parametrize(
    ("inputs", "signature", "reason"),
    [
        ("", "sig1=:YQ==:", Reason.NO_SIGNATURE),
        ("sig1", "sig1=:YQ==:", Reason.SIGNATURE_MALFORMED),
        ("sig1=()", "", Reason.SIGNATURE_MALFORMED),
        ('sig1=();keyid="https://a.example/k"', "other=:YQ==:", Reason.SIGNATURE_MALFORMED),
        ('sig1=();keyid="https://a.example/k"', "sig1=text", Reason.SIGNATURE_MALFORMED),
        ('sig1=("a" "b";keyid="https://a.example/k"', "sig1=:YQ==:", Reason.SIGNATURE_MALFORMED),
        (
            'sig1=();keyid="https://a.example/k";keyid="https://b.example/k"',
            "sig1=:YQ==:",
            Reason.DUPLICATE_PARAMETER,
        ),
        ("sig1=(), sig1=()", "sig1=:YQ==:", Reason.DUPLICATE_PARAMETER),
        ('sig1=();keyid="https://a.example/k";created="1"', "sig1=:YQ==:", Reason.TIME_MALFORMED),
        ('sig1=();keyid="https://a.example/k";created=1.5', "sig1=:YQ==:", Reason.TIME_MALFORMED),
        ("sig1=();keyid=token", "sig1=:YQ==:", Reason.KEY_ID_MALFORMED),
        ("säg1=()", "sig1=:YQ==:", Reason.SIGNATURE_MALFORMED),
    ],
)
async def test_broken_message_signatures_are_named(inputs: str, signature: str, reason: Reason) -> None:
    assert await refusal(changed(signed(), {"signature-input": inputs, "signature": signature})) is reason


@pytest.mark.parametrize(
    "component", ['"@method" "@method"', '"@nonsense"', '"x-absent"', '"@status"', '"@query-param"']
)
async def test_components_that_do_not_resolve_are_refused(component: str) -> None:
    request = message("@method @target-uri content-digest")
    header = request.headers["signature-input"].replace('"content-digest")', f'"content-digest" {component})')

    assert await refusal(changed(request, {"signature-input": header})) is Reason.SIGNATURE_MALFORMED
