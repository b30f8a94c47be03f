"""What Mobilizon makes of our Event, read by its rules in our words.

Sources: framasoft/mobilizon (5.x), lib/federation/activity_stream/converter/event.ex (as_to_model_data,
options, time zone, online address), converter/address.ex (an address is asked for its parts, so text fails,
and so does an array for a location), lib/mobilizon/events/categories.ex (what is not in its list becomes
MEETING), and the values of JoinOptions in lib/mobilizon/events: free, restricted, invite, external.
"""

from dataclasses import dataclass
from typing import Any

import pytest

from federation.uris import PUBLIC
from tests.federation.documents.written_sessions import KINDS
from tests.others.documents import event_document

JOIN_OPTIONS = ("free", "restricted", "invite", "external")
STATES = ("tentative", "confirmed", "cancelled")
# With a way to join that Mobilizon does not know, a session is not stored there; that is the truth about it.
STORED = [kind for kind in KINDS if kind != "no_registration"]


class Failed(Exception):
    """Mobilizon's code raises at this place, and the whole activity is lost."""


@dataclass(frozen=True)
class Row:
    """An event in Mobilizon's database."""

    title: str
    is_listed: bool
    join_option: str
    status: str
    category: str
    timezone: str | None
    place: str | None
    street: str | None
    online_address: str | None
    takes_comments: bool
    is_online: bool
    capacity: int | None
    language: str | None


def read(event: dict[str, Any]) -> Row:
    """Raises Failed where Mobilizon does."""
    place, street = read_location(event.get("location"))
    status = event.get("status", "CONFIRMED")
    if not isinstance(status, str) or status.lower() not in STATES:
        raise Failed("status")
    join_option = event.get("joinMode", "free")
    if join_option not in JOIN_OPTIONS:
        raise Failed("joinMode")
    if not isinstance(event["to"], list):
        raise Failed("to")
    category = event.get("category")
    return Row(
        title=event["name"],
        is_listed=PUBLIC in event["to"],
        join_option=join_option,
        status=status.lower(),
        category=category if isinstance(category, str) else "MEETING",
        # Without an address there is no time zone, whatever `timezone` says.
        timezone=event.get("timezone") if place else None,
        place=place,
        street=street,
        online_address=read_online_address(event.get("attachment", [])),
        takes_comments=event.get("repliesModerationOption") == "allow_all",
        is_online=event.get("isOnline") is True,
        capacity=event.get("maximumAttendeeCapacity"),
        language=event.get("inLanguage"),
    )


def read_location(location: Any) -> tuple[str | None, str | None]:
    """Name and street; an array is no map, and a map's address must be one too."""
    if location is None:
        return None, None
    if not isinstance(location, dict):
        raise Failed("location")
    address = location.get("address")
    if address is None:
        return location.get("name"), None
    if not isinstance(address, dict):
        raise Failed("address")
    return location.get("name"), address.get("streetAddress")


def read_online_address(attachments: Any) -> str | None:
    """The Link to a page of text/html that is called Website; null is no list."""
    if not isinstance(attachments, list):
        raise Failed("attachment")
    wanted = {"type": "Link", "mediaType": "text/html", "name": "Website"}
    return next((one["href"] for one in attachments if wanted.items() <= one.items()), None)


@pytest.mark.parametrize("kind", STORED)
def test_every_session_is_stored_with_its_zone_page_and_category(kind: str) -> None:
    event = event_document(kind)

    row = read(event)

    assert (row.title, row.timezone, row.category) == (event["name"], "Europe/Zurich", "LEARNING")
    assert row.online_address == "https://nordlicht.example/sessions/977"
    assert row.takes_comments
    assert row.is_listed == (kind != "alliance_only")


def test_a_session_without_registration_is_the_one_that_it_does_not_store() -> None:
    with pytest.raises(Failed, match="joinMode"):
        read(event_document("no_registration"))


@pytest.mark.parametrize(
    ("kind", "option"),
    [("online", "free"), ("restricted", "restricted"), ("registration_elsewhere", "external")],
)
def test_who_may_come_in_how_is_said_always(kind: str, option: str) -> None:
    """Missing would mean free."""
    assert "joinMode" in event_document(kind)
    assert read(event_document(kind)).join_option == option


def test_place_and_street_have_places_of_their_own() -> None:
    on_site, hybrid = read(event_document("on_site")), read(event_document("hybrid"))

    assert (on_site.place, on_site.street) == ("Library", "Hafenstraße 1, 28195 Bremen")
    assert (hybrid.place, hybrid.street) == (on_site.place, on_site.street)
    assert read(event_document("online")).is_online


def test_cancelled_is_cancelled_and_postponed_is_tentative() -> None:
    states = {kind: read(event_document(kind)).status for kind in ("cancelled", "postponed", "online")}

    assert states == {"cancelled": "cancelled", "postponed": "tentative", "online": "confirmed"}


def test_places_and_language() -> None:
    full = read(event_document("full"))

    assert (full.capacity, full.language) == (30, "en")
    assert read(event_document("german_overnight")).language == "de"


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_null(kind: str) -> None:
    """Its parser takes a default for what is missing, and fails on what is there and null."""
    event = event_document(kind)

    assert [name for name, value in event.items() if value is None] == (
        ["organizers"] if kind == "no_named_host" else []
    )
