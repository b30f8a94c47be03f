"""WebFinger abuse: what we are asked for, and what other servers answer us."""

from typing import Any
from urllib.parse import quote

import orjson
from aiohttp import web

from tests.hostile.attacks.identities import opened
from tests.hostile.catalogue import Blow, Kind, attack, enlist, page
from tests.hostile.siege import OURS, Siege, company_of

WEBFINGER = Kind.WEBFINGER
HOST = "nordlicht.localhost:8001"
RESOURCES: dict[str, tuple[str, int]] = {
    "nothing": ("", 400),
    "nobody": (f"acct:nobody@{HOST}", 404),
    "another host": ("acct:sessions@evil.example", 404),
    "a host that begins like ours": (f"acct:sessions@{HOST}.evil.example", 404),
    "our host without its port": ("acct:sessions@nordlicht.localhost", 404),
    "two at signs": (f"acct:a@evil.example@{HOST}", 404),
    "only at signs": ("acct:@@", 400),
    "a Cyrillic letter": (f"acct:s\u0435ssions@{HOST}", 404),
    "an invisible letter": (f"acct:sessions\u200b@{HOST}", 404),
    "letters as wide as two": (f"acct:\uff53essions@{HOST}", 404),
    "an address elsewhere": ("https://evil.example/company", 404),
    "an address with user info": (f"http://{HOST}@evil.example/company", 404),
    "half a bracket": ("https://[::1", 404),
    "a number too large": (f"acct:person-{'9' * 30}@{HOST}", 404),
    "six hundred letters": ("acct:" + "x" * 600, 400),
    "a NUL encoded twice": (f"acct:%73essions%00@{HOST}", 400),
    "a NUL in an address": (f"http://{HOST}/@sessions%00", 400),
    "a colleague who shows nothing": ("{jonas}", 404),
}


def resource(name: str) -> None:
    """A resource that must lead to nobody."""
    asked, status = RESOURCES[name]

    async def prepare(under: Siege) -> Blow:
        what = asked.replace("{jonas}", f"acct:jonas.brandt@{HOST}")
        return lambda: under.client.get(f"/.well-known/webfinger?resource={quote(what, safe='')}")

    enlist(WEBFINGER, f"asked for {name}", f"WebFinger is asked for {name}.", page(status), prepare)


for which in RESOURCES:
    resource(which)

ACTIVITY = "application/activity+json"
Jrd = dict[str, Any]


def jrd(href: str, **more: Any) -> Jrd:
    """A descriptor that leads to `href`."""
    return {"subject": "acct:a@b", "links": [{"rel": "self", "type": ACTIVITY, "href": href}], **more}


ANSWERED: dict[str, tuple[str, Any, str]] = {
    "another company's actor": (
        "The answer leads to another company's actor.",
        jrd("{c}/company"),
        "application/jrd+json",
    ),
    "ourselves": ("The answer leads to our own actor.", jrd(OURS + "/actor"), "application/jrd+json"),
    "a file": ("The answer leads to a file.", jrd("file:///etc/passwd"), "application/jrd+json"),
    "a machine of ours": (
        "The answer leads to a port of our own machine.",
        jrd("http://127.0.0.1:1/actor"),
        "application/jrd+json",
    ),
    "a script": ("The answer leads to a script.", jrd("javascript:alert(1)"), "application/jrd+json"),
    "no links": ("The answer has no links.", {"subject": "acct:a@b"}, "application/jrd+json"),
    "links that are none": ("The links are a number.", {"subject": "x", "links": 7}, "application/jrd+json"),
    "a list": ("The answer is a list.", [], "application/jrd+json"),
    "a page": ("The answer is a web page.", jrd("{c}/company"), "text/html"),
    "a graph": ("The answer hides a graph.", jrd("{c}/company", **{"@graph": []}), "application/jrd+json"),
    "ten thousand links": (
        "The true link is the last of ten thousand.",
        {"links": [{"rel": "x"}] * 10_000},
        "application/jrd+json",
    ),
}


def answered(name: str) -> None:
    """An administrator looks at a server that answers with something else."""
    sentence, document, kind = ANSWERED[name]

    async def prepare(under: Siege) -> Blow:
        body = orjson.dumps(document).replace(b"{c}", under.c.origin.encode())

        async def serve(request: web.BaseRequest) -> web.StreamResponse:
            return web.Response(body=body, headers={"Content-Type": kind})

        server = await opened(under, serve)
        browser = await under.browser(under.stage.admin)
        return lambda: browser.post(
            "/alliance/invite", data={"host": server.url("", host="127.0.0.1"), "fingerprint": "x"}
        )

    enlist(
        WEBFINGER,
        f"an invitation answered with {name}",
        f"A company is invited: {sentence.lower()}",
        page(422),
        prepare,
    )


for which in ANSWERED:
    answered(which)


@attack(WEBFINGER, "A server's handle is confirmed by nobody but another server.", page(422))
async def a_handle_that_belongs_elsewhere(under: Siege) -> Blow:
    under.x.documents["/.well-known/webfinger"] = jrd(company_of(under.x))
    browser = await under.browser(under.stage.admin)
    return lambda: browser.post("/alliance/invite", data={"host": under.x.origin, "fingerprint": "x"})
