"""Apps find people by handle or address: of allies their own server is asked, of nobody else anybody."""

from typing import Any

from tests.federation.following.test_followers_in_apps import app_of
from tests.hostile.siege import Siege
from tests.partner import Partner
from tests.web.mastodon.scenes import got, ids, posted

EXPERTISE = {"headline": "Welds", "askMeAbout": ["MIG"], "speaks": ["de"], "visibleTo": "alliance"}


def published(server: Partner, path: str = "/people/31", /, **more: Any) -> str:
    """Somebody at a server, with a handle that its WebFinger confirms."""
    uri = server.add_actor(path, "Person", name="Mira Hofer", **more)
    handle = f"people-31@{server.authority}"
    server.documents["/.well-known/webfinger"] = {
        "subject": f"acct:{handle}",
        "links": [{"rel": "self", "type": "application/activity+json", "href": uri}],
    }
    server.content_type = "application/activity+json"
    return handle


async def test_an_expert_of_an_ally_is_found_by_handle_and_followed(under: Siege) -> None:
    handle = published(under.b, **EXPERTISE)
    async with app_of(under, under.stage.host) as api:
        assert (await got(api, "/api/v2/search", "Search", q=f"@{handle}"))["accounts"] == []
        assert under.b.asked == []

        [mira] = (await got(api, "/api/v2/search", "Search", q=f"@{handle}", resolve="true"))["accounts"]

        assert (mira["acct"], mira["display_name"]) == (handle, "Mira Hofer")
        asked = list(under.b.asked)
        assert len(asked) == 2
        by_address = await got(api, "/api/v2/search", "Search", q=f"{under.b.origin}/people/31")
        assert ids(by_address["accounts"]) == [int(mira["id"])]
        assert under.b.asked == asked
        said = await posted(api, f"/api/v1/accounts/{mira['id']}/follow", "Relationship")
        assert said["following"] is True


async def test_somebody_who_shows_nothing_is_not_shown(under: Siege) -> None:
    handle = published(under.b)
    async with app_of(under, under.stage.host) as api:
        for typed in (handle, f"{under.b.origin}/people/31"):
            found = await got(api, "/api/v2/search", "Search", q=typed, resolve="true")
            assert found == {"accounts": [], "statuses": [], "hashtags": []}


async def test_strangers_servers_are_never_asked(under: Siege) -> None:
    handle = published(under.x, **EXPERTISE)
    paused = published(under.c, **EXPERTISE)
    await under.put(under.c, "paused")
    async with app_of(under, under.stage.host) as api:
        for typed in (
            handle,
            f"{under.x.origin}/people/31",
            paused,
            f"{under.c.origin}/people/31",
            f"http://{under.x.host}/.well-known/webfinger",
            "http://169.254.169.254/latest/meta-data",
            f"{under.b.origin}@{under.x.authority}/people/31",
        ):
            found = await got(api, "/api/v2/search", "Search", q=typed, resolve="true")
            assert found["accounts"] == [], typed
    assert (under.x.asked, under.c.asked) == ([], [])


async def test_without_a_token_nobody_is_asked(under: Siege) -> None:
    handle = published(under.b, **EXPERTISE)

    answer = await under.client.get("/api/v2/search", params={"q": handle, "resolve": "true"})

    assert (answer.status_code, answer.json()["accounts"], under.b.asked) == (200, [], [])


async def test_an_ally_can_not_name_somebody_elsewhere(under: Siege) -> None:
    handle = published(under.b, **EXPERTISE)
    published(under.x, **EXPERTISE)
    under.b.documents["/.well-known/webfinger"]["links"][0]["href"] = f"{under.x.origin}/people/31"  # type: ignore[index]
    async with app_of(under, under.stage.host) as api:
        found = await got(api, "/api/v2/search", "Search", q=handle, resolve="true")
        assert found["accounts"] == []
        under.b.documents["/.well-known/webfinger"] = 500
        assert (await got(api, "/api/v2/search", q=handle, resolve="true"))["accounts"] == []
    assert under.x.asked == []
