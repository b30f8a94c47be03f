"""Places are asked for and given between two people's homes, and nobody else learns of it."""

import orjson

from alliance.personal_links import personal_token
from federation.uris import PUBLIC
from tests.alliance.stage import LINK, Stage
from tests.federation.announcements.outgoing import Sent, known_actor, sent

MIRA = "https://alpenwerk.example/people/7"


async def test_asking_a_partner_for_a_place_is_a_join_by_the_person(stage: Stage) -> None:
    theirs = await stage.theirs(await stage.ally())
    lena = await stage.colleague()

    assert await stage.join(theirs, lena) == "asked"

    (join,) = await sent(stage.instance, "Join")
    assert join.short == ("Join", f"person:{lena.id}", ("https://alpenwerk.example/company/inbox",))
    assert join.body["object"] == theirs.uri
    assert join.body["actor"] == f"https://nordlicht.example/people/{lena.id}"
    assert join.body["to"] == ["https://alpenwerk.example/company"]
    assert (await stage.attendance(theirs, lena)).request_uri == join.body["id"]


async def test_giving_it_back_is_a_leave(stage: Stage) -> None:
    theirs = await stage.theirs(await stage.ally())
    lena = await stage.colleague()
    await stage.join(theirs, lena)

    await stage.leave(theirs, lena)

    (leave,) = await sent(stage.instance, "Leave")
    assert leave.body["object"] == theirs.uri


async def test_a_place_is_confirmed_with_a_personal_link_to_that_person_alone(stage: Stage) -> None:
    await stage.ally()
    session, mira = await stage.publish(audience="alliance"), await stage.person(MIRA)

    assert await stage.join(session, mira, f"{MIRA}#join") == "going"

    attendance = await stage.attendance(session, mira)
    token = personal_token(stage.instance.vault, attendance)
    accept = await only(stage, "Accept")
    assert accept.body["to"] == [MIRA]
    assert "cc" not in accept.body
    assert accept.body["object"] == {
        "type": "Join",
        "id": f"{MIRA}#join",
        "actor": MIRA,
        "object": f"https://nordlicht.example/sessions/{session.id}",
    }
    assert accept.body["result"]["url"] == f"https://nordlicht.example/meet/{token}"
    assert accept.is_public is False
    assert accept.inboxes == ("https://alpenwerk.example/inbox",)


async def test_the_personal_link_does_not_lie_in_the_outbox_in_the_clear(stage: Stage) -> None:
    await stage.ally()
    session, mira = await stage.publish(audience="alliance"), await stage.person(MIRA)

    await stage.join(session, mira, f"{MIRA}#join")

    accept = await only(stage, "Accept")
    assert b"/meet/" in orjson.dumps(accept.body)
    assert b"/meet/" not in accept.stored
    assert b"s3cretword" not in orjson.dumps(accept.body)
    assert LINK not in orjson.dumps(accept.body).decode()


async def test_on_site_there_is_no_link_to_give(stage: Stage) -> None:
    await stage.ally()
    session = await stage.publish(place="on_site", place_name="Workshop", meeting_link=None)
    mira = await stage.person(MIRA)

    await stage.join(session, mira, f"{MIRA}#join")

    assert "result" not in (await only(stage, "Accept")).body


async def test_waiting_and_then_going(stage: Stage) -> None:
    await stage.ally()
    session, mira = await stage.publish(capacity=1), await stage.person(MIRA)
    lena = await stage.colleague()
    await stage.join(session, lena)

    assert await stage.join(session, mira, f"{MIRA}#join") == "waiting"
    await stage.leave(session, lena)

    assert [one.type for one in await answers(stage)] == ["TentativeAccept", "Accept"]
    assert "result" not in (await answers(stage))[0].body


async def test_a_host_who_declines_is_a_reject_without_link(stage: Stage) -> None:
    await stage.ally()
    session, mira = await stage.publish(join_mode="restricted"), await stage.person(MIRA)

    assert await stage.join(session, mira, f"{MIRA}#join") == "asked"
    assert await answers(stage) == []
    await stage.decline(session, mira)

    (reject,) = await answers(stage)
    assert reject.type == "Reject"
    assert "/meet/" not in orjson.dumps(reject.body).decode()


async def test_somebody_at_mobilizon_is_answered_at_their_own_inbox(stage: Stage) -> None:
    uri = await known_actor(stage, "https://mobilizon.example/@kim")
    kim = await stage.person(uri, username="kim", host="mobilizon.example", name="Kim")
    session = await stage.publish(audience="public")

    await stage.join(session, kim, "https://mobilizon.example/join/event/1")

    (accept,) = await answers(stage)
    assert accept.inboxes == (f"{uri}/inbox",)
    assert PUBLIC not in orjson.dumps(accept.body).decode()


async def test_places_of_our_own_people_are_told_to_nobody(stage: Stage) -> None:
    await stage.ally()
    session = await stage.publish(capacity=1)

    await stage.join(session, await stage.colleague())

    assert await answers(stage) == []


async def answers(stage: Stage) -> list[Sent]:
    """What was said about places, without the handshake of the instances."""
    found = await sent(stage.instance, "Accept", "TentativeAccept", "Reject")
    return [one for one in found if one.actor == "company"]


async def only(stage: Stage, kind: str) -> Sent:
    (one,) = [answer for answer in await answers(stage) if answer.type == kind]
    return one
