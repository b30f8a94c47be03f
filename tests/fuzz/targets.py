"""Everything that reads what strangers write, each as one function of bytes; only named errors may escape."""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import orjson
from multidict import CIMultiDict, CIMultiDictProxy
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message

from alliance.errors import AllianceError
from alliance.natural_time import understand
from alliance.text import plain_text, sanitise
from federation.actor_keys import listed_keys
from federation.allowed_urls import Rules
from federation.bounded_json import Unreadable, read_object
from federation.client import Answer
from federation.envelope import opened
from federation.fetch import is_activity_json
from federation.retry import retry_after
from federation.signatures import KeyKind, Policy, PublicKey, Rejection, SignedRequest, peek
from federation.signatures.cavage import cavage_claim
from federation.signatures.digest import check_digests
from federation.signatures.freshness import second_of
from federation.signatures.material import public_key_from_multibase, public_key_from_pem
from federation.signatures.proofs import proof_key_id, verify_document
from federation.signatures.rfc9421 import message_claims
from federation.synchronisation import read_header
from federation.translate.news import person_news, session_news
from federation.translate.rsvp_words import heard
from federation.uris import Uris, host_of, origin_of
from federation.vocabulary.activities import parse_activity
from federation.vocabulary.actor import parse_actor
from federation.vocabulary.collections import parse_page
from federation.vocabulary.event import parse_event
from federation.vocabulary.note import parse_note
from federation.vocabulary.values import Malformed, moment
from federation.webfinger import _descriptor, _link, read_typed
from tests.federation.signing import NOW, POLICY, public_key, secret_key
from web.activitypub.webfinger import _actor
from web.forms import read_form, safe_next
from web.requests import best_type

Json = dict[str, Any]
_MOMENT = datetime(2026, 3, 16, 8, tzinfo=UTC)
_URIS = Uris("https://birch.example")
_FORM = {"title": 200, "description": 20_000, "email": 200, "next": 500}


class Target(NamedTuple):
    """A reader: what it is called and what it does with bytes; whatever it raises is a finding."""

    name: str
    run: Callable[[bytes], None]


def _text(raw: bytes) -> str:
    """Header fields arrive as latin-1."""
    return raw.decode("latin-1")


def _keys() -> tuple[PublicKey, PublicKey]:
    return public_key(secret_key()), public_key(secret_key(KeyKind.ED25519))


def _tried(request: SignedRequest, policy: Policy = POLICY) -> None:
    """Each signature of a request read, checked and verified with both kinds of key."""
    for claim in peek(request):
        with suppress(Rejection):
            claim.check(request, NOW.timestamp(), policy)
        for key in _keys():
            with suppress(Rejection):
                claim.holds(request, key, policy)


def cavage(raw: bytes) -> None:
    """The value of a `Signature` header."""
    fields = {"host": "birch.example", "date": "Mon, 16 Mar 2026 08:00:00 GMT", "digest": "SHA-256=YQ=="}
    request = SignedRequest("POST", "/inbox?x", "birch.example", "https", fields, b"{}")
    with suppress(Rejection):
        claim = cavage_claim(_text(raw))
        with suppress(Rejection):
            claim.check(request, NOW.timestamp(), POLICY)
        for key in _keys():
            with suppress(Rejection):
                claim.holds(request, key, POLICY)


def message_signature(raw: bytes) -> None:
    """`Signature-Input` and `Signature`, separated by a newline."""
    given, _, signature = _text(raw).partition("\n")
    fields = {"host": "birch.example", "content-digest": "sha-256=:YQ==:"}
    fields |= {"signature-input": given, "signature": signature}
    request = SignedRequest("POST", "/inbox", "birch.example", "https", fields, b"{}")
    with suppress(Rejection):
        _tried(request)


def structured_fields(raw: bytes) -> None:
    """A Dictionary (RFC 9651) where labels are expected, under a signature that is well-formed."""
    with suppress(Rejection):
        message_claims({"signature-input": _text(raw), "signature": "sig1=:YWJj:, a=:YWJj:"})


def whole_request(raw: bytes) -> None:
    """Request line, header fields and body as they come in."""
    head, _, body = raw.partition(b"\r\n\r\n")
    line, *rows = head.split(b"\r\n")
    method, _, target = line.partition(b" ")
    fields = [tuple(row.partition(b": ")[::2]) for row in rows]
    with suppress(Rejection):
        _tried(SignedRequest.received(_text(method), _text(target), "https", fields, body))  # type: ignore[arg-type]


def digests(raw: bytes) -> None:
    """`Digest` and `Content-Digest`, separated by a newline."""
    old, _, new = _text(raw).partition("\n")
    fields = {"digest": old} | ({"content-digest": new} if new else {})
    with suppress(Rejection):
        check_digests(SignedRequest("POST", "/", "", "https", fields, b"{}"), ("digest", "content-digest"))


def dates(raw: bytes) -> None:
    """The dates of headers and of documents."""
    text = _text(raw)
    with suppress(Rejection):
        second_of(text)
    retry_after(text, _MOMENT)
    moment(text)


def typed_times(raw: bytes) -> None:
    """Times as people type them into the form."""
    with suppress(AllianceError):
        understand(raw.decode("utf-8", "replace")[:200], now=_MOMENT, zone=ZoneInfo("Europe/Berlin"))


def envelope(raw: bytes) -> None:
    """The body of a POST to an inbox."""
    with suppress(AllianceError):
        opened(raw)


def _documents(raw: bytes) -> Json | None:
    try:
        return read_object(raw)
    except Unreadable:
        return None


def _read(
    parse: Callable[[Json], Any], then: Callable[[Any], object] | None = None
) -> Callable[[bytes], None]:
    """A target that gives every JSON object to `parse` and what that makes of it to `then`."""

    def run(raw: bytes) -> None:
        document = _documents(raw)
        if document is None:
            return
        try:
            value = parse(document)
        except Malformed:
            return
        if then is not None:
            with suppress(AllianceError):
                then(value)

    return run


def keys_of_actor(raw: bytes) -> None:
    """The keys that an actor document lists."""
    if (document := _documents(raw)) is not None:
        listed_keys(document, _MOMENT)


def keys(raw: bytes) -> None:
    """Keys as PEM and as Multibase."""
    for read in (public_key_from_pem, public_key_from_multibase):
        with suppress(Rejection):
            read("https://a.example/k", "https://a.example/", raw.decode("utf-8", "replace"))


def proofs(raw: bytes) -> None:
    """Documents with an object integrity proof."""
    document = _documents(raw)
    if document is None:
        return
    with suppress(Rejection):
        proof_key_id(document)
    with suppress(Rejection):
        verify_document(document, _keys()[1])


def _answer(raw: bytes) -> Answer:
    return Answer(200, "https://birch.example/", CIMultiDictProxy(CIMultiDict()), raw)


def descriptors(raw: bytes) -> None:
    """Answers of WebFinger and NodeInfo."""
    with suppress(AllianceError):
        found = _descriptor(_answer(raw))
        _link(found, ("self",))
        _link(found, ("http://nodeinfo.diaspora.software/ns/schema/2.1",), any_type=True)


class _Nobody:
    """A database in which there is nobody."""

    async def scalar(self, _: object) -> None:
        """Nothing."""


def resources(raw: bytes) -> None:
    """What WebFinger is asked for, and what people type to name a server."""
    text = raw.decode("utf-8", "replace")[:600]
    nobody: Any = _Nobody()
    instance: Any = type(
        "I", (), {"settings": type("S", (), {"host": "birch.example", "handle": "sessions"})}
    )
    for read in (_actor(nobody, instance, _URIS, text),):
        with suppress(HTTPException, AllianceError):
            _finish(read)
    with suppress(AllianceError):
        read_typed(text)


def _finish(coroutine: Any) -> Any:
    """The result of a coroutine that waits for nothing."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        return done.value
    finally:
        coroutine.close()
    raise AssertionError("it waits")


def addresses(raw: bytes) -> None:
    """Addresses of the web."""
    text = raw.decode("utf-8", "replace")
    with suppress(AllianceError):
        Rules().checked(text)
    host_of(text)
    if host_of(text):
        origin_of(text)
    _URIS.actor_key(text)
    _URIS.session_id(text)
    safe_next(text)


def content_types(raw: bytes) -> None:
    """`Content-Type` and `Accept`."""
    is_activity_json(_text(raw))
    best_type(_text(raw), ("text/html", "application/activity+json"))


def markup(raw: bytes) -> None:
    """HTML of others."""
    text = raw.decode("utf-8", "replace")
    cleaned = sanitise(text)
    plain_text(text)
    if "<script" in cleaned.lower():
        raise AssertionError("a script came through")


def forms(raw: bytes) -> None:
    """Multipart or urlencoded, by the first line, which is the content type."""
    kind, _, body = raw.partition(b"\n")

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    scope = {"type": "http", "method": "POST", "headers": [(b"content-type", kind)], "app": None}

    async def read() -> None:
        request = Request(scope, receive)
        try:
            with suppress(HTTPException):
                await read_form(request, _FORM)
        finally:
            await _closed(request)

    _loop().run_until_complete(read())


async def _closed(request: Request) -> None:
    if isinstance(getattr(request, "_form", None), FormData):
        await request.close()


_LOOPS: list[asyncio.AbstractEventLoop] = []


def _loop() -> asyncio.AbstractEventLoop:
    if not _LOOPS:
        _LOOPS.append(asyncio.new_event_loop())
    return _LOOPS[0]


def words(raw: bytes) -> None:
    """What people say in a timeline."""
    heard(raw.decode("utf-8", "replace"))


def synchronisations(raw: bytes) -> None:
    """The header field of FEP-8fcf."""
    read_header(_text(raw))


def numbers(raw: bytes) -> None:
    """JSON that one parser takes and another writes."""
    if (document := _documents(raw)) is not None:
        json.loads(orjson.dumps(document))


TARGETS = {
    target.name: target
    for target in (
        Target("draft-cavage", cavage),
        Target("rfc9421", message_signature),
        Target("structured-fields", structured_fields),
        Target("requests", whole_request),
        Target("digests", digests),
        Target("dates", dates),
        Target("typed-times", typed_times),
        Target("envelopes", envelope),
        Target("json", numbers),
        Target("activities", _read(parse_activity)),
        Target("actors", _read(parse_actor, person_news)),
        Target("events", _read(parse_event, lambda event: session_news(event, _MOMENT))),
        Target("pages", _read(parse_page)),
        Target("notes", _read(parse_note)),
        Target("words", words),
        Target("synchronisations", synchronisations),
        Target("listed-keys", keys_of_actor),
        Target("keys", keys),
        Target("proofs", proofs),
        Target("jrd", descriptors),
        Target("webfinger", resources),
        Target("addresses", addresses),
        Target("content-types", content_types),
        Target("markup", markup),
        Target("forms", forms),
    )
}
