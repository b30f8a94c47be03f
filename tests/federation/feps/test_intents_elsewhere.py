"""FEP-3b86, section 7.1: from our pages to the server on which somebody has an account."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from federation.intents import INTENT
from tests.hostile.siege import OURS, Siege
from tests.partner import Partner, partner
from tests.support.clock import FrozenClock
from tests.web.pages.scenes import introduced

HANDLE = "kim"
SAME = {"Sec-Fetch-Site": "same-origin"}
SUBSCRIBE = "http://ostatus.org/schema/1.0/subscribe"


@pytest.fixture
async def home(under: Siege, clock: FrozenClock) -> AsyncIterator[Partner]:
    """The server on which somebody has an account; names below localhost are asked over http in tests."""
    async with partner(clock, "social.localhost") as opened:
        yield opened


def knows(home: Partner, **templates: str) -> str:
    """An account at `home` whose server publishes these templates; its handle."""
    links = [{"rel": rel, "template": template} for rel, template in templates.items()]
    home.documents["/.well-known/webfinger"] = {
        "subject": f"acct:{HANDLE}@{home.authority}",
        "links": [{"rel": "self", "type": "application/activity+json", "href": f"{home.origin}/kim"}, *links],
    }
    return f"@{HANDLE}@{home.authority}"


async def goes(under: Siege, page: str, handle: str) -> httpx.Response:
    stranger = await under.browser()
    return await stranger.post(page, data={"handle": handle}, headers=SAME)


@pytest.fixture
async def public(under: Siege) -> Any:
    return await under.stage.publish(audience="public", title="Polishing lenses")


@pytest.mark.parametrize(
    ("relations", "path"),
    [
        (["Join", "Object", SUBSCRIBE], "join"),
        (["Object", SUBSCRIBE], "object"),
        ([SUBSCRIBE], "subscribe"),
    ],
)
async def test_the_best_way_that_their_server_offers_is_taken(
    under: Siege, public: Any, home: Partner, relations: list[str], path: str
) -> None:
    base = home.origin
    offered = {
        "Join": {f"{INTENT}Join": f"{base}/join?u={{object}}&s={{on-success}}"},
        "Object": {f"{INTENT}Object": f"{base}/object?u={{object}}&s={{on-success}}"},
        SUBSCRIBE: {SUBSCRIBE: f"{base}/subscribe?u={{uri}}"},
    }
    templates = {rel: template for name in relations for rel, template in offered[name].items()}

    answer = await goes(under, f"/sessions/{public.id}/elsewhere", knows(home, **templates))

    encoded = f"{OURS}/sessions/{public.id}".replace(":", "%3A").replace("/", "%2F")
    tail = "" if path == "subscribe" else "&s="
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{base}/{path}?u={encoded}{tail}"
    assert answer.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    "template",
    ["https://evil.example/?u={object}", "//evil.example/{object}", "javascript:alert({object})",
     "http://social.localhost:1/?u={object}", "{object}", "http://HOME@evil.example/{object}", "x" * 3000,
     "http://HOME\n.evil.example/", "https://HOME/{object}", "http://HOME.evil.example/{object}"],
)  # fmt: skip
async def test_a_server_sends_people_to_itself_and_nowhere_else(
    under: Siege, public: Any, home: Partner, template: str
) -> None:
    handle = knows(home, **{f"{INTENT}Join": template.replace("HOME", home.authority)})

    answer = await goes(under, f"/sessions/{public.id}/elsewhere", handle)

    assert answer.status_code == 422
    assert "location" not in answer.headers


@pytest.mark.parametrize(
    "handle", ["", "kim", "@kim", "kim@", "https://social.example/@kim", "x" * 400, "@a@b c"]
)
async def test_what_is_no_address_has_a_sentence(under: Siege, public: Any, handle: str) -> None:
    answer = await goes(under, f"/sessions/{public.id}/elsewhere", handle)

    assert answer.status_code == 422
    assert "@name@server.example" in answer.text


async def test_an_account_that_is_not_there_and_one_without_a_way(
    under: Siege, public: Any, home: Partner
) -> None:
    page = f"/sessions/{public.id}/elsewhere"
    missing = await goes(under, page, f"@kim@{home.authority}")
    without = await goes(under, page, knows(home))

    assert (missing.status_code, without.status_code) == (422, 422)
    assert "knows no account called kim" in missing.text
    assert f"{OURS}/sessions/{public.id}" in without.text


async def test_a_stranger_has_us_look_ten_times_a_minute(under: Siege, public: Any) -> None:
    stranger = await under.browser()
    page = f"/sessions/{public.id}/elsewhere"
    answers = [await stranger.post(page, data={"handle": "nobody"}, headers=SAME) for _ in range(11)]

    assert [answer.status_code for answer in answers[-2:]] == [422, 429]


@pytest.mark.parametrize("audience", ["alliance", "company"])
async def test_what_is_not_public_can_not_be_taken_elsewhere(under: Siege, audience: str) -> None:
    session = await under.stage.publish(audience=audience)
    stranger = await under.browser()

    hidden = await stranger.get(f"/sessions/{session.id}/elsewhere")
    nothing = await stranger.get("/sessions/4711/elsewhere")
    nobody = await stranger.get(f"/people/{under.stage.host.id}/elsewhere")
    missing = await stranger.get("/people/4711/elsewhere")

    assert [answer.status_code for answer in (hidden, nothing, nobody, missing)] == [404] * 4
    assert hidden.text.replace(str(session.id), "4711") == nothing.text
    assert nobody.text.replace(str(under.stage.host.id), "4711") == missing.text


async def test_company_and_experts_are_followed_from_elsewhere(under: Siege, home: Partner) -> None:
    await introduced(under.federation.instance, under.stage.host)
    handle = knows(home, **{f"{INTENT}Follow": f"{home.origin}/f?u={{object}}"})

    for about in ("/company", f"/people/{under.stage.host.id}"):
        answer = await goes(under, f"{about}/elsewhere", handle)

        encoded = (
            (f"{OURS}{about or f'/people/{under.stage.host.id}'}").replace(":", "%3A").replace("/", "%2F")
        )
        assert answer.headers["location"] == f"{home.origin}/f?u={encoded}"


async def test_strangers_find_the_way_on_the_pages_and_employees_do_not_need_it(
    under: Siege, public: Any
) -> None:
    await introduced(under.federation.instance, under.stage.host)
    stranger, jonas = await under.browser(), await under.browser(under.stage.host)

    session = (await stranger.get(f"/sessions/{public.id}")).text
    expert = (await stranger.get("/@jonas")).text

    assert f'href="/sessions/{public.id}/elsewhere"' in session
    assert f'href="/people/{under.stage.host.id}/elsewhere"' in expert
    assert 'href="/company/elsewhere"' in expert
    assert "/elsewhere" not in (await jonas.get(f"/sessions/{public.id}")).text
