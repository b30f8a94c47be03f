"""Inputs for the readers: the committed seeds, changed in a few places, and documents made of known words."""

from functools import cache
from pathlib import Path

import orjson
from hypothesis import strategies as st

CORPUS = Path(__file__).with_name("corpus")
TOKENS = """
    keyId= signature= headers= created= expires= algorithm= " , ; = : ( ) \\ sig1= @method @target-uri
    host date (request-target) digest SHA-256= sha-256=: YQ==: ;keyid= ;created= ;alg= ;req ;bs * @ ?1
    1e999 -1 % %00 %ff 999999999999999999999 https:// http://[::1 acct: :// ../ # ? { } [ ] null true
    "id": "type": "actor": "object": "publicKey": "startTime": "@graph" \\ud800 \\u0000 é ﬀ ｡ 0x7f 127.1
    GMT Z +99:99 <b> < > &#x --x name=" filename*= boundary= charset= application/activity+json q= NaN -
    --
"""
_SPECIAL = [b"\x00", b"\xff", b"\r\n", b"\n", b"\t", b" ", b"\xf0\x9f\x98\x80", b"\xe2\x80\xae", b"[" * 40]
_TOKENS = [token.encode() for token in TOKENS.split()] + _SPECIAL
_TERMS = [
    *("id", "type", "actor", "object", "attributedTo", "to", "cc", "name", "nameMap", "content", "tag"),
    *("summary", "startTime", "endTime", "location", "attachment", "image", "organizers", "items", "url"),
    *("inbox", "endpoints", "publicKey", "assertionMethod", "eventStatus", "joinMode", "href", "first"),
    *("orderedItems", "next", "proof", "links", "rel", "subject", "hue", "headline", "published", "owner"),
    *("inReplyTo", "oneOf", "anyOf", "alsoKnownAs", "movedTo", "target", "result", "timezone", "alg"),
]
_WORDS = st.sampled_from(
    [
        *("Event", "Person", "Group", "Create", "Note", "Question", "Multikey", "DataIntegrityProof"),
        *("as:Public", "https://a.example/1", "https://a.example/company", "http://[::1", ""),
        "2026-04-01T10:00:00Z",
    ]
)
_SCALARS = (
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False)
    | _WORDS | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
)  # fmt: skip
_JSON = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_TERMS), inner, max_size=5),
    max_leaves=15,
)
_DOCUMENTS = st.dictionaries(st.sampled_from(_TERMS), _JSON, max_size=10).map(orjson.dumps)


@cache
def seeds(target: str) -> tuple[bytes, ...]:
    """The committed examples for a target."""
    return tuple(path.read_bytes() for path in sorted((CORPUS / target).iterdir()))


@st.composite
def _changed(draw: st.DrawFn, target: str) -> bytes:
    """An example with up to four places where something else stands."""
    raw = draw(st.sampled_from(seeds(target)))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(raw)))
        gone = draw(st.sampled_from([0, 0, 1, 2, 8, 64]))
        new = draw(st.sampled_from(_TOKENS) | st.binary(max_size=4))
        raw = raw[:at] + new + raw[at + gone :]
    return raw


def inputs(target: str) -> st.SearchStrategy[bytes]:
    """Bytes for a target, most of them nearly right."""
    pieces = st.lists(st.sampled_from(_TOKENS), max_size=20).map(b"".join)
    return st.one_of(_changed(target), _changed(target), pieces, _DOCUMENTS, st.binary(max_size=60))
