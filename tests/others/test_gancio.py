"""What Gancio makes of our Event and of our outbox, read by its rules in our words.

Sources: lesion/gancio (1.2x), server/federation/helpers.js (parseAPEvent: what is required, pictures by
mediaType; followActor and getOutbox: ten items of the first page), server/federation/places.js
(parseAPLocation).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from alliance.drafting import SessionDraft
from alliance.publishing import publish_session
from tests.federation.documents.written_sessions import KINDS
from tests.others.documents import event_document, visible_text
from tests.support.founding import Founded

MOST_IMPORTED = 10


@dataclass(frozen=True)
class Row:
    """An event in Gancio's calendar."""

    title: str
    starts_at: int
    ends_at: int | None
    place: str
    address: str
    online: list[str]
    picture: str | None
    text: str
    tags: list[str]


def read(event: dict[str, Any]) -> Row:
    """Raises KeyError, as Gancio throws, for an attachment without mediaType."""
    assert all(event.get(name) for name in ("name", "startTime", "id", "type"))
    assert event["type"] == "Event"
    pictures = [one for one in event.get("attachment", []) if "image" in one["mediaType"] and one.get("url")]
    place, address, online = read_location(event)
    end = event.get("endTime")
    return Row(
        title=event["name"].strip(),
        starts_at=int(datetime.fromisoformat(event["startTime"]).timestamp()),
        ends_at=int(datetime.fromisoformat(end).timestamp()) if end else None,
        place=place,
        address=address,
        online=online,
        picture=pictures[0]["url"] if pictures else None,
        text=visible_text(event.get("content") or event.get("summary") or ""),
        tags=[tag["name"][1:] for tag in event["tag"]],
    )


def read_location(event: dict[str, Any]) -> tuple[str, str, list[str]]:
    """Name, address and links of the first real place, else a place that is called `online`."""
    location = event["location"]
    is_virtual = location["type"] == "VirtualLocation"
    online = [location["url"]] if is_virtual else []
    links = [one["href"] for one in event.get("attachment", []) if one["type"] == "Link"]
    online += [link for link in links if link not in online]
    name = "online" if is_virtual else location["name"]
    address = None if is_virtual else location.get("address")
    if isinstance(address, dict):
        parts = ("streetAddress", "addressLocality", "addressRegion", "addressCountry")
        address = ", ".join(address[part] for part in parts if address.get(part))
    return name, address or name, online


@pytest.mark.parametrize("kind", KINDS)
def test_every_session_is_imported_at_its_time(kind: str) -> None:
    event = event_document(kind)

    row = read(event)

    assert row.title == event["name"]
    assert row.starts_at == int(datetime.fromisoformat("2026-09-10T14:00:00+00:00").timestamp())
    assert row.ends_at is not None
    assert row.text.startswith(event["name"])
    assert row.tags == ["Security", "ThreatModelling"]
    assert set(row.online) == {"https://nordlicht.example/sessions/977"}


def test_a_place_has_its_name_and_its_address() -> None:
    row = read(event_document("on_site"))

    assert (row.place, row.address) == ("Library", "Hafenstraße 1, 28195 Bremen")
    assert read(event_document("online")).place == "online"


def test_pictures_are_told_from_links_by_their_media_type() -> None:
    assert read(event_document("with_picture")).picture == "https://nordlicht.example/media/a1b2.png"
    assert read(event_document("hybrid")).picture is None


async def test_following_us_imports_what_is_on_the_first_page_of_the_outbox(
    client: httpx.AsyncClient, founded: Founded
) -> None:
    """Its import follows one address in `first` and takes the items as they lie there."""
    starts_at = founded.instance.clock.now() + timedelta(days=3)
    draft = SessionDraft(
        title="Lichtleiter",
        description="Von der Faser zum Licht.",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        meeting_link="https://meet.example/secret",
        audience="public",
    )
    async with founded.instance.unit_of_work() as uow:
        await publish_session(uow, founded.employee.id, draft)
    accept = {"Accept": "application/activity+json"}

    actor = (await client.get("/company", headers=accept)).json()
    outbox = (await client.get(actor["outbox"], headers=accept)).json()
    page = (await client.get(outbox["first"], headers=accept)).json()

    items = page["orderedItems"][:MOST_IMPORTED]
    assert [(item["type"], read(item["object"]).title) for item in items] == [("Create", "Lichtleiter")]
    assert "meet.example" not in str(page)
