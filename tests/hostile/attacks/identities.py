"""Id and origin spoofing, content-type confusion."""

from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from aiohttp import web

from federation.signatures import SecretKey
from tests.federation.servers import Web, serving
from tests.hostile.attacks.keys import pem_of
from tests.hostile.catalogue import Answer, Blow, Kind, door, enlist
from tests.hostile.siege import INBOX, OURS, Siege, company_of
from tests.partner import ACTIVITY_JSON, rsa_of

IDS: dict[str, tuple[str, Any, Answer]] = {
    "an id on another host": (
        "The id lies on an ally's host.",
        "{c}/activities/1",
        door(403, "id_elsewhere"),
    ),
    "an id that is ours": ("The id lies on our own host.", OURS + "/activities/1", door(403, "id_is_ours")),
    "our host in capitals in the id": (
        "The id lies on our host, written in capitals.",
        OURS.replace("nordlicht", "NORDLICHT") + "/activities/1",
        door(403, "id_elsewhere"),
    ),
    "our scheme in capitals in the id": (
        "The scheme is written in capitals.",
        "HTTP://nordlicht.localhost:8001/activities/1",
        door(400, "no_envelope"),
    ),
    "an id with user info": (
        "User info that looks like the sender's host stands before another.",
        "http://{bh}@{ch}/1",
        door(403, "id_elsewhere"),
    ),
    "an id with a backslash": (
        "A backslash, which two parsers read differently.",
        "http://{ch}\\@{bh}/1",
        door(400, "no_envelope"),
    ),
    "an id on another port": (
        "The id lies on another port of the sender's host.",
        "http://127.0.0.2:1/activities/1",
        door(403, "id_elsewhere"),
    ),
    "an id below the sender's name": (
        "The sender's host is the beginning of another name.",
        "http://{bh}.evil.example/1",
        door(403, "id_elsewhere"),
    ),
    "an id with full-width dots": ("Full-width dots.", "http://127．0．0．2/1", door(400, "no_envelope")),
    "an id of Cyrillic letters": (
        "A homograph of a host.",
        "https://аlpenwerk.example/1",
        door(400, "no_envelope"),
    ),
    "an id with a script": ("No address of the web.", "javascript:alert(1)", door(400, "no_envelope")),
    "an id with a newline": ("A newline in the id.", "{b}/1\n2", door(400, "no_envelope")),
    "an id with a tab in its host": (
        "A tab, which browsers drop.",
        "http://127.0.\t0.2/1",
        door(400, "no_envelope"),
    ),
    "an id with a NUL": ("A NUL, which databases cut at.", "{b}/1\x00", door(400, "no_envelope")),
    "an id with a space": ("A space in the id.", "{b}/1 2", door(400, "no_envelope")),
    "an id that is too long": ("More than 500 characters.", "{b}/" + "x" * 500, door(400, "no_envelope")),
    "a number as id": ("A number.", 7, door(400, "no_envelope")),
    "no id": ("An activity without id is sent again and again.", None, door(400, "no_envelope")),
    "two ids": (
        "A list of ids: one for the check, one for the row.",
        ["{b}/1", "{b}/2"],
        door(400, "no_envelope"),
    ),
    "an id in an object": (
        "The id is an object that names another.",
        {"id": "{c}/1"},
        door(403, "id_elsewhere"),
    ),
}
ACTORS: dict[str, tuple[str, Any, Answer]] = {
    "two actors": ("Sender and victim as actors.", ["{b}/company", "{c}/company"], door(400, "no_envelope")),
    "an actor by href": ("An actor without id.", {"href": "{b}/company"}, door(400, "no_envelope")),
    "an actor with a slash too many": ("Not the same address.", "{b}/company/", door(401, "other_actor")),
    "an actor with a fragment": ("The key's id as actor.", "{b}/company#main-key", door(401, "other_actor")),
    "an actor with a query": ("A query behind the id.", "{b}/company?x", door(401, "other_actor")),
    "an actor in capitals": ("The path in capitals.", "{b}/COMPANY", door(401, "other_actor")),
    "an actor on another port": ("Another port.", "http://127.0.0.2:1/company", door(401, "other_actor")),
    "an actor with a dot behind the host": (
        "The host with a dot at its end.",
        "http://127.0.0.2.:{bp}/company",
        door(401, "other_actor"),
    ),
    "an actor with percent signs": ("The path percent-encoded.", "{b}/%63ompany", door(401, "other_actor")),
    "our own company as actor": ("We are said to have sent it.", OURS + "/company", door(401, "other_actor")),
}


def filled(under: Siege, value: Any) -> Any:
    """The hosts of this run in the place of their names."""
    text = orjson.dumps(value).decode()
    words = {
        "{b}": under.b.origin,
        "{c}": under.c.origin,
        "{bh}": under.b.authority,
        "{ch}": under.c.authority,
        "{bp}": str(under.b.port),
    }
    for name, word in words.items():
        text = text.replace(name, word)
    return orjson.loads(text)


def spoof(name: str, field: str, table: dict[str, tuple[str, Any, Answer]]) -> None:
    """A true activity of B with one field changed before it is signed."""
    sentence, wrong, answer = table[name]

    async def prepare(under: Siege) -> Blow:
        activity = under.says(under.b, "Create", under.event(under.b)) | {field: filled(under, wrong)}
        return lambda: under.post(under.b, activity, key=under.b.key(company_of(under.b)))

    enlist(Kind.IDS, name, sentence, answer, prepare)


for which in IDS:
    spoof(which, "id", IDS)
for which in ACTORS:
    spoof(which, "actor", ACTORS)

CONTENT = {
    "plain json": "application/json",
    "text": "text/plain",
    "a longer name": "application/ld+json2",
    "no type": "",
    "a form with files": "multipart/form-data; boundary=x",
    "two types": "application/activity+json, text/html",
    "a form": "application/x-www-form-urlencoded",
    "a picture": "image/svg+xml",
}


def mislabelled(name: str) -> None:
    """A true activity under another content type, such as a form of a browser can send."""

    async def prepare(under: Siege) -> Blow:
        create = under.says(under.b, "Create", under.event(under.b))
        key = under.b.key(create["actor"])
        signed, body = under.b.signed(INBOX, create, key=key, content_type=CONTENT[name])
        return lambda: under.client.post(INBOX, headers=signed, content=body)

    sentence = f"An activity is sent as `{CONTENT[name] or 'nothing'}`."
    enlist(Kind.CONTENT, f"sent as {name}", sentence, door(415, "content_type"), prepare)


for which in CONTENT:
    mislabelled(which)

SERVED = {
    "an uploaded page": "text/html",
    "an uploaded text": "text/plain; charset=utf-8",
    "an uploaded picture": "image/png",
    "plain json of an api": "application/json",
    "linked data without profile": "application/ld+json",
    "linked data of another profile": 'application/ld+json; profile="https://evil.example/"',
    "no type at all": "",
}
Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


async def opened(under: Siege, handler: Handler) -> Web:
    """A server that answers as an attack wants, until the siege is over."""
    return await under.stack.enter_async_context(serving(handler))


def actor_at(server: Web, path: str = "/u") -> dict[str, Any]:
    """An actor that would be believed, if only it were served as one."""
    actor = server.url(path)
    pem = pem_of(rsa_of("web").public_key())
    key = {"id": f"{actor}#main-key", "owner": actor, "publicKeyPem": pem}
    return {"id": actor, "type": "Person", "inbox": f"{actor}/inbox", "publicKey": key}


def key_at(server: Web, path: str = "/u") -> SecretKey:
    """The secret of that actor."""
    return SecretKey(f"{server.url(path)}#main-key", server.url(path), rsa_of("web"))


def follow_of(server: Web, path: str = "/u") -> dict[str, Any]:
    """That actor asks to follow our company."""
    actor = server.url(path)
    return {"id": f"{actor}/f/1", "type": "Follow", "actor": actor, "object": f"{OURS}/company"}


def upload(name: str) -> None:
    """An actor document that somebody has uploaded somewhere."""

    async def prepare(under: Siege) -> Blow:
        async def serve(request: web.BaseRequest) -> web.StreamResponse:
            body = orjson.dumps(actor_at(server))
            headers = {"Content-Type": SERVED[name]} if SERVED[name] else {"Content-Type": "x"}
            return web.Response(body=body, headers=headers)

        server = await opened(under, serve)
        return lambda: under.post(under.x, follow_of(server), key=key_at(server))

    sentence = f"The actor's document is served as `{SERVED[name] or 'x'}`, as an upload or an API would."
    enlist(Kind.CONTENT, f"an actor that is {name}", sentence, door(401, "key_not_found"), prepare)


for which in SERVED:
    upload(which)

assert ACTIVITY_JSON not in SERVED.values()
