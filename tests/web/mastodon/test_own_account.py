"""One's own account: what its owner sees and changes, and what the house decides for everybody."""

import io
from typing import Any

import pytest
from httpx import AsyncClient
from PIL import Image

from federation.wiring import Federation
from tests.alliance.stage import Stage
from tests.support.client import client_of
from tests.support.founding import Founded
from tests.web.mastodon.conftest import Allow
from tests.web.mastodon.scenes import got, ids, said
from tests.web.mastodon.shapes import assert_entity

pytestmark = pytest.mark.anyio
MINE, CHANGE = "/api/v1/accounts/verify_credentials", "/api/v1/accounts/update_credentials"


def png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (80, 64), "teal").save(out, "PNG")
    return out.getvalue()


async def test_what_apps_ask_first(api: AsyncClient, founded: Founded) -> None:
    found = await got(api, MINE, "CredentialAccount")

    assert (found["id"], found["acct"]) == (str(founded.employee.id), "jonas")
    assert found["display_name"] == "Jonas Brandt"
    assert found["role"]["name"] == ""
    assert found["source"] == {
        "attribution_domains": [],
        "note": "",
        "fields": [],
        "privacy": "private",
        "sensitive": False,
        "language": "en",
        "follow_requests_count": 0,
        "hide_collections": True,
        "discoverable": False,
        "indexable": False,
        "quote_policy": "nobody",
    }
    assert_entity("Profile", (await api.get("/api/v1/profile")).json())


async def test_moderators_are_shown_what_they_are(
    founded: Founded, federation: Federation, allow: Allow
) -> None:
    async with client_of(federation) as app:
        app.headers["Authorization"] = f"Bearer {await allow(founded.admin, 'profile')}"
        found = await got(app, MINE, "CredentialAccount")
        assert (found["role"]["name"], found["role"]["highlighted"]) == ("Admin", True)
        assert (await app.patch(CHANGE, data={"note": "x"})).status_code == 403


async def test_name_words_and_choices_are_changed(api: AsyncClient, stage: Stage) -> None:
    form = {
        "display_name": " Jonas  B.\u202e ",
        "note": "Grinds *lenses*.",
        "locked": "true",
        "source[privacy]": "unlisted",
        "source[sensitive]": "true",
        "source[language]": "de-AT",
    }
    changed = said(await api.patch(CHANGE, data=form), "CredentialAccount")

    assert (changed["display_name"], changed["locked"]) == ("Jonas B.", True)
    assert changed["source"]["note"] == "Grinds *lenses*."
    assert "<em>lenses</em>" in changed["note"]
    chosen = {name: changed["source"][name] for name in ("privacy", "sensitive", "language")}
    assert chosen == {"privacy": "unlisted", "sensitive": True, "language": "de"}
    preferences = await got(api, "/api/v1/preferences", "Preferences")
    assert preferences["posting:default:visibility"] == "unlisted"
    assert preferences["posting:default:language"] == "de"
    assert await got(api, MINE) == changed
    only = said(await api.patch(CHANGE, json={"locked": False}))
    assert (only["locked"], only["display_name"], only["source"]["note"]) == (
        False,
        "Jonas B.",
        "Grinds *lenses*.",
    )


async def test_a_profile_is_shown_and_withdrawn_by_an_app(
    api: AsyncClient, stage: Stage, founded: Founded, stranger_api: AsyncClient
) -> None:
    said(await api.patch(CHANGE, data={"note": "Optics.", "discoverable": "true"}))
    assert founded.employee.id in ids(await got(api, "/api/v1/directory"))
    assert founded.employee.id not in ids(await got(stranger_api, "/api/v1/directory"))

    shown = said(await api.patch(CHANGE, data={"discoverable": "false"}))

    assert shown["source"]["discoverable"] is False
    assert founded.employee.id not in ids(await got(api, "/api/v1/directory"))


async def test_a_portrait_is_made_anew_and_taken_away(api: AsyncClient, founded: Founded) -> None:
    before = (await got(api, MINE))["avatar"]
    changed = said(await api.patch(CHANGE, files={"avatar": ("me.png", png(), "image/png")}))
    assert changed["avatar"] != before
    assert changed["avatar"].endswith(".jpg")
    profile = await got(api, "/api/v1/profile", "Profile")
    assert profile["avatar"] == changed["avatar"]

    gone = said(await api.delete("/api/v1/profile/avatar"), "CredentialAccount")

    assert gone["avatar"] == before
    assert (await got(api, "/api/v1/profile"))["avatar"] is None
    assert said(await api.delete("/api/v1/profile/header")) == gone


@pytest.mark.parametrize(
    "given",
    [
        {"display_name": ""},
        {"display_name": "x" * 201},
        {"note": "x" * 5001},
        {"bot": "true"},
        {"hide_collections": "false"},
        {"fields_attributes[0][name]": "Pronouns", "fields_attributes[0][value]": "they"},
        {"source[privacy]": "moon"},
        {"source[language]": "klingon"},
        {"source": "x"},
        {"fields_attributes": "x"},
    ],
)
async def test_what_can_not_be_is_refused_and_nothing_changes(
    api: AsyncClient, given: dict[str, Any]
) -> None:
    before = await got(api, MINE)

    answer = await api.patch(CHANGE, data={"locked": "true", **given})

    assert answer.status_code == 422, answer.text
    assert "error" in answer.json()
    assert await got(api, MINE) == before


@pytest.mark.parametrize("content", [b"", b"no picture", b"\x89PNG\r\n\x1a\n" + b"\0" * 100])
async def test_what_is_no_picture_is_refused(api: AsyncClient, content: bytes) -> None:
    answer = await api.patch(CHANGE, files={"avatar": ("me.png", content, "image/png")})

    assert answer.status_code == (422 if content else 200)
    header = await api.patch(CHANGE, files={"header": ("me.png", png(), "image/png")})
    assert header.status_code == 422


async def test_empty_fields_as_apps_send_them_are_taken(api: AsyncClient) -> None:
    form = {f"fields_attributes[{n}][{part}]": "" for n in range(4) for part in ("name", "value")}

    assert (await api.patch(CHANGE, data={**form, "bot": "false"})).status_code == 200
    profile = said(await api.patch("/api/v1/profile", json={"display_name": "Jo"}), "Profile")
    assert profile["display_name"] == "Jo"
