"""Object integrity proofs (FEP-8b32), both ways: ours before Fedify's eyes, and Fedify's before ours."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import ColumnElement, select

from federation.models import ReceivedActivity
from federation.sealing import opened
from federation.signatures import Reason, Rejection
from federation.signatures.proofs import proof_key_id, verify_document
from tests.federation.neighbourhood import Neighbour, ally, neighbour
from tests.peers.fedify_peer import FedifyServer
from tests.support.authority import Authority
from tests.support.databases import Databases
from tests.support.eventually import eventually

pytestmark = pytest.mark.journey


@pytest.fixture
async def linde(
    databases: Databases, tmp_path: Path, authority: Authority, birke: Neighbour
) -> AsyncIterator[Neighbour]:
    """An ally of Birke, over TLS as well."""
    async with neighbour(databases, tmp_path / "linde", "linde", authority) as company:
        await ally(birke, company)
        yield company


async def document(company: Neighbour, which: ColumnElement[bool]) -> dict[str, Any] | None:
    """The JSON of an activity as it arrived at a company."""
    async with company.instance.reading() as db:
        row = await db.scalar(select(ReceivedActivity).where(which))
    if row is None:
        return None
    found: dict[str, Any] = orjson.loads(opened(company.instance.vault, row.body))
    return found


async def test_what_we_tell_allies_is_proved_to_fedify(
    birke: Neighbour, linde: Neighbour, fedify_servers: dict[str, FedifyServer]
) -> None:
    """federation.md: FEP-8b32 proof on alliance traffic. Fedify fetches our key and verifies by itself."""
    await birke.publish("Threat modelling")
    told = await eventually(lambda: document(linde, ReceivedActivity.type == "Create"))
    peer = fedify_servers["first-rfc9421"]

    changed = told | {"object": told["object"] | {"name": "Something else"}}
    other = told | {"actor": f"{birke.origin}/actor"}

    assert told["proof"]["cryptosuite"] == "eddsa-jcs-2022"
    assert (await peer.tell("verify", document=told))["isProved"] is True
    assert (await peer.tell("verify", document=changed))["isProved"] is False
    assert (await peer.tell("verify", document=other))["isProved"] is False


async def test_what_fedify_proves_is_proved_to_us(birke: Neighbour, peer: FedifyServer) -> None:
    follow = await peer.send("Follow", f"{birke.origin}/company", object=f"{birke.origin}/company")
    told = await eventually(lambda: document(birke, ReceivedActivity.uri == follow["id"]))

    key = await birke.federation.remote_keys.find(proof_key_id(told))

    assert verify_document(told, key) == peer.actor
    with pytest.raises(Rejection) as rejected:
        verify_document(told | {"object": f"{birke.origin}/actor"}, key)
    assert rejected.value.reason is Reason.SIGNATURE_WRONG
