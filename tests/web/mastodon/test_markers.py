"""How far somebody has read, over the API."""

import pytest
from httpx import AsyncClient

from alliance.instance import Instance
from tests.web.mastodon.shapes import assert_entity

pytestmark = pytest.mark.anyio
ADDRESS = "/api/v1/markers"


async def test_places_are_remembered_and_their_version_rises(api: AsyncClient) -> None:
    assert (await api.get(ADDRESS, params={"timeline[]": "home"})).json() == {}

    first = (await api.post(ADDRESS, json={"home": {"last_read_id": "103"}})).json()
    form = {"home[last_read_id]": "99", "notifications[last_read_id]": "7"}
    second = (await api.post(ADDRESS, data=form)).json()

    for marker in (*first.values(), *second.values()):
        assert_entity("Marker", marker)
    assert (first["home"]["last_read_id"], first["home"]["version"]) == ("103", 1)
    assert (second["home"]["last_read_id"], second["home"]["version"]) == ("99", 2)
    found = await api.get(ADDRESS, params={"timeline[]": ["home", "notifications", "moon"]})
    assert found.json() == second
    assert list((await api.get(ADDRESS, params={"timeline": "home"})).json()) == ["home"]
    assert (await api.get(ADDRESS)).json() == {}


@pytest.mark.parametrize("place", ["x", "", "-5", "1e5", "99999999999999999999", {"a": "b"}, [1]])
async def test_what_is_no_place_is_refused(api: AsyncClient, instance: Instance, place: object) -> None:
    answer = await api.post(ADDRESS, json={"home": {"last_read_id": place}})

    assert answer.status_code == 422
    assert (await api.get(ADDRESS, params={"timeline[]": "home"})).json() == {}


async def test_nothing_given_changes_nothing(api: AsyncClient) -> None:
    assert (await api.post(ADDRESS, json={})).json() == {}
    assert (await api.post(ADDRESS, json={"home": "103"})).status_code == 422
