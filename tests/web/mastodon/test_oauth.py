"""From the registration of an app to its end: what goes right."""

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from alliance.apps import forget_apps
from alliance.models import App
from federation.wiring import Federation
from tests.support.clock import FrozenClock
from tests.support.founding import Founded
from tests.web.mastodon.shapes import assert_entity
from tests.web.mastodon.signing_in import (
    REDIRECT,
    VERIFIER,
    answered,
    bearer,
    code_of,
    exchange,
    question,
    register,
    said_in,
)
from tests.web.pages.conftest import as_employee

pytestmark = pytest.mark.anyio
OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"


async def test_an_app_gets_a_token_that_acts_for_whoever_allowed_it(
    stranger_api: AsyncClient, jonas: AsyncClient, founded: Founded
) -> None:
    app = await register(stranger_api)

    back = await answered(jonas, await question(jonas, app))
    given = await exchange(stranger_api, app, said_in(back)["code"])

    assert back.status_code == 303
    assert back.headers["location"].startswith(f"{REDIRECT}?code=")
    assert said_in(back)["state"] == "a state/with?signs&more"
    assert_entity("Token", given.json())
    assert given.json()["scope"] == "read write"
    me = await stranger_api.get("/api/v1/preferences", headers=bearer(given.json()["access_token"]))
    assert me.status_code == 200


@pytest.mark.parametrize("kind", ["json", "form", "multipart", "json-list", "form-list"])
async def test_apps_register_in_every_form_that_there_is(stranger_api: AsyncClient, kind: str) -> None:
    two = ["https://kiebitz.example/back", "kiebitz://back"]
    common = {"client_name": "Kiebitz", "scopes": "read push", "website": "https://kiebitz.example"}
    sent = {
        "json": {"json": {**common, "redirect_uris": "\n".join(two)}},
        "form": {"data": {**common, "redirect_uris": "\n".join(two)}},
        "multipart": {
            "files": {
                name: (None, value) for name, value in (common | {"redirect_uris": "\n".join(two)}).items()
            }
        },
        "json-list": {"json": {**common, "redirect_uris": two}},
        "form-list": {"data": {**common, "redirect_uris[]": two}},
    }[kind]

    answer = await stranger_api.post("/api/v1/apps", **sent)  # type: ignore[arg-type]

    app = answer.json()
    secrets = {name: app.pop(name) for name in ("client_id", "client_secret", "client_secret_expires_at")}
    assert_entity("CredentialApplication", app | secrets)
    assert (app["name"], app["scopes"], app["redirect_uris"]) == ("Kiebitz", ["read", "push"], two)
    assert app["website"] == "https://kiebitz.example"


async def test_a_code_can_be_copied_by_hand(stranger_api: AsyncClient, jonas: AsyncClient) -> None:
    app = await register(stranger_api, redirect_uris=OUT_OF_BAND)

    page = await answered(jonas, await question(jonas, app))

    code = page.text.split('id="code"')[1].split('value="')[1].split('"')[0]
    assert page.headers["cache-control"] == "no-store"
    assert (await exchange(stranger_api, app, code)).status_code == 200


async def test_an_app_without_a_person_gets_a_token_of_its_own(stranger_api: AsyncClient) -> None:
    app = await register(stranger_api)
    form = {"grant_type": "client_credentials", "scope": "read"}

    given = await stranger_api.post("/oauth/token", data=form, auth=(app["client_id"], app["client_secret"]))

    headers = bearer(given.json()["access_token"])
    assert_entity("Token", given.json())
    assert_entity(
        "Application", (await stranger_api.get("/api/v1/apps/verify_credentials", headers=headers)).json()
    )
    refused = await stranger_api.get("/api/v1/preferences", headers=headers)
    assert (refused.status_code, refused.json()["error"]) == (
        401,
        "This method requires an authenticated user",
    )


async def test_whoever_is_not_signed_in_signs_in_first_and_comes_back(
    stranger_api: AsyncClient, stranger: AsyncClient, federation: Federation, founded: Founded
) -> None:
    app = await register(stranger_api)

    sent = await question(stranger, app)

    assert (sent.status_code, sent.headers["location"]) == (303, "/sign-in?next=/oauth/authorize/asked")
    async with await as_employee(federation, founded.employee) as jonas:
        stranger.cookies.update(jonas.cookies)
    page = await stranger.get("/oauth/authorize/asked")
    assert "Allow “Kiebitz” to act for you?" in page.text
    assert said_in(await answered(stranger, page))["code"]


async def test_a_no_is_told_to_the_app(stranger_api: AsyncClient, jonas: AsyncClient) -> None:
    app = await register(stranger_api)

    back = await answered(jonas, await question(jonas, app), "deny")

    assert said_in(back) == {"error": "access_denied", "state": "a state/with?signs&more"}


async def test_somebody_else_signs_in_instead(stranger_api: AsyncClient, jonas: AsyncClient) -> None:
    app = await register(stranger_api)

    out = await answered(jonas, await question(jonas, app), "other")

    assert out.headers["location"] == "/sign-in?next=/oauth/authorize/asked"
    assert (await jonas.get("/mine")).headers["location"].startswith("/sign-in")


async def test_a_revoked_token_opens_nothing(stranger_api: AsyncClient, jonas: AsyncClient) -> None:
    app = await register(stranger_api)
    token = (await exchange(stranger_api, app, await code_of(jonas, app))).json()["access_token"]
    form = {"client_id": app["client_id"], "client_secret": app["client_secret"], "token": token}

    first = await stranger_api.post("/oauth/revoke", data=form)
    again = await stranger_api.post("/oauth/revoke", data=form)

    assert (first.status_code, first.json(), again.status_code) == (200, {}, 200)
    answer = await stranger_api.get("/api/v1/preferences", headers=bearer(token))
    assert (answer.status_code, answer.json()) == (401, {"error": "The access token is invalid"})


async def test_the_way_is_described_for_programs(stranger_api: AsyncClient) -> None:
    answer = await stranger_api.get("/.well-known/oauth-authorization-server")

    assert_entity("OAuthServerMetadata", answer.json())
    assert answer.json()["issuer"] == "https://nordlicht.example"
    assert answer.headers["access-control-allow-origin"] == "*"


async def test_profile_alone_tells_who_somebody_is_and_nothing_else(
    stranger_api: AsyncClient, jonas: AsyncClient
) -> None:
    app = await register(stranger_api, scopes="profile")
    given = await exchange(stranger_api, app, await code_of(jonas, app, scope="profile"))
    headers = bearer(given.json()["access_token"])

    answer = await stranger_api.get("/oauth/userinfo", headers=headers)

    assert_entity("UserInfo", answer.json())
    assert answer.json()["preferred_username"] == "jonas"
    assert (await stranger_api.post("/oauth/userinfo", headers=headers)).json() == answer.json()
    assert (await stranger_api.get("/api/v1/preferences", headers=headers)).status_code == 403


async def test_apps_that_nobody_used_are_forgotten(
    stranger_api: AsyncClient, jonas: AsyncClient, federation: Federation, clock: FrozenClock
) -> None:
    used, unused = await register(stranger_api), await register(stranger_api)
    await code_of(jonas, used)

    clock.advance(days=8)
    async with federation.instance.unit_of_work() as uow:
        await forget_apps(uow)

    async with federation.instance.reading() as db:
        left = (await db.scalars(select(App.client_id))).all()
    assert (used["client_id"] in left, unused["client_id"] in left) == (True, False)


async def test_a_verifier_is_not_asked_for_where_there_was_no_challenge(
    stranger_api: AsyncClient, jonas: AsyncClient
) -> None:
    app = await register(stranger_api)
    code = await code_of(jonas, app, code_challenge=None, code_challenge_method=None)

    assert (await exchange(stranger_api, app, code, code_verifier=VERIFIER)).status_code == 400
    assert (await exchange(stranger_api, app, code, code_verifier="")).status_code == 200
