"""A community gets a picture from its owners, seen by whoever may see the community."""

import io

import httpx
import pytest
from PIL import Image
from sqlalchemy import select

from alliance.communities import CommunityDraft, close_community, found_community
from alliance.models import Community
from alliance.queries.pictures import used_pictures
from tests.support.founding import Founded
from tests.web.pages.test_pictures import files, photo

pytestmark = pytest.mark.anyio


async def founded_by(founded: Founded, audience: str) -> Community:
    async with founded.instance.unit_of_work() as uow:
        draft = CommunityDraft(name=f"Optik {audience}", description="Licht.", audience=audience)
        return await found_community(uow, founded.employee, draft)


async def picture_of(founded: Founded, community: Community) -> str | None:
    async with founded.instance.reading() as db:
        return await db.scalar(select(Community.picture).where(Community.id == community.id))


@pytest.mark.parametrize("audience", ["company", "alliance", "public"])
async def test_it_is_seen_by_whoever_sees_the_community(
    audience: str,
    jonas: httpx.AsyncClient,
    ada: httpx.AsyncClient,
    stranger: httpx.AsyncClient,
    founded: Founded,
) -> None:
    community = await founded_by(founded, audience)
    address = f"/communities/{community.id}"

    put = await jonas.post(f"{address}/picture", data={"image_alt": "Ein Prisma"}, files=files(photo()))
    name = await picture_of(founded, community)
    [ours, theirs] = [await who.get(f"/media/{name}") for who in (ada, stranger)]

    assert (put.status_code, ours.status_code) == (303, 200)
    assert theirs.status_code == (200 if audience == "public" else 404)
    assert Image.open(io.BytesIO(ours.content)).size == (512, 512)
    assert 'alt="Ein Prisma" width="512"' in (await ada.get(address)).text
    assert f"/media/{name}" in (await ada.get("/communities")).text
    actor = await stranger.get(address, headers={"Accept": "application/activity+json"})
    icon = actor.json().get("icon", {}).get("url", "") if actor.status_code == 200 else ""
    assert icon.endswith(f"/media/{name}") == (audience == "public")


async def test_only_its_owners_put_it_there_and_take_it_away(
    jonas: httpx.AsyncClient, ada: httpx.AsyncClient, stranger: httpx.AsyncClient, founded: Founded
) -> None:
    community = await founded_by(founded, "public")
    address = f"/communities/{community.id}/picture"

    for who, status in ((stranger, 401), (jonas, 303)):
        sent = await who.post(address, data={"image_alt": "Ein Prisma"}, files=files())
        assert sent.status_code == status
    assert (await jonas.post(address, data={"image_alt": ""}, files=files())).status_code == 422
    assert (await jonas.post(address, data={"image_alt": "x"}, files=files(b"GIF89a"))).status_code == 422
    name = await picture_of(founded, community)
    async with founded.instance.reading() as db:
        assert name in await used_pictures(db)

    removed = await jonas.post(address, data={"remove": "yes"}, files={"nothing": ("", b"", "text/plain")})
    assert (removed.status_code, await picture_of(founded, community)) == (303, None)
    assert (await jonas.get(f"/media/{name}")).status_code == 404


async def test_with_the_community_its_picture_goes(jonas: httpx.AsyncClient, founded: Founded) -> None:
    community = await founded_by(founded, "public")
    await jonas.post(f"/communities/{community.id}/picture", data={"image_alt": "Ein Prisma"}, files=files())
    name = await picture_of(founded, community)

    async with founded.instance.unit_of_work() as uow:
        await close_community(uow, community.id, founded.employee)

    assert (await jonas.get(f"/media/{name}")).status_code == 404
    async with founded.instance.reading() as db:
        assert name not in await used_pictures(db)
