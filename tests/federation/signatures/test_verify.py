"""Who sent this? The checks that hold in both dialects, one sentence each."""

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from federation.signatures import (
    Dialect,
    KeyKind,
    PublicKey,
    Reason,
)
from tests.federation.signing import (
    ALICE,
    BODY,
    FULL,
    NOW,
    KeyStore,
    cavage,
    changed,
    public_key,
    refusal,
    secret_key,
    signed,
    verified,
)

WAYS = [
    pytest.param(Dialect.CAVAGE, KeyKind.RSA, id="draft-cavage"),
    pytest.param(Dialect.RFC9421, KeyKind.RSA, id="RFC 9421 with RSA"),
    pytest.param(Dialect.RFC9421, KeyKind.ED25519, id="RFC 9421 with Ed25519"),
]
DIALECTS = list(Dialect)


@pytest.mark.parametrize(("dialect", "kind"), WAYS)
@pytest.mark.parametrize("method", ["POST", "GET"])
async def test_a_signed_request_tells_its_signer(dialect: Dialect, kind: KeyKind, method: str) -> None:
    secret = secret_key(kind)
    request = signed(dialect, secret=secret, method=method, body=BODY if method == "POST" else None)

    signer = await verified(request)

    assert (signer.key_id, signer.actor_id) == (secret.key_id, ALICE)
    assert (signer.kind, signer.dialect) == (kind, dialect)


@pytest.mark.parametrize(("dialect", "kind"), WAYS)
async def test_a_get_with_query_is_verified(dialect: Dialect, kind: KeyKind) -> None:
    url = "https://birch.example/outbox?page=1&min_id=5"

    signer = await verified(signed(dialect, secret=secret_key(kind), method="GET", url=url, body=None))

    assert signer.actor_id == ALICE


async def test_a_target_signed_without_its_query_is_accepted() -> None:
    request = signed(method="GET", url="https://birch.example/outbox", body=None)

    signer = await verified(changed(request, target="/outbox?page=1"))

    assert signer.actor_id == ALICE


@pytest.mark.parametrize(("dialect", "kind"), WAYS)
async def test_another_body_is_refused(dialect: Dialect, kind: KeyKind) -> None:
    request = changed(signed(dialect, secret=secret_key(kind)), body=BODY + b" ")

    assert await refusal(request) is Reason.DIGEST_WRONG


@pytest.mark.parametrize(("dialect", "kind"), WAYS)
@pytest.mark.parametrize(("target", "method"), [("/people/7/inbox", "POST"), ("/inbox", "PUT")])
async def test_another_target_or_method_is_refused(
    dialect: Dialect, kind: KeyKind, target: str, method: str
) -> None:
    request = changed(signed(dialect, secret=secret_key(kind)), target=target, method=method)

    assert await refusal(request) is Reason.SIGNATURE_WRONG


@pytest.mark.parametrize(("dialect", "kind"), WAYS)
async def test_what_was_signed_for_another_host_is_refused(dialect: Dialect, kind: KeyKind) -> None:
    request = signed(dialect, secret=secret_key(kind), url="https://cedar.example/inbox")

    assert await refusal(request) is Reason.WRONG_HOST
    forwarded = changed(request, {"host": "birch.example"}, target="/inbox")
    assert await refusal(forwarded) is Reason.SIGNATURE_WRONG


@pytest.mark.parametrize("host", ["birch.example", "BIRCH.example", "birch.example:443"])
async def test_our_host_may_be_written_in_several_ways(host: str) -> None:
    assert (await verified(cavage(FULL, host=host))).actor_id == ALICE


@pytest.mark.parametrize(("dialect", "kind"), WAYS)
@pytest.mark.parametrize(
    ("age", "reason"),
    [(timedelta(hours=12, seconds=1), Reason.TOO_OLD), (timedelta(hours=-1, seconds=-1), Reason.FROM_FUTURE)],
)
async def test_old_and_future_signatures_are_refused(
    dialect: Dialect, kind: KeyKind, age: timedelta, reason: Reason
) -> None:
    assert await refusal(signed(dialect, secret=secret_key(kind), now=NOW - age)) is reason


@pytest.mark.parametrize(("dialect", "kind"), WAYS)
@pytest.mark.parametrize("age", [timedelta(hours=12), timedelta(hours=-1)])
async def test_the_window_of_time_includes_its_ends(dialect: Dialect, kind: KeyKind, age: timedelta) -> None:
    assert (await verified(signed(dialect, secret=secret_key(kind), now=NOW - age))).actor_id == ALICE


@pytest.mark.parametrize("dialect", DIALECTS)
async def test_a_request_without_signature_is_refused(dialect: Dialect) -> None:
    request = changed(signed(dialect), {"signature": None, "signature-input": None})

    assert await refusal(request) is Reason.NO_SIGNATURE


@pytest.mark.parametrize("dialect", DIALECTS)
async def test_a_key_that_nobody_knows_is_refused(dialect: Dialect) -> None:
    assert await refusal(signed(dialect), KeyStore()) is Reason.KEY_NOT_FOUND


@pytest.mark.parametrize("dialect", DIALECTS)
async def test_a_signature_by_another_key_is_refused_after_asking_again(dialect: Dialect) -> None:
    other = PublicKey(f"{ALICE}#main-key", ALICE, rsa.generate_private_key(65537, 2048).public_key())
    keys = KeyStore(other)

    assert await refusal(signed(dialect), keys) is Reason.SIGNATURE_WRONG
    assert keys.refetches == 1


@pytest.mark.parametrize("dialect", DIALECTS)
async def test_a_newer_key_must_verify_too(dialect: Dialect) -> None:
    other, newer = (
        PublicKey(f"{ALICE}#main-key", ALICE, rsa.generate_private_key(65537, 2048).public_key())
        for _ in range(2)
    )

    assert await refusal(signed(dialect), KeyStore(other, newer=newer)) is Reason.SIGNATURE_WRONG


@pytest.mark.parametrize("dialect", DIALECTS)
async def test_a_rotated_key_is_found_by_asking_again(dialect: Dialect) -> None:
    old = PublicKey(f"{ALICE}#main-key", ALICE, rsa.generate_private_key(65537, 2048).public_key())
    keys = KeyStore(old, newer=public_key(secret_key()))

    assert (await verified(signed(dialect), keys=keys)).actor_id == ALICE
    assert keys.refetches == 1


async def test_a_signature_in_the_authorization_header_is_accepted() -> None:
    request = signed()
    moved = {"authorization": f"Signature {request.headers['signature']}", "signature": None}

    assert (await verified(changed(request, moved))).actor_id == ALICE


@pytest.mark.parametrize("authorization", ["Bearer abc", "Signature", "signature keyId"])
async def test_other_authorization_is_no_signature(authorization: str) -> None:
    request = changed(signed(), {"signature": None, "authorization": authorization})

    assert await refusal(request) in (Reason.NO_SIGNATURE, Reason.SIGNATURE_MALFORMED)


@pytest.mark.parametrize(
    "key_id", [f"{ALICE}#main-key", f"{ALICE}/main-key", f"{ALICE}?key=1", f"{ALICE}#a%20b%s"]
)
@pytest.mark.parametrize("dialect", DIALECTS)
async def test_key_ids_may_have_a_fragment_a_path_or_a_query(dialect: Dialect, key_id: str) -> None:
    secret = secret_key(key_id=key_id)

    signer = await verified(signed(dialect, secret=secret), keys=KeyStore(public_key(secret)))

    assert signer.key_id == key_id


@pytest.mark.parametrize(
    "key_id",
    [
        "",
        "Test",
        "acct:alice@acorn.example",
        "ftp://acorn.example/key",
        "https://",
        "https://a b/key",
        "https://[::1/x",
    ],
)
@pytest.mark.parametrize("dialect", DIALECTS)
async def test_key_ids_that_are_no_address_are_refused(dialect: Dialect, key_id: str) -> None:
    secret = secret_key(key_id=key_id or "x")
    request = signed(dialect, secret=secret)
    if not key_id:
        request = changed(
            request, {name: value.replace('"x"', '""') for name, value in request.headers.items()}
        )

    assert await refusal(request) is Reason.KEY_ID_MALFORMED
