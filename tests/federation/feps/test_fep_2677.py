"""FEP-2677, identifying the application actor: "Requirements"."""

from tests.hostile.siege import OURS, Siege
from tests.partner import ACTIVITY_JSON

APPLICATION = "https://www.w3.org/ns/activitystreams#Application"


async def test_nodeinfo_names_the_application_and_it_is_fetched_without_a_signature(under: Siege) -> None:
    links = (await under.client.get("/.well-known/nodeinfo")).json()["links"]
    address = next(link["href"] for link in links if link["rel"] == APPLICATION)
    actor = (await under.client.get(address, headers={"Accept": ACTIVITY_JSON})).json()

    assert (address, actor["id"], actor["type"]) == (f"{OURS}/actor", f"{OURS}/actor", "Application")
    assert actor["publicKey"]["owner"] == address
