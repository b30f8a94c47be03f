"""Directory, suggestions, search and trends show exactly whom and what somebody may see."""

from typing import Any

import pytest
from httpx import AsyncClient

from alliance.keeping_away import block
from alliance.profiling import withdraw_profile
from tests.alliance.stage import Stage
from tests.support.founding import Founded
from tests.web.mastodon.scenes import expert, follows, got, ids, theirs
from tests.web.mastodon.shapes import assert_entity

pytestmark = pytest.mark.anyio
DOORS = ("/api/v1/directory", "/api/v1/suggestions", "/api/v2/suggestions")
QUESTIONS = ("Lena", "lena.vogt", "@lena.vogt", "Mira Hofer", "@mira@alpenwerk.example", "Schleifen")


async def test_the_directory_has_companies_and_experts_and_no_colleague_who_shows_nothing(
    api: AsyncClient, stage: Stage, founded: Founded
) -> None:
    ally = await stage.ally()
    lena, mira = await expert(stage), await theirs(stage)
    hidden, quiet = await stage.colleague("Kim Quiet"), await theirs(stage, 8, username="q", profile=None)
    paused = await stage.ally("pause.example")
    await stage.put(paused, "paused")

    found = await got(api, "/api/v1/directory", "Account[]", order="new")

    assert ids(found)[:2] == [founded.company.id, ally.id]
    assert set(ids(found)[2:]) == {lena.id, mira.id}
    assert not {hidden.id, quiet.id, paused.id} & set(ids(found))
    local = await got(api, "/api/v1/directory", local="true")
    assert ids(local) == [founded.company.id, lena.id]
    pages = [ids(await got(api, "/api/v1/directory", offset=n, limit=1, order="new")) for n in range(5)]
    assert [number for page in pages for number in page] == ids(found)


async def test_strangers_find_public_profiles_alone(stranger_api: AsyncClient, stage: Stage) -> None:
    await expert(stage, "Lena Vogt", "company", "Schleifen")
    await expert(stage, "Ole Kern", "alliance")
    shown = await expert(stage, "Pia Lang", "public")
    await stage.ally()
    await theirs(stage)

    found = await got(stranger_api, "/api/v1/directory", "Account[]")

    people = [one for one in found if not one["group"]]
    assert ids(people) == [shown.id]
    for typed in (*QUESTIONS, "Ole", "@ole.kern"):
        result = await got(stranger_api, "/api/v2/search", "Search", q=typed)
        assert [one["acct"] for one in result["accounts"] if not one["group"]] == [], typed


async def test_who_withdraws_their_profile_is_gone_from_every_door(api: AsyncClient, stage: Stage) -> None:
    lena = await expert(stage, "Lena Vogt", "company", "Schleifen")
    assert lena.id in ids(await got(api, "/api/v1/directory"))
    async with stage.instance.unit_of_work() as uow:
        await withdraw_profile(uow, lena.id)

    for address in DOORS:
        found = await got(api, address)
        assert str(lena.id) not in str(found), address
    for typed in ("Lena", "Schleifen"):
        assert (await got(api, "/api/v2/search", q=typed))["accounts"] == [], typed
        assert await got(api, "/api/v1/accounts/search", q=typed) == [], typed
    # Whoever types the whole name of a colleague knows them already.
    assert ids(await got(api, "/api/v1/accounts/search", q="@lena.vogt")) == [lena.id]


async def test_suggestions_leave_out_who_is_followed_kept_away_or_not_wanted(
    api: AsyncClient, stage: Stage, founded: Founded
) -> None:
    ally, other = await stage.ally(), await stage.ally("birke.example")
    lena, ole, pia = [
        await expert(stage, name, "company", "Schleifen") for name in ("Lena V", "Ole K", "Pia L")
    ]
    await follows(stage, founded.employee.id, "company", other.id)
    await follows(stage, founded.employee.id, "expert", ole.id)
    async with stage.instance.unit_of_work() as uow:
        await block(uow, founded.employee.id, pia.id)

    found = await got(api, "/api/v2/suggestions", "Suggestion[]")

    assert ids([one["account"] for one in found]) == [ally.id, lena.id]
    assert (await api.delete(f"/api/v1/suggestions/{lena.id}")).json() == {}
    assert ids(await got(api, "/api/v1/suggestions", "Account[]")) == [ally.id]
    assert (await api.delete("/api/v1/suggestions/12345")).status_code == 404


async def test_search_finds_people_companies_sessions_and_topics(
    api: AsyncClient, stage: Stage, founded: Founded
) -> None:
    ally = await stage.ally()
    lena, mira = await expert(stage, "Lena Vogt", "company", "Schleifen"), await theirs(stage)
    session = await stage.publish(
        title="Grinding lenses", topics=("Schleifen", "Schleiferei"), audience="company"
    )

    async def found(typed: str, **more: Any) -> dict[str, Any]:
        result: dict[str, Any] = await got(api, "/api/v2/search", "Search", q=typed, **more)
        return result

    assert ids((await found("len"))["accounts"]) == [lena.id]
    assert ids((await found("@mira@alpenwerk.example"))["accounts"]) == [mira.id]
    assert ids((await found("alpenw"))["accounts"]) == [ally.id]
    assert ids((await found("sessions@alpenwerk.example"))["accounts"]) == [ally.id]
    assert [one["name"] for one in (await found("#schlei"))["hashtags"]] == ["schleifen", "schleiferei"]
    [status] = (await found("lenses"))["statuses"]
    assert "Grinding lenses" in status["content"]
    only = await found("lenses", type="accounts")
    assert (only["statuses"], only["hashtags"]) == ([], [])
    by_address = await found(f"https://nordlicht.example/sessions/{session.id}")
    assert by_address["statuses"] == [status]
    assert ids((await found(f"https://nordlicht.example/people/{lena.id}"))["accounts"]) == [lena.id]
    assert ids((await found("https://alpenwerk.example/people/7"))["accounts"]) == [mira.id]
    assert (await found("lenses", offset=1))["statuses"] == []
    assert ids((await found("lenses", account_id=founded.company.id))["statuses"]) == [int(status["id"])]
    assert (await found("lenses", account_id=ally.id))["statuses"] == []
    assert (await found("lenses", account_id=founded.employee.id))["statuses"] == []
    following = await got(api, "/api/v1/accounts/search", q="len", following="true")
    assert following == []


async def test_what_is_for_the_company_is_found_by_no_stranger(
    stranger_api: AsyncClient, stage: Stage
) -> None:
    session = await stage.publish(title="Grinding lenses", topics=("Schleifen",), audience="company")
    shown = await stage.publish(title="Polishing mirrors", topics=("Spiegel",), audience="public")

    for typed in ("lenses", "Schleifen", f"https://nordlicht.example/sessions/{session.id}", "#schleifen"):
        result = await got(stranger_api, "/api/v2/search", "Search", q=typed)
        assert (result["statuses"], result["hashtags"]) == ([], []), typed
    assert len((await got(stranger_api, "/api/v2/search", q="mirrors"))["statuses"]) == 1
    tags = await got(stranger_api, "/api/v1/trends/tags", "Tag[]")
    assert [one["name"] for one in tags] == ["spiegel"]
    statuses = await got(stranger_api, "/api/v1/trends/statuses", "Status[]")
    assert [one["uri"] for one in statuses] == [f"https://nordlicht.example/sessions/{shown.id}"]
    known = await got(stranger_api, "/api/v1/tags/schleifen", "Tag")
    unknown = await got(stranger_api, "/api/v1/tags/neverused", "Tag")
    assert {use["uses"] for one in (known, unknown) for use in one["history"]} == {"0"}
    assert await got(stranger_api, "/api/v1/trends/links") == []


async def test_trends_count_what_is_said(api: AsyncClient, stage: Stage) -> None:
    for number in range(3):
        await stage.publish(title=f"Lenses {number}", topics=("Schleifen",), audience="company")
    await stage.publish(title="Mirrors", topics=("Spiegel",))

    tags = await got(api, "/api/v1/trends/tags", "Tag[]")

    assert [one["name"] for one in tags] == ["schleifen", "spiegel"]
    assert (tags[0]["history"][0]["uses"], tags[0]["history"][0]["accounts"]) == ("3", "1")
    assert [one["name"] for one in await got(api, "/api/v1/trends/tags", offset=1, limit=1)] == ["spiegel"]
    assert len(await got(api, "/api/v1/trends/statuses", "Status[]", limit=2)) == 2
    assert len(await got(api, "/api/v1/trends/statuses", offset=3)) == 1


@pytest.mark.parametrize(
    "typed",
    ["", " ", "\u202e", "x" * 501],
)
async def test_a_question_without_words_is_refused(api: AsyncClient, typed: str) -> None:
    for address in ("/api/v2/search", "/api/v1/accounts/search"):
        assert (await api.get(address, params={"q": typed})).status_code == 422


@pytest.mark.parametrize(
    "typed",
    [
        "%", "_", "'", "\\", "%_%", "🔭", "a@b@c@d", "@", "@@", "x@y", "http://", "https://[", "https://",
        "https://nordlicht.example/sessions/99999999999999999999999999", "https://nordlicht.example/@",
        "https://169.254.169.254/latest", "@a@localhost:1", "ß" * 400, "#", "##", "*", '"', "a OR b",
    ],
)  # fmt: skip
async def test_strange_questions_find_nothing_and_break_nothing(
    api: AsyncClient, stage: Stage, typed: str
) -> None:
    await expert(stage)
    result = await api.get("/api/v2/search", params={"q": typed, "resolve": "true"})
    assert result.status_code == 200, result.text
    assert_entity("Search", result.json())
    assert result.json()["statuses"] == []
    assert (await api.get("/api/v1/accounts/search", params={"q": typed, "resolve": "1"})).status_code == 200


async def test_unusable_arguments_are_refused(api: AsyncClient) -> None:
    for arguments in ({"q": "x", "type": "moon"}, {"q": "x", "limit": "many"}, {"q": "x", "offset": "a"}):
        assert (await api.get("/api/v2/search", params=arguments)).status_code == 422
