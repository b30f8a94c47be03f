"""JSON-LD tricks, bodies that are too much, and markup in what is stored."""

import gzip
from collections.abc import AsyncIterator
from typing import Any

import orjson
from aiohttp import web

from tests.hostile.attacks.identities import follow_of, key_at, opened
from tests.hostile.catalogue import Answer, Blow, Kind, attack, door, enlist, refused
from tests.hostile.siege import INBOX, Siege, company_of

NOT_JSON = door(400, "not_json")
JSON: dict[str, tuple[Kind, str, bytes, Answer]] = {
    "a graph": (Kind.JSON_LD, "Objects in `@graph`.", b'"@graph":[]', NOT_JSON),
    "included objects": (Kind.JSON_LD, "Objects in `@included`.", b'"@included":[]', NOT_JSON),
    "a reversed statement": (Kind.JSON_LD, "`@reverse` inside an object.", b'"x":{"@reverse":{}}', NOT_JSON),
    "a graph with an escaped name": (
        Kind.JSON_LD,
        "`@graph` with an escaped sign.",
        b'"\\u0040graph":[]',
        NOT_JSON,
    ),
    "a graph deep inside": (
        Kind.JSON_LD,
        "`@graph` in the tenth level.",
        b'"x":' + b'{"a":' * 10 + b'{"@graph":1}' + b"}" * 10,
        NOT_JSON,
    ),
    "forty levels": (Kind.PARSERS, "Lists forty deep.", b'"x":' + b"[" * 40 + b"]" * 40, NOT_JSON),
    "ten thousand objects": (
        Kind.PARSERS,
        "Ten thousand objects.",
        b'"x":[' + b"{}," * 10_000 + b"{}]",
        door(400, "too_complex"),
    ),
    "a lone surrogate": (Kind.PARSERS, "Half a character.", b'"x":"\\ud800"', NOT_JSON),
    "bytes that are no text": (Kind.PARSERS, "Bytes that are not UTF-8.", b'"x":"\xff\xfe"', NOT_JSON),
    "a comment": (Kind.PARSERS, "A comment.", b'"x":1/**/', NOT_JSON),
    "not a number": (Kind.PARSERS, "NaN.", b'"x":NaN', NOT_JSON),
    "a trailing comma": (Kind.PARSERS, "A comma too many.", b'"x":1,', NOT_JSON),
    "two documents": (Kind.PARSERS, "Two documents, one behind the other.", b'"x":1}{"y":2', NOT_JSON),
    "a byte order mark inside": (Kind.PARSERS, "A byte order mark.", b'\xef\xbb\xbf"x":1', NOT_JSON),
    "a second actor": (
        Kind.JSON_LD,
        "The actor twice: readers differ in which one counts.",
        b'"actor":"%(c)s/company"',
        door(401, "other_actor"),
    ),
    "a second id": (Kind.JSON_LD, "The id twice.", b'"id":"%(c)s/activities/1"', door(403, "id_elsewhere")),
}


def smuggled(name: str) -> None:
    """A true activity with something more at its end."""
    kind, sentence, more, answer = JSON[name]

    async def prepare(under: Siege) -> Blow:
        create = orjson.dumps(under.says(under.b, "Create", under.event(under.b)))
        body = create[:-1] + b"," + more.replace(b"%(c)s", under.c.origin.encode()) + b"}"
        return lambda: under.post(under.b, body)

    enlist(kind, name, sentence, answer, prepare)


for which in JSON:
    smuggled(which)

ALIASED: dict[str, tuple[str, dict[str, str]]] = {
    "keywords instead of names": ("`@id` and `@type`.", {"id": "@id", "type": "@type"}),
    "the actor by its iri": (
        "The whole IRI of `actor`.",
        {"actor": "https://www.w3.org/ns/activitystreams#actor"},
    ),
    "the actor with a prefix": ("`as:actor`.", {"actor": "as:actor"}),
    "the type with a prefix": ("`rdf:type`.", {"type": "rdf:type"}),
}


def aliased(name: str) -> None:
    """The envelope in another vocabulary: what JSON-LD would read, a check of plain names would not."""
    sentence, names = ALIASED[name]

    async def prepare(under: Siege) -> Blow:
        create = under.says(under.b, "Create", under.event(under.b))
        body = {names.get(field, field): value for field, value in create.items()}
        return lambda: under.post(under.b, body, key=under.b.key(company_of(under.b)))

    enlist(
        Kind.JSON_LD, name, f"{sentence[:-1]} instead of the usual name.", door(400, "no_envelope"), prepare
    )


for which in ALIASED:
    aliased(which)


@attack(
    Kind.JSON_LD,
    "A context of the sender's own says that `attributedTo` means something else: it is never fetched.",
    refused("the session is somebody else's"),
)
async def a_context_that_renames_the_author(under: Siege) -> Blow:
    event = under.event(under.b, attributedTo=company_of(under.c), owner=company_of(under.b))
    context = {
        "attributedTo": "https://a.example/x",
        "owner": "https://www.w3.org/ns/activitystreams#attributedTo",
    }
    create = under.says(under.b, "Create", event) | {"@context": [context, f"{under.x.origin}/context"]}
    return lambda: under.post(under.b, create)


@attack(Kind.OVERSIZE, "A body of a megabyte and one byte.", door(413, "too_large"))
async def a_byte_too_many(under: Siege) -> Blow:
    return lambda: under.client.post(INBOX, content=b" " * 1_000_001)


@attack(Kind.OVERSIZE, "Chunks without end and without a length.", door(413, "too_large"))
async def chunks_without_end(under: Siege) -> Blow:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b" " * 100_000

    return lambda: under.client.post(INBOX, content=chunks())


LENGTHS = {
    "a length of twenty digits": b"9" * 20,
    "a length that is no number": b"1e3",
    "a negative length": b"-1",
}


def length(name: str) -> None:
    """A length that announces something absurd."""

    async def prepare(under: Siege) -> Blow:
        headers = [(b"content-length", LENGTHS[name]), (b"content-type", b"application/activity+json")]
        return lambda: under.client.post(INBOX, content=b"{}", headers=headers)

    enlist(Kind.OVERSIZE, name, f"The body announces {name}.", door(413, "too_large"), prepare)


for which in LENGTHS:
    length(which)


async def served_by(under: Siege, body: bytes, **headers: str) -> Blow:
    """A follow by an actor whose document is what a server makes of it."""

    async def serve(request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(body=body, headers={"Content-Type": "application/activity+json", **headers})

    server = await opened(under, serve)
    return lambda: under.post(under.x, follow_of(server), key=key_at(server))


@attack(Kind.OVERSIZE, "The key's document is larger than a megabyte.", door(401, "key_not_found"))
async def a_large_actor(under: Siege) -> Blow:
    return await served_by(under, b'{"x":"' + b"a" * 1_100_000 + b'"}')


@attack(Kind.OVERSIZE, "The key's document is 100 KB that unpack to 100 MB.", door(401, "key_not_found"))
async def a_packed_bomb(under: Siege) -> Blow:
    return await served_by(under, gzip.compress(b" " * 100_000_000), **{"Content-Encoding": "gzip"})


@attack(Kind.OVERSIZE, "The key's document is packed several times.", door(401, "key_not_found"))
async def packed_twice(under: Siege) -> Blow:
    body = gzip.compress(gzip.compress(b" " * 1_000_000))
    return await served_by(under, body, **{"Content-Encoding": "gzip, gzip"})


@attack(
    Kind.OVERSIZE,
    "The key's document is packed in a way that we did not ask for.",
    door(401, "key_not_found"),
)
async def packed_otherwise(under: Siege) -> Blow:
    return await served_by(under, b"{}", **{"Content-Encoding": "br"})


@attack(Kind.OVERSIZE, "The key's document is nested a thousand times.", door(401, "key_not_found"))
async def a_deep_actor(under: Siege) -> Blow:
    return await served_by(under, b'{"x":' + b"[" * 1000 + b"]" * 1000 + b"}")


@attack(Kind.OVERSIZE, "An activity comes packed: what is unpacked was not signed.", door(400, "not_json"))
async def a_packed_activity(under: Siege) -> Blow:
    body = gzip.compress(orjson.dumps(under.says(under.b, "Create", under.event(under.b))))
    return lambda: under.post(under.b, body, headers={"Content-Encoding": "gzip"})


@attack(Kind.OVERSIZE, "An Event with three thousand topics.", refused("an array is too long"))
async def three_thousand_topics(under: Siege) -> Blow:
    tags = [{"type": "Hashtag", "name": f"#{number}"} for number in range(3000)]
    return lambda: under.post(under.b, under.says(under.b, "Create", under.event(under.b, tag=tags)))


MARKUP = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\"'><svg onload=alert(1)>",
    "{{ 7 * 191 }}",
    "<a href='javascript:alert(1)'>x</a>",
    "</title><script>alert(1)</script>",
    "<style>*{x:y}</style>",
    "<iframe src=//e>",
    "<form action=//e><input name=p>",
    "<base href=//e>",
    "<math><mi xlink:href=javascript:alert(1)>",
    "<meta http-equiv=refresh content='0;url=//e'>",
)
NEVER = (
    "<script>alert",
    "<img src=x",
    "<svg onload",
    "1337",
    "href='javascript",
    'href="javascript',
    "<style>",
    "<iframe",
    "<form action=//e",
    "<base",
    "<math",
    "<meta http-equiv=refresh",
)
STORED = Answer((202, 200, 200), outcomes=(("processed", ""),))
OF_A_SESSION = ("session", "topic", "session_topic", "session_translation", "posting", "posting_topic")


def markup(number: int) -> None:
    """One kind of markup in every text of a session; the pages that show it hold nothing of it."""
    evil = MARKUP[number]

    async def prepare(under: Siege) -> Blow:
        event = under.event(
            under.b,
            name=f"N {evil}",
            summary=evil,
            content=f"<p>C</p>{evil}",
            url=f"javascript:{evil}",
            location={"type": "Place", "name": f"L {evil}", "address": {"streetAddress": f"S {evil}"}},
            tag=[{"type": "Hashtag", "name": f"#T{evil}", "href": "javascript:alert(1)"}],
            attachment=[{"type": "Link", "name": "Online", "href": "javascript:alert(1)"}],
        )
        browser = await under.browser(under.stage.admin)

        async def blow() -> list[Any]:
            sent = await under.post(under.b, under.says(under.b, "Create", event))
            await under.work()
            held = await under.session(event["id"])
            assert held is not None
            pages = [await browser.get("/"), await browser.get(f"/sessions/{held.id}")]
            assert [bad for page in pages for bad in NEVER if bad in page.text] == []
            return [sent, *pages]

        return blow

    sentence = f"`{evil}` in every text of a session: the pages show no such thing."
    enlist(Kind.MARKUP, f"markup {number + 1}", sentence, STORED, prepare, OF_A_SESSION)


for one in range(len(MARKUP)):
    markup(one)
