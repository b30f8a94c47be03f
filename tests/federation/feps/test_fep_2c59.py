"""FEP-2c59, a WebFinger address from an actor: "Specification" and "Context"."""

import pytest

from tests.hostile.siege import OURS, Siege
from tests.partner import ACTIVITY_JSON
from tests.web.pages.scenes import introduced


@pytest.mark.parametrize("who", ["instance", "company", "person"])
async def test_the_address_of_an_actor_leads_back_to_it_verbatim(under: Siege, who: str) -> None:
    await introduced(under.federation.instance, under.stage.host)
    person = f"{OURS}/people/{under.stage.host.id}"
    uri = {"instance": f"{OURS}/actor", "company": f"{OURS}/company", "person": person}[who]

    actor = (await under.client.get(uri, headers={"Accept": ACTIVITY_JSON})).json()
    found = await under.client.get(
        "/.well-known/webfinger", params={"resource": f"acct:{actor['webfinger']}"}
    )

    assert isinstance(actor["webfinger"], str)
    assert actor["webfinger"] == f"{actor['preferredUsername']}@nordlicht.localhost:8001"
    assert next(one["href"] for one in found.json()["links"] if one["rel"] == "self") == uri
    terms = next(one for one in actor["@context"] if isinstance(one, dict))
    assert terms["webfinger"] == "https://purl.archive.org/socialweb/webfinger#webfinger"


async def test_somebody_who_shows_no_name_shows_no_address(under: Siege) -> None:
    path = f"/people/{under.stage.host.id}"

    assert "webfinger" not in (await under.client.get(path, headers={"Accept": ACTIVITY_JSON})).json()
