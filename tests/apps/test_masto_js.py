"""masto.js, as it is on npm: it registers, signs Jonas in, makes every call that it has, and listens."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from alliance.app_scopes import LEVELS
from alliance.apps import give_token, register_app
from tests.apps.masto_js_calls import BEGINNINGS, CALLS, NOT_CALLED, REFUSED, Around
from tests.apps.masto_js_process import Exchange, MastoJs, Outcome, masto_js
from tests.apps.masto_js_types import every_call
from tests.apps.serving import Served
from tests.apps.signing_in import copied_code
from tests.support.eventually import eventually
from tests.web.mastodon.shapes import assert_entity
from tests.web.mastodon.signing_in import CHALLENGE, VERIFIER
from tests.web.pages.scenes import offered
from tests.web.pages.test_in_browser import drawing
from tools.mastodon_coverage import answer
from web.mastodon.reference import endpoints, entities

pytestmark = pytest.mark.anyio
BY_HAND = "urn:ietf:wg:oauth:2.0:oob"
SCOPES = "read write follow push profile"


@pytest.fixture
async def js() -> AsyncIterator[MastoJs]:
    """The library."""
    async with masto_js() as running:
        yield running


async def signed_in(served: Served, js: MastoJs) -> tuple[dict[str, Any], str]:
    """The library has a token of Jonas's, got by a code and its proof; the app and that token."""
    await js.do("open", origin=served.origin)
    new = {"clientName": "Kiebitz", "redirectUris": BY_HAND, "scopes": SCOPES}
    app = (await js.call("v1.apps.create", given=new)).good
    asked = {
        "client_id": app["clientId"],
        "redirect_uri": BY_HAND,
        "response_type": "code",
        "scope": SCOPES,
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    code = await copied_code(served.origin, f"{served.origin}/oauth/authorize?{urlencode(asked)}")
    exchanged = {
        "grantType": "authorization_code",
        "clientId": app["clientId"],
        "clientSecret": app["clientSecret"],
        "redirectUri": BY_HAND,
        "code": code,
        "codeVerifier": VERIFIER,
    }
    token = (await js.do("call", client="oauth", path=["token", "create"], given=exchanged)).good
    await js.do("open", origin=served.origin, token=token["accessToken"])
    return app, str(token["accessToken"])


async def around(served: Served, js: MastoJs) -> Around:
    """A public session of Ada's, who names Jonas twice; a status of his, and one for tomorrow."""
    instance, founded = served.federation.instance, served.founded
    await offered(instance, founded.admin, "Licht messen", audience="public", topics=("optik",))
    async with instance.unit_of_work() as uow:
        app = await register_app(uow, "Ada's", ["ada://back"], LEVELS, None)
        hers = (await give_token(uow, app.app, founded.admin.id, LEVELS)).secret
    async with httpx.AsyncClient(base_url=served.origin, headers={"Authorization": f"Bearer {hers}"}) as ada:
        for text in ("Danke, @jonas", "@jonas, kommst du?"):
            sent = await ada.post("/api/v1/statuses", json={"status": text, "visibility": "public"})
            assert sent.status_code == 200, sent.text
    later = datetime.now(UTC) + timedelta(days=1)
    said = (await js.call("v1.statuses.create", given={"status": "Guten Morgen"})).good
    planned = {"status": "Später", "scheduledAt": later.isoformat()}
    assert (await js.call("v1.statuses.create", given=planned)).good["scheduledAt"]
    local = (await js.call("v1.timelines.public.list", given={"local": True})).good
    return Around(
        me=str(founded.employee.id),
        ada=str(founded.admin.id),
        company=str(founded.company.id),
        session=str(next(status["id"] for status in local if status["poll"])),
        said=str(said["id"]),
        picture=drawing((300, 200)),
        later=later.isoformat(),
        even_later=(later + timedelta(hours=1)).isoformat(),
        values={},
    )


def documented(exchange: Exchange) -> dict[str, Any] | None:
    """What Mastodon says of an address; of those that fit, that with the fewest variables."""
    fitting = [
        row
        for row in endpoints()
        if row["method"] == exchange.method
        and re.fullmatch("[^/]+".join(re.escape(part) for part in row["path"].split("{}")), exchange.path)
    ]
    return min(fitting, key=lambda row: str(row["path"]).count("{}"), default=None)


def wrong_in(outcome: Outcome) -> str:
    """What is wrong with an answer that should be right, if anything."""
    if outcome.error:
        return f"{outcome.error} {outcome.exchanges}"
    exchange = outcome.exchanges[0]
    row = documented(exchange)
    if exchange.status != 200:
        return f"{exchange.method} {exchange.path}: {exchange.status}"
    shape = str(row["returns"]).split("|")[0] if row else ""
    if shape.removesuffix("[]") in entities():
        try:
            assert_entity(shape, json.loads(exchange.body))
        except AssertionError as error:
            return f"{exchange.method} {exchange.path}: {error}"
    return ""


def wrong_in_refusal(name: str, outcome: Outcome) -> str:
    """What is wrong with an answer to what is not answered here, if anything."""
    exchange = outcome.exchanges[0]
    said = f"{exchange.method} {exchange.path}: {exchange.status} {exchange.body[:100]}"
    if not 400 <= exchange.status < 500 or "error" not in json.loads(exchange.body):
        return said
    row = documented(exchange)
    is_told = row is not None and answer(row)[0] in ("no", "empty")
    return (
        ""
        if name in REFUSED or name.startswith(tuple(BEGINNINGS)) or is_told
        else f"{said}, without a reason in docs/mastodon-api.md"
    )


async def test_every_call_is_answered_or_refused_for_a_reason(served: Served, js: MastoJs) -> None:
    app, token = await signed_in(served, js)
    there = await around(served, js)
    assert (set(CALLS) | set(REFUSED) | set(NOT_CALLED)) - every_call() == set()

    wrong: dict[str, str] = {}
    for name, make in CALLS.items():
        try:
            selected, given = make(there)
        except (KeyError, IndexError, TypeError) as error:
            wrong[name] = f"nothing to ask about: {error!r}"
            continue
        outcome = await js.call(name, selected, given)
        there.values[name] = outcome.value
        wrong[name] = wrong_in(outcome)
    for name in sorted(every_call() - set(CALLS) - set(NOT_CALLED)):
        outcome = await js.call(name, ["1"] * name.count("$select"))
        wrong[name] = wrong_in_refusal(name, outcome)

    found = {name: said for name, said in wrong.items() if said}
    assert not found, "\n".join(f"{name}: {said}" for name, said in found.items())
    gone = {"clientId": app["clientId"], "clientSecret": app["clientSecret"], "token": token}
    await js.do("call", client="oauth", path=["revoke"], given=gone)
    assert "MastoHttpError" in (await js.call("v1.accounts.verifyCredentials")).error


async def test_it_pages_to_the_end(served: Served, js: MastoJs) -> None:
    await signed_in(served, js)
    for number in range(3):
        (await js.call("v1.statuses.create", given={"status": f"Gelernt {number}"})).good  # noqa: B018

    pages = (await js.do("pages", path=["v1", "timelines", "home"], given={"limit": 1})).good

    texts = [status["content"] for page in pages for status in page]
    assert [text for text in texts if "Gelernt" in text] == [f"<p>Gelernt {n}</p>" for n in (2, 1, 0)]


async def test_it_hears_of_a_session(served: Served, js: MastoJs) -> None:
    _, token = await signed_in(served, js)
    address = served.origin.replace("http", "ws", 1)
    assert not (await js.do("listen", address=address, token=token, path=["public", "local"])).error
    hub = served.app.state.streams
    await eventually(lambda: any(connection.streams for connection in hub._connections))

    hearing = asyncio.create_task(js.do("hear"))
    await offered(served.federation.instance, served.founded.admin, "Licht messen", audience="public")
    heard = (await hearing).good

    assert (heard["stream"], heard["event"]) == (["public:local"], "update")
    assert "Licht messen" in heard["payload"]["content"]
