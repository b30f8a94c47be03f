"""FEP-d556, server-level actor discovery using WebFinger: "Discovery"."""

import pytest

from tests.hostile.siege import OURS, Siege

SERVICE = "https://www.w3.org/ns/activitystreams#Service"


@pytest.mark.parametrize("resource", [OURS, f"{OURS}/"])
async def test_the_server_itself_leads_to_its_actor(under: Siege, resource: str) -> None:
    found = (await under.client.get("/.well-known/webfinger", params={"resource": resource})).json()
    narrowed = await under.client.get("/.well-known/webfinger", params={"resource": resource, "rel": "self"})

    assert found["subject"] == f"{OURS}/"
    assert found["links"] == [{"rel": SERVICE, "type": "application/activity+json", "href": f"{OURS}/actor"}]
    assert narrowed.json()["links"] == []
