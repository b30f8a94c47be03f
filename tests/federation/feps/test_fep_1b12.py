"""FEP-1b12, group federation, the reading side: "Following a Group" and "The Announce activity".

What our own communities announce is tried in tests/hostile/test_communities.py and, between companies, in
tests/federation/test_communities_over_http.py.
"""

from typing import Any

import pytest

from tests.federation.announcements.outgoing import sent
from tests.federation.feps.followed import follows, person
from tests.hostile.siege import OURS, Siege, company_of
from tests.partner import ACTIVITY_JSON


# "Public groups SHOULD support a standard Follow-Accept workflow"
async def test_the_company_is_a_group_that_can_be_followed_and_left(under: Siege) -> None:
    actor = (await under.client.get("/company", headers={"Accept": ACTIVITY_JSON})).json()
    asked = under.says(under.x, "Follow", f"{OURS}/company", person(under.x))
    await under.attack(under.x, asked)
    followed = await follows(under)
    await under.attack(under.x, under.says(under.x, "Undo", asked, person(under.x)))

    assert actor["type"] == "Group"
    assert len(await sent(under.federation.instance, "Accept")) == 1
    assert len(followed) == 1
    assert await follows(under) == set()


def wrapped(under: Siege, event: dict[str, Any], kind: str = "Create") -> dict[str, Any]:
    """An activity of B's company as a group passes it on, unchanged."""
    inner = under.says(under.b, kind, event)
    return under.says(under.b, "Announce", inner, company_of(under.b))


# "it MUST wrap it in an Announce activity, with the original activity as object"
@pytest.mark.parametrize("kind", ["Create", "Update"])
async def test_an_announced_activity_is_about_its_session(under: Siege, kind: str) -> None:
    event = under.event(under.b)
    under.b.documents["/sessions/5"] = event

    verdict = await under.attack(under.b, wrapped(under, {**event, "name": "Not what the origin says"}, kind))

    session = await under.session(event["id"])
    assert verdict.state == "processed"
    assert session is not None
    assert session.title == "Lichtleiter"


async def test_a_group_speaks_for_nobody_else(under: Siege) -> None:
    foreign = under.event(under.x)
    under.x.documents["/sessions/5"] = foreign

    async with under.unchanged():
        verdict = await under.attack(under.b, wrapped(under, foreign))

    assert verdict.state == "ignored"
    assert await under.session(foreign["id"]) is None


async def test_other_announced_activities_are_passed_over(under: Siege) -> None:
    event = under.event(under.b)
    await under.attack(under.b, under.says(under.b, "Create", event))

    async with under.unchanged():
        await under.attack(under.b, wrapped(under, event, "Delete"))
        await under.attack(under.b, wrapped(under, event, "Like"))
