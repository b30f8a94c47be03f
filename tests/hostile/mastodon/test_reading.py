"""Every address that can be read, with every identifier there is, for every kind of viewer."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from alliance.models import Posting
from alliance.posting import boost
from federation.wiring import Federation
from tests.alliance.stage import Stage
from tests.hostile.mastodon.secrets import ADA, JONAS, LENA, READERS, STRANGER, scene
from tests.support.client import client_of
from tests.web.mastodon.conftest import Allow
from tests.web.mastodon.scenes import follows, theirs
from tests.web.mastodon.talking import posting_of
from tests.web.pages.test_in_browser import drawing
from web.mastodon.limits import RATES, Limits, Rate
from web.mastodon.routes import ANSWERED

pytestmark = pytest.mark.anyio
LEFT_OUT = ("/api/v1/streaming", "/oauth", "/.well-known", "/health")
# Parts of what is read anyway, or always empty.
SAID_BEFORE = (
    *("/card", "/quotes", "/lists", "/followers", "/following", "/endorsements", "/featured_tags"),
    *("polls/{id}", "notifications/{id}", "notifications/{group_key}", "/accounts"),
)
GETS = [
    one
    for one in ANSWERED
    if one.method == "GET"
    and not one.path.startswith(LEFT_OUT)
    and not (one.path.endswith(SAID_BEFORE) and "{" in one.path)
]


def client(federation: Federation, token: str = "") -> httpx.AsyncClient:
    """An app that may ask as often as it likes."""
    opened = client_of(federation)
    state = opened._transport.app.state  # type: ignore[attr-defined]
    state.api_limits = Limits(dict.fromkeys(RATES, Rate(1_000_000, timedelta(hours=1))))
    opened.headers.update({"Authorization": f"Bearer {token}"} if token else {})
    return opened


async def everything(app: httpx.AsyncClient, numbers: dict[str, list[int]]) -> dict[str, str]:
    """Whatever an app can read, by address; all of it JSON."""
    found: dict[str, str] = {}

    async def read(path: str, **asked: Any) -> None:
        answer = await app.get(path, params=asked)
        assert answer.status_code < 500, path
        assert answer.headers["content-type"].startswith("application/json"), path
        found[str(answer.request.url)] = answer.text

    for endpoint in GETS:
        before, _, after = endpoint.path.partition("{")
        if not after:
            for asked in wanted(endpoint.path, numbers):
                await read(endpoint.path, **asked)
            continue
        kind = before.strip("/").split("/")[2]
        for number in numbers.get(kind, [1]):
            await read(f"{before}{number}{after.partition('}')[2]}".replace("{id}", str(number)))
    return found


def wanted(path: str, numbers: dict[str, list[int]]) -> list[dict[str, Any]]:
    """What to ask for at an address without a number."""
    if path in ("/api/v1/statuses", "/api/v1/accounts"):
        ids = numbers[path.rpartition("/")[2]]
        return [{"id[]": ids[at : at + 50]} for at in range(0, len(ids), 50)]
    if path == "/api/v1/accounts/relationships":
        return [{"id[]": numbers["accounts"][:50], "with_suspended": "true"}]
    if path.endswith("accounts/search"):
        return [{"q": word} for word in ("Mira", "lena", "library", "Headline", "fort")]
    if path.endswith("search"):
        return [{"q": word, "resolve": "true"} for word in (*READERS, "Mira", "lena", "library")]
    if path.endswith("lookup"):
        names = ("lena.vogt", "fort7@fort.example", "ole@fort.example", "sperre9@sperre.example", "ada")
        return [{"acct": name} for name in names]
    if path == "/api/oembed":
        return [{"url": f"https://nordlicht.example/sessions/{one}"} for one in numbers["statuses"]]
    return [{"limit": 80, "types[]": "mention"} if "notifications" in path else {"limit": 80}, {}]


async def test_everybody_reads_what_is_for_them_and_nothing_else(
    stage: Stage, federation: Federation, allow: Allow
) -> None:
    told = await scene(stage)
    people = {JONAS: stage.host, LENA: told.lena, ADA: stage.admin}
    apps = {
        name: client(federation, await allow(one, "read", "write", "follow")) for name, one in people.items()
    }
    await told.set(apps[JONAS])
    picture = {"file": ("a.png", drawing((300, 200)), "image/png")}
    made = await apps[JONAS].post("/api/v2/media", files=picture, data={"description": "PictureOfJonas"})
    assert made.status_code == 200, made.text
    numbers = await told.numbers()

    wrong: list[str] = []
    for name, app in {**apps, STRANGER: client(federation)}.items():
        found = await everything(app, numbers)
        for word, readers in READERS.items():
            places = [address for address, text in found.items() if word in text]
            if bool(places) is not (name in readers):
                wrong.append(f"{name} {'reads' if places else 'never reads'} {word}: {places[:4]}")
        await app.aclose()

    assert not wrong, "\n".join(wrong)


async def test_who_passes_something_on_is_told_to_whoever_may_know_them(
    stage: Stage, stranger_api: httpx.AsyncClient, api: httpx.AsyncClient
) -> None:
    number = await posting_of(stage, await stage.publish(stage.admin))
    passed_on = (await api.post(f"/api/v1/statuses/{number}/reblog")).json()["id"]
    doors = (f"/api/v1/statuses/{passed_on}", f"/api/v1/statuses?id[]={passed_on}")

    for door in doors:
        assert "Jonas" in (await api.get(door)).text
        assert "Jonas" not in (await stranger_api.get(door)).text
    assert (await stranger_api.get(doors[0])).status_code == 404
    assert (await stranger_api.get(f"/api/v1/statuses/{number}")).status_code == 200


async def test_a_co_host_of_a_company_that_has_left_passes_nothing_on(
    stage: Stage, api: httpx.AsyncClient
) -> None:
    ally, mira = await stage.ally(), await theirs(stage)
    await follows(stage, stage.host.id, "expert", mira.id)
    number = await posting_of(stage, await stage.publish(stage.admin))
    async with stage.instance.unit_of_work() as uow:
        passed_on = await boost(
            uow, await uow.db.get_one(Posting, int(number)), mira.id, ally.id, as_host=True
        )
    door = f"/api/v1/statuses/{passed_on.id}"
    assert "Mira" in (await api.get(door)).text

    await stage.put(ally, "left")

    assert (await api.get(door)).status_code == 404
    for address in ("/api/v1/timelines/home", f"/api/v1/statuses/{number}/reblogged_by"):
        assert "Mira" not in (await api.get(address)).text, address
    assert (await api.get(f"/api/v1/statuses/{number}")).status_code == 200
