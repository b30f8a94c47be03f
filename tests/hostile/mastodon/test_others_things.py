"""Somebody's app with the identifiers of somebody else's things: nothing is read, changed or taken away."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from httpx import AsyncClient, Response

from alliance.contacting import write_letter
from alliance.story_pictures import forget_waiting_pictures
from federation.wiring import Federation
from tests.alliance.stage import Stage
from tests.hostile.mastodon.test_reading import client
from tests.support.clock import FrozenClock
from tests.support.founding import Founded
from tests.web.mastodon.conftest import Allow
from tests.web.mastodon.scenes import expert
from tests.web.mastodon.talking import posting_of
from tests.web.pages.test_in_browser import drawing
from web.mastodon.routes import ANSWERED
from web.mastodon.scheduled import say_what_is_due

pytestmark = pytest.mark.anyio

OWN = ("write", "read", "follow", "push")
# What anybody may do to what they can see; what one does to accounts is one's own business.
EVERYBODYS = ("accounts/", "tags/", "timelines/tag", "trends/")


@dataclass
class Things:
    """What is Jonas's alone, by the beginning of its addresses, with where it is read back."""

    api: AsyncClient
    found: dict[str, str] = field(default_factory=dict)

    async def made(self, name: str, address: str, **said: Any) -> dict[str, Any]:
        """One of them, under the number that its answer has."""
        answer = await self.api.post(address, **said)
        assert answer.status_code == 200, (address, answer.text)
        made: dict[str, Any] = answer.json()
        self.found[name] = str(made["id"])
        return made


async def things(api: AsyncClient, stage: Stage) -> Things:
    """One of each."""
    own, lena = Things(api), await expert(stage)
    words = [{"keyword": "lenses"}]
    filtering = {"title": "Mine", "context": ["home"], "keywords_attributes": words}
    made = await own.made("/api/v2/filters/", "/api/v2/filters", json=filtering)
    own.found["/api/v2/filters/keywords/"] = str(made["keywords"][0]["id"])
    own.found["/api/v1/filters/"] = own.found["/api/v2/filters/keywords/"]
    story = await own.made("/api/v1/statuses/", "/api/v1/statuses", json={"status": "Mine"})
    about = f"/api/v2/filters/{made['id']}/statuses"
    await own.made("/api/v2/filters/statuses/", about, json={"status_id": story["id"]})
    await own.made("/api/v1/lists/", "/api/v1/lists", json={"title": "Mine"})
    own.found["/api/v1/timelines/list/"] = own.found["/api/v1/lists/"]
    later = {"status": "Later", "scheduled_at": "2026-03-18T10:00:00Z"}
    await own.made("/api/v1/scheduled_statuses/", "/api/v1/statuses", json=later)
    picture = {"file": ("a.png", drawing((300, 200)), "image/png")}
    await own.made("/api/v1/media/", "/api/v2/media", files=picture)
    async with stage.instance.unit_of_work() as uow:
        await write_letter(uow, stage.host.id, lena.id, "Between us")
    direct = (await api.get("/api/v1/conversations")).json()[0]
    own.found["/api/v1/conversations/"] = str(direct["id"])
    own.found["message"] = direct["last_status"]["id"]
    return own


async def state(api: AsyncClient, own: Things) -> dict[str, Any]:
    """Everything of Jonas's, as he reads it."""
    addresses = ["/api/v2/filters", "/api/v1/lists", "/api/v1/scheduled_statuses", "/api/v1/conversations"]
    addresses += ["/api/v1/notifications", "/api/v1/markers?timeline[]=home", "/api/v1/preferences"]
    addresses += [f"/api/v1/statuses/{own.found[one]}" for one in ("/api/v1/statuses/", "message")]
    addresses.append(f"/api/v1/media/{own.found['/api/v1/media/']}")
    read = {}
    for address in addresses:
        answer = await api.get(address)
        assert answer.status_code == 200, (address, answer.text)
        read[address] = answer.json()
    # That somebody likes or passes on what they may see is no theft; it is counted.
    return read


CHANGES = {
    "title": "Taken", "status": "Taken", "description": "Taken", "keyword": "taken", "context": ["home"],
    "phrase": "taken", "scheduled_at": "2026-04-01T10:00:00Z", "choices": [0], "account_ids": ["1"],
    "status_id": "1", "keywords_attributes": [{"keyword": "taken"}],
}  # fmt: skip


async def test_what_is_somebody_elses_can_be_neither_read_nor_changed(
    stage: Stage, api: AsyncClient, founded: Founded, federation: Federation, allow: Allow
) -> None:
    own = await things(api, stage)
    before = await state(api, own)
    thief = client(federation, await allow(founded.admin, *OWN))

    opened: list[str] = []
    for endpoint in ANSWERED:
        path, number = aimed_at(endpoint.path, own)
        if number is None:
            continue
        said = None if endpoint.method == "GET" else CHANGES | {"id": number}
        answer = await thief.request(endpoint.method, path, json=said)
        if not is_refused(answer):
            opened.append(f"{endpoint.method} {path}: {answer.status_code} {answer.text[:200]}")

    assert opened == []
    assert await state(api, own) == before


def aimed_at(path: str, own: Things) -> tuple[str, str | None]:
    """An address with the number of something of Jonas's; None where there is nothing of the kind.

    What he said to nobody but Lena stands for every status: of another one everybody may know.
    """
    start, _, rest = path.partition("{")
    if not rest or any(part in path for part in EVERYBODYS):
        return path, None
    number = (
        own.found["message"] if start in ("/api/v1/statuses/", "/api/v1/polls/") else own.found.get(start)
    )
    return f"{start}{number}{rest.partition('}')[2]}".replace("{quote}", "1"), number


def is_refused(answer: Response) -> bool:
    """Not there, not allowed, or nothing of his in it: an empty list, or `{}` for what is gone anyway."""
    return answer.status_code in (403, 404, 422) or answer.json() in ([], {})


async def test_what_lists_numbers_takes_none_of_others(
    stage: Stage, api: AsyncClient, founded: Founded, federation: Federation, allow: Allow
) -> None:
    own = await things(api, stage)
    thief = client(federation, await allow(founded.admin, *OWN))
    message, media = own.found["message"], own.found["/api/v1/media/"]
    number = await posting_of(stage, await stage.publish(founded.admin, audience="company"))

    read = await thief.get("/api/v1/statuses", params={"id[]": [message, number]})
    stolen = await thief.post("/api/v1/statuses", json={"status": "Look", "media_ids": [media]})
    answered = await thief.post("/api/v1/statuses", json={"status": "Hm", "in_reply_to_id": message})
    reported = await thief.post(
        "/api/v1/reports", json={"account_id": str(stage.host.id), "status_ids": [message]}
    )
    planned = await thief.post(
        "/api/v1/statuses",
        json={"status": "Look", "media_ids": [media], "scheduled_at": "2026-03-18T10:00:00Z"},
    )
    reworded = await thief.post("/api/v1/statuses", json={"status": "Mine"})
    described = await thief.put(
        f"/api/v1/statuses/{reworded.json()['id']}",
        json={"status": "Mine", "media_attributes": [{"id": media, "description": "Taken"}]},
    )

    assert [one["id"] for one in read.json()] == [number]
    refused = (stolen, answered, reported, planned, described)
    assert [one.status_code for one in refused if one.status_code < 400] == [], [one.text for one in refused]
    assert (await api.get(f"/api/v1/media/{media}")).json()["description"] is None


async def test_a_picture_waits_as_long_as_the_words_that_it_is_planned_with(
    stage: Stage, api: AsyncClient, federation: Federation, clock: FrozenClock
) -> None:
    names = []
    for shade in (10, 20):
        picture = {"file": ("a.png", drawing((300, 200 + shade)), "image/png")}
        names.append((await api.post("/api/v2/media", files=picture)).json()["id"])
    later = {"status": "Look", "media_ids": [names[0]], "scheduled_at": "2026-03-19T10:00:00Z"}
    assert (await api.post("/api/v1/statuses", json=later)).status_code == 200

    clock.advance(days=2)
    async with stage.instance.unit_of_work() as uow:
        assert await forget_waiting_pictures(uow) == 1
    clock.advance(days=2)
    assert await say_what_is_due(federation) == 1

    (said,) = (await api.get(f"/api/v1/accounts/{stage.host.id}/statuses")).json()
    assert [one["id"] for one in said["media_attachments"]] == [names[0]]
    assert (await api.get("/api/v1/scheduled_statuses")).json() == []


async def test_conversations_of_others_are_nobodys(
    stage: Stage, api: AsyncClient, founded: Founded, federation: Federation, allow: Allow
) -> None:
    """Their number is that of the other person, which is no secret: what comes back is one's own alone."""
    own = await things(api, stage)
    number = own.found["/api/v1/conversations/"]
    thief = client(federation, await allow(founded.admin, *OWN))

    assert (await thief.post(f"/api/v1/conversations/{number}/read")).status_code == 404
    await thief.delete(f"/api/v1/conversations/{number}")

    assert (await thief.get("/api/v1/conversations")).json() == []
    assert [one["id"] for one in (await api.get("/api/v1/conversations")).json()] == [number]
