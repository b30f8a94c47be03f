"""FEP-0151, NodeInfo 2025 edition: headings name its sections."""

import re

from tests.hostile.siege import Siege
from tests.support.source import sources


# "Hiding usage statistics": what is omitted is no lie, what is there is right
async def test_only_what_is_counted_is_told(under: Siege) -> None:
    await under.stage.publish(audience="public")
    await under.stage.publish(audience="company")

    usage = (await under.client.get("/nodeinfo/2.1")).json()["usage"]

    assert usage == {"users": {"total": 2}, "localPosts": 1}


# "metadata"
async def test_metadata_uses_the_names_that_are_in_use(under: Siege) -> None:
    metadata = (await under.client.get("/nodeinfo/2.1")).json()["metadata"]

    assert set(metadata) == {"nodeName", "nodeDescription", "federation"}
    assert metadata["nodeName"] == under.stage.founded.company.name
    assert metadata["federation"] == {"enabled": True}


# "Capability detection": software is a string to show; nothing else reads it
def test_nothing_is_decided_by_the_name_of_a_software() -> None:
    deciding = [
        source.name
        for source in sources("federation", "alliance")
        if re.search(r"\.software\b[^=\n]*(==|!=| in |startswith|match)", source.text)
    ]

    assert deciding == []
