"""What timelines and search engines are told about sessions, and that it is what strangers may see."""

import io
import json
import re
from datetime import UTC, datetime
from urllib.parse import parse_qs, unquote, urlsplit

import httpx
import pytest
from PIL import Image

from alliance.instance import Instance
from alliance.models import Session
from alliance.publishing import cancel_session, withdraw_session
from tests.support.founding import Founded
from tests.web.pages.scenes import LINK, from_partner, offered, partner
from web.media import previews

pytestmark = pytest.mark.anyio


def data_of(page: str) -> dict[str, object]:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    data: dict[str, object] = json.loads(found[1])
    return data


def meta_of(page: str) -> dict[str, str]:
    return dict(re.findall(r'<meta (?:property|name)="([a-z:]+)" content="([^"]*)">', page))


async def cover(client: httpx.AsyncClient, session: Session | int) -> httpx.Response:
    number = session if isinstance(session, int) else session.id
    return await client.get(f"/sessions/{number}/preview.png")


async def test_a_public_session_has_a_cover_and_says_where(
    stranger: httpx.AsyncClient, instance: Instance, founded: Founded
) -> None:
    session = await offered(instance, founded.employee, audience="public")
    page = (await stranger.get(f"/sessions/{session.id}")).text

    meta = meta_of(page)
    picture = await stranger.get(meta["og:image"])

    assert meta["og:title"] == "Sketchnotes"
    assert meta["og:url"] == f"https://nordlicht.example/sessions/{session.id}"
    assert meta["og:description"].endswith("Nordlicht Optik. Fünf Formen reichen.")
    assert meta["twitter:card"] == "summary_large_image"
    assert (picture.headers["content-type"], Image.open(io.BytesIO(picture.content)).size) == (
        "image/png",
        (1200, 630),
    )


async def test_search_engines_read_an_event_without_the_meeting_link(
    stranger: httpx.AsyncClient, instance: Instance, founded: Founded
) -> None:
    session = await offered(
        instance, founded.employee, "Ein </script><b>Titel", audience="public", capacity=12, topics=("Optik",)
    )
    page = (await stranger.get(f"/sessions/{session.id}")).text

    event = data_of(page)

    address = f"https://nordlicht.example/sessions/{session.id}"
    assert event["name"] == "Ein </script><b>Titel"
    assert (event["@type"], event["url"]) == ("EducationEvent", address)
    assert event["location"] == [{"@type": "VirtualLocation", "url": address}]
    assert event["eventStatus"] == "https://schema.org/EventScheduled"
    assert (event["maximumAttendeeCapacity"], event["remainingAttendeeCapacity"]) == (12, 12)
    assert datetime.fromisoformat(str(event["startDate"])) == session.starts_at
    assert (LINK in page, "geheim42" in page) == (False, False)


async def test_a_cancelled_session_says_so_everywhere(
    stranger: httpx.AsyncClient, instance: Instance, founded: Founded
) -> None:
    session = await offered(instance, founded.employee, audience="public")
    before = (await cover(stranger, session)).headers["etag"]
    async with instance.unit_of_work() as uow:
        await cancel_session(uow, session.id, "")

    page = (await stranger.get(f"/sessions/{session.id}")).text

    assert data_of(page)["eventStatus"] == "https://schema.org/EventCancelled"
    assert (await cover(stranger, session)).headers["etag"] != before


@pytest.mark.parametrize("audience", ["alliance", "company"])
async def test_what_is_not_for_everyone_has_the_cover_of_what_does_not_exist(
    jonas: httpx.AsyncClient,
    stranger: httpx.AsyncClient,
    instance: Instance,
    founded: Founded,
    audience: str,
) -> None:
    session = await offered(instance, founded.employee, audience=audience)
    nothing = await cover(stranger, 4711)

    page = (await jonas.get(f"/sessions/{session.id}")).text
    covers = [await cover(client, session) for client in (stranger, jonas)]

    assert [found.content == nothing.content for found in covers] == [True, True]
    assert [found.headers["etag"] for found in covers] == [nothing.headers["etag"]] * 2
    assert ("og:" in page, "ld+json" in page, "canonical" in page) == (False, False, False)


@pytest.mark.parametrize(
    ("state", "audience", "is_shown"),
    [("allied", "public", True), ("allied", "alliance", False), ("paused", "public", False)],
)
async def test_a_partners_session_has_a_cover_while_strangers_may_see_it(
    stranger: httpx.AsyncClient,
    instance: Instance,
    founded: Founded,
    state: str,
    audience: str,
    is_shown: bool,
) -> None:
    company = await partner(instance, state)
    session = await from_partner(instance, company, audience=audience)

    nothing, found = await cover(stranger, 4711), await cover(stranger, session)

    assert (found.content != nothing.content) == is_shown


async def test_a_partners_public_session_is_at_home_there(
    stranger: httpx.AsyncClient, instance: Instance, founded: Founded
) -> None:
    session = await from_partner(instance, await partner(instance), audience="public")

    page = (await stranger.get(f"/sessions/{session.id}")).text

    assert f'<link rel="canonical" href="{session.uri}">' in page
    assert data_of(page)["organizer"] == {
        "@type": "Organization",
        "name": "Alpenwerk",
        "url": "https://alpenwerk.example",
    }


async def test_a_withdrawn_session_loses_its_cover(
    stranger: httpx.AsyncClient, instance: Instance, founded: Founded
) -> None:
    session = await offered(instance, founded.employee, audience="public")
    await cover(stranger, session)
    async with instance.unit_of_work() as uow:
        await withdraw_session(uow, session.id)

    assert (await cover(stranger, session)).content == (await cover(stranger, 4711)).content


async def test_a_host_without_a_name_has_none_in_it(
    stranger: httpx.AsyncClient, instance: Instance, founded: Founded
) -> None:
    session = await offered(instance, founded.employee, audience="public", host_shown=False)

    page = (await stranger.get(f"/sessions/{session.id}")).text

    assert ("performer" in data_of(page), "Jonas" in page) == (False, False)


async def test_a_cover_is_drawn_once_and_not_kept_for_ever(
    stranger: httpx.AsyncClient, instance: Instance, founded: Founded
) -> None:
    folder = instance.settings.media / "covers"
    folder.mkdir(parents=True)
    for number in range(previews.MOST_KEPT + 20):
        (folder / f"{number}.png").write_bytes(b"old")
    session = await offered(instance, founded.employee, audience="public")

    first = await cover(stranger, session)
    kept = folder / f"{first.headers['etag'].strip(chr(34))}.png"
    kept.write_bytes(b"from the disk")
    again = await cover(stranger, session)
    known = await stranger.get(
        f"/sessions/{session.id}/preview.png", headers={"If-None-Match": first.headers["etag"]}
    )

    assert again.content == b"from the disk"
    assert (known.status_code, len(list(folder.iterdir()))) == (304, previews.MOST_KEPT)


async def test_links_to_calendars_carry_the_page_and_never_the_meeting(
    jonas: httpx.AsyncClient, instance: Instance, founded: Founded
) -> None:
    session = await offered(instance, founded.employee, "Fragen & Antworten")
    page = (await jonas.get(f"/sessions/{session.id}")).text.replace("&amp;", "&")

    google = re.search(r'href="(https://calendar\.google\.com[^"]+)"', page)
    outlook = re.search(r'href="(https://outlook\.office\.com[^"]+)"', page)

    assert google is not None
    assert outlook is not None
    asked = parse_qs(urlsplit(google[1]).query)
    start = session.starts_at.astimezone(UTC)
    assert asked["text"] == ["Fragen & Antworten"]
    assert asked["dates"][0].startswith(f"{start:%Y%m%dT%H%M%SZ}/")
    assert parse_qs(urlsplit(outlook[1]).query)["startdt"] == [f"{start:%Y-%m-%dT%H:%M:%SZ}"]
    assert [LINK in unquote(link) for link in (google[1], outlook[1])] == [False, False]


@pytest.mark.parametrize("audience", ["public", "alliance", "company"])
async def test_sharing_says_who_can_open_it_and_hands_over_what_is_public(
    jonas: httpx.AsyncClient, instance: Instance, founded: Founded, audience: str
) -> None:
    session = await offered(instance, founded.employee, audience=audience)

    page = (await jonas.get(f"/sessions/{session.id}")).text
    share = await jonas.get(f"/sessions/{session.id}/share")

    is_public = audience == "public"
    assert ("Everyone can open it." in page, f"/sessions/{session.id}/share" in page) == (
        is_public,
        is_public,
    )
    assert share.status_code == (200 if is_public else 404)
