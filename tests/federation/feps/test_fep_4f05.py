"""FEP-4f05, soft deletion: sessions are hard deleted; headings name its sections."""

from tests.federation.announcements.outgoing import sent
from tests.hostile.siege import OURS, Siege
from tests.partner import ACTIVITY_JSON


# "Hard deletion": a 400-level status, and a Delete
async def test_what_was_withdrawn_answers_410_and_a_delete_goes_out(under: Siege) -> None:
    session = await under.stage.publish(audience="public")
    uri = f"{OURS}/sessions/{session.id}"
    await under.stage.withdraw(session)

    answer = await under.client.get(uri, headers={"Accept": ACTIVITY_JSON})

    assert answer.status_code == 410
    assert (answer.json()["type"], answer.json()["formerType"]) == ("Tombstone", "Event")
    deleted = (await sent(under.federation.instance, "Delete"))[0].body["object"]
    assert (deleted["id"], deleted["type"]) == (uri, "Tombstone")


# "Security or privacy considerations may affect your decision to send anything more than a 404"
async def test_of_what_was_never_public_no_grave_is_shown(under: Siege) -> None:
    session = await under.stage.publish(audience="company")
    await under.stage.withdraw(session)

    hidden = await under.client.get(f"/sessions/{session.id}", headers={"Accept": ACTIVITY_JSON})
    nothing = await under.client.get("/sessions/4711", headers={"Accept": ACTIVITY_JSON})

    assert (hidden.status_code, nothing.status_code) == (404, 404)


# "Receivers"
async def test_a_delete_from_its_origin_takes_the_session_away_and_no_other_does(under: Siege) -> None:
    event = under.event(under.b)
    await under.attack(under.b, under.says(under.b, "Create", event))

    forged = await under.attack(under.c, under.says(under.c, "Delete", event["id"]))
    kept = await under.session(event["id"])
    tombstone = {"id": event["id"], "type": "Tombstone"}
    own = await under.attack(under.b, under.says(under.b, "Delete", tombstone))
    gone = await under.session(event["id"])

    assert (forged.state, own.state) == ("refused", "processed")
    assert kept is not None
    assert kept.withdrawn_at is None
    assert gone is None or gone.withdrawn_at is not None
