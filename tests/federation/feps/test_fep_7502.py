"""FEP-7502, limiting visibility to authenticated actors: "Proposal" and "Overview"."""

from typing import Any

import pytest

from tests.federation.announcements.outgoing import sent
from tests.hostile.siege import Siege

AUTHENTICATED = "http://www.w3.org/ns/auth/acl#AuthenticatedAgent"


# "MUST NOT serve representations of the received activity to any logged-out users"
@pytest.mark.parametrize("field", ["to", "cc"])
async def test_what_is_for_those_who_sign_in_is_not_shown_to_strangers(under: Siege, field: str) -> None:
    audience: dict[str, Any] = {"to": [], field: [AUTHENTICATED]}
    event = under.event(under.b, **audience)
    await under.attack(under.b, under.says(under.b, "Create", event))
    session = await under.session(event["id"])
    assert session is not None
    stranger, jonas = await under.browser(), await under.browser(under.stage.host)

    assert session.audience == "alliance"
    assert (await stranger.get(f"/sessions/{session.id}")).status_code == 404
    assert "Lichtleiter" not in (await stranger.get("/")).text
    assert (await jonas.get(f"/sessions/{session.id}")).status_code == 200


# "addressing to authenticated has no effect while also addressed to public"
async def test_public_stays_public(under: Siege) -> None:
    public = "https://www.w3.org/ns/activitystreams#Public"
    event = under.event(under.b, to=[public], cc=[AUTHENTICATED])
    await under.attack(under.b, under.says(under.b, "Create", event))

    session = await under.session(event["id"])

    assert session is not None
    assert session.audience == "public"


# "MUST NOT deliver to the authenticated special collection"
async def test_nothing_is_delivered_to_it_and_nothing_of_ours_names_it(under: Siege) -> None:
    for audience in ("public", "alliance"):
        await under.stage.publish(audience=audience)

    everything = await sent(under.federation.instance)

    assert all(AUTHENTICATED not in str(one.body) for one in everything)
    assert all(inbox.startswith("http://127.") for one in everything for inbox in one.inboxes)


# "MUST enforce some method of authenticating actors on fetch": our own kind of it is the alliance
async def test_what_is_for_allies_answers_signed_requests_of_allies(under: Siege) -> None:
    session = await under.stage.publish(audience="alliance")
    path = f"/sessions/{session.id}"

    answers = [await under.get(path), await under.get(path, under.x), await under.get(path, under.b)]

    assert [answer.status_code for answer in answers] == [404, 404, 200]
