"""Replay and tampering, and header fields that no reader expects."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import orjson

from federation.signatures import Dialect
from federation.signatures.cavage import cavage_signature
from federation.signatures.digest import digest_header
from tests.hostile.catalogue import Answer, Blow, Kind, attack, door, enlist, page
from tests.hostile.siege import INBOX, OURS, Siege, company_of

REPLAY = Kind.REPLAY
Headers = dict[str, str]
Change = Callable[[Siege, Headers, bytes], tuple[str, Headers, bytes]]


def tampering(
    name: str, sentence: str, answer: Answer, change: Change, dialect: Dialect = Dialect.CAVAGE
) -> None:
    """A true request of B that is changed on its way; `change` gives url, header fields and body."""

    async def prepare(under: Siege) -> Blow:
        create = under.says(under.b, "Create", under.event(under.b))
        signed, body = under.b.signed(INBOX, create, key=under.b.key(create["actor"]), dialect=dialect)
        url, headers, content = change(under, signed, body)
        return lambda: under.client.post(url, headers=headers, content=content)

    enlist(REPLAY, name, sentence, answer, prepare)


def with_(**changes: str) -> Change:
    """The same request with other header fields."""
    named = {name.replace("_", "-"): value for name, value in changes.items()}
    return lambda under, headers, body: (INBOX, headers | named, body)


def body_of(change: Callable[[bytes], bytes]) -> Change:
    """The same header fields over another body."""
    return lambda under, headers, body: (INBOX, headers, change(body))


def redigested(under: Siege, headers: Headers, body: bytes) -> tuple[str, Headers, bytes]:
    """Another body with the digest that fits it."""
    changed = body.replace(b"Lichtleiter", b"Something else")
    return INBOX, headers | {"Digest": digest_header(changed)}, changed


NEW = Dialect.RFC9421
tampering(
    "another path",
    "A request for one inbox is sent to another.",
    door(401, "signature_wrong"),
    lambda under, headers, body: (f"{OURS}/company/inbox", headers, body),
)
tampering(
    "another path in the new dialect",
    "A request for one inbox is sent to another, signed with RFC 9421.",
    door(401, "signature_wrong"),
    lambda under, headers, body: (f"{OURS}/company/inbox", headers, body),
    NEW,
)
tampering(
    "a query behind the path",
    "A query is added; by the old dialect some servers sign without theirs, so this is RFC 9421.",
    door(401, "signature_wrong"),
    lambda under, headers, body: (f"{INBOX}?x=1", headers, body),
    NEW,
)
tampering(
    "another host",
    "The request was made for another server.",
    door(401, "wrong_host"),
    with_(Host="127.0.0.3"),
)
tampering(
    "our host without its port",
    "The host is ours but for the port.",
    door(401, "wrong_host"),
    with_(Host="nordlicht.localhost"),
)
tampering(
    "our host with user info",
    "The host is ours, behind user info.",
    door(401, "wrong_host"),
    with_(Host="a@nordlicht.localhost:8001"),
)
tampering(
    "a changed body",
    "A word of the body is changed.",
    door(401, "digest_wrong"),
    body_of(lambda body: body.replace(b"Lichtleiter", b"Lichtfeiler")),
)
tampering(
    "a changed body in the new dialect",
    "The same with RFC 9421.",
    door(401, "digest_wrong"),
    body_of(lambda body: body.replace(b"Lichtleiter", b"Lichtfeiler")),
    NEW,
)
tampering(
    "a body with a space more",
    "JSON is the same, its bytes are not.",
    door(401, "digest_wrong"),
    body_of(lambda body: body + b" "),
)
tampering("no body", "The body is taken away.", door(401, "digest_wrong"), body_of(lambda body: b""))
tampering("a new digest", "Body and digest are exchanged together.", door(401, "signature_wrong"), redigested)
tampering(
    "a second digest that fits nothing",
    "Another digest field beside the signed one.",
    door(401, "digest_wrong"),
    with_(Content_Digest="sha-256=:AAAA:"),
)
tampering(
    "another date",
    "The date is brought up to date.",
    door(401, "signature_wrong"),
    with_(Date="Mon, 16 Mar 2026 08:00:01 GMT"),
)


def remade(name: str, sentence: str, answer: Answer, seconds: float) -> None:
    """A true request that was signed at another time."""

    async def prepare(under: Siege) -> Blow:
        create = under.says(under.b, "Create", under.event(under.b))
        at = under.stage.instance.clock.now() + timedelta(seconds=seconds)
        headers, body = under.b.signed(INBOX, create, key=under.b.key(create["actor"]), at=at)
        return lambda: under.client.post(INBOX, headers=headers, content=body)

    enlist(REPLAY, name, sentence, answer, prepare)


remade("a request of yesterday", "Recorded 13 hours ago.", door(401, "too_old"), -13 * 3600)
remade("a request of the last year", "Recorded a year ago.", door(401, "too_old"), -365 * 86400)
remade(
    "a request of later today",
    "Dated two hours ahead, to be used until then.",
    door(401, "from_future"),
    7200,
)

COVERED: dict[str, tuple[str, str, str]] = {
    "no digest covered": ("The digest is not signed.", "(request-target) host date", "not_covered"),
    "no target covered": ("Method and path are not signed.", "host date digest", "not_covered"),
    "no host covered": (
        "The host is not signed: good for every server.",
        "(request-target) date digest",
        "not_covered",
    ),
    "no date covered": ("No time is signed: good forever.", "(request-target) host digest", "time_missing"),
    "nothing covered": ("Nothing but the content type is signed.", "content-type", "not_covered"),
}


def uncovered(name: str) -> None:
    """A true signature over too little."""
    sentence, covered, reason = COVERED[name]

    async def prepare(under: Siege) -> Blow:
        create = under.says(under.b, "Create", under.event(under.b))
        key = under.b.key(create["actor"])
        headers, body = under.b.signed(INBOX, create, key=key)
        fields = {name.lower(): value for name, value in headers.items()}
        del headers["Signature"]
        headers["Signature"] = cavage_signature(key, "POST", "/inbox", tuple(covered.split()), fields)
        return lambda: under.client.post(INBOX, headers=headers, content=body)

    enlist(REPLAY, name, sentence, door(401, reason), prepare)


for which in COVERED:
    uncovered(which)


@attack(REPLAY, "An activity is sent three more times, by the same sender.", page(202, 202, 202))
async def the_same_again(under: Siege) -> Blow:
    create = under.says(under.b, "Create", under.event(under.b))
    await under.attack(under.b, create)
    signed, body = under.b.signed(INBOX, create, key=under.b.key(create["actor"]))

    async def blow() -> list[Any]:
        return [await under.client.post(INBOX, headers=signed, content=body) for _ in range(3)]

    return blow


@attack(REPLAY, "The Create of a session is sent again after its Delete.", page(202))
async def a_create_after_its_delete(under: Siege) -> Blow:
    create = under.says(under.b, "Create", under.event(under.b))
    await under.attack(under.b, create)
    await under.attack(under.b, under.says(under.b, "Delete", create["object"]["id"]))
    return lambda: under.post(under.b, create)


@attack(REPLAY, "A signature that was made for GET is used for POST.", door(401, "digest_missing"))
async def a_signature_for_reading(under: Siege) -> Blow:
    read = await under.get("/inbox", under.b, company_of(under.b))
    headers = {name: read.request.headers[name] for name in ("host", "date", "signature")}
    headers["content-type"] = "application/activity+json"
    body = orjson.dumps(under.says(under.b, "Create", under.event(under.b)))
    return lambda: under.client.post(INBOX, headers=headers, content=body)


@attack(REPLAY, "A request to one of our allies is handed on to us.", door(401, "wrong_host"))
async def made_for_an_ally(under: Siege) -> Blow:
    create = under.says(under.b, "Create", under.event(under.b))
    signed, body = under.b.signed(f"{under.c.origin}/inbox", create, key=under.b.key(create["actor"]))
    return lambda: under.client.post(INBOX, headers=signed, content=body)


_KEY = 'keyId="https://a.example/k"'
_INPUT = 'sig1=("@method");keyid="https://a.example/k"'
FIELDS: dict[str, tuple[list[tuple[str, str]], Answer]] = {
    "many signatures": (
        [("Signature-Input", ", ".join(f's{n}=();keyid="https://a.example/"' for n in range(50)))],
        door(400, "too_many_signatures"),
    ),
    "a long signature": ([("Signature", f'{_KEY},signature="{"A" * 7000}"')], door(400, "headers_too_large")),
    "a field of nine thousand bytes": ([("X-A", "b" * 9000)], door(400, "headers_too_large")),
    "a hundred fields": ([(f"X-{n}", "b") for n in range(100)], door(400, "headers_too_large")),
    "forty thousand bytes of fields": (
        [(f"X-{n}", "b" * 8000) for n in range(5)],
        door(400, "headers_too_large"),
    ),
    "two dates": ([("Date", "a"), ("Date", "b")], door(400, "duplicate_header")),
    "two hosts": (
        [("Host", "nordlicht.localhost:8001"), ("Host", "evil.example")],
        door(400, "duplicate_header"),
    ),
    "two content types": ([("Content-Type", "application/activity+json")], door(400, "duplicate_header")),
    "two authorizations": (
        [("Authorization", "Signature a"), ("Authorization", "b")],
        door(400, "duplicate_header"),
    ),
    "two signature fields": (
        [("Signature", f'{_KEY},signature="AAAA"'), ("Signature", f'{_KEY},signature="BBBB"')],
        door(400, "duplicate_parameter"),
    ),
    "two signature inputs of one label": (
        [("Signature-Input", "sig1=()"), ("Signature-Input", "sig1=()"), ("Signature", "sig1=:AAAA:")],
        door(400, "duplicate_parameter"),
    ),
    "a key id that is a file": (
        [("Signature", 'keyId="file:///etc/passwd",signature="AAAA"')],
        door(400, "key_id_malformed"),
    ),
    "a key id with half a bracket": (
        [("Signature", 'keyId="http://[::1/k",signature="AAAA"')],
        door(400, "key_id_malformed"),
    ),
    "a key id that is not ascii": (
        [("Signature", 'keyId="https://\xe4.example/k",signature="AAAA"')],
        door(400, "key_id_malformed"),
    ),
    "no key id": ([("Signature", 'signature="AAAA"')], door(400, "key_id_malformed")),
    "an empty signature": ([("Signature", "")], door(400, "signature_malformed")),
    "only commas": ([("Signature", ",,,,")], door(400, "signature_malformed")),
    "two key ids": (
        [("Signature", f'{_KEY},keyId="https://b.example/k",signature="AAAA"')],
        door(400, "duplicate_parameter"),
    ),
    "headers named twice": (
        [("Signature", f'{_KEY},signature="AAAA",headers="host host"')],
        door(400, "duplicate_parameter"),
    ),
    "a covered field that is absent": (
        [("Signature", f'{_KEY},signature="AAAA",headers="(request-target) host date digest"')],
        door(400, "header_absent"),
    ),
    "a date that is none": (
        [
            ("Signature", f'{_KEY},signature="AAAA",headers="(request-target) host date"'),
            ("Date", "yesterday"),
        ],
        door(400, "time_malformed"),
    ),
    "an enormous moment": (
        [("Signature-Input", _INPUT + ";created=999999999999999"), ("Signature", "sig1=:AAAA:")],
        door(401, "not_covered"),
    ),
    "a moment that is a date": (
        [("Signature-Input", _INPUT + ";created=@1"), ("Signature", "sig1=:AAAA:")],
        door(400, "time_malformed"),
    ),
    "a number for a list": (
        [("Signature-Input", "sig1=1"), ("Signature", "sig1=:AAAA:")],
        door(400, "signature_malformed"),
    ),
    "a list of lists": (
        [("Signature-Input", "sig1=((()))"), ("Signature", "sig1=:AAAA:")],
        door(400, "signature_malformed"),
    ),
    "an input without signature": ([("Signature-Input", _INPUT)], door(400, "signature_malformed")),
    "no signature at all": ([], door(401, "no_signature")),
    "a password": ([("Authorization", "Basic YTpi")], door(401, "no_signature")),
}


def odd_fields(name: str) -> None:
    """A POST whose header fields nobody would write."""
    fields, answer = FIELDS[name]

    async def prepare(under: Siege) -> Blow:
        raw = [(field.lower().encode(), value.encode("latin-1")) for field, value in fields]
        raw.append((b"content-type", b"application/activity+json"))
        return lambda: under.client.post(INBOX, content=b"{}", headers=raw)

    enlist(Kind.PARSERS, name, f"Header fields: {name}.", answer, prepare)


for which in FIELDS:
    odd_fields(which)

TYPES: dict[str, Any] = {
    "an empty type": "",
    "a type of 41 letters": "x" * 41,
    "a type with a NUL": "Create\x00",
    "a type with a newline": "Cre\nate",
    "a type that is not ascii": "Créate",
    "a type that is a number": 7,
    "no type at all in it": None,
    "a list of no types": [],
    "a type in a type": [["Create"]],
    "a type that is an object": {"a": 1},
}


def odd_type(name: str) -> None:
    """An activity of no type."""

    async def prepare(under: Siege) -> Blow:
        activity = under.says(under.b, "Create", under.event(under.b)) | {"type": TYPES[name]}
        return lambda: under.post(under.b, activity)

    enlist(Kind.PARSERS, name, f"The activity has {name}.", door(400, "no_envelope"), prepare)


for which in TYPES:
    odd_type(which)
