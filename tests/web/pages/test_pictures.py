"""Portraits and pictures of sessions: put up by their owners, seen by whom they are meant for."""

import io
import json
import os
import time
from pathlib import Path

import httpx
import pytest
from PIL import Image
from sqlalchemy import select

from alliance.instance import Instance
from alliance.models import ExpertProfile, Session
from alliance.publishing import withdraw_session
from alliance.queries.pictures import used_pictures
from alliance.shelves import SETTLED, FolderShelf
from federation.chores import throw_pictures_away
from federation.models import OutboxActivity
from federation.wiring import Federation
from tests.alliance.stage import Stage
from tests.support.founding import Founded
from tests.web.pages.scenes import offered, partner
from tests.web.test_activitypub_documents import Asking
from web.middleware import UPLOAD_BYTES

pytestmark = pytest.mark.anyio

ACTIVITY = {"Accept": "application/activity+json"}
PROFILE = {"name": "Jonas Brandt", "audience": "public", "headline": "Misst Licht"}


def photo(colour: str = "teal", size: tuple[int, int] = (900, 600)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


def files(content: bytes | None = None) -> dict[str, tuple[str, bytes, str]]:
    return {"picture": ("../../evil.svg", content or photo(), "image/svg+xml")}


async def portrait_of(instance: Instance, founded: Founded) -> str:
    async with instance.reading() as db:
        name = await db.scalar(
            select(ExpertProfile.picture).where(ExpertProfile.person_id == founded.employee.id)
        )
    return str(name)


async def banner_of(instance: Instance, session: Session) -> str:
    async with instance.reading() as db:
        return str(await db.scalar(select(Session.image).where(Session.id == session.id)))


async def names(instance: Instance) -> set[str]:
    return {one.name async for one in FolderShelf(instance.settings.media).stored()}


async def put_banner(client: httpx.AsyncClient, session: Session, alt: str = "Ein Heft") -> httpx.Response:
    return await client.post(f"/sessions/{session.id}/picture", data={"image_alt": alt}, files=files())


async def test_a_portrait_stands_in_the_directory_and_on_the_page(
    jonas: httpx.AsyncClient, ada: httpx.AsyncClient, instance: Instance, founded: Founded
) -> None:
    await jonas.post("/settings/expert", data=PROFILE)
    answer = await jonas.post("/settings/portrait", files=files())

    name = await portrait_of(instance, founded)
    picture = await ada.get(f"/media/{name}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/settings/portrait")
    assert [f"/media/{name}" in (await ada.get(page)).text for page in ("/experts", "/@jonas")] == [
        True,
        True,
    ]
    assert (picture.headers["content-type"], picture.headers["x-content-type-options"]) == (
        "image/jpeg",
        "nosniff",
    )
    assert Image.open(io.BytesIO(picture.content)).size == (512, 512)


async def test_a_portrait_leaves_the_company_only_where_its_owner_says_so(
    jonas: httpx.AsyncClient, stranger: httpx.AsyncClient, instance: Instance, founded: Founded
) -> None:
    await jonas.post("/settings/expert", data=PROFILE)
    await jonas.post("/settings/portrait", files=files())
    name, actor = await portrait_of(instance, founded), f"/people/{founded.employee.id}"

    before = (await stranger.get(f"/media/{name}")).status_code
    hidden = [name in (await stranger.get(page)).text for page in ("/experts", "/@jonas")]
    told = "icon" in (await stranger.get(actor, headers=ACTIVITY)).json()
    await jonas.post("/settings/portrait", data={"shared": "yes"}, files={"picture": ("", b"")})
    shown, after = (await stranger.get(actor, headers=ACTIVITY)).json(), await stranger.get(f"/media/{name}")

    assert (before, hidden, told) == (404, [False, False], False)
    assert shown["icon"] == {
        "type": "Image",
        "mediaType": "image/jpeg",
        "url": f"https://nordlicht.example/media/{name}",
    }
    assert (after.status_code, after.headers["cache-control"]) == (200, "public, max-age=86400, immutable")


async def test_a_hidden_profile_hides_its_portrait(
    jonas: httpx.AsyncClient,
    ada: httpx.AsyncClient,
    stranger: httpx.AsyncClient,
    instance: Instance,
    founded: Founded,
) -> None:
    await jonas.post("/settings/expert", data=PROFILE)
    await jonas.post("/settings/portrait", data={"shared": "yes"}, files=files())
    await jonas.post("/settings/expert", data={**PROFILE, "audience": ""})

    address = f"/media/{await portrait_of(instance, founded)}"

    assert [(await client.get(address)).status_code for client in (stranger, ada, jonas)] == [404, 404, 200]


async def test_another_portrait_and_none_leave_no_file_behind(
    jonas: httpx.AsyncClient, instance: Instance
) -> None:
    await jonas.post("/settings/portrait", files=files())
    await jonas.post("/settings/portrait", files=files(photo("red")))
    one = await names(instance)
    async with instance.reading() as db:
        used = await used_pictures(db)
    await jonas.post("/settings/portrait", data={"remove": "yes"}, files={"picture": ("", b"")})

    assert (len(one), used) == (1, one)
    assert await names(instance) == set()


@pytest.mark.parametrize("audience", ["public", "alliance", "company"])
async def test_the_picture_of_a_session_is_for_whom_the_session_is(
    jonas: httpx.AsyncClient,
    ada: httpx.AsyncClient,
    stranger: httpx.AsyncClient,
    instance: Instance,
    founded: Founded,
    audience: str,
) -> None:
    session = await offered(instance, founded.employee, audience=audience)
    await put_banner(jonas, session)
    address = f"/media/{await banner_of(instance, session)}"

    statuses = [(await client.get(address)).status_code for client in (stranger, ada, jonas)]

    assert statuses == [200 if audience == "public" else 404, 200, 200]
    assert address in (await ada.get(f"/sessions/{session.id}")).text


async def test_the_event_carries_the_picture_with_its_words(
    jonas: httpx.AsyncClient, stranger: httpx.AsyncClient, instance: Instance, founded: Founded
) -> None:
    await partner(instance)
    session = await offered(instance, founded.employee, audience="public")
    await put_banner(jonas, session, "Ein aufgeschlagenes Heft")

    event = (await stranger.get(f"/sessions/{session.id}", headers=ACTIVITY)).json()
    async with instance.reading() as db:
        sent = (await db.scalars(select(OutboxActivity).where(OutboxActivity.type == "Update"))).all()

    url = f"https://nordlicht.example/media/{await banner_of(instance, session)}"
    banner = event["attachment"][0]
    assert event["image"] == {"type": "Image", "mediaType": "image/jpeg", "url": url}
    assert (banner["summary"], banner["width"], banner["height"]) == ("Ein aufgeschlagenes Heft", 900, 600)
    assert [json.loads(one.body)["object"]["image"]["url"] for one in sent] == [url]


async def test_a_picture_without_words_is_refused_and_not_kept(
    jonas: httpx.AsyncClient, instance: Instance, founded: Founded
) -> None:
    session = await offered(instance, founded.employee)

    answer = await put_banner(jonas, session, " ")

    assert answer.status_code == 422
    assert "what the picture shows" in answer.text
    assert await names(instance) == set()


async def test_only_who_may_change_a_session_changes_its_picture(
    jonas: httpx.AsyncClient, stranger: httpx.AsyncClient, instance: Instance, founded: Founded
) -> None:
    session = await offered(instance, founded.admin)

    answers = [await put_banner(client, session) for client in (jonas, stranger)]

    assert [answer.status_code for answer in answers] == [403, 401]
    assert await banner_of(instance, session) == "None"


@pytest.mark.parametrize(
    "content",
    [b"<svg onload='alert(1)'/>", b"<script>alert(1)</script>", b"", b"\xff\xd8\xff" + b"\0" * 100],
)
async def test_what_is_no_picture_is_refused_beside_the_field(
    jonas: httpx.AsyncClient, instance: Instance, content: bytes
) -> None:
    answer = await jonas.post("/settings/portrait", files={"picture": ("x.png", content, "image/png")})

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert not list(instance.settings.media.glob("*.jpg"))


async def test_too_much_is_not_read(jonas: httpx.AsyncClient, stranger: httpx.AsyncClient) -> None:
    large = {"picture": ("x.png", b"\x89PNG\r\n\x1a\n" + b"\0" * UPLOAD_BYTES, "image/png")}

    refused = await jonas.post("/settings/portrait", files=large)
    elsewhere = await jonas.post(
        "/settings/expert", files={"picture": ("x.png", b"\0" * 1_200_000, "image/png")}
    )

    assert (refused.status_code, elsewhere.status_code) == (413, 413)


@pytest.mark.parametrize(
    "name", ["..%2Falliance.secret", "x.jpg", "a" * 22 + ".png", "A" * 22 + ".jpg", "%2e%2e", "covers"]
)
async def test_other_files_are_not_pictures(jonas: httpx.AsyncClient, instance: Instance, name: str) -> None:
    Path(instance.settings.media).mkdir(exist_ok=True)
    (instance.settings.media / ("A" * 22 + ".jpg")).write_bytes(b"nobody names this")

    assert (await jonas.get(f"/media/{name}")).status_code == 404


async def test_a_picture_is_kept_by_its_name(
    jonas: httpx.AsyncClient, instance: Instance, founded: Founded
) -> None:
    await jonas.post("/settings/portrait", files=files())
    address = f"/media/{await portrait_of(instance, founded)}"
    first = await jonas.get(address)

    again = await jonas.get(address, headers={"If-None-Match": first.headers["etag"]})

    assert (first.headers["cache-control"], again.status_code) == ("private, max-age=86400, immutable", 304)
    assert first.headers["content-security-policy"] == "default-src 'none'; sandbox"


async def test_pictures_that_nothing_names_are_thrown_away_once_they_are_settled(
    jonas: httpx.AsyncClient, federation: Federation, founded: Founded
) -> None:
    instance, shelf = federation.instance, federation.instance.shelf
    kept, withdrawn = [await offered(instance, founded.employee, title) for title in ("Bleibt", "Geht")]
    for session in (kept, withdrawn):
        await put_banner(jonas, session)
    name = await banner_of(instance, kept)
    async with instance.unit_of_work() as uow:
        await withdraw_session(uow, withdrawn.id)
    await shelf.put(b"left behind by a crash")
    young = await throw_pictures_away(federation)
    for path in instance.settings.media.glob("*.jpg"):
        os.utime(path, (time.time() - SETTLED - 1,) * 2)

    thrown = await throw_pictures_away(federation)

    assert (young, thrown, await names(instance)) == (0, 2, {name})


async def test_allies_get_a_picture_for_the_alliance_by_a_signed_request(
    jonas: httpx.AsyncClient, stranger: httpx.AsyncClient, founded: Founded
) -> None:
    stage, host = Stage(founded), "alpenwerk.example"
    await stage.ally(host)
    asking = Asking(stranger, host)
    await asking.introduce(stage, host)
    session = await offered(founded.instance, founded.employee, audience="alliance")
    await put_banner(jonas, session)
    url = f"https://nordlicht.example/media/{await banner_of(founded.instance, session)}"

    answers = [await asking.get(url, stage), await stranger.get(url)]

    assert [answer.status_code for answer in answers] == [200, 404]
    assert answers[0].headers["cache-control"] == "private, max-age=86400, immutable"
