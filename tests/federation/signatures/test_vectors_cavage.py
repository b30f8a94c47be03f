"""The test values of draft-cavage-http-signatures-12, appendix C."""

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from federation.signatures import Policy, PublicKey, SignedRequest
from federation.signatures.cavage import cavage_claim

# Appendix C: a key of 1024 bits, which `verify` refuses; here it is given to the claim directly.
PEM = b"""-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDCFENGw33yGihy92pDjZQhl0C3
6rPJj+CvfSC8+q28hxA161QFNUd13wuCTUcq0Qd2qsBe/2hFyc2DCJJg0h1L78+6
Z4UMR7EOcpfdUE9Hf3m/hs+FUR45uBJeDK1HSFHD8bHKD6kv8FPGfJTotc+2xjJw
oYi+1hqp1fIekaxsyQIDAQAB
-----END PUBLIC KEY-----"""
REQUEST = SignedRequest(
    method="POST",
    target="/foo?param=value&pet=dog",
    host="example.com",
    scheme="https",
    headers={
        "host": "example.com",
        "date": "Sun, 05 Jan 2014 21:31:40 GMT",
        "content-type": "application/json",
        "digest": "SHA-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=",
        "content-length": "18",
    },
    body=b'{"hello": "world"}',
)
POLICY = Policy.of("https://example.com")
# The key id is not part of what is signed; the draft's own ("Test") is no address, so we name another.
KEY_ID = 'keyId="https://example.com/actor#main-key",algorithm="rsa-sha256",'

C1_DEFAULT = (
    'headers="date",signature="SjWJWbWN7i0wzBvtPl8rbASWz5xQW6mcJmn+ibttBqtifLN7Sazz6m79cNfwwb8DMJ5cou1s7uEGKK'
    'Cs+FLEEaDV5lp7q25WqS+lavg7T8hc0GppauB6hbgEKTwblDHYGEtbGmtdHgVCk9SuS13F0hZ8FD0k/5OxEPXe5WozsbM="'
)
C2_BASIC = (
    'headers="(request-target) host date",'
    'signature="qdx+H7PHHDZgy4y/Ahn9Tny9V3GP6YgBPyUXMmoxWtLbHpUnXS2mg2+SbrQ'
    "DMCJypxBLSPQR2aAjn7ndmw2iicw3HMbe8VfEdKFYRqzic+efkb3nndiv/x1xSHDJWeSWkx3ButlYSuBskLu6kd9Fswtemr3lgdDEmn04s"
    'wr2Os0="'
)
# The draft prints (created) and (expires) in this list, but its own value was made without them.
C3_ALL_HEADERS = (
    'headers="(request-target) host date content-type digest content-length",'
    'signature="vSdrb+dS3EceC9bcwHSo4Ml'
    "yKS59iFIrhgYkz8+oVLEEzmYZZvRs8rgOp+63LEM3v+MFHB32NfpB2bEKBIvB1q52LaEUHFv120V01IL+TAD48XaERZFukWgHoBTLMhYS2"
    'Gb51gWxpeIq8knRmPnYePbF5MOkR0Zkly4zKH7s1dE="'
)


def key() -> PublicKey:
    material = load_pem_public_key(PEM)
    assert isinstance(material, RSAPublicKey)
    return PublicKey("https://example.com/actor#main-key", "https://example.com/actor", material)


@pytest.mark.parametrize("vector", [C1_DEFAULT, C2_BASIC, C3_ALL_HEADERS], ids=["C.1", "C.2", "C.3"])
def test_values_of_the_draft_hold(vector: str) -> None:
    claim = cavage_claim(KEY_ID + vector)

    assert claim.holds(REQUEST, key(), POLICY) is True


@pytest.mark.parametrize("vector", [C1_DEFAULT, C2_BASIC, C3_ALL_HEADERS], ids=["C.1", "C.2", "C.3"])
def test_values_of_the_draft_do_not_hold_for_another_date(vector: str) -> None:
    headers = {**REQUEST.headers, "date": "Sun, 05 Jan 2014 21:31:41 GMT"}

    assert cavage_claim(KEY_ID + vector).holds(replace(REQUEST, headers=headers), key(), POLICY) is False


def test_the_target_is_signed() -> None:
    other = replace(REQUEST, target="/foo?param=value&pet=cat")

    assert cavage_claim(KEY_ID + C2_BASIC).holds(other, key(), POLICY) is False
