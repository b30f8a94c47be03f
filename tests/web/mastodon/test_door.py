"""The door for apps: tokens, scopes, unknown addresses, limits, and what browsers may read."""

from datetime import timedelta
from typing import Any

import pytest
from httpx import AsyncClient

from alliance.app_scopes import GRANTS, SCOPES
from federation.wiring import Federation
from tests.support.client import client_of
from tests.support.clock import FrozenClock
from tests.support.founding import Founded
from tests.web.mastodon.conftest import Allow
from tests.web.mastodon.signing_in import bearer
from web.mastodon.door import Endpoint
from web.mastodon.limits import Limits, Rate
from web.mastodon.reference import by_address, without_names
from web.mastodon.routes import ENDPOINTS, Api

pytestmark = pytest.mark.anyio
FIVE_MINUTES = timedelta(minutes=5)


def address_of(endpoint: Endpoint) -> tuple[str, str]:
    """As the table names it."""
    return endpoint.method, without_names(endpoint.path)


KNOWN = [endpoint for endpoint in ENDPOINTS if address_of(endpoint) in by_address()]
# Where the table and the servers differ (mastodon/mastodon 4.5, app/controllers/api/v1/accounts).
MORE_OPEN = {("GET", "/api/v1/accounts/lookup"): "anybody may ask; authorize_if_got_token!"}
# Where we ask for less or more than the table, and why.
OTHER_SCOPES = {
    ("GET", "/api/v1/accounts/lookup"): "anybody may ask",
    ("GET", "/api/v2/notifications/{}/accounts"): "reading asks for a right to read",
}


@pytest.mark.parametrize("endpoint", KNOWN, ids=lambda e: f"{e.method} {e.path}")
def test_scopes_are_those_of_the_table(endpoint: Endpoint) -> None:
    row = by_address()[address_of(endpoint)]

    wanted = set(row["scopes"]) & {*SCOPES}
    asked = set(endpoint.scopes)

    # A whole area may stand beside its part: whoever has it has the part as well.
    more = {scope for scope in asked - wanted if wanted.isdisjoint(GRANTS.get(scope, ()))}
    assert (wanted - asked, more) == (set(), set()) or (
        endpoint.method,
        without_names(endpoint.path),
    ) in OTHER_SCOPES


@pytest.mark.parametrize("endpoint", KNOWN, ids=lambda e: f"{e.method} {e.path}")
def test_tokens_are_asked_for_as_the_table_says(endpoint: Endpoint) -> None:
    row = by_address()[address_of(endpoint)]

    if address_of(endpoint) in MORE_OPEN:
        return
    stricter = {"none": {"none", "user-optional"}, "user-optional": {"user-optional", "none"}}
    assert endpoint.token in stricter.get(row["token"], {row["token"], "user"})


@pytest.mark.parametrize(
    "endpoint", [e for e in ENDPOINTS if e.token in ("app", "user")], ids=lambda e: f"{e.method} {e.path}"
)
async def test_without_a_token_there_is_no_way_in(stranger_api: AsyncClient, endpoint: Endpoint) -> None:
    path = "/".join("1" if part.startswith("{") else part for part in endpoint.path.split("/"))

    answer = await stranger_api.request(endpoint.method, path)

    assert (answer.status_code, answer.json()) == (401, {"error": "The access token is invalid"})
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_every_scope_of_the_tables_is_one_that_we_know() -> None:
    named = {scope for endpoint in ENDPOINTS for scope in endpoint.scopes}

    assert named <= set(SCOPES)


@pytest.mark.parametrize(("scope", "is_enough"), [("read", True), ("read:accounts", True), ("write", False)])
async def test_a_scope_is_needed_and_a_whole_area_is_enough(
    stranger_api: AsyncClient, founded: Founded, allow: Allow, scope: str, is_enough: bool
) -> None:
    token = await allow(founded.employee, scope)

    answer = await stranger_api.get("/api/v1/preferences", headers=bearer(token))

    assert answer.status_code == (200 if is_enough else 403)
    if not is_enough:
        assert answer.json() == {"error": "This action is outside the authorized scopes"}


@pytest.mark.parametrize("path", ["/api/v1/nothing/here", "/api/", "/api/oauth", "/api/v9/instance"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
async def test_what_nobody_answers_is_json_and_not_a_page(
    stranger_api: AsyncClient, path: str, method: str
) -> None:
    answer = await stranger_api.request(method, path, headers={"Accept": "text/html"})

    assert (answer.status_code, answer.json()) == (404, {"error": "Record not found"})
    assert answer.headers["access-control-allow-origin"] == "*"


async def test_a_wrong_method_is_told_the_right_one(stranger_api: AsyncClient) -> None:
    answer = await stranger_api.delete("/api/v1/apps")

    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert set(answer.json()) == {"error"}


async def test_a_page_elsewhere_may_ask_with_a_token_and_never_with_our_cookies(
    stranger_api: AsyncClient,
) -> None:
    asked = {"Origin": "https://elster.example", "Access-Control-Request-Method": "POST"}

    before = await stranger_api.options("/api/v1/statuses", headers=asked)
    after = await stranger_api.get("/api/v1/instance", headers={"Origin": "https://elster.example"})

    assert before.status_code == 204
    assert "Authorization" in before.headers["access-control-allow-headers"]
    assert "PATCH" in before.headers["access-control-allow-methods"]
    assert after.headers["access-control-allow-origin"] == "*"
    assert "Link" in after.headers["access-control-expose-headers"]
    assert "access-control-allow-credentials" not in {*before.headers, *after.headers}


@pytest.mark.parametrize("path", ["/", "/settings", "/oauth/authorize", "/sign-in"])
async def test_pages_for_people_are_not_open_to_other_sites(stranger_api: AsyncClient, path: str) -> None:
    answer = await stranger_api.get(path, headers={"Origin": "https://elster.example"})

    assert "access-control-allow-origin" not in answer.headers


async def test_a_cookie_is_nobody_to_the_api(jonas: AsyncClient) -> None:
    answer = await jonas.get("/api/v1/preferences")

    assert answer.status_code == 401


async def test_limits_are_told_and_kept_per_person(
    federation: Federation, founded: Founded, allow: Allow, clock: FrozenClock
) -> None:
    one, other = await allow(founded.employee, "read"), await allow(founded.admin, "read")
    async with client_of(federation) as client:
        state = client._transport.app.state  # type: ignore[attr-defined]
        state.api_limits = Limits({"": Rate(2, FIVE_MINUTES)})
        answers = [await client.get("/api/v1/preferences", headers=bearer(one)) for _ in range(3)]
        of_another = await client.get("/api/v1/preferences", headers=bearer(other))
        clock.advance(minutes=5)
        later = await client.get("/api/v1/preferences", headers=bearer(one))

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert [answer.headers["x-ratelimit-remaining"] for answer in answers] == ["1", "0", "0"]
    assert answers[2].headers["x-ratelimit-limit"] == "2"
    assert answers[2].headers["x-ratelimit-reset"] == "2026-03-16T08:05:00.000Z"
    assert (of_another.status_code, later.status_code) == (200, 200)


async def test_whoever_guesses_tokens_is_counted_by_address(federation: Federation, founded: Founded) -> None:
    async with client_of(federation) as client:
        client._transport.app.state.api_limits = Limits(  # type: ignore[attr-defined]
            {"": Rate(2, FIVE_MINUTES)}
        )
        answers = [await client.get("/api/v1/preferences", headers=bearer(f"guess-{n}")) for n in range(3)]

    assert [answer.status_code for answer in answers] == [401, 401, 429]


async def _nothing(_: Any) -> None:
    return None


def test_names_count_before_variables_and_slashes_are_forgiven_where_apps_need_it() -> None:
    parts = ("accounts/{id}", "accounts/lookup", "accounts/{id}/lists", "instance")
    api = Api(Endpoint("GET", f"/api/v1/{part}", _nothing, "none") for part in parts)

    def at(path: str) -> tuple[str, tuple[str, ...]]:
        methods, values = api.methods_at(path)
        return (methods["GET"].path if methods else ""), values

    assert at("/api/v1/accounts/lookup") == ("/api/v1/accounts/lookup", ())
    assert at("/api/v1/accounts/17") == ("/api/v1/accounts/{id}", ("17",))
    assert at("/api/v1/accounts/lookup/lists") == ("/api/v1/accounts/{id}/lists", ("lookup",))
    assert at("/api/v1/instance/") == ("/api/v1/instance", ())
    assert at("/api/v1/accounts/17/") == ("/api/v1/accounts/{id}", ("17",))
    assert at("/api/v1/accounts/17//") == ("", ())
    assert at("/api/v1/accounts/") == ("", ())
    assert at("/api/v1/accounts/17/lists/2") == ("", ())
