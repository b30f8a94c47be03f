"""Whoever has no picture has one that apps can show."""

import io

from httpx import AsyncClient
from PIL import Image

from tests.alliance.stage import Stage
from tests.web.mastodon.scenes import got


async def test_the_picture_of_whoever_has_none_is_a_png(
    api: AsyncClient, stranger_api: AsyncClient, stage: Stage
) -> None:
    ally = await stage.ally()
    origin = stage.instance.settings.origin
    seen = set()
    for number in (stage.host.id, stage.founded.company.id, ally.id):
        account = await got(api, f"/api/v1/accounts/{number}", "Account")
        seen.add(account["avatar"])
        answer = await stranger_api.get(account["avatar"].removeprefix(origin))
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
        assert account["avatar_static"] == account["avatar"]
        with Image.open(io.BytesIO(answer.content)) as picture:
            assert picture.size == (400, 400)
    assert len(seen) > 1
    about = await got(stranger_api, "/api/v2/instance", "Instance")
    for address in (about["thumbnail"]["url"], about["icon"][0]["src"]):
        answer = await stranger_api.get(address.removeprefix(origin))
        assert answer.headers["content-type"] == "image/png"


async def test_there_are_twenty_four(stranger_api: AsyncClient) -> None:
    drawn = {(await stranger_api.get(f"/avatars/{hue}.png")).content for hue in range(24)}

    assert len(drawn) == 24
    for wrong in ("24", "999999999999999999999", "-1", "x"):
        assert (await stranger_api.get(f"/avatars/{wrong}.png")).status_code == 404
