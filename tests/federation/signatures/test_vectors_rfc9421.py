"""The test cases of RFC 9421, appendix B.2 and section 4.3."""

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from federation.signatures import Policy, PublicKey, SignedRequest
from federation.signatures.material import accepted
from federation.signatures.rfc9421 import MessageClaim

# B.1.1, test-key-rsa
RSA = b"""-----BEGIN RSA PUBLIC KEY-----
MIIBCgKCAQEAhAKYdtoeoy8zcAcR874L8cnZxKzAGwd7v36APp7Pv6Q2jdsPBRrw
WEBnez6d0UDKDwGbc6nxfEXAy5mbhgajzrw3MOEt8uA5txSKobBpKDeBLOsdJKFq
MGmXCQvEG7YemcxDTRPxAleIAgYYRjTSd/QBwVW9OwNFhekro3RtlinV0a75jfZg
kne/YiktSvLG34lw2zqXBDTC5NHROUqGTlML4PlNZS5Ri2U4aCNx2rUPRcKIlE0P
uKxI4T+HIaFpv8+rdV6eUgOrB2xeI1dSFFn/nnv5OoZJEIB+VmuKn3DCUcCZSFlQ
PSXSfBDiUGhwOw76WuSSsf1D4b/vLoJ10wIDAQAB
-----END RSA PUBLIC KEY-----"""
# B.1.2, test-key-rsa-pss
RSA_PSS = b"""-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAr4tmm3r20Wd/PbqvP1s2
+QEtvpuRaV8Yq40gjUR8y2Rjxa6dpG2GXHbPfvMs8ct+Lh1GH45x28Rw3Ry53mm+
oAXjyQ86OnDkZ5N8lYbggD4O3w6M6pAvLkhk95AndTrifbIFPNU8PPMO7OyrFAHq
gDsznjPFmTOtCEcN2Z1FpWgchwuYLPL+Wokqltd11nqqzi+bJ9cvSKADYdUAAN5W
Utzdpiy6LbTgSxP7ociU4Tn0g5I6aDZJ7A8Lzo0KSyZYoA485mqcO0GVAdVw9lq4
aOT9v6d+nb4bnNkQVklLQ3fVAvJm+xdDOp9LCNCN48V2pnDOkFV6+U9nV5oyc6XI
2wIDAQAB
-----END PUBLIC KEY-----"""
# B.1.4, test-key-ed25519
ED25519 = b"""-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=
-----END PUBLIC KEY-----"""

CREATED = 1618884473
REQUEST = SignedRequest(
    method="POST",
    target="/foo?param=Value&Pet=dog",
    host="example.com",
    scheme="https",
    headers={
        "host": "example.com",
        "date": "Tue, 20 Apr 2021 02:07:55 GMT",
        "content-type": "application/json",
        "content-digest": (
            "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:"
        ),
        "content-length": "18",
    },
    body=b'{"hello": "world"}',
)
POLICY = Policy.of("https://example.com")

B21 = (
    'sig-b21=();created=1618884473;keyid="test-key-rsa-pss";nonce="b3k2pp5k7z-50gnwp.yemd"',
    "sig-b21=:d2pmTvmbncD3xQm8E9ZV2828BjQWGgiwAaw5bAkgibUopemLJcWDy/lkbbHAve4cRAtx31Iq786U7it++wgGxbtRxf8Udx7zFZ"
    "sckzXaJMkA7ChG52eSkFxykJeNqsrWH5S+oxNFlD4dzVuwe8DhTSja8xxbR/Z2cOGdCbzR72rgFWhzx2VjBqJzsPLMIQKhO4DGezXehhWwE"
    "56YCE+O6c0mKZsfxVrogUvA4HELjVKWmAvtl6UnCh8jYzuVG5WSb/QEVPnP5TmcAnLH1g+s++v6d4s8m0gCw1fV5/SITLq9mhho8K3+7EPY"
    "TU8IU1bLhdxO5Nyt8C8ssinQ98Xw9Q==:",
)
B22 = (
    'sig-b22=("@authority" "content-digest" "@query-param";name="Pet");created=1618884473'
    ';keyid="test-key-rsa-pss";tag="header-example"',
    "sig-b22=:LjbtqUbfmvjj5C5kr1Ugj4PmLYvx9wVjZvD9GsTT4F7GrcQEdJzgI9qHxICagShLRiLMlAJjtq6N4CDfKtjvuJyE5qH7KT8UCM"
    "kSowOB4+ECxCmT8rtAmj/0PIXxi0A0nxKyB09RNrCQibbUjsLS/2YyFYXEu4TRJQzRw1rLEuEfY17SARYhpTlaqwZVtR8NV7+4UKkjqpcAo"
    "FqWFQh62s7Cl+H2fjBSpqfZUJcsIk4N6wiKYd4je2U/lankenQ99PZfB4jY3I5rSV2DSBVkSFsURIjYErOs0tFTQosMTAoxk//0RoKUqiYY"
    "8Bh0aaUEb0rQl3/XaVe4bXTugEjHSw==:",
)
B23 = (
    'sig-b23=("date" "@method" "@path" "@query" "@authority" "content-type" "content-digest" '
    '"content-length")'
    ';created=1618884473;keyid="test-key-rsa-pss"',
    "sig-b23=:bbN8oArOxYoyylQQUU6QYwrTuaxLwjAC9fbY2F6SVWvh0yBiMIRGOnMYwZ/5MR6fb0Kh1rIRASVxFkeGt683+qRpRRU5p2voTp"
    "768ZrCUb38K0fUxN0O0iC59DzYx8DFll5GmydPxSmme9v6ULbMFkl+V5B1TP/yPViV7KsLNmvKiLJH1pFkh/aYA2HXXZzNBXmIkoQoLd7Yf"
    "W91kE9o/CCoC1xMy7JA1ipwvKvfrs65ldmlu9bpG6A9BmzhuzF8Eim5f8ui9eH8LZH896+QIF61ka39VBrohr9iyMUJpvRX2Zbhl5ZJzSRx"
    "pJyoEZAFL2FUo5fTIztsDZKEgM4cUA==:",
)
B26 = (
    'sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473'
    ';keyid="test-key-ed25519"',
    "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:",
)
COVERED_BY_B23 = frozenset(
    {"date", "@method", "@path", "@query", "@authority", "content-type", "content-digest", "content-length"}
)


def key(pem: bytes) -> PublicKey:
    return PublicKey("test-key", "https://example.com/actor", accepted(load_pem_public_key(pem)))


def claim(vector: tuple[str, str], covered: frozenset[str] = frozenset()) -> MessageClaim:
    """The claim of a vector; not read by `message_claims`, for its key id is no address and is signed."""
    return MessageClaim("test-key", frozenset(REQUEST.headers), covered, CREATED, None, None, *vector)


@pytest.mark.parametrize(
    ("vector", "pem"),
    [(B21, RSA_PSS), (B22, RSA_PSS), (B23, RSA_PSS), (B26, ED25519)],
    ids=["B.2.1 minimal, RSA-PSS", "B.2.2 selective, RSA-PSS", "B.2.3 full, RSA-PSS", "B.2.6 Ed25519"],
)
def test_cases_of_the_rfc_hold(vector: tuple[str, str], pem: bytes) -> None:
    assert claim(vector).holds(REQUEST, key(pem), POLICY) is True


@pytest.mark.parametrize(("vector", "pem"), [(B23, RSA_PSS), (B26, ED25519)], ids=["B.2.3", "B.2.6"])
def test_cases_of_the_rfc_do_not_hold_for_another_method(vector: tuple[str, str], pem: bytes) -> None:
    assert claim(vector).holds(replace(REQUEST, method="PUT"), key(pem), POLICY) is False


def test_b23_covers_what_we_demand() -> None:
    claim(B23, COVERED_BY_B23).check(REQUEST, CREATED + 60, POLICY)


def test_the_signature_of_a_proxy_with_rsa_v1_5_holds() -> None:
    """Section 4.3: `test-key-rsa` with rsa-v1_5-sha256."""
    request = replace(
        REQUEST,
        host="origin.host.internal.example",
        headers={
            **REQUEST.headers,
            "host": "origin.host.internal.example",
            "date": "Tue, 20 Apr 2021 02:07:56 GMT",
            "forwarded": "for=192.0.2.123;host=example.com;proto=https",
        },
    )
    proxy = MessageClaim(
        "test-key-rsa",
        frozenset(request.headers),
        frozenset(),
        1618884480,
        1618884540,
        "rsa-v1_5-sha256",
        'proxy_sig=("@method" "@authority" "@path" "content-digest" "content-type" "content-length" '
        '"forwarded")'
        ';created=1618884480;keyid="test-key-rsa";alg="rsa-v1_5-sha256";expires=1618884540',
        "proxy_sig=:S6ZzPXSdAMOPjN/6KXfXWNO/f7V6cHm7BXYUh3YD/fRad4BCaRZxP+JH+8XY1I6+8Cy+CM5g92iHgxtRPz+MjniOaYmdkD"
        "cnL9cCpXJleXsOckpURl49GwiyUpZ10KHgOEe11sx3G2gxI8S0jnxQB+Pu68U9vVcasqOWAEObtNKKZd8tSFu7LB5YAv0RAGhB8tmpv7sF"
        "nIm9y+7X5kXQfi8NMaZaA8i2ZHwpBdg7a6CMfwnnrtflzvZdXAsD3LH2TwevU+/PBPv0B6NMNk93wUs/vfJvye+YuI87HU38lZHowtznbL"
        "Vdp770I6VHR6WfgS9ddzirrswsE1w5o0LV/g==:",
    )

    assert proxy.holds(request, key(RSA), Policy.of("https://origin.host.internal.example")) is True
