"""What a token is good for that was given for little, stolen, or never given at all."""

import base64

import pytest
from httpx import AsyncClient

from tests.alliance.stage import Stage
from tests.support.founding import Founded
from tests.web.mastodon.conftest import Allow
from tests.web.mastodon.scenes import expert
from tests.web.mastodon.signing_in import answered, bearer, exchange, question, register, said_in
from web.mastodon.routes import ANSWERED

pytestmark = pytest.mark.anyio
OPEN = [e for e in ANSWERED if e.token == "user-optional" and not e.scopes]
LITTLE = ("profile", "push", "write:media")


@pytest.mark.parametrize("scope", LITTLE)
async def test_a_token_that_may_not_read_is_shown_what_strangers_see(
    stage: Stage, stranger_api: AsyncClient, founded: Founded, allow: Allow, scope: str
) -> None:
    lena = await expert(stage)
    token = bearer(await allow(founded.employee, scope))
    reading = bearer(await allow(founded.employee, "read:accounts"))
    about = f"/api/v1/accounts/{lena.id}"

    assert (await stranger_api.get(about, headers=reading)).status_code == 200
    for endpoint in OPEN:
        path = endpoint.path.replace("{id}", str(lena.id)).replace("{name}", "optik")
        asked = {"acct": "lena.vogt", "id[]": str(lena.id)}
        open_to_all = await stranger_api.get(path, params=asked)
        answer = await stranger_api.get(path, params=asked, headers=token)
        assert answer.content == open_to_all.content, path
        assert "Lena" not in open_to_all.text


@pytest.mark.parametrize("signs", ["\0", "\ud800", "x" * 64 + "\0", "%00", "é", ""])
async def test_an_app_that_names_itself_strangely_is_unknown(stranger_api: AsyncClient, signs: str) -> None:
    as_json = signs.replace("\ud800", "\\ud800").replace("\0", "\\u0000")
    in_header = base64.b64encode(f"{signs}:x".encode("utf-8", "replace")).decode()

    for sent in (
        {"content": f'{{"grant_type":"client_credentials","client_id":"{as_json}","client_secret":"x"}}'},
        {
            "content": "grant_type=client_credentials",
            "headers": {
                "Authorization": f"Basic {in_header}",
                "Content-Type": "application/x-www-form-urlencoded",
            },
        },
    ):
        answer = await stranger_api.post(
            "/oauth/token", **({"headers": {"Content-Type": "application/json"}} | sent)
        )
        assert answer.status_code in (400, 401), answer.text
        assert answer.headers["content-type"].startswith("application/json")


async def test_an_app_on_this_machine_comes_back_at_whatever_port_it_has(
    stranger_api: AsyncClient, jonas: AsyncClient
) -> None:
    app = await register(stranger_api, redirect_uris="http://127.0.0.1/back")
    address = "http://127.0.0.1:4711/back"

    answer = await answered(jonas, await question(jonas, app, redirect_uri=address))

    assert answer.headers["location"].startswith(f"{address}?code=")
    code = said_in(answer)["code"]
    assert (await exchange(stranger_api, app, code)).status_code == 400
    assert (await exchange(stranger_api, app, code, redirect_uri=address)).status_code == 200
