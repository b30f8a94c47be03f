"""Requests as Microsoft Entra and Okta publish them, with their habits, are understood.

Entra: learn.microsoft.com, "Develop and plan provisioning for a SCIM endpoint": `op` in capitals, booleans as
text, removal of members by value, filters by `userName` and `externalId`, groups read without members.
Okta: developer.okta.com, "SCIM 2.0 protocol reference": `active` in an object without path, whole users by
PUT, `members[value eq "…"]`, `startIndex` and `count` on everything.
"""

from tests.web.scim.directory import USER, Directory, user_payload

NOBODY = "7815aa3a-9f0e-4f4b-8b2f-3b1f8f6e2a11"


async def test_entra_looks_for_somebody_before_it_makes_them(directory: Directory) -> None:
    none = await directory.ask("GET", "/Users", filter=f'userName eq "{NOBODY}"')
    assert none.json()["totalResults"] == 0
    assert none.json()["Resources"] == []
    made = await directory.user("ruth")
    by_name = await directory.ask("GET", "/Users", filter='userName eq "RUTH@nordlicht.example"')
    by_key = await directory.ask("GET", "/Users", filter='externalId eq "key-ruth"')
    by_mail = await directory.ask(
        "GET", "/Users", filter='emails[type eq "work" and value eq "ruth@nordlicht.example"]'
    )
    assert [one.json()["Resources"] for one in (by_name, by_key, by_mail)] == [[made]] * 3
    assert (await directory.ask("GET", "/Users", filter='externalId eq "KEY-RUTH"')).json()[
        "totalResults"
    ] == 0


async def test_accounts_made_here_are_found_by_their_address(directory: Directory) -> None:
    found = await directory.ask("GET", "/Users", filter='userName eq "jonas@nordlicht.example"')
    assert found.json()["totalResults"] == 1
    number = found.json()["Resources"][0]["id"]
    answer = await directory.patch(
        f"/Users/{number}", {"op": "Add", "path": "externalId", "value": "key-jonas"}
    )
    assert answer.json()["externalId"] == "key-jonas"
    assert answer.json()["userName"] == "jonas@nordlicht.example"


async def test_entra_changes_what_it_maps(directory: Directory) -> None:
    made = await directory.user("ruth")
    answer = await directory.patch(
        f"/Users/{made['id']}",
        {"op": "Replace", "path": 'emails[type eq "work"].value', "value": "r.berg@nordlicht.example"},
        {"op": "Replace", "path": "name.familyName", "value": "Tal"},
        {"op": "Add", "path": "title", "value": "Director"},
        {
            "op": "Replace",
            "path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
            "value": "Board",
        },
    )
    assert answer.status_code == 200
    assert answer.json()["emails"] == [{"value": "r.berg@nordlicht.example", "type": "work", "primary": True}]
    assert answer.json()["name"]["familyName"] == "Tal"
    assert "title" not in answer.json(), "what we don't keep is not stored"


async def test_entra_disables_with_a_text_and_enables_again(directory: Directory) -> None:
    made = await directory.user("ruth")
    off = await directory.patch(f"/Users/{made['id']}", {"op": "Replace", "path": "active", "value": "False"})
    assert off.json()["active"] is False
    assert (await directory.ask("GET", f"/Users/{made['id']}")).json()["active"] is False
    on = await directory.patch(f"/Users/{made['id']}", {"op": "Replace", "path": "active", "value": "True"})
    assert on.json()["active"] is True


async def test_a_whole_user_without_address_and_state_leaves_both(directory: Directory) -> None:
    made = await directory.user("ruth", emails=[{"value": "ruth.berg@nordlicht.example", "primary": True}])
    address = f"/Users/{made['id']}"
    await directory.patch(address, {"op": "replace", "path": "active", "value": False})
    whole = {"schemas": [USER], "userName": "ruth@nordlicht.example", "externalId": "key-ruth"}
    answer = (await directory.ask("PUT", address, whole)).json()
    assert answer["active"] is False
    assert [one["value"] for one in answer["emails"]] == ["ruth.berg@nordlicht.example"]


async def test_an_address_that_came_without_a_type_is_changed_as_one_for_work(directory: Directory) -> None:
    made = await directory.user("ruth", emails=[{"value": "ruth@nordlicht.example", "primary": True}])
    change = {"op": "Replace", "path": 'emails[type eq "work"].value', "value": "r.berg@nordlicht.example"}
    answer = (await directory.patch(f"/Users/{made['id']}", change)).json()
    assert [one["value"] for one in answer["emails"]] == ["r.berg@nordlicht.example"]


async def test_okta_disables_without_a_path_and_writes_whole_users(directory: Directory) -> None:
    made = await directory.user("ruth")
    off = await directory.patch(f"/Users/{made['id']}", {"op": "replace", "value": {"active": False}})
    assert off.json()["active"] is False
    whole = user_payload("ruth", id=made["id"], displayName="Ruth B.", active=True)
    back = await directory.ask("PUT", f"/Users/{made['id']}", whole)
    assert (back.json()["active"], back.json()["displayName"]) == (True, "Ruth B.")


async def test_groups_as_both_fill_and_empty_them(directory: Directory) -> None:
    people = [(await directory.user(name))["id"] for name in ("ruth", "bo", "cem")]
    group = await directory.group("Everybody", people[0])
    address = f"/Groups/{group['id']}"
    added = await directory.patch(
        address, {"op": "Add", "path": "members", "value": [{"value": one} for one in people]}
    )
    assert added.status_code == 204
    entra = {"op": "Remove", "path": "members", "value": [{"value": people[0]}]}
    okta = {"op": "remove", "path": f'members[value eq "{people[1]}"]'}
    assert (await directory.patch(address, entra, okta)).status_code == 204
    left = (await directory.ask("GET", address)).json()
    assert [one["value"] for one in left["members"]] == [people[2]]
    short = (await directory.ask("GET", address, excludedAttributes="members")).json()
    assert "members" not in short
    renamed = {"op": "replace", "value": {"id": group["id"], "displayName": "All of us"}}
    assert (await directory.patch(address, renamed)).status_code == 204
    found = await directory.ask("GET", "/Groups", filter='displayName eq "all of us"')
    assert found.json()["Resources"][0]["id"] == group["id"]
    ruth = (await directory.ask("GET", f"/Users/{people[2]}")).json()
    assert [one["display"] for one in ruth["groups"]] == ["All of us"]


async def test_pages_hold_everybody_once(directory: Directory) -> None:
    for name in ("ruth", "bo", "cem", "dana", "eli"):
        await directory.user(name)
    seen: list[str] = []
    total = 1
    while len(seen) < total:
        page = (await directory.ask("GET", "/Users", startIndex=str(len(seen) + 1), count="3")).json()
        total = page["totalResults"]
        assert 1 <= page["itemsPerPage"] == len(page["Resources"]) <= 3
        seen += [one["id"] for one in page["Resources"]]
    assert len(seen) == len(set(seen)) == total
    assert (await directory.ask("GET", "/Users", count="0")).json()["Resources"] == []
    assert (await directory.ask("GET", "/Users", attributes="userName")).json()["Resources"][0].keys() == {
        "schemas",
        "id",
        "userName",
    }


async def test_nobody_is_made_twice(directory: Directory) -> None:
    await directory.user("ruth")
    again = await directory.ask("POST", "/Users", user_payload("ruth"))
    assert (again.status_code, again.json()["scimType"], again.json()["status"]) == (409, "uniqueness", "409")
    other = {"schemas": [USER], "userName": "x@nordlicht.example", "externalId": "key-ruth"}
    assert (await directory.ask("POST", "/Users", other)).status_code == 409
