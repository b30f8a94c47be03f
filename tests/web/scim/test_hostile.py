"""Without the right token nothing; with it nothing that breaks, and errors as SCIM has them."""

import asyncio
from typing import Any

import httpx
import pytest

from alliance.learning_settings import end_token, make_token, tokens
from tests.support.founding import Founded
from tests.web.scim.directory import GROUP, PATCH, USER, Directory, user_payload

DEEP = '{"a":' * 40 + "1" + "}" * 40


@pytest.mark.parametrize("token", ["", "nonsense", "x" * 5000])
async def test_strangers_are_told_nothing(client: httpx.AsyncClient, founded: Founded, token: str) -> None:
    for path in ("/Users", "/Groups", "/Schemas", "/ServiceProviderConfig", "/nowhere", "/Users/1"):
        answer = await client.get(f"/scim/v2{path}", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 401, path
        assert answer.json()["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]
        assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_a_token_for_something_else_opens_nothing(client: httpx.AsyncClient, founded: Founded) -> None:
    async with founded.instance.unit_of_work() as uow:
        other = await make_token(uow, "Portal", founded.admin)
    answer = await client.get("/scim/v2/Users", headers={"Authorization": f"Bearer {other}"})
    assert answer.status_code == 401


async def test_a_token_that_was_taken_back_opens_nothing(directory: Directory, founded: Founded) -> None:
    async with founded.instance.unit_of_work() as uow:
        for one in await tokens(uow.db, "provisioning"):
            await end_token(uow, one.id, founded.admin, scope="provisioning")
    assert (await directory.ask("GET", "/Users")).status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "content", "status"),
    [
        ("POST", "/Users", [], 400),
        ("POST", "/Users", {"schemas": [USER]}, 400),
        ("POST", "/Users", user_payload(userName=7), 400),
        ("POST", "/Users", user_payload(emails=[{"value": "no address"}]), 400),
        ("POST", "/Users", user_payload(userName="x" * 400), 400),
        ("POST", "/Users", user_payload(displayName="x" * 300), 400),
        ("POST", "/Users", user_payload(active="perhaps"), 400),
        ("POST", "/Groups", {"schemas": [GROUP], "displayName": ""}, 400),
        ("POST", "/Groups", {"schemas": [GROUP], "displayName": "x" * 300}, 400),
        ("POST", "/Groups", {"schemas": [GROUP], "displayName": "A", "members": [{"value": "12"}]}, 400),
        ("POST", "/Groups", {"schemas": [GROUP], "displayName": "A", "members": [{"value": "../1"}]}, 400),
        ("POST", "/Groups", {"schemas": [GROUP], "displayName": "A", "members": [{"value": "9" * 19}]}, 400),
        ("POST", "/Groups", {"schemas": [GROUP], "displayName": "A", "externalId": "x" * 300}, 400),
        ("POST", "/Groups", {"schemas": [GROUP], "displayName": "A", "externalId": "a\0"}, 400),
        ("POST", "/Users", user_payload(externalId="x" * 300), 400),
        ("POST", "/Users", user_payload(externalId="a\0"), 400),
        ("PUT", "/Users/1", user_payload(), 404),
        ("PATCH", "/Users/1", {"schemas": [PATCH], "Operations": []}, 400),
        ("PATCH", "/Users/1", {"schemas": [PATCH], "Operations": [{"op": "explode"}]}, 400),
        ("GET", f"/Users/{10**30}", None, 404),
        ("GET", "/Users/%00", None, 400),
        ("POST", "/Bulk", {}, 405),
        ("DELETE", "/Users", None, 405),
        ("POST", "/.search", {}, 501),
    ],
)
async def test_what_makes_no_sense_is_refused_precisely(
    directory: Directory, method: str, path: str, content: object, status: int
) -> None:
    answer = await directory.client.request(
        method, f"/scim/v2{path}", json=content, headers=directory.headers
    )
    assert answer.status_code == status, answer.text
    assert answer.json()["status"] == str(status)
    assert answer.json()["detail"]


@pytest.mark.parametrize(
    "wanted",
    [
        "(" * 900,
        'userName eq "x" or ' * 60 + 'userName eq "x"',
        "password pr",
        'userName eq "',
        "active eq 3",
        'externalId eq "\\u0000"',
        'externalId eq "\\ud800"',
    ],
)
async def test_filters_that_make_no_sense_are_refused(directory: Directory, wanted: str) -> None:
    answer = await directory.ask("GET", "/Users", filter=wanted)
    assert answer.status_code == 400
    assert answer.json()["scimType"] in ("invalidFilter", "invalidValue", "invalidPath")


async def test_wild_cards_are_letters(directory: Directory) -> None:
    await directory.user("ruth")
    for wanted in ('userName co "%"', 'userName sw "_"', 'userName eq "\' or 1=1"'):
        assert (await directory.ask("GET", "/Users", filter=wanted)).json()["totalResults"] == 0


async def test_a_body_that_is_no_object_or_too_deep_is_refused(directory: Directory) -> None:
    for body in ("", "nonsense", "[1]", DEEP):
        answer = await directory.client.post("/scim/v2/Users", content=body, headers=directory.headers)
        assert answer.status_code == 400, body[:20]


async def test_a_refused_operation_leaves_the_whole_request_undone(directory: Directory) -> None:
    made = await directory.user("ruth")
    group = await directory.group("Everybody")
    answer = await directory.patch(
        f"/Groups/{group['id']}",
        {"op": "add", "path": "members", "value": [{"value": made["id"]}]},
        {"op": "remove", "path": "displayName"},
    )
    assert answer.status_code == 400
    assert "members" not in (await directory.ask("GET", f"/Groups/{group['id']}")).json()


async def test_a_removal_of_nobody_removes_nobody(directory: Directory) -> None:
    made = await directory.user("ruth")
    group = await directory.group("Everybody", made["id"])
    nobody = {"op": "remove", "path": "members", "value": []}
    assert (await directory.patch(f"/Groups/{group['id']}", nobody)).status_code == 204
    left = (await directory.ask("GET", f"/Groups/{group['id']}")).json()
    assert [one["value"] for one in left["members"]] == [made["id"]]


async def test_groups_without_a_key_are_not_the_same_one(directory: Directory) -> None:
    for name in ("One", "Two"):
        content = {"schemas": [GROUP], "displayName": name, "externalId": ""}
        assert (await directory.ask("POST", "/Groups", content)).status_code == 201


async def test_a_patch_does_not_go_on_for_ever(directory: Directory) -> None:
    made = await directory.user("ruth")
    many = [{"op": "replace", "path": "displayName", "value": "R"}] * 1_001
    assert (await directory.patch(f"/Users/{made['id']}", *many)).status_code == 400


async def test_of_requests_at_once_one_makes_the_account_the_others_are_told(
    directory: Directory,
) -> None:
    def again(number: int) -> dict[str, Any]:
        return user_payload("ruth", emails=[{"value": f"ruth{number}@nordlicht.example"}])

    asked = (directory.ask("POST", "/Users", again(number)) for number in range(6))
    answers = await asyncio.gather(*asked)

    assert sorted(answer.status_code for answer in answers) == [201, *[409] * 5]
    assert {answer.json().get("scimType") for answer in answers} == {None, "uniqueness"}


async def test_no_other_site_is_let_in_by_a_browser(directory: Directory) -> None:
    answer = await directory.client.post(
        "/scim/v2/Users",
        json=user_payload(),
        headers={"Origin": "https://evil.example", "Content-Type": "application/json"},
    )
    assert answer.status_code == 401
