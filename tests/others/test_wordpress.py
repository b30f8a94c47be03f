"""What WordPress with the Event Bridge makes of our Event, read by its rules in our words.

Sources: Event Bridge for ActivityPub 1.x, includes/activitypub/handler/class-create.php (what is required;
public and coming events only) and includes/activitypub/transmogrifier/ (class-base.php: pictures, addresses,
links; class-the-events-calendar.php: venue, duration, text).
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from federation.uris import PUBLIC
from tests.federation.documents.written_sessions import KINDS
from tests.others.documents import event_document, visible_text

BEFORE = datetime(2026, 9, 1, tzinfo=UTC)
AFTER = datetime(2026, 9, 11, tzinfo=UTC)


@dataclass(frozen=True)
class Post:
    """An event of The Events Calendar; `seconds` is how long it takes."""

    title: str
    starts_at: str
    seconds: int
    venue: str
    address: str | None
    picture: str | None
    link: str | None
    text: str


def read(event: dict[str, Any], now: datetime) -> Post | None:
    """The post, or None for what is not for everybody or has begun."""
    assert {"id", "startTime", "name"} <= event.keys()
    starts, ends = (datetime.fromisoformat(event[name]) for name in ("startTime", "endTime"))
    if PUBLIC not in [*event["to"], *event["cc"]] or starts < now:
        return None
    location = event["location"]
    address = location.get("address")
    pictures = [event["image"]] if event.get("image") else []
    pictures += [one for one in event["attachment"] if one["type"] in ("Image", "Document")]
    return Post(
        title=event["name"],
        starts_at=starts.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S"),
        seconds=int((ends - starts).total_seconds()),
        venue=location["name"],
        address=address.get("streetAddress") if isinstance(address, dict) else address,
        picture=pictures[0]["url"] if pictures else None,
        link=next((one["href"] for one in event["attachment"] if one["type"] == "Link"), None),
        text=visible_text(event["content"]),
    )


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "alliance_only"])
def test_every_public_session_becomes_a_post(kind: str) -> None:
    event = event_document(kind)

    post = read(event, BEFORE)

    assert post is not None
    assert (post.title, post.starts_at) == (event["name"], "2026-09-10 14:00:00")
    assert post.seconds == (9.5 * 3600 if kind == "german_overnight" else 3600)
    assert post.link == "https://nordlicht.example/sessions/977"
    assert post.text.startswith(event["name"])


def test_what_is_for_allies_or_over_is_passed_by() -> None:
    assert read(event_document("alliance_only"), BEFORE) is None
    assert read(event_document("online"), AFTER) is None


def test_the_venue_has_name_and_street() -> None:
    post = read(event_document("on_site"), BEFORE)

    assert post is not None
    assert (post.venue, post.address) == ("Library", "Hafenstraße 1, 28195 Bremen")


def test_the_banner_is_the_picture_of_the_post() -> None:
    post = read(event_document("with_picture"), BEFORE)

    assert post is not None
    assert post.picture == "https://nordlicht.example/media/a1b2.png"
