"""Filters over the API, of the second version and of the first."""

from datetime import timedelta
from typing import Any

import pytest
from httpx import AsyncClient

from federation.wiring import Federation
from tests.alliance.stage import Stage
from tests.support.client import client_of
from tests.support.clock import MONDAY
from tests.support.founding import Founded
from tests.web.mastodon.conftest import Allow
from tests.web.mastodon.shapes import assert_entity

pytestmark = pytest.mark.anyio
V2 = "/api/v2/filters"


async def _made(api: AsyncClient, **changes: Any) -> dict[str, Any]:
    asked = {
        "title": "Quiet",
        "context": ["home", "public"],
        "keywords_attributes": [{"keyword": "lens", "whole_word": "false"}],
        **changes,
    }
    answer = await api.post(V2, json=asked)
    assert answer.status_code == 200, answer.text
    made: dict[str, Any] = answer.json()
    assert_entity("Filter", made)
    return made


async def test_a_filter_is_made_changed_and_dropped(api: AsyncClient) -> None:
    made = await _made(api, filter_action="hide", expires_in=3600)
    assert (made["context"], made["filter_action"]) == (["home", "public"], "hide")
    assert made["expires_at"] == (MONDAY + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    [word] = made["keywords"]
    assert (word["keyword"], word["whole_word"]) == ("lens", False)

    form = {
        "title": "Loud",
        "context[]": "thread",
        "expires_in": "",
        "keywords_attributes[][id]": word["id"],
        "keywords_attributes[][_destroy]": "true",
    }
    changed = (await api.put(f"{V2}/{made['id']}", data=form)).json()
    assert_entity("Filter", changed)
    assert (changed["title"], changed["context"], changed["keywords"]) == ("Loud", ["thread"], [])
    assert (changed["expires_at"], changed["filter_action"]) == (None, "hide")

    assert (await api.get(V2)).json() == [changed]
    assert (await api.get(f"{V2}/{made['id']}")).json() == changed
    assert (await api.delete(f"{V2}/{made['id']}")).json() == {}
    assert (await api.get(V2)).json() == []


async def test_words_have_addresses_of_their_own(api: AsyncClient) -> None:
    made = await _made(api)
    added = (await api.post(f"{V2}/{made['id']}/keywords", data={"keyword": "C++"})).json()
    assert_entity("FilterKeyword", added)
    assert added["whole_word"] is True

    address = f"{V2}/keywords/{added['id']}"
    changed = (await api.put(address, data={"keyword": "Rust", "whole_word": "0"})).json()
    assert changed == {"id": added["id"], "keyword": "Rust", "whole_word": False}
    assert (await api.get(address)).json() == changed
    listed = (await api.get(f"{V2}/{made['id']}/keywords")).json()
    assert_entity("FilterKeyword[]", listed)
    assert [one["keyword"] for one in listed] == ["lens", "Rust"]
    assert (await api.delete(address)).json() == {}
    assert (await api.get(address)).status_code == 404


async def test_the_first_version_is_a_view_on_the_words_of_the_second(api: AsyncClient) -> None:
    made = (await api.post("/api/v1/filters", data={"phrase": "excel", "context[]": "home"})).json()
    assert_entity("V1::Filter", made)
    [filter_v2] = (await api.get(V2)).json()
    assert filter_v2["keywords"] == [{"id": made["id"], "keyword": "excel", "whole_word": False}]

    address = f"/api/v1/filters/{made['id']}"
    form = {"phrase": "word", "context[]": "public", "irreversible": "true", "whole_word": "true"}
    changed = (await api.put(address, data=form)).json()
    assert (changed["phrase"], changed["context"], changed["irreversible"], changed["whole_word"]) == (
        "word",
        ["public"],
        True,
        True,
    )
    assert (await api.get(address)).json() == changed

    await api.post(f"{V2}/{filter_v2['id']}/keywords", data={"keyword": "another"})
    assert (await api.put(address, data=form)).status_code == 422
    assert len((await api.get("/api/v1/filters")).json()) == 2

    for one in (await api.get("/api/v1/filters")).json():
        assert (await api.delete(f"/api/v1/filters/{one['id']}")).json() == {}
    assert (await api.get(V2)).json() == []


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"title": "x"},
        {"title": "x", "context": []},
        {"title": "x", "context": ["moon"]},
        {"title": "", "context": ["home"]},
        {"title": "x" * 300, "context": ["home"]},
        {"title": {"a": "b"}, "context": ["home"]},
        {"title": "x", "context": {"a": ["b"]}},
        {"title": "x", "context": ["home"], "filter_action": "shout"},
        {"title": "x", "context": ["home"], "expires_in": "soon"},
        {"title": "x", "context": ["home"], "keywords_attributes": "word"},
        {"title": "x", "context": ["home"], "keywords_attributes": [{"keyword": "\u202e"}]},
        {"title": "x", "context": ["home"], "keywords_attributes": [{"keyword": "x" * 256}]},
        {"title": "x", "context": ["home"], "keywords_attributes": [{"keyword": "x"}] * 101},
    ],
)
async def test_nonsense_is_refused(api: AsyncClient, asked: dict[str, Any]) -> None:
    answer = await api.post(V2, json=asked)

    assert answer.status_code == 422
    assert set(answer.json()) <= {"error", "details"}
    assert (await api.get(V2)).json() == []


@pytest.mark.parametrize("number", ["0", "999999999999999999999999", "9223372036854775807", "x", "-1", "٣"])
async def test_what_is_not_there_is_not_found(api: AsyncClient, number: str) -> None:
    made = await _made(api)
    for address in (f"{V2}/{number}", f"{V2}/keywords/{number}", f"{V2}/statuses/{number}"):
        for method in ("GET", "DELETE"):
            assert (await api.request(method, address)).status_code == 404, address
    assert (await api.get(f"/api/v1/filters/{number}")).status_code == 404
    answer = await api.post(f"{V2}/{made['id']}/statuses", data={"status_id": number})
    assert answer.status_code == 404


async def test_nobody_sees_or_changes_somebody_elses(
    api: AsyncClient, allow: Allow, founded: Founded, federation: Federation
) -> None:
    made = await _made(api)
    word = made["keywords"][0]["id"]
    async with client_of(federation) as other:
        other.headers["Authorization"] = f"Bearer {await allow(founded.admin, 'read', 'write')}"
        assert (await other.get(V2)).json() == []
        assert (await other.get("/api/v1/filters")).json() == []
        for method, address in (
            ("GET", f"{V2}/{made['id']}"),
            ("PUT", f"{V2}/{made['id']}"),
            ("DELETE", f"{V2}/{made['id']}"),
            ("GET", f"{V2}/{made['id']}/keywords"),
            ("GET", f"{V2}/keywords/{word}"),
            ("DELETE", f"{V2}/keywords/{word}"),
            ("GET", f"/api/v1/filters/{word}"),
            ("DELETE", f"/api/v1/filters/{word}"),
        ):
            assert (await other.request(method, address)).status_code == 404, address
    assert (await api.get(V2)).json() == [made]


async def test_a_token_for_reading_filters_does_not_write_them(
    founded: Founded, federation: Federation, allow: Allow
) -> None:
    async with client_of(federation) as app:
        app.headers["Authorization"] = f"Bearer {await allow(founded.employee, 'read:filters')}"
        assert (await app.get(V2)).status_code == 200
        assert (await app.post(V2, data={"title": "x", "context[]": "home"})).status_code == 403
        del app.headers["Authorization"]
        assert (await app.get(V2)).status_code == 401


async def test_statuses_say_which_filters_hold_for_them(
    api: AsyncClient, stage: Stage, founded: Founded, federation: Federation, allow: Allow
) -> None:
    await stage.publish(founded.admin, title="How a lens is made", audience="company")
    await stage.publish(founded.admin, title="Mirrors", audience="company")
    word = await _made(api, keywords_attributes=[{"keyword": "LENS"}], filter_action="hide")
    before = await api.get("/api/v1/timelines/home")
    mirrors, lens = before.json()
    single = await _made(api, title="This one", keywords_attributes=[])
    row = await api.post(f"{V2}/{single['id']}/statuses", data={"status_id": mirrors["id"]})
    assert_entity("FilterStatus", row.json())

    home = (await api.get("/api/v1/timelines/home")).json()

    assert_entity("Status[]", home)
    results = [status["filtered"] for status in home]
    for result in results:
        assert_entity("FilterResult[]", result)
    assert [(one["filter"]["id"], one["status_matches"]) for one in results[0]] == [
        (single["id"], [mirrors["id"]])
    ]
    assert [(one["filter"]["id"], one["keyword_matches"]) for one in results[1]] == [(word["id"], ["LENS"])]
    assert (await api.get(f"/api/v1/statuses/{lens['id']}")).json()["filtered"] == results[1]
    async with client_of(federation) as other:
        other.headers["Authorization"] = f"Bearer {await allow(founded.admin, 'read')}"
        assert [one["filtered"] for one in (await other.get("/api/v1/timelines/home")).json()] == [[], []]
    assert (await api.delete(f"{V2}/statuses/{row.json()['id']}")).json() == row.json()
    assert (await api.get("/api/v1/timelines/home")).json()[0]["filtered"] == []
