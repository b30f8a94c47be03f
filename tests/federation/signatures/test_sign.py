"""What we send: the headers that other servers expect, in both dialects."""

import re

import pytest

from federation.signatures import Dialect, KeyKind, sign
from tests.federation.signing import ALICE, BODY, INBOX, NOW, secret_key

URL = "https://birch.example:8443/people/7/inbox?a=b"


def test_a_draft_post_has_the_headers_that_mastodon_reads() -> None:
    headers = sign("POST", INBOX, BODY, secret_key(), Dialect.CAVAGE, NOW)

    assert list(headers) == ["Host", "Date", "Digest", "Content-Type", "Signature"]
    assert headers["Host"] == "birch.example"
    assert headers["Date"] == "Mon, 16 Mar 2026 08:00:00 GMT"
    assert headers["Content-Type"] == "application/activity+json"
    signature = re.sub(r'signature="[A-Za-z0-9+/=]{344}"', "signature=...", headers["Signature"])
    assert sorted(signature.split(",")) == [
        'algorithm="rsa-sha256"',
        'headers="(request-target) host date digest content-type"',
        f'keyId="{ALICE}#main-key"',
        "signature=...",
    ]


def test_a_draft_get_signs_target_host_and_date() -> None:
    headers = sign("GET", URL, None, secret_key(), Dialect.CAVAGE, NOW)

    assert list(headers) == ["Host", "Date", "Signature"]
    assert headers["Host"] == "birch.example:8443"
    assert 'headers="(request-target) host date"' in headers["Signature"]


@pytest.mark.parametrize("kind", list(KeyKind))
def test_a_message_signature_covers_method_target_and_digest(kind: KeyKind) -> None:
    secret = secret_key(kind)

    headers = sign("POST", INBOX, BODY, secret, Dialect.RFC9421, NOW)

    assert list(headers) == ["Host", "Date", "Content-Digest", "Content-Type", "Signature-Input", "Signature"]
    assert headers["Signature-Input"] == (
        'sig1=("@method" "@target-uri" "content-digest")'
        f';created={int(NOW.timestamp())};keyid="{secret.key_id}"'
    )
    assert re.fullmatch(r"sig1=:[A-Za-z0-9+/=]+:", headers["Signature"])


def test_a_message_signature_of_a_get_has_no_digest() -> None:
    headers = sign("GET", URL, None, secret_key(), Dialect.RFC9421, NOW)

    assert list(headers) == ["Host", "Date", "Signature-Input", "Signature"]
    assert headers["Signature-Input"].startswith('sig1=("@method" "@target-uri");')


def test_draft_signatures_need_an_rsa_key() -> None:
    with pytest.raises(TypeError):
        sign("POST", INBOX, BODY, secret_key(KeyKind.ED25519), Dialect.CAVAGE, NOW)


def test_the_signer_of_a_key_is_made_once() -> None:
    secret = secret_key()
    sign("POST", INBOX, BODY, secret, Dialect.CAVAGE, NOW)
    made = dict(secret.prepared)

    sign("POST", URL, BODY, secret, Dialect.CAVAGE, NOW)

    assert secret.prepared == made


def test_secret_keys_do_not_show_themselves() -> None:
    assert "PrivateKey" not in repr(secret_key())
