"""Following, blocking, muting and noting over the API, and what nobody else learns of it."""

from datetime import timedelta
from typing import Any

import pytest
from httpx import AsyncClient

from alliance.models import Company, Employee
from alliance.profiling import ProfileDraft, edit_profile, publish_profile
from tests.alliance.stage import Stage
from tests.support.clock import MONDAY, FrozenClock
from tests.support.counting import queries_of
from tests.support.founding import Founded
from tests.web.mastodon.shapes import assert_entity

pytestmark = pytest.mark.anyio
ONE = "/api/v1/accounts"


@pytest.fixture
async def lena(stage: Stage) -> Employee:
    """An expert whose profile all colleagues see."""
    made = await stage.colleague()
    async with stage.instance.unit_of_work() as uow:
        await edit_profile(uow, made.id, ProfileDraft(name="Lena Vogt", audience="company"))
        await publish_profile(uow, made.id)
    return made


async def act(api: AsyncClient, account_id: int, verb: str, **form: Any) -> dict[str, Any]:
    answer = await api.post(f"{ONE}/{account_id}/{verb}", data=form)
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.json()
    assert_entity("Relationship", said)
    assert said["id"] == str(account_id)
    return said


async def related(api: AsyncClient, *ids: object) -> list[dict[str, Any]]:
    answer = await api.get(f"{ONE}/relationships", params={"id[]": [str(number) for number in ids]})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    assert_entity("Relationship[]", found)
    return found


async def test_an_expert_and_a_company_are_followed_and_no_longer(
    api: AsyncClient, stage: Stage, lena: Employee
) -> None:
    company = await stage.ally()
    for number in (lena.id, company.id):
        said = await act(api, number, "follow")
        assert (said["following"], said["showing_reblogs"], said["notifying"]) == (True, True, True)
        said = await act(api, number, "follow", reblogs="false", notify="false", **{"languages[]": "de"})
        assert (said["showing_reblogs"], said["notifying"], said["languages"]) == (False, False, ["de"])
        said = await act(api, number, "unfollow")
        assert (said["following"], said["showing_reblogs"], said["languages"]) == (False, False, None)


async def test_relationships_come_in_the_order_asked_for_without_whom_nobody_may_know(
    api: AsyncClient, stage: Stage, lena: Employee, founded: Founded
) -> None:
    company = await stage.ally()
    unknown = await stage.know("fremd.example")
    hidden = await stage.person("https://fremd.example/people/1", username="nobody", name="Nobody")
    await act(api, company.id, "follow")

    asked = (lena.id, "x", unknown.id, company.id, hidden.id, 12345, founded.company.id, lena.id)
    found = await related(api, *asked)

    assert [one["id"] for one in found] == [str(lena.id), str(company.id), str(founded.company.id)]
    assert [one["following"] for one in found] == [False, True, False]


async def test_many_relationships_take_as_many_queries_as_few(
    api: AsyncClient, stage: Stage, lena: Employee, founded: Founded
) -> None:
    people = [lena, *[await stage.colleague(f"Kim Nummer{n}") for n in range(4)]]
    for one in people:
        await act(api, one.id, "note", comment="met")
    counts = []
    async with stage.instance.reading() as db:
        for asked in (people[:1], people):
            with queries_of(db) as seen:
                await related(api, *(one.id for one in asked))
            counts.append(len(seen))

    assert 0 < counts[0] == counts[1]


async def test_blocking_ends_following_and_nobody_is_told(
    api: AsyncClient, stage: Stage, lena: Employee
) -> None:
    await act(api, lena.id, "follow")

    said = await act(api, lena.id, "block")

    assert (said["blocking"], said["following"], said["blocked_by"]) == (True, False, False)
    refused = await api.post(f"{ONE}/{lena.id}/follow")
    assert refused.status_code == 403
    said = await act(api, lena.id, "unblock")
    assert said["blocking"] is False


async def test_a_mute_lasts_as_long_as_it_was_said_to(
    api: AsyncClient, stage: Stage, lena: Employee, clock: FrozenClock
) -> None:
    said = await act(api, lena.id, "mute", duration=3600, notifications="false")
    assert (said["muting"], said["muting_notifications"]) == (True, False)
    assert said["muting_expires_at"] == (MONDAY + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S.000Z")

    clock.advance(hours=1)
    [ended] = await related(api, lena.id)
    assert (ended["muting"], ended["muting_expires_at"]) == (False, None)

    said = await act(api, lena.id, "mute")
    assert (said["muting"], said["muting_notifications"], said["muting_expires_at"]) == (True, True, None)
    assert (await act(api, lena.id, "unmute"))["muting"] is False


async def test_notes_and_recommendations_are_kept(api: AsyncClient, lena: Employee) -> None:
    assert (await act(api, lena.id, "note", comment="Knows lenses 🔭\u202e"))["note"] == "Knows lenses 🔭"
    assert (await act(api, lena.id, "endorse"))["endorsed"] is True
    assert (await act(api, lena.id, "pin"))["endorsed"] is True
    [found] = await related(api, lena.id)
    assert (found["note"], found["endorsed"]) == ("Knows lenses 🔭", True)
    assert (await act(api, lena.id, "note"))["note"] == ""
    assert (await act(api, lena.id, "unendorse"))["endorsed"] is False
    assert (await api.post(f"{ONE}/{lena.id}/note", data={"comment": "x" * 2001})).status_code == 422


async def test_who_shows_no_profile_is_a_colleague_but_can_not_be_followed(
    api: AsyncClient, stage: Stage
) -> None:
    kim = await stage.colleague("Kim Quiet")

    refused = await api.post(f"{ONE}/{kim.id}/follow")

    assert (refused.status_code, list(refused.json())) == (403, ["error"])
    assert [one["following"] for one in await related(api, kim.id)] == [False]


@pytest.mark.parametrize(
    "verb",
    [
        "follow", "unfollow", "block", "unblock", "mute", "unmute", "note", "endorse", "unendorse", "pin",
        "unpin", "remove_from_followers",
    ],
)  # fmt: skip
@pytest.mark.parametrize("number", ["0", "12345", "99999999999999999999", "x", "٣", "-1"])
async def test_nobody_there_is_not_found(api: AsyncClient, verb: str, number: str) -> None:
    answer = await api.post(f"{ONE}/{number}/{verb}", data={"comment": "x"})

    assert (answer.status_code, answer.json()) == (404, {"error": "Record not found"})


async def test_what_one_may_not_know_is_not_found_either(
    api: AsyncClient, stage: Stage, founded: Founded
) -> None:
    company: Company = await stage.ally()
    await stage.put(company, "paused")

    for verb in ("follow", "block", "mute", "note", "endorse"):
        assert (await api.post(f"{ONE}/{company.id}/{verb}")).status_code == 404, verb
    assert await related(api, company.id) == []


async def test_oneself_is_neither_blocked_nor_muted(api: AsyncClient, founded: Founded) -> None:
    for verb in ("block", "mute", "endorse", "note", "follow"):
        answer = await api.post(f"{ONE}/{founded.employee.id}/{verb}", data={"comment": "x"})
        assert answer.status_code in (403, 409), (verb, answer.text)
    [own] = await related(api, founded.employee.id)
    assert (own["blocking"], own["muting"], own["note"]) == (False, False, "")
