"""From the registration of an app to its end: what somebody with bad intentions tries."""

from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from alliance.employing import disable_employee, erase_employee
from alliance.models import AppToken
from alliance.signing_in import change_password, hash_password
from federation.wiring import Federation
from tests.support.client import client_of
from tests.support.clock import FrozenClock
from tests.support.founding import Founded
from tests.web.mastodon.conftest import Allow
from tests.web.mastodon.signing_in import (
    REDIRECT,
    answered,
    bearer,
    code_of,
    exchange,
    question,
    register,
)
from tests.web.pages.conftest import as_employee
from web.mastodon.oauth.redirects import form_action, is_redirect_uri, is_registered

pytestmark = pytest.mark.anyio

GOOD = [
    "https://kiebitz.example/back",
    "https://kiebitz.example:8443/back?instance=nordlicht.example",
    "http://127.0.0.1:4711/back",
    "http://[::1]/back",
    "http://localhost:3000/",
    "kiebitz://back",
    "com.kiebitz.app:/back",
    "urn:ietf:wg:oauth:2.0:oob",
]
BAD = [
    "",
    "back",
    "//kiebitz.example/back",
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    "data:text/html,hello",
    "vbscript:x",
    "file:///etc/passwd",
    "http://kiebitz.example/back",
    "https://kiebitz.example/back#part",
    "https://jonas:secret@kiebitz.example/back",
    "https://kiebitz.example/a b",
    "https://kiebitz.example/\nback",
    "https://kiebitz.example/';script-src *",
    "https://kiebitz.example\\@nordlicht.example/",
    "https://[::1/back",
    "https://kiebitz.example:port/",
    "https:///back",
    "https:back",
    "https://kiebitz.example/" + "a" * 2000,
    "kiebitz;form-action:*",
    "urn:other",
]


@pytest.mark.parametrize("address", GOOD)
def test_people_may_be_sent_to_an_app(address: str) -> None:
    assert is_redirect_uri(address)


@pytest.mark.parametrize("address", BAD)
def test_people_are_sent_nowhere_else(address: str) -> None:
    assert not is_redirect_uri(address)


@pytest.mark.parametrize("address", GOOD)
def test_no_address_says_anything_else_in_the_policy(address: str) -> None:
    policy = form_action(address)

    assert ";" not in policy
    assert "," not in policy
    assert "*" not in policy


@pytest.mark.parametrize(
    ("asked", "registered", "is_right"),
    [
        ("https://kiebitz.example/back", "https://kiebitz.example/back", True),
        ("https://kiebitz.example/back/", "https://kiebitz.example/back", False),
        ("https://kiebitz.example/back?to=evil", "https://kiebitz.example/back", False),
        ("https://KIEBITZ.example/back", "https://kiebitz.example/back", False),
        ("https://kiebitz.example.evil.example/back", "https://kiebitz.example/back", False),
        ("kiebitz://other", "kiebitz://back", False),
        ("http://127.0.0.1:50001/back", "http://127.0.0.1/back", True),
        ("http://[::1]:50001/back", "http://[::1]:1/back", True),
        ("http://localhost:50001/back", "http://localhost/back", False),
        ("http://127.0.0.1:50001/other", "http://127.0.0.1/back", False),
        ("https://127.0.0.1:50001/back", "http://127.0.0.1/back", False),
    ],
)
def test_an_address_is_compared_sign_by_sign(asked: str, registered: str, is_right: bool) -> None:
    assert is_registered(asked, [registered]) == is_right


@pytest.mark.parametrize(
    "changes",
    [
        {"client_name": ""},
        {"client_name": "a" * 61},
        {"redirect_uris": ""},
        {"redirect_uris": "javascript:alert(1)"},
        {"redirect_uris": f"{REDIRECT}\njavascript:alert(1)"},
        {"redirect_uris": [f"https://kiebitz.example/{n}" for n in range(21)]},
        {"redirect_uris": {"a": "b"}},
        {"redirect_uris": [["https://kiebitz.example"]]},
        {"scopes": "read everything"},
        {"scopes": "admin:read"},
        {"scopes": ["read"] * 3},
        {"website": "javascript:alert(1)"},
        {"website": 'https://kiebitz.example/"><script>'},
    ],
)
async def test_an_app_that_makes_no_sense_is_not_registered(
    stranger_api: AsyncClient, changes: dict[str, Any]
) -> None:
    form = {"client_name": "Kiebitz", "redirect_uris": REDIRECT, **changes}

    answer = await stranger_api.post("/api/v1/apps", json=form)

    assert answer.status_code == 422
    assert set(answer.json()) == {"error"}


async def test_what_is_no_json_is_refused_and_not_a_fault_of_ours(stranger_api: AsyncClient) -> None:
    kinds = {"content-type": "application/json"}
    for body in (b"{", b"[]", b'"x"', b"\xff", b"[" * 10_000, b'{"client_name": "\\ud800"}'):
        answer = await stranger_api.post("/api/v1/apps", content=body, headers=kinds)
        assert answer.status_code in (400, 422)
        assert answer.json()["error"]


async def test_administration_is_not_given_to_apps(stranger_api: AsyncClient) -> None:
    app = await register(stranger_api, scopes="read admin:read admin:write:accounts")

    assert app["scopes"] == ["read"]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": None}, "unsupported_response_type"),
        ({"scope": "read write push"}, "invalid_scope"),
        ({"scope": "everything"}, "invalid_scope"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"response_mode": "fragment"}, "invalid_request"),
    ],
)
async def test_a_wrong_question_is_shown_with_a_link_back_and_leads_nowhere_by_itself(
    stranger_api: AsyncClient, jonas: AsyncClient, changes: dict[str, str | None], error: str
) -> None:
    app = await register(stranger_api, scopes="read write:statuses")

    page = await question(jonas, app, **({"scope": "read"} | changes))

    assert (page.status_code, "location" in page.headers) == (400, False)
    assert f'href="{REDIRECT}?error={error}&amp;' in page.text
    assert 'name="proof"' not in page.text


@pytest.mark.parametrize("changes", [{"client_id": "nobody"}, {"redirect_uri": "https://evil.example/"}])
async def test_nobody_is_sent_to_an_address_that_was_not_registered(
    stranger_api: AsyncClient, jonas: AsyncClient, changes: dict[str, str]
) -> None:
    app = await register(stranger_api)

    page = await question(jonas, app, **changes)

    assert (page.status_code, "location" in page.headers) == (422, False)
    assert 'href="https://evil.example' not in page.text


async def test_a_hostile_name_is_shown_as_text(stranger_api: AsyncClient, jonas: AsyncClient) -> None:
    app = await register(stranger_api, client_name="<script>alert(1)</script>\u202etsevil")

    page = await question(jonas, app)

    assert "&lt;script&gt;alert(1)&lt;/script&gt;tsevil" in page.text
    assert "<script>alert" not in page.text


async def test_the_page_is_framed_by_nobody_and_leads_only_to_the_app(
    stranger_api: AsyncClient, jonas: AsyncClient
) -> None:
    page = await question(jonas, await register(stranger_api, redirect_uris="kiebitz://back"))

    policy = page.headers["content-security-policy"].split("; ")
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self' kiebitz:" in policy
    assert page.headers["cache-control"] == "no-store"


async def test_only_whoever_saw_the_question_answers_it(
    stranger_api: AsyncClient, jonas: AsyncClient, federation: Federation, founded: Founded
) -> None:
    wanted, planted = await register(stranger_api), await register(stranger_api, client_name="Elster")
    page = await question(jonas, wanted)
    await jonas.get("/oauth/authorize", params={**REQUEST, "client_id": planted["client_id"]})

    of_another_question = await answered(jonas, page)
    without_proof = await jonas.post("/oauth/authorize/asked", data={"answer": "allow"})
    from_elsewhere = await jonas.post(
        "/oauth/authorize/asked",
        data={"answer": "allow"},
        headers={"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
    )
    async with await as_employee(federation, founded.admin) as ada:
        ada.cookies.set("__Host-app-request", jonas.cookies["__Host-app-request"], domain="nordlicht.example")
        by_another = await answered(ada, await jonas.get("/oauth/authorize/asked"))

    refused = (of_another_question, without_proof, from_elsewhere, by_another)
    assert [answer.status_code for answer in refused] == [403] * 4


REQUEST = {"redirect_uri": REDIRECT, "response_type": "code", "scope": "read"}


async def test_a_code_is_good_once_and_the_second_time_ends_what_it_gave(
    stranger_api: AsyncClient, jonas: AsyncClient
) -> None:
    app = await register(stranger_api)
    code = await code_of(jonas, app)
    token = (await exchange(stranger_api, app, code)).json()["access_token"]

    again = await exchange(stranger_api, app, code)

    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert (await stranger_api.get("/api/v1/preferences", headers=bearer(token))).status_code == 401


@pytest.mark.parametrize(
    "changes",
    [
        {"code": "unknown"},
        {"code": ""},
        {"redirect_uri": "https://kiebitz.example/other"},
        {"redirect_uri": ""},
        {"code_verifier": "another-verifier-of-more-than-forty-three-characters"},
        {"code_verifier": ""},
    ],
)
async def test_a_code_needs_everything_that_belongs_to_it(
    stranger_api: AsyncClient, jonas: AsyncClient, changes: dict[str, str]
) -> None:
    app = await register(stranger_api)
    code = await code_of(jonas, app)

    refused = await exchange(stranger_api, app, **({"code": code} | changes))

    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
    assert (await exchange(stranger_api, app, code)).status_code == 200


async def test_a_code_of_one_app_is_nothing_to_another(stranger_api: AsyncClient, jonas: AsyncClient) -> None:
    app, thief = await register(stranger_api), await register(stranger_api)
    code = await code_of(jonas, app)

    stolen = await exchange(stranger_api, thief, code)
    without_secret = await exchange(stranger_api, app, code, client_secret=thief["client_secret"])

    assert (stolen.status_code, stolen.json()["error"]) == (400, "invalid_grant")
    assert (without_secret.status_code, without_secret.json()["error"]) == (401, "invalid_client")


async def test_a_code_is_good_for_minutes(
    stranger_api: AsyncClient, jonas: AsyncClient, clock: FrozenClock
) -> None:
    app = await register(stranger_api)
    code = await code_of(jonas, app)

    clock.advance(minutes=5)

    assert (await exchange(stranger_api, app, code)).json()["error"] == "invalid_grant"


async def test_a_question_is_good_for_minutes(
    stranger_api: AsyncClient, jonas: AsyncClient, clock: FrozenClock
) -> None:
    page = await question(jonas, await register(stranger_api))

    clock.advance(minutes=11)

    assert (await answered(jonas, page)).status_code == 409


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"grant_type": "password", "username": "jonas", "password": "x"}, "unsupported_grant_type"),
        ({"grant_type": "refresh_token"}, "unsupported_grant_type"),
        ({"grant_type": ""}, "invalid_request"),
        ({"grant_type": "client_credentials", "scope": "read push"}, "invalid_scope"),
        ({"grant_type": "client_credentials", "scope": "admin:read"}, "invalid_scope"),
    ],
)
async def test_other_ways_to_a_token_are_refused_precisely(
    stranger_api: AsyncClient, changes: dict[str, str], error: str
) -> None:
    app = await register(stranger_api, scopes="read write")

    refused = await exchange(stranger_api, app, "code", **changes)

    assert (refused.status_code, refused.json()["error"]) == (400, error)
    assert refused.json()["error_description"]


async def test_secrets_in_the_address_are_refused(stranger_api: AsyncClient, api: AsyncClient) -> None:
    app = await register(stranger_api)
    form = {"grant_type": "client_credentials", "client_id": app["client_id"]}

    refused = await stranger_api.post(
        "/oauth/token", params={"client_secret": app["client_secret"]}, data=form
    )
    token = api.headers["authorization"].removeprefix("Bearer ")
    by_address = await stranger_api.get("/api/v1/preferences", params={"access_token": token})

    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_request")
    assert by_address.status_code == 401


async def test_an_app_ends_its_own_tokens_alone(stranger_api: AsyncClient, jonas: AsyncClient) -> None:
    app, other = await register(stranger_api), await register(stranger_api)
    token = (await exchange(stranger_api, app, await code_of(jonas, app))).json()["access_token"]
    form = {"client_id": other["client_id"], "client_secret": other["client_secret"], "token": token}

    refused = await stranger_api.post("/oauth/revoke", data=form)

    assert (refused.status_code, refused.json()["error"]) == (403, "unauthorized_client")
    assert (await stranger_api.get("/api/v1/preferences", headers=bearer(token))).status_code == 200


@pytest.mark.parametrize("end", ["disabled", "erased", "new password"])
async def test_a_token_ends_with_the_account(
    stranger_api: AsyncClient, founded: Founded, allow: Allow, end: str
) -> None:
    token = await allow(founded.employee, "read")

    async with founded.instance.unit_of_work() as uow:
        match end:
            case "disabled":
                await disable_employee(uow, founded.employee.id)
            case "erased":
                await erase_employee(uow, founded.employee.id)
            case _:
                await change_password(uow, founded.employee.id, hash_password("a new and long password"))

    assert (await stranger_api.get("/api/v1/preferences", headers=bearer(token))).status_code == 401
    async with founded.instance.reading() as db:
        assert (await db.scalars(select(AppToken.employee_id))).all() == []


async def test_whoever_registers_apps_without_end_is_stopped(
    stranger_api: AsyncClient, clock: FrozenClock
) -> None:
    for _ in range(20):
        await register(stranger_api)

    refused = await stranger_api.post(
        "/api/v1/apps", json={"client_name": "Kiebitz", "redirect_uris": REDIRECT}
    )

    assert refused.status_code == 429
    assert refused.headers["x-ratelimit-remaining"] == "0"
    assert int(refused.headers["retry-after"]) <= 3600


async def test_apps_of_others_go_on_when_somebody_ends_one(
    api: AsyncClient, jonas: AsyncClient, federation: Federation, founded: Founded, allow: Allow
) -> None:
    """The page lists one's own apps alone, and ends one's own alone."""
    of_ada = await allow(founded.admin, "read")
    page = await jonas.get("/settings/apps")
    address = page.text.split('action="/settings/apps/')[1].split('"')[0]

    async with await as_employee(federation, founded.admin) as ada:
        assert (await ada.post(f"/settings/apps/{address}")).status_code == 404
    assert (await api.get("/api/v1/preferences")).status_code == 200
    await jonas.post(f"/settings/apps/{address}")

    assert (await api.get("/api/v1/preferences")).status_code == 401
    async with client_of(federation) as other:
        assert (await other.get("/api/v1/preferences", headers=bearer(of_ada))).status_code == 200
