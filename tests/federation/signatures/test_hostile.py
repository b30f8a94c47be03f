"""Whatever arrives, the answer is a Signer or a Rejection and never another exception (property tests)."""

import asyncio
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.signatures import Dialect, KeyKind, Rejection, SignedRequest
from federation.signatures.cavage import cavage_claim
from federation.signatures.material import public_key_from_multibase, public_key_from_pem
from federation.signatures.proofs import sign_document, verify_document
from tests.federation.signing import (
    ALICE,
    BODY,
    NOW,
    changed,
    public_key,
    secret_key,
    signed,
    verified,
)

NAMES = ["signature", "signature-input", "digest", "content-digest", "date", "host", "authorization"]
PIECES = """
    keyId= signature= headers= algorithm= created= expires= " , ; = : ( ) sig1= @method @target-uri host date
    (request-target) digest \\ %s % rsa-sha256 hs2019 SHA-256= sha-256=: YQ== YQ==: -1 1e9 999999999999999999
    é ?1 "https://[::1" "https://acorn.example/people/1#main-key" ;keyid= ;created= ;alg= ;req ;key= ;bs * @
"""

pieces = st.sampled_from([*PIECES.split(), " ", "\t", "\x00"])
values = st.one_of(st.lists(pieces, max_size=25).map("".join), st.text(max_size=80))
json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@cache
def good(number: int) -> SignedRequest:
    """A request that verifies, in each of our three ways to sign."""
    kinds = [
        (Dialect.CAVAGE, KeyKind.RSA),
        (Dialect.RFC9421, KeyKind.RSA),
        (Dialect.RFC9421, KeyKind.ED25519),
    ]
    dialect, kind = kinds[number]
    return signed(dialect, secret=secret_key(kind))


goods = st.integers(0, 2).map(good)


def outcome(request: SignedRequest) -> str:
    """What verify says: the actor, or the word of its reason."""
    try:
        return asyncio.run(verified(request)).actor_id
    except Rejection as refusal:
        return refusal.reason.word


@given(
    headers=st.dictionaries(st.sampled_from(NAMES), values),
    method=st.sampled_from(["POST", "GET", "", "pöst"]),
    target=st.one_of(st.just("/inbox"), values),
    body=st.binary(max_size=50),
)
def test_invented_requests_are_never_signed(
    headers: dict[str, str], method: str, target: str, body: bytes
) -> None:
    fields = {"host": "birch.example", **headers}

    assert outcome(SignedRequest(method, target, fields["host"], "https", fields, body)) != ALICE


@given(
    request=goods,
    changes=st.dictionaries(st.sampled_from(NAMES), values, min_size=1, max_size=2),
)
def test_good_requests_with_hostile_headers_have_a_named_outcome(
    request: SignedRequest, changes: dict[str, str]
) -> None:
    assert outcome(changed(request, changes))


@pytest.mark.parametrize("number", range(3))
def test_good_requests_pass(number: int) -> None:
    assert outcome(good(number)) == ALICE


@given(request=goods, data=st.data())
def test_one_changed_character_in_what_is_signed_never_passes(
    request: SignedRequest, data: st.DataObject
) -> None:
    covered = ["digest", "content-type"] if "digest" in request.headers else ["content-digest"]
    name = data.draw(st.sampled_from(covered))
    value = request.headers[name]
    place = data.draw(st.integers(0, len(value) - 1))
    letter = data.draw(st.characters(codec="ascii", exclude_characters=value[place]))

    assert outcome(changed(request, {name: value[:place] + letter + value[place + 1 :]})) != ALICE


@given(raw=st.lists(st.tuples(st.binary(max_size=20), st.binary(max_size=60)), max_size=20))
def test_raw_headers_of_any_bytes_are_read_or_refused(raw: list[tuple[bytes, bytes]]) -> None:
    try:
        received = SignedRequest.received("POST", "/inbox", "https", raw, BODY)
    except Rejection:
        return
    assert outcome(received) != ALICE


@given(header=values)
def test_what_is_read_from_a_signature_header_is_complete(header: str) -> None:
    try:
        claim = cavage_claim(header)
    except Rejection:
        return
    assert claim.key_id.startswith("http")
    assert claim.signature
    assert claim.parameters.covered


@given(text=st.one_of(st.text(), st.text(alphabet="z123ABCabc").map("z6Mk{}".format)))
def test_keys_of_any_text_are_read_or_refused(text: str) -> None:
    for read in (public_key_from_pem, public_key_from_multibase):
        try:
            owner = read(f"{ALICE}#k", ALICE, text).owner
        except Rejection as refusal:
            owner = refusal.reason.word
        assert owner in (ALICE, "key_refused")


@given(document=st.dictionaries(st.text(max_size=8), json_values, max_size=4), proof=json_values)
def test_documents_of_any_json_are_proved_or_refused(document: dict[str, Any], proof: Any) -> None:
    key = public_key(secret_key(KeyKind.ED25519))
    good = sign_document({"actor": ALICE}, secret_key(KeyKind.ED25519), NOW)["proof"]
    options = {**good, **proof} if isinstance(proof, dict) else proof

    try:
        verify_document({**document, "actor": ALICE, "proof": options}, key)
    except Rejection:
        return
    assert document.keys() <= {"actor", "@context", "proof"}
