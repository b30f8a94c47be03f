"""FEP-844e, capability discovery: "Application object" and "Discovery through an actor"."""

import pytest

from tests.hostile.siege import Siege
from tests.partner import ACTIVITY_JSON
from tests.web.pages.scenes import introduced

RFC9421 = "https://datatracker.ietf.org/doc/html/rfc9421"


@pytest.mark.parametrize("who", ["instance", "company", "person"])
async def test_every_actor_says_that_we_understand_rfc_9421(under: Siege, who: str) -> None:
    await introduced(under.federation.instance, under.stage.host)
    path = {"instance": "/actor", "company": "/company", "person": f"/people/{under.stage.host.id}"}[who]

    actor = (await under.client.get(path, headers={"Accept": ACTIVITY_JSON})).json()

    assert actor["generator"]["type"] == "Application"
    for implements in [
        actor["generator"]["implements"],
        *([actor["implements"]] if who == "instance" else []),
    ]:
        assert [set(feature) for feature in implements] == [{"href", "name"}]
        assert [feature["href"] for feature in implements] == [RFC9421]
    # "Implementers MUST NOT use it where capabilities can be inferred": only Applications implement
    assert ("implements" in actor) == (actor["type"] == "Application")
