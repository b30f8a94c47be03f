"""FEP-8a8e, a common approach to using the Event object type: what every one of our documents keeps to.

Each kind of session is compared with a golden file in tests/federation/documents.
"""

from datetime import datetime

import pytest

from tests.hostile.siege import OURS, Siege
from tests.partner import ACTIVITY_JSON

FEP = "https://w3id.org/fep/8a8e/"


@pytest.fixture
async def event(under: Siege) -> dict[str, object]:
    session = await under.stage.publish(audience="public", capacity=5, title="Polishing lenses")
    answer = await under.client.get(f"/sessions/{session.id}", headers={"Accept": ACTIVITY_JSON})
    found: dict[str, object] = answer.json()
    return found


async def test_an_event_says_what_the_fep_asks_for(event: dict[str, object]) -> None:
    assert event["type"] == "Event"
    assert event["name"] == "Polishing lenses"
    assert event["attributedTo"] == f"{OURS}/company"
    for moment in ("startTime", "endTime"):
        assert datetime.fromisoformat(str(event[moment])).tzinfo is not None
    assert event["timezone"] == "Europe/Berlin"
    assert event["eventStatus"] == "EventScheduled"
    assert event["joinMode"] in ("free", "restricted", "external", "none", "invite")
    assert (event["maximumAttendeeCapacity"], event["remainingAttendeeCapacity"]) == (5, 5)
    assert "displayEndTime" in event
    assert isinstance(event["location"], dict)


async def test_its_terms_are_those_of_the_fep_and_no_context_is_fetched(event: dict[str, object]) -> None:
    context = event["@context"]
    assert isinstance(context, list)
    terms = next(one for one in context if isinstance(one, dict))

    assert [one for one in context if isinstance(one, str)] == [
        "https://www.w3.org/ns/activitystreams",
        "https://w3id.org/security/v1",
    ]
    assert terms["fe"] == FEP
    assert terms["joinMode"] == "fe:joinMode"


async def test_names_of_those_who_come_are_not_for_strangers(under: Siege) -> None:
    session = await under.stage.publish(audience="public")
    await under.stage.join(session, under.stage.admin)

    shown = await under.client.get(f"/sessions/{session.id}", headers={"Accept": ACTIVITY_JSON})

    assert "Ada" not in shown.text


# upcomingEvents on the actor, and Ignore for what is not handled
async def test_the_company_lists_what_comes(under: Siege, event: dict[str, object]) -> None:
    actor = (await under.client.get("/company", headers={"Accept": ACTIVITY_JSON})).json()
    page = await under.client.get(f"{actor['upcomingEvents']}?page=true", headers={"Accept": ACTIVITY_JSON})

    assert [one["id"] for one in page.json()["orderedItems"]] == [event["id"]]


async def test_ignore_is_understood(under: Siege) -> None:
    told = under.says(under.b, "Ignore", f"{OURS}/activities/4711")

    assert (await under.attack(under.b, told)).state in ("processed", "ignored")
