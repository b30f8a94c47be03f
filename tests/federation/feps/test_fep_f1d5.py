"""FEP-f1d5, NodeInfo in fediverse software: "Requirements" and "Caveats"."""

import re

from tests.hostile.siege import OURS, Siege

# The closed sets and the pattern are those of the schema of NodeInfo 2.1 that the FEP refers to.
REQUIRED = {"version", "software", "protocols", "services", "openRegistrations", "usage", "metadata"}


async def test_nodeinfo_is_there_and_keeps_to_its_schema(under: Siege) -> None:
    links = (await under.client.get("/.well-known/nodeinfo")).json()["links"]
    link = next(one for one in links if one["rel"].startswith("http://nodeinfo.diaspora.software/ns/schema/"))
    answer = await under.client.get(link["href"])
    found = answer.json()

    assert link == {"rel": "http://nodeinfo.diaspora.software/ns/schema/2.1", "href": f"{OURS}/nodeinfo/2.1"}
    assert set(found) == REQUIRED
    assert re.fullmatch(r"[a-z0-9-]+", found["software"]["name"])
    assert found["software"]["version"]
    assert (found["protocols"], found["openRegistrations"]) == (["activitypub"], False)
    assert found["services"] == {"inbound": [], "outbound": []}
    assert 'profile="http://nodeinfo.diaspora.software/ns/schema/2.1#"' in answer.headers["content-type"]
